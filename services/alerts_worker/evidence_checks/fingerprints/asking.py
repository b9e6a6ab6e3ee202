"""Has the fingerprints of a file read in processes of their own."""

from services.alerts_worker.evidence_checks.fingerprints.prints import (
    FilePrints,
    MisunderstoodPrints,
    joined,
    understood,
)
from services.alerts_worker.evidence_checks.stepping import LIMITS
from services.alerts_worker.evidence_checks.texts.reading import TEXT_TYPES
from shared import throwaway
from shared.domain.file_types import EML, OFFICE, PDF, PICTURES, WEB_PAGES, ZIP
from shared.log import get_logger
from shared.throwaway import WITHIN_A_REQUEST, Patience

_HERE = "services.alerts_worker.evidence_checks.fingerprints.reading"
MOST_BYTES = 64 << 20
"""Of a file whose fingerprints are read: it is held in memory whole, here and there."""
_ENTRIES = {
    f"{_HERE}:read_texts": TEXT_TYPES | WEB_PAGES | {ZIP},
    f"{_HERE}:read_pictures": PICTURES | OFFICE | {PDF, EML, ZIP},
}

logger = get_logger(__name__)


def has_prints(media_type: str, size: int) -> bool:
    """Whether a file of this type and size (bytes) can have fingerprints beside that of its bytes."""
    return any(media_type in types for types in _ENTRIES.values()) and size <= MOST_BYTES


async def read_prints(content: bytes, media_type: str, patience: Patience = WITHIN_A_REQUEST) -> FilePrints:
    """The fingerprints of a file of a type established by its content, not whole when reading it broke or took too
    much.

    Raises throwaway.Busy: try again later.
    """
    entries = [entry for entry, types in _ENTRIES.items() if media_type in types]
    return joined([await _read(entry, content, media_type, patience) for entry in entries])


async def _read(entry: str, content: bytes, media_type: str, patience: Patience) -> FilePrints:
    argument = {"media_type": media_type}
    try:
        return understood(await throwaway.run(entry, content, argument, limits=LIMITS, patience=patience))
    except (throwaway.Failed, throwaway.Exceeded, MisunderstoodPrints) as error:
        logger.warning("fingerprints-not-read", entry=entry, media_type=media_type, reason=str(error))
        return FilePrints(is_whole=False)
