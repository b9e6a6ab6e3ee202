"""What verdicts mean for a submitted completion."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts_worker.verdicts.rules import Judgement, Outcome, decide
from shared.domain.assignment_states import Action, Verdict

ONE, OTHER = uuid4(), uuid4()
VALID, POOR, INVALID = Verdict.VALID, Verdict.VALID_BUT_POOR, Verdict.INVALID
ACCEPTED = Outcome(Action.APPRAISE_FINAL_VALID, None)


def judged(evidence: UUID, verdict: Verdict, *, version: int = 1, level: int = 1) -> Judgement:
    return Judgement(evidence, version, level, verdict, [], "")


@pytest.mark.parametrize(
    ("submitted", "judgements", "levels", "expected"),
    [
        pytest.param({ONE: 1}, [], 1, None, id="silence approves nothing"),
        pytest.param({ONE: 1}, [], 0, None, id="nor when a plan names no reviewing body"),
        pytest.param({}, [judged(ONE, VALID)], 1, None, id="nothing submitted"),
        pytest.param({ONE: 1}, [judged(ONE, VALID)], 1, ACCEPTED, id="valid"),
        pytest.param({ONE: 1}, [judged(ONE, POOR)], 1, ACCEPTED, id="valid but poor"),
        pytest.param({ONE: 1}, [judged(ONE, VALID)], 2, None, id="the second level has not spoken"),
        pytest.param({ONE: 1}, [judged(ONE, VALID, level=2)], 2, None, id="the first level has not spoken"),
        pytest.param({ONE: 1}, [judged(ONE, VALID), judged(ONE, POOR, level=2)], 2, ACCEPTED, id="both levels"),
        pytest.param({ONE: 1, OTHER: 1}, [judged(ONE, VALID)], 1, None, id="one of two pieces"),
        pytest.param({ONE: 1, OTHER: 1}, [judged(ONE, VALID), judged(OTHER, VALID)], 1, ACCEPTED, id="both pieces"),
        pytest.param({ONE: 2}, [judged(ONE, VALID, version=1)], 1, None, id="an older version passed"),
        pytest.param({ONE: 2}, [judged(ONE, INVALID, version=1)], 1, None, id="an older version was refused"),
        pytest.param({ONE: 1}, [judged(ONE, VALID, version=2)], 1, None, id="a newer version passed"),
        pytest.param({ONE: 1}, [judged(OTHER, INVALID)], 1, None, id="evidence that was not submitted"),
        pytest.param(
            {ONE: 2},
            [judged(ONE, INVALID, version=1), judged(ONE, VALID, version=2)],
            1,
            ACCEPTED,
            id="refused before, passed now",
        ),
    ],
)
def test_decide(submitted: dict[UUID, int], judgements: list[Judgement], levels: int, expected: Outcome | None) -> None:
    assert decide(submitted, judgements, levels) == expected


INCOMPLETE = "Thiếu thành phần, chưa đầy đủ"
UNREADABLE = "Tệp mờ, hỏng hoặc không đọc được"


@pytest.mark.parametrize(
    ("reasons", "comment", "expected"),
    [
        (["incomplete", "unreadable"], "Mất trang 2", f"{INCOMPLETE}; {UNREADABLE}; Mất trang 2"),
        (["incomplete"], "", INCOMPLETE),
        ([], "", None),
    ],
)
def test_a_refusal_says_why(reasons: list[str], comment: str, expected: str | None) -> None:
    refusal = Judgement(ONE, 1, 1, INVALID, reasons, comment)
    assert decide({ONE: 1}, [refusal], 2) == Outcome(Action.APPRAISE_INVALID, expected)


@given(
    st.lists(
        st.builds(
            judged,
            st.sampled_from([ONE, OTHER]),
            st.sampled_from(list(Verdict)),
            version=st.integers(1, 2),
            level=st.integers(1, 2),
        ),
        max_size=8,
    )
)
def test_the_order_of_verdicts_and_repeating_them_make_no_difference(
    judgements: list[Judgement],
) -> None:
    submitted = {ONE: 1, OTHER: 2}
    assert decide(submitted, judgements, 2) == decide(submitted, [*reversed(judgements), *judgements], 2)
