"""All checks of a file, in the order they are made: the table of contents of this package.

What nothing may pass unseen reaches `inspected`, the scanner `scanned`, what adds to an appraiser's knowledge
`verified`. A further step is one more entry.
"""

from services.alerts_worker.evidence_checks.contents.guards import INTEGRITY, TYPE, UNPACKING
from services.alerts_worker.evidence_checks.documents.steps import DOCUMENT
from services.alerts_worker.evidence_checks.malware.scanning import Scanner, malware_step
from services.alerts_worker.evidence_checks.pictures.steps import PICTURE
from services.alerts_worker.evidence_checks.reuse import REUSE
from services.alerts_worker.evidence_checks.signatures.steps import signatures_step
from services.alerts_worker.evidence_checks.signatures.trust_store import TrustStore
from services.alerts_worker.evidence_checks.stepping import Step
from services.alerts_worker.evidence_checks.texts.steps import FIRST_PAGE, TEXT_LAYER


def steps_with(scanner: Scanner, trust: TrustStore) -> tuple[Step, ...]:
    """The steps, with the scanner of this deployment and the certificates it trusts."""
    return (
        INTEGRITY,
        TYPE,
        UNPACKING,
        malware_step(scanner),
        TEXT_LAYER,
        FIRST_PAGE,
        PICTURE,
        signatures_step(trust),
        DOCUMENT,
        REUSE,
    )
