"""Rules of evidence: what kinds there are, when it is taken, when it may be relied on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.domain.assignment_states import CLOSED, STATUS_LABELS_VI, AssignmentStatus
from shared.domain.errors import Conflict, FieldError, Invalid
from shared.domain.public_addresses import AddressRefused, in_ascii, read_web_address


class EvidenceKind(StrEnum):
    """What the files are."""

    SIGNED_DOCUMENT = "signed_document"
    PHOTO = "photo"
    MINUTES = "minutes"
    DATA = "data"
    LINK = "link"
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


def ensure_days_have_come(document_issued_on: date | None, effective_on: date | None, on: date) -> None:
    """Raises Invalid for a document dated after the day `on` it is submitted ("document-in-future"), or a product that
    took effect after it ("effective-in-future").
    """
    _ensure_has_come("document-in-future", "document.issued_on", "Ngày ban hành văn bản", document_issued_on, on)
    _ensure_has_come("effective-in-future", "effective_on", "Ngày sản phẩm có hiệu lực", effective_on, on)


def _ensure_has_come(code: str, place: str, what: str, day: date | None, on: date) -> None:
    if day is not None and day > on:
        message = "không được sau ngày hôm nay"
        raise Invalid(code, f"{what} {message}.", errors=[FieldError(place, code, message)])


def ensure_documented(kind: EvidenceKind, *, documented: bool) -> None:
    """Raises Invalid("document-required") for a signed document that nobody could look up."""
    if kind is EvidenceKind.SIGNED_DOCUMENT and not documented:
        raise _refused(
            "document-required",
            "document",
            "Văn bản đã ký phải nêu số, ngày ban hành và cơ quan ban hành (document); "
            "tệp khác thì chọn loại minh chứng khác.",
        )


def ensure_content(kind: EvidenceKind, url: str | None, upload_ids: Sequence[UUID]) -> None:
    """Evidence of kind `link` is one public address, whose files we fetch; all other evidence is files.

    Raises Invalid: `link-url-required`, `link-without-files`, `uploads-required`, `url-of-link-only`.
    """
    if kind is not EvidenceKind.LINK:
        if url is not None:
            raise _refused("url-of-link-only", "url", "Chỉ minh chứng loại “link” có url.")
        if not upload_ids:
            raise _refused("uploads-required", "upload_ids", "Minh chứng phải có ít nhất một tệp.")
        return
    if upload_ids:
        raise _refused(
            "link-without-files", "upload_ids", "Minh chứng loại “link” không kèm tệp: hệ thống tự chụp lại."
        )
    if url is None:
        raise _refused("link-url-required", "url", "Minh chứng loại “link” phải có url của trang công khai.")


def read_url(written: str) -> str:
    """The address in ASCII, however people write it. Raises Invalid with what `read_web_address` says of it."""
    try:
        url = in_ascii(written)
        read_web_address(url)
    except AddressRefused as refused:
        raise _refused(refused.code, "url", refused.detail) from refused
    return url


def _refused(code: str, place: str, message: str) -> Invalid:
    return Invalid(code, message, errors=[FieldError(place, code, message)])


def ensure_stands(*, withdrawn: bool) -> None:
    """Raises Conflict("evidence-withdrawn") for what was taken back."""
    if withdrawn:
        raise Conflict(
            "evidence-withdrawn",
            "Minh chứng đã được rút lại: chỉ còn để xem, không bổ sung, không thẩm định và không dùng để báo cáo.",
        )


@dataclass(frozen=True, slots=True)
class Carried:
    """A completion that stands on a piece of evidence: the status of its assignment, and on how many other pieces it
    stands that were not withdrawn.
    """

    status: AssignmentStatus
    others: int


def ensure_withdrawable(carried: Sequence[Carried]) -> None:
    """What was accepted stays, and a completion in appraisal keeps something to be judged by.

    Raises Conflict: `evidence-approved`, `evidence-in-appraisal`.
    """
    statuses = {each.status for each in carried}
    if AssignmentStatus.COMPLETED in statuses:
        raise Conflict(
            "evidence-approved",
            "Minh chứng đã là căn cứ để công nhận hoàn thành nên không rút được: "
            "nếu minh chứng sai, hãy đề nghị cơ quan thẩm định rút lại kết luận, kèm lý do, rồi nộp phiên bản mới.",
        )
    if any(each.status is AssignmentStatus.AWAITING_APPRAISAL and not each.others for each in carried):
        raise Conflict(
            "evidence-in-appraisal",
            "Báo cáo hoàn thành đang chờ thẩm định chỉ dựa vào minh chứng này: hãy nộp phiên bản mới thay vì rút.",
        )


def ensure_linkable(*, linked: bool, same_plan: bool) -> None:
    """Appraisal is per version, by the reviewing levels of one plan.

    Raises Conflict: `evidence-already-linked`, `evidence-of-another-plan`.
    """
    if linked:
        raise Conflict("evidence-already-linked", "Minh chứng đã được dùng cho nhiệm vụ này.")
    if not same_plan:
        raise Conflict(
            "evidence-of-another-plan",
            "Hai nhiệm vụ thuộc hai kế hoạch, do các cấp thẩm định khác nhau xem xét: "
            "hãy nộp tệp này thành minh chứng riêng cho nhiệm vụ kia.",
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
