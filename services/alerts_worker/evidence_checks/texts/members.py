"""Read apart: the files in a container, as if they had come alone."""

import io
import zipfile
from collections.abc import Iterator

from services.alerts_worker.evidence_checks.contents.mails import parse_message
from services.alerts_worker.evidence_checks.contents.names import is_litter
from shared.domain.file_types import HEAD, ZIP, find_media_type

MOST_MEMBERS = 100
LARGEST_MEMBER = 32 << 20
"""Bytes, unpacked."""


class TooMany(Exception):
    """The container holds more files, or larger ones, than are read; or a message, of which only the files are."""


def list_members(content: bytes, media_type: str) -> Iterator[tuple[str, bytes]]:
    """(media type, content) of each file of a type that is taken, in a zip or attached to a message.

    Raises TooMany after those that are read; what `zipfile` raises for a zip that is none.
    """
    members = _of_zip(content) if media_type == ZIP else _of_message(content)
    for number, (name, member) in enumerate(members):
        if number == MOST_MEMBERS:
            raise TooMany
        kind = find_media_type(member[:HEAD], name)
        if kind is not None:
            yield kind, member


def _of_zip(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Those too large are told of when all others are given."""
    left_out = False
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for info in package.infolist():
            if info.is_dir() or is_litter(info.filename):
                continue
            if info.file_size > LARGEST_MEMBER:
                left_out = True
            else:
                yield info.filename, package.read(info)
    if left_out:
        raise TooMany


def _of_message(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Those of attached messages too, whose words are told to be left out when all are given."""
    left_out = False
    for part in parse_message(content).walk():
        left_out = left_out or part.get_content_type() == "message/rfc822"
        body = part.get_payload(decode=True)
        if part.get_filename() and isinstance(body, bytes):
            yield str(part.get_filename()), body
    if left_out:
        raise TooMany
