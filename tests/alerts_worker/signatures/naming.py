"""Certificates that bear the name of the ward, or its code, along with something else."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

from cryptography.x509.oid import NameOID

from services.alerts_worker.evidence_checks.signatures.matching import Name
from services.alerts_worker.evidence_checks.signatures.rules import Outcome
from tests.alerts_worker.signatures.authorities import WARD, Holder, Realm
from tests.alerts_worker.signatures.cases import WARD_BODY, Case
from tests.alerts_worker.signatures.papers import paper, sign

OLD_DAYS = datetime(2025, 6, 20, tzinfo=UTC)
MERGED_BODY = replace(
    WARD_BODY, names=(*WARD_BODY.names, Name("Xã Thiện Tân", until=date(2025, 6, 30), predecessor=True))
)


def old_ward(of: Realm) -> Holder:
    """Who still has the key of a commune that was merged."""
    return of.signer((*WARD, (NameOID.COMMON_NAME, "UBND XÃ THIỆN TÂN")), begins=datetime(2024, 1, 1, tzinfo=UTC))


_PARTS = {
    "CN": NameOID.COMMON_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "L": NameOID.LOCALITY_NAME,
    "UID": NameOID.USER_ID,
}
_Parts = tuple[tuple[str, str], ...]


def _signed_by(of: Realm, name: _Parts) -> bytes:
    return sign(paper(), of.signer(tuple((_PARTS[part], value) for part, value in name)))


def _names() -> list[Case]:
    seal, place = ("CN", "UBND PHƯỜNG TRẢNG DÀI"), ("L", "Đồng Nai")
    names: tuple[tuple[str, _Parts, Outcome], ...] = (
        ("of a ward in another province", (seal, ("L", "Cà Mau")), Outcome.OTHER_ORGANIZATION),
        ("with other marks", (("CN", "UBND PHƯỜNG TRẢNG ĐÀI"), place), Outcome.OTHER_ORGANIZATION),
        ("in a cooperative", (seal, place, ("O", "Hợp tác xã ABC")), Outcome.OTHER_ORGANIZATION),
        ("in nobody knows what", (seal, place, ("O", "ABC JSC")), Outcome.SIGNER_UNCLEAR),
        ("in a city that is no more", (seal, place, ("OU", "UBND THÀNH PHỐ BIÊN HÒA")), Outcome.SIGNER_UNCLEAR),
        (
            "of another ward, with the code of this",
            (("CN", "UBND PHƯỜNG TÂN TRIỀU"), place, ("UID", "H19.26041")),
            Outcome.OTHER_ORGANIZATION,
        ),
    )
    return [Case(f"the name {words}", partial(_signed_by, name=name), outcome) for words, name, outcome in names]


MISNAMED: tuple[Case, ...] = (
    *_names(),
    Case(
        "the old name, and a clock set back to its days",
        lambda of: sign(paper(), old_ward(of), at=OLD_DAYS),
        Outcome.TIME_UNPROVEN,
        bodies=(MERGED_BODY,),
    ),
    Case(
        "the old name, signed now", lambda of: sign(paper(), old_ward(of)), Outcome.FORMER_NAME, bodies=(MERGED_BODY,)
    ),
)
