"""Heads of documents as offices lay them out, and what is told when they differ from what was declared or promised."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts_worker.evidence_checks.documents.heads import Head, read_head
from services.alerts_worker.evidence_checks.documents.rules import is_same_issuer, list_differences
from services.alerts_worker.evidence_checks.rules import Declared, State
from tests.alerts_worker.evidence_checks.making import open_document, pdf, slides, word_file, zipped
from tests.alerts_worker.evidence_checks.scene import check_file

DECISION = """ỦY BAN NHÂN DÂN      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
PHƯỜNG TAM HIỆP          Độc lập - Tự do - Hạnh phúc
Số: 123/QĐ-UBND          Tam Hiệp, ngày 15 tháng 3 năm 2026
QUYẾT ĐỊNH
Về việc thành lập Tổ giúp việc
Căn cứ Kế hoạch số 99/KH-UBND ngày 01 tháng 01 năm 2026
"""
LINES = tuple(DECISION.splitlines())
HEAD = Head(
    number="123/QĐ-UBND",
    issued_on=date(2026, 3, 15),
    issuer="ỦY BAN NHÂN DÂN PHƯỜNG TAM HIỆP",
    kind="quyet dinh",
    abstract="thành lập Tổ giúp việc",
)


def test_the_head_of_a_decision() -> None:
    assert read_head(DECISION) == HEAD


def test_a_draft_has_no_number_yet() -> None:
    head = read_head("UBND TỈNH ĐỒNG NAI\nSỞ NỘI VỤ\nSố:      /TTr-SNV\nDỰ THẢO\nTỜ TRÌNH\nVề việc ban hành\n")
    assert (head.number, head.number_blank, head.is_draft, head.kind) == (None, True, True, "to trinh")


def test_a_letter_bears_no_name_of_its_type() -> None:
    text = "UBND PHƯỜNG A\nSố: 45/UBND-VP\nV/v báo cáo kết quả\nngày 2 tháng 4 năm 2026\nKính gửi: Sở Nội vụ\n"
    head = read_head(text)
    assert (head.kind, head.number, head.abstract) == ("cong van", "45/UBND-VP", "báo cáo kết quả")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("MẬT\nBáo cáo", "Mật"),
        ("M Ậ T\nBáo cáo", "Mật"),
        ("Số: 1/BC-UBND      TUYỆT MẬT", "Tuyệt mật"),
        ("Số: 1/BC-UBND\tTỐI MẬT\tĐồng Nai", "Tối mật"),
        ("Độ mật: Tối mật", "Tối mật"),
        ("[MẬT]", "Mật"),
        ("Bảo vệ bí mật nhà nước", None),
        ("Mật khẩu", None),
        ("Mật", None),
        ("CÔNG TÁC BẢO MẬT", None),
        ("\n".join(["Nội dung"] * 80 + ["MẬT"]), None),
    ],
)
def test_a_mark_of_secrecy_stands_alone_in_capitals(text: str, mark: str | None) -> None:
    assert read_head(text).secrecy == mark


@given(st.text())
def test_any_text_has_a_head_or_none(text: str) -> None:
    head = read_head(text)
    assert head.issued_on is None or head.issued_on.year >= 1900
    list_differences(head, Declared("1/QĐ-UBND", date(2026, 1, 1), "UBND", "Quyết định"))


@pytest.mark.parametrize(
    ("declared", "fields"),
    [
        (Declared("123/QĐ-UBND", date(2026, 3, 15), "UBND phường Tam Hiệp", "Quyết định thành lập Tổ"), []),
        (Declared("0123/qđ-ubnd", None, "Phường Tam Hiệp"), []),
        (Declared(), []),
        (Declared("124/QĐ-UBND"), ["number"]),
        (Declared(issued_on=date(2026, 3, 16)), ["issued_on"]),
        (Declared(issuer="Sở Nội vụ"), ["issuer"]),
        (Declared(required_output="Kế hoạch"), ["product"]),
        (Declared(required_output="Kế hoạch, Quyết định"), []),
        (Declared(required_output="Hệ thống vận hành"), []),
    ],
)
def test_differences(declared: Declared, fields: list[str]) -> None:
    assert [each.field for each in list_differences(HEAD, declared)] == fields


def test_a_draft_is_no_product_unless_a_draft_was_promised() -> None:
    draft = Head(kind="quyet dinh", is_draft=True)
    assert [each.field for each in list_differences(draft, Declared(required_output="Quyết định"))] == ["draft"]
    assert list_differences(draft, Declared(required_output="Dự thảo Quyết định")) == []


@pytest.mark.parametrize(
    ("declared", "read", "same"),
    [
        ("UBND phường Tam Hiệp", "ỦY BAN NHÂN DÂN PHƯỜNG TAM HIỆP", True),
        ("Sở Nội vụ", "UBND TỈNH ĐỒNG NAI SỞ NỘI VỤ", True),
        ("HĐND tỉnh", "HỘI ĐỒNG NHÂN DÂN TỈNH ĐỒNG NAI", True),
        ("Sở Y tế", "SỞ NỘI VỤ", False),
        ("UBND phường Tam Hiệp", "UBND PHƯỜNG TAM HÒA", False),
    ],
)
def test_issuers(declared: str, read: str, same: bool) -> None:
    assert is_same_issuer(declared, read) is same


async def test_a_difference_is_told_in_words() -> None:
    declared = Declared("124/QĐ-UBND", date(2026, 3, 16), None, "Kế hoạch")
    checked = await check_file(word_file(*LINES), "a.docx", declared=declared)
    finding = checked.findings["document"]
    assert (checked.state, finding.outcome) == (State.RELEASED, "differs")
    assert finding.message == (
        "Có điểm khác: số khai là 124/QĐ-UBND, trong văn bản là 123/QĐ-UBND; ngày khai là 16/03/2026, trong văn bản là "
        "15/03/2026; nhiệm vụ phải ra Kế hoạch, tệp nộp là Quyết định."
    )


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.docx", word_file(*LINES)),
        ("a.odt", open_document(*LINES)),
        ("a.txt", DECISION.encode()),
    ],
)
async def test_what_agrees_is_told(filename: str, content: bytes) -> None:
    declared = Declared("123/QĐ-UBND", date(2026, 3, 15), "UBND phường Tam Hiệp", "Quyết định")
    finding = (await check_file(content, filename, declared=declared, only=("document",))).findings["document"]
    assert finding.outcome == "agrees"
    assert finding.message.endswith("(Quyết định, số 123/QĐ-UBND, ngày 15/03/2026).")


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.docx", word_file("MẬT", *LINES)),
        ("a.pptx", slides("TỐI MẬT")),
        ("a.txt", b"TUY\xe1\xbb\x86T M\xe1\xba\xacT\n"),
        ("a.zip", zipped(("ảnh.txt", b"x"), ("mat.docx", word_file("MẬT")))),
    ],
)
async def test_a_state_secret_is_refused(filename: str, content: bytes) -> None:
    checked = await check_file(content, filename)
    assert (checked.state, checked.outcome("document")) == (State.REFUSED, "secret")
    assert "bí mật nhà nước" in checked.findings["document"].message


async def test_a_scan_is_not_read() -> None:
    finding = (await check_file(pdf(), "a.pdf", only=("document",))).findings["document"]
    assert finding.outcome == "not_read"
