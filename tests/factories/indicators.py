"""Indicators with a target."""

from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Indicator, IndicatorTarget, Plan
from shared.domain.text import fold


async def make_indicator(
    session: AsyncSession,
    plan: Plan,
    *,
    text: str = "Số mô hình tổ công nghệ số",
    unit: str | None = "mô hình",
    aggregation: str = "sum",
    target: int = 10,
    year: int | None = 2026,
    position: int = 1,
) -> Indicator:
    """Where more is better: at least `target` in `year`."""
    indicator = Indicator(
        plan_id=plan.id,
        position=position,
        no=str(position),
        text=text,
        unit=unit,
        direction="higher",
        aggregation=aggregation,
        search_text=fold(f"{position} {text}"),
    )
    session.add(indicator)
    await session.flush()
    session.add(
        IndicatorTarget(
            indicator_id=indicator.id,
            year=year,
            target_text=f"≥ {target}",
            comparator=">=",
            value=Decimal(target),
            actor="tests",
        )
    )
    await session.flush()
    return indicator
