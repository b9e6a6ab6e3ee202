"""What every operation of a published contract has in common, said once: who may call, and how it may be refused.

FastAPI writes down what an operation's function declares; the edge, the authentication and the domain errors add
refusals that no function mentions. `Service` completes the document with them, so that a client can rely on it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from shared.http.problems import on_http_exception
from shared.http.wording import TITLES

OBLIGATORY = "x-obligatory"
"""Marks the schema of a header whose absence is 428, which FastAPI must not refuse as 422."""

WRITES = frozenset({"post", "put", "patch", "delete"})
REQUEST_ID = {"X-Request-Id": {"schema": {"type": "string", "format": "uuid"}, "required": True}}
ETAG = {"ETag": {"schema": {"type": "string", "pattern": '^"[^"]+"$'}, "required": True}}
RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer", "minimum": 0}, "required": True}}
CHALLENGE = {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}}
HEADERS: Mapping[int, Mapping[str, Any]] = {401: CHALLENGE, 429: RETRY_AFTER, 503: RETRY_AFTER}


class FieldProblem(BaseModel):
    """One wrong place in what was sent."""

    place: str
    code: str
    message: str


class Problem(BaseModel):
    """A refusal (RFC 9457). `code` is stable; `type` ends with it."""

    type: str = Field(pattern="^urn:theodoi:problem:[a-z0-9-]+$")
    title: str
    status: int
    detail: str
    code: str = Field(pattern="^[a-z0-9-]+$")
    errors: list[FieldProblem]
    request_id: str | None


class Service(FastAPI):
    """An application whose contract names every refusal, and whose 405 names every method of the path."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.add_exception_handler(405, self._refuse_method)

    def openapi(self) -> dict[str, Any]:
        """The document, completed the first time it is asked for."""
        if self.openapi_schema is None:
            _complete(super().openapi())
        assert self.openapi_schema is not None
        return self.openapi_schema

    async def _refuse_method(self, request: Request, error: Exception) -> Response:
        """One path may be served by several routes; the framework names the methods of the first one only."""
        assert isinstance(error, HTTPException)
        allowed = sorted({method for route in _routes(self.routes) for method in _methods(route, request)})
        refused = HTTPException(error.status_code, headers={"Allow": ", ".join(allowed)})
        return await on_http_exception(request, refused)


def _routes(routes: list[BaseRoute]) -> Iterator[Route]:
    for route in routes:
        if isinstance(route, Route):
            yield route
        included = getattr(route, "original_router", None)
        yield from _routes(included.routes if included else [])


def _methods(route: Route, request: Request) -> set[str]:
    return set(route.methods or ()) if route.matches(request.scope)[0] is not Match.NONE else set()


def _complete(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    components["responses"] = {str(status): _refusal(status) for status in TITLES if status != 500}
    document["security"] = [{"bearer": []}]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete_operation(path, method, operation)


def _refusal(status: int) -> dict[str, Any]:
    return {
        "description": TITLES[status][0],
        "headers": REQUEST_ID | dict(HEADERS.get(status, {})),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        _tell_as_sent(parameter)
    responses = operation["responses"]
    for response in responses.values():
        tagged = ETAG if method == "get" and path.endswith("}") else {}
        response["headers"] = response.get("headers", {}) | REQUEST_ID | tagged
    for status in sorted(_refusals(method, operation)):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}


def _tell_as_sent(parameter: dict[str, Any]) -> None:
    """An optional parameter is left out, never null; a query holds no NUL (`shared.http.edge`)."""
    schema = parameter["schema"]
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        schema |= kinds[0]
    elif kinds:
        schema["anyOf"] = kinds
    if schema.pop(OBLIGATORY, False):
        parameter["required"] = True
    free_text = schema.get("type") == "string" and not {"format", "enum", "pattern", "const"} & schema.keys()
    if parameter["in"] == "query" and free_text:
        schema["pattern"] = r"^[^\x00]*$"


def _refusals(method: str, operation: dict[str, Any]) -> set[int]:
    """The statuses of every refusal an operation can meet, by what it takes."""
    parameters = operation.get("parameters", [])
    content = operation.get("requestBody", {}).get("content", {})
    version = next((each for each in parameters if each["name"].lower() == "if-match"), None)
    named = any(each["in"] == "path" or each["schema"].get("format") == "uuid" for each in parameters)
    refusals = {400, 401, 403, 429, 503}
    refusals |= {404} if named or content else set()
    refusals |= {422} if parameters or content else set()
    refusals |= {413} if content else set()
    refusals |= {415} if content and "application/json" not in content else set()
    refusals |= {409} if method in WRITES else set()
    refusals |= {412} if version else set()
    refusals |= {428} if version and version.get("required") else set()
    refusals |= {409} if "409" in operation["responses"] else set()
    refusals |= {413} if "413" in operation["responses"] else set()
    refusals |= {416} if "416" in operation["responses"] else set()
    return refusals
