"""What it means that a file breaks its reader."""

from dataclasses import replace

import pytest

from services.alerts_worker.evidence_checks.checking import check
from services.alerts_worker.evidence_checks.rules import State
from services.alerts_worker.evidence_checks.stepping import every_file, guarded, own_tool, reading_step
from tests.alerts_worker.evidence_checks.scene import case_of, fate, store, told_by

GUARD = reading_step(
    name="guard",
    reaches=State.INSPECTED,
    tool=own_tool(),
    concerns=every_file,
    entry="tests.throwaway.misbehaving:fail",
    judge=lambda _case, _file, _reading: pytest.fail("there is no reading"),
    unread=guarded,
)


@pytest.mark.parametrize(("tries", "becomes"), [(0, "held"), (1, "held"), (2, "refused"), (9, "refused")])
async def test_what_breaks_its_guard_time_and_again_is_refused(tries: int, becomes: str) -> None:
    case = case_of(await store(b"Bien ban", "a.txt"))
    checked = told_by(await check(replace(case, waits={("guard", 1): tries}), [GUARD], seconds=60))
    assert fate(checked) == becomes
    assert checked.findings["guard"].facts == {"why": "broken"}
