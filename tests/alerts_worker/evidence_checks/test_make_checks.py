"""A submitted version is read back from the store, checked step by step, and released, held or refused, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import obstore
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks import checking
from services.alerts_worker.evidence_checks.jobs import checks_under, record_checks
from services.alerts_worker.evidence_checks.operations import resume_due
from services.alerts_worker.evidence_checks.rules import MISSES_UNTIL_LOST, POLICY_VERSION, WATCH, Finding, State
from services.alerts_worker.evidence_checks.stepping import Step, every_file, own_tool
from shared.db.models import (
    Assignment,
    AuditEntry,
    Evidence,
    EvidenceFile,
    EvidenceFinding,
    EvidenceVersion,
    Task,
    Upload,
)
from shared.db.session import Sessions
from shared.events import EvidenceSubmitted
from shared.settings import Settings, get_settings
from shared.storage import get_store
from tests.alerts_worker.cases import WEDNESDAY, list_payloads, make_evidence, make_reviewed_assignment
from tests.alerts_worker.evidence_checks.making import pdf
from tests.alerts_worker.evidence_checks.scanners import lying_clamd, saying
from tests.alerts_worker.evidence_checks.scene import case_of, store
from tests.throwaway.turns import all_turns_taken

GUARDS = (("integrity", "intact"), ("type", "agrees"), ("unpacking", "within_budget"))
READINGS = (
    ("text", "none"),
    ("first_page", "kept"),
    ("signatures", "not_signed"),
    ("document", "not_read"),
    ("reuse", "unmatched"),
)
"""Of a PDF whose page is empty."""


def new_content() -> bytes:
    return pdf(streams=[(b"", uuid4().bytes)])


async def received(session: AsyncSession, *contents: bytes) -> Evidence:
    assignment = await make_reviewed_assignment(session)
    return await make_evidence(session, assignment, contents, state="received")


async def check(
    session: AsyncSession,
    sessions: Sessions,
    evidence: Evidence,
    *,
    settings: Settings | None = None,
    at: datetime = WEDNESDAY,
) -> None:
    """Handle the event of the first version."""
    await session.commit()
    event = EvidenceSubmitted(evidence_id=evidence.id, version=1)
    run = await checks_under(settings or get_settings(), sessions, event)
    async with sessions.begin() as recording:
        await record_checks(recording, event, run, at)
    await session.commit()


def with_scanner(url: str | None, *, lease: int = 60) -> Settings:
    return get_settings().model_copy(update={"clamd_url": url, "delivery_lease": lease})


async def version_of(session: AsyncSession, evidence: Evidence) -> EvidenceVersion:
    statement = select(EvidenceVersion).where(EvidenceVersion.evidence_id == evidence.id)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def findings_of(session: AsyncSession, evidence: Evidence) -> Sequence[EvidenceFinding]:
    version = await version_of(session, evidence)
    statement = select(EvidenceFinding).where(EvidenceFinding.evidence_version_id == version.id)
    ordered = statement.order_by(EvidenceFinding.id).execution_options(populate_existing=True)
    return (await session.scalars(ordered)).all()


async def upload_of(session: AsyncSession, evidence: Evidence) -> Upload:
    version = await version_of(session, evidence)
    statement = select(Upload).join(EvidenceFile, EvidenceFile.upload_id == Upload.id)
    return (await session.scalars(statement.where(EvidenceFile.evidence_version_id == version.id))).one()


def outcomes(findings: Sequence[EvidenceFinding]) -> list[tuple[str, int, str]]:
    return [(finding.step, finding.position, finding.outcome) for finding in findings]


async def test_intact_files_are_released(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content(), new_content())
    await check(session, sessions, evidence)
    version = await version_of(session, evidence)
    assert (version.state, version.released_at, version.checks_due_at) == ("released", WEDNESDAY, None)
    findings = await findings_of(session, evidence)
    assert outcomes(findings) == [
        *((step, position, outcome) for position in (1, 2) for step, outcome in GUARDS),
        *(("malware", position, "not_configured") for position in (1, 2)),
        *((step, position, outcome) for position in (1, 2) for step, outcome in READINGS),
    ]
    assert {finding.policy_version for finding in findings} == {POLICY_VERSION}
    assert all(finding.message and finding.tool and finding.tool_version for finding in findings)
    assert await list_payloads(session, "evidence.released") == [
        {"evidence_id": str(evidence.id), "version": 1, "assignment_id": str(evidence.assignment_id)}
    ]
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.target_id == version.id))).one()
    assert (entry.actor, entry.action) == ("system:check_evidence", "evidence.released")


async def test_checking_again_changes_nothing(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content())
    await check(session, sessions, evidence)
    before = outcomes(await findings_of(session, evidence))
    await check(session, sessions, evidence)
    assert outcomes(await findings_of(session, evidence)) == before
    assert len(await list_payloads(session, "evidence.released")) == 1


async def test_of_two_runs_at_once_one_is_kept(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content())
    await session.commit()
    event = EvidenceSubmitted(evidence_id=evidence.id, version=1)
    runs = [await checks_under(get_settings(), sessions, event) for _ in range(2)]
    for run in runs:
        await record_checks(session, event, run, WEDNESDAY)
    assert len(await list_payloads(session, "evidence.released")) == 1


async def test_checks_that_take_long_are_made_piece_by_piece(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content())
    states: list[str] = []
    rounds = 0
    while not states or states[-1] != "released":
        await check(session, sessions, evidence, settings=with_scanner("none", lease=0))
        states.append((await version_of(session, evidence)).state)
        rounds += 1
        assert len(await list_payloads(session, "evidence.checks_resumed")) == rounds - (states[-1] == "released")
    assert states == [*["received"] * 2, "inspected", *["scanned"] * 5, "released"]
    assert len(await findings_of(session, evidence)) == len(GUARDS) + 1 + len(READINGS)


async def test_checks_that_got_no_turn_queue_again(session: AsyncSession, sessions: Sessions, tmp_path: Path) -> None:
    evidence = await received(session, new_content())
    async with all_turns_taken(tmp_path):
        for _ in ("integrity", "type"):
            await check(session, sessions, evidence, settings=with_scanner("none", lease=0))
    assert outcomes(await findings_of(session, evidence)) == [("integrity", 1, "intact")]
    assert (await version_of(session, evidence)).checks_due_at == WEDNESDAY + WATCH
    assert len(await list_payloads(session, "evidence.checks_resumed")) == 2


async def test_a_file_the_store_has_lost_is_looked_for_and_refused(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content())
    upload = await upload_of(session, evidence)
    await obstore.delete_async(get_store(), upload.storage_key)
    for _ in range(MISSES_UNTIL_LOST - 1):
        await check(session, sessions, evidence)
        version = await version_of(session, evidence)
        assert (version.state, version.checks_due_at is None) == ("received", False)
        finding = (await findings_of(session, evidence))[-1]
        assert (finding.outcome, finding.facts["why"]) == ("waiting", "missing")
        assert "tự thử lại" in finding.message
    await check(session, sessions, evidence)
    version = await version_of(session, evidence)
    assert (version.state, version.released_at, version.checks_due_at) == ("refused", None, None)
    assert ("integrity", 1, "missing") in outcomes(await findings_of(session, evidence))
    assert await list_payloads(session, "evidence.refused") == [{"evidence_id": str(evidence.id), "version": 1}]
    assert await list_payloads(session, "evidence.released") == []


async def test_a_store_that_was_away_for_a_moment_refuses_nothing(session: AsyncSession, sessions: Sessions) -> None:
    content = new_content()
    evidence = await received(session, content)
    upload = await upload_of(session, evidence)
    for _ in range(MISSES_UNTIL_LOST):
        await check(session, sessions, evidence, settings=with_scanner(None))
    assert (await findings_of(session, evidence))[-1].facts["tries"] == MISSES_UNTIL_LOST
    async with lying_clamd(saying(b"stream: OK\0")) as url:
        await obstore.delete_async(get_store(), upload.storage_key)
        await check(session, sessions, evidence, settings=with_scanner(url))
        assert (await findings_of(session, evidence))[-1].facts["why"] == "missing"
        await obstore.put_async(get_store(), upload.storage_key, content)
        await check(session, sessions, evidence, settings=with_scanner(url))
    assert (await version_of(session, evidence)).state == "released"


async def test_a_fault_of_a_step_refuses_nothing(tmp_path: Path) -> None:
    case = case_of(await store(new_content(), "a.pdf"))

    async def look(*_: object) -> Finding:
        return Finding("read", (tmp_path / "gone").read_text())

    step = Step(name="text", reaches=State.INSPECTED, tool=own_tool(), concerns=every_file, look=look)
    with pytest.raises(FileNotFoundError):
        await checking.check(case, [step], seconds=60)


async def test_evidence_without_a_file_is_refused(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session)
    await check(session, sessions, evidence)
    assert (await version_of(session, evidence)).state == "refused"
    assert outcomes(await findings_of(session, evidence)) == [("integrity", 0, "missing")]


async def test_bytes_changed_in_the_store_are_refused(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content())
    upload = await upload_of(session, evidence)
    await obstore.put_async(get_store(), upload.storage_key, pdf("another decision"))
    await check(session, sessions, evidence)
    assert (await version_of(session, evidence)).state == "refused"
    assert outcomes(await findings_of(session, evidence)) == [("integrity", 1, "altered")]
    assert await list_payloads(session, "evidence.released") == []


async def test_one_bad_file_refuses_the_version(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content(), b"\x7fELF" + uuid4().bytes)
    await check(session, sessions, evidence)
    assert (await version_of(session, evidence)).state == "refused"
    assert outcomes(await findings_of(session, evidence))[-1] == ("type", 2, "refused")


async def test_without_a_scanner_evidence_waits_longer_each_time(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content())
    for tries, seconds in ((1, 5), (2, 10), (3, 20)):
        await check(session, sessions, evidence, settings=with_scanner(None))
        version = await version_of(session, evidence)
        assert version.state == "inspected"
        assert version.checks_due_at == WEDNESDAY + timedelta(seconds=seconds)
        finding = (await findings_of(session, evidence))[-1]
        assert (finding.step, finding.outcome, finding.facts) == (
            "malware",
            "waiting",
            {"why": "not-set", "tries": tries},
        )
        assert "Đang chờ quét" in finding.message
    await check(session, sessions, evidence, settings=with_scanner("none"))
    assert (await version_of(session, evidence)).state == "released"
    assert ("malware", 1, "waiting") not in outcomes(await findings_of(session, evidence))


async def test_what_is_due_is_taken_up_again_once(session: AsyncSession, sessions: Sessions) -> None:
    waiting, later, done = [await received(session, new_content()) for _ in range(3)]
    for evidence, due_at in ((waiting, WEDNESDAY), (later, WEDNESDAY + timedelta(seconds=1)), (done, None)):
        (await version_of(session, evidence)).checks_due_at = due_at
    await session.commit()
    for _ in range(2):
        async with sessions.begin() as resuming:
            await resume_due(resuming, now=WEDNESDAY)
    told = {"evidence_id": str(waiting.id), "version": 1}
    assert await list_payloads(session, "evidence.checks_resumed") == [told]
    assert (await version_of(session, waiting)).checks_due_at == WEDNESDAY + WATCH


async def test_a_version_that_was_just_submitted_is_watched(session: AsyncSession) -> None:
    evidence = await received(session, new_content())
    version = await version_of(session, evidence)
    await session.refresh(version)
    assert version.checks_due_at is not None


async def test_the_same_file_used_for_another_assignment_is_told(session: AsyncSession, sessions: Sessions) -> None:
    content = new_content()
    first, second = await received(session, content), await received(session, content)
    await check(session, sessions, second)
    await check(session, sessions, first)
    told = [(await findings_of(session, evidence))[-1] for evidence in (first, second)]
    assert [(finding.step, finding.outcome) for finding in told] == [("reuse", "unmatched"), ("reuse", "reused")]


async def test_the_same_file_used_again_for_its_own_assignment_is_no_news(
    session: AsyncSession, sessions: Sessions
) -> None:
    content = new_content()
    assignment = await make_reviewed_assignment(session)
    await make_evidence(session, assignment, [content])
    again = await make_evidence(session, assignment, [content], state="received")
    await check(session, sessions, again)
    assert (await findings_of(session, again))[-1].outcome == "unmatched"


async def test_what_the_task_promised_is_known(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, "DỰ THẢO\nQUYẾT ĐỊNH\nVề việc lập tổ công tác\n".encode() + uuid4().hex.encode())
    assignment = await session.get_one(Assignment, evidence.assignment_id)
    (await session.get_one(Task, assignment.task_id)).required_output = "Quyết định của Chủ tịch UBND"
    (await upload_of(session, evidence)).media_type = "text/plain"
    await check(session, sessions, evidence)
    finding = next(each for each in await findings_of(session, evidence) if each.step == "document")
    assert (finding.outcome, finding.facts["differences"]) == ("differs", ["draft"])
    assert "tệp nộp là dự thảo" in finding.message
