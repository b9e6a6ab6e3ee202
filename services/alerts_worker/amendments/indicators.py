"""The text of an amendment written into the indicators of the plan; targets keep their history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.amendments import queries
from shared import audit
from shared.db.models import Amendment, AmendmentChange, Indicator, IndicatorTarget, Plan
from shared.domain.indicators import aggregation_of, direction_of
from shared.domain.targets import Comparator
from shared.tracking.indicators import indicators_of, new_target, searched, target_cell

NEW = "indicator"


def concerns_indicator(change: AmendmentChange) -> bool:
    """Whether the change is one of an indicator, standing or new."""
    return change.indicator_id is not None or change.field == NEW


async def rewrite_indicators(
    session: AsyncSession,
    actor: audit.Actor,
    plan: Plan,
    amendment: Amendment,
    changes: Sequence[AmendmentChange],
    *,
    now: datetime,
) -> None:
    """Write the changes into the indicators of a locked plan, and into each change what stood before. What was given
    up since the amendment was recorded stays as it is.
    """
    of_indicator: dict[UUID, list[AmendmentChange]] = {}
    for change in changes:
        if change.indicator_id is None:
            await _add(session, actor, plan, amendment, change)
        else:
            of_indicator.setdefault(change.indicator_id, []).append(change)
    for indicator in await queries.list_indicators(session, of_indicator):
        writer = _Writer(session, actor, amendment, indicator, now)
        await writer.write(of_indicator[indicator.id])
    await session.flush()


async def _add(
    session: AsyncSession, actor: audit.Actor, plan: Plan, amendment: Amendment, change: AmendmentChange
) -> None:
    said: Any = change.after
    first = await queries.find_last_indicator(session, plan.id) + 1
    ((indicator, targets),) = indicators_of(plan, said["rows"], actor=audit.actor_name(actor), first=first)
    session.add(indicator)
    await session.flush()
    for target in targets:
        target.reason = _reason(amendment)
    session.add_all(targets)
    change.indicator_id = indicator.id
    after: dict[str, object] = {
        "no": indicator.no,
        "text": indicator.text,
        "targets": [target_cell(target) for target in targets],
        "amendment_id": str(amendment.id),
    }
    audit.record(session, actor, "indicator.amended", indicator, after=after)


class _Writer:
    def __init__(
        self, session: AsyncSession, actor: audit.Actor, amendment: Amendment, indicator: Indicator, now: datetime
    ) -> None:
        self._session = session
        self._actor = actor
        self._amendment = amendment
        self._indicator = indicator
        self._now = now

    async def write(self, changes: Sequence[AmendmentChange]) -> None:
        indicator = self._indicator
        known = await queries.list_targets(self._session, indicator.id)
        current = {each.year: each for each in known if each.superseded_at is None}
        for change in changes:
            if change.field == "target":
                stands = current.get(_year(change.before or change.after))
                change.before = target_cell(stands) if stands else None
            else:
                change.before = getattr(indicator, change.field)
        if indicator.state == "cancelled":
            return
        usual_direction, usual_aggregation = _usual(indicator, current)
        self._set_targets([change for change in changes if change.field == "target"], known, current)
        for change in changes:
            if change.field != "target":
                setattr(indicator, change.field, change.after)
        direction, aggregation = _usual(indicator, current)
        # What somebody decided otherwise stays decided.
        if indicator.direction == usual_direction:
            indicator.direction = direction
        if indicator.aggregation == usual_aggregation:
            indicator.aggregation = aggregation
        indicator.search_text = searched(indicator.no, indicator.text)
        indicator.version += 1
        self._record(changes)

    def _set_targets(
        self,
        changes: Sequence[AmendmentChange],
        known: Sequence[IndicatorTarget],
        current: dict[int | None, IndicatorTarget],
    ) -> None:
        """All that goes is superseded before anything comes: years may change places."""
        for year in {_year(cell) for change in changes for cell in (change.before, change.after) if cell}:
            if year in current:
                current.pop(year).superseded_at = self._now
        for change in changes:
            if change.after:
                target = new_target(self._indicator, change.after, audit.actor_name(self._actor))  # type: ignore[arg-type] # a cell
                target.revision = 1 + max((each.revision for each in known if each.year == target.year), default=0)
                target.reason = _reason(self._amendment)
                current[target.year] = target
                self._session.add(target)

    def _record(self, changes: Sequence[AmendmentChange]) -> None:
        before: dict[str, object] = {change.field: change.before for change in changes if change.field != "target"}
        after: dict[str, object] = {change.field: change.after for change in changes if change.field != "target"}
        targets = [change for change in changes if change.field == "target"]
        if targets:
            before["targets"] = [change.before for change in targets]
            after["targets"] = [change.after for change in targets]
        after["amendment_id"] = str(self._amendment.id)
        audit.record(self._session, self._actor, "indicator.amended", self._indicator, before=before, after=after)


def _usual(indicator: Indicator, targets: Mapping[int | None, IndicatorTarget]) -> tuple[str, str]:
    """Which way is better and how figures add up, as the words of the plan say."""
    comparators = [Comparator(each.comparator) for each in targets.values()]
    return direction_of(comparators), aggregation_of(indicator.unit)


def _reason(amendment: Amendment) -> str:
    return f"Văn bản điều chỉnh số {amendment.number} ngày {amendment.issued_on:%d/%m/%Y}"


def _year(cell: Any) -> int | None:
    year: int | None = cell["target"]["year"]
    return year
