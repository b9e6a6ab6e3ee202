"""What can go wrong, in the words of the domain: a stable code, a Vietnamese sentence, and the facts.

The families say what kind of refusal it is; `shared.http.problems` maps each family to one HTTP status.
Raise a family with a `code` (kebab-case, part of the published contract) and a `detail` that tells a
Vietnamese reader what is wrong and what to do next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
"""What a problem document can carry as it is: an identifier or a day is written out first."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong place in what was sent: `place` is a field path (`percent`) or a cell (`bảng 2, dòng 4`)."""

    place: str
    code: str
    message: str


class DomainError(Exception):
    """Base of every refusal: never raised itself."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        facts: Mapping[str, Json] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.facts = dict(facts or {})


class NotAuthenticated(DomainError):
    """The caller did not prove who it is."""


class NotFound(DomainError):
    """No such thing, or nothing the caller may know of."""


class Gone(DomainError):
    """It was there, and its time is over."""


class Forbidden(DomainError):
    """The caller sees the thing but lacks the role, or four eyes are required."""


class Conflict(DomainError):
    """The thing is in a state that excludes the request."""


class Invalid(DomainError):
    """The request is well formed but breaks a rule: a field, a cell or a business rule."""


class Corrupted(DomainError):
    """What arrived is not what its sender says it sent: sending it again helps."""


class Malformed(DomainError):
    """The request cannot be read at all."""


class Stale(DomainError):
    """The caller changed a version that is no longer the current one."""


class PreconditionMissing(DomainError):
    """The caller must say which version it means to change."""


class TooLarge(DomainError):
    """More bytes, rows or pages than the limit."""


class UnsupportedFile(DomainError):
    """The content is of a type that is not accepted here."""
