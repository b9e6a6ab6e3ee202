"""Who may have signed: the organizations concerned, under the names they bore, with those above and before them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.signatures.keys import body_key
from services.alerts_worker.evidence_checks.signatures.matching import Body, Name, Role
from shared.db.models import Organization, OrganizationAlias, OrganizationRename, OrganizationSuccession
from shared.domain.organizations import COMMUNE_LEVEL, TERRITORIES, OrganizationKind
from shared.domain.successions import ENDING
from shared.domain.text import fold

_DAY = timedelta(days=1)
_OLD_CODE = "qcvn_102"
_LONGEST_LINE = 8
"""Mergers that are followed back from one organization."""


async def list_expected(session: AsyncSession, submitter_id: UUID, issuer_id: UUID | None) -> list[Body]:
    """The submitter, the declared issuer if it is another, and the commune that the submitter is a part of.

    Names carry the days on which they were in use, so that any day of signing can be asked about.
    """
    roles = {submitter_id: Role.SUBMITTER} | ({issuer_id: Role.ISSUER} if issuer_id not in {None, submitter_id} else {})
    own = {each.id: each for each in await _organizations(session, Organization.id.in_(roles))}
    codes = {code for each in own.values() for code in each.path.strip("/").split("/")}
    above = {each.code: each for each in await _organizations(session, Organization.code.in_(codes))}
    submitter = own[submitter_id]
    for each in _superiors(submitter, above):
        if each.kind in COMMUNE_LEVEL and each.id not in roles:
            roles[each.id] = Role.SUPERIOR
            own[each.id] = each
    names = await _names(session, [*own, *(each.id for each in above.values())])
    codes_of = await _codes(session, own)
    communes = await _communes(session, own.values())
    return [
        Body(
            str(organization_id),
            own[organization_id].code,
            role,
            tuple(names[organization_id]),
            tuple(codes_of[organization_id]),
            superiors=tuple(name.text for each in _superiors(own[organization_id], above) for name in names[each.id]),
            directly_above=tuple(
                name.text for each in _superiors(own[organization_id], above)[:1] for name in names[each.id]
            ),
            is_territory=own[organization_id].kind in TERRITORIES,
            sound_alike=tuple(name.text for name in names[organization_id] if _sounds_alike(name.text, communes)),
        )
        for organization_id, role in roles.items()
        if organization_id is not None
    ]


async def _organizations(session: AsyncSession, which: ColumnElement[bool]) -> Sequence[Organization]:
    return (await session.scalars(select(Organization).where(which))).all()


def _superiors(organization: Organization, by_code: dict[str, Organization]) -> list[Organization]:
    """Those above it, the nearest first, up to the province: whatever is higher says nothing about a place."""
    codes = organization.path.strip("/").split("/")[:-1]
    found = [by_code[code] for code in reversed(codes) if code in by_code]
    return [each for each in found if each.kind != OrganizationKind.CENTRAL_AGENCY]


async def _communes(session: AsyncSession, own: Iterable[Organization]) -> Sequence[str]:
    """The names of all communes of the provinces in which communes of these are."""
    provinces = {each.path.strip("/").partition("/")[0] for each in own if each.kind in COMMUNE_LEVEL}
    return (
        await session.scalars(
            select(Organization.name).where(
                Organization.kind.in_(COMMUNE_LEVEL),
                or_(false(), *(Organization.path.startswith(f"/{code}/", autoescape=True) for code in provinces)),
            )
        )
    ).all()


def _sounds_alike(name: str, others: Sequence[str]) -> bool:
    """Whether another name is the same as soon as marks are left away."""
    return any(fold(other) == fold(name) and body_key(other) != body_key(name) for other in others)


async def _names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[Name]]:
    """For each, its name today first, then earlier and other ones, then those of bodies that were merged into it."""
    before = await _predecessors(session, list(ids))
    everyone = {*ids, *(old for found in before.values() for old, _ in found)}
    own = await _own_names(session, everyone)
    names = {each: list(own[each]) for each in ids}
    for receiver, found in before.items():
        for predecessor, ended_on in found:
            names[receiver] += [
                Name(name.text, name.since, min(name.until or ended_on, ended_on), predecessor=True)
                for name in own[predecessor]
            ]
    return names


async def _own_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[Name]]:
    ids = list(ids)
    current = {each.id: each.name for each in await _organizations(session, Organization.id.in_(ids))}
    renames = defaultdict(list)
    statement = select(OrganizationRename).where(OrganizationRename.organization_id.in_(ids))
    for rename in await session.scalars(statement.order_by(OrganizationRename.effective_on)):
        renames[rename.organization_id].append(rename)
    aliases = defaultdict(list)
    for alias in await session.scalars(
        select(OrganizationAlias).where(
            OrganizationAlias.organization_id.in_(ids), OrganizationAlias.scheme != _OLD_CODE
        )
    ):
        aliases[alias.organization_id].append(alias.value)
    return {each: _dated(current[each], renames[each], aliases[each]) for each in current}


def _dated(current: str, renames: Sequence[OrganizationRename], aliases: Sequence[str]) -> list[Name]:
    """Names in the order told above. A rename that is recorded and not yet applied has its day all the same."""
    spans: list[Name] = []
    since: date | None = None
    for number, rename in enumerate(renames):
        earlier = renames[number - 1].name if number else rename.previous_name or current
        spans.append(Name(earlier, since, rename.effective_on - _DAY))
        since = rename.effective_on
    spans.append(Name(renames[-1].name if renames else current, since))
    known = {name.text for name in spans}
    return [*reversed(spans), *(Name(alias) for alias in aliases if alias not in known)]


async def _predecessors(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, date]]]:
    """By receiver, those that ended in its favour, through chains, each with its own last day."""
    found: dict[UUID, list[tuple[UUID, date]]] = defaultdict(list)
    heirs: dict[UUID, set[UUID]] = {each: {each} for each in ids}
    for _ in range(_LONGEST_LINE):
        statement = select(OrganizationSuccession).where(
            OrganizationSuccession.receiver_id.in_(heirs), OrganizationSuccession.kind.in_(ENDING)
        )
        further: dict[UUID, set[UUID]] = defaultdict(set)
        for step in await session.scalars(statement):
            for heir in heirs[step.receiver_id]:
                if step.predecessor_id not in {old for old, _ in found[heir]} | {heir}:
                    found[heir].append((step.predecessor_id, step.effective_on - _DAY))
                    further[step.predecessor_id].add(heir)
        if not further:
            break
        heirs = further
    return found


async def _codes(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    codes = defaultdict(list)
    statement = select(OrganizationAlias).where(
        OrganizationAlias.organization_id.in_(list(ids)), OrganizationAlias.scheme == _OLD_CODE
    )
    for alias in await session.scalars(statement):
        codes[alias.organization_id].append(alias.value)
    return codes
