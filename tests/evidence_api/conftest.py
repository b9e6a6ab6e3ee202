"""The scene that tests of evidence play in."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.evidence_api.scene import Scene, make_scene
from tests.factories.identity import TokenMaker


@pytest.fixture
async def scene(session: AsyncSession, token_maker: TokenMaker) -> Scene:
    return await make_scene(session, token_maker)
