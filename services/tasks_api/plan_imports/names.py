"""Which body of the tree a name in a plan means, seen from the body that issued the plan."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.tasks_api.plan_imports.form_table import FormTable, any_order
from services.tasks_api.plan_imports.name_forms import Form
from services.tasks_api.plan_imports.name_keys import name_key
from services.tasks_api.plan_imports.name_likeness import differs_by_a_letter, most_alike
from services.tasks_api.plan_imports.officers import read_office
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

MOST_CANDIDATES = 3
# Words that name a part or the people of a body, not another body.
_DECORATIONS = re.compile(r"^(?:co quan|lanh dao|tap the|thu truong|ban chi huy(?= cong an)) ")
_LEVEL_SAID = re.compile(r" cap(?= (?:tinh|thanh pho|phuong|xa)\b)")
_GROUP_TAIL = re.compile(
    r"(?: (?:tren|thuoc|truc thuoc|tai|cua))?(?: (?:dia ban|uy ban nhan dan))?(?: cap)?"
    r" (?:dia ban|tinh|thanh pho|phuong|xa|uy ban nhan dan)$"
)
_GROUP_EXTRA = re.compile(r" (?:thi tran|nganh|chuyen mon|truc thuoc)\b")
_COLLECTIVE = re.compile(
    r"^(?:cac|nhung|moi|mot so|toan the|tat ca|dia phuong)\b|^(?:ubnd|uy ban nhan dan) cac\b|^(?:co quan, )?don vi$"
    r"|\blien quan\b|\bdu dieu kien\b|\bco tham quyen\b|\bchu quan\b|^doanh nghiep"
)


def is_collective(text: str) -> bool:
    """Whether the words speak of many bodies without naming any: no body of that name can exist."""
    return _COLLECTIVE.search(fold(read_office(text).body)) is not None


Distance = tuple[int, int]
"""Steps up from the issuer, then steps down: smaller is nearer."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body or a group that a name may mean."""

    meant: OrganizationRef | GroupRef
    confidence: float


@dataclass(frozen=True, slots=True)
class NameMatch:
    """At most one of `organization` and `group` is set; neither below `SURE`.

    `confidence`: 1 for the body's own name, less when words were added, missing or misspelt; without a
    match, how alike the nearest name is. `vague`: a collective that no group of the deployment stands for.
    `ambiguous`: several bodies are equally near. `candidates`: without a match, what a person may choose from.
    `remembered`: a person said so for an earlier plan of the issuer. `succeeded`: how and since when the body that
    bears the name is no more, where `organization` carries on its work.
    """

    organization: OrganizationRef | None
    group: GroupRef | None
    confidence: float
    vague: bool = False
    ambiguous: bool = False
    candidates: tuple[Candidate, ...] = ()
    remembered: bool = False
    succeeded: tuple[SuccessionKind, date] | None = None


@dataclass(frozen=True, slots=True)
class NamedBody:
    """A name as written in a cell, what it stands for, and the words about a person of that body."""

    text: str
    match: NameMatch
    officer: str | None = None


