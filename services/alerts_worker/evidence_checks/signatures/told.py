"""What a certificate tells, as one organization reads it: which words are its own name, or those above it. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from services.alerts_worker.evidence_checks.signatures.facts import Subject
from services.alerts_worker.evidence_checks.signatures.keys import body_key, body_keys
from services.alerts_worker.evidence_checks.signatures.kinds import INNER_UNITS

_KIND = re.compile(r"^(?:tinh|thanh pho|phuong|xa|dac khu) ")
_DISTRICT = re.compile(r"^(?:thanh pho|huyeenj|huyen|quaanj|quan|thij xa|thi xa) ")
_KINDS_ALONE = frozenset({"phuong", "xa", "dac khu", "tinh", "thanh pho"})
_NO_NAME = frozenset({"uy ban nhan dan", "hoi dong nhan dan"})
"""What a body is, without saying which."""


@dataclass(frozen=True, slots=True)
class Told:
    """`terms`: what CN, OU and O say, as written, by key; `places`: the same of L and ST; `own` and `superiors`: keys
    of names; `has_marks`: whether anything is written with marks, and so everything is compared with them."""

    terms: Mapping[str, str]
    places: Mapping[str, str]
    own: Collection[str]
    superiors: Collection[str]
    has_marks: bool

    @classmethod
    def of(cls, subject: Subject, own: Iterable[str], superiors: Iterable[str]) -> Self:
        """The subject, read by the body of these names below those superiors."""
        written = (*subject.common_names, *subject.units, *subject.organizations)
        places = (*subject.localities, *subject.states)
        marks = not all(text.isascii() for text in (*written, *places))
        return cls(
            {body_key(text): text for text in written},
            {body_key(text): text for text in places},
            body_keys(own, marks=marks),
            body_keys(superiors, marks=marks),
            marks,
        )

    @property
    def unexplained(self) -> list[str]:
        """Terms, as written, that are neither the body, nor a unit within it, nor above it."""
        return [text for key, text in self.terms.items() if not self._explains(key) and not self._is_inner(key)]

    def place_after(self, term: str, key: str) -> str | None:
        """What follows the name in a term that is the name: nothing, or the place of a superior; else None."""
        if term == key:
            return ""
        if not term.startswith(f"{key} "):
            return None
        place = term[len(key) + 1 :]
        return place if self.is_above(place) or self._is_district_below(place) else None

    def is_above(self, place: str) -> bool:
        """Whether it is the place of a superior, `tinh dong nai` or `dong nai`."""
        return any(place in {key, without_kind(key), *_other_kind(key)} for key in self.superiors)

    def is_plain_place(self, place: str) -> bool:
        """Whether nothing else is between the name and the superior that follows it."""
        return not place or self.is_above(place)

    def names_superior(self) -> bool:
        """Whether one above is named by CN, OU or O."""
        return any(self.place_after(term, key) is not None for term in self.terms for key in self.superiors)

    def ends_with_superior(self, text: str) -> bool:
        """Whether the text is something of a superior's, `Đảng bộ tỉnh Đồng Nai`."""
        return any(body_key(text).endswith(f" {key}") for key in self.superiors)

    def places_elsewhere(self) -> list[str]:
        """Localities and states, as written, that are neither the body's nor around it."""
        own = set(map(without_kind, self.own))
        return [
            text
            for key, text in self.places.items()
            if not self.is_above(key) and key not in own and not self._explains(key)
        ]

    def _explains(self, key: str) -> bool:
        return key in _NO_NAME or any(self.place_after(key, each) is not None for each in (*self.own, *self.superiors))

    def _is_inner(self, key: str) -> bool:
        rests = [key[len(unit) :].strip() for unit in INNER_UNITS if key == unit or key.startswith(f"{unit} ")]
        own = set(map(without_kind, self.own))
        return any(
            not rest or rest in _KINDS_ALONE or without_kind(rest) in own or self._explains(rest) for rest in rests
        )

    def _is_district_below(self, place: str) -> bool:
        """Whether it is a district, or a city within a province, followed by a superior."""
        return _DISTRICT.match(place) is not None and any(place.endswith(f" {key}") for key in self.superiors)


def _other_kind(key: str) -> Iterator[str]:
    """A province that became a city goes by both for years."""
    for kind, other in (("tinh ", "thanh pho "), ("thanh pho ", "tinh ")):
        if key.startswith(kind):
            yield other + key.removeprefix(kind)


def without_kind(key: str) -> str:
    """`dong nai` of `tinh dong nai`: places are named without what they are."""
    return _KIND.sub("", key)
