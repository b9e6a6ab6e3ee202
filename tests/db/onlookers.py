"""One assignment, and every place in the administration from which it may be looked at."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Alert, Assignment, Client, Evidence, Organization, Plan, PlanImport, Task, Upload
from tests.factories.tracking import make_assignment, make_organization

Tree = Mapping[str, Organization]

FOLLOWED = {"province", "ward", "lead", "helper", "helper's ward", "reviewer", "reviewer's province"}
"""Everyone with a part in the assignment, and all above them."""
EVERYBODY = FOLLOWED | {"below the lead", "division", "desk", "neighbour", "stranger"}

SEES: Mapping[type[Any], set[str]] = {
    Organization: EVERYBODY,
    Assignment: FOLLOWED,
    Alert: FOLLOWED,
    Evidence: FOLLOWED,
    Plan: FOLLOWED,
    Task: FOLLOWED,
    PlanImport: {"province", "ward"},
    Upload: {"province", "ward", "lead"},
    Client: {"province", "ward"},
}


async def make_tree(session: AsyncSession) -> Tree:
    """One assignment of a ward's plan, led in the ward, helped from another ward, appraised in another province."""
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    lead = await make_organization(session, parent=ward)
    other_ward = await make_organization(session, parent=province, kind="ward")
    helper = await make_organization(session, parent=other_ward)
    reviewing_province = await make_organization(session, kind="province")
    reviewer = await make_organization(session, parent=reviewing_province)
    division = await make_organization(session, parent=ward)
    tree = {
        "province": province,
        "ward": ward,
        "lead": lead,
        "below the lead": await make_organization(session, parent=lead),
        "division": division,
        "desk": await make_organization(session, parent=division),
        "helper's ward": other_ward,
        "helper": helper,
        "neighbour": await make_organization(session, parent=other_ward),
        "reviewer's province": reviewing_province,
        "reviewer": reviewer,
        "stranger": await make_organization(session, kind="province"),
    }
    assignment = await make_assignment(session, issuer=ward, lead=lead, coordinating=[helper], reviewers=[reviewer])
    day = date(2026, 3, 1)
    session.add_all(
        [
            Alert(assignment_id=assignment.id, rule="lagging", since=day, opened_on=day),
            Client(issuer="client:ward", name="x", organization_id=ward.id, scopes=[], registered_by="tests"),
            Evidence(assignment_id=assignment.id, organization_id=lead.id, kind="photo"),
            PlanImport(issuer_id=ward.id, document_sha256="0" * 64, filename="x", proposal={}, requested_by="tests"),
            Upload(
                organization_id=lead.id,
                uploaded_by="tests",
                filename="x",
                media_type="image/png",
                size=1,
                sha256="0" * 64,
                storage_key="x",
            ),
        ]
    )
    await session.flush()
    return tree
