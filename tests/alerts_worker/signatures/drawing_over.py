"""Signatures of trusted holders that are drawn over what somebody else signed."""

from services.alerts_worker.evidence_checks.signatures.rules import Outcome
from tests.alerts_worker.signatures.authorities import CHAIRMAN, CLERK, OTHER_WARD_SEAL, Name, Realm
from tests.alerts_worker.signatures.cases import Case
from tests.alerts_worker.signatures.papers import filled, paper, sign

_LINE = (60, 690, 400, 720)
"""Around the line of text of `paper`."""
_RING = b"0.8 0 0 RG 3 w %d %d %d %d re S 0.8 0 0 rg 20 24 60 8 re f"
_FORGED = b"1 1 1 rg 0 0 340 30 re f 0 0 0 rg BT /Helv 14 Tf 12 10 Td (Quyet dinh 12/QD-UBND: 900 trieu dong) Tj ET"
_WHOLE_PAGE = b"1 1 1 rg 0 0 595 842 re f 0 0 0 rg BT /Helv 14 Tf 72 700 Td (Quyet dinh 99: 999 ty dong) Tj ET"
_STROKE = b"0 0 0 rg 206 8 2 12 re f"
"""One stroke more in a number, and nothing hidden."""


def _over(of: Realm, who: Name, shows: bytes, box: tuple[int, int, int, int] = _LINE) -> bytes:
    return sign(sign(paper(), of.signer(CHAIRMAN)), of.signer(who), field="Chuky9", box=box, shows=shows)


def _seal(box: tuple[int, int, int, int]) -> bytes:
    """A red ring with a bar, through which everything else is seen."""
    return _RING % (4, 4, box[2] - box[0] - 8, box[3] - box[1] - 8)


def seal_beside(of: Realm) -> bytes:
    """The seal lies over a third of the signature's picture, and over no text."""
    first = sign(paper(), of.signer(CHAIRMAN), box=(300, 100, 450, 160), shows=b"0 0 1 RG 2 w 5 5 m 140 50 l S")
    return sign(first, of.signer(), field="Chuky2", box=(230, 90, 350, 190), shows=_seal((230, 90, 350, 190)))


def _over_a_field(of: Realm) -> bytes:
    first = sign(filled(paper(form=True), "100"), of.signer(CHAIRMAN))
    return sign(first, of.signer(CLERK), field="Chuky9", box=(100, 495, 300, 525), shows=_STROKE)


HIDING: tuple[Case, ...] = (
    Case(
        "another ward's signature shows another text",
        lambda of: _over(of, OTHER_WARD_SEAL, _FORGED),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case(
        "the clerk's signature shows another text", lambda of: _over(of, CLERK, _FORGED), Outcome.CHANGED_AFTER_SIGNING
    ),
    Case(
        "a signature over the whole page",
        lambda of: _over(of, CLERK, _WHOLE_PAGE, (0, 0, 595, 842)),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case(
        "a signature over half of a page, that hides nothing",
        lambda of: _over(of, CLERK, _STROKE, (0, 0, 595, 421)),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
)
COVERING: tuple[Case, ...] = (
    Case("the seal lies over text", lambda of: _over(of, CLERK, _seal(_LINE)), Outcome.COVERED),
    Case("a signature adds a stroke to a number", lambda of: _over(of, CLERK, _STROKE), Outcome.COVERED),
    Case("another ward adds a stroke", lambda of: _over(of, OTHER_WARD_SEAL, _STROKE), Outcome.COVERED),
    Case("a signature over a filled field", _over_a_field, Outcome.COVERED),
)
