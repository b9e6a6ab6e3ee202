"""What the published contracts say beyond the functions of their operations."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from services.operator_cli.contracts import SERVICES, load_contract

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def operations() -> Iterator[Any]:
    for service in SERVICES:
        contract = load_contract(service)
        for path, methods in contract["paths"].items():
            for method, operation in methods.items():
                yield pytest.param(contract, operation, id=f"{method.upper()} {path}")


def headers_of(operation: dict[str, Any]) -> dict[str, bool]:
    named = [each for each in operation.get("parameters", []) if each["in"] == "header"]
    return {each["name"].lower(): each["required"] for each in named}


@pytest.mark.parametrize(("contract", "operation"), list(operations()))
def test_an_operation_names_its_refusals_as_problem_documents(
    contract: dict[str, Any], operation: dict[str, Any]
) -> None:
    responses = operation["responses"]
    assert {"400", "401", "403", "429", "503"} <= responses.keys()
    version = headers_of(operation).get("if-match")
    assert ("412" in responses) == (version is not None or "tus-resumable" in headers_of(operation))
    assert ("428" in responses) == (version is True)
    for status in responses:
        if status >= "400":
            assert responses[status] == {"$ref": f"#/components/responses/{status}"}
            assert contract["components"]["responses"][status]["content"] == PROBLEM


@pytest.mark.parametrize("service", SERVICES)
def test_callers_prove_themselves_with_a_bearer_token(service: str) -> None:
    contract = load_contract(service)
    assert contract["security"] == [{"bearer": []}]
    assert contract["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


@pytest.mark.parametrize("service", SERVICES)
def test_no_parameter_is_null(service: str) -> None:
    contract = load_contract(service)
    parameters = [
        parameter
        for methods in contract["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
    ]
    assert parameters
    assert {"type": "null"} not in [kind for each in parameters for kind in each["schema"].get("anyOf", [])]


async def test_a_wrong_method_is_told_every_method_of_the_path(evidence_api: httpx.AsyncClient) -> None:
    response = await evidence_api.request("OPTIONS", "/v1/evidence")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"
    assert response.json()["code"] == "method-not-allowed"
