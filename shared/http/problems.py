"""Errors meet HTTP once, here: each family of `shared.domain.errors` is one status, told as RFC 9457."""

import math
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from shared import audit
from shared.db.outages import DRIVER_ERROR, is_passing
from shared.domain import errors
from shared.http.rate_limits import TooManyRequests
from shared.http.receiving import BodyRefused
from shared.http.wording import TITLES, field_message, prefers_english
from shared.log import describe, get_logger

STATUS: Mapping[type[errors.DomainError], int] = {
    errors.NotAuthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.Stale: 412,
    errors.TooLarge: 413,
    errors.UnsupportedFile: 415,
    errors.Invalid: 422,
    errors.PreconditionMissing: 428,
    errors.Corrupted: 460,  # as tus 1.0 has it
    errors.Malformed: 400,
}

logger = get_logger(__name__)


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    fields: Sequence[errors.FieldError] = (),
    facts: Mapping[str, errors.Json] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document. `code` is stable and also ends `type`; `facts`, where there are any, are what a program
    needs to go on from here (an extension member, RFC 9457 3.2).
    """
    source = audit.origin.get()
    vietnamese, english = TITLES.get(status, TITLES[500])
    body: dict[str, Any] = {
        "type": f"urn:theodoi:problem:{code}",
        "title": english if prefers_english(request) else vietnamese,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [{"place": e.place, "code": e.code, "message": e.message} for e in fields],
        "request_id": source.request_id if source else None,
        **({"facts": facts} if facts else {}),
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")


async def on_domain_error(request: Request, error: Exception) -> Response:
    """Tell a refusal of the domain."""
    assert isinstance(error, errors.DomainError)
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, errors.NotAuthenticated) else None
    return problem(
        request,
        STATUS[type(error)],
        error.code,
        error.detail,
        fields=error.errors,
        facts=error.facts,
        headers=headers,
    )


async def on_invalid_request(request: Request, error: Exception) -> Response:
    """Tell which fields of a request are wrong; 400 when the body is not JSON at all."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return _json_invalid(request)
    fields = [
        errors.FieldError(
            ".".join(str(step) for step in item["loc"][1:]) or str(item["loc"][0]),
            item["type"],
            field_message(item),
        )
        for item in found
    ]
    detail = "Dữ liệu gửi lên chưa đúng: " + "; ".join(f"{f.place}: {f.message}" for f in fields) + "."
    return problem(request, 422, "validation-failed", detail, fields=fields)


def body_refused(request: Request, refusal: BodyRefused) -> Response:
    """Tell why a body is not taken."""
    return problem(request, refusal.status_code, refusal.code, refusal.words)


def _json_invalid(request: Request) -> Response:
    return problem(request, 400, "json-invalid", "Nội dung gửi lên không phải JSON hợp lệ.")


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Tell what the framework refuses: unknown paths and methods, bodies too large, or not decodable at all (400)."""
    assert isinstance(error, HTTPException)
    if isinstance(error, BodyRefused):
        return body_refused(request, error)
    if error.status_code == 400:
        return _json_invalid(request)
    codes = {404: "not-found", 405: "method-not-allowed"}
    code = codes.get(error.status_code, f"http-{error.status_code}")
    detail = error.detail if error.status_code == 413 else TITLES.get(error.status_code, TITLES[500])[0] + "."
    return problem(request, error.status_code, code, detail, headers=error.headers)


async def on_too_many(request: Request, error: Exception) -> Response:
    """The caller comes too fast."""
    assert isinstance(error, TooManyRequests)
    return too_many(request, error.wait)


def too_many(request: Request, wait: float) -> Response:
    """Come back in `wait` seconds."""
    seconds = math.ceil(wait)
    detail = f"Bạn gửi yêu cầu quá nhanh: hãy thử lại sau {seconds} giây."
    return problem(request, 429, "too-many-requests", detail, headers={"Retry-After": str(seconds)})


async def on_busy(request: Request, error: Exception) -> Response:
    """No database connection was free in time, there is no database to connect to, or it gave up waiting."""
    logger.warning("busy", reason=describe(error))
    detail = "Hệ thống đang bận: hãy thử lại sau ít giây."
    return problem(request, 503, "busy", detail, headers={"Retry-After": "2"})


async def on_database_error(request: Request, error: Exception) -> Response:
    """The database was busy or lost; anything else it refuses is a defect of ours."""
    return await on_busy(request, error) if is_passing(error) else unexpected(request, error)


def unexpected(request: Request, error: Exception) -> Response:
    """A defect of ours: logged with its place, told without any of it."""
    logger.error("unexpected", exc_info=error)
    return problem(request, 500, "internal", "Có lỗi bên trong hệ thống; mã yêu cầu đã được ghi lại để tra cứu.")


def install(app: FastAPI) -> None:
    """Register every handler."""
    app.add_exception_handler(errors.DomainError, on_domain_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(TooManyRequests, on_too_many)
    for outage in (PoolTimeout, ConnectionError, TimeoutError, socket.gaierror):
        app.add_exception_handler(outage, on_busy)
    for refusal in (DBAPIError, DRIVER_ERROR):
        app.add_exception_handler(refusal, on_database_error)
