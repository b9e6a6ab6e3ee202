"""What a document is known by: its number and its issuer, however they were typed."""

import re
from dataclasses import dataclass

from shared.domain.text import fold

_PREFIX = re.compile(r"^(?:so|no)(?:\s*[:.]\s*|\s+(?=\d))")
_SHORT = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "mttq": "mat tran to quoc",
    "tp": "thanh pho",
    "tx": "thi xa",
    "p": "phuong",
    "q": "quan",
    "h": "huyen",
    "t": "tinh",
    "x": "xa",
    "vp": "van phong",
    "bch": "ban chap hanh",
    "btv": "ban thuong vu",
}


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """Number and issuer, folded. Numbers begin anew each year: documents of two known years are two."""

    number: str
    issuer: str
    year: int | None


def key_of(number: str | None, issuer: str | None, year: int | None) -> DocumentKey | None:
    """The key of a document; None without an issuer, or when the number has no digit (not issued yet)."""
    bare = re.sub(r"\s+", "", _PREFIX.sub("", fold(number or ""))).replace("–", "-").replace("—", "-")
    bare = re.sub(r"^0+(?=\d)", "", bare)
    words = [_SHORT.get(word, word) for word in re.findall(r"[^\W_]+", fold(issuer or ""))]
    if not words or not any(letter.isdigit() for letter in bare):
        return None
    return DocumentKey(bare, " ".join(words), year)