class NameIndex:
    """All names that plans of one deployment may use.

    `remembered` are what persons said that names mean in plans of the issuer asked for, by folded text.
    """

    def __init__(
        self,
        organizations: Sequence[OrganizationRef],
        groups: Sequence[GroupRef],
        remembered: Mapping[str, OrganizationRef | GroupRef] | None = None,
    ) -> None:
        self._by_id = {organization.id: organization for organization in organizations}
        self._children: dict[str, list[str]] = defaultdict(list)
        self._table = FormTable()
        for organization in organizations:
            if organization.parent_id is not None:
                self._children[organization.parent_id].append(organization.id)
        for organization in organizations:
            self._table.add(organization, self._territory(organization))
        self._groups = {name_key(name): group for group in groups for name in (*reversed(group.aliases), group.name)}
        self._groups_by_words = {any_order(key): group for key, group in self._groups.items()}
        self._remembered = dict(remembered or {})
        self.names = tuple(organization.name for organization in organizations)
        self._known: dict[tuple[str, str | None, str | None], NameMatch] = {}
        self._reach: dict[str | None, dict[str, Distance]] = {}
        self._keys_in_reach: dict[str | None, list[str]] = {}

    def add(self, organization: OrganizationRef) -> None:
        """One more body; what was asked before is asked anew."""
        self._by_id[organization.id] = organization
        if organization.parent_id is not None:
            self._children[organization.parent_id].append(organization.id)
        self._table.add(organization, self._territory(organization))
        self.names = (*self.names, organization.name)
        for asked in (self._known, self._reach, self._keys_in_reach):
            asked.clear()

    def match(self, text: str, issuer_id: str | None, level: str | None = None) -> NameMatch:
        """The body meant in a plan of `issuer_id`: nearest scope first, never a guess between two.

        `level` is what stands elsewhere in the cell and belongs to this name too: `phường`.
        """
        question = (text, issuer_id, level)
        if question not in self._known:
            written = f"{read_office(text).body} {level}" if level else text
            self._known[question] = self._recalled(text) or self._match(written, issuer_id)
        return self._known[question]

    def organization(self, organization_id: str | None) -> OrganizationRef | None:
        """The body with this id, if it is one of the index."""
        return self._by_id.get(organization_id or "")

    def territories_of(self, organization: OrganizationRef) -> list[OrganizationRef]:
        """The commune, district and province the body is or lies in, the nearest first."""
        found: list[OrganizationRef] = []
        current: OrganizationRef | None = organization
        while current is not None:
            found += [current] if current.kind in TERRITORIES else []
            current = self._by_id.get(current.parent_id or "")
        return found

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

    def _recalled(self, text: str) -> NameMatch | None:
        meant = self._remembered.get(fold(text))
        if isinstance(meant, OrganizationRef):
            return NameMatch(meant, None, 1.0, remembered=True)
        return NameMatch(None, meant, 1.0, remembered=True) if meant is not None else None

    def _match(self, text: str, issuer_id: str | None) -> NameMatch:
        scopes = self._scopes(issuer_id)
        body = read_office(text).body
        found = self._as_written(name_key(text), scopes)
        if found is None and body != text:
            found = self._as_written(name_key(body), scopes)
        if found is not None:
            return found
        key = name_key(body)
        plain = _LEVEL_SAID.sub("", _DECORATIONS.sub("", key))
        if not is_collective(body):
            for forms, factor in self._table.respellings(key, plain, body):
                found = self._nearest(forms, scopes, factor)
                if found is not None:
                    return found
            return self._misspelt(plain, scopes, issuer_id)
        return NameMatch(None, None, 0.0, vague=True, candidates=self._alike_groups(key))

    def _as_written(self, key: str, scopes: dict[str, Distance]) -> NameMatch | None:
        return self._group(key) or self._nearest(self._table.forms_of(key), scopes, 1.0)

    def _group(self, key: str) -> NameMatch | None:
        bare = _GROUP_TAIL.sub("", key)
        plainer = _GROUP_EXTRA.sub("", bare)
        for candidate, confidence in ((key, 1.0), (bare, 0.9), (plainer, 0.85)):
            if candidate in self._groups:
                return NameMatch(None, self._groups[candidate], confidence)
            if len(candidate.split()) > 1:  # one word alone is a name cut short
                several = candidate if candidate.startswith("cac ") else f"cac {candidate}"
                found = self._groups.get(several) or self._groups_by_words.get(any_order(several))
                if found is not None:
                    return NameMatch(None, found, min(confidence, 0.95))
        return None

    def _nearest(self, forms: Sequence[Form], scopes: dict[str, Distance], factor: float) -> NameMatch | None:
        """The one form nearest to the issuer; outside its scopes only a form that says where."""
        reachable = [
            (scopes.get(form.organization.id, (len(scopes), 0)), -form.confidence, form)
            for form in forms
            if form.organization.id in scopes or form.placed
        ]
        if not reachable:
            return None
        best = min(reachable, key=lambda item: item[:2])
        confidence = round(best[2].confidence * factor, 2)
        rivals = {item[2].organization.id: item[2].organization for item in reachable if item[:2] == best[:2]}
        if len(rivals) > 1:
            first = sorted(rivals.values(), key=lambda rival: rival.code)[:MOST_CANDIDATES]
            told = tuple(Candidate(rival, min(confidence, 0.5)) for rival in first)
            return NameMatch(None, None, 0.5, ambiguous=True, candidates=told)
        if confidence < SURE:
            return NameMatch(None, None, confidence, candidates=(Candidate(best[2].organization, confidence),))
        return NameMatch(best[2].organization, None, confidence)

    def _misspelt(self, key: str, scopes: dict[str, Distance], issuer_id: str | None) -> NameMatch:
        """A name that differs by a letter in a word or two, inside the issuer's scopes; else what it resembles."""
        near = most_alike(key, self._comparable(issuer_id, scopes))
        near += most_alike(key, self._table.nearly(key))
        typed = self._table.only_alike([known for known, _ in near if differs_by_a_letter(key, known)])
        within = [form for form in self._table.forms_of(*typed) if form.organization.id in scopes]
        found = self._nearest(within, scopes, 0.85)
        if found is not None and (found.organization is not None or found.ambiguous):
            return found
        meant: dict[str, Candidate] = {}
        for known, likeness in near:
            for form in sorted(self._table.forms_of(known), key=lambda form: scopes.get(form.organization.id, (99, 0))):
                if form.organization.id in scopes:
                    meant.setdefault(
                        form.organization.id, Candidate(form.organization, min(likeness, round(SURE - 0.01, 2)))
                    )
                    break
        told = (*meant.values(), *self._alike_groups(key))
        candidates = tuple(sorted(told, key=lambda each: -each.confidence)[:MOST_CANDIDATES])
        return NameMatch(None, None, candidates[0].confidence if candidates else 0.0, candidates=candidates)

    def _comparable(self, issuer_id: str | None, scopes: dict[str, Distance]) -> list[str]:
        """Keys in reach; of the many bodies two steps down and further those that any of their like may bear."""
        if issuer_id not in self._keys_in_reach:
            self._keys_in_reach[issuer_id] = [
                key
                for key, forms in self._table.items()
                if any(
                    not form.placed or scopes[form.organization.id][1] < 2
                    for form in forms
                    if form.organization.id in scopes
                )
            ]
        return self._keys_in_reach[issuer_id]

    def _alike_groups(self, key: str) -> tuple[Candidate, ...]:
        meant: dict[str, Candidate] = {}
        for known, likeness in most_alike(key, list(self._groups)):
            group = self._groups[known]
            meant.setdefault(group.id, Candidate(group, min(likeness, round(SURE - 0.01, 2))))
        return tuple(meant.values())[:MOST_CANDIDATES]

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

    def _territory(self, organization: OrganizationRef) -> OrganizationRef | None:
        """The province, district or commune the body belongs to or is."""
        current: OrganizationRef | None = organization
        while current is not None and current.kind not in TERRITORIES:
            current = self._by_id.get(current.parent_id or "")
        return current
