"""What the names of a proposal stand for when it is committed, with the bodies a person agreed to create."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.organizations.operations import create_body
from services.tasks_api.organizations.queries import list_groups, require_by_code
from services.tasks_api.plan_imports import queries
from services.tasks_api.plan_imports.name_initials import written_short
from services.tasks_api.plan_imports.name_splitting import shared_levels
from services.tasks_api.plan_imports.names import NameIndex, is_collective
from services.tasks_api.plan_imports.officers import names_only_a_person, read_office
from shared.clock import today
from shared.db.models import Organization, TaskOrganization
from shared.domain.errors import Conflict, FieldError, Invalid
from shared.domain.principal import Principal

Row = Mapping[str, Any]
_SAME_NAME = 0.9
"""Another spelling is sure to be the same name from here on; a letter that differs may make another body."""


@dataclass(slots=True)
class Names:
    """`agreed` are the bodies behind the names a person agreed to create; `created` those that did not exist."""

    groups: Mapping[str, UUID]
    agreed: Mapping[str, UUID]
    created: Sequence[str]
    _codes: dict[str, UUID]

    @classmethod
    async def load(
        cls, session: AsyncSession, principal: Principal, issuer: Organization, proposal: Row, agreed: Sequence[str]
    ) -> "Names":
        """Creates what was agreed to and still lacks, while `issuer` is locked.

        Raises Invalid("organization-not-proposed") and Conflict("organization-ambiguous").
        """
        strangers = sorted(set(agreed) - set(list_unknown_bodies(proposal)))
        if strangers:
            raise Invalid(
                "organization-not-proposed",
                "Chỉ tạo được cơ quan mà kế hoạch nêu tên và hệ thống chưa có.",
                errors=[FieldError("create_organizations", "not-proposed", name) for name in strangers],
            )
        bodies, created = await _bodies(session, principal, issuer, proposal, agreed) if agreed else ({}, [])
        groups = {group.name: group.id for group in await list_groups(session)}
        return cls(groups=groups, agreed=bodies, created=created, _codes={})

    async def named_in(self, session: AsyncSession, task_id: UUID, row: Row) -> list[TaskOrganization]:
        """The organizations and groups of a row. A name that stands for nothing yet stays text in the task."""
        found: list[TaskOrganization] = []
        for role, names in (("lead", row["leads"]), ("coordinating", row["coordinating"])):
            for name in names:
                organization_id = await self._organization(session, name)
                group_id = self.groups.get(name["group"]) if name["group"] else None
                if organization_id or group_id:
                    found.append(
                        TaskOrganization(
                            task_id=task_id,
                            role=role,
                            text=name["text"],
                            organization_id=organization_id,
                            group_id=group_id,
                            officer=name.get("officer"),
                        )
                    )
        return found

    async def _organization(self, session: AsyncSession, name: Row) -> UUID | None:
        code = name["organization"]
        if not code:
            return self.agreed.get(name["text"])
        if code not in self._codes:
            self._codes[code] = (await require_by_code(session, code, name["text"])).id
        return self._codes[code]


async def _bodies(
    session: AsyncSession, principal: Principal, issuer: Organization, proposal: Row, agreed: Sequence[str]
) -> tuple[dict[str, UUID], list[str]]:
    """The body of each name, and the names for which one was created.

    The tree may have got the body since the proposal, by a list or by another plan; and one document may write the
    same name in several ways: the least shortened becomes the body's, and the others mean it too.
    """
    index = await queries.load_name_index(session, issuer, on=today())
    levels = _levels(proposal, index.names)
    bodies: dict[str, UUID] = {}
    fresh = NameIndex([queries.organization_ref(issuer)], [])
    created: list[str] = []
    for name in sorted(dict.fromkeys(agreed), key=_least_shortened):
        match = index.match(name, str(issuer.id), levels.get(name))
        twin = fresh.match(name, str(issuer.id))
        if match.ambiguous:
            raise Conflict(
                "organization-ambiguous",
                f"“{name}” nay có thể là nhiều cơ quan trong hệ thống; hãy chọn cơ quan cụ thể ở dòng nhiệm vụ.",
            )
        if match.organization is not None:
            bodies[name] = UUID(match.organization.id)
        elif twin.organization is not None and twin.confidence >= _SAME_NAME:
            bodies[name] = UUID(twin.organization.id)
        else:
            body = await create_body(session, principal, issuer, read_office(name).body)
            bodies[name] = body.id
            fresh.add(queries.organization_ref(body))
            created.append(body.name)
    return bodies, created


def _least_shortened(name: str) -> tuple[bool, int]:
    body = read_office(name).body
    return written_short(body), -len(body.split())


def _levels(proposal: Row, known: tuple[str, ...]) -> dict[str, str]:
    levels: dict[str, str] = {}
    for row in proposal["tasks"]:
        for cell in (row["lead_text"], row["coordinating_text"]):
            levels |= shared_levels(cell, known)
    return levels


def list_unknown_bodies(proposal: Row) -> list[str]:
    """The bodies a proposal names and the tree lacks, which a person may agree to create under the issuer.

    A name that several bodies bear is none: a person says which is meant. Nor is the name of a person.
    """
    unknown = {
        name["text"]
        for row in proposal["tasks"]
        for name in [*row["leads"], *row["coordinating"]]
        if not name["organization"]
        and not name["group"]
        and not name.get("ambiguous")
        and not is_collective(name["text"])
        and not names_only_a_person(name["text"])
    }
    return sorted(unknown)
