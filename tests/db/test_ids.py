"""Identifiers sort by the moment they were made, whether Python or Postgres made them."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.ids import new_id

VARIANT = "specified in RFC 4122"


def milliseconds(identifier: UUID) -> int:
    return identifier.int >> 80


def now() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


def ensure_version_7(identifier: UUID) -> None:
    assert (identifier.version, identifier.variant) == (7, VARIANT)


def test_new_ids_carry_the_time_they_were_made_in_order() -> None:
    begin = now()
    made = [new_id() for _ in range(5000)]
    end = now()

    assert len(set(made)) == len(made)
    times = [milliseconds(identifier) for identifier in made]
    assert times == sorted(times)
    assert begin <= times[0]
    assert times[-1] <= end
    for identifier in made:
        ensure_version_7(identifier)


def test_all_bits_but_the_fixed_ones_are_random() -> None:
    made = [new_id().int for _ in range(200)]
    never, always = made[0], made[0]
    for number in made:
        never |= number
        always &= number
    random = (1 << 62) - 1 | ((1 << 12) - 1) << 64

    assert never & random == random
    assert always & random == 0


async def test_ids_that_statements_make_are_of_the_same_kind(session: AsyncSession) -> None:
    before = new_id()
    rows = await session.execute(text("SELECT uuid_v7() FROM generate_series(1, 2000)"))
    made = [row[0] for row in rows]
    after = new_id()

    assert len(set(made)) == len(made)
    times = [milliseconds(identifier) for identifier in made]
    assert times == sorted(times)
    # Postgres rounds to the nearest millisecond, Python down.
    assert milliseconds(before) <= times[0]
    assert times[-1] <= milliseconds(after) + 1
    for identifier in made:
        ensure_version_7(identifier)


async def test_postgres_sorts_ids_as_python_does(session: AsyncSession) -> None:
    made = [new_id() for _ in range(300)]
    rows = await session.execute(
        text("SELECT id FROM unnest(CAST(:ids AS uuid[])) AS t (id) ORDER BY id"), {"ids": made}
    )

    assert [row[0] for row in rows] == sorted(made)
