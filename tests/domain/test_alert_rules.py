from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.alert_rules import RULE_LABELS_VI, AlertRule, AssignmentFacts, red_alerts, red_from
from shared.domain.assignment_states import AssignmentStatus
from shared.domain.roadmaps import Roadmap, RoadmapPoint, planned_percent

START = date(2026, 1, 1)
DUE = START + timedelta(days=100)
FACTS = AssignmentFacts(
    status=AssignmentStatus.IN_PROGRESS,
    percent=Decimal(30),
    roadmap=Roadmap(START, DUE, ()),
    due=DUE,
    submitted_on=None,
    completed_on=None,
    verdict=None,
    verdict_on=None,
)


def after(days: int) -> date:
    return START + timedelta(days=days)


def test_lagging_begins_when_the_percent_is_under_half_of_the_plan() -> None:
    assert red_alerts(FACTS, after(60)) == frozenset()
    assert red_alerts(FACTS, after(61)) == {AlertRule.LAGGING}


def test_overdue_begins_the_day_after_the_due_day() -> None:
    ahead = replace(FACTS, percent=Decimal(90))
    assert red_alerts(ahead, DUE) == frozenset()
    assert red_alerts(ahead, DUE + timedelta(days=1)) == {AlertRule.OVERDUE}


@pytest.mark.parametrize(
    ("status", "red"),
    [
        ("not_started", {"overdue", "lagging"}),
        ("in_progress", {"overdue", "lagging"}),
        ("needs_completion", {"overdue", "lagging"}),
        ("awaiting_appraisal", {"overdue"}),
        ("completed", set()),
        ("suspended", set()),
        ("cancelled", set()),
    ],
)
def test_what_is_red_after_the_due_day(status: str, red: set[str]) -> None:
    facts = replace(FACTS, status=AssignmentStatus(status))
    assert red_alerts(facts, after(200)) == red


@pytest.mark.parametrize(("submitted", "red"), [(99, set()), (100, set()), (101, {"overdue"})])
def test_work_submitted_in_time_is_not_overdue_while_in_appraisal(submitted: int, red: set[str]) -> None:
    facts = replace(FACTS, status=AssignmentStatus.AWAITING_APPRAISAL, submitted_on=after(submitted))
    assert red_alerts(facts, after(200)) == red


def test_work_sent_back_after_an_early_submission_is_overdue_again() -> None:
    facts = replace(FACTS, status=AssignmentStatus.NEEDS_COMPLETION, submitted_on=after(99))
    assert AlertRule.OVERDUE in red_alerts(facts, after(101))


@pytest.mark.parametrize("verdict", ["valid_but_poor", "invalid"])
@pytest.mark.parametrize("status", ["awaiting_appraisal", "needs_completion", "completed", "in_progress"])
def test_poor_quality_lasts_until_a_better_verdict(status: str, verdict: str) -> None:
    facts = replace(
        FACTS,
        status=AssignmentStatus(status),
        percent=Decimal(99),
        submitted_on=after(5),
        verdict=verdict,
        verdict_on=after(10),
    )
    assert red_alerts(facts, after(9)) == frozenset()
    assert red_alerts(facts, after(10)) == {AlertRule.POOR_QUALITY}
    assert red_alerts(replace(facts, verdict="valid", verdict_on=after(12)), after(13)) == frozenset()


@pytest.mark.parametrize("status", ["suspended", "cancelled"])
def test_nothing_is_red_for_work_nobody_may_act_on(status: str) -> None:
    facts = replace(FACTS, status=AssignmentStatus(status), verdict="invalid", verdict_on=after(10))
    assert red_from(facts) == {}


def test_without_a_due_day_or_a_roadmap_only_quality_can_be_red() -> None:
    facts = replace(FACTS, due=None, roadmap=None, verdict="invalid", verdict_on=after(10))
    assert red_from(facts) == {AlertRule.POOR_QUALITY: after(10)}


@pytest.mark.parametrize(("verdict", "verdict_on"), [("valid", None), (None, START)])
def test_a_verdict_and_its_day_go_together(verdict: str | None, verdict_on: date | None) -> None:
    with pytest.raises(ValueError, match="verdict"):
        replace(FACTS, verdict=verdict, verdict_on=verdict_on)


def test_every_rule_has_a_label() -> None:
    assert set(RULE_LABELS_VI) == set(AlertRule)


days = st.integers(-5, 70).map(after)


@st.composite
def facts(draw: st.DrawFn) -> AssignmentFacts:
    start, due = sorted((draw(days), draw(days)))
    middle = start + (due - start) // 2
    points = (RoadmapPoint(middle, Decimal(draw(st.integers(0, 100)))),) if start < middle < due else ()
    verdict = draw(st.sampled_from([None, "valid", "valid_but_poor", "invalid"]))
    return AssignmentFacts(
        status=draw(st.sampled_from(AssignmentStatus)),
        percent=draw(st.decimals(0, 100, places=2)),
        roadmap=draw(st.sampled_from([None, Roadmap(start, due, points)])),
        due=draw(st.sampled_from([None, due])),
        submitted_on=draw(st.none() | days),
        completed_on=None,
        verdict=verdict,
        verdict_on=draw(days) if verdict else None,
    )


def red_by_the_words_of_the_plan(facts: AssignmentFacts, on: date) -> set[str]:
    """The three conditions as the plan states them, day by day, without any precomputation."""
    red: set[str] = set()
    followed = facts.status not in {"suspended", "cancelled"}
    in_appraisal = facts.status == "awaiting_appraisal"
    finished = facts.status == "completed"
    in_time = in_appraisal and facts.due and facts.submitted_on and facts.submitted_on <= facts.due
    if followed and not finished and facts.due and on > facts.due and not in_time:
        red.add("overdue")
    if followed and not finished and not in_appraisal and facts.roadmap:
        planned = planned_percent(facts.roadmap, on)
        if facts.percent < planned * Decimal("0.5"):
            red.add("lagging")
    if followed and facts.verdict in {"valid_but_poor", "invalid"} and facts.verdict_on and facts.verdict_on <= on:
        red.add("poor_quality")
    return red


@given(facts(), days)
def test_the_precomputed_days_agree_with_the_rules_on_every_day(facts: AssignmentFacts, on: date) -> None:
    expected = red_by_the_words_of_the_plan(facts, on)
    assert red_alerts(facts, on) == expected
    assert {rule for rule, since in red_from(facts).items() if since <= on} == expected
