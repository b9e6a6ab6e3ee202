"""The interactive documentation: the one page of ours that loads scripts, and only those it names."""

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse

_ADDRESS = re.compile(r'(?:src|href)="(https://[^/"]+)/')
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def docs_router(title: str, openapi_url: str) -> APIRouter:
    """`/docs` over the contract at `openapi_url`."""
    html = bytes(get_swagger_ui_html(openapi_url=openapi_url, title=title).body).decode()
    headers = {"Content-Security-Policy": policy_of(html)}
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        return HTMLResponse(html, headers=headers)

    return router


def policy_of(html: str) -> str:
    """A policy that lets exactly this page work: its hosts, its inline script by its hash, requests to ourselves."""
    hosts = " ".join(sorted(set(_ADDRESS.findall(html))))
    inline = " ".join(
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in _INLINE.findall(html)
    )
    return (
        f"default-src 'none'; script-src {hosts} {inline}; style-src {hosts} 'unsafe-inline'; "
        f"img-src 'self' data: {hosts}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
