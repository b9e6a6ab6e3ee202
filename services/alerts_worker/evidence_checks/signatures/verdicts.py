"""A document's signatures judged and worded: the shape that a finding keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from services.alerts_worker.evidence_checks.signatures.facts import Document
from services.alerts_worker.evidence_checks.signatures.matching import Body
from services.alerts_worker.evidence_checks.signatures.rules import Outcome, Verdict, weigh
from services.alerts_worker.evidence_checks.signatures.wording import signer_name, word_document, word_signature

_DOCUMENT = TypeAdapter(Document)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`message` is for a clerk; `facts` is JSON: per signature its outcomes and words, and all that was read."""

    outcome: Outcome
    message: str
    facts: dict[str, object]


def judge(document: Document, expected: Sequence[Body], at: datetime) -> Judgement:
    """Judge the signatures of a file that was received `at` and should be signed by one of the expected bodies."""
    verdict = weigh(document, expected, at)
    message = word_document(document, verdict, expected)
    facts: dict[str, object] = {
        "outcome": verdict.outcome.value,
        "message": message,
        "signatures": _signatures(verdict, expected),
        "expected": [{"organization_id": body.id, "role": body.role.value} for body in expected],
        "document": _DOCUMENT.dump_python(document, mode="json"),
    }
    return Judgement(verdict.outcome, message, facts)


def _signatures(verdict: Verdict, expected: Sequence[Body]) -> list[dict[str, object]]:
    told: list[dict[str, object]] = []
    for each in verdict.signatures:
        match = each.match
        told.append(
            {
                "number": each.signature.number,
                "kind": each.signature.kind.value,
                "outcome": each.outcome.value,
                "outcomes": [outcome.value for outcome in each.outcomes],
                "message": word_signature(each, expected),
                "signer": signer_name(each.signature.signer) if each.signature.signer is not None else None,
                "signed_at": each.signed_at.isoformat() if each.signed_at is not None else None,
                "stamped_by": each.stamped_by,
                "revocation": each.revocation.value,
                "organization": None
                if match is None
                else {
                    "organization_id": match.body_id,
                    "role": match.role.value if match.role is not None else None,
                    "name": match.name,
                    "in_use": match.in_use,
                    "place": match.place.value,
                    "email": match.email.value,
                    "resembles": match.resembles,
                    "doubts": [doubt.value for doubt in match.doubts],
                    "unexplained": list(match.unexplained),
                },
            }
        )
    return told
