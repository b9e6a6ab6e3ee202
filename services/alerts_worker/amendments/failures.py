"""Why an amendment could not be applied, in words for those who recorded it."""

from shared.domain.errors import DomainError
from shared.log import describe

_CONSTRAINTS = {
    "uq_tasks_standing": "Mã nhiệm vụ mà văn bản này đặt ra đã thuộc về một nhiệm vụ khác đang có hiệu lực.",
}
_UNFORESEEN = (
    "Lỗi ngoài dự kiến ({0}) khi áp dụng; hệ thống sẽ tự thử lại. Người vận hành xem nhật ký theo mã của văn bản này."
)


def explain(error: Exception) -> str:
    """A Vietnamese sentence. What the database or the code said is not repeated: it may quote what not every reader of
    the plan may see.
    """
    if isinstance(error, DomainError):
        return error.detail
    for constraint, message in _CONSTRAINTS.items():
        if constraint in str(error):
            return message
    return _UNFORESEEN.format(describe(error))
