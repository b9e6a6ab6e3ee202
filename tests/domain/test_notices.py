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
        (K.SUPPLEMENT_WITHDRAWN, 2, [SUBMITTER, LEAD, HELPER]),
        (K.EVIDENCE_DAMAGED, 1, [SUBMITTER, LEAD, HELPER, TEAM]),
        (K.EVIDENCE_DAMAGED, 3, [SUBMITTER, LEAD, HELPER]),
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
    named = {K.EVIDENCE_DAMAGED: "hỏng", K.EVIDENCE_REFUSED: "kiểm tra", K.EVIDENCE_WITHDRAWN: "a {b}"}
    assert named.get(kind, "2") in words_of(kind, facts)


def test_a_notice_names_the_work_the_body_and_why() -> None:
    facts = {
        "task_code": "II.3",
        "task_title": "Ban hành quy chế",
        "plan_number": "57/KH-UBND",
        "cycle": "Quý I/2026",
        "body": "Tổ giúp việc phường",
        "level": 1,
        "verdict": "invalid",
        "reasons": ["incomplete", "other"],
        "comment": "Thiếu {phụ lục}",
    }
    assert words_of(K.APPRAISAL_DECIDED, facts) == (
        "Nhiệm vụ II.3 “Ban hành quy chế” (57/KH-UBND, Quý I/2026): Tổ giúp việc phường (cấp thẩm định 1) kết luận: "
        "Không hợp lệ. Lý do: Thiếu thành phần, chưa đầy đủ; Lý do khác (nêu trong ý kiến). Ý kiến: Thiếu {phụ lục}"
    )
