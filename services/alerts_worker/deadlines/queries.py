"""Which open work is not due when the calendar says."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Date, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Assignment
from shared.domain.assignment_states import AssignmentStatus

_ENDED = (AssignmentStatus.COMPLETED, AssignmentStatus.CANCELLED)


async def list_misplaced(session: AsyncSession, enforced: Mapping[date, date], *, limit: int) -> Sequence[Assignment]:
    """Open assignments whose named day is one of `enforced` and whose due day is not the one it leads to; locked."""
    days = [cast(list(each), ARRAY(Date)) for each in (enforced.keys(), enforced.values())]
    due = func.unnest(*days).table_valued("named_on", "due_on").render_derived()
    statement = (
        select(Assignment)
        .join(due, due.c.named_on == Assignment.cycle_due_on)
        .where(Assignment.status.not_in(_ENDED), Assignment.due_on != due.c.due_on)
        .order_by(Assignment.id)
        .limit(limit)
        .with_for_update(of=Assignment, key_share=True)
    )
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()
