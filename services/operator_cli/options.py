"""Options that several commands take, read as the contract reads them."""

from datetime import date
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from shared.bodies import Day
from shared.http.wording import field_message

_DAY = TypeAdapter(Day)


def read_day(text: str) -> date:
    """The day, `YYYY-MM-DD`; another text is a wrong use of the command."""
    try:
        return _DAY.validate_python(text)
    except ValidationError as refused:
        raise typer.BadParameter(f"“{text}” {field_message(refused.errors()[0])}.") from None


DayOption = Annotated[date | None, typer.Option(parser=read_day, metavar="YYYY-MM-DD")]
