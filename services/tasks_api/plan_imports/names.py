"""Which body of the tree a name in a plan means, seen from the body that issued the plan."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from services.tasks_api.plan_imports.name_keys import name_key
from shared.domain.organizations import (
    COMMUNE_LEVEL,
    TERRITORIES,
    GroupRef,
    OrganizationKind,
    OrganizationRef,
)
from shared.domain.successions import SuccessionKind
from shared.domain.text import fold

SURE = 0.8
"""Matches below this confidence are never made."""

_LEVEL_WORDS = {
    OrganizationKind.PROVINCE: ("tinh", "thanh pho"),
    OrganizationKind.DISTRICT: ("huyen", "thi xa", "thanh pho", "quan"),
    **dict.fromkeys(COMMUNE_LEVEL, ("phuong", "xa", "dac khu")),
}
_COMMITTEE = "uy ban nhan dan"
# Words that name a part or the people of a body, not another body.
_DECORATIONS = re.compile(r"^(?:co quan|lanh dao|tap the|thu truong|ban chi huy(?= cong an)) ")
_GROUP_TAIL = re.compile(r"(?: (?:tren dia ban|truc thuoc|thuoc))?(?: (?:tinh|thanh pho|phuong|xa))$")
_COLLECTIVE = re.compile(
    r"^(?:cac|nhung|moi|toan the|tat ca|dia phuong)\b|^(?:ubnd|uy ban nhan dan) cac\b|^(?:co quan, )?don vi$"
    r"|\blien quan\b|\bdu dieu kien\b|\bco tham quyen\b|\bchu quan\b|^doanh nghiep"
)
# Proper names of many alike: one letter makes another body.
_NEVER_ALIKE = {OrganizationKind.SCHOOL, OrganizationKind.HAMLET, *TERRITORIES}


def is_collective(text: str) -> bool:
    """Whether the words speak of many bodies without naming any: no body of that name can exist."""
    return _COLLECTIVE.search(fold(text)) is not None


Distance = tuple[int, int]
"""Steps up from the issuer, then steps down: smaller is nearer."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """At most one of `organization` and `group` is set; neither below `SURE`.

    `confidence`: 1 for the body's own name, less when words were added, missing or misspelt; without a
    match, how alike the nearest name is. `vague`: a collective that no group of the deployment stands for.
    `ambiguous`: several bodies are equally near. `succeeded`: how and since when the body that bears the name is no
    more, where `organization` carries on its work.
    """

    organization: OrganizationRef | None
    group: GroupRef | None
    confidence: float
    vague: bool = False
    ambiguous: bool = False
    succeeded: tuple[SuccessionKind, date] | None = None


@dataclass(frozen=True, slots=True)
class NamedBody:
    """A name as written in a cell and what it stands for."""

    text: str
    match: NameMatch


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a body's name; `placed` when it says where, so that it holds beyond its own scope."""

    organization: OrganizationRef
    confidence: float
    placed: bool


