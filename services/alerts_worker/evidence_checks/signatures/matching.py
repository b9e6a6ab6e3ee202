"""Whether the name in a certificate is that of an organization, as it was called on the day of signing. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz

from services.alerts_worker.evidence_checks.signatures.facts import Subject
from services.alerts_worker.evidence_checks.signatures.keys import body_keys
from services.alerts_worker.evidence_checks.signatures.kinds import is_body, is_former_district, is_territory
from services.alerts_worker.evidence_checks.signatures.told import Told, without_kind
from shared.domain.organizations import is_code, is_old_code

_SAME, _ALIKE = 100.0, 80.0
"""Names that differ more, of 100, are not told as resembling."""


class Role(StrEnum):
    """Why an organization may sign: it submits, it was named as the issuer, or the submitter is a part of it."""

    SUBMITTER = "submitter"
    ISSUER = "issuer"
    SUPERIOR = "superior"


class Comparison(StrEnum):
    """What comparing one thing gave."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARED = "not_compared"


class Doubt(StrEnum):
    """Why a name that agrees does not yet say whose signature it is."""

    UNMARKED_NAME = "unmarked_name"
    """Written without marks, and another body of the province is written alike without them."""
    NO_PLACE = "no_place"
    """A commune, and nothing says of which province."""
    OTHER_PLACE = "other_place"
    """Along with the province, a place is named that is neither the body nor above it."""
    UNKNOWN_BODY = "unknown_body"
    """An organization or unit is named that is not known as the body, a part of it, or above it."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name from its first day to its last (None: no such day is known). `predecessor`: of a body merged into it."""

    text: str
    since: date | None = None
    until: date | None = None
    predecessor: bool = False

    def in_use(self, on: date) -> bool:
        """Whether the body was called so on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Body:
    """An organization that may sign. `superiors`: names of those above it, at any time, and of these `directly_above`
    those of the nearest; `is_territory`: a commune or a province, which is known by its name and place; others are
    known by their name and that of the nearest above. `sound_alike`: those of its names that another of the province
    bears too when both are written without marks."""

    id: str
    code: str
    role: Role
    names: tuple[Name, ...]
    codes: tuple[str, ...] = ()
    email_domains: tuple[str, ...] = ()
    superiors: tuple[str, ...] = ()
    directly_above: tuple[str, ...] = ()
    is_territory: bool = False
    sound_alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Whose signature it is among those expected: no `body_id` when of none of them.

    `name` is the one that matched (or `resembles`, the nearest, without a match; `same_name` when it is the very name
    and the rest of the certificate tells against it); `in_use`: whether it was the name on that day; `until`: its last
    day; `place`: whether superiors and places named in the certificate are those of the body; `unexplained`: the words
    that make the doubts.
    """

    body_id: str | None = None
    role: Role | None = None
    name: str | None = None
    in_use: bool = False
    until: date | None = None
    place: Comparison = Comparison.NOT_COMPARED
    email: Comparison = Comparison.NOT_COMPARED
    resembles: str | None = None
    same_name: bool = False
    doubts: tuple[Doubt, ...] = ()
    unexplained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """The name that was found: the `key` of it, and the place that follows it, if one does."""

    name: Name
    key: str
    place: str


def match_signer(subject: Subject, bodies: Sequence[Body], on: date) -> Match:
    """The best match among the bodies, first those that bear the name on that day."""
    found = [match for body in bodies if (match := _match_body(subject, body, on)) is not None]
    if found:
        return max(found, key=lambda match: (match.in_use, not match.doubts, match.place == Comparison.AGREES))
    return _nearest(subject, bodies)


def _match_body(subject: Subject, body: Body, on: date) -> Match | None:
    told = Told.of(subject, (name.text for name in body.names), body.superiors)
    elsewhere = [text for text in told.unexplained if is_territory(text)]
    others = [text for text in told.unexplained if text not in elsewhere]
    if not all(map(is_former_district, elsewhere)) or any(map(is_body, others)):
        return None  # a commune or a province that is neither the body nor above it, or a body of its own
    bears_code = _bears_code(subject, body)
    place = Comparison.AGREES if bears_code else Comparison.NOT_COMPARED
    named = _find_name(told, sorted(body.names, key=lambda each: not each.in_use(on)))
    if named is not None:
        place = _compare_place(told, named, place)
        if place == Comparison.DIFFERS or (elsewhere and place != Comparison.AGREES):
            return None
        if not body.is_territory and not _is_below(told, named, body):
            return None
    elif not bears_code or not {*elsewhere, *others}.isdisjoint({*subject.organizations, *subject.units}):
        return None
    doubts = _doubts(subject, body, told, named, place)
    return Match(
        body.id,
        body.role,
        named.name.text if named is not None else body.code,
        named is None or named.name.in_use(on),
        named.name.until if named is not None else None,
        place,
        _compare_email(subject, body),
        doubts=tuple(doubts),
        unexplained=tuple(dict.fromkeys(text for texts in doubts.values() for text in texts)),
    )


