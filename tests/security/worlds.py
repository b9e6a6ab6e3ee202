"""What there is in a world, and how an organization stands to it."""

from dataclasses import dataclass
from enum import StrEnum

from shared.db.models import Organization


class Relation(StrEnum):
    """How an organization stands to the work in question, and to the lead that does it."""

    OWN = "own"
    ABOVE = "above"
    ISSUER = "issuer"
    BELOW = "below"
    SIBLING = "sibling"
    COORDINATING = "coordinating"
    REVIEWING = "reviewing"
    FOREIGN = "foreign"


class Thing(StrEnum):
    """What is seen or hidden as one: a plan in force and its tasks; the work on it; a draft; a file not submitted; who
    and what acts for the lead, and the trail of it; what the lead was told; the tree, which is nobody's
    secret.
    """

    PLAN = "plan"
    WORK = "work"
    DRAFT = "draft"
    FILE = "file"
    STAFF = "staff"
    NOTICE = "notice"
    TREE = "tree"


@dataclass(frozen=True)
class Staff:
    """The ids of a system of the lead with one key, of a person with a role there, of somebody who watches it
    (`watch` is an auditor's membership), and of what the person did.
    """

    client: str
    kid: str
    user: str
    subject: str
    membership: str
    watch: str
    entry: str
    request: str


@dataclass(frozen=True)
class Target:
    """The ids of one complete piece of work, of who does it, and of an office below the lead that is to end, by a
    `succession` or another. Every write that succeeds has a target of its own.
    """

    plan: str
    task: str
    group: str
    indicator: str
    measurement: str
    amendment: str
    assignment: str
    alert: str
    evidence: str
    judged: str
    appraisal: str
    supplement_request: str
    notice: str
    draft: str
    plan_import: str
    name_correction: str
    lead: str
    lead_code: str
    coordinating_code: str
    issuer_code: str
    staff: Staff
    office: str
    receiver: str
    succession: str


@dataclass(frozen=True)
class World:
    """`secrets` are the ids and words of each thing; `names` those of the organizations, which are public.

    `uploads` are files that wait to be submitted, one of each organization; `unfinished` those that have not arrived.
    """

    organizations: dict[Relation, Organization]
    targets: list[Target]
    uploads: dict[Relation, str]
    unfinished: dict[Relation, str]
    secrets: dict[Thing, set[str]]
    names: set[str]
