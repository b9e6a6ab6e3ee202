"""Files made to do harm are refused; those that may, told; harmless ones pass. Bombs are for `python -m bench S3`."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from services.alerts_worker.evidence_checks.contents.kinds import Told, tell_type
from services.alerts_worker.evidence_checks.contents.unpacking import take_apart
from services.alerts_worker.evidence_checks.rules import CheckedFile
from services.alerts_worker.evidence_checks.stored import StoredContent
from services.evidence_api.uploads.rules import media_type_of
from shared.domain.errors import UnsupportedFile
from shared.domain.file_types import HEAD, MP4, PPTX, ZIP
from tests.alerts_worker.evidence_checks import evil_mails, evil_offices, evil_zips, harmless_packages
from tests.alerts_worker.evidence_checks.compounds import compound
from tests.alerts_worker.evidence_checks.evil_files import EVIL, with_relation
from tests.alerts_worker.evidence_checks.making import (
    HARMLESS,
    add_to_zip,
    attaching,
    locked,
    noted,
    pdf,
    picture,
    word_file,
    zipped,
)
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
    "pdf with a picture of 1,600,000,000 dots, elsewhere": "pixels",
    "pdf with JavaScript": "javascript",
    "pdf with JavaScript in packed objects": "javascript",
    "pdf with JavaScript spelt otherwise": "javascript",
    "pdf with JavaScript by its name": "javascript",
    "pdf with JavaScript when it closes": "javascript",
    "pdf with JavaScript after a link": "javascript",
    "pdf with JavaScript that nothing leads to": "javascript",
    "pdf with JavaScript, restricted": "javascript",
    "pdf with a field that acts when it is shown": "javascript",
    "pdf with a form that has a script": "javascript",
    "pdf that starts a program from packed objects": "launch",
    "pdf that starts a program, spelt otherwise": "launch",
    "pdf that starts a program when it is clicked": "launch",
    "pdf with a program hidden in packed objects": "launch",
    "pdf whose packed page opens a file": "opens-file",
    "pdf that opens a file on a server": "opens-file",
    "pdf with a link to a program": "opens-file",
    "pdf that sends a form by itself": "sends",
    "pdf that loads data by itself": "sends",
    "pdf with an attached program": "program",
    "pdf with a packed program attached": "program",
    "pdf with an attached program from packed objects": "program",
    "pdf with an attached pdf that starts a program": "launch",
    "pdf with attached macros": "macros",
    "pdf with an attached archive": "nested",
    "pdf with a zip inside": "nested",
    "pdf in a pdf in a pdf": "nested",
    "pdf with an attached archive of another kind": "foreign-type",
    "pdf with an attached web page": "foreign-type",
    "pdf with a password": "locked",
    "pdf that says it is encrypted": "locked",
    "pdf whose page becomes 128 MiB of repetitions": "expands",
    "pdf whose pages go round": "pages",
    "pdf whose pages go deep": "pages",
    "pdf of 1,000,000 pages that are one": "entries",
    "pdf of 100,000 brackets": "deep",
    "pdf that draws itself": "draws",
    "pdf that draws 1,000,000,000 things": "draws",
    "jpeg of nothing": "damaged",
    "heic with a broken body": "damaged",
    "png without a size": "damaged",
    "png in passes, a byte short": "damaged",
    "webp of 268,000,000 dots": "damaged",
    "a.jpg cut short": "damaged",
    "a.png cut short": "damaged",
    "a.heic cut short": "damaged",
    "docx that fetches its template": "external",
    "docx with an object": "unreadable-object",
    "docx with ActiveX": "activex",
}
"""By the word that says why."""
TWO_AT_ONCE = (
    "jpeg and zip",
    "pdf and zip",
    "pdf and another",
    "pdf and an archive, behind some letters",
    "png and script",
    "jpeg that is a PDF",
    "pdf that is a web page",
    "mp4 and zip",
    "photo that moves into a program",
    "photo that moves, and a zip",
    "photo with another, and a program",
    "photo whose maker notes a zip",
    "photo whose maker notes a program",
)
CUT_SHORT = ("a.pdf cut short", "a.mp4 cut short", "film without a picture", "pdf of nothing")
TOLD: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "docx with an object": (
        "đối tượng nhúng",
        "a.docx",
        lambda: add_to_zip(word_file(), ("word/embeddings/oleObject1.bin", compound(("Contents", b"a")))),
    ),
    "docx with a picture of the web": ("tải nội dung từ ngoài", "a.docx", partial(with_relation, "image")),
    "pdf a mile wide": ("khổ giấy bất thường", "a.pdf", partial(pdf, "x", size="99999999 99999999")),
    "pdf with a field that calculates": (
        "ô biểu mẫu",
        "a.pdf",
        lambda: pdf(
            "x", extra=b"/AcroForm << /Fields [<< /FT /Tx /T (a) /AA << /C << /S /JavaScript /JS (a) >> >> >>] >>"
        ),
    ),
    "pdf with a button that sends": (
        "nút gửi",
        "a.pdf",
        lambda: pdf(
            "x", extra=b"/AcroForm << /Fields [<< /FT /Btn /T (a) /A << /S /SubmitForm /F (http://e) >> >>] >>"
        ),
    ),
    "pdf with a link to another": (
        "liên kết tới tệp khác",
        "a.pdf",
        lambda: pdf("x", extra=b"/Outlines << /First << /Title (a) /A << /S /GoToR /F (b.pdf) >> >> >>"),
    ),
    "pdf that nobody may print": ("hạn chế quyền", "a.pdf", lambda: locked(pdf("x"))),
    "invoice with its data": (
        "tệp đính kèm",
        "a.pdf",
        lambda: attaching("hoa don.xml", b"<?xml version='1.0'?><HDon/>"),
    ),
    "portfolio": ("tệp đính kèm", "a.pdf", lambda: attaching("quyet dinh.pdf", pdf("x"))),
    "photo whose film is none": (
        "dữ liệu khác",
        "a.jpg",
        lambda: picture() + noted(("MotionPhoto_Data", b"a" * 99)),
    ),
    "jpeg with words after its end": ("dữ liệu khác", "a.jpg", lambda: picture() + b"a" * 99),
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


@pytest.mark.parametrize("name", CUT_SHORT)
async def test_what_is_cut_short_is_asked_for_again(name: str) -> None:
    filename, make = EVIL[name]
    checked = await check_file(make(), filename, only=GUARDS)
    assert fate(checked) == "refused"
    assert checked.findings["type"].message == "Tệp bị từ chối: tệp tải lên chưa trọn, hãy gửi lại."


@pytest.mark.parametrize("name", TOLD)
async def test_what_may_do_harm_in_other_hands_is_told(name: str) -> None:
    words, filename, make = TOLD[name]
    checked = await check_file(make(), filename, only=GUARDS)
    assert fate(checked) == "told"
    assert words in " ".join(finding.message for finding in checked.findings.values())


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


def test_a_package_that_is_too_large_is_told_to_be_so() -> None:
    content = zipped(("a.pdf", pdf("x")))
    assert tell_type(content, "a.zip", is_partial=True) == Told(ZIP, [])
    assert take_apart(content, {"media_type": ZIP, "partial": True})["refusals"] == [["too-large", ""]]


@pytest.mark.parametrize(("media_type", "is_partial"), [(ZIP, False), (PPTX, False), (MP4, True)])
def test_packages_are_read_whole_beyond_other_files(media_type: str, is_partial: bool) -> None:
    file = CheckedFile(1, "a", media_type, 150 << 20, "", "")
    assert StoredContent(file).is_partial is is_partial


def test_what_desktops_leave_behind_is_named() -> None:
    _, make = harmless_packages.HARMLESS["zip while Word was open"]
    assert take_apart(make(), {"media_type": ZIP, "partial": False})["litter"] == ["Hồ sơ/~$o cáo.docx"]


@pytest.mark.parametrize("name", HARMLESS)
async def test_harmless_files_pass(name: str) -> None:
    filename, make = HARMLESS[name]
    assert fate(await check_file(make(), filename)) == "passed"


def test_there_are_enough_of_them() -> None:
    assert len(EVIL) >= 80
