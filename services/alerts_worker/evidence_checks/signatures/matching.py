"""Whether the name in a certificate is that of an organization, as it was called on the day of signing. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from services.alerts_worker.evidence_checks.signatures.facts import Subject
from shared.domain.text import fold, squeeze

_ALIKE = 80.0
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
    """An organization that may sign. `superiors`: names of those above it, at any time; `is_territory`: a commune or
    a province, which is known by its name and place; others are known by their name and a superior's."""

    id: str
    code: str
    role: Role
    names: tuple[Name, ...]
    codes: tuple[str, ...] = ()
    email_domains: tuple[str, ...] = ()
    superiors: tuple[str, ...] = ()
    is_territory: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Whose signature it is among those expected: no `body_id` when of none of them.

    `name` is the one that matched (or `resembles`, the nearest, without a match); `in_use`: whether it was the name on
    that day; `place`: whether superiors and places named in the certificate are those of the body.
    """

    body_id: str | None = None
    role: Role | None = None
    name: str | None = None
    in_use: bool = False
    place: Comparison = Comparison.NOT_COMPARED
    email: Comparison = Comparison.NOT_COMPARED
    resembles: str | None = None


_WRITTEN_OUT = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"\bub ?mttq(?: ?vn)?\b|\buy ban mat tran to quoc(?: viet nam)?\b", "mat tran to quoc"),
        (r"\bubnd\b|\buy ban nd\b", "uy ban nhan dan"),
        (r"\bhdnd\b", "hoi dong nhan dan"),
        (r"\bvh ?[-&]? ?xh\b", "van hoa xa hoi"),
        (r"\btp(?:\.|\b)", "thanh pho "),
        (r"\bp\.(?= ?\w)", "phuong "),
        (r"\bx\.(?= ?\w)", "xa "),
        (r"\bvp\b", "van phong"),
    )
)
_MARKS = re.compile(r"[^\w\s]|_")
_CONNECTING = re.compile(r"\b(?:va|cua)\b")
_FINAL_Y = re.compile(r"\b([bcdghklmnrstvx]|ch|gh|kh|ng|nh|ph|qu|th|tr)y\b")
_COMMITTEE = re.compile(r"^uy ban nhan dan ")
_PROVINCE_WORD = re.compile(r"^(?:tinh|thanh pho) ")
_TERRITORIES = "tỉnh|thành phố|tp|phường|xã|đặc khu|thị trấn|huyện|quận|thị xã"
_BODIES = (
    "ubnd|ủy ban|uỷ ban|hđnd|hội đồng nhân dân|sở|công an|đảng ủy|đảng uỷ|tỉnh ủy|thành ủy|mặt trận|hội|"
    "đoàn thanh niên|đoàn tncs|trường|bệnh viện|trạm y tế|chi cục|cục|tổng cục|bộ|ban quản lý|công ty|ngân hàng|"
    f"tòa án|toà án|viện kiểm sát|{_TERRITORIES}"
)
_TERRITORY = re.compile(rf"^(?:(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân) )?(?:{_TERRITORIES})[ .]")
_PLAIN_TERRITORY = re.compile(rf"^(?:(?:ubnd|uy ban nhan dan) )?(?:{fold(_TERRITORIES)})[ .]")
_BODY = re.compile(rf"^(?:{_BODIES}) ")
_PLAIN_BODY = re.compile(rf"^(?:{fold(_BODIES)}) ")
_NO_NAME = frozenset({"uy ban nhan dan", "hoi dong nhan dan"})
"""What a body is, without saying which."""


@lru_cache(maxsize=4096)
def body_key(text: str) -> str:
    """Equal for the ways one body is written: `UBND P. Trảng Dài`, `ỦY BAN NHÂN DÂN PHƯỜNG TRẢNG DÀI`, and the
    territory itself, `Phường Trảng Dài`."""
    key = fold(text[:300]).replace("–", "-")
    for pattern, words in _WRITTEN_OUT:
        key = pattern.sub(words, key)
    key = _CONNECTING.sub(" ", _MARKS.sub(" ", key))
    key = _FINAL_Y.sub(lambda found: f"{found[1]}i", " ".join(key.split()))
    return _COMMITTEE.sub("", key)


def match_signer(subject: Subject, bodies: Sequence[Body], on: date) -> Match:
    """The best match among the bodies, first those that bear the name on that day."""
    found = [match for body in bodies if (match := _match_body(subject, body, on)) is not None]
    if found:
        return max(found, key=lambda match: (match.in_use, match.place == Comparison.AGREES))
    return Match(resembles=_nearest(subject, bodies))


def _match_body(subject: Subject, body: Body, on: date) -> Match | None:
    email = _compare_email(subject, body)
    if {token for each in subject.identifiers for token in re.split(r"[\s:,;]+", each)} & {body.code, *body.codes}:
        return Match(body.id, body.role, body.code, True, Comparison.AGREES, email)
    written = (*subject.common_names, *subject.units, *subject.organizations)
    terms = {body_key(text): text for text in written}
    superiors = {body_key(name) for name in body.superiors}
    own = {body_key(name.text) for name in body.names}
    if any(
        _says(text, _TERRITORY, _PLAIN_TERRITORY) for key, text in terms.items() if not _is_known(key, own, superiors)
    ):
        return None  # a commune or a province that is neither the body nor above it
    for name in sorted(body.names, key=lambda each: not each.in_use(on)):
        named = _named_in(terms, body_key(name.text), superiors)
        if named is None:
            continue
        others = [text for key, text in terms.items() if key not in superiors | own | _NO_NAME | {named}]
        if any(_says(text, _BODY, _PLAIN_BODY) for text in others):
            return None  # a body of its own below this one
        place = _compare_place(subject, terms, named, body_key(name.text), superiors)
        if place == Comparison.DIFFERS or (place == Comparison.NOT_COMPARED and superiors and not body.is_territory):
            return None
        return Match(body.id, body.role, name.text, name.in_use(on), place, email)
    return None


def _is_known(key: str, own: set[str], superiors: set[str]) -> bool:
    """Whether the key is the body, with or without its place, or one above it."""
    return key in superiors or any(_named_in([key], each, superiors) is not None for each in own)


def _named_in(terms: Iterable[str], key: str, superiors: set[str]) -> str | None:
    """The term that is the name, alone or followed by the name of a superior."""
    for term in terms:
        if term == key or (term.startswith(f"{key} ") and _bare(term[len(key) + 1 :]) in set(map(_bare, superiors))):
            return term
    return None


def _says(text: str, marked: re.Pattern[str], plain: re.Pattern[str]) -> bool:
    """Read with its marks where it has any: `Phương` and `Đoàn` are also names of persons, `phường` is none."""
    text = squeeze(text).lower()
    return (plain if text.isascii() else marked).match(text) is not None


def _compare_place(subject: Subject, terms: Iterable[str], named: str, key: str, superiors: set[str]) -> Comparison:
    if not superiors:
        return Comparison.NOT_COMPARED
    bare = set(map(_bare, superiors))
    places = set(map(_bare, map(body_key, (*subject.localities, *subject.states))))
    if named != key or superiors & set(terms) or bare & places:
        return Comparison.AGREES
    return Comparison.DIFFERS if subject.states else Comparison.NOT_COMPARED


def _bare(key: str) -> str:
    """`dong nai` of `tinh dong nai`: places are named without what they are."""
    return _PROVINCE_WORD.sub("", key)


def _compare_email(subject: Subject, body: Body) -> Comparison:
    domains = [address.rpartition("@")[2].lower() for address in subject.emails]
    if not domains or not body.email_domains:
        return Comparison.NOT_COMPARED
    known = [domain.lower().lstrip("@") for domain in body.email_domains]
    agrees = any(domain == each or domain.endswith(f".{each}") for domain in domains for each in known)
    return Comparison.AGREES if agrees else Comparison.DIFFERS


def _nearest(subject: Subject, bodies: Sequence[Body]) -> str | None:
    """The name among those expected that the certificate's own resemble most, if they do at all."""
    terms = [body_key(term) for term in (*subject.common_names, *subject.units, *subject.organizations)]
    scored = [
        (fuzz.ratio(term, body_key(name.text)), name.text) for body in bodies for name in body.names for term in terms
    ]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= _ALIKE else None
