"""The step that tells the facts of a picture."""

from typing import Any

from services.alerts_worker.evidence_checks.pictures.rules import HERE, read_capture_time, read_place
from services.alerts_worker.evidence_checks.rules import Case, CheckedFile, Finding, State
from services.alerts_worker.evidence_checks.stepping import library, of_types, reading_step
from shared.domain.file_types import HEIC, PICTURES


def judge_picture(_case: Case, file: CheckedFile, reading: Any) -> Finding:
    """Of what `reading.tell` told."""
    tool = library("pillow-heif") if file.media_type == HEIC else library("pillow")
    width, height = int(reading["width"]), int(reading["height"])
    taken = read_capture_time(reading["taken"], reading["offset"])
    place = read_place(reading["latitude"], reading["longitude"])
    facts: dict[str, object] = {
        "format": str(reading["format"]),
        "width": width,
        "height": height,
        "taken_at": taken.isoformat() if taken else None,
        "latitude": place[0] if place else None,
        "longitude": place[1] if place else None,
        "camera": reading["camera"],
    }
    when = f"chụp lúc {taken.astimezone(HERE):%H:%M ngày %d/%m/%Y}" if taken else "không ghi thời điểm chụp"
    where = f"tại {place[0]}, {place[1]}" if place else "không ghi vị trí"
    camera = f", máy {reading['camera']}" if reading["camera"] else ""
    return Finding("read", f"Ảnh {width} × {height}, {when}, {where}{camera}.", facts, tool=tool)


PICTURE = reading_step(
    name="picture",
    reaches=State.VERIFIED,
    tool=library("pillow"),
    concerns=of_types(PICTURES),
    entry="services.alerts_worker.evidence_checks.pictures.reading:tell",
    judge=judge_picture,
)
