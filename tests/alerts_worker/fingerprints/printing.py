"""The fingerprints of a file as the checks have them, read in this process."""

from services.alerts_worker.evidence_checks.fingerprints import images, wordings
from services.alerts_worker.evidence_checks.fingerprints.prints import FilePrints, joined


def prints_of(content: bytes, media_type: str) -> FilePrints:
    return joined([wordings.prints_of(content, media_type), images.prints_of(content, media_type)])
