"""Messages made to do harm, by the word that refuses them."""

import base64
import binascii
from collections.abc import Callable
from functools import partial

from tests.alerts_worker.evidence_checks.compounds import compound
from tests.alerts_worker.evidence_checks.evil_pictures import flooding_png
from tests.alerts_worker.evidence_checks.evil_zips import HTML, PE
from tests.alerts_worker.evidence_checks.making import mail, pdf, picture

HEAD = "From: a@b.vn\r\nTo: c@d.vn\r\nSubject: x\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\nMIME-Version: 1.0\r\n"
PACKED = base64.b64encode(PE).decode()
BASE64 = "Content-Transfer-Encoding: base64\r\n"


def with_part(head: str, body: str) -> tuple[str, Callable[[], bytes]]:
    """A greeting, and a part as it stands."""
    parts = f"--b\r\nContent-Type: text/plain\r\n\r\nXin chao\r\n--b\r\n{head}\r\n{body}\r\n--b--\r\n"
    return "a.eml", f'{HEAD}Content-Type: multipart/mixed; boundary="b"\r\n\r\n{parts}'.encode


def many_parts(count: int) -> bytes:
    return (f'{HEAD}Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + "--b\r\n\r\n" * count).encode()


def attached(name: str, content: bytes) -> tuple[str, Callable[[], bytes]]:
    return "a.eml", lambda: mail((name, content))


REFUSED: dict[str, dict[str, tuple[str, Callable[[], bytes]]]] = {
    "program": {
        "program in a message without a name": with_part(
            f"Content-Type: application/octet-stream\r\nContent-Disposition: inline\r\n{BASE64}", PACKED
        ),
        "program in a message, said to be words": with_part(f"Content-Type: text/plain\r\n{BASE64}", PACKED),
        "program in the words of a message": with_part("Content-Type: text/plain\r\n", f"Tep:\r\n{PACKED[:76]}"),
        "program in the words of a message, in another way": with_part(
            "Content-Type: text/plain\r\n", f"begin 644 a.exe\r\n{binascii.b2a_uu(PE[:45]).decode()}`\r\nend"
        ),
        "message that is a program": ("a.eml", f"{HEAD}{BASE64}\r\n{PACKED}".encode),
        "message in a message with a program": with_part(
            "Content-Type: message/rfc822\r\n", f"{HEAD}Content-Type: application/x\r\n{BASE64}\r\n{PACKED}"
        ),
        "program's second name in a message": with_part(
            "Content-Type: text/plain; name=a.exe\r\nContent-Disposition: attachment; filename=a.txt\r\n", "a"
        ),
    },
    "encoding": {
        "part of a message in no known encoding": with_part(
            "Content-Type: application/pdf\r\nContent-Transfer-Encoding: x-own\r\n", PACKED
        ),
        "part of a message in another encoding than it says": with_part(
            "Content-Type: application/pdf\r\nContent-Transfer-Encoding: x-uuencode\r\n", PACKED
        ),
        "message in a message, packed": with_part(f"Content-Type: message/rfc822\r\n{BASE64}", PACKED),
    },
    "script": {"message that is a script": with_part("Content-Type: text/html\r\n", HTML.decode())},
    "external": {
        "message with a picture on a share": with_part(
            "Content-Type: text/html\r\n", '<p><img src="file://example.vn/a.png">'
        )
    },
    "foreign-part": {
        "web page in a message": with_part(
            "Content-Type: text/html; name=x.pdf\r\nContent-Disposition: attachment; filename=x.pdf\r\n", HTML.decode()
        ),
        "rich text with an object in a message": attached("a.rtf", b"{\\rtf1{\\object\\objemb{\\*\\objdata 0105}}}"),
    },
    "name": {
        "name in a message that turns around": with_part(
            f"Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp.txt\r\n{BASE64}", "aGVsbG8="
        ),
    },
    "archive": {"rar in a message": attached("a.dat", b"Rar!\x1a\x07\1\0" + b"x" * 999)},
    "macros": {
        "old document with macros in a message": attached("a.doc", compound(("WordDocument", b"a"), ("VBA", b"a")))
    },
    "launch": {
        "pdf that starts a program in a message": attached(
            "a.pdf", pdf("x", extra=b"/OpenAction << /S /Launch /F (cmd.exe) >>")
        )
    },
    "foreign-end": {"jpeg and program in a message": attached("a.jpg", picture() + PE)},
    "pixels": {"flooding png in a message": attached("a.png", flooding_png(100_000, 100_000))},
    "nested": {
        "message that is fetched elsewhere": with_part(
            "Content-Type: message/external-body; access-type=URL\r\n", "Content-Type: a/b\r\n\r\n"
        )
    },
    "entries": {
        "message of 100,000 parts": (
            "a.eml",
            partial(many_parts, 100_000),
        )
    },
}
"""By the word that says why."""
EVIL = {name: each for group in REFUSED.values() for name, each in group.items()}
