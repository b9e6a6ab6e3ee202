"""The step that tells who signed a PDF, and whether it was changed since."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.queries import find_named
from services.alerts_worker.evidence_checks.rules import Case, CheckedFile, Finding, State
from services.alerts_worker.evidence_checks.signatures.facts import Document
from services.alerts_worker.evidence_checks.signatures.queries import list_expected
from services.alerts_worker.evidence_checks.signatures.reading_apart import read_document_apart
from services.alerts_worker.evidence_checks.signatures.trust_store import TrustStore
from services.alerts_worker.evidence_checks.signatures.verdicts import judge
from services.alerts_worker.evidence_checks.stepping import Settle, Step, library, not_read, of_types
from services.alerts_worker.evidence_checks.stored import StoredContent
from shared.domain.file_types import PDF
from shared.throwaway import Patience


def signatures_step(trust: TrustStore) -> Step:
    """The step with the certificates that the operator trusts."""

    async def look(case: Case, _file: CheckedFile, content: StoredContent, patience: Patience) -> Finding | Settle:
        if content.is_partial:
            return not_read("too-large")
        document = await read_document_apart(await content.read(), trust, case.received_at, patience)
        return partial(_settle, case=case, document=document)

    return Step(
        name="signatures",
        reaches=State.VERIFIED,
        tool=library("pyhanko"),
        concerns=of_types(frozenset({PDF})),
        look=look,
    )


async def _settle(session: AsyncSession, *, case: Case, document: Document) -> Finding:
    """The names of those concerned are those of the day it is recorded; each carries its own days."""
    issuer = case.declared.issuer
    issuer_id = await find_named(session, issuer) if issuer else None
    expected = await list_expected(session, case.organization_id, issuer_id)
    judgement = judge(document, expected, case.received_at)
    return Finding(judgement.outcome.value, judgement.message, judgement.facts)
