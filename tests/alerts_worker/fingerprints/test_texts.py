"""The same text is known again whoever prints it; other minutes of the template are other minutes."""

import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.lookalikes.minutes import PRINTERS, Printer, printed, retyped, write_minutes
from bench.lookalikes.sheets import write_sheet
from services.alerts_worker.evidence_checks.fingerprints import texts
from services.alerts_worker.evidence_checks.fingerprints.prints import TextPrint
from shared.domain.file_types import PDF
from tests.alerts_worker.fingerprints.printing import prints_of

SENTENCE = "Ủy ban nhân dân phường Bình Minh tổ chức họp bàn về công tác chuyển đổi số năm 2026 tại hội trường lớn."
BODY = [f"{SENTENCE} Nội dung thứ {number} do ông Trần Văn Bình trình bày." for number in range(1, 7)]


def print_of(*pages: str) -> TextPrint:
    found = texts.print_of(pages)
    assert found is not None
    return found


def page(*around: str, body: list[str] = BODY) -> str:
    head, foot = around or ("", "")
    return "\n".join([head, *body, foot])


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([page().upper()], id="capitals"),
        pytest.param([unicodedata.normalize("NFD", page())], id="marks apart"),
        pytest.param([page().replace(" ", "\n")], id="every word a line"),
        pytest.param([page().replace(" ", "  \u00a0")], id="wider spaces"),
        pytest.param([page().replace("họp bàn", "họpbàn")], id="a space lost"),
        pytest.param([page("", "Trang 1/1")], id="page number"),
        pytest.param([page("12/3/2026 10:15 AM", "- 1 -")], id="instant of printing"),
        pytest.param([page("", "Ngày in: 15/04/2026 - Người in: vanthu")], id="who printed it"),
        pytest.param([page("file:///C:/bien-ban.html", "1 of 2")], id="address of the file"),
        pytest.param(["\n".join(["MẪU A", *BODY[:3], "1"]), "\n".join(["MẪU A", *BODY[3:], "2"])], id="running title"),
    ],
)
def test_what_printers_change_does_not_count(pages: list[str]) -> None:
    assert print_of(*pages).sha256 == print_of(page()).sha256


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(page().replace("2026", "2025"), id="a year"),
        pytest.param(page().replace("Bình trình", "Bảo trình"), id="a name"),
        pytest.param(page(body=BODY[:-1]), id="a sentence less"),
        pytest.param(page(body=[*BODY[:3], "12", *BODY[3:]]), id="a number within the page"),
    ],
)
def test_what_was_written_counts(changed: str) -> None:
    assert print_of(changed).sha256 != print_of(page()).sha256


def test_a_text_of_few_words_is_nobodys_own() -> None:
    assert texts.print_of([SENTENCE]) is None
    assert texts.print_of([]) is None


@pytest.mark.parametrize("printer", [printer for printer in PRINTERS if not printer.head])
@pytest.mark.parametrize("seed", range(4))
def test_a_reprinted_pdf_has_the_same_text(printer: Printer, seed: int) -> None:
    minutes = write_minutes(Random(seed), seed)
    (found,) = prints_of(printed(minutes, printer), PDF).texts
    assert found.sha256 == print_of("\n".join(minutes)).sha256


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_minutes_of_one_template_are_not_the_same(seed: int, form: bool) -> None:
    rng = Random(seed)
    one, other = (print_of("\n".join(write_minutes(rng, 3, form=form))) for _ in range(2))
    assert one.sha256 != other.sha256
    assert not texts.are_near(one, other)


@pytest.mark.parametrize("seed", range(12))
def test_sheets_that_two_bodies_filled_in_are_not_the_same(seed: int) -> None:
    rng = Random(seed)
    one, other = (
        print_of("\n".join("\t".join(str(cell or "") for cell in row) for row in write_sheet(rng, 3, 2)))
        for _ in range(2)
    )
    assert not texts.are_near(one, other)


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_a_few_words_typed_otherwise_leave_a_text_near(seed: int, form: bool) -> None:
    rng = Random(seed)
    minutes = write_minutes(rng, 3, form=form)
    one, other = print_of("\n".join(minutes)), print_of("\n".join(retyped(rng, minutes)))
    assert one.sha256 != other.sha256
    assert texts.are_near(one, other)
    assert not set(texts.bands_of(one)).isdisjoint(texts.bands_of(other))


def test_a_changed_day_and_name_in_a_long_form_make_another_document() -> None:
    """Nearly all wording is the form's: names and numbers decide."""
    form = " ".join(
        f"{first}{second}" for first in "bcdghklmnpqrstvx" for second in ("a", "e", "o", "u", "oi", "an", "em")
    )
    one = print_of(f"Ngày 12 tháng 3, ông Lê Văn Nam, số lượng 15. {form}")
    other = print_of(f"Ngày 27 tháng 8, bà Trần Thị Hoa, số lượng 40. {form}")
    assert texts.shared_wording(one, other) >= texts.NEAR - 0.1
    assert not texts.are_near(one, other)


@given(st.sets(st.integers(0, 2**32 - 1), max_size=300), st.sets(st.integers(0, 2**32 - 1), max_size=300))
def test_shared_facts_are_a_share_and_the_same_both_ways(mine: set[int], theirs: set[int]) -> None:
    one, other = (TextPrint("", 0, [0] * 256, sorted(facts)[:256]) for facts in (mine, theirs))
    assert texts.shared_facts(one, other) == texts.shared_facts(other, one)
    assert 0 <= texts.shared_facts(one, other) <= 1
    assert texts.shared_facts(one, one) == 1
    if len(mine | theirs) <= 256 and mine | theirs:
        assert texts.shared_facts(one, other) == len(mine & theirs) / len(mine | theirs)
