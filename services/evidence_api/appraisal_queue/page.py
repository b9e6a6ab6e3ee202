"""The page of a reviewing body's queue, built as JSON by Postgres.

What waits lies in `pending_appraisals` in the order of the list, so a page is one short range of an index, however
long the queue is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisal_queue.schemas import Holder, QueueOrder, QueueState
from services.evidence_api.appraisals.rules import days_waiting
from shared.db.calendar import calendar_of
from shared.db.context import Context, carrying
from shared.db.driver import Prepared, fetch_row, prepare, to_json
from shared.domain.calendar import local_date
from shared.domain.principal import Principal
from shared.domain.service_levels import ServiceLevels

# One row `w` of `shown_pending_appraisals`, with its lead `o`; `_tell` adds what the calendar says of it.
ITEM = """
    json_build_object(
        'evidence_id', w.evidence_id,
        'evidence_version', w.evidence_version,
        'kind', w.kind,
        'level', w.level,
        'reviewing_organization_id', w.reviewer_id,
        'assignment_id', w.assignment_id,
        'organization_id', w.lead_id,
        'organization_name', o.name,
        'plan_number', w.plan_number,
        'plan_title', w.plan_title,
        'task_code', w.task_code,
        'task_title', w.task_title,
        'required_output', w.required_output,
        'due_on', w.due_on,
        'released_at', w.released_at,
        'risk', w.risk,
        'waiting_since', w.since,
        'escalated_at', w.escalated_at,
        'supplement', w.supplement,
        'claim', CASE WHEN w.claimed_until > :now THEN json_build_object(
            'claimed_by', w.claimed_by,
            'name', (SELECT u.name FROM users u WHERE u.issuer = w.claimed_by_issuer AND u.subject = w.claimed_by),
            'mine', w.claimed_by = :subject AND w.claimed_by_issuer = :issuer,
            'until', w.claimed_until) END,
        'appraisal', NULL
    )
"""

_PAGE = """
    WITH page AS MATERIALIZED (
        SELECT q.evidence_id, -q.risk AS lightness, q.since, row_number() OVER (ORDER BY {order}) AS place
        FROM pending_appraisals q {joins}
        WHERE {chosen} {carried} {conditions}
        ORDER BY {order}
        LIMIT :limit + 1
    )
    SELECT array_agg({item}::text ORDER BY page.place) FILTER (WHERE page.place <= :limit) AS items,
           array_agg(page.since ORDER BY page.place) FILTER (WHERE page.place <= :limit) AS since,
           array_agg(w.level ORDER BY page.place) FILTER (WHERE page.place <= :limit) AS levels,
           (SELECT array_agg(c.day ORDER BY c.day) FROM calendar_days c) AS days,
           (SELECT array_agg(c.kind ORDER BY c.day) FROM calendar_days c) AS kinds,
           max(page.lightness) FILTER (WHERE page.place = :limit) AS last_lightness,
           max(page.since) FILTER (WHERE page.place = :limit) AS last_since,
           (array_agg(page.evidence_id) FILTER (WHERE page.place = :limit))[1] AS last_id,
           count(*) > :limit AS has_more
    FROM page
    CROSS JOIN LATERAL (SELECT * FROM {shown} shown WHERE shown.evidence_id = page.evidence_id OFFSET 0) AS w
    JOIN organizations o ON o.id = w.lead_id
