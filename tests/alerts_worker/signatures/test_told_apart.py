"""The trial: genuine files and bad ones, every one told apart, and no altered one called intact."""

import pytest
from pydantic import TypeAdapter

from services.alerts_worker.evidence_checks.signatures.facts import Document
from services.alerts_worker.evidence_checks.signatures.reading import read_signatures
from services.alerts_worker.evidence_checks.signatures.rules import Outcome
from services.alerts_worker.evidence_checks.signatures.verdicts import Judgement, judge
from tests.alerts_worker.signatures.altered import ALTERED
from tests.alerts_worker.signatures.cases import Case
from tests.alerts_worker.signatures.genuine import GENUINE
from tests.alerts_worker.signatures.unproven import BAD

_DOCUMENT = TypeAdapter(Document)


def judged(case: Case) -> Judgement:
    document = _DOCUMENT.validate_python(read_signatures(case.content(), case.argument()))
    return judge(document, case.bodies, case.at)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in (*GENUINE, *BAD)])
def test_a_file_is_said_to_be_what_it_is(case: Case) -> None:
    judgement = judged(case)
    assert judgement.outcome == case.outcome, judgement.message
    assert judgement.message
    said = "Chữ ký hợp lệ" in judgement.message and "Cần xem lại" not in judgement.message
    assert said == (case.outcome == Outcome.VALID)
    if case in ALTERED:
        assert not judgement.outcome.says_intact


def test_enough_files_are_tried() -> None:
    assert len(GENUINE) >= 40
    assert len(BAD) >= 40
    names = [case.name for case in (*GENUINE, *BAD)]
    assert len(set(names)) == len(names)
