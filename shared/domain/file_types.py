"""What a file is, told by its content, and which kinds are taken as evidence."""

import codecs
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

HEAD = 4096
"""Bytes from the beginning that decide the type."""

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
HEIC = "image/heic"
MP4 = "video/mp4"
EML = "message/rfc822"
ZIP = "application/zip"
TEXT = "text/plain"

OFFICE = frozenset({DOCX, XLSX, PPTX, ODT})
PACKAGES = OFFICE | {ZIP}
"""What is a zip inside."""
PICTURES = frozenset({JPEG, PNG, WEBP, HEIC})
WEB_PAGES = frozenset({"text/html", "application/xhtml+xml"})
"""Taken where we fetched them from the address that is the evidence, and from nobody else."""

EXTENSIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        PDF: (".pdf",),
        DOCX: (".docx",),
        XLSX: (".xlsx",),
        PPTX: (".pptx",),
        ODT: (".odt",),
        JPEG: (".jpg", ".jpeg"),
        PNG: (".png",),
        WEBP: (".webp",),
        HEIC: (".heic", ".heif"),
        MP4: (".mp4", ".m4v"),
        EML: (".eml",),
        ZIP: (".zip",),
        TEXT: (".txt", ".csv", ".md"),
    }
)
"""Every accepted type with the extensions its files may keep; the first is the one given to others."""

