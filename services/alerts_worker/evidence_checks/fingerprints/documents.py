"""What a document is known by: its number and its issuer, however they were typed."""

import re
from dataclasses import dataclass

from shared.domain.text import fold

_NUMBER = re.compile(r"\d+[a-z]*(?:\s*(?:[^\w\s,;:()]|_)\s*[a-z0-9]+)*")
_DAY = re.compile(r"\bngay\b.*")
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
_IDLE = frozenset({"cua", "va", "thuoc"})
_COMMITTEE = "uy ban nhan dan"
_OFFICES = "so|phong|van phong|trung tam|chi cuc|thanh tra|ban quan ly"
_ABOVE = re.compile(rf"^(?:chu tich (?={_COMMITTEE}\b)|{_COMMITTEE} (?=.*\b(?:{_OFFICES}|{_COMMITTEE})\b))")
"""Who signs for a committee, and the committee that stands above its offices in a letterhead."""
_PART = re.compile(rf"\s*\b(?=(?:{_OFFICES}|{_COMMITTEE}|tinh|thanh pho|thi xa|quan|huyen|phuong|xa|dac khu)\b)")


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """Number and issuer, folded. Numbers begin anew each year: documents of two known years are two."""

    number: str
    issuer: str
    year: int | None


def key_of(number: str | None, issuer: str | None, year: int | None) -> DocumentKey | None:
    """The key of a document; None without an issuer, or when the number has no digit (not issued yet)."""
    found = _NUMBER.search(_DAY.sub("", fold(number or "")))
    name = _issuer(issuer or "")
    if not name or found is None:
        return None
    first, *rest = re.findall(r"\d+|[a-z]+", found[0])
    return DocumentKey("/".join([first.lstrip("0") or "0", *rest]), name, year)


def _issuer(issuer: str) -> str:
    """The name without its order: "Sở Nội vụ tỉnh Đồng Nai" is "UBND TỈNH ĐỒNG NAI SỞ NỘI VỤ" in a letterhead."""
    words = [_SHORT.get(word, word) for word in re.findall(r"[^\W_]+", fold(issuer))]
    name = _ABOVE.sub("", " ".join(word for word in words if word not in _IDLE))
    return " ".join(sorted(filter(None, _PART.split(name))))
