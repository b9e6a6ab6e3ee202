"""Red alerts as of any day, worked out from the record and writing nothing.

For today and later, from the facts as they stand; for a past day, from what was recorded by its end. Either way
the facts go through `shared.domain.alert_rules`, so that what is shown for a day is what was shown that day: under the
organizations that held the work then, by the names and the calendar of then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.calendar import list_moved_days, load_calendar
from shared.db.visibility import SHOWN_TO_VIEWER
from shared.domain.alert_rules import AlertRule, AssignmentFacts, red_from
from shared.domain.assignment_states import AssignmentStatus
from shared.domain.calendar import WorkCalendar, local_midnight
from shared.domain.roadmaps import Roadmap, RoadmapPoint

_COLUMNS = """
    a.id, a.due_key,
    t.code AS task_code, t.title AS task_title, p.number AS plan_number,
    o.id AS organization_id, o.code AS organization_code
"""

_SHOWN = f"""
    JOIN tasks t ON t.id = a.task_id
    JOIN plans p ON p.id = a.plan_id
    JOIN organizations o ON o.id = a.organization_id
    WHERE (CAST(:viewer AS uuid) IS NULL OR {SHOWN_TO_VIEWER})
      AND (a.due_key, a.id) >= (:after_due, :after_id)
"""

_STANDING = text(f"""
    SELECT {_COLUMNS}, o.name AS organization_name, a.due_on, a.starts_on, a.roadmap,
           a.status, a.percent, a.submitted_on, a.completed_on, a.verdict, a.verdict_on
    FROM assignments a {_SHOWN}
      AND (a.overdue_from <= :on OR a.lagging_from <= :on OR a.poor_quality_from <= :on)
    ORDER BY a.due_key, a.id
    LIMIT :limit
""")

# An assignment as it stood by `:before`: held by whom the first transfer since then took it from, and due when its
# named day ended by the calendar of then (`:named_on` and `:due_on` tell the days that have moved since).
_AS_THEN = """
    (SELECT w.id, w.task_id, w.plan_id, w.starts_on, w.roadmap,
            coalesce(held.from_organization_id, w.organization_id) AS organization_id,
            coalesce(moved.due_on, w.due_on) AS due_on, coalesce(moved.due_on, w.due_key) AS due_key
     FROM assignments w
     LEFT JOIN LATERAL (SELECT x.from_organization_id FROM assignment_transfers x
                        WHERE x.assignment_id = w.id AND x.transferred_at >= :before
                        ORDER BY x.transferred_at, x.effective_on LIMIT 1) held ON true
     LEFT JOIN unnest(CAST(:named_on AS date[]), CAST(:due_on AS date[])) AS moved (named_on, due_on)
       ON moved.named_on = w.cycle_due_on)
"""

_NAME_THEN = """
    coalesce((SELECT n.previous_name FROM organization_renames n
              WHERE n.organization_id = o.id AND n.applied_at >= :before
              ORDER BY n.applied_at, n.effective_on LIMIT 1), o.name)
