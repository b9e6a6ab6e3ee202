"""Number, date, issuer and title, read from where NĐ 30/2020 and HD 36-HD/VPTW put them.

The issuer stands top left above the number, place and date top right, the name of the type and the title
below. An appendix repeats them in one line: (Kèm theo Kế hoạch số … ngày … của …).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.tasks_api.plan_imports.documents import Document, Paragraph, texts_of
from services.tasks_api.plan_imports.issues import Issue
from services.tasks_api.plan_imports.plan_tables import PlanTable
from shared.domain.calendar import FIRST_DAY, LAST_DAY
from shared.domain.text import fold, squeeze


class PlanKind(StrEnum):
    PLAN = "plan"
    PROGRAMME = "programme"
    CONCLUSION = "conclusion"
    DIRECTIVE = "directive"


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """What the head of the document says; None for what is missing or not legible."""

    number: str | None = None
    issued_on: date | None = None
    issuer_text: str | None = None
    title: str | None = None
    kind: PlanKind | None = None

    @property
    def year(self) -> int | None:
        """The one year that the title says the plan is for; dates of other documents in it do not count."""
        years = set(_YEAR.findall(_DATED.sub(" ", self.title or "")))
        return int(years.pop()) if len(years) == 1 and not _SPAN.search(self.title or "") else None


_DATED = re.compile(r"ngày\s+\d{1,2}(?:\s+tháng\s+\d{1,2}\s+năm\s+|[/.-]\d{1,2}[/.-])\d{4}", re.IGNORECASE)
_YEAR = re.compile(r"\bnăm\s+(20\d\d)\b", re.IGNORECASE)
_SPAN = re.compile(r"\b20\d\d\s*[-–]\s*20\d\d\b")


_TYPES = (
    ("ke hoach", PlanKind.PLAN),
    ("chuong trinh", PlanKind.PROGRAMME),
    ("thong bao ket luan", PlanKind.CONCLUSION),
    ("ket luan", PlanKind.CONCLUSION),
    ("chi thi", PlanKind.DIRECTIVE),
    ("cong dien", PlanKind.DIRECTIVE),
)
_TYPE_NAMES = "|".join(name for name, _ in _TYPES)
_TYPE_LINE = re.compile(rf"(?:du thao )?({_TYPE_NAMES})(?: hanh dong)?")
# THÔNG BÁO, and below it: Kết luận của …
_NOTICE_LINE = re.compile(r"(?:du thao )?thong bao")
_CONCLUDES = re.compile(r"^(?:y kien )?ket luan\b")
_NUMBER_FORM = r"\d+[A-Za-zĐđ]?\s?[-/]\s?[A-ZĐ][\w./&-]*"
_NUMBER = re.compile(rf"^\s*S[ốo]\s*:?\s*({_NUMBER_FORM})", re.IGNORECASE)
# Without marks "SO" may begin the name of a department (Sở): a number or a colon must follow.
_NUMBER_LINE = re.compile(r"^\s*(?:Số\b|So\s*[:\d./])", re.IGNORECASE)
_WRITTEN_DATE = re.compile(r"ng[àa]y\s+(\d{1,2})\s+th[áa]ng\s+(\d{1,2})\s+n[ăa]m\s+(\d{4})", re.IGNORECASE)
_SHORT_DATE = re.compile(r"ng[àa]y\s+(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.IGNORECASE)
_ATTACHED = re.compile(
    rf"\W*(?:ban h[àa]nh )?k[èe]m theo\s+(?P<type>[^\d]*?)\s*s[ốo]\s*:?\s*(?P<number>{_NUMBER_FORM})\s+(?P<rest>.*)",
    re.IGNORECASE,
)
_OF = re.compile(r"\bc[ủu]a\s+(.+?)\s*\)?\s*\.?$", re.IGNORECASE)
_NATION_OR_PARTY = re.compile(r"cong hoa xa hoi chu nghia viet nam|dang cong san viet nam|doc lap\b")
_RULE_LINE = re.compile(r"[\W_]*")
_APPENDIX = re.compile(r"^phu luc\b")
# The title ends where the reasons or the text of the plan begin.
_TEXT_BEGINS = re.compile(
    r"^(?:(?:can cu|xet de nghi|kinh gui)\b"
    r"|(?:[ivx]+|[a-h]) ?[.):–-]|\d{1,2}(?:\.\d{1,2})* ?[.)](?!\d)|phan (?:thu|[ivx]+|\d+)\b)"
)
# A heading that bears no number is known by its words and by its capitals, where the title has none.
_HEADING_WORDS = re.compile(r"^(?:muc dich|muc tieu|chi tieu|quan diem|yeu cau|noi dung|nhiem vu)\b")


def read_title_block(document: Document, tables: Sequence[PlanTable]) -> tuple[TitleBlock, list[Issue]]:
    """The title block, and an issue for each missing piece: nothing is guessed."""
    lines = list(_head(document, tables))
    block = _letterhead(lines)
    attached = _attachment(lines)
    merged = TitleBlock(
        number=block.number or attached.number,
        issued_on=block.issued_on or attached.issued_on,
        issuer_text=block.issuer_text or attached.issuer_text,
        title=block.title or attached.title,
        kind=block.kind or attached.kind,
    )
    missing = (
        ("document-number-missing", merged.number, "số, ký hiệu (ví dụ “Số: 12/KH-UBND”)"),
        ("document-date-missing", merged.issued_on, "ngày ban hành"),
        ("document-issuer-missing", merged.issuer_text, "tên cơ quan ban hành"),
        ("document-title-missing", merged.title, "trích yếu nội dung"),
    )
    issues = [
        Issue(None, code, f"Không đọc được {what} ở đầu tài liệu; hãy bổ sung khi ghi nhận kế hoạch.")
        for code, value, what in missing
        if value is None
    ]
    return merged, issues


@dataclass(frozen=True, slots=True)
class _Line:
    """A text of the head: a paragraph, or one cell of a layout table or of a row above the header."""

    text: str
    bold: bool = False
    in_table: bool = False


def _head(document: Document, tables: Sequence[PlanTable]) -> Iterator[_Line]:
    """Everything above the rows of the first plan table, in reading order."""
    headers = {found.table.index: found.header_row for found in tables}
    for block in document.blocks:
        if isinstance(block, Paragraph):
            first, _, rest = block.text.partition("\n")
            if rest and _names_type(first):  # KẾ HOẠCH and its title in one paragraph
                yield _Line(first, block.bold)
                yield _Line(rest, block.bold)
            else:
                yield _Line(block.text, block.bold)
            continue
        end = headers.get(block.index, len(block.rows))
        for row in block.rows[:end]:
            for text in texts_of(row):
                yield _Line(text, in_table=True)
        if block.index in headers:
            return


def _letterhead(lines: Sequence[_Line]) -> TitleBlock:
    """What stands above the text of the plan."""
    type_at = next((at for at, line in enumerate(lines) if _names_type(line.text)), None)
    if type_at is None:
        return TitleBlock()
    head = [text for line in lines[:type_at] for text in line.text.splitlines()]
    number = next((squeeze(match[1]) for text in head if (match := _NUMBER.match(text))), None)
    dates = (_date(match) for text in head if (match := _WRITTEN_DATE.search(text)))
    title = _title(lines[type_at + 1 :])
    concluding = PlanKind.CONCLUSION if title and _CONCLUDES.match(fold(title)) else None
    return TitleBlock(
        number=number,
        issued_on=next((found for found in dates if found is not None), None),
        issuer_text=_issuer(lines[:type_at]),
        title=title,
        kind=_type_of(lines[type_at].text) or concluding,
    )


def _names_type(text: str) -> bool:
    return _type_of(text) is not None or bool(_NOTICE_LINE.fullmatch(fold(text)))


def _type_of(text: str) -> PlanKind | None:
    match = _TYPE_LINE.fullmatch(fold(text))
    return dict(_TYPES)[match[1]] if match else None


def _issuer(lines: Sequence[_Line]) -> str | None:
    """The first text that is not the national or Party title, up to the number."""
    for line in lines:
        names: list[str] = []
        for text in line.text.splitlines():
            if _NUMBER_LINE.match(text):
                break
            if not _RULE_LINE.fullmatch(text):
                names.append(text)
        if names and not _NATION_OR_PARTY.search(fold(names[0])):
            return " ".join(names)
    return None


def _title(lines: Sequence[_Line]) -> str | None:
    """The paragraphs right below the type: all bold ones, or the first when none is bold."""
    found: list[str] = []
    for line in lines:
        if _RULE_LINE.fullmatch(line.text):
            if found:
                break
            continue
        if (found and not line.bold) or _begins_text(line.text, found):
            break
        found.append(squeeze(line.text))
        if not line.bold:
            break
    return " ".join(found) or None


def _begins_text(text: str, title: Sequence[str]) -> bool:
    key = fold(text)
    shouted = text.isupper() and not " ".join(title).isupper()
    return bool(_TEXT_BEGINS.match(key) or (title and shouted and _HEADING_WORDS.match(key)))


def _attachment(lines: Sequence[_Line]) -> TitleBlock:
    """What the line (Kèm theo …) of an appendix and the lines above it say."""
    for at, line in enumerate(lines):
        match = _ATTACHED.match(squeeze(line.text))
        if match is None:
            continue
        rest = match["rest"]
        day = _WRITTEN_DATE.search(rest) or _SHORT_DATE.search(rest)
        issuer = _OF.search(rest)
        block = TitleBlock(
            number=squeeze(match["number"]),
            issued_on=_date(day) if day else None,
            issuer_text=issuer[1] if issuer else None,
            kind=_type_of(match["type"]),
        )
        return _with_appendix_title(block, lines[:at])
    return TitleBlock()


def _with_appendix_title(block: TitleBlock, above: Sequence[_Line]) -> TitleBlock:
    """In an appendix alone, the issuer stands above PHỤ LỤC and the title below it."""
    appendix_at = next((at for at, line in enumerate(above) if _APPENDIX.match(fold(line.text))), None)
    if appendix_at is None:
        return block
    title = " ".join(squeeze(line.text) for line in above[appendix_at + 1 :] if line.text)
    return replace(block, issuer_text=_issuer(above[:appendix_at]) or block.issuer_text, title=title or block.title)


def _date(match: re.Match[str]) -> date | None:
    try:
        day = date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
