"""How cases ask, whatever they ask for."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from operator import attrgetter
from pathlib import Path

import httpx

from bench.serving import ROOT, services_running
from shared.settings import get_settings
from tests.security.matrix import Ask, Asked
from tests.security.worlds import Relation, Target

LEADS = frozenset({Relation.OWN, Relation.ISSUER, Relation.ABOVE})
"""Who acts for the lead: it and all above it."""
REFUSED = frozenset({422})
WIDE = {"limit": "200"}


def nothing(*_: object) -> Asked:
    return Asked(query=WIDE)


def named(parameter: str, attribute: str) -> Ask:
    """Asks for one thing of the target by its path."""

    def ask(target: Target, *_: object) -> Asked:
        return Asked(path={parameter: attrgetter(attribute)(target), "position": "1"})

    return ask


def where(parameter: str, value: str | Callable[[Target], str]) -> Ask:
    """Filters a list by a value, or by something of the target."""

    def ask(target: Target, *_: object) -> Asked:
        return Asked(query=WIDE | {parameter: value if isinstance(value, str) else value(target)})

    return ask


def change(parameter: str, attribute: str, body: object, *, if_match: str | None = None) -> Ask:
    """Writes to one thing of the target."""

    def ask(target: Target, *_: object) -> Asked:
        path = {parameter: attrgetter(attribute)(target), "row": "1.2", "position": "1"}
        return Asked(path=path, body=body, if_match=if_match)

    return ask


@asynccontextmanager
async def services_asked(database_url: str, *, tree: Path = ROOT) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A client for each service; `tree` is another copy of the sources to run."""
    with services_running(database_url, get_settings().data_dir.resolve(), tree=tree) as addresses:
        async with AsyncExitStack() as opened:
            clients = (httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) for url in addresses.values())
            yield dict(zip(addresses, [await opened.enter_async_context(client) for client in clients], strict=True))
