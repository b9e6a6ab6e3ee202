"""Which files are read for fingerprints, and what reads them in a process of its own."""

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


def has_prints(media_type: str, size: int) -> bool:
    """Whether a file of this type and size (bytes) can have fingerprints beside that of its bytes."""
    return media_type.startswith(_READABLE) and size <= MOST_BYTES
