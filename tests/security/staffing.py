"""Who and what acts for an organization, and what it leaves in the trail."""

from datetime import date
from uuid import UUID

from shared.clock import today
from shared.db.models import (
    AuditEntry,
    Client,
    Membership,
    Organization,
    OrganizationSuccession,
    TokenKey,
    User,
)
from shared.domain.principal import Role
from tests.factories.identity import ISSUER
from tests.factories.tracking import make_organization
from tests.security.canaries import Canaries, numbers
from tests.security.worlds import Staff, Thing

FAR = date(2090, 1, 1)
"""A day that no run of the tests sees: nobody's access passes on."""


async def make_staff(canaries: Canaries, lead: Organization) -> Staff:
    """A system and two people of the lead, one of whom did something."""
    client, kid = await _make_system(canaries, lead)
    user = await _make_person(canaries, lead, "person")
    membership = await _give(canaries, user, lead, Role.REPORTER)
    watch = await _give(canaries, await _make_person(canaries, lead, "auditor"), lead, Role.AUDITOR)
    entry = await _leave_trail(canaries, lead, user, membership.id)
    return Staff(
        client=str(client.id),
        kid=kid,
        user=str(user.id),
        subject=user.subject,
        membership=str(membership.id),
        watch=str(watch.id),
        entry=str(entry.id),
        request=str(entry.request_id),
    )


async def make_succession(
    canaries: Canaries, lead: Organization, receiver: Organization
) -> tuple[Organization, OrganizationSuccession]:
    """An office of the lead, part of which goes to another one day; as public as the tree."""
    office = await make_organization(canaries.session, parent=lead)
    succession = OrganizationSuccession(
        predecessor_id=office.id,
        receiver_id=receiver.id,
        kind="split",
        effective_on=FAR,
        instrument=canaries.word(Thing.TREE, "instrument"),
        recorded_by=canaries.word(Thing.STAFF, "recorder"),
    )
    await canaries.add(Thing.TREE, succession, office)
    return office, succession


async def _make_system(canaries: Canaries, lead: Organization) -> tuple[Client, str]:
    number = next(numbers)
    client = Client(
        issuer=f"urn:theodoi:client:{canaries.word(Thing.STAFF, 'system')}-{number}",
        name=canaries.word(Thing.STAFF, "software"),
        organization_id=lead.id,
        scopes=["plans:read"],
        registered_by=canaries.word(Thing.STAFF, "registrar"),
    )
    await canaries.add(Thing.STAFF, client)
    kid = f"{canaries.word(Thing.STAFF, 'kid')}-{number}"
    key = TokenKey(issuer=client.issuer, kid=kid, algorithm="ES256", public_key=f"key {number}", client_id=client.id)
    canaries.session.add(key)
    await canaries.session.flush()
    return client, kid


async def _make_person(canaries: Canaries, lead: Organization, place: str) -> User:
    user = User(
        issuer=ISSUER,
        subject=f"{canaries.word(Thing.STAFF, f'{place}subject')}-{next(numbers)}",
        name=canaries.word(Thing.STAFF, f"{place}name"),
        organization_id=lead.id,
        last_seen_on=today(),
    )
    await canaries.add(Thing.STAFF, user)
    return user


async def _give(canaries: Canaries, user: User, lead: Organization, role: Role) -> Membership:
    giver = canaries.word(Thing.STAFF, "giver")
    membership = Membership(user_id=user.id, organization_id=lead.id, role=role, granted_by=giver)
    await canaries.add(Thing.STAFF, membership)
    return membership


async def _leave_trail(canaries: Canaries, lead: Organization, user: User, target_id: UUID) -> AuditEntry:
    entry = AuditEntry(
        actor=user.subject,
        client=user.issuer,
        organization_id=lead.id,
        action="membership.changed",
        target_type="memberships",
        target_id=target_id,
        before={"said": canaries.word(Thing.STAFF, "before")},
        after={"said": canaries.word(Thing.STAFF, "after")},
        request_id=f"{canaries.word(Thing.STAFF, 'request')}-{next(numbers)}",
        address=canaries.word(Thing.STAFF, "address"),
    )
    await canaries.add(Thing.STAFF, entry)
    return entry
