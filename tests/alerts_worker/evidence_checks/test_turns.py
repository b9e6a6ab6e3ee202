"""Checks of many versions at once: each waits for its turn."""

import asyncio

from services.alerts_worker.evidence_checks.checking import check
from services.alerts_worker.evidence_checks.contents.guards import TYPE
from shared import throwaway
from tests.alerts_worker.evidence_checks.scene import case_of, store, told_by


async def test_more_at_once_than_a_request_may_queue_behind_are_all_checked() -> None:
    cases = [
        case_of(await store(f"Biên bản {number}".encode(), "biên bản.txt")) for number in range(5 * throwaway.AT_ONCE)
    ]
    runs = await asyncio.gather(*(check(case, [TYPE], seconds=60) for case in cases))
    assert [told_by(run).outcome("type") for run in runs] == ["agrees"] * len(cases)
