"""The demo's callers: each speaks to the services over HTTP with a token of its own, as any client would."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from services.operator_cli.refusals import OperatorError
from shared.db.ids import new_id

PATIENCE = 120.0
"""Seconds to wait for the worker to act on an event: what a busy machine needs, and only told where something broke."""

T = TypeVar("T")


class Caller:
    """One person of the story, at one of the two services."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
        )

    def get(self, path: str, **query: Any) -> Any:
        """The JSON at `path`."""
        return _content(self.try_get(path, **query))

    def try_get(self, path: str, **query: Any) -> httpx.Response:
        """The answer to a GET, whatever it is."""
        return self._client.get(path, params=query)

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        version: int | None = None,
        **query: Any,
    ) -> Any:
        """The JSON answer to a POST, which must succeed."""
        return _content(self.try_post(path, body, version=version, **query))

    def try_post(
        self,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        version: int | None = None,
        **query: Any,
    ) -> httpx.Response:
        """The answer to a POST, whatever it is."""
        headers = {"Idempotency-Key": str(new_id())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if isinstance(body, bytes):
            return self._client.post(path, content=body, params=query, headers=headers)
        return self._client.post(path, json=body, params=query, headers=headers)


def _content(response: httpx.Response) -> Any:
    if response.is_success:
        return response.json()
    raise OperatorError("demo-failed", f"{response.request.method} {response.request.url.path}: {response.text}")


def wait_until(look: Callable[[], T], good: Callable[[T], bool], what: str) -> T:
    """Look again until it is `good`; OperatorError naming `what` when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while True:
        seen = look()
        if good(seen):
            return seen
        if time.monotonic() > deadline:
            raise OperatorError("demo-timeout", f"Chờ quá lâu: {what}. Hãy xem nhật ký của worker và relay.")
        time.sleep(0.2)
