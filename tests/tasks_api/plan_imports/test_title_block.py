from datetime import date

import pytest

from services.tasks_api.plan_imports.documents import Document, Paragraph
from services.tasks_api.plan_imports.issues import Issue
from services.tasks_api.plan_imports.plan_tables import find_plan_tables
from services.tasks_api.plan_imports.reading import read_document
from services.tasks_api.plan_imports.title_block import PlanKind, TitleBlock, read_title_block
from tests.tasks_api.plan_imports.building import HEADER, Grid, read_docx, task, xlsx_bytes

TASKS = Grid([HEADER, task("1")])
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
ISSUER = "ỦY BAN NHÂN DÂN\nPHƯỜNG BẾN SÔNG"
DAY = "Bến Sông, ngày 20 tháng 01 năm 2026"


def block_of(document: Document) -> tuple[TitleBlock, list[Issue]]:
    return read_title_block(document, find_plan_tables(document).tasks)


def head(*rows: tuple[str, str]) -> Grid:
    return Grid(rows)


@pytest.mark.parametrize(
    ("grid", "expected"),
    [
        (
            head((ISSUER, NATION), ("Số: 12/KH-UBND", DAY)),
            ("12/KH-UBND", date(2026, 1, 20), "ỦY BAN NHÂN DÂN PHƯỜNG BẾN SÔNG"),
        ),
        (
            head((f"{ISSUER}\n-------\nSố: 12/KH-UBND", f"{NATION}\n{DAY}")),
            ("12/KH-UBND", date(2026, 1, 20), "ỦY BAN NHÂN DÂN PHƯỜNG BẾN SÔNG"),
        ),
        (
            head(("ĐẢNG ỦY PHƯỜNG BẾN SÔNG\n*\nSố 05-KH/ĐU", f"{PARTY}\n\nBến Sông, ngày 2 tháng 3 năm 2026")),
            ("05-KH/ĐU", date(2026, 3, 2), "ĐẢNG ỦY PHƯỜNG BẾN SÔNG"),
        ),
        (
            head((NATION, ISSUER), (DAY, "Số: 12/KH-UBND")),
            ("12/KH-UBND", date(2026, 1, 20), "ỦY BAN NHÂN DÂN PHƯỜNG BẾN SÔNG"),
        ),
        (
            head((ISSUER, NATION), ("Số: 346/TTr-SKHCN-VP", DAY)),
            ("346/TTr-SKHCN-VP", date(2026, 1, 20), "ỦY BAN NHÂN DÂN PHƯỜNG BẾN SÔNG"),
        ),
    ],
)
def test_the_letterhead_is_read_as_the_rules_lay_it_out(grid: Grid, expected: tuple[str, date, str]) -> None:
    block, issues = block_of(read_docx(grid, "KẾ HOẠCH", "Chuyển đổi số năm 2026", "Căn cứ Luật;", TASKS))
    assert (block.number, block.issued_on, block.issuer_text) == expected
    assert (block.title, block.kind) == ("Chuyển đổi số năm 2026", PlanKind.PLAN)
    assert not issues


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("KẾ HOẠCH", PlanKind.PLAN),
        ("CHƯƠNG TRÌNH", PlanKind.PROGRAMME),
        ("CHƯƠNG TRÌNH HÀNH ĐỘNG", PlanKind.PROGRAMME),
        ("KẾT LUẬN", PlanKind.CONCLUSION),
        ("THÔNG BÁO KẾT LUẬN", PlanKind.CONCLUSION),
        ("CHỈ THỊ", PlanKind.DIRECTIVE),
        ("Ke hoach", PlanKind.PLAN),
    ],
)
def test_the_type_line_tells_the_kind(line: str, kind: PlanKind) -> None:
    assert block_of(read_docx(line, "Về việc mẫu", TASKS))[0].kind is kind


@pytest.mark.parametrize(("after", "bold"), [("Căn cứ Luật", True), ("Theo đề nghị của Sở Nội vụ", False)])
def test_a_title_of_several_bold_lines_is_one_title(after: str, bold: bool) -> None:
    lines = (
        Paragraph("KẾ HOẠCH", 1, bold=True),
        Paragraph("Triển khai Nghị quyết", 2, bold=True),
        Paragraph("về chuyển đổi số\nnăm 2026", 3, bold=True),
        Paragraph(after, 4, bold=bold),
    )
    document = Document((*lines, *read_docx(TASKS).tables))
    assert block_of(document)[0].title == "Triển khai Nghị quyết về chuyển đổi số năm 2026"


