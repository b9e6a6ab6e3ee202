"""Words of refusals, for a Vietnamese reader."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from shared.bodies import Text
from shared.http.wording import field_message, too_large_words


@pytest.mark.parametrize(
    ("limit", "said"),
    [(20 << 20, "20 MB"), (1 << 20, "1 MB"), (3 << 19, "1,5 MB"), (64 << 10, "64 KB"), (100, "100 byte")],
)
def test_a_limit_is_said_in_the_unit_people_use(limit: int, said: str) -> None:
    assert f"lớn hơn {said}:" in too_large_words(limit)


def test_a_choice_is_told_without_english() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Literal["open", "all", "or"]).validate_python("shut")
    assert field_message(refused.value.errors()[0]) == "phải là một trong: 'open', 'all' hoặc 'or'"


@pytest.mark.parametrize(
    ("kind", "value", "unit"),
    [
        (Annotated[Text, Field(max_length=3)], "abcd", "ký tự"),
        (Annotated[list[str], Field(max_length=3)], ["a"] * 4, "mục"),
    ],
)
def test_a_bound_is_told_in_what_it_counts(kind: Any, value: object, unit: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    assert field_message(refused.value.errors()[0]).endswith(f"nhiều nhất 3 {unit}")
