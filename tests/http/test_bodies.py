"""What callers may write in a body, and what the contract says of it."""

from datetime import datetime
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from shared.bodies import HUNDREDTHS, NUMBER, Instant, NeverNull, Percent, RequestBody, Text

PERCENT: TypeAdapter[Percent] = TypeAdapter(
    Annotated[Percent, Field(ge=0, le=100, decimal_places=2), HUNDREDTHS, NUMBER]
)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
COUNT: TypeAdapter[int] = TypeAdapter(Annotated[int, NUMBER])


class Corrected(RequestBody):
    title: Annotated[Text | None, NeverNull()] = None


@pytest.mark.parametrize(("sent", "meant"), [(57 * 0.01, "0.57"), (0.1 + 0.2, "0.3"), (33.33, "33.33"), (100, "100")])
def test_a_percent_means_what_computers_write_for_it(sent: float, meant: str) -> None:
    assert str(PERCENT.validate_python(sent)) == meant


@pytest.mark.parametrize("sent", [0.575, 33.333, 1e-9, 5e-324, 100.01, "50", True])
def test_a_percent_has_two_decimals_and_is_a_number(sent: object) -> None:
    with pytest.raises(ValidationError):
        PERCENT.validate_python(sent)


@pytest.mark.parametrize("sent", ["2026-01-01T00:00:00Z", "2026-01-01 00:00:00.5+07:00"])
def test_an_instant_is_written_as_rfc_3339_says(sent: str) -> None:
    assert INSTANT.validate_python(sent) == datetime.fromisoformat(sent)


@pytest.mark.parametrize("sent", ["0.5", "1767225600", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00Z", "x"])
def test_what_only_reads_as_an_instant_is_none(sent: str) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(sent)


@pytest.mark.parametrize("sent", [81, 81.0])
def test_a_whole_number_may_be_written_with_a_point(sent: float) -> None:
    assert COUNT.validate_python(sent) == 81


@pytest.mark.parametrize("sent", [81.5, "81", True, None])
def test_a_whole_number_is_a_number(sent: object) -> None:
    with pytest.raises(ValidationError):
        COUNT.validate_python(sent)


@pytest.mark.parametrize("sent", ["", " ", "\x1c", "\u00a0\n", "a\x00"])
def test_text_says_something_and_holds_no_nul(sent: str) -> None:
    with pytest.raises(ValidationError):
        TEXT.validate_python(sent)


def test_a_field_that_is_never_null_is_not_told_to_be() -> None:
    told = Corrected.model_json_schema()["properties"]["title"]
    assert told["type"] == "string"
    assert "anyOf" not in told
