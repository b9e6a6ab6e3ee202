"""S4: every signed file of the tests, each read in a throwaway process, and what is said of it."""

import asyncio
from collections import Counter
from statistics import median
from time import perf_counter

from pydantic import TypeAdapter

from bench.places import FigureNotTakenError
from bench.rounds import tell
from services.alerts_worker.evidence_checks.signatures.facts import Document
from services.alerts_worker.evidence_checks.signatures.reading_apart import ENTRY
from services.alerts_worker.evidence_checks.signatures.rules import Outcome
from services.alerts_worker.evidence_checks.signatures.verdicts import judge
from services.alerts_worker.evidence_checks.stepping import LIMITS
from shared import throwaway
from tests.alerts_worker.signatures.altered import ALTERED
from tests.alerts_worker.signatures.cases import Case
from tests.alerts_worker.signatures.genuine import GENUINE
from tests.alerts_worker.signatures.unproven import BAD

LEAST = 40
_DOCUMENT = TypeAdapter(Document)


def measure() -> str:
    """The line of the figure; the table of confusions goes to the log."""
    if min(len(GENUINE), len(BAD)) < LEAST:
        raise FigureNotTakenError(f"fewer than {LEAST} files of a kind")
    for case in (*GENUINE, *BAD):
        case.content()  # made, and kept, before the clock runs
    said, times = asyncio.run(_read_all([*GENUINE, *BAD]))
    _show([*GENUINE, *BAD], said)
    right = {case.name for case in (*GENUINE, *BAD) if said[case.name] == case.outcome}
    accepted = [case.name for case in BAD if said[case.name] == Outcome.VALID]
    intact = [case.name for case in ALTERED if said[case.name].says_intact]
    genuine, bad = (sum(case.name in right for case in cases) for cases in (GENUINE, BAD))
    return (
        f"S4 genuine {genuine}/{len(GENUINE)}, bad {bad}/{len(BAD)} told apart; "
        f"bad called valid: {len(accepted)}, "
        f"called intact of {len(ALTERED)} altered: {len(intact)}; a file takes {median(times):.2f} s, "
        f"the slowest {max(times):.2f} s"
    )


async def _read_all(cases: list[Case]) -> tuple[dict[str, Outcome], list[float]]:
    said, times = {}, []
    for case in cases:
        content, argument = case.content(), case.argument()
        started = perf_counter()
        document = _DOCUMENT.validate_python(await throwaway.run(ENTRY, content, argument, limits=LIMITS))
        times.append(perf_counter() - started)
        said[case.name] = judge(document, case.bodies, case.at).outcome
    return said, times


def _show(cases: list[Case], said: dict[str, Outcome]) -> None:
    """What each kind of file was said to be, a line a pair."""
    for (expected, told), count in sorted(Counter((case.outcome, said[case.name]) for case in cases).items()):
        tell(f"  {count:4d} {expected:24} said to be {told}{'' if expected == told else '  <-- wrong'}")
    for case in cases:
        if said[case.name] != case.outcome:
            tell(f"  wrong: {case.name}: {said[case.name]}")
