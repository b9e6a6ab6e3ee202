"""The scene of the tests of who may see what."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.db.onlookers import Tree, make_tree


@pytest.fixture
async def tree(session: AsyncSession) -> Tree:
    """An assignment and its onlookers."""
    return await make_tree(session)
