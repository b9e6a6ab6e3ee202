"""The page of assignments, built as JSON by Postgres: the most asked question of the whole system.

The rows a caller may see lie in `assignment_viewers` in the order of the list, so a page is one short range of
an index, whatever the caller's place in the tree and the size of the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.context import Context, carrying
from shared.db.driver import Prepared, fetch_row, prepare
from shared.db.visibility import VIEWED_BY_VIEWER

# One row `a` of `shown_assignments`, with its organization `o`, as the contract shows it. `:today` decides what is
# overdue or red, by the days that `shared.domain.alert_rules.red_from` wrote down.
ITEM = """
    json_build_object(
        'id', a.id,
        'task', json_build_object('id', a.task_id, 'code', a.task_code, 'title', a.task_title,
                                  'required_output', a.required_output, 'deadline_text', a.deadline_text),
        'plan', json_build_object('id', a.plan_id, 'number', a.plan_number),
        'organization', json_build_object('id', o.id, 'code', o.code, 'name', o.name),
        'carried_from', CASE WHEN a.carried_from_id <> a.organization_id THEN
            (SELECT json_build_object('id', f.id, 'code', f.code, 'name', f.name)
             FROM organizations f WHERE f.id = a.carried_from_id) END,
        'cycle', json_build_object('kind', a.cycle_kind, 'starts_on', a.cycle_starts_on,
                                   'ends_on', a.cycle_ends_on),
        'starts_on', a.starts_on,
        'due_on', a.due_on,
        'status', a.status,
        'official_status', CASE
            WHEN a.status IN ('suspended', 'cancelled') THEN NULL
            WHEN a.status = 'completed' THEN
                CASE WHEN coalesce(a.submitted_on, a.completed_on) > a.due_on
                     THEN 'completed_late' ELSE 'completed_on_time' END
            WHEN a.overdue_from <= :today THEN 'overdue'
            ELSE 'in_progress' END,
        'percent', a.percent,
        'red', array_remove(ARRAY[
            CASE WHEN a.overdue_from <= :today THEN 'overdue' END,
            CASE WHEN a.lagging_from <= :today THEN 'lagging' END,
            CASE WHEN a.poor_quality_from <= :today THEN 'poor_quality' END], NULL),
        'verdict', a.verdict,
        'submitted_on', a.submitted_on,
        'completed_on', a.completed_on,
        'version', a.version
    )
"""

_PAGE = """
    WITH page AS MATERIALIZED (
        SELECT v.due_key, v.assignment_id, row_number() OVER (ORDER BY v.due_key, v.assignment_id) AS place
        FROM assignment_viewers v {joins}
        WHERE {viewed} {carried} {conditions}
        ORDER BY v.due_key, v.assignment_id
        LIMIT :limit + 1
    )
    SELECT coalesce(json_agg({item} ORDER BY page.place) FILTER (WHERE page.place <= :limit), '[]')::text AS items,
           max(page.due_key) FILTER (WHERE page.place = :limit) AS last_due,
           (array_agg(page.assignment_id) FILTER (WHERE page.place = :limit))[1] AS last_id,
           count(*) > :limit AS has_more
    FROM page
    CROSS JOIN LATERAL (SELECT * FROM {shown} shown WHERE shown.id = page.assignment_id OFFSET 0) AS a
    JOIN organizations o ON o.id = a.organization_id
"""

_FILTERS: Mapping[str, str] = {
    "after_due": "AND (v.due_key, v.assignment_id) > (:after_due, :after_id)",
    "due_from": "AND v.due_key >= :due_from",
    "due_to": "AND v.due_key <= :due_to",
    "plan": "AND a.plan_id = :plan",
    "task": "AND a.task_id = :task",
    "status": "AND a.status = :status",
    "lead_path": "AND o.path LIKE :lead_path",
}
"""What may narrow the list. The fragments are ours; values are always bound."""

_ON_ASSIGNMENT = frozenset({"plan", "task", "status", "lead_path"})
_JOINS = "JOIN assignments a ON a.id = v.assignment_id JOIN organizations o ON o.id = a.organization_id"


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """`items` is a JSON array; `last` the keys of its last row when more rows follow."""

    items: str
    last: tuple[date, UUID] | None


async def list_assignments(
    session: AsyncSession,
    *,
    viewer: UUID,
    today: date,
    limit: int,
    filters: Mapping[str, Any],
    context: Context | None = None,
) -> AssignmentPage:
    """One page of what `viewer` may see, earliest due day first. `filters` are values for `_FILTERS`, none None.

    In a session without a context of its own, `context` is that of `shared.db.context.acting`.
    """
    statement = page_statement(frozenset(filters), carried=context is not None)
    values = {"viewer": viewer, "today": today, "limit": limit, **filters}
    if context:
        values |= {f"context_{name}": value for name, value in context.settings.items()}
    row = await fetch_row(session, statement, values)
    return AssignmentPage(row["items"], (row["last_due"], row["last_id"]) if row["has_more"] else None)


@cache
def page_statement(filters: frozenset[str], *, carried: bool = False, shown: str = "shown_assignments") -> Prepared:
    """The statement for this set of filters; `carried`: with the caller's context in it.

    `shown` is where the rows are read: the view that shows only the caller's, unless somebody wants to know its price.
    """
    sql = _PAGE.format(
        viewed=VIEWED_BY_VIEWER,
        carried="AND context.organization IS NOT NULL" if carried else "",
        joins=_JOINS if filters & _ON_ASSIGNMENT else "",
        conditions=" ".join(fragment for name, fragment in _FILTERS.items() if name in filters),
        item=ITEM,
        shown=shown,
    )
    return prepare(carrying(sql) if carried else sql)
