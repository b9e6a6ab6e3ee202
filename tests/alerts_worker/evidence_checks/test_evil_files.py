"""Files made to do harm are refused, held or told; harmless ones pass. The bombs are for `python -m bench S3`."""

from collections.abc import Callable
from typing import Any

import pytest

from services.alerts_worker.evidence_checks.contents.kinds import tell_type
from services.alerts_worker.evidence_checks.contents.unpacking import take_apart
from services.evidence_api.uploads.rules import media_type_of
from shared.domain.errors import UnsupportedFile
from shared.domain.file_types import HEAD, ZIP
from tests.alerts_worker.evidence_checks import evil_mails, evil_offices, evil_zips, harmless_packages
from tests.alerts_worker.evidence_checks.evil_files import EVIL
from tests.alerts_worker.evidence_checks.making import HARMLESS
from tests.alerts_worker.evidence_checks.scene import check_file, fate

REFUSED = {
    "zip that becomes 100 MiB": "expands",
    "zip that says it becomes little": "damaged",
    "zip of overlapping entries": "expands",
    "docx of entities that laugh": "entities",
    "zip in a zip": "nested",
    "zip in a docx": "nested",
    "encrypted zip": "encrypted",
    "program in a zip": "program",
    "program in a message": "program",
    "unknown type in a zip": "foreign-type",
    "docx with macros": "macros",
    "docx that is a docm": "macros",
    "odt with macros": "macros",
    "docx with macros in a zip": "macros",
    "zip with a name that is leads up": "name",
    "zip with a name that is turns around": "name",
    "zip with a link": "name",
    "zip with a name twice, almost": "same-name",
    "png of 10,000,000,000 dots": "pixels",
    "flooding png in a docx": "pixels",
    "pdf with a picture of 1,600,000,000 dots": "pixels",
    "pdf that starts a program": "launch",
    "docx that fetches its template": "external",
    "docx with ActiveX": "activex",
}
"""By the word that says why."""
TWO_AT_ONCE = (
    "jpeg and zip",
    "pdf and zip",
    "png and script",
    "jpeg that is a PDF",
    "pdf that is a web page",
    "mp4 and zip",
)
TOLD = {
    "docx with an object": "đối tượng nhúng",
    "docx with a picture of the web": "tải nội dung từ ngoài",
    "a.jpg cut short": "cụt",
    "png with words of 500 MiB": "không mở được",
}
GUARDS = ("type", "unpacking")


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_inside_refuses_a_file(name: str) -> None:
    filename, make = EVIL[name]
    checked = await check_file(make(), filename, only=GUARDS)
    assert fate(checked) == "refused"
    refusals = checked.findings["unpacking"].facts["refusals"]
    assert isinstance(refusals, list)
    assert refusals[0][0] == REFUSED[name]
    assert checked.findings["unpacking"].message.startswith("Tệp bị từ chối: ")


def told_inside(content: bytes, filename: str) -> tuple[list[str], list[str]]:
    """Words for what is refused in a file, and for what is told, by the same functions, without a process for each."""
    told = tell_type(content, filename, is_partial=False)
    assert told.media_type is not None
    inside: dict[str, Any] = take_apart(content, {"media_type": told.media_type, "partial": False})
    refusals, notices = ([word for word, _ in inside[each]] for each in ("refusals", "notices"))
    return told.marks + refusals, notices


@pytest.mark.parametrize(
    ("word", "filename", "make"),
    [
        pytest.param(word, *each, id=name)
        for group in (evil_zips.REFUSED, evil_offices.REFUSED, evil_mails.REFUSED)
        for word, files in group.items()
        for name, each in files.items()
    ],
)
def test_what_hides_inside_refuses_a_file(word: str, filename: str, make: Callable[[], bytes]) -> None:
    assert word in told_inside(make(), filename)[0]


@pytest.mark.parametrize("name", TWO_AT_ONCE)
async def test_what_is_two_things_at_once_is_refused(name: str) -> None:
    filename, make = EVIL[name]
    checked = await check_file(make(), filename, only=GUARDS)
    assert (fate(checked), checked.outcome("type")) == ("refused", "refused")


@pytest.mark.parametrize("name", TOLD)
async def test_what_is_dangerous_in_other_hands_is_told(name: str) -> None:
    filename, make = EVIL[name]
    checked = await check_file(make(), filename, only=GUARDS)
    assert fate(checked) == "told"
    assert TOLD[name] in " ".join(finding.message for finding in checked.findings.values())


@pytest.mark.parametrize("name", ["program", "script", "web page", "shortcut", "Java program", "encrypted docx"])
def test_what_is_of_no_type_of_ours_is_not_even_taken_in(name: str) -> None:
    filename, make = EVIL[name]
    with pytest.raises(UnsupportedFile):
        media_type_of(make()[:HEAD], filename)


async def test_a_type_of_another_file_is_refused_whatever_the_upload_said() -> None:
    checked = await check_file(b"\x7fELF" + b"\0" * 99, "a.pdf", media_type="application/pdf")
    assert (fate(checked), checked.outcome("type")) == ("refused", "refused")


@pytest.mark.parametrize(
    ("filename", "make"), [pytest.param(*each, id=name) for name, each in harmless_packages.HARMLESS.items()]
)
def test_nothing_is_told_of_what_clerks_send(filename: str, make: Callable[[], bytes]) -> None:
    assert told_inside(make(), filename) == ([], [])


def test_what_desktops_leave_behind_is_named() -> None:
    _, make = harmless_packages.HARMLESS["zip while Word was open"]
    assert take_apart(make(), {"media_type": ZIP, "partial": False})["litter"] == ["Hồ sơ/~$o cáo.docx"]


@pytest.mark.parametrize("name", HARMLESS)
async def test_harmless_files_pass(name: str) -> None:
    filename, make = HARMLESS[name]
    assert fate(await check_file(make(), filename)) == "passed"


def test_there_are_enough_of_them() -> None:
    assert len(EVIL) >= 80
