"""The steps that read the text of a file and draw its first page, for the appraiser."""

import base64
import binascii
import hashlib
from typing import Any

from services.alerts_worker.evidence_checks.rules import Case, CheckedFile, Finding, State
from services.alerts_worker.evidence_checks.stepping import (
    Step,
    Unread,
    library,
    not_read,
    of_types,
    own_tool,
    read_apart,
    reading_step,
)
from services.alerts_worker.evidence_checks.stored import StoredContent
from services.alerts_worker.evidence_checks.texts.reading import TEXT_TYPES
from shared.domain.file_types import PDF
from shared.storage import first_page_of, keep_derived
from shared.throwaway import Patience

_HERE = "services.alerts_worker.evidence_checks.texts"
PDF_READER = library("pypdfium2")
_LARGEST_PICTURE = 8 << 20

_WHY = {
    "encrypted": "tệp được đặt mật khẩu nên máy không đọc được",
    "damaged": "tệp bị hỏng nên máy không đọc được",
    "no-text-layer": "tệp không có lớp chữ (bản quét hoặc ảnh chụp)",
}


def judge_text(_case: Case, file: CheckedFile, reading: Any) -> Finding:
    """Of what `reading.tell` told."""
    tool = PDF_READER if file.media_type == PDF else own_tool()
    why = reading["why"]
    if why is not None:
        outcome = "none" if why == "no-text-layer" else "not_read"
        message = f"Không có nội dung chữ để đối chiếu: {_WHY[why]}."
        return Finding(outcome, message, {"why": why, "pages": reading["pages"]}, tool=tool)
    facts = {name: reading[name] for name in ("pages", "letters", "cut", "excerpt")}
    pages = f", {int(reading['pages'])} trang" if reading["pages"] else ""
    cut = "; chỉ đọc phần đầu vì tệp dài" if reading["cut"] else ""
    return Finding("read", f"Đọc được nội dung chữ: {int(reading['letters'])} chữ cái{pages}{cut}.", facts, tool=tool)


TEXT_LAYER = reading_step(
    name="text",
    reaches=State.VERIFIED,
    tool=own_tool(),
    concerns=of_types(TEXT_TYPES),
    entry=f"{_HERE}.reading:tell",
    argument=lambda _case, file: {"media_type": file.media_type},
    judge=judge_text,
)


async def _draw(_case: Case, file: CheckedFile, content: StoredContent, patience: Patience) -> Finding:
    """The picture is kept under a key of the file's hash: drawn again, it is the same object."""
    try:
        if content.is_partial:
            raise Unread("too-large")
        reading = await read_apart(f"{_HERE}.pdf:draw_first_page", content, patience)
        picture = _picture(reading)
    except Unread as missing:
        return not_read(missing.why)
    if picture is None:
        return Finding("not_read", "Không dựng được ảnh trang đầu: tệp bị hỏng hoặc được đặt mật khẩu.")
    await keep_derived(first_page_of(file.sha256), picture)
    facts: dict[str, object] = {
        "format": "image/jpeg",
        "size": len(picture),
        "sha256": hashlib.sha256(picture).hexdigest(),
    }
    return Finding("kept", "Đã dựng ảnh trang đầu để người thẩm định xem nhanh.", facts)


def _picture(reading: Any) -> bytes | None:
    """What comes out of a throwaway process is looked over: a JPEG of a decent size, or nothing."""
    try:
        if reading["jpeg"] is None:
            return None
        picture = base64.b64decode(reading["jpeg"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Unread("broken") from error
    if len(picture) > _LARGEST_PICTURE or not picture.startswith(b"\xff\xd8\xff"):
        raise Unread("broken")
    return picture


FIRST_PAGE = Step(
    name="first_page", reaches=State.VERIFIED, tool=PDF_READER, concerns=of_types(frozenset({PDF})), look=_draw
)
