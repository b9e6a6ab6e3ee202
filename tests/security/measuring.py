"""An indicator of a plan, and what the lead measured for it: the plan's own, and the lead's and all above it."""

from datetime import date

from shared.db.models import Indicator, IndicatorTarget, Measurement, Organization, Plan
from tests.security.canaries import Canaries
from tests.security.worlds import Thing


async def make_measured(canaries: Canaries, plan: Plan, lead: Organization) -> tuple[Indicator, Measurement]:
    """With a target that was corrected once."""
    text = canaries.word(Thing.PLAN, "indicator")
    indicator = Indicator(
        plan_id=plan.id,
        position=1,
        no="1",
        text=text,
        group_text=canaries.word(Thing.PLAN, "heading"),
        direction="higher",
        aggregation="sum",
        search_text=text,
    )
    await canaries.add(Thing.PLAN, indicator)
    target = IndicatorTarget(
        indicator_id=indicator.id,
        year=2026,
        target_text=canaries.word(Thing.PLAN, "target"),
        comparator="qualitative",
        actor=canaries.word(Thing.PLAN, "setter"),
        reason=canaries.word(Thing.PLAN, "cause"),
    )
    await canaries.add(Thing.PLAN, target)
    measurement = Measurement(
        indicator_id=indicator.id,
        organization_id=lead.id,
        period_kind="year",
        period_starts_on=date(2026, 1, 1),
        value=7,
        note=canaries.word(Thing.STAFF, "remark"),
        source="manual",
        actor=canaries.word(Thing.STAFF, "measurer"),
    )
    await canaries.add(Thing.STAFF, measurement)
    return indicator, measurement
