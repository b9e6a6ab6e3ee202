"""Sessions as the worker opens them."""

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import roles
from shared.db.session import Sessions
from tests.conftest import served_as


@pytest.fixture
def sessions(connection: AsyncConnection) -> Sessions:
    return served_as(roles.WORKER, connection)
