"""What a case of the trial is: a file, what the worker knows when it is read, and what must be said of it."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from services.alerts_worker.evidence_checks.signatures.matching import Body, Name, Role
from services.alerts_worker.evidence_checks.signatures.rules import Outcome
from tests.alerts_worker.signatures.authorities import RECEIVED_AT, Realm, realm

PROVINCE = ("Tỉnh Đồng Nai", "Thành phố Đồng Nai")
WARD_BODY = Body(
    "ward",
    "H19.26041",
    Role.SUBMITTER,
    (Name("Phường Trảng Dài", since=date(2025, 7, 1)),),
    superiors=PROVINCE,
    is_territory=True,
)
Make = Callable[[Realm], bytes]
Lists = Callable[[Realm], Sequence[bytes]]


def no_revocations(of: Realm) -> Sequence[bytes]:
    return (of.revocations(),)


@dataclass(frozen=True)
class Case:
    """`make` makes the file; `lists` are the revocation lists that the operator keeps."""

    name: str
    make: Make
    outcome: Outcome
    lists: Lists = no_revocations
    at: datetime = RECEIVED_AT
    bodies: tuple[Body, ...] = (WARD_BODY,)
    trusted: bool = True
    problem: str | None = field(default=None)

    def content(self) -> bytes:
        return _made(self)

    def argument(self) -> dict[str, Any]:
        """What a throwaway process is given besides the file."""
        trusted = realm()
        return {
            "roots": [b64encode(trusted.root.der).decode()] if self.trusted else [],
            "intermediates": [],
            "crls": [b64encode(each).decode() for each in self.lists(trusted)],
            "at": self.at.isoformat(),
        }


@cache
def _made(case: Case) -> bytes:
    return case.make(realm())
