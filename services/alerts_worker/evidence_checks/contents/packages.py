"""Read apart: a zip, entry by entry, believing nothing that it says about itself."""

import io
import zipfile
from collections.abc import Iterator
from itertools import chain

from services.alerts_worker.evidence_checks.contents import office
from services.alerts_worker.evidence_checks.contents.beginnings import OLE, is_archive, is_program
from services.alerts_worker.evidence_checks.contents.budget import MIB, Budget
from services.alerts_worker.evidence_checks.contents.members import DAMAGED, Found, Search
from services.alerts_worker.evidence_checks.contents.names import extension_of, has_taken_extension, is_litter
from services.alerts_worker.evidence_checks.contents.structure import look_at_structure
from services.alerts_worker.evidence_checks.contents.xml_parts import read_part
from shared.domain.file_types import ZIP, is_runnable_name

_LARGEST = 64 * MIB
"""Of an entry that is looked at as a whole; of a larger one only its `_BEGINNING` and `_END` are."""
_BEGINNING, _END = 1 * MIB, 128 << 10
_LARGEST_LITTER = 4 * MIB
_APPLE_DOUBLE = b"\0\5\x16"


def unpack(found: Found, kind: str, search: Search) -> None:
    """Read every entry to its end within the budget, and tell what must not be there. Raises TooMuch."""
    try:
        package = zipfile.ZipFile(io.BytesIO(found.content))
        look_at_structure(package, found.content, search.account)
    except DAMAGED:
        search.account.refuse("damaged", found.name)
        return
    if search.account.refusals:
        return
    for info in package.infolist():
        search.budget.count_entry()
        if info.is_dir():
            continue
        try:
            pieces = _read(package, info, search.budget)
            (_visit_member if kind == ZIP else _visit_part)(info.filename, pieces, search)
        except DAMAGED:
            search.account.refuse("damaged", info.filename)
            return


def _read(package: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """An entry in pieces, to its end, where its checksum is compared."""
    with package.open(info) as entry:
        while piece := entry.read(budget.chunk):
            budget.spend(len(piece))
            yield piece


def _visit_part(name: str, pieces: Iterator[bytes], search: Search) -> None:
    head = next(pieces, b"")
    office.judge_name(name, search)
    if office.is_xml(name, head):
        read_part(name, chain([head], pieces), search.account)
    else:
        office.judge_part(_collect(name, chain([head], pieces)), search)


def _visit_member(name: str, pieces: Iterator[bytes], search: Search) -> None:
    """A file in an archive is one as if it had been sent alone, under a name that opens it as what it is."""
    found = _collect(name, pieces)
    if is_program(found.content) or is_runnable_name(name):
        search.account.refuse("program", name)
    elif is_litter(name):
        _judge_litter(found, search)
    elif not has_taken_extension(name):
        search.account.refuse("foreign-type", name)
    else:
        search.look(found, search)


def _judge_litter(found: Found, search: Search) -> None:
    """What nobody meant to send is left aside where it can do nothing: a folder's settings fetch pictures."""
    content = found.content
    if len(content) > _LARGEST_LITTER or not (content.startswith(_APPLE_DOUBLE) or _is_idle(found)):
        search.account.refuse("foreign-type", found.name)
    elif b"\\\\" in content.replace(b"\0", b"") and extension_of(found.name) == ".ini":
        search.account.refuse("external", found.name)
    else:
        search.account.leave_out(found.name)


def _is_idle(found: Found) -> bool:
    is_thumbnails = extension_of(found.name) == ".db" and found.content.startswith(OLE)
    return is_thumbnails or not (is_archive(found.content) or found.content.startswith((OLE, b"PK")))


def _collect(name: str, pieces: Iterator[bytes]) -> Found:
    whole = io.BytesIO()
    for piece in pieces:
        whole.write(piece)
        if whole.tell() > _LARGEST:
            return Found(name, whole.getvalue()[:_BEGINNING] + _last(pieces), is_partial=True)
    return Found(name, whole.getvalue())


def _last(pieces: Iterator[bytes]) -> bytes:
    tail = b""
    for piece in pieces:
        tail = (tail + piece)[-_END:]
    return tail
