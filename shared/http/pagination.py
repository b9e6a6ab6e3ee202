"""Keyset pages: a cursor says where the last page ended, signed so that nobody can point it elsewhere."""

import base64
import hmac
import json
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from shared.domain.errors import Invalid
from shared.http.deps import resources

LARGEST_PAGE = 200


class Page:
    """The page a caller asks for: `limit` rows after the keys in `after` (empty for the first page).

    `scope` names the list; it is signed with the keys.
    """

    def __init__(self, secret: bytes, scope: str, limit: int, cursor: str | None) -> None:
        self._secret = secret
        self._scope = scope
        self.limit = limit
        self.after: list[Any] = self._open(cursor) if cursor else []

    def next_cursor(self, keys: list[Any]) -> str:
        """The cursor of the page after the row with `keys`."""
        body = json.dumps(keys, separators=(",", ":"), default=str).encode()
        return base64.urlsafe_b64encode(self._sign(body) + body).rstrip(b"=").decode()

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, f"{self._scope}\n".encode() + body, "sha256")[:16]

    def _open(self, cursor: str) -> list[Any]:
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError as error:
            raise self._refusal() from error
        signature, body = raw[:16], raw[16:]
        if not hmac.compare_digest(signature, self._sign(body)):
            raise self._refusal()
        opened: list[Any] = json.loads(body)
        return opened

    @staticmethod
    def _refusal() -> Invalid:
        return Invalid("cursor-invalid", "Con trỏ trang không hợp lệ: hãy bắt đầu lại từ trang đầu.")


async def read_page(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Page:
    """`limit` and `cursor` of the query. A cursor only continues the list it came from, filters included."""
    filters = sorted(pair for pair in request.query_params.multi_items() if pair[0] not in {"limit", "cursor"})
    scope = f"{request.scope['path']}?{urlencode(filters)}"
    return Page(resources(request).cursor_secret, scope, limit, cursor)


CurrentPage = Annotated[Page, Depends(read_page)]
