"""Writes of assignments by the organizations that lead them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.assignments import queries
from services.tasks_api.assignments.policies import ensure_may_report
from services.tasks_api.assignments.schemas import ProgressReport
from shared import audit
from shared.db.appending import append
from shared.db.ids import new_id
from shared.db.models import Assignment, CompletionEvidence, ProgressUpdate
from shared.domain.assignment_states import (
    Action,
    ensure_completion_is_proved,
    ensure_progress_is_acceptable,
)
from shared.domain.calendar import local_date
from shared.domain.errors import Conflict, FieldError, Invalid
from shared.domain.principal import Principal
from shared.domain.versions import ensure_current
from shared.tracking.moving import move, write_moved


async def report_progress(
    session: AsyncSession,
    principal: Principal,
    assignment_id: UUID,
    report: ProgressReport,
    *,
    expected_version: int | None,
    now: datetime,
) -> tuple[Assignment, ProgressUpdate]:
    """Add a progress update. Raises Invalid for a fall without reason, a future day, or 100 percent."""
    assignment, lead = await queries.get_assignment_for_progress(session, principal, assignment_id)
    ensure_may_report(principal, lead)
    ensure_current(assignment.version, expected_version)
    ensure_progress_is_acceptable(assignment.percent, report.percent, report.reason)
    as_of = _not_in_future(report.as_of, local_date(now))
    before: dict[str, object] = {"status": assignment.status, "percent": float(assignment.percent)}
    assignment.percent = Decimal(report.percent)
    move(session, assignment, Action.REPORT_PROGRESS, principal, now=now, reason=report.reason)
    write_moved(session, assignment, now=now)
    update: dict[str, Any] = {
        "id": new_id(),
        "assignment_id": assignment.id,
        "percent": assignment.percent,
        "narrative": report.narrative,
        "reason": report.reason,
        "as_of": as_of,
        "actor": principal.subject,
        "organization_id": principal.organization_id,
        "recorded_at": now,
    }
    append(session, ProgressUpdate, **update)
    after: dict[str, object] = {"status": assignment.status, "percent": float(assignment.percent)}
    audit.record(session, principal, "assignment.progress_reported", assignment, before=before, after=after)
    # No flush: it comes with the commit, and all rows go in one statement.
    return assignment, ProgressUpdate(**update)


def _not_in_future(as_of: date | None, today: date) -> date:
    if as_of and as_of > today:
        message = "không được sau ngày hôm nay"
        raise Invalid("as-of-in-future", f"Ngày số liệu {message}.", errors=[FieldError("as_of", "future", message)])
    return as_of or today


async def submit_completion(
    session: AsyncSession,
    principal: Principal,
    assignment_id: UUID,
    evidence_ids: Sequence[UUID],
    *,
    expected_version: int | None,
    now: datetime,
) -> Assignment:
    """Claim that the work is done. Raises Invalid("evidence-required") without evidence, or with any that is
    not a released piece of this assignment, or was withdrawn; Conflict("evidence-damaged") with any that can no longer
    be opened. The exact versions are kept with the claim.
    """
    assignment, lead = await queries.get_assignment_for_update(session, principal, assignment_id)
    ensure_may_report(principal, lead)
    ensure_current(assignment.version, expected_version)
    released = await queries.list_released_versions(session, assignment.id, evidence_ids)
    ensure_completion_is_proved(len(released))
    _ensure_all_released(evidence_ids, released)
    _ensure_sound(await queries.list_damaged(session, released))
    before: dict[str, object] = {"status": assignment.status, "percent": float(assignment.percent)}
    move(session, assignment, Action.SUBMIT_COMPLETION, principal, now=now)
    await session.execute(delete(CompletionEvidence).where(CompletionEvidence.assignment_id == assignment.id))
    session.add_all(
        CompletionEvidence(
            assignment_id=assignment.id, evidence_id=evidence_id, evidence_version=version, submitted_at=now
        )
        for evidence_id, version in released.items()
    )
    await session.flush()
    # The rows just written keep withdrawals waiting: what was withdrawn before them is seen now.
    _ensure_all_released(evidence_ids, await queries.list_released_versions(session, assignment.id, evidence_ids))
    after: dict[str, object] = {
        "status": assignment.status,
        "evidence": {str(evidence_id): version for evidence_id, version in released.items()},
    }
    audit.record(session, principal, "assignment.completion_submitted", assignment, before=before, after=after)
    await session.flush()
    return assignment


def _ensure_sound(damaged: Sequence[UUID]) -> None:
    if damaged:
        named = [str(evidence_id) for evidence_id in damaged]
        raise Conflict(
            "evidence-damaged",
            f"Tệp lưu trữ của minh chứng {', '.join(named)} đã bị hỏng, không mở được nữa: "
            "hãy nộp lại tệp thành phiên bản mới rồi báo cáo hoàn thành.",
            facts={"evidence_ids": named},
        )


def _ensure_all_released(evidence_ids: Sequence[UUID], released: dict[UUID, int]) -> None:
    missing = [str(evidence_id) for evidence_id in evidence_ids if evidence_id not in released]
    if missing:
        message = "chưa qua kiểm tra hoặc không thuộc việc này"
        raise Invalid(
            "evidence-required",
            "Có minh chứng chưa dùng được: chỉ báo cáo hoàn thành bằng minh chứng đã kiểm tra xong của việc này.",
            errors=[FieldError(evidence_id, "evidence-not-released", message) for evidence_id in missing],
        )