def _bears_code(subject: Subject, body: Body) -> bool:
    """Whether an identifier code of organizations is there and the body's: tax numbers and the like are none."""
    tokens = {token for each in subject.identifiers for token in re.split(r"[\s:,;]+", each)}
    return any(is_code(token) or is_old_code(token) for token in tokens & {body.code, *body.codes})


def _find_name(told: Told, names: Sequence[Name]) -> _Named | None:
    """The first of the names that the certificate bears."""
    for name in names:
        for key in body_keys([name.text], marks=told.has_marks):
            for term in told.terms:
                place = told.place_after(term, key)
                if place is not None:
                    return _Named(name, key, place)
    return None


def _compare_place(told: Told, named: _Named, known: Comparison) -> Comparison:
    if not told.superiors:
        return known
    if named.place or told.names_superior() or any(map(told.is_above, told.places)):
        return Comparison.AGREES
    return Comparison.DIFFERS if told.places_elsewhere() else known


def _is_below(told: Told, named: _Named, body: Body) -> bool:
    """Whether the nearest of those above is named: other communes of the province have such an office too."""
    above = body_keys(body.directly_above, marks=told.has_marks)
    written = [f" {each} " for each in (*told.terms, *told.places)]
    if not above or any(f" {key} " in text for key in above for text in written):
        return True
    bare = set(map(without_kind, above))
    return any(without_kind(place) in bare for place in told.places) or any(
        f" {each} " in f" {named.key} {named.place} " for each in bare
    )


def _doubts(
    subject: Subject, body: Body, told: Told, named: _Named | None, place: Comparison
) -> dict[Doubt, tuple[str, ...]]:
    """With the words that make each."""
    doubts: dict[Doubt, tuple[str, ...]] = {}
    if named is None:
        return doubts
    if not told.has_marks and named.name.text in body.sound_alike and not _bears_code(subject, body):
        doubts[Doubt.UNMARKED_NAME] = ()
    if body.is_territory and told.superiors and place == Comparison.NOT_COMPARED:
        doubts[Doubt.NO_PLACE] = ()
    elsewhere = [text for text in told.unexplained if is_territory(text)]
    if body.is_territory:
        elsewhere += told.places_elsewhere()
    if elsewhere or not told.is_plain_place(named.place):
        doubts[Doubt.OTHER_PLACE] = tuple(elsewhere)
    unknown = set(told.unexplained).difference(elsewhere)
    if body.is_territory:
        unknown &= {*subject.organizations, *subject.units}
    else:
        unknown = {text for text in unknown & {*subject.organizations} if not told.ends_with_superior(text)}
    if unknown:
        doubts[Doubt.UNKNOWN_BODY] = tuple(sorted(unknown))
    return doubts


def _compare_email(subject: Subject, body: Body) -> Comparison:
    domains = [address.rpartition("@")[2].lower() for address in subject.emails]
    if not domains or not body.email_domains:
        return Comparison.NOT_COMPARED
    known = [domain.lower().lstrip("@") for domain in body.email_domains]
    agrees = any(domain == each or domain.endswith(f".{each}") for domain in domains for each in known)
    return Comparison.AGREES if agrees else Comparison.DIFFERS


def _nearest(subject: Subject, bodies: Sequence[Body]) -> Match:
    """No match, with the name among those expected that the certificate's own resemble most, if they do at all."""
    scored = [
        (fuzz.ratio(term, key), name.text)
        for body in bodies
        for name in body.names
        for told in [Told.of(subject, [name.text], body.superiors)]
        for key in told.own
        for term in told.terms
    ]
    ratio, name = max(scored, default=(0.0, ""))
    return Match(resembles=name, same_name=ratio == _SAME) if ratio >= _ALIKE else Match()
