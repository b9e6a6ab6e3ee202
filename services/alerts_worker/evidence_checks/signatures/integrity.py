"""Whether a signature is of the bytes it claims, what these bytes cover, and what came after them.

Strict: what cannot be explained as harmless is suspicious. The comparison of revisions is pyHanko's; on top of it
stand checks of what readers of PDF see differently: bytes that no revision accounts for, form settings that redraw
fields, and new boxes that are drawn without being a signature.
"""

import re
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pypdfium2 import PdfiumError

from services.alerts_worker.evidence_checks.signatures.covering import area, boxes_of, covering
from services.alerts_worker.evidence_checks.signatures.facts import Change, Coverage
from services.alerts_worker.evidence_checks.signatures.forms import has_other_fields, redraws, unchanged_fields
from services.alerts_worker.evidence_checks.signatures.subjects import readable

_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,10})[\x00\t\n\x0c\r ]+[0-9]{1,5}[\x00\t\n\x0c\r ]+obj\b")
_SPACE = b"\x00\t\n\x0c\r "
_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Changes:
    """What came after; `fields` are the form fields whose content changed, at most 20; `pages` (from 1) those on which
    a later signature is drawn over what was signed."""

    change: Change
    fields: tuple[str, ...] = ()
    detail: str | None = None
    pages: tuple[int, ...] = ()


def coverage_of(signature: EmbeddedPdfSignature, content: bytes) -> Coverage:
    """What the byte range covers. Only the signature's own value may be left out, and only in one place."""
    zone = _zone(signature, content)
    if zone is None:
        return Coverage.PART
    revision = signature.evaluate_signature_coverage()
    signature.coverage = revision  # type: ignore[assignment] # declared by the library as what it is before
    if zone == len(content):
        return Coverage.WHOLE_FILE
    return Coverage.EARLIER_REVISION if revision == SignatureCoverageLevel.ENTIRE_REVISION else Coverage.PART


def _zone(signature: EmbeddedPdfSignature, content: bytes) -> int | None:
    """Where the signed bytes end, if all before belongs to them but the value, as written there in hexadecimal."""
    numbers = [number for number in signature.byte_range if isinstance(number, int)]
    if len(numbers) != 4 or len(signature.byte_range) != 4:
        return None
    first, gap, resumes, rest = numbers
    if first != 0 or not 0 < gap < resumes <= resumes + rest <= len(content) or rest < 0:
        return None
    value = content[gap:resumes]
    if value[:1] != b"<" or value[-1:] != b">":
        return None
    try:
        written = bytes.fromhex(value[1:-1].decode("ascii"))
    except ValueError:
        return None
    return resumes + rest if written == signature.pkcs7_content else None


def changes_after(
    signature: EmbeddedPdfSignature, coverage: Coverage, content: bytes, reader: PdfFileReader
) -> Changes:
    """What the file holds beyond the signed bytes."""
    if coverage == Coverage.WHOLE_FILE:
        return Changes(Change.NONE)
    if coverage == Coverage.PART:
        return Changes(Change.SUSPICIOUS, detail="the byte range leaves out more than the signature itself")
    end = int(signature.byte_range[2]) + int(signature.byte_range[3])
    if stray := _stray_objects(reader, signature.signed_revision, content, end):
        return Changes(Change.SUSPICIOUS, detail=f"{stray} objects after the signed bytes that no revision lists")
    if signature.signed_revision + 1 == reader.xrefs.total_revisions:
        if content[end:].strip(_SPACE):
            return Changes(Change.SUSPICIOUS, detail="bytes after the signed ones that belong to no revision")
        return Changes(Change.NONE)
    try:
        result = signature.evaluate_modifications(DEFAULT_DIFF_POLICY)
    except PdfError as error:
        return Changes(Change.SUSPICIOUS, detail=readable(str(error)))
    if not isinstance(result, DiffResult):
        return Changes(Change.SUSPICIOUS, detail=readable(str(result)))
    changes = _weighed(result, signature, reader)
    return (
        changes if changes.change == Change.SUSPICIOUS else _with_what_is_covered(changes, signature, content, reader)
    )


