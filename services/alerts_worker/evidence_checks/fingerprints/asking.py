"""Has the fingerprints of a file read in a process of its own."""

from services.alerts_worker.evidence_checks.fingerprints.prints import FilePrints, MisunderstoodPrints, understood
from services.alerts_worker.evidence_checks.stepping import LIMITS
from shared import throwaway
from shared.log import get_logger
from shared.throwaway import WITHIN_A_REQUEST, Patience

ENTRY = "services.alerts_worker.evidence_checks.fingerprints.reading:read_fingerprints"

MOST_BYTES = 64 << 20
"""Of a file whose fingerprints are read: it is held in memory whole, here and there."""
_READABLE = (
    "application/pdf",
    "application/vnd.oasis.opendocument.",
    "application/vnd.openxmlformats-officedocument.",
    "image/",
    "text/",
)

logger = get_logger(__name__)


def has_prints(media_type: str, size: int) -> bool:
    """Whether a file of this type and size (bytes) can have fingerprints beside that of its bytes."""
    return media_type.startswith(_READABLE) and size <= MOST_BYTES


async def read_prints(content: bytes, media_type: str, patience: Patience = WITHIN_A_REQUEST) -> FilePrints | None:
    """The fingerprints of a file of a type established by its content; None when reading it broke or took too much.

    Raises throwaway.Busy: try again later.
    """
    try:
        argument = {"media_type": media_type}
        return understood(await throwaway.run(ENTRY, content, argument, limits=LIMITS, patience=patience))
    except (throwaway.Failed, throwaway.Exceeded, MisunderstoodPrints) as error:
        logger.warning("fingerprints-not-read", media_type=media_type, reason=str(error))
        return None