class NameIndex:
    """All names that plans of one deployment may use."""

    def __init__(self, organizations: Sequence[OrganizationRef], groups: Sequence[GroupRef]) -> None:
        self._by_id = {organization.id: organization for organization in organizations}
        self._children: dict[str, list[str]] = defaultdict(list)
        for organization in organizations:
            if organization.parent_id is not None:
                self._children[organization.parent_id].append(organization.id)
        self._forms: dict[str, list[_Form]] = defaultdict(list)
        for organization in organizations:
            for key, form in self._ways_to_write(organization):
                self._forms[key].append(form)
        self._alike: dict[tuple[str, int], list[str]] = defaultdict(list)
        for key in self._forms:
            self._alike[_shape(key)].append(key)
        self._groups = {name_key(name): group for group in groups for name in (*reversed(group.aliases), group.name)}
        self.names = tuple(organization.name for organization in organizations)
        self._known: dict[tuple[str, str | None], NameMatch] = {}
        self._reach: dict[str | None, dict[str, Distance]] = {}

    def match(self, text: str, issuer_id: str | None) -> NameMatch:
        """The body meant in a plan of `issuer_id`: nearest scope first, never a guess between two."""
        question = (text, issuer_id)
        if question not in self._known:
            self._known[question] = self._match(name_key(text), text, issuer_id)
        return self._known[question]

    def is_outside(self, match: NameMatch, issuer_id: str | None) -> bool:
        """Whether what is meant, or any of a group, lies outside the province or commune the issuer belongs to."""
        issuer = self._by_id.get(issuer_id or "")
        if issuer is None:
            return False
        branch = self._territory(issuer) or issuer
        if match.group is not None:
            return match.group.scope == "province" and branch.kind is not OrganizationKind.PROVINCE
        current = match.organization
        while current is not None and current.id != branch.id:
            current = self._by_id.get(current.parent_id or "")
        return match.organization is not None and current is None

    def _match(self, key: str, text: str, issuer_id: str | None) -> NameMatch:
        group = self._group(key)
        if group is not None:
            return group
        scopes = self._scopes(issuer_id)
        plain = _DECORATIONS.sub("", key)
        found = self._nearest(self._forms.get(key, []), scopes, 1.0)
        if found is None and plain != key:
            found = self._nearest(self._forms.get(plain, []), scopes, 0.9)
        if found is None and is_collective(text):
            return NameMatch(None, None, 0.0, vague=True)
        return found or self._misspelt(plain, scopes)

    def _group(self, key: str) -> NameMatch | None:
        for candidate, confidence in (
            (key, 1.0),
            (f"cac {key}", 1.0),
            (_GROUP_TAIL.sub("", key), 0.9),
            (f"cac {_GROUP_TAIL.sub('', key)}", 0.9),
        ):
            if candidate in self._groups:
                return NameMatch(None, self._groups[candidate], confidence)
        return None

    def _nearest(self, forms: Sequence[_Form], scopes: dict[str, Distance], factor: float) -> NameMatch | None:
        """The one form nearest to the issuer; outside its scopes only a form that says where."""
        reachable = [
            (scopes.get(form.organization.id, (len(scopes), 0)), -form.confidence, form)
            for form in forms
            if form.organization.id in scopes or form.placed
        ]
        if not reachable:
            return None
        best = min(reachable, key=lambda item: item[:2])
        rivals = {item[2].organization.id for item in reachable if item[:2] == best[:2]}
        if len(rivals) > 1:
            return NameMatch(None, None, 0.5, ambiguous=True)
        return NameMatch(best[2].organization, None, round(best[2].confidence * factor, 2))

    def _misspelt(self, key: str, scopes: dict[str, Distance]) -> NameMatch:
        """A name that differs by a letter in a word or two, inside the issuer's scopes."""
        nearest = 0.0
        alike: list[_Form] = []
        for candidate in self._alike.get(_shape(key), []):
            forms = [
                form
                for form in self._forms[candidate]
                if form.organization.id in scopes and form.organization.kind not in _NEVER_ALIKE
            ]
            if forms:
                nearest = max(nearest, SequenceMatcher(None, key, candidate).ratio())
                alike += forms if _differs_by_a_letter(key, candidate) else []
        found = self._nearest(alike, scopes, 0.85)
        return found or NameMatch(None, None, round(min(nearest, SURE - 0.01), 2))

    def _scopes(self, issuer_id: str | None) -> dict[str, Distance]:
        """For every body in reach, how far: first the issuer and all below it, then step by step up.

        Going up, the whole tree below the issuer's own ward or commune is in reach, of higher bodies only
        the direct children.
        """
        if issuer_id in self._reach:
            return self._reach[issuer_id]
        reach = self._reach[issuer_id] = {}
        step = 0
        current = self._by_id.get(issuer_id or "")
        while current is not None:
            whole = step == 0 or current.kind in COMMUNE_LEVEL
            level = [current.id]
            depth = 0
            while level and (whole or depth < 2):
                for identity in level:
                    reach.setdefault(identity, (step, depth))
                level = [child for identity in level for child in self._children.get(identity, ())]
                depth += 1
            current = self._by_id.get(current.parent_id or "")
            step += 1
        return reach

    def _ways_to_write(self, organization: OrganizationRef) -> Iterator[tuple[str, _Form]]:
        for name in (organization.name, *organization.aliases):
            key = name_key(name)
            territory = self._territory(organization)
            if territory is None:
                yield key, _Form(organization, 1.0, placed=True)
            else:
                yield from _within(organization, key, territory)

    def _territory(self, organization: OrganizationRef) -> OrganizationRef | None:
        """The province, district or commune the body belongs to or is."""
        current: OrganizationRef | None = organization
        while current is not None and current.kind not in TERRITORIES:
            current = self._by_id.get(current.parent_id or "")
        return current


def _within(organization: OrganizationRef, key: str, territory: OrganizationRef) -> Iterator[tuple[str, _Form]]:
    """Forms with and without the territory: Công an, Công an phường, Công an phường Bến Sông."""
    own = name_key(territory.name).removeprefix(f"{_COMMITTEE} ")
    words = _LEVEL_WORDS[territory.kind]
    level = next((word for word in words if own.startswith(f"{word} ")), words[0])
    place = own.removeprefix(f"{level} ")
    says_where = organization is territory or f" {place} " in f" {key} "
    yield key, _Form(organization, 1.0, placed=says_where)
    if organization is territory:
        heads: tuple[str, ...] = ("", f"{_COMMITTEE} ")
        yield _COMMITTEE, _Form(organization, 0.9, placed=False)
    else:
        stem = key
        for tail in (f" {place}", *(f" {word}" for word in words)):
            stem = stem.removesuffix(tail)
        heads = (f"{stem} ",)
        yield stem, _Form(organization, 0.95, placed=False)
    for head in heads:
        for word in words:
            confidence = 1.0 if word == level else 0.9
            yield f"{head}{word}", _Form(organization, confidence, placed=False)
            yield f"{head}{word} {place}", _Form(organization, confidence, placed=True)
        if head:
            yield f"{head}{place}", _Form(organization, 0.95, placed=True)


def _shape(key: str) -> tuple[str, int]:
    """Names can only be misspellings of each other with the same first word and number of words."""
    words = key.split()
    return (words[0] if words else "", len(words))


def _differs_by_a_letter(left: str, right: str) -> bool:
    pairs = [pair for pair in zip(left.split(), right.split(), strict=True) if pair[0] != pair[1]]
    return 0 < len(pairs) <= (1 if len(left.split()) < 5 else 2) and all(
        min(len(one), len(other)) > 2
        and abs(len(one) - len(other)) < 2
        and not any(map(str.isdigit, one + other))
        and SequenceMatcher(None, one, other).ratio() >= 0.75
        for one, other in pairs
    )
