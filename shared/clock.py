"""The only place that asks what time it is. Rules never do: they are given `now` or `on`."""

from datetime import UTC, date, datetime

from shared.domain.calendar import local_date
from shared.settings import get_settings


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The business date in Viet Nam (Asia/Ho_Chi_Minh), unless settings fix it."""
    return get_settings().today or local_date(now())
