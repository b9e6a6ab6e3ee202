"""Whom each fact is told to, and in which words."""

from uuid import UUID

import pytest

from shared.domain.notices import NoticeKind, Parties, recipients, words_of

SUBMITTER, LEAD, HELPER, TEAM, PROVINCE, ABOVE = (UUID(int=number) for number in range(1, 7))
PARTIES = Parties(SUBMITTER, LEAD, [HELPER], [TEAM, PROVINCE], ABOVE)
K = NoticeKind


@pytest.mark.parametrize(
    ("kind", "level", "told"),
    [
        (K.APPRAISAL_WAITING, 1, [TEAM]),
        (K.APPRAISAL_WAITING, 2, [PROVINCE]),
        (K.APPRAISAL_WAITING, 3, []),
        (K.APPRAISAL_DECIDED, 1, [SUBMITTER, LEAD, HELPER]),
        (K.APPRAISAL_DECIDED, 2, [SUBMITTER, LEAD, HELPER, TEAM]),
        (K.APPRAISAL_WITHDRAWN, 1, [SUBMITTER, LEAD, HELPER, TEAM, PROVINCE]),
        (K.APPRAISAL_WITHDRAWN, 2, [SUBMITTER, LEAD, HELPER, TEAM, PROVINCE]),
        (K.APPRAISAL_OVERDUE, 1, [SUBMITTER, LEAD, HELPER, TEAM, ABOVE]),
        (K.SUPPLEMENT_REQUESTED, 1, [SUBMITTER, LEAD, HELPER]),
        (K.SUPPLEMENT_EXPIRED, 2, [SUBMITTER, LEAD, HELPER, PROVINCE]),
        (K.EVIDENCE_REFUSED, 1, [SUBMITTER, LEAD, HELPER]),
        (K.EVIDENCE_WITHDRAWN, 1, [SUBMITTER, LEAD, HELPER, TEAM]),
        (K.EVIDENCE_WITHDRAWN, 2, [SUBMITTER, LEAD, HELPER, TEAM, PROVINCE]),
    ],
)
def test_everyone_who_must_know_is_told(kind: NoticeKind, level: int, told: list[UUID]) -> None:
    assert recipients(kind, PARTIES, level) == told


def test_nobody_is_told_twice() -> None:
    same = Parties(LEAD, LEAD, [LEAD], [TEAM], None)
    assert recipients(K.APPRAISAL_DECIDED, same, 1) == [LEAD]
    assert recipients(K.APPRAISAL_OVERDUE, same, 1) == [LEAD, TEAM]


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_fact_has_words(kind: NoticeKind) -> None:
    facts = {"level": 2, "verdict": "valid_but_poor", "reason": "a {b}", "due_on": "02/03/2026", "text": "{c}"}
    named = {K.SUPPLEMENT_EXPIRED: "2", K.EVIDENCE_REFUSED: "kiểm tra", K.EVIDENCE_WITHDRAWN: "a {b}"}
    assert named.get(kind, "2") in words_of(kind, facts)
