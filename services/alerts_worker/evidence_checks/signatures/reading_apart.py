"""Signatures read in a throwaway process; what comes back is looked over before anyone relies on it."""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from services.alerts_worker.evidence_checks.signatures.facts import Document, Problem
from services.alerts_worker.evidence_checks.signatures.trust_store import TrustStore
from services.alerts_worker.evidence_checks.stepping import LIMITS
from shared import throwaway
from shared.throwaway import WITHIN_A_REQUEST, Patience

ENTRY = "services.alerts_worker.evidence_checks.signatures.reading:read_signatures"
_DOCUMENT = TypeAdapter(Document)


async def read_document_apart(
    content: bytes, trust: TrustStore, at: datetime, patience: Patience = WITHIN_A_REQUEST
) -> Document:
    """The facts about a file that was received `at`.

    A process that breaks, or wants more than it may have, makes a document about which nothing can be said. Raises
    throwaway.Busy when no turn is free: ask again.
    """
    argument = {**trust.contents(), "at": at.isoformat()}
    try:
        reading = await throwaway.run(ENTRY, content, argument, limits=LIMITS, patience=patience)
        return _DOCUMENT.validate_python(reading)
    except throwaway.Exceeded as error:
        return Document(Problem.TOO_COMPLEX, str(error))
    except (throwaway.Failed, ValidationError) as error:
        return Document(Problem.DAMAGED, type(error).__name__)
