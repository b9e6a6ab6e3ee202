"""Read apart: whether a zip holds what its table names, and nothing else: readers that go from entry to entry, from
another table or by other names must find the same."""

import stat
import struct
import zipfile
from collections.abc import Sequence

from services.alerts_worker.evidence_checks.contents.beginnings import is_archive, is_page, is_program
from services.alerts_worker.evidence_checks.contents.budget import MIB, TooMuch
from services.alerts_worker.evidence_checks.contents.members import Account
from services.alerts_worker.evidence_checks.contents.names import extension_of, leads_outside, where_unpacked

HARMLESS = 32 * MIB
MOST_EXPANSION = 100
"""Office documents shrink 10 to 40 times; deflate at its limit gives 1,032. Below `HARMLESS` bytes no ratio hurts."""
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
"""clamd 1.4 does not look into entries of LZMA, and says nothing."""
_AES = 99
_PLAIN_FILES = frozenset({0, stat.S_IFREG, stat.S_IFDIR})
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_END_SIZE = 22
_DESCRIPTORS = frozenset({12, 16, 20, 24})
"""Sizes of what may follow an entry that was written without knowing its size."""
_UNICODE_PATH = 0x7075
_IN_ZIP64 = 0xFFFF_FFFF
_MOST_COMMENT = 1000


def look_at_structure(package: zipfile.ZipFile, content: bytes, account: Account) -> None:
    """What can be told before anything is unpacked. Raises TooMuch, and of DAMAGED."""
    infos = package.infolist()
    _look_at_sizes(infos, len(content))
    if len({where_unpacked(info.filename) for info in infos}) < len(infos):
        account.refuse("same-name")
    for info in infos:
        _look_at_row(info, account)
    if package.comment and not _is_plain(package.comment):
        account.refuse("hidden-bytes")
    if _has_gaps(package, content) or not _ends_with_table(content, package.comment):
        account.refuse("hidden-bytes")


def _look_at_sizes(infos: Sequence[zipfile.ZipInfo], size: int) -> None:
    expanded = sum(info.file_size for info in infos)
    if expanded > HARMLESS and expanded > MOST_EXPANSION * size:
        raise TooMuch("expands")
    if sum(info.compress_size for info in infos) > size or _overlap(infos):
        raise TooMuch("expands")


def _overlap(infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Entries that share their bytes: how a small file holds a huge amount."""
    ends = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < ends:
            return True
        ends = info.header_offset + info.compress_size
    return False


def _look_at_row(info: zipfile.ZipInfo, account: Account) -> None:
    # `filename` ends at a NUL and has our separators; the name as it was written may not.
    written = info.orig_filename
    if info.flag_bits & 1 or info.compress_type == _AES:
        account.refuse("encrypted", info.filename)
    elif info.compress_type not in _METHODS:
        account.refuse("method", info.filename)
    if not written or leads_outside(written) or stat.S_IFMT(info.external_attr >> 16) not in _PLAIN_FILES:
        account.refuse("name", written)
    if info.is_dir() and info.file_size:
        account.refuse("name", written)
    if info.comment and not _is_plain(info.comment):
        account.refuse("hidden-bytes", written)
    for other in _other_names(info.extra):
        if leads_outside(other) or extension_of(other) != extension_of(written):
            account.refuse("name", other)


def _other_names(extra: bytes) -> list[str]:
    """Names which Info-ZIP and 7-Zip take instead of the one in the table."""
    names = []
    while len(extra) >= 4:
        tag, length = struct.unpack_from("<HH", extra)
        if tag == _UNICODE_PATH:
            names.append(extra[4 + 5 : 4 + length].decode("utf-8"))
        extra = extra[4 + length :]
    return names


def _is_plain(comment: bytes) -> bool:
    """Words, and short."""
    is_foreign = is_program(comment) or is_archive(comment) or is_page(comment) or b"PK\x05\x06" in comment
    return len(comment) <= _MOST_COMMENT and not is_foreign and not any(byte < 9 for byte in comment)


def _ends_with_table(content: bytes, comment: bytes) -> bool:
    """Whether the end of the table is the end of the file; what pads a file does not count."""
    at = content.rfind(b"PK\x05\x06")
    return at >= 0 and not content[at + _END_SIZE + len(comment) :].strip(b"\0\r\n ")


def _has_gaps(package: zipfile.ZipFile, content: bytes) -> bool:
    """Whether anything stands before, between or behind the entries that the table names."""
    ends, had_descriptor = 0, False
    for info in sorted(package.infolist(), key=lambda each: each.header_offset):
        if not _may_stand(content[ends : info.header_offset], had_descriptor):
            return True
        start = _data_of(info, content)
        ends, had_descriptor = start + info.compress_size, bool(info.flag_bits & 8)
    return not _may_stand(content[ends : package.start_dir], had_descriptor)


def _may_stand(between: bytes, had_descriptor: bool) -> bool:
    return not between.strip(b"\0") or (had_descriptor and len(between) in _DESCRIPTORS)


def _data_of(info: zipfile.ZipInfo, content: bytes) -> int:
    """Where the bytes of an entry begin. Raises BadZipFile where it describes itself otherwise than the table does."""
    mark, _, flags, method, _, _, checksum, packed, _, named, more = _LOCAL.unpack_from(content, info.header_offset)
    at = info.header_offset + _LOCAL.size
    name = content[at : at + named].decode("utf-8" if flags & 0x800 else "cp437")
    told_before = not flags & 8
    if (
        mark != b"PK\x03\x04"
        or name != info.orig_filename
        or method != info.compress_type
        or (told_before and (checksum != info.CRC or packed not in {info.compress_size, _IN_ZIP64}))
        or not set(_other_names(content[at + named : at + named + more])) <= set(_other_names(info.extra))
    ):
        raise zipfile.BadZipFile("an entry that is not what the table says")
    return int(at + named + more)