def _weighed(result: DiffResult, signature: EmbeddedPdfSignature, reader: PdfFileReader) -> Changes:
    """Changes that are explained, against what the signer allowed."""
    permission = signature.docmdp_level
    if result.modification_level == ModificationLevel.OTHER or (
        permission is not None and result.modification_level.value > permission.value
    ):
        return Changes(Change.SUSPICIOUS, detail="more was changed than the certification allows")
    before = reader.get_historical_resolver(signature.signed_revision)
    if drawn := _drawn_boxes(before, reader):
        return Changes(Change.SUSPICIOUS, drawn, "boxes were drawn that are no signature")
    boxes = {name for name, _, _ in enumerate_sig_fields(reader)}
    other = result.changed_form_fields - boxes - unchanged_fields(reader, signature.signed_revision + 1)
    fields = tuple(sorted(map(readable, other)))[:_MOST_FIELDS]
    redrawn = has_other_fields(reader) and redraws(before, reader)
    if fields or redrawn:
        allowed = permission in {MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE} and not redrawn
        return Changes(Change.PERMITTED if allowed else Change.FORM, fields)
    if result.modification_level > ModificationLevel.LTA_UPDATES:
        return Changes(Change.SIGNATURES)
    return Changes(Change.NONE if result.modification_level == ModificationLevel.NONE else Change.ARCHIVAL)


def _with_what_is_covered(
    changes: Changes, signature: EmbeddedPdfSignature, content: bytes, reader: PdfFileReader
) -> Changes:
    """What is graver: what changed otherwise, or what later signatures are drawn over."""
    before = reader.get_historical_resolver(signature.signed_revision)
    try:
        found = covering(before, reader, content)
    except PdfiumError as error:
        return Changes(Change.SUSPICIOUS, detail=readable(f"pages under signatures cannot be drawn: {error}"))
    if found.replaces:
        return Changes(Change.SUSPICIOUS, detail="a later signature hides what was signed", pages=found.pages)
    if found.pages and changes.change != Change.FORM:
        return Changes(Change.COVERING, changes.fields, pages=found.pages)
    return changes


def _stray_objects(reader: PdfFileReader, signed_revision: int, content: bytes, end: int) -> int:
    """How many objects stand after the signed bytes that the cross-references of later revisions do not name.

    A program that repairs files by searching for objects would show them.
    """
    listed = set()
    for revision in range(signed_revision + 1, reader.xrefs.total_revisions):
        listed.add(reader.xrefs.get_xref_container_info(revision).declared_startxref)
        data = reader.xrefs.get_xref_data(revision)
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            place = data.try_resolve(reference)
            if isinstance(place, int):
                listed.add(place)
    starts = {
        place + len(content[place : place + 16]) - len(content[place : place + 16].lstrip(_SPACE)) for place in listed
    }
    return sum(found.start() not in starts for found in _OBJECT.finditer(content, end))


def _drawn_boxes(before: PdfHandler, after: PdfHandler) -> tuple[str, ...]:
    """Visible signature boxes of later revisions without a person's or organization's signature in them."""
    known = {name for name, value, _ in enumerate_sig_fields(before) if value is not None}
    empty_before = {name for name, value, _ in enumerate_sig_fields(before) if value is None}
    drawn = []
    for name, value, field in enumerate_sig_fields(after):
        if name in known or not any(map(area, boxes_of(field).values())):
            continue
        held = value.get_object() if value is not None else None
        is_stamp = isinstance(held, generic.DictionaryObject) and held.get("/Type") == "/DocTimeStamp"
        if is_stamp or (held is None and name not in empty_before):
            drawn.append(readable(name))
    return tuple(drawn[:_MOST_FIELDS])
