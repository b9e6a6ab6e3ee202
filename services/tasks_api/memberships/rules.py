"""From when to when a membership may hold."""

from datetime import date

from shared.domain.errors import Conflict, FieldError, Invalid


def ensure_term(starts_on: date, ends_on: date | None, *, last_day: date | None, on: date) -> None:
    """Refuse a term that ends before it begins, or that lies after the last day of its organization.

    While an organization still lasts, a membership may be given without an end or beyond the last day: it ends with
    its organization. Afterwards nothing can be prolonged past it.
    """
    if ends_on and ends_on < starts_on:
        message = "phải từ ngày bắt đầu trở đi"
        raise Invalid(
            "dates-reversed", f"Ngày kết thúc {message}.", errors=[FieldError("ends_on", "reversed", message)]
        )
    if last_day is None:
        return
    beyond = ends_on is None or ends_on > last_day
    if starts_on > last_day or (last_day < on and beyond):
        raise Conflict(
            "organization-ended",
            f"Cơ quan này chỉ hoạt động đến {last_day:%d/%m/%Y}: hãy giao vai trò ở cơ quan tiếp nhận.",
        )
