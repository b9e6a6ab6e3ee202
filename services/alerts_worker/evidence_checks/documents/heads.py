"""What the head of a Vietnamese official document says (NĐ 30/2020): number, date, issuer, type, abstract, secrecy."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import FIRST_DAY, LAST_DAY
from shared.domain.text import fold, squeeze

KINDS = {
    "quyet dinh": "Quyết định",
    "nghi quyet": "Nghị quyết",
    "chi thi": "Chỉ thị",
    "quy che": "Quy chế",
    "quy dinh": "Quy định",
    "thong bao": "Thông báo",
    "huong dan": "Hướng dẫn",
    "chuong trinh": "Chương trình",
    "ke hoach": "Kế hoạch",
    "phuong an": "Phương án",
    "de an": "Đề án",
    "du an": "Dự án",
    "bao cao": "Báo cáo",
    "bien ban": "Biên bản",
    "to trinh": "Tờ trình",
    "hop dong": "Hợp đồng",
    "cong van": "Công văn",
    "cong dien": "Công điện",
    "ket luan": "Kết luận",
    "giay moi": "Giấy mời",
}
"""Types of documents by their folded names, with the name that is shown."""

_HEAD_LINES = 60
_SECRET = {"MẬT": "Mật", "TỐIMẬT": "Tối mật", "TUYỆTMẬT": "Tuyệt mật"}
_SECRET_LABEL = re.compile(r"^(?:ĐỘ|Độ)\s+(?:MẬT|mật)\s*[:：]\s*")
_CELL = re.compile(r"\t|\s{3,}")
_NUMBER = re.compile(
    r"(?<!\w)S[ốo]\s*[:：]?\s*(\d+[A-Za-zĐđ]?(?:/\d{4})?\s?[-/]\s?[A-ZĐ][\w./&-]*(?:\s?-\s?[A-ZĐ][\w&]*)*)"
)
_BLANK_NUMBER = re.compile(r"(?<!\w)S[ốo]\s*[:：]?[\s.…_]*[-/]\s?[A-ZĐ]")
_DATE = re.compile(r"ng[àa]y\s+(\d{1,2})\s+th[áa]ng\s+(\d{1,2})\s+n[ăa]m\s+(\d{4})", re.IGNORECASE)
_DRAFT = re.compile(r"^\W*(?:ban )?du thao\b")
_KIND = re.compile(rf"^\W*(?:(?:ban )?du thao )?({'|'.join(KINDS)})\W*$")
_ABOUT = re.compile(r"^\s*(?:V/v|Về việc|Vv)\b[:.]?\s*(.*)", re.IGNORECASE)
_BODY = re.compile(r"^\W*(?:can cu|xet de nghi|kinh gui|thuc hien|theo de nghi|dieu 1|[ivx]+[.)]|phan thu|\d+[.)])\b")
_MOTTO = re.compile(
    r"C[ỘO]NG H[ÒOÀ]?[AÀ]? ?X[ÃA] H[ỘO]I CH[ỦU] NGH[ĨI]A VI[ỆE]T NAM"
    r"|[ĐD][ỘO]C L[ẬA]P\b.*|[ĐD][ẢA]NG C[ỘO]NG S[ẢA]N VI[ỆE]T NAM",
    re.IGNORECASE,
)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Head:
    """None for what is not there, or not legible. `kind` is a key of `KINDS`, `secrecy` a mark as it is shown."""

    number: str | None = None
    issued_on: date | None = None
    issuer: str | None = None
    kind: str | None = None
    abstract: str | None = None
    is_draft: bool = False
    number_blank: bool = False
    secrecy: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it is no head of a document at all."""
        return self == Head(issuer=self.issuer, abstract=self.abstract)


def read_head(text: str) -> Head:
    """What stands in the first lines; columns that stand side by side are taken apart where a wide gap shows them."""
    lines = [line for line in text.splitlines() if line.strip()][:_HEAD_LINES]
    kind_at = next((at for at, line in enumerate(lines) if _KIND.match(fold(line))), None)
    body_at = next((at for at, line in enumerate(lines) if at != kind_at and _BODY.match(fold(line))), len(lines))
    head = "\n".join(lines[: max(body_at, (kind_at or 0) + 1)])
    number = _NUMBER.search(head)
    abstract = _abstract(lines, kind_at, body_at)
    kind = _KIND.match(fold(lines[kind_at])) if kind_at is not None else None
    # A letter bears no name of its type, only what it is about and to whom.
    letter = kind is None and abstract is not None and number is not None
    return Head(
        number=re.sub(r"\s+", "", number[1]) if number else None,
        issued_on=next(filter(None, map(_day, _DATE.finditer(head))), None),
        issuer=_issuer(lines),
        kind=kind[1] if kind else "cong van" if letter else None,
        abstract=abstract,
        is_draft=any(_DRAFT.match(fold(cell)) for line in lines[: body_at + 1] for cell in _cells(line)),
        number_blank=number is None and bool(_BLANK_NUMBER.search(head)),
        secrecy=_secrecy(lines),
    )


def _cells(line: str) -> Iterator[str]:
    yield line
    yield from (cell for cell in _CELL.split(line) if cell != line)


def _secrecy(lines: Sequence[str]) -> str | None:
    """A mark stands alone in capitals, perhaps with its letters set apart; in a sentence the word means nothing."""
    for line in lines:
        for cell in _cells(line):
            bare = _SECRET_LABEL.sub("", squeeze(cell))
            labelled = bare != squeeze(cell)
            letters = re.sub(r"[^\w]", "", bare)
            if found := _SECRET.get(letters.upper() if labelled else letters):
                return found
    return None


def _day(match: re.Match[str]) -> date | None:
    try:
        day = date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _issuer(lines: Sequence[str]) -> str | None:
    """What stands in capitals above the number, beside or above the national title."""
    found: list[str] = []
    for line in lines[:12]:
        if re.match(r"\s*S[ốo]\s*[:：]?\s*[\d./…_]", line) or _KIND.match(fold(line)):
            break
        for cell in _CELL.split(line):
            name = squeeze(_MOTTO.sub("", cell)).strip(" -–—_*")
            if name and name.isupper() and re.search(r"\w{2}", name) and not _secrecy([name]):
                found.append(name)
    return " ".join(found)[:_LONGEST] or None


def _abstract(lines: Sequence[str], kind_at: int | None, body_at: int) -> str | None:
    if kind_at is not None:
        title = [squeeze(line) for line in lines[kind_at + 1 : max(body_at, kind_at + 1)]][:4]
        text = " ".join(line for line in title if re.search(r"\w", line))
        about = _ABOUT.match(text)
        return (about[1] if about else text)[:_LONGEST] or None
    for line in lines[:20]:
        for cell in _cells(line):
            if about := _ABOUT.match(cell):
                return squeeze(about[1])[:_LONGEST] or None
    return None
