"""How far an organization has come with an indicator: its figures, or those below it, against the targets."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.indicators.queries import get_indicator, get_issuer, list_targets
from services.tasks_api.measurements import queries
from services.tasks_api.measurements.policies import ensure_may_follow
from services.tasks_api.measurements.rules import Share, share_of
from services.tasks_api.measurements.schemas import MeasuringBody, PeriodProgress, ProgressBody, TargetInForce
from services.tasks_api.organizations.queries import require_by_code
from shared.db.models import Indicator, IndicatorTarget
from shared.domain.indicators import Aggregation, Direction, Goal, judge, year_in_force
from shared.domain.periods import Period, PeriodKind, periods_of_year
from shared.domain.principal import Principal
from shared.domain.targets import Comparator


async def get_progress(
    session: AsyncSession, principal: Principal, indicator_id: UUID, code: str, *, kind: PeriodKind, year: int
) -> ProgressBody:
    """Every period of the year. Forbidden for organizations whose figures are not the caller's to know."""
    indicator = await get_indicator(session, principal, indicator_id)
    organization = await require_by_code(session, code, "organization")
    ensure_may_follow(principal, organization, await get_issuer(session, indicator))
    measured = await queries.map_measured(session, principal, indicator.id, organization.path, year, kind)
    members = await queries.list_members(session, organization.id)
    target = _in_force({each.year: each for each in await list_targets(session, indicator.id)}, year)
    how = Aggregation(indicator.aggregation)
    return ProgressBody(
        indicator_id=indicator.id,
        organization=MeasuringBody.model_validate(organization),
        year=year,
        period_kind=kind,
        periods=[
            _told(
                period,
                share_of(organization.path, members, measured.get(period.starts_on, {}), how, period),
                indicator,
                target,
            )
            for period in periods_of_year(year, kind)
        ],
    )


def _in_force(targets: Mapping[int | None, IndicatorTarget], year: int) -> IndicatorTarget | None:
    try:
        return targets[year_in_force(targets, year)]
    except LookupError:
        return None


def _told(period: Period, share: Share, indicator: Indicator, target: IndicatorTarget | None) -> PeriodProgress:
    goal = Goal(Comparator(target.comparator), target.value, target.value_to) if target else None
    standing, gap = judge(share.value, goal, Direction(indicator.direction))
    aggregated = "aggregated" if share.value is not None else None
    return PeriodProgress(
        period=str(period),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        value=share.value,
        basis="measured" if share.is_own else aggregated,
        children_expected=share.expected,
        children_reported=share.reported,
        target=TargetInForce.model_validate(target) if target else None,
        standing=standing,
        gap=gap,
    )
