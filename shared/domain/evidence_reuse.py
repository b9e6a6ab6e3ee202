"""Evidence met again: how the same it is, and how an appraiser is told."""

from enum import StrEnum

STEP = "reuse"
UNMATCHED, IN_PART, REUSED, DECLARED = "unmatched", "compared_in_part", "reused", "reuse_declared"
"""The finding about it, and what it may be: not met before, not met before as far as the file could be read, met
before, met before for a reason that was declared."""
WHOLE = "read"
"""The fact of the finding that says whether everything that is compared was read."""

MESSAGES_VI = {
    UNMATCHED: "Chưa thấy tệp này trong minh chứng của nhiệm vụ khác.",
    IN_PART: (
        "Chưa thấy tệp này trong minh chứng của nhiệm vụ khác, nhưng máy chỉ so được từng byte "
        "và phần nội dung đọc được: cần người xem trực tiếp."
    ),
    REUSED: "Tệp này đã được dùng làm minh chứng cho nhiệm vụ khác: cần người thẩm định xem có hợp lý không.",
    DECLARED: "Tệp này đã được dùng cho nhiệm vụ khác; người nộp đã nêu lý do.",
}


class Sameness(StrEnum):
    """How a file, or the document it is, was met before; the surest first."""

    SAME_BYTES = "same_bytes"
    SAME_TEXT = "same_text"
    NEAR_TEXT = "near_text"
    NEAR_PICTURE = "near_picture"
    SAME_DOCUMENT = "same_document"


_LABELS_VI = {
    Sameness.SAME_BYTES: "Tệp giống hệt từng byte",
    Sameness.SAME_TEXT: "Văn bản có cùng nội dung chữ, chỉ khác cách in hoặc định dạng",
    Sameness.NEAR_TEXT: "Nội dung chữ gần như trùng ({percent} %)",
    Sameness.NEAR_PICTURE: "Ảnh gần như trùng ({percent} %)",
    Sameness.SAME_DOCUMENT: "Văn bản cùng số, ký hiệu và cùng cơ quan ban hành",
}


def outcome_of(*, reused: bool, declared: bool, whole: bool) -> str:
    """What the finding says; `whole`: everything that is compared was read."""
    if not reused:
        return UNMATCHED if whole else IN_PART
    return DECLARED if declared else REUSED


def describe(sameness: Sameness, measure: float) -> str:
    """A phrase that begins a sentence; `measure` is a share from 0 to 1, never told as more than it is."""
    return _LABELS_VI[sameness].format(percent=int(measure * 100))


def tell_known(sameness: Sameness, measure: float, *, position: int | None, submitted: str, organization: str) -> str:
    """What an appraiser reads of an earlier use they may see. `submitted` is a day as people write it."""
    file = f"Tệp số {position}: " if position else ""
    return (
        f"{file}{describe(sameness, measure)} với minh chứng do {organization} nộp ngày {submitted} cho nhiệm vụ khác."
    )


def tell_elsewhere(sameness: Sameness, measure: float, *, position: int | None) -> str:
    """What they read of one they may not see: that there is one, and no more."""
    file = f"Tệp số {position}: " if position else ""
    return f"{file}{describe(sameness, measure)} với minh chứng đã nộp ở nơi khác, ngoài phạm vi bạn được xem."
