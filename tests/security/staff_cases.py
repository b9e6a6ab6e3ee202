"""Who acts for an organization, what it leaves in the trail, and who succeeds it."""

from operator import attrgetter

from shared.clock import today
from shared.domain.principal import Role
from tests.factories.identity import ISSUER
from tests.http.systems import KeyPair
from tests.security.asking import LEADS, REFUSED, change, named, nothing, where
from tests.security.matrix import Ask, Asked, Case
from tests.security.scene import Scene
from tests.security.staffing import FAR
from tests.security.worlds import Relation, Target, Thing

ADMINS, AUDITORS = frozenset({Role.ORG_ADMIN}), frozenset({Role.AUDITOR})
NOBODY = frozenset[Relation]()
ROOT = frozenset({Relation.ABOVE})
"""Whom nothing is above."""
KEY = KeyPair().pem
AFTER = FAR.replace(year=FAR.year + 1).isoformat()


def of_key(target: Target, *_: object) -> Asked:
    return Asked(path={"client_id": target.staff.client, "kid": target.staff.kid}, if_match='"2"')


def system(target: Target, *_: object) -> Asked:
    body = {"name": "Phần mềm", "organization": target.lead_code, "scopes": ["plans:read"], "public_key": KEY}
    return Asked(body=body)


def newcomer(_: Target, __: Scene, relation: Relation) -> Asked:
    return Asked(body={"issuer": ISSUER, "subject": f"registered-{relation}"})


def role_of_newcomer(target: Target, _: Scene, relation: Relation) -> Asked:
    person = {"issuer": ISSUER, "subject": f"granted-{relation}"}
    return Asked(body=person | {"organization": target.lead_code, "role": Role.VIEWER})


def role(given: Role) -> Ask:
    """Gives the person of the target a role."""

    def ask(target: Target, *_: object) -> Asked:
        return Asked(body={"user_id": target.staff.user, "organization": target.lead_code, "role": given})

    return ask


def end(target: Target, *_: object) -> Asked:
    return merging(target, target.receiver)


def merging(target: Target, receiver: str) -> Asked:
    body = {"receiver": receiver, "kind": "merge", "effective_on": AFTER, "instrument": "Nghị quyết 1/NQ"}
    return Asked(path={"organization_id": target.office}, body=body)


def renaming(target: Target, *_: object) -> Asked:
    body = {"name": "Phòng Tên Mới", "effective_on": FAR.isoformat(), "instrument": "Nghị quyết 2/NQ"}
    return Asked(path={"organization_id": target.office}, body=body)


def dividing(target: Target, scene: Scene, _: Relation) -> Asked:
    """One's own office, with a task of another province named as its work."""
    strange = {"kind": "split", "tasks": [scene.abroad.targets[0].task], "effective_on": AFTER}
    body = {"receiver": target.receiver, "instrument": "Nghị quyết 1/NQ"} | strange
    return Asked(path={"organization_id": target.office}, body=body)


def day(body: object = None, *, if_match: str | None = None) -> Ask:
    """Asks for a day of the calendar: one to come, or with `if_match` one that is on the list."""
    return lambda *_: Asked(path={"day": "2029-01-01" if if_match else "2029-03-15"}, body=body, if_match=if_match)


def borrowed_person(target: Target, scene: Scene, relation: Relation) -> Asked:
    known = target if relation is Relation.FOREIGN else scene.abroad.targets[0]
    return Asked(body={"issuer": ISSUER, "subject": known.staff.subject})


def borrowed_role(target: Target, scene: Scene, _: Relation) -> Asked:
    user = scene.abroad.targets[0].staff.user
    return Asked(body={"user_id": user, "organization": target.lead_code, "role": Role.VIEWER})


def borrowed_receiver(target: Target, scene: Scene, _: Relation) -> Asked:
    return merging(target, scene.abroad.targets[0].lead_code)


STAFF, TREE = Thing.STAFF, Thing.TREE
USER, MEMBERSHIP, ENTRY = (STAFF, "staff.user"), (STAFF, "staff.membership"), (STAFF, "staff.entry")

