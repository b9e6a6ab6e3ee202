"""What callers send and get about days that differ from the ordinary week."""

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.bodies import RequestBody, ResponseBody, Text

DayKind = Literal["off", "make_up"]
"""`off`: nobody works; `make_up`: a day of the weekend is worked instead of another."""


class CalendarDayRequest(RequestBody):
    """What a day is, what for, and by which document."""

    kind: DayKind
    name: Annotated[Text, StringConstraints(max_length=200)]
    instrument: Annotated[Text, StringConstraints(max_length=200)] | None = None


class CalendarDayBody(ResponseBody):
    """A day that differs from the ordinary week."""

    day: date
    kind: str
    name: str
    instrument: str | None
    version: int


class CalendarDayList(ResponseBody):
    """One page of days."""

    items: list[CalendarDayBody]
    next_cursor: str | None
