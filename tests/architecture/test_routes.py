"""What every operation of both contracts owes its callers."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.evidence_api.app import create_app as create_evidence_api
from services.evidence_api.evidence_files.linked import authenticate_link
from services.tasks_api.app import create_app as create_tasks_api
from shared.domain.permissions import Permission
from shared.http.deps import authenticate
from shared.http.idempotency import once
from shared.http.permissions import EXTENSION, requires

OPEN = {"/healthz", "/readyz", "/metrics", "/docs"}
APPS = {"tasks_api": create_tasks_api(), "evidence_api": create_evidence_api()}


def routes(app: FastAPI) -> Iterator[APIRoute]:
    pending = list(app.routes)
    while pending:
        route = pending.pop()
        if isinstance(route, APIRoute):
            yield route
        included = getattr(route, "original_router", None)
        pending.extend(included.routes if included else [])


def calls(dependant: Dependant) -> set[object]:
    found: set[object] = {dependant.call}
    for each in dependant.dependencies:
        found |= calls(each)
    return found


EVERY = [
    pytest.param(route, id=f"{name}:{'/'.join(sorted(route.methods or ()))} {route.path}")
    for name, app in APPS.items()
    for route in routes(app)
]


def permissions_of(module: str) -> list[Permission]:
    return [value for value in vars(import_module(module)).values() if isinstance(value, Permission)]


def policies_of(route: APIRoute) -> str:
    return f"{route.endpoint.__module__.rpartition('.')[0]}.policies"


def test_both_services_have_operations() -> None:
    assert len(EVERY) > 25


@pytest.mark.parametrize("route", EVERY)
def test_every_operation_knows_its_caller(route: APIRoute) -> None:
    assert route.path in OPEN or calls(route.dependant) & {authenticate, authenticate_link}


@pytest.mark.parametrize("route", EVERY)
def test_every_operation_declares_a_permission_of_its_concept(route: APIRoute) -> None:
    if route.path not in OPEN:
        declared = (route.openapi_extra or {}).get(EXTENSION)
        assert declared in [requires(permission)[EXTENSION] for permission in permissions_of(policies_of(route))]


def test_a_permission_is_named_after_its_concept_and_only_one_has_the_name() -> None:
    modules = [str(path.with_suffix("")).replace("/", ".") for path in Path("services").glob("*/*/policies.py")]
    names = [(module.split(".")[2], each.name) for module in modules for each in permissions_of(module)]
    assert all(name.startswith(f"{concept}.") for concept, name in names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("route", EVERY)
def test_every_post_takes_an_idempotency_key(route: APIRoute) -> None:
    if "POST" in (route.methods or ()):
        names = {parameter.alias for parameter in route.dependant.header_params}
        assert once in calls(route.dependant) or "idempotency-key" in names


@pytest.mark.parametrize("app", APPS.values(), ids=APPS)
def test_an_operation_is_named_after_its_function_and_only_one_has_the_name(app: FastAPI) -> None:
    operations = [operation["operationId"] for path in app.openapi()["paths"].values() for operation in path.values()]
    assert len(operations) == len(set(operations))
    assert set(operations) == {route.endpoint.__name__ for route in routes(app) if route.include_in_schema}
