"""Who acts on which fact: the table of contents of this service."""

from services.alerts_worker.alerting.jobs import evaluate_assignment, evaluate_plan
from services.alerts_worker.amendments.jobs import apply_recorded as apply_amendment
from services.alerts_worker.deadlines.jobs import move_deadlines
from services.alerts_worker.evidence_checks.jobs import make_checks, record_checks, weigh_again
from services.alerts_worker.handlers import Acting, Handler, Looking
from services.alerts_worker.link_snapshots.jobs import clear_staged, fetch_link, keep_snapshot
from services.alerts_worker.notices.jobs import (
    tell_decided,
    tell_evidence_withdrawn,
    tell_expired,
    tell_overdue,
    tell_refused,
    tell_requested,
    tell_waiting,
    tell_withdrawn,
)
from services.alerts_worker.stored_files.jobs import look_at_doubted, record_doubted
from services.alerts_worker.successions.jobs import apply_recorded
from services.alerts_worker.verdicts.jobs import (
    apply_verdict,
    apply_withdrawal,
    drop_withdrawn,
    resubmit_evidence,
    settle_completion,
    settle_linked,
)
from shared.events import (
    AlertClosed,
    AlertOpened,
    AmendmentRecorded,
    AppraisalDecided,
    AppraisalOverdue,
    AppraisalWithdrawn,
    AssignmentChanged,
    AssignmentTransferred,
    CalendarChanged,
    EvidenceChecksResumed,
    EvidenceDamaged,
    EvidenceLinked,
    EvidenceRefused,
    EvidenceReleased,
    EvidenceReuseFound,
    EvidenceSubmitted,
    EvidenceWithdrawn,
    LinkSubmitted,
    MeasurementsRecorded,
    PlanActivated,
    PlanAmended,
    RenameRecorded,
    StoredFileDoubted,
    SuccessionRecorded,
    SupplementExpired,
    SupplementRequested,
)

SUBSCRIPTIONS: dict[str, tuple[Handler, ...]] = {
    AmendmentRecorded.type: (Acting("apply_amendments", AmendmentRecorded, apply_amendment),),
    AppraisalDecided.type: (
        Acting("apply_verdict", AppraisalDecided, apply_verdict),
        Acting("tell_decided", AppraisalDecided, tell_decided),
    ),
    AppraisalOverdue.type: (Acting("tell_overdue", AppraisalOverdue, tell_overdue),),
    AppraisalWithdrawn.type: (
        Acting("apply_withdrawal", AppraisalWithdrawn, apply_withdrawal),
        Acting("tell_withdrawn", AppraisalWithdrawn, tell_withdrawn),
    ),
    AssignmentChanged.type: (
        Acting("evaluate_assignment", AssignmentChanged, evaluate_assignment),
        Acting("settle_completion", AssignmentChanged, settle_completion),
    ),
    CalendarChanged.type: (Acting("move_deadlines", CalendarChanged, move_deadlines),),
    EvidenceReleased.type: (
        Acting("resubmit_evidence", EvidenceReleased, resubmit_evidence),
        Acting("tell_waiting", EvidenceReleased, tell_waiting),
    ),
    EvidenceChecksResumed.type: (Looking("go_on_checking", EvidenceChecksResumed, make_checks, record_checks),),
    EvidenceRefused.type: (Acting("tell_refused", EvidenceRefused, tell_refused),),
    EvidenceReuseFound.type: (Acting("weigh_again", EvidenceReuseFound, weigh_again),),
    EvidenceSubmitted.type: (Looking("check_evidence", EvidenceSubmitted, make_checks, record_checks),),
    EvidenceLinked.type: (Acting("settle_linked", EvidenceLinked, settle_linked),),
    EvidenceWithdrawn.type: (
        Acting("drop_withdrawn", EvidenceWithdrawn, drop_withdrawn),
        Acting("tell_evidence_withdrawn", EvidenceWithdrawn, tell_evidence_withdrawn),
    ),
    LinkSubmitted.type: (Looking("snapshot_link", LinkSubmitted, fetch_link, keep_snapshot, clear_staged),),
    PlanActivated.type: (Acting("evaluate_plan", PlanActivated, evaluate_plan),),
    RenameRecorded.type: (Acting("apply_renames", RenameRecorded, apply_recorded),),
    StoredFileDoubted.type: (Looking("verify_doubted", StoredFileDoubted, look_at_doubted, record_doubted),),
    SuccessionRecorded.type: (Acting("apply_successions", SuccessionRecorded, apply_recorded),),
    SupplementExpired.type: (Acting("tell_expired", SupplementExpired, tell_expired),),
    SupplementRequested.type: (Acting("tell_requested", SupplementRequested, tell_requested),),
}

KNOWINGLY_UNHANDLED = frozenset(
    {
        AlertClosed.type,
        AlertOpened.type,
        AssignmentTransferred.type,
        EvidenceDamaged.type,
        MeasurementsRecorded.type,
        PlanAmended.type,
    }
)
"""Facts nobody acts on yet; they are kept, and published to integrators."""

HANDLERS: dict[str, Handler] = {handler.name: handler for each in SUBSCRIPTIONS.values() for handler in each}

LOOKING = frozenset(name for name, handler in HANDLERS.items() if isinstance(handler, Looking))
"""Names of those that look at something slow."""