_PDF_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?[\0\t\n\f\r ]{0,1000}%PDF-")
"""Readers look for it within 1,024 bytes; ours takes nothing before it that is to be seen."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_MP4_BRANDS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "})

# What an Office package holds for each application, and what any such package holds.
_OFFICE_FOLDERS = MappingProxyType({b"word/": DOCX, b"xl/": XLSX, b"ppt/": PPTX})
_PACKAGE_PARTS = frozenset({b"[Content_Types].xml", b"_rels/.rels"})

# Zips that are something else: programs for Java and Android, books, and whatever names its type first.
_OTHER_PACKAGES = (b"META-INF/", b"AndroidManifest.xml", b"mimetype")
_RUNNABLE = (
    *(".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".hta"),
    *(".msi", ".msp", ".dll", ".cpl", ".jar", ".apk", ".lnk", ".url", ".reg", ".sh", ".py", ".pl", ".app", ".dmg"),
    *(".iso", ".img", ".vhd", ".chm", ".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".xll", ".pptm", ".potm", ".ppam"),
    *(
        ".html",
        ".htm",
        ".svg",
        ".mht",
        ".mhtml",
        ".xhtml",
        ".shtml",
        ".xht",
        ".xbap",
        ".jnlp",
        ".application",
        ".theme",
    ),
    *(".iqy", ".oqy", ".dqy", ".rqy", ".slk", ".scf", ".inf", ".rdp", ".desktop", ".command", ".tool", ".job"),
    *(".vb", ".ws", ".wsc", ".sct", ".msc", ".psm1", ".psd1", ".ps1xml", ".bash", ".zsh", ".rb", ".php", ".class"),
    *(".appref-ms", ".settingcontent-ms", ".library-ms", ".search-ms", ".website", ".gadget", ".diagcab", ".hlp"),
    *(".ppsm", ".sldm", ".xlsb", ".xla", ".xlt", ".ppa", ".wll", ".mdb", ".accdb", ".mde", ".one", ".vhdx", ".udf"),
    *(".deb", ".rpm", ".pkg", ".appx", ".msix", ".appinstaller"),
)

# A message begins with the lines of its header, of which it has at least two of these.
_MAIL_LINE = re.compile(rb"[!-9;-~]{1,70}:|[ \t]|From \S")
_MAIL_NAMES = re.compile(
    rb"(?im)^(from|to|subject|date|message-id|mime-version|received|return-path|delivered-to|content-type):"
)

# What is written in letters and yet is no plain text: programs, markup, page descriptions.
_MARKUP = ("<html", "<script", "<!doctype", "<svg", "<?php")
_OTHER_BEGINNINGS = ("#!", "<", "{\\rtf", "%!ps", "%pdf-")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def find_media_type(head: bytes, filename: str) -> str | None:
    """The media type of the file that begins with `head` (its first `HEAD` bytes, or all of it); None: not taken.

    The name decides only between Office applications, when a package shows none of its parts early on.
    """
    return _by_signature(head) or _by_brand(head) or _by_package(head, filename) or _as_mail(head) or _as_text(head)


def is_runnable_name(name: str) -> bool:
    """Whether a desktop would run what is called so."""
    return name.lower().rstrip(". ").endswith(_RUNNABLE)


def _by_signature(head: bytes) -> str | None:
    if _PDF_BEGINNING.match(head):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return None


def _by_brand(head: bytes) -> str | None:
    """ISO base media files (HEIC, MP4) name their brands in the `ftyp` box they begin with."""
    if head[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(head[:4]), len(head))
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, end, 4)}
    if brands & _HEIC_BRANDS:
        return HEIC
    # QuickTime may list MP4 brands as compatible but is not MP4.
    return MP4 if brands & _MP4_BRANDS and head[8:12] != b"qt  " else None


def _by_package(head: bytes, filename: str) -> str | None:
    if not head.startswith(b"PK\x03\x04"):
        return None
    if _first_stored_entry(head) == (b"mimetype", ODT.encode()):
        return ODT
    names = list(_entry_names(head))
    for folder, media_type in _OFFICE_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return media_type
    if _PACKAGE_PARTS.isdisjoint(names):
        return ZIP if _is_plain_zip(names) else None
    suffix = PurePosixPath(filename).suffix.lower()
    return next((kind for kind in _OFFICE_FOLDERS.values() if suffix in EXTENSIONS[kind]), None)


def _is_plain_zip(names: list[bytes]) -> bool:
    """What it holds is told later, from the whole; what shows itself early is not even taken in."""
    named = bool(names) and bool(names[0])
    told = any(name.startswith(_OTHER_PACKAGES) or is_runnable_name(name.decode("utf-8", "replace")) for name in names)
    return named and not told


def _entry_names(head: bytes) -> Iterator[bytes]:
    """Names in the local headers of a zip: length at byte 26 of a header, name from byte 30."""
    for header in re.finditer(rb"PK\x03\x04", head):
        at = header.start()
        length = int.from_bytes(head[at + 26 : at + 28], "little")
        yield head[at + 30 : at + 30 + length]


def _first_stored_entry(head: bytes) -> tuple[bytes, bytes]:
    size, name_length, extra_length = (int.from_bytes(head[a:b], "little") for a, b in ((18, 22), (26, 28), (28, 30)))
    start = 30 + name_length + extra_length
    return head[30 : 30 + name_length], head[start : start + size]


def encoding_of(beginning: bytes) -> str:
    """How a plain text is written: UTF-16 where it says so at its beginning, as Notepad and Excel do; else UTF-8."""
    return "utf-16" if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


class PlainText:
    """Follows a file in pieces: is it still text without control characters?"""

    def __init__(self) -> None:
        self._decoder: codecs.IncrementalDecoder | None = None
        self._beginning = b""

    def accepts(self, piece: bytes, *, final: bool = False) -> bool:
        """Whether everything up to and with `piece` is text; `final` says nothing follows."""
        if self._decoder is None:
            self._beginning += piece
            if len(self._beginning) < len(codecs.BOM_UTF16_LE) and not final:
                return True
            piece, self._decoder = self._beginning, codecs.getincrementaldecoder(encoding_of(self._beginning))()
        try:
            return _CONTROL.search(self._decoder.decode(piece, final)) is None
        except UnicodeDecodeError:
            return False


def _as_text(head: bytes) -> str | None:
    if not PlainText().accepts(head, final=len(head) < HEAD):
        return None
    start = head.decode(encoding_of(head), "ignore").lstrip("\ufeff \t\r\n\f").lower()
    return None if start.startswith(_OTHER_BEGINNINGS) or any(tag in start for tag in _MARKUP) else TEXT


def _as_mail(head: bytes) -> str | None:
    """A message as mail programs save it: lines of a header, then anything."""
    header = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    lines = header.splitlines()
    if len(head) >= HEAD and len(header) == len(head):
        lines = lines[:-1]  # cut short by the end of the head
    if not lines or b"\0" in header or not all(_MAIL_LINE.match(line + b"\n") for line in lines):
        return None
    names = {name.lower() for name in _MAIL_NAMES.findall(header)}
    return EML if len(names) >= 2 and names & {b"from", b"received", b"return-path", b"message-id"} else None
