"""Indicators, their targets, and the figures of the lead."""

import json
from operator import attrgetter

from tests.security.asking import LEADS, change, named, nothing, where
from tests.security.matrix import Ask, Asked, Case
from tests.security.scene import Scene
from tests.security.worlds import Relation, Target, Thing

PLAN, STAFF = Thing.PLAN, Thing.STAFF
ISSUES = frozenset({Relation.ISSUER, Relation.ABOVE})
PATH = ("indicator_id", "indicator")
INDICATORS, FIGURES = (PLAN, "indicator"), (STAFF, "measurement")


def figures(parameter: str, value: str) -> Ask:
    """Filters the figures of the target's indicator."""

    def ask(target: Target, *_: object) -> Asked:
        return Asked(path={"indicator_id": target.indicator}, query={parameter: value})

    return ask


def of_lead(target: Target, *_: object) -> Asked:
    return Asked(path={"indicator_id": target.indicator}, query={"organization": target.lead_code})


def figure(target: Target, *_: object) -> Asked:
    body = {"organization": target.lead_code, "period": "2025", "value": 3}
    return Asked(path={"indicator_id": target.indicator}, body=body)


def file(target: Target, *_: object) -> Asked:
    row = {"organization": target.lead_code, "period": "2024", "value": 3}
    return Asked(path={"indicator_id": target.indicator}, content=json.dumps(row).encode(), media_type=NDJSON)


def borrowed_file(target: Target, scene: Scene, _: Relation) -> Asked:
    row = {"organization": scene.abroad.targets[0].lead_code, "period": "2024", "value": 3}
    return Asked(path={"indicator_id": target.indicator}, content=json.dumps(row).encode(), media_type=NDJSON)


NDJSON = "application/x-ndjson"
TARGET = {"year": 2027, "target_text": "≥ 90"}

READS = [
    Case("list_indicators", nothing, tells=INDICATORS),
    Case("list_indicators", where("plan", attrgetter("plan")), tells=INDICATORS),
    Case("list_indicators", where("text", "canaryhome"), tells=INDICATORS),
    Case("get_indicator", named(*PATH), PLAN),
    Case("list_indicator_targets", named(*PATH), PLAN),
    Case("list_measurements", named(*PATH), PLAN, tells=FIGURES),
    Case("list_measurements", of_lead, PLAN, tells=FIGURES, public=True),
    Case("list_measurements", figures("period_kind", "year"), PLAN, tells=FIGURES),
    Case("list_measurements", figures("from", "2025-12-31"), PLAN, tells=FIGURES),
    Case("list_measurements", figures("to", "2026-12-31"), PLAN, tells=FIGURES),
    Case("list_measurements", figures("history", "true"), PLAN, tells=FIGURES),
    Case("get_indicator_progress", of_lead, PLAN, LEADS, public=True),
]
WRITES = [
    Case("change_indicator", change(*PATH, {"aggregation": "mean"}, if_match='"1"'), PLAN, ISSUES),
    Case("set_indicator_target", change(*PATH, TARGET), PLAN, ISSUES),
    Case("record_measurement", figure, PLAN, LEADS, public=True),
    Case("record_measurements", file, PLAN, LEADS, public=True),
]
BORROWING = [Case("record_measurements", borrowed_file, PLAN, answers=frozenset({403}), public=True)]
"""An indicator one may know of, with figures of another province."""
