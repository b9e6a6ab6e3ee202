"""Records what checks found, moves the version on with it, and sees to it that checks that stopped go on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks import queries
from services.alerts_worker.evidence_checks.checking import Attempt, Made
from services.alerts_worker.evidence_checks.rules import (
    FINAL,
    POLICY_VERSION,
    WATCH,
    Finding,
    State,
    state_reached,
    wait_before,
)
from services.alerts_worker.evidence_checks.stepping import own_tool
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import EvidenceFinding, EvidenceVersion
from shared.domain.appraisal_risks import risk_of
from shared.events import EvidenceChecksResumed, EvidenceRefused, EvidenceReleased

ACTOR = audit.System("check_evidence")
WEIGHER = audit.System("weigh_again")
RESUMED_AT_ONCE = 500


async def record_attempt(session: AsyncSession, attempt: Attempt, *, now: datetime) -> None:
    """Record the findings of an attempt and release, refuse or move the version, or say when its checks go on.

    One that was overtaken by another leaves nothing.
    """
    case = attempt.case
    version = await queries.get_version_for_update(session, case.version_id)
    if version.state in FINAL or version.check_runs != case.runs:
        return
    found = [(made, await _settle(session, made)) for made in attempt.made]
    rows = [_row(attempt, made, finding, now) for made, finding in found]
    findings = [finding for _, finding in found]
    if not case.files:
        missing = Finding("missing", "Minh chứng không có tệp nào.", refuses=True)
        findings.append(missing)
        rows.append(_values(attempt, "integrity", 0, missing, now))
    await _write(session, rows)
    await _weigh(session, version)
    before = version.state
    version.state = state_reached(State(before), attempt.outstanding, findings)
    version.check_runs += 1
    _go_on(session, attempt, version, rows, now)
    if version.state != before:
        _trace(session, version, before, rows)
    await session.flush()


async def weigh_again(session: AsyncSession, evidence_id: UUID, number: int) -> None:
    """Let a version weigh what is known of it by now; the queue of whoever is to judge it follows."""
    version = await queries.get_numbered_for_update(session, evidence_id, number)
    before: dict[str, object] = {"risk": version.risk}
    await _weigh(session, version)
    if version.risk != before["risk"]:
        audit.record(session, WEIGHER, "evidence.weighed_again", version, before=before, after={"risk": version.risk})
    await session.flush()


async def resume_due(session: AsyncSession, *, now: datetime) -> None:
    """Have the checks go on of versions whose time has come: the longest due first, so many at once."""
    for version in await queries.list_due_for_update(session, now, limit=RESUMED_AT_ONCE):
        version.checks_due_at = now + WATCH
        outbox.add(session, EvidenceChecksResumed(evidence_id=version.evidence_id, version=version.number))
    await session.flush()


async def _weigh(session: AsyncSession, version: EvidenceVersion) -> None:
    version.risk = risk_of(await queries.list_outcomes(session, version))


async def _settle(session: AsyncSession, made: Made) -> Finding:
    return made.result if isinstance(made.result, Finding) else await made.result(session)


def _row(attempt: Attempt, made: Made, finding: Finding, now: datetime) -> dict[str, object]:
    place = (made.step.name, made.file.position)
    values = _values(attempt, *place, finding, now)
    tool = finding.tool or made.step.tool
    values |= {"tool": tool.name, "tool_version": tool.version}
    if finding.waits:
        values["facts"] = {**finding.facts, "tries": attempt.case.waits.get(place, 0) + 1}
    return values


def _values(attempt: Attempt, step: str, position: int, finding: Finding, now: datetime) -> dict[str, object]:
    tool = own_tool()
    return {
        "evidence_version_id": attempt.case.version_id,
        "step": step,
        "position": position,
        "tool": tool.name,
        "tool_version": tool.version,
        "policy_version": POLICY_VERSION,
        "outcome": finding.outcome,
        "message": finding.message,
        "facts": finding.facts,
        "found_at": now,
    }


async def _write(session: AsyncSession, rows: Sequence[dict[str, object]]) -> None:
    """A finding takes the place of the one that said that its check waits."""
    if not rows:
        return
    # Findings are listed by their ids; those made within one millisecond would fall in any order.
    ids = sorted(new_id() for _ in rows)
    statement = insert(EvidenceFinding).values([{"id": id_, **row} for id_, row in zip(ids, rows, strict=True)])
    new = {
        name: statement.excluded[name] for name in rows[0] if name not in {"evidence_version_id", "step", "position"}
    }
    key = ["evidence_version_id", "step", "position"]
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_=new))


def _go_on(
    session: AsyncSession, attempt: Attempt, version: EvidenceVersion, rows: Sequence[dict[str, object]], now: datetime
) -> None:
    """What becomes of the version next."""
    evidence_id, number = attempt.case.evidence_id, attempt.case.number
    tries = [row["facts"]["tries"] for row in rows if row["outcome"] == "waiting" and isinstance(row["facts"], dict)]
    if version.state in FINAL:
        version.checks_due_at = None
        if version.state == State.RELEASED:
            version.released_at = now
            released = EvidenceReleased(
                evidence_id=evidence_id, version=number, assignment_id=attempt.case.assignment_id
            )
            outbox.add(session, released)
        else:
            outbox.add(session, EvidenceRefused(evidence_id=evidence_id, version=number))
    elif tries:
        version.checks_due_at = now + wait_before(min(tries))
    else:
        version.checks_due_at = now + WATCH
        outbox.add(session, EvidenceChecksResumed(evidence_id=evidence_id, version=number))


def _trace(session: AsyncSession, version: EvidenceVersion, before: str, rows: Sequence[dict[str, object]]) -> None:
    findings = {f"{row['step']}/{row['position']}": row["outcome"] for row in rows}
    audit.record(
        session,
        ACTOR,
        f"evidence.{version.state}",
        version,
        before={"state": before},
        after={"state": version.state, "findings": findings},
    )