"""

_CHOSEN: Mapping[QueueState, str] = {
    QueueState.PENDING: "q.organization_id = :viewer AND q.supplement IS DISTINCT FROM 'open'",
    QueueState.SUPPLEMENT: "q.organization_id = :viewer AND q.supplement = 'open'",
    QueueState.ESCALATED: "q.escalated_to = :viewer",
}
_ORDERS: Mapping[QueueOrder, str] = {
    QueueOrder.RISK: "(-q.risk), q.since, q.evidence_id",
    QueueOrder.AGE: "q.since, q.evidence_id",
}
# A body has few levels: what came before each of them on this instant or later is in time.
_IN_TIME = (
    "q.since >= (CAST(:overdue_before AS timestamptz[]))"
    "[least(q.level, cardinality(CAST(:overdue_before AS timestamptz[])))]"
)
_FILTERS: Mapping[str, str] = {
    "after_lightness": "AND ((-q.risk), q.since, q.evidence_id) > (:after_lightness, :after_since, :after_id)",
    "after_age": "AND (q.since, q.evidence_id) > (:after_since, :after_id)",
    "evidence": "AND q.evidence_id = :evidence",
    "plan": "AND q.plan_id = :plan",
    "level": "AND q.level = :level",
    "lead_path": "AND lead.path LIKE :lead_path",
    "overdue": f"AND NOT ({_IN_TIME})",
    "in_time": f"AND {_IN_TIME}",
    Holder.ME: "AND q.claimed_by = :subject AND q.claimed_by_issuer = :issuer AND q.claimed_until > :now",
    Holder.ANYONE: "AND q.claimed_until > :now",
    Holder.NOBODY: "AND (q.claimed_until <= :now) IS NOT FALSE",
}
"""What may narrow the list. The fragments are ours; values are always bound."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the queue is wanted. `filters` name fragments of `_FILTERS`, and hold the values that those need; `days`
    are the working days of each level.
    """

    state: QueueState
    order: QueueOrder
    limit: int
    filters: Mapping[str, Any]
    days: Sequence[int]


@dataclass(frozen=True, slots=True)
class Queued:
    """`items` are JSON objects as the contract shows them; `last` the keys of the last one when more follow."""

    items: list[str]
    last: list[Any] | None


def filters_of(
    *,
    plan: UUID | None,
    level: int | None,
    lead_path: str | None,
    claimed_by: Holder | None,
    overdue_before: Sequence[datetime] = (),
    overdue: bool | None,
) -> dict[str, Any]:
    """The filters that are asked for, with the values they need. What came before a level of the plan earlier than its
    instant in `overdue_before` is overdue.
    """
    given = {"plan": plan, "level": level, "lead_path": f"{lead_path}%" if lead_path else None}
    found: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if claimed_by:
        found[claimed_by] = None
    if overdue is not None:
        found["overdue" if overdue else "in_time"] = None
        found["overdue_before"] = list(overdue_before)
    return found


def after_keys(order: QueueOrder, keys: list[Any]) -> dict[str, Any]:
    """The filter for what stands behind the last row of a page."""
    if not keys:
        return {}
    *lightness, since, evidence_id = keys
    name = "after_lightness" if order is QueueOrder.RISK else "after_age"
    place = {"after_since": datetime.fromisoformat(since), "after_id": UUID(evidence_id)}
    return {name: lightness[0] if lightness else None, **place}


async def list_queued(
    session: AsyncSession,
    principal: Principal,
    asked: Asked,
    *,
    on: date,
    now: datetime,
    context: Context | None = None,
) -> Queued:
    """One page of what the caller's organization has to know of. In a session without a context of its own, `context`
    is that of `shared.db.context.acting`.
    """
    fragments = frozenset(name for name in asked.filters if name in _FILTERS)
    statement = page_statement(asked.state, asked.order, fragments, carried=context is not None)
    values = {
        "viewer": principal.organization_id,
        "subject": principal.subject,
        "issuer": principal.client,
        "now": now,
        "limit": asked.limit,
        **asked.filters,
    }
    if context:
        values |= {f"context_{name}": value for name, value in context.settings.items()}
    row = await fetch_row(session, statement, values)
    levels = ServiceLevels(asked.days, calendar_of(dict(zip(row["days"] or (), row["kinds"] or (), strict=True))))
    items = _tell(row["items"] or (), row["since"] or (), row["levels"] or (), levels, on=on, now=now)
    if not row["has_more"]:
        return Queued(items, None)
    lightness = [row["last_lightness"]] if asked.order is QueueOrder.RISK else []
    return Queued(items, [*lightness, row["last_since"].isoformat(), row["last_id"]])


def _tell(
    items: Sequence[str],
    since: Sequence[datetime],
    numbers: Sequence[int],
    levels: ServiceLevels,
    *,
    on: date,
    now: datetime,
) -> list[str]:
    """The items with their age and the day their service level ends: written behind what Postgres built, since reading
    a page to write it again takes longer than building it.
    """
    told, ends = [], {}
    for item, began, level in zip(items, since, numbers, strict=True):
        step = (local_date(began), level)
        if step not in ends:
            ends[step] = levels.decide_by(began, level)
        overdue, age = to_json(on > ends[step]), max(days_waiting(began, now), 0)
        told.append(f'{item.rstrip()[:-1]},"age_days":{age},"decide_by":"{ends[step]}","overdue":{overdue}}}')
    return told


def to_bytes(queued: Queued, cursor: str | None) -> bytes:
    """The answer."""
    return f'{{"items":[{",".join(queued.items)}],"next_cursor":{to_json(cursor)}}}'.encode()


@cache
def page_statement(
    state: QueueState,
    order: QueueOrder,
    filters: frozenset[str],
    *,
    carried: bool = False,
    shown: str = "shown_pending_appraisals",
) -> Prepared:
    """The statement for this part of the queue; `carried`: with the caller's context in it.

    `shown` is where the rows are read: the view that shows only the caller's, unless somebody wants to know its price.
    """
    sql = _PAGE.format(
        order=_ORDERS[order],
        joins="JOIN organizations lead ON lead.id = q.lead_id" if "lead_path" in filters else "",
        chosen=_CHOSEN[state],
        carried="AND context.organization IS NOT NULL" if carried else "",
        conditions=" ".join(fragment for name, fragment in _FILTERS.items() if name in filters),
        item=ITEM,
        shown=shown,
    )
    return prepare(carrying(sql) if carried else sql)
