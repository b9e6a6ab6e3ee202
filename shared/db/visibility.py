"""What a caller may see, decided here and nowhere else.

An organization sees its own subtree and every assignment where it, or one below it, leads, coordinates,
issued the plan or appraises (domain.md, "Who may see and do what"). The tables of viewers keep the answer for
assignments, tasks and plans as rows (`shared.db.viewers`); everything else is visible through one of them, or through
the organization it belongs to. Row-level security says the same again, for each table, in the migrations.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import aliased

from shared.db.models import (
    Alert,
    Amendment,
    AmendmentChange,
    Assignment,
    AssignmentViewer,
    Client,
    Evidence,
    EvidenceAssignment,
    EvidenceReuseOrigin,
    EvidenceVersion,
    Indicator,
    Measurement,
    Membership,
    NameCorrection,
    Organization,
    OrganizationSuccession,
    Plan,
    PlanImport,
    PlanViewer,
    ResumableUpload,
    Task,
    TaskViewer,
    Upload,
    User,
)
from shared.domain.principal import Principal

SHOWN_TO_VIEWER = (
    "EXISTS (SELECT 1 FROM assignment_viewers v WHERE v.assignment_id = a.id AND v.organization_id = :viewer)"
)
"""In statements written as text: whether the assignment `a` may be seen by the organization `:viewer`."""

VIEWED_BY_VIEWER = "v.organization_id = :viewer"
"""In statements written as text: whether the row `v` of `assignment_viewers` is of the organization `:viewer`."""


def visible(principal: Principal, model: type[Any]) -> ColumnElement[bool]:
    """The predicate that leaves of `model` only what `principal` may know of. KeyError for an unlisted model."""
    return _PREDICATES[model](principal)


def within_reach(principal: Principal, organization_id: Any) -> ColumnElement[bool]:
    """Whether an organization is the caller's own, below it, or one that it has succeeded."""
    below = aliased(Organization)
    paths = [below.path.startswith(path, autoescape=True) for path in principal.paths]
    return exists().where(below.id == organization_id, or_(*paths))


def covers_organization(principal: Principal) -> ColumnElement[bool]:
    """Whether the `Organization` of a statement is the caller's own, below it, or one that it has succeeded."""
    return or_(*(Organization.path.startswith(path, autoescape=True) for path in principal.paths))


def is_shown(assignment_id: Any, viewer: Any) -> ColumnElement[bool]:
    """Whether the organization `viewer` may see an assignment; either may be a bound parameter of a statement
    that is built once.
    """
    return exists().where(AssignmentViewer.assignment_id == assignment_id, AssignmentViewer.organization_id == viewer)


def names_person(principal: Principal) -> ColumnElement[bool]:
    """Whether a caller who knows of the `User` of a statement may also know the person: name and days of use. A role
    given to somebody registered elsewhere shows the account, not the person.
    """
    return or_(User.organization_id.is_(None), within_reach(principal, User.organization_id))


def _assignment(principal: Principal, assignment_id: Any) -> ColumnElement[bool]:
    return is_shown(assignment_id, principal.organization_id)


def _evidence(principal: Principal) -> ColumnElement[bool]:
    """Through any of the assignments that it proves."""
    return exists().where(
        EvidenceAssignment.evidence_id == Evidence.id,
        AssignmentViewer.assignment_id == EvidenceAssignment.assignment_id,
        AssignmentViewer.organization_id == principal.organization_id,
    )


def _plan(principal: Principal) -> ColumnElement[bool]:
    shown = exists().where(PlanViewer.plan_id == Plan.id, PlanViewer.organization_id == principal.organization_id)
    return or_(shown, within_reach(principal, Plan.issuer_id), _published())


def _task(principal: Principal) -> ColumnElement[bool]:
    shown = exists().where(TaskViewer.task_id == Task.id, TaskViewer.organization_id == principal.organization_id)
    of_plan = select(Plan.id).where(Plan.id == Task.plan_id, or_(within_reach(principal, Plan.issuer_id), _published()))
    return or_(shown, of_plan.exists())


def _measurement(principal: Principal) -> ColumnElement[bool]:
    """Figures are known where they are measured and above, and to who asked for them: the issuer and all above it."""
    asked = exists().where(
        Indicator.id == Measurement.indicator_id,
        Plan.id == Indicator.plan_id,
        within_reach(principal, Plan.issuer_id),
    )
    return or_(within_reach(principal, Measurement.organization_id), asked)


def _amendment_change(principal: Principal) -> ColumnElement[bool]:
    """Of what an amendment changes, the tasks one knows, and the indicators and the term of a plan one knows; what it
    will add concerns the issuer.
    """
    of_task = select(Task.id).where(Task.id == AmendmentChange.task_id, _task(principal))
    issued = (
        select(Amendment.id)
        .join(Plan, Plan.id == Amendment.plan_id)
        .where(Amendment.id == AmendmentChange.amendment_id, within_reach(principal, Plan.issuer_id))
    )
    shown = (each.correlate(AmendmentChange).exists() for each in (of_task, issued))
    return or_(*shown, AmendmentChange.field == "ends_on", AmendmentChange.indicator_id.is_not(None))


def _reuse_origin(principal: Principal) -> ColumnElement[bool]:
    """Where evidence was met before, for those who know of the evidence there."""
    version, evidence = aliased(EvidenceVersion), aliased(Evidence)
    return exists().where(
        version.id == EvidenceReuseOrigin.evidence_version_id,
        evidence.id == version.evidence_id,
        EvidenceAssignment.evidence_id == evidence.id,
        _assignment(principal, EvidenceAssignment.assignment_id),
    )


def _published() -> ColumnElement[bool]:
    """A plan issued as open data is there for anyone from the day it is in force."""
    return and_(Plan.visibility == "public", Plan.state == "active")


def _user(principal: Principal) -> ColumnElement[bool]:
    member = aliased(Membership)
    held = exists().where(member.user_id == User.id, within_reach(principal, member.organization_id))
    return within_reach(principal, User.organization_id) | held


_PREDICATES: Mapping[type[Any], Callable[[Principal], ColumnElement[bool]]] = {
    # The tree of public bodies is public knowledge: anyone with a token may read names and codes.
    Organization: lambda _: true(),
    OrganizationSuccession: lambda _: true(),
    Plan: _plan,
    PlanImport: lambda principal: within_reach(principal, PlanImport.issuer_id),
    NameCorrection: lambda principal: within_reach(principal, NameCorrection.issuer_id),
    Task: _task,
    Indicator: lambda principal: exists().where(Plan.id == Indicator.plan_id, _plan(principal)),
    Measurement: _measurement,
    AmendmentChange: _amendment_change,
    Assignment: lambda principal: _assignment(principal, Assignment.id),
    Alert: lambda principal: _assignment(principal, Alert.assignment_id),
    EvidenceReuseOrigin: _reuse_origin,
    Evidence: _evidence,
    Upload: lambda principal: within_reach(principal, Upload.organization_id),
    # What is on its way is nobody's above: there is nothing to see yet.
    ResumableUpload: lambda principal: ResumableUpload.organization_id == principal.organization_id,
    Client: lambda principal: within_reach(principal, Client.organization_id),
    # People are known where they act, or where they were registered.
    Membership: lambda principal: within_reach(principal, Membership.organization_id),
    User: _user,
}
