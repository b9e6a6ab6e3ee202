"""Which new names can be true beside what is on record."""

from collections.abc import Sequence
from datetime import date

from shared.domain.errors import Conflict, FieldError, Invalid


def ensure_follows(
    name: str, effective_on: date, *, current: str, known: Sequence[tuple[date, str]], last_day: date | None
) -> None:
    """Names follow each other: a new one is later than all on record (`known`, oldest first), differs from the one it
    replaces, and is given while the organization exists.
    """
    if last_day and effective_on > last_day:
        raise Conflict("organization-ended", f"Cơ quan này chỉ hoạt động đến {last_day:%d/%m/%Y}.")
    if known and effective_on <= known[-1][0]:
        raise Conflict(
            "rename-contradicts", f"Đã ghi nhận cơ quan đổi tên thành “{known[-1][1]}” từ {known[-1][0]:%d/%m/%Y}."
        )
    if name == (known[-1][1] if known else current):
        message = "phải khác tên hiện nay"
        raise Invalid("name-unchanged", f"Tên mới {message}.", errors=[FieldError("name", "name-unchanged", message)])
