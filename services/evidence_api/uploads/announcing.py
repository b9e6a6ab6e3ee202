"""Reads what a sender says of its file."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from pydantic import TypeAdapter, ValidationError

from services.evidence_api.uploads.digests import read_repr_digest
from services.evidence_api.uploads.filenames import clean_filename
from services.evidence_api.uploads.protocol import Concat, read_metadata, read_sha256
from services.evidence_api.uploads.resuming import Announced
from shared.bodies import Instant
from shared.domain.calendar import FIRST_DAY
from shared.domain.errors import Invalid

SKEW = timedelta(minutes=5)
"""By how much a sender's clock may be ahead of ours."""
EARLIEST = datetime.combine(FIRST_DAY, time(), UTC)

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def read_announced(metadata_header: str | None, repr_digest: str | None, concat: Concat, *, now: datetime) -> Announced:
    """What `Upload-Metadata` and `Repr-Digest` tell; a partial upload has no name, it never becomes a file.

    Raises Malformed and Invalid, the latter also where the two state different digests.
    """
    metadata = read_metadata(metadata_header)
    sha256 = read_sha256(metadata)
    stated = read_repr_digest(repr_digest) if repr_digest else None
    if sha256 and stated and sha256 != stated:
        raise Invalid("digest-malformed", "Repr-Digest và sha256 trong Upload-Metadata khác nhau.")
    name = metadata.get("filename") or metadata.get("name") or ""
    return Announced(
        metadata_header or "",
        concat.text,
        "" if concat.partial else clean_filename(name),
        sha256 or stated,
        _read_captured(metadata, now),
    )


def _read_captured(metadata: Mapping[str, str], now: datetime) -> datetime | None:
    text = metadata.get("captured_at")
    if text is None:
        return None
    try:
        captured_at = _INSTANT.validate_python(text)
    except ValidationError as error:
        raise Invalid(
            "captured-at-malformed", "captured_at phải là thời điểm dạng 2026-01-31T01:00:00Z (RFC 3339)."
        ) from error
    ensure_captured(captured_at, now)
    return captured_at


def ensure_captured(captured_at: datetime | None, now: datetime) -> None:
    """Nothing was taken in the future, nor before our time.

    Raises Invalid: `captured-in-future`, `captured-too-early`.
    """
    if captured_at is None:
        return
    if captured_at < EARLIEST:
        raise Invalid(
            "captured-too-early", f"Thời điểm chụp hoặc lập (captured_at) phải từ năm {EARLIEST.year} trở đi."
        )
    if captured_at > now + SKEW:
        raise Invalid("captured-in-future", "Thời điểm chụp hoặc lập (captured_at) không được ở tương lai.")
