"""What a caller may see, decided here and nowhere else.

An organization sees its own subtree and every assignment where it, or one below it, leads, coordinates,
issued the plan or appraises (domain.md, "Who may see and do what"). `assignment_viewers` keeps the answer for
assignments as rows; everything else is visible through an assignment, or through its issuer.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import aliased

from shared.db.models import (
    Alert,
    Assignment,
    AssignmentViewer,
    Client,
    Evidence,
    Organization,
    Plan,
    PlanImport,
    Task,
    Upload,
)
from shared.domain.principal import Principal


def visible(principal: Principal, model: type[Any]) -> ColumnElement[bool]:
    """The predicate that leaves of `model` only what `principal` may know of. KeyError for an unlisted model."""
    return _PREDICATES[model](principal)


def _in_subtree(principal: Principal, organization_id: Any) -> ColumnElement[bool]:
    below = aliased(Organization)
    return exists().where(
        below.id == organization_id, below.path.startswith(principal.organization_path, autoescape=True)
    )


def _assignment(principal: Principal, assignment_id: Any) -> ColumnElement[bool]:
    return is_shown(assignment_id, principal.organization_id)


def is_shown(assignment_id: Any, viewer: Any) -> ColumnElement[bool]:
    """Whether the organization `viewer` may see an assignment; either may be a bound parameter of a statement
    that is built once.
    """
    return exists().where(AssignmentViewer.assignment_id == assignment_id, AssignmentViewer.organization_id == viewer)


def _plan(principal: Principal, plan_id: Any, issuer_id: Any) -> ColumnElement[bool]:
    shown = (
        select(Assignment.id)
        .join(AssignmentViewer, AssignmentViewer.assignment_id == Assignment.id)
        .where(Assignment.plan_id == plan_id, AssignmentViewer.organization_id == principal.organization_id)
    )
    return _in_subtree(principal, issuer_id) | shown.exists()


def _task(principal: Principal) -> ColumnElement[bool]:
    shown = (
        select(Assignment.id)
        .join(AssignmentViewer, AssignmentViewer.assignment_id == Assignment.id)
        .where(Assignment.task_id == Task.id, AssignmentViewer.organization_id == principal.organization_id)
    )
    issued = exists().where(Plan.id == Task.plan_id, _in_subtree(principal, Plan.issuer_id))
    return issued | shown.exists()


_PREDICATES: Mapping[type[Any], Callable[[Principal], ColumnElement[bool]]] = {
    # The tree of public bodies is public knowledge: anyone with a token may read names and codes.
    Organization: lambda _: true(),
    Plan: lambda principal: _plan(principal, Plan.id, Plan.issuer_id),
    PlanImport: lambda principal: _in_subtree(principal, PlanImport.issuer_id),
    Task: _task,
    Assignment: lambda principal: _assignment(principal, Assignment.id),
    Alert: lambda principal: _assignment(principal, Alert.assignment_id),
    Evidence: lambda principal: _assignment(principal, Evidence.assignment_id),
    Upload: lambda principal: _in_subtree(principal, Upload.organization_id),
    Client: lambda principal: _in_subtree(principal, Client.organization_id),
}