READS = [
    Case("list_clients", nothing, tells=(STAFF, "staff.client")),
    Case("get_client", named("client_id", "staff.client"), STAFF),
    Case("list_users", nothing, tells=USER),
    Case("list_users", where("organization", attrgetter("lead_code")), tells=USER),
    Case("list_users", where("state", "active"), tells=USER),
    Case("get_user", named("user_id", "staff.user"), STAFF),
    Case("list_memberships", nothing, tells=MEMBERSHIP),
    Case("list_memberships", where("organization", attrgetter("lead")), tells=MEMBERSHIP),
    Case("list_memberships", where("user", attrgetter("staff.user")), tells=MEMBERSHIP),
    Case("list_memberships", where("role", Role.REPORTER), tells=MEMBERSHIP),
    Case("list_memberships", where("on", today().isoformat()), tells=MEMBERSHIP),
    Case("get_membership", named("membership_id", "staff.membership"), STAFF),
    Case("list_audit_entries", nothing, tells=ENTRY),
    Case("list_audit_entries", where("actor", attrgetter("staff.subject")), tells=ENTRY),
    Case("list_audit_entries", where("organization", attrgetter("lead")), tells=ENTRY),
    Case("list_audit_entries", where("action", "membership.changed"), tells=ENTRY),
    Case("list_audit_entries", where("target_type", "memberships"), tells=ENTRY),
    Case("list_audit_entries", where("target_id", attrgetter("staff.membership")), tells=ENTRY),
    Case("list_audit_entries", where("request_id", attrgetter("staff.request")), tells=ENTRY),
    Case("list_audit_entries", where("from", "2026-01-01T00:00:00Z"), tells=ENTRY),
    Case("list_audit_entries", where("to", "2990-01-01T00:00:00Z"), tells=ENTRY),
    Case("get_audit_proof", where("entry_id", attrgetter("staff.entry")), STAFF),
    Case("list_renames", named("organization_id", "office"), TREE, public=True),
    Case("list_calendar_days", nothing),
    Case("list_calendar_days", where("from", "2026-01-01")),
    Case("list_calendar_days", where("to", "2026-12-31")),
    Case("list_successions", named("organization_id", "office"), TREE, tells=(TREE, "succession"), public=True),
]
CLIENT, MEMBER, WATCH = ("client_id", "staff.client"), ("membership_id", "staff.membership"), "staff.watch"
PERSON = ("user_id", "staff.user")
WRITES = [
    Case("register_client", system, acts=LEADS, public=True),
    Case("add_client_key", change(*CLIENT, {"public_key": KEY}, if_match='"1"'), STAFF, LEADS),
    Case("revoke_client_key", of_key, STAFF, LEADS),
    Case("revoke_client", change(*CLIENT, None, if_match='"3"'), STAFF, LEADS),
    Case("register_user", newcomer),
    Case("rename_user", change(*PERSON, {"name": "Tên mới"}, if_match='"1"'), STAFF, LEADS),
    Case("deactivate_user", change(*PERSON, {"reason": "Thôi việc"}), STAFF, LEADS),
    Case("reactivate_user", change(*PERSON, {"reason": "Trở lại"}), STAFF, LEADS),
    Case("grant_membership", role_of_newcomer, acts=LEADS, roles=ADMINS, public=True),
    Case("grant_membership", role(Role.VIEWER), TREE, LEADS, roles=ADMINS, public=True),
    Case("grant_membership", role(Role.AUDITOR), TREE, LEADS, roles=AUDITORS, public=True),
    Case("change_membership", change(*MEMBER, {"ends_on": AFTER}, if_match='"1"'), STAFF, LEADS, roles=ADMINS),
    Case("change_membership", change("membership_id", WATCH, {}, if_match='"1"'), STAFF, LEADS, roles=AUDITORS),
    Case("revoke_membership", change(*MEMBER, {}), STAFF, LEADS, roles=ADMINS),
    Case("revoke_membership", change("membership_id", WATCH, {}), STAFF, LEADS, roles=AUDITORS),
    Case("record_succession", end, TREE, LEADS, public=True),
    Case("record_rename", renaming, TREE, LEADS, public=True),
    Case("set_calendar_day", day({"kind": "off", "name": "Nghỉ bù"}), acts=ROOT),
    Case("remove_calendar_day", day(if_match='"1"'), acts=ROOT),
]
BORROWING = [
    Case("register_user", borrowed_person, answers=frozenset({409})),
    Case("grant_membership", borrowed_role, acts=LEADS, roles=ADMINS, public=True, answers=REFUSED),
    Case("record_succession", borrowed_receiver, TREE, NOBODY, public=True),
    Case("record_succession", dividing, TREE, LEADS, public=True, answers=REFUSED),
]
"""One's own organization, with people and receivers of another province."""
READS_OF_WRITES = [Case("list_audit_entries", nothing), Case("list_users", nothing), Case("list_memberships", nothing)]
"""What the writes left behind."""
