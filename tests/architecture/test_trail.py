"""No write without its trail: from every writing operation, job and command, code leads to where the trail is written.

Found by following names from function to function, so that a new operation cannot be forgotten here. Whether the trail
says the right thing is for the tests of each operation.
"""

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import TextClause

from services.alerts_worker import schedule
from services.alerts_worker.handlers import Acting, Handler, Looking
from services.alerts_worker.subscriptions import SUBSCRIPTIONS
from services.operator_cli import calendar_commands, job_commands, organization_commands, plan_commands, token_command
from services.tasks_api.plans.operations import activate_plan
from shared import audit
from shared.tracking.opening import open_begun_cycles
from tests.architecture.test_routes import APPS, routes

OURS = ("services.", "shared.", "tests.")
MACHINERY = {"forget_old_ticks", "forget_used_tokens", "forget_access_changes", "resume_checks"}
"""Jobs that clear away what the machinery left behind, or wake it: what it then does leaves a trail of its own."""


def names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)


def named(function: FunctionType) -> Iterator[Any]:
    """What a function names: globals of its module, and attributes of our modules and classes among them."""
    names = set(names_in(function.__code__))
    for value in (function.__globals__[name] for name in names if name in function.__globals__):
        yield value
        if isinstance(value, ModuleType | type) and is_ours(value):
            yield from (vars(value)[name] for name in names if name in vars(value))


def is_ours(value: Any) -> bool:
    module = value.__name__ if isinstance(value, ModuleType) else value.__module__
    return str(module).startswith(OURS)


def plain(value: Any) -> FunctionType | None:
    value = getattr(value, "__func__", value)
    return value if isinstance(value, FunctionType) and is_ours(value) else None


def leaves_a_trail(start: Callable[..., Any]) -> bool:
    """Whether `audit.record`, or a statement that writes the trail itself, can be reached."""
    first = plain(start)
    assert first
    pending, seen = [first], {first}
    while pending:
        function = pending.pop()
        if function is audit.record:
            return True
        for value in named(function):
            if isinstance(value, TextClause) and "INSERT INTO audit_entries" in value.text:
                return True
            found = plain(value)
            if found and found not in seen:
                seen.add(found)
                pending.append(found)
    return False


WRITES = [
    pytest.param(route, id=f"{name}: {route.name}")
    for name, app in APPS.items()
    for route in routes(app)
    if (route.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
]


def test_both_services_write() -> None:
    assert len(WRITES) >= 9


@pytest.mark.parametrize("route", WRITES)
def test_every_writing_operation_leaves_a_trail(route: APIRoute) -> None:
    assert leaves_a_trail(route.endpoint)


@pytest.mark.parametrize(
    "handler", [each for found in SUBSCRIPTIONS.values() for each in found], ids=lambda each: each.name
)
def test_every_handler_leaves_a_trail(handler: Handler) -> None:
    assert isinstance(handler, Acting | Looking)
    assert leaves_a_trail(handler.act)


@pytest.mark.parametrize("rule", schedule.RULES, ids=lambda rule: rule.name)
def test_every_scheduled_rule_leaves_a_trail(rule: schedule.ScheduledRule) -> None:
    work = rule.carry_out or rule.afterwards
    assert work is not None
    assert leaves_a_trail(work) or rule.name in MACHINERY


COMMANDS = [
    organization_commands.import_file,
    organization_commands.lay_template,
    organization_commands.succeed,
    organization_commands.rename,
    calendar_commands.set_,
    calendar_commands.remove,
    plan_commands.import_file,
    job_commands.replay_job,
    token_command.token,
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command.__module__}.{command.__name__}")
def test_every_writing_command_leaves_a_trail(command: Callable[..., Any]) -> None:
    assert leaves_a_trail(command)


def test_a_write_without_a_trail_is_found() -> None:
    assert leaves_a_trail(activate_plan)
    assert not leaves_a_trail(open_begun_cycles), "whoever calls it writes the trail"
