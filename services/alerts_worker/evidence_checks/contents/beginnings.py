"""Read apart: what files that are not taken begin with."""

import re

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_ENTRY = b"PK\x03\x04"
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"L\0\0\0\x01\x14\x02"),
    *(b"dex\n", b"\0asm"),
)
_ARCHIVES = (
    *(b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x1f\x8b", b"\x1f\x9d"),
    *(
        b"**ACE**",
        b"ITSF",
        b"!<arch>\n",
        b"xar!",
        b"\x78\x9f\x3e\x22",
        b"conectix",
        b"KDMV",
        b"PK\x05\x06",
        b"PK\x07\x08",
    ),
)
_IN_ARCHIVES = ((b"-lh", 2), (b"**ACE**", 7), (b"ustar", 257))
_BZIP2 = re.compile(rb"BZh[1-9]1AY&SY")
_PAGE = re.compile(rb"<(?:!doctype html|html|head|body|script|iframe|hta:application)\b(?!:)", re.IGNORECASE)
_RICH_TEXT = re.compile(rb"\s*\{\\rt", re.IGNORECASE)
_WEB_ARCHIVE = re.compile(rb"\s*(?:mime-version|content-type|snapshot-content-location)\s*:", re.IGNORECASE)
_EARLY = 1024
_ISO_AT = 0x8001


def is_program(head: bytes) -> bool:
    """Whether a machine would run what begins so."""
    return head.startswith(_PROGRAMS)


def is_archive(head: bytes) -> bool:
    """Whether it holds other files in a way that we do not look into."""
    return (
        head.startswith(_ARCHIVES)
        or bool(_BZIP2.match(head))
        or any(head.startswith(mark, at) for mark, at in _IN_ARCHIVES)
        or head.startswith(b"CD001", _ISO_AT)
    )


def is_page(head: bytes) -> bool:
    """Whether a browser, or Word where it is told to, takes it for a page: HTML, a web archive."""
    words = head[:_EARLY].replace(b"\0", b"")
    return bool(_PAGE.search(words) or _WEB_ARCHIVE.match(words.removeprefix(b"\xef\xbb\xbf")))


def is_rich_text(head: bytes) -> bool:
    """Whether Word takes it for RTF, which may hold objects."""
    return bool(_RICH_TEXT.match(head))