"""

# The term is the one that applied on that day, where amendments of the plan have moved it since.
#
# The verdict is the last one on what the completion stood on that day. Of a completion replaced since, nothing tells
# any more what it stood on: the verdict that last sent the work back counts, else the last on anything.
_RECORDED = text(f"""
    SELECT {_COLUMNS}, {_NAME_THEN} AS organization_name, status.to_status AS status,
           a.due_on, term.id IS NOT NULL AS by_term, term.named_on,
           coalesce(term.starts_on, a.starts_on) AS starts_on, coalesce(term.roadmap, a.roadmap) AS roadmap,
           CASE WHEN status.to_status = 'completed' THEN 100 ELSE coalesce(progress.percent, 0) END AS percent,
           (submitted.occurred_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS submitted_on,
           (completed.occurred_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS completed_on,
           verdict.verdict, (verdict.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS verdict_on
    FROM {_AS_THEN} a
    JOIN LATERAL (SELECT to_status FROM assignment_transitions s
                  WHERE s.assignment_id = a.id AND s.occurred_at < :before
                  ORDER BY s.occurred_at DESC, s.id DESC LIMIT 1) status ON true
    LEFT JOIN LATERAL (SELECT d.id, d.starts_on, d.named_on, d.roadmap FROM assignment_deadlines d
                  WHERE d.assignment_id = a.id AND d.from_on <= :on
                  ORDER BY d.number DESC LIMIT 1) term ON true
    LEFT JOIN LATERAL (SELECT percent FROM progress_updates u
                  WHERE u.assignment_id = a.id AND u.recorded_at < :before
                  ORDER BY u.recorded_at DESC, u.id DESC LIMIT 1) progress ON true
    LEFT JOIN LATERAL (SELECT occurred_at FROM assignment_transitions s
                  WHERE s.assignment_id = a.id AND s.occurred_at < :before AND s.to_status = 'awaiting_appraisal'
                  ORDER BY s.occurred_at DESC LIMIT 1) submitted ON true
    LEFT JOIN LATERAL (SELECT occurred_at FROM assignment_transitions s
                  WHERE s.assignment_id = a.id AND s.occurred_at < :before AND s.to_status = 'completed'
                  ORDER BY s.occurred_at DESC LIMIT 1) completed ON true
    LEFT JOIN LATERAL (SELECT occurred_at FROM assignment_transitions s
                  WHERE s.assignment_id = a.id AND s.occurred_at < :before AND s.action = 'appraise_invalid'
                  ORDER BY s.occurred_at DESC LIMIT 1) refused ON true
    LEFT JOIN LATERAL (SELECT j.verdict, j.decided_at FROM appraisals j
                  JOIN evidence_assignments e ON e.evidence_id = j.evidence_id
                  LEFT JOIN completion_evidence c
                    ON c.assignment_id = a.id AND c.evidence_id = j.evidence_id
                   AND c.evidence_version = j.evidence_version AND c.submitted_at < :before
                  WHERE e.assignment_id = a.id AND (e.linked_at IS NULL OR e.linked_at < :before)
                    AND j.decided_at < :before AND (j.withdrawn_at IS NULL OR j.withdrawn_at >= :before)
                  ORDER BY c.evidence_id IS NOT NULL DESC,
                           coalesce(c.evidence_id IS NULL AND j.verdict = 'invalid'
                               AND j.decided_at <= refused.occurred_at, false) DESC,
                           j.decided_at DESC, j.id DESC
                  LIMIT 1) verdict ON true
    {_SHOWN}
    ORDER BY a.due_key, a.id
    LIMIT :limit
""")

BATCH = 500
Key = tuple[date, UUID, int]
"""The due day and id of an assignment, and how many of its alerts have been told."""
FIRST: Key = (date.min, UUID(int=0), 0)


@dataclass(frozen=True, slots=True)
class ReplayedAlert:
    """A rule that is red on the day asked for, since `since`, and the assignment it speaks of.

    `number` counts the alerts of that assignment from 1.
    """

    rule: AlertRule
    since: date
    assignment: Mapping[str, Any]
    number: int

    @property
    def key(self) -> Key:
        """Its place in the list: alerts of one assignment stand together."""
        return self.assignment["due_key"], self.assignment["id"], self.number


async def list_red(
    session: AsyncSession, *, on: date, today: date, viewer: UUID | None, after: Key = FIRST, limit: int
) -> tuple[Sequence[ReplayedAlert], Key | None]:
    """At most `limit` alerts red on `on`, by due day, from behind the key `after`.

    `viewer` None shows everything: for operators at the console only. The second value is the key of the last alert
    when more follow, else None.
    """
    found: list[ReplayedAlert] = []
    while True:
        rows = await _list_facts(session, on=on, today=today, viewer=viewer, after=after)
        for row in rows:
            told = after[2] if row["id"] == after[1] else 0
            red = _red(row, on)
            found += red[told:]
            if len(found) > limit:
                return found[:limit], found[limit - 1].key
            after = (row["due_key"], row["id"], len(red))
        if len(rows) < BATCH:
            return found, None


async def _list_facts(
    session: AsyncSession, *, on: date, today: date, viewer: UUID | None, after: Key
) -> Sequence[Mapping[str, Any]]:
    values: dict[str, object] = {"viewer": viewer, "after_due": after[0], "after_id": after[1], "limit": BATCH}
    if on >= today:
        standing = await session.execute(_STANDING, values | {"on": on})
        return [{**row} for row in standing.mappings()]
    before = local_midnight(on + timedelta(days=1))
    moved = await list_moved_days(session, before)
    values |= {"on": on, "before": before, "named_on": list(moved), "due_on": list(moved.values())}
    rows = (await session.execute(_RECORDED, values)).mappings().all()
    calendar = await load_calendar(session) if any(row["by_term"] for row in rows) else None
    return [_due_then(row, moved, calendar) for row in rows]


def _due_then(row: RowMapping, moved: Mapping[date, date], calendar: WorkCalendar | None) -> Mapping[str, Any]:
    """The facts with the day that was enforced: where an amendment set the term, as the calendar of then ended it."""
    facts = dict(row)
    by_term, named = facts.pop("by_term"), facts.pop("named_on")
    if by_term:
        assert calendar is not None
        facts["due_on"] = None if named is None else moved.get(named) or calendar.enforced_due(named)
    return facts


def _red(row: Mapping[str, Any], on: date) -> list[ReplayedAlert]:
    facts = AssignmentFacts(
        status=AssignmentStatus(row["status"]),
        percent=Decimal(row["percent"]),
        roadmap=_roadmap(row),
        due=row["due_on"],
        submitted_on=row["submitted_on"],
        completed_on=row["completed_on"],
        verdict=row["verdict"],
        verdict_on=row["verdict_on"],
    )
    shown = {**row, "percent": float(facts.percent)}
    red = [(rule, since) for rule, since in red_from(facts).items() if since <= on]
    return [ReplayedAlert(rule, since, shown, number) for number, (rule, since) in enumerate(red, start=1)]


def _roadmap(row: Mapping[str, Any]) -> Roadmap | None:
    if row["due_on"] is None:
        return None
    points = tuple(
        RoadmapPoint(date.fromisoformat(point["on"]), Decimal(str(point["percent"])))
        for point in row["roadmap"]
        if point["on"] < row["due_on"].isoformat()
    )
    return Roadmap(start=row["starts_on"], due=row["due_on"], points=points)
