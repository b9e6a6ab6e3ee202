"""Zips made to do harm, by the word that refuses them: what lies in them, how they are built, what they call it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

from tests.alerts_worker.evidence_checks.compounds import compound
from tests.alerts_worker.evidence_checks.evil_pictures import flooding_png
from tests.alerts_worker.evidence_checks.making import mail, pdf, picture, word_file, zipped

Make = Callable[[], bytes]
PE = b"MZ\x90\0" + b"\0" * 200
HTML = b"<html><script>alert(1)</script></html>"
LETTERS = b"Bao cao " * 700
ROW, END = b"PK\1\2", b"PK\5\6"


def otherwise_named(name: str, other: str) -> bytes:
    """An entry with the name that Info-ZIP and 7-Zip take instead."""
    target, entry = io.BytesIO(), zipfile.ZipInfo(name)
    told = other.encode()
    entry.extra = struct.pack("<HHBI", 0x7075, 5 + len(told), 1, zlib.crc32(name.encode())) + told
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry, b"x")
    return target.getvalue()


def moved(content: bytes, by: int, *, only_table: bool = False) -> bytes:
    """With the offsets that hold once `by` bytes stand before it, or before its table alone."""
    changed = bytearray(content)
    end, row = changed.rindex(END), changed.index(ROW)
    struct.pack_into("<I", changed, end + 16, struct.unpack_from("<I", changed, end + 16)[0] + by)
    while not only_table and row < end:
        struct.pack_into("<I", changed, row + 42, struct.unpack_from("<I", changed, row + 42)[0] + by)
        row += 46 + sum(struct.unpack_from("<HHH", changed, row + 28))
    return bytes(changed)


def with_unnamed_entry() -> bytes:
    hidden = zipped(("a.exe", PE), stored=True)
    hidden = hidden[: hidden.index(ROW)]
    content = zipped(("a.txt", LETTERS), stored=True)
    at = content.index(ROW)
    return moved(content[:at] + hidden + content[at:], len(hidden), only_table=True)


def joined() -> bytes:
    first = zipped(("b.txt", LETTERS), ("a.txt", PE), stored=True)
    return first + moved(zipped(("a.txt", b"a")), len(first))


def with_comment(comment: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", LETTERS)
        archive.comment = comment
    return target.getvalue()


def with_entry(attribute: str, value: object) -> bytes:
    target, entry = io.BytesIO(), zipfile.ZipInfo("a.txt")
    setattr(entry, attribute, value)
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry, LETTERS)
    return target.getvalue()


def changed(*changes: tuple[int, str, int]) -> bytes:
    """One entry whose row says otherwise: places from the beginning of the row, how they are packed, and what."""
    content = bytearray(zipped(("a.txt", LETTERS)))
    row = content.index(ROW)
    for at, how, value in changes:
        struct.pack_into(how, content, row + at, value)
    return bytes(content)


def with_far_offset(offset: int) -> bytes:
    content = zipped(("a.txt", LETTERS))
    row, end = content.index(ROW), content.rindex(END)
    far = struct.pack("<HHQ", 1, 8, offset)
    table = content[row : row + 30] + struct.pack("<H", len(far)) + content[row + 32 : row + 42] + b"\xff" * 4
    table += content[row + 46 : end] + far
    return content[:row] + table + content[end : end + 12] + struct.pack("<I", len(table)) + content[end + 16 :]


def packed(method: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("a.txt", LETTERS)
    return target.getvalue()


def broken() -> bytes:
    content = packed(zipfile.ZIP_BZIP2)
    return content[:50] + bytes(each ^ 0x5A for each in content[50:90]) + content[90:]


def member(name: str, make: Make) -> tuple[str, Make]:
    return "a.zip", lambda: zipped((name, make()))


REFUSED: dict[str, dict[str, tuple[str, Make]]] = {
    "program": {
        "message with a program in a zip": member("a.eml", lambda: mail(("a.pdf", PE))),
        "folder's litter that is a program in a zip": member("__MACOSX/._a.pdf", lambda: PE),
        **{
            f"text that is run in a zip, {ending}": (
                "a.zip",
                partial(zipped, ("a.txt", LETTERS), (f"a{ending}", b"a"), stored=True),
            )
            for ending in (".iqy", ".slk", ".scf", ".desktop", ".rdp", ".inf", ".psm1", ".vb", ".ws", ".mht")
        },
    },
    "foreign-type": {
        "letters, then a zip, in a zip": member("a.txt", lambda: LETTERS + zipped(("a.exe", PE))),
        "letters, then a program, in a zip": member("a.txt", lambda: LETTERS + b"\0" + PE),
        "letters under a name of no type in a zip": member("a.xyz", lambda: b"a"),
        "spreadsheet of letters in a zip": member("a.csv", lambda: b'ID;P\nC;X1;Y1;K0;EEXEC("calc")\nE\n'),
        "old Word document in a zip": member("a.doc", lambda: compound(("WordDocument", b"a"))),
        "lock file that is an archive in a zip": member("~$a.docx", lambda: b"Rar!\x1a\x07\1\0"),
    },
    "foreign-end": {"jpeg and program in a zip": member("a.jpg", lambda: picture() + PE)},
    "second-zip": {"jpeg and zip in a zip": member("a.jpg", lambda: picture() + zipped(("a.exe", PE)))},
    "formula": {
        "letters that call a program in a zip": member("a.csv", lambda: b"a;=cmd|'/C calc'!A0\n"),
        "text of Excel that calls a program in a zip": member(
            "a.txt", lambda: "a\t=cmd|'/C calc'!A0\n".encode("utf-16")
        ),
    },
    "launch": {
        "pdf that starts a program in a zip": member(
            "a.pdf", lambda: pdf("x", extra=b"/OpenAction << /S /Launch /F (cmd.exe) >>")
        )
    },
    "pixels": {"flooding png in a docx in a zip": member("a.docx", lambda: _flooded(word_file()))},
    "external": {"folder settings that fetch in a zip": member("desktop.ini", lambda: b"[a]\nIconFile=\\\\b\\x.ico\n")},
    "hidden-bytes": {
        "zip with an entry that its table does not name": ("a.zip", with_unnamed_entry),
        "zip with an entry beyond all files": ("a.zip", partial(with_far_offset, (1 << 63) + 5)),
        "two zips joined": ("a.zip", joined),
        "zip whose comment is a program": ("a.zip", partial(with_comment, PE)),
        "zip whose comment is a web page": ("a.zip", partial(with_comment, HTML)),
        "zip with a remark that is a program": ("a.zip", partial(with_entry, "comment", PE)),
        "zip, then a program": ("a.zip", lambda: zipped(("a.txt", LETTERS)) + PE),
    },
    "name": {
        "zip with another name that leads up": ("a.zip", partial(otherwise_named, "a.txt", "../../a.txt")),
        "zip with another name that is a program's": ("a.zip", partial(otherwise_named, "a.txt", "a.exe")),
        "zip with a pipe": ("a.zip", partial(with_entry, "external_attr", 0o010644 << 16)),
        "zip with a folder that holds a program": ("a.zip", partial(zipped, ("a.txt", b"a"), ("a.exe/", PE))),
        **{
            f"zip with a name that is {what}": ("a.zip", partial(zipped, (name, b"a")))
            for what, name in {
                "a device": "a/CON.txt",
                "a stream of a file": "a.txt:b.txt",
                "blank": "a\u3164.txt",
                "a dot that is none": "a\u2024exe.txt",
                "somebody's home": "~root/a.txt",
            }.items()
        },
    },
    "same-name": {
        "zip with a name twice, composed and not": (
            "a.zip",
            partial(zipped, ("b\u00e1.txt", b"a"), ("ba\u0301.txt", b"b")),
        ),
        "zip with a name twice, but for a space": ("a.zip", partial(zipped, ("a.txt", b"a"), ("a.txt ", b"b"))),
    },
    "encrypted": {"zip locked with AES": ("a.zip", partial(changed, (10, "<H", 99)))},
    "method": {
        "zip packed in an unknown way": ("a.zip", partial(changed, (10, "<H", 98))),
        "zip that scanners do not look into": ("a.zip", partial(packed, zipfile.ZIP_LZMA)),
    },
    "damaged": {
        "zip with a broken entry": ("a.zip", broken),
        "zip with an entry that is longer than its table says": ("a.zip", partial(changed, (24, "<I", 10))),
    },
}
"""By the word that says why."""
EVIL = {name: each for group in REFUSED.values() for name, each in group.items()}


def _flooded(document: bytes) -> bytes:
    target = io.BytesIO(document)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/media/a.dat", flooding_png(100_000, 100_000))
    return target.getvalue()