def test_the_type_and_the_title_may_share_a_paragraph() -> None:
    assert block_of(read_docx("KẾ HOẠCH\nChuyển đổi số năm 2026", TASKS))[0].title == "Chuyển đổi số năm 2026"


ATTACHED = "(Kèm theo Kế hoạch số 12/KH-UBND ngày 20/01/2026 của Ủy ban nhân dân phường Bến Sông)"


@pytest.mark.parametrize(
    ("rows", "issuer"),
    [
        (["UBND PHƯỜNG BẾN SÔNG", "PHỤ LỤC II", "Nhiệm vụ năm 2026", ATTACHED], "UBND PHƯỜNG BẾN SÔNG"),
        (["PHỤ LỤC", "Nhiệm vụ năm 2026", ATTACHED], "Ủy ban nhân dân phường Bến Sông"),
        (
            ["Phụ lục", "Nhiệm vụ năm 2026", ATTACHED.replace("ngày 20/01/2026", "ngày 20 tháng 01 năm 2026")],
            "Ủy ban nhân dân phường Bến Sông",
        ),
    ],
)
def test_an_appendix_alone_names_the_plan_it_belongs_to(rows: list[str], issuer: str) -> None:
    content = xlsx_bytes([*([text] for text in rows), [], list(HEADER), list(task("1"))])
    block, issues = block_of(read_document(content, "phụ lục.xlsx"))
    assert block == TitleBlock("12/KH-UBND", date(2026, 1, 20), issuer, "Nhiệm vụ năm 2026", PlanKind.PLAN)
    assert not issues


def test_the_letterhead_goes_before_what_the_appendix_repeats() -> None:
    wrong = ATTACHED.replace("12/KH-UBND", "99/KH-UBND")
    document = read_docx(head((ISSUER, NATION), ("Số: 12/KH-UBND", DAY)), "KẾ HOẠCH", "Mẫu", wrong, TASKS)
    assert block_of(document)[0].number == "12/KH-UBND"


@pytest.mark.parametrize(
    ("blocks", "missing"),
    [
        ((), {"number", "date", "issuer", "title"}),
        ((head((ISSUER, NATION), ("Số:      /KH-UBND", "Bến Sông, ngày    tháng   năm 2026")),), {"number", "date"}),
        ((head((ISSUER, NATION), ("Số: 12/KH-UBND", "Bến Sông, ngày 31 tháng 02 năm 2026")),), {"date"}),
        ((head((ISSUER, NATION), ("Số: 12/KH-UBND", "Bến Sông, ngày 20 tháng 01 năm 0202")),), {"date"}),
    ],
)
def test_what_is_missing_is_an_issue_and_never_guessed(blocks: tuple[Grid, ...], missing: set[str]) -> None:
    lines = ("KẾ HOẠCH", "Mẫu") if blocks else ()
    block, issues = block_of(read_docx(*blocks, *lines, TASKS))
    assert {issue.code for issue in issues} == {f"document-{piece}-missing" for piece in missing}
    assert (block.number is None) == ("number" in missing)
    assert (block.issued_on is None) == ("date" in missing)


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Chuyển đổi số năm 2026", 2026),
        ("Thực hiện Nghị quyết số 57 ngày 22 tháng 12 năm 2024 trên địa bàn phường năm 2026", 2026),
        ("Thực hiện Kế hoạch số 5 ngày 22/12/2024 năm 2026", 2026),
        ("Chuyển đổi số giai đoạn 2026-2030", None),
        ("Chuyển đổi số giai đoạn 2026-2030 và năm 2026", None),
        ("Sơ kết năm 2025, nhiệm vụ năm 2026", None),
        ("Chuyển đổi số", None),
        (None, None),
    ],
)
def test_the_one_year_of_a_plan(title: str | None, year: int | None) -> None:
    assert TitleBlock(title=title).year == year
