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
        "whole": reading["whole"],
        "taken_at": taken.isoformat() if taken else None,
        "latitude": place[0] if place else None,
        "longitude": place[1] if place else None,
        "camera": reading["camera"],
    }
    if reading["whole"] is False:
        message = f"Ảnh {width} × {height} bị cụt hoặc hỏng, không mở được trọn vẹn."
        return Finding("damaged", message, facts, tool=tool)
    if reading["whole"] is None:
        message = f"Ảnh {width} × {height} quá lớn nên máy không mở để kiểm tra: cần người xem trực tiếp."
        return Finding("not_read", message, facts, tool=tool)
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
