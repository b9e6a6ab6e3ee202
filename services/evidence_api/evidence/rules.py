"""Rules of evidence: what kinds there are, when it is taken, when it may be relied on."""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.domain.assignment_states import CLOSED, STATUS_LABELS_VI, AssignmentStatus
from shared.domain.errors import Conflict, FieldError, Invalid


class EvidenceKind(StrEnum):
    """What the files are."""

    SIGNED_DOCUMENT = "signed_document"
    PHOTO = "photo"
    MINUTES = "minutes"
    DATA = "data"
    OTHER = "other"


class VersionState(StrEnum):
    """How far the checks of a version have come; only the worker moves it."""

    RECEIVED = "received"
    INSPECTED = "inspected"
    SCANNED = "scanned"
    VERIFIED = "verified"
    RELEASED = "released"
    REFUSED = "refused"


def ensure_open(status: AssignmentStatus) -> None:
    """Raises Conflict("assignment-closed") when nothing more is to be proved."""
    if status in CLOSED:
        raise Conflict(
            "assignment-closed",
            f"Nhiệm vụ đang ở trạng thái “{STATUS_LABELS_VI[status]}” nên không nhận thêm minh chứng.",
            facts={"status": status.value},
        )


def ensure_issued(document_issued_on: date | None, on: date) -> None:
    """Raises Invalid("document-in-future") for a document dated after the day it is submitted."""
    if document_issued_on is not None and document_issued_on > on:
        message = "không được sau ngày hôm nay"
        raise Invalid(
            "document-in-future",
            f"Ngày ban hành văn bản {message}.",
            errors=[FieldError("document.issued_on", "document-in-future", message)],
        )


def ensure_released(state: VersionState) -> None:
    """Raises Conflict("evidence-not-released") for files that have not passed their checks."""
    if state is VersionState.REFUSED:
        raise Conflict(
            "evidence-not-released",
            "Minh chứng không qua được bước kiểm tra tệp: hãy xem kết quả kiểm tra và nộp phiên bản mới.",
            facts={"state": state.value},
        )
    if state is not VersionState.RELEASED:
        raise Conflict(
            "evidence-not-released",
            "Minh chứng đang được kiểm tra, chưa mở để xem hoặc thẩm định: hãy thử lại sau ít phút.",
            facts={"state": state.value},
        )


def ensure_uploads(named: Sequence[UUID], owned: Collection[UUID]) -> None:
    """Every upload named is the submitter's own, once.

    Raises Invalid: `uploads-repeated`, `uploads-unknown` (naming each).
    """
    repeated = [upload_id for upload_id in dict.fromkeys(named) if named.count(upload_id) > 1]
    if repeated:
        raise _refused_uploads("uploads-repeated", "Tệp được nêu nhiều lần", repeated, named)
    unknown = [upload_id for upload_id in named if upload_id not in owned]
    if unknown:
        raise _refused_uploads("uploads-unknown", "Cơ quan của bạn chưa tải lên tệp", unknown, named)


def _refused_uploads(code: str, what: str, refused: Sequence[UUID], named: Sequence[UUID]) -> Invalid:
    return Invalid(
        code,
        f"{what}: {', '.join(map(str, refused))}. Hãy kiểm tra lại upload_ids.",
        errors=[
            FieldError(f"upload_ids.{place}", code, f"{what}: {upload_id}")
            for place, upload_id in enumerate(named)
            if upload_id in refused
        ],
    )
