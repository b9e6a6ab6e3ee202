"""What a throwaway process runs to read the fingerprints of a file."""

from typing import Any

from services.alerts_worker.evidence_checks.fingerprints.contents import prints_of
from shared.domain.errors import Json


def read_fingerprints(content: bytes, argument: dict[str, Any]) -> dict[str, Json]:
    """The fingerprints of a file, as `prints.understood` reads them; `argument` holds its `media_type`."""
    return prints_of(content, argument["media_type"]).as_json()
