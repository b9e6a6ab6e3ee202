"""What a piece of evidence is judged for, where it proves several assignments."""

from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import aliased

from shared.db.models import Assignment, EvidenceAssignment
from shared.domain.assignment_states import CLOSED, AssignmentStatus


def appraised_for(evidence_id: Any) -> ScalarSelect[UUID]:
    """The assignment that the evidence is shown with to appraisers: the first that is open, else the first that is
    completed, else the first.

    All are of one plan, so that its reviewing levels are those of every one; a verdict settles them all.
    """
    proved = aliased(Assignment)
    return (
        select(proved.id)
        .join(EvidenceAssignment, EvidenceAssignment.assignment_id == proved.id)
        .where(EvidenceAssignment.evidence_id == evidence_id)
        .order_by(
            proved.status.in_(CLOSED),
            proved.status != AssignmentStatus.COMPLETED,
            EvidenceAssignment.linked_at.nulls_first(),
            proved.id,
        )
        .limit(1)
        .scalar_subquery()
    )
