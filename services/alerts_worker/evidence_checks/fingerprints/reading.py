"""What throwaway processes run to read the fingerprints of a file: that pictures are too many or too large leaves those
of its texts."""

from typing import Any

from services.alerts_worker.evidence_checks.fingerprints import images, wordings
from shared.domain.errors import Json


def read_texts(content: bytes, argument: dict[str, Any]) -> dict[str, Json]:
    """The fingerprints of texts, as `prints.understood` reads them; `argument` holds the `media_type` of the file."""
    return wordings.prints_of(content, argument["media_type"]).as_json()


def read_pictures(content: bytes, argument: dict[str, Any]) -> dict[str, Json]:
    """The fingerprints of pictures, in the same way."""
    return images.prints_of(content, argument["media_type"]).as_json()
