"""Signatures that are no longer there: taken out by later revisions, or left in bytes that no field leads to."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation

from services.alerts_worker.evidence_checks.signatures.subjects import readable

Place = tuple[int, int, int, int]
"""Where an object begins, its number and generation, and the revision that put it there."""

_BYTE_RANGE = re.compile(rb"/ByteRange[\x00\t\n\x0c\r ]*\[")
_STREAM = re.compile(rb"stream\r?\n")
_MOST_FOUND = 10_000


def removed(reader: PdfFileReader) -> tuple[str, ...]:
    """Fields that held a signature in an earlier revision which the last one holds in no field.

    Whoever signs the last revision may have taken back what they signed before.
    """
    present = {value for _, value in _signatures(reader)}
    signers = {_signer_of(value) for value in present} - {None}
    gone: dict[str, None] = {}
    for revision in range(reader.xrefs.total_revisions - 1):
        for name, value in _signatures(reader.get_historical_resolver(revision)):
            if value not in present and _signer_of(value) not in signers:
                gone[name] = None
    return tuple(gone)


def _signatures(handler: PdfHandler) -> Iterator[tuple[str, bytes]]:
    """The names of signed fields with their signatures; what has none yet, or no longer, counts as an empty one."""
    for name, value, _ in enumerate_sig_fields(handler, filled_status=True):
        held = value.get_object()
        message = held.get("/Contents") if isinstance(held, generic.DictionaryObject) else None
        yield readable(name), bytes(message) if isinstance(message, generic.ByteStringObject) else b""


def _signer_of(message: bytes) -> bytes | None:
    """The certificate (DER) that a signature names as its own; None for what is no signature."""
    try:
        signed = cms.ContentInfo.load(message)["content"]
        return bytes(extract_certs_for_validation(signed).signer_cert.dump())
    except (ValueError, TypeError, KeyError, SignatureValidationError):
        return None


def has_traces(reader: PdfFileReader, content: bytes) -> bool:
    """Whether a signature is in the bytes that no field leads to, for a file without signed fields.

    Words in a page or an attachment that look like one are none, nor are the usage rights of Adobe's Reader.
    """
    found = [match.start() for match in islice(_BYTE_RANGE.finditer(content), _MOST_FOUND)]
    if not found:
        return False
    places = sorted(_places(reader))
    rights = _usage_rights(reader)
    return any(_is_signature(reader, content, at, places, rights) for at in found)


def _is_signature(reader: PdfFileReader, content: bytes, at: int, places: list[Place], rights: set[int]) -> bool:
    index = bisect_right(places, (at, 0, 0, 0)) - 1
    if index < 0:
        return True
    begins, number, generation, revision = places[index]
    held = reader.get_object(generic.Reference(number, generation, reader), revision=revision)
    if isinstance(held, generic.StreamObject):
        data = _STREAM.search(content, begins)
        return data is None or at >= data.end() + len(held.encoded_data)
    if b"endobj" in content[begins:at]:
        return True  # beyond the object, where no table says what is there
    return isinstance(held, generic.DictionaryObject) and "/ByteRange" in held and number not in rights


def _places(reader: PdfFileReader) -> Iterator[Place]:
    for revision in range(reader.xrefs.total_revisions):
        data = reader.xrefs.get_xref_data(revision)
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            place = data.try_resolve(reference)
            if isinstance(place, int):
                yield place, reference.idnum, reference.generation, revision


def _usage_rights(reader: PdfFileReader) -> set[int]:
    permissions = reader.root.get("/Perms")
    if not isinstance(permissions, generic.DictionaryObject):
        return set()
    held = [permissions.raw_get(key) for key in ("/UR", "/UR3") if key in permissions]
    return {each.idnum for each in held if isinstance(each, generic.IndirectObject)}
