"""Text, first page and facts of pictures, as an appraiser sees them."""

import hashlib
import io
from datetime import UTC, datetime

import pytest
from PIL import ExifTags, Image

from services.alerts_worker.evidence_checks.pictures.rules import read_capture_time, read_place
from services.alerts_worker.evidence_checks.texts.reading import read_text
from shared.domain.file_types import XLSX
from shared.storage import first_page_of, get_store
from tests.alerts_worker.evidence_checks.making import (
    excel_file,
    excel_file_elsewhere,
    mail,
    open_document,
    pdf,
    picture,
    slides,
    word_file,
)
from tests.alerts_worker.evidence_checks.scene import check_file


@pytest.mark.parametrize(
    ("filename", "content", "words"),
    [
        ("a.pdf", pdf("Bien ban hop", "ngay 2 thang 3"), "Bien ban hop ngay 2 thang 3"),
        ("a.docx", word_file("Biên bản họp", "Ngày 2"), "Biên bản họp Ngày 2"),
        ("a.xlsx", excel_file(("TT", "Nhiệm vụ"), (1, "Lập danh sách")), "TT Nhiệm vụ 1 Lập danh sách"),
        ("a.xlsx", excel_file_elsewhere(("Hộ", "Hộ", 0.1), (None, "Mét", 7)), "Hộ Hộ 0.1 Mét 7"),
        ("a.xlsx", excel_file(("Tổng", "=SUM(A2:A9)"), ("Ngày", "12/3")), "Tổng Ngày 12/3"),
        ("a.pptx", slides("Kết quả", "Quý I"), "Kết quả Quý I"),
        ("a.pptx", slides("Kết</a:t><mc:Fallback><a:t>Kết</a:t></mc:Fallback><a:t>quả"), "Kếtquả"),
        ("a.odt", open_document("Biên bản", "họp"), "Biên bản họp"),
        ("a.odt", open_document("Biên<text:s/>bản<text:tracked-changes>cũ</text:tracked-changes>"), "Biên bản"),
        ("a.eml", mail(text="<p>H&ocirc;m nay<p>họp").replace(b"text/plain", b"text/html"), "Hôm nay họp"),
        ("a.eml", mail(text="Kính gửi anh chị"), "Kính gửi anh chị"),
        ("a.txt", "Biên bản\nhọp".encode(), "Biên bản họp"),
    ],
)
async def test_text_is_read(filename: str, content: bytes, words: str) -> None:
    finding = (await check_file(content, filename, only=("text",))).findings["text"]
    assert finding.outcome == "read"
    assert words in str(finding.facts["excerpt"])
    assert finding.facts["cut"] is False


def test_rows_of_a_sheet_are_lines_whoever_wrote_it() -> None:
    rows = [("STT", "Nội dung", "Kết quả"), (1, "Hộ", 0.1), (2, "Hộ", None), ("Người lập biểu",)]
    one, other = (read_text(make(*rows), XLSX).letters for make in (excel_file, excel_file_elsewhere))
    assert one == other == "STT\tNội dung\tKết quả\n1\tHộ\t0.1\n2\tHộ\nNgười lập biểu"


async def test_long_text_is_cut_and_said_to_be() -> None:
    finding = (await check_file(b"a b " * 100_000, "a.txt", only=("text",))).findings["text"]
    assert (finding.facts["letters"], finding.facts["cut"]) == (100_000, True)
    assert "chỉ đọc phần đầu" in finding.message


async def test_a_scan_has_no_text() -> None:
    finding = (await check_file(pdf(), "a.pdf", only=("text",))).findings["text"]
    assert (finding.outcome, finding.facts) == ("none", {"why": "no-text-layer", "pages": 1})


async def test_the_first_page_is_kept_as_a_picture() -> None:
    content = pdf("Quyet dinh")
    finding = (await check_file(content, "a.pdf", only=("first_page",))).findings["first_page"]
    assert (finding.outcome, set(finding.facts)) == ("kept", {"format", "size", "sha256"}), (
        "where it is kept is not told"
    )
    kept = bytes(get_store().get(first_page_of(hashlib.sha256(content).hexdigest())).bytes())
    assert hashlib.sha256(kept).hexdigest() == finding.facts["sha256"]
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size) == ("JPEG", (848, 1200))
        assert min(image.convert("L").tobytes()) < 100  # something is written on it


def with_exif(kind: str) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Nokia", "3310"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:02 08:30:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (10.0, 57.0, 0.0),
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: (106.0, 49.0, 30.0),
        }
    )
    return picture(kind, exif=exif.tobytes())


@pytest.mark.parametrize(("kind", "filename"), [("JPEG", "a.jpg"), ("HEIF", "a.heic"), ("WEBP", "a.webp")])
async def test_a_picture_says_when_where_and_with_what(kind: str, filename: str) -> None:
    finding = (await check_file(with_exif(kind), filename, only=("picture",))).findings["picture"]
    assert finding.outcome == "read"
    assert finding.facts["taken_at"] == "2026-03-02T01:30:00+00:00"
    assert (finding.facts["latitude"], finding.facts["longitude"]) == (10.95, 106.825)
    assert finding.message == "Ảnh 320 × 240, chụp lúc 08:30 ngày 02/03/2026, tại 10.95, 106.825, máy Nokia 3310."


async def test_a_picture_that_says_nothing() -> None:
    finding = (await check_file(picture("PNG"), "a.png", only=("picture",))).findings["picture"]
    assert finding.message == "Ảnh 320 × 240, không ghi thời điểm chụp, không ghi vị trí."


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        ("2026:03:02 08:30:00", None, datetime(2026, 3, 2, 1, 30, tzinfo=UTC)),
        ("2026:03:02 08:30:00", "+09:00", datetime(2026, 3, 1, 23, 30, tzinfo=UTC)),
        ("2026:03:02 08:30:00", "nonsense", datetime(2026, 3, 2, 1, 30, tzinfo=UTC)),
        ("0000:00:00 00:00:00", None, None),
        ("1970:01:01 00:00:00", None, None),
        ("yesterday", None, None),
        (None, None, None),
    ],
)
def test_capture_times(taken: str | None, offset: str | None, expected: datetime | None) -> None:
    assert read_capture_time(taken, offset) == expected


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (10.123456, 106.9, (10.12346, 106.9)),
        (0.0, 0.0, None),
        (91.0, 10.0, None),
        (10.0, -181.0, None),
        (None, 10.0, None),
    ],
)
def test_places(latitude: float | None, longitude: float | None, expected: tuple[float, float] | None) -> None:
    assert read_place(latitude, longitude) == expected
