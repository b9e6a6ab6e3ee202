"""The ways to write the name of one body of the tree, with how sure each of them is."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks_api.plan_imports.name_keys import name_key
from shared.domain.organizations import COMMUNE_LEVEL, OrganizationKind, OrganizationRef

LEVEL_WORDS = {
    OrganizationKind.PROVINCE: ("tinh", "thanh pho"),
    OrganizationKind.DISTRICT: ("huyen", "thi xa", "thanh pho", "quan"),
    **dict.fromkeys(COMMUNE_LEVEL, ("phuong", "xa", "dac khu")),
}
COMMITTEE = "uy ban nhan dan"
_COUNCIL = "hoi dong nhan dan"
_SHARED_OFFICE = f"van phong {_COUNCIL} {COMMITTEE}"
# What people say for short, by the kind of body.
_SPOKEN = {
    OrganizationKind.MILITARY: ("quan su", "ban chi huy quan su", "bo chi huy quan su"),
    OrganizationKind.POLICE: ("cong an", "ban chi huy cong an"),
}


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a body's name; `placed` when it says where, so that it holds beyond its own scope."""

    organization: OrganizationRef
    confidence: float
    placed: bool


def ways_to_write(organization: OrganizationRef, territory: OrganizationRef | None) -> Iterator[tuple[str, Form]]:
    """Keys with their forms. `territory` is the province, district or commune the body belongs to or is."""
    for name in (organization.name, *organization.aliases):
        key = name_key(name)
        if territory is None:
            yield key, Form(organization, 1.0, placed=True)
        else:
            yield from _within(organization, key, territory, 1.0)
    if territory is not None and territory is not organization:
        for key in _spoken(organization):
            yield from _within(organization, key, territory, 0.9)


def _spoken(organization: OrganizationRef) -> Iterator[str]:
    key = name_key(organization.name)
    if key.startswith(_SHARED_OFFICE):
        # One office serves both: it goes by the name of either.
        yield from (f"van phong {COMMITTEE} {_COUNCIL}", f"van phong {COMMITTEE}", f"van phong {_COUNCIL}")
    for spoken in _SPOKEN.get(organization.kind, ()):
        if key.startswith(_SPOKEN[organization.kind]):
            yield spoken


def _within(
    organization: OrganizationRef, key: str, territory: OrganizationRef, sure: float
) -> Iterator[tuple[str, Form]]:
    """Forms with and without the territory: Công an, Công an phường, Công an phường Bến Sông."""
    own = name_key(territory.name).removeprefix(f"{COMMITTEE} ")
    words = LEVEL_WORDS[territory.kind]
    level = next((word for word in words if own.startswith(f"{word} ")), words[0])
    place = own.removeprefix(f"{level} ")
    says_where = organization is territory or f" {place} " in f" {key} "
    yield key, Form(organization, sure, placed=says_where)
    if organization is territory:
        heads: tuple[str, ...] = ("", f"{COMMITTEE} ")
        yield COMMITTEE, Form(organization, 0.9 * sure, placed=False)
    else:
        stem = key
        for tail in (f" {place}", *(f" {word}" for word in words)):
            stem = stem.removesuffix(tail)
        heads = (f"{stem} ",)
        yield stem, Form(organization, 0.95 * sure, placed=False)
    for head in heads:
        for word in words:
            confidence = sure if word == level else 0.9 * sure
            yield f"{head}{word}", Form(organization, confidence, placed=False)
            yield f"{head}{word} {place}", Form(organization, confidence, placed=True)
        if head:
            yield f"{head}{place}", Form(organization, 0.95 * sure, placed=True)
