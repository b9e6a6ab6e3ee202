"""S2 again, on a build whose application filter is removed: row-level security alone lets nothing through."""

import shutil
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import visibility
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker
from tests.security import unfiltered_visibility
from tests.security.asking import services_asked
from tests.security.cases import CASES
from tests.security.conftest import EVERY_ROLE, SUMMARY
from tests.security.matrix import run, two_roles
from tests.security.scene import Scene, make_scene
from tests.security.test_matrix import OPERATIONS
from tests.security.worlds import Relation

ROOT = Path(__file__).parents[2]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A copy of the source with the one module replaced that says what a caller may see."""
    copy = tmp_path / "build"
    for package in ("shared", "services"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    replaced = copy / Path(visibility.__file__).relative_to(ROOT)
    assert replaced.exists()
    shutil.copyfile(unfiltered_visibility.__file__, replaced)
    return copy


async def ask_for_all(scene: Scene, client: httpx.AsyncClient) -> str:
    caller = scene.callers[Relation.FOREIGN, Role.VIEWER]
    lists = [
        await client.get(f"/v1/{things}", params={"limit": 200}, headers=caller)
        for things in ("assignments", "tasks", "plans")
    ]
    return "\n".join(each.text for each in lists).lower()


async def test_without_the_application_filter_nothing_leaks(
    build: Path, committed_url: str, session: AsyncSession, token_maker: TokenMaker, pytestconfig: pytest.Config
) -> None:
    """What the database shows does not depend on roles: two for each case do, unless every one is asked for."""
    cells = None if pytestconfig.getoption(EVERY_ROLE, default=False) else two_roles
    scene = await make_scene(session, token_maker)
    secrets = scene.secrets_from(Relation.FOREIGN)
    async with services_asked(committed_url, tree=build) as clients:
        report = await run(CASES, OPERATIONS, scene, clients, cells=cells)
        shown = await ask_for_all(scene, clients["tasks_api"])
    told = pytestconfig.stash.setdefault(SUMMARY, [])
    told.append(f"S2 without the application filter: {len(report.failures)} leaks ({report.cells} requests)")
    assert report.cells > 1000
    assert not report.failures, "\n".join(report.failures)
    assert not [secret for secret in secrets if secret in shown]


async def test_the_build_really_lacks_its_filter(
    build: Path, committed_url: str, session: AsyncSession, token_maker: TokenMaker
) -> None:
    """Were the services the owner of everything, the same build would tell a stranger all: else the test above
    would prove nothing.
    """
    for service, role in (("tasks_api", "TASKS_API"), ("evidence_api", "EVIDENCE_API")):
        app = build / "services" / service / "app.py"
        source = app.read_text()
        assert f"role=roles.{role}" in source
        app.write_text(source.replace(f"role=roles.{role}", "role=None"))
    scene = await make_scene(session, token_maker)
    async with services_asked(committed_url, tree=build) as clients:
        shown = await ask_for_all(scene, clients["tasks_api"])
    assert [secret for secret in scene.secrets_from(Relation.FOREIGN) if secret in shown]
