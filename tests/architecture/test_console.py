"""The console loads the command asked for, and knows them all."""

import pytest

from services.operator_cli.main import GROUPS, SINGLE, build


def names(*words: str) -> set[str | None]:
    app = build(list(words))
    return {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}


@pytest.mark.parametrize("words", [(), ("--help",), ("unknown", "plan")])
def test_where_no_command_is_named_all_are_there(words: tuple[str, ...]) -> None:
    assert names(*words) == {*SINGLE, *GROUPS}


@pytest.mark.parametrize("name", sorted({*SINGLE, *GROUPS}))
def test_each_command_can_be_loaded_alone(name: str) -> None:
    assert names(name, "--help") == {name}
