"""Read apart: a zip, entry by entry, believing nothing that it says about itself."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Sequence

from services.alerts_worker.evidence_checks.contents.budget import MIB, Budget, TooMuch
from services.alerts_worker.evidence_checks.contents.members import (
    Account,
    is_embedded_object,
    is_litter,
    is_macro,
    is_program,
    leads_outside,
)
from services.alerts_worker.evidence_checks.contents.pixels import count_pixels
from shared.domain.file_types import HEAD, OFFICE, ZIP, find_media_type, is_runnable_name

HARMLESS = 32 * MIB
MOST_EXPANSION = 200
"""Office documents shrink 10 to 40 times; deflate at its limit gives 1,032. Below `HARMLESS` bytes no ratio hurts."""
_DEEPEST = 3
_LARGEST_NESTED = 64 * MIB
_MOST_PIXELS = 250_000_000
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)
_ENTITY = re.compile(rb"<!ENTITY|<\0!\0E\0N\0T\0I\0T\0Y")
_MACRO_TYPE = re.compile(rb"macroEnabled|ms-office\.vbaProject|intlmacrosheet", re.IGNORECASE)
_LINK = re.compile(rb"<Relationship\b[^>]*>")
_FETCHED = re.compile(rb"(attachedTemplate|oleObject|frame|subDocument|externalLinkPath)\"")
_PICTURE = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")


def unpack(content: bytes, kind: str, budget: Budget, account: Account, depth: int = 1) -> None:
    """Read every entry to its end within the budget, and tell what must not be there. Raises TooMuch."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        infos = package.infolist()
    except _DAMAGED:
        account.refuse("damaged")
        return
    _look_at_table(infos, len(content), account)
    if account.refusals:
        return
    for info in infos:
        budget.count_entry()
        if info.is_dir():
            continue
        try:
            head, whole = _read(package, info, budget)
        except _DAMAGED:
            account.refuse("damaged", info.filename)
            return
        _look_at_entry(info.filename, head, kind, account)
        if head.startswith(b"PK\x03\x04"):
            _go_into(info.filename, head, whole, budget, account, depth)


def _look_at_table(infos: Sequence[zipfile.ZipInfo], size: int, account: Account) -> None:
    """What the table of contents says, before anything is unpacked."""
    expanded = sum(info.file_size for info in infos)
    if expanded > HARMLESS and expanded > MOST_EXPANSION * size:
        raise TooMuch("expands")
    if sum(info.compress_size for info in infos) > size or _overlap(infos):
        raise TooMuch("expands")
    names = [info.filename.casefold() for info in infos]
    if len(set(names)) < len(names):
        account.refuse("same-name")
    for info in infos:
        if info.flag_bits & 1:
            account.refuse("encrypted", info.filename)
        # `filename` ends at a NUL and has our separators; the name as it was written may not.
        if leads_outside(info.orig_filename) or stat.S_ISLNK(info.external_attr >> 16):
            account.refuse("name", info.filename)


def _overlap(infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Entries that share their bytes: how a small file holds a huge amount."""
    ends = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < ends:
            return True
        ends = info.header_offset + info.compress_size
    return False


def _read(package: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> tuple[bytes, bytes | None]:
    """The first bytes of an entry, and all of them where it is a package again; None where that is too large."""
    with package.open(info) as entry:
        head = entry.read(budget.chunk)
        budget.spend(len(head))
        kept: list[bytes] | None = [head] if head.startswith(b"PK\x03\x04") else None
        while chunk := entry.read(budget.chunk):
            budget.spend(len(chunk))
            if kept is not None:
                kept.append(chunk)
                if len(kept) * budget.chunk > _LARGEST_NESTED:
                    raise TooMuch("nested")
    return head, b"".join(kept) if kept is not None else None


def _look_at_entry(name: str, head: bytes, kind: str, account: Account) -> None:
    if is_program(head) or is_runnable_name(name):
        account.refuse("program", name)
    elif head.startswith(_PICTURE) and (pixels := count_pixels(head)) and pixels[0] * pixels[1] > _MOST_PIXELS:
        account.refuse("pixels", name)
    elif kind == ZIP:
        if not is_litter(name) and find_media_type(head[:HEAD], name) is None:
            account.refuse("foreign-type", name)
    elif is_macro(name) or (name == "[Content_Types].xml" and _MACRO_TYPE.search(head)):
        account.refuse("macros", name)
    elif _ENTITY.search(head):
        account.refuse("entities", name)
    elif is_embedded_object(name):
        account.notice("embedded-object", name)
    elif name.endswith(".rels") and any(
        b'"External"' in link and _FETCHED.search(link) for link in _LINK.findall(head)
    ):
        account.notice("external-link", name)


def _go_into(name: str, head: bytes, whole: bytes | None, budget: Budget, account: Account, depth: int) -> None:
    """An office document may lie in a zip, or in another one; a zip in neither."""
    found = find_media_type(head[:HEAD], name)
    if whole is None or depth >= _DEEPEST or found not in OFFICE:
        account.refuse("nested", name)
        return
    unpack(whole, found, budget, account, depth + 1)
