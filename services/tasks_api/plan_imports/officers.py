"""People and their titles in a cell of bodies: the duty is the body's, the officer is kept beside it."""

import re
from dataclasses import dataclass

from shared.domain.text import nfc, squeeze

_ADDRESS = r"(?:đ/c|đc|đ\.c\.?|đồng chí|ông|bà)\s*:?\s+"
# Behind the title stands the body; “Trưởng phòng”, “Chánh Văn phòng” have its first word in themselves.
_TITLE = re.compile(
    r"(?:(?:phó|quyền)\s+)?(?:(?:phó\s+)?(?:chủ tịch|bí thư|tổng giám đốc|giám đốc|hiệu trưởng|thủ trưởng|chủ nhiệm|"
    r"viện trưởng|chi cục trưởng|cục trưởng|vụ trưởng|tổ trưởng|đội trưởng|trạm trưởng|chỉ huy trưởng|chánh án)"
    r"|trưởng(?= (?:công an|khu phố|ấp|trạm|phòng|ban|đài|tổ|đội|văn phòng))|chánh(?= (?:văn phòng|vp|thanh tra)))\s+",
    re.IGNORECASE,
)
_FAMILY = (
    r"(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trịnh|Mai|Đoàn|Lương|Trương|"
    r"Cao|Tạ|Hà|Tô|Châu|Lâm|Thái|Phùng|Quách|Kiều|Điểu|Thạch|Sơn|Danh|Nông|Giang|Chu|Lại|Lưu|Từ|Văn|Vương)"
)
_PERSON = rf"{_FAMILY}(?: [A-ZÀ-ỸĐ][a-zà-ỹ]*){{1,4}}"
_REMARK = re.compile(r"\(([^()]*)\)")
_IN_REMARK = re.compile(rf"(?:rõ người\s*:?\s*|{_ADDRESS})(.*)", re.IGNORECASE)
_BEHIND = re.compile(rf"\s*[-–,:]?\s*(?<!\w)(?i:{_ADDRESS})(?P<person>{_PERSON})\s*$")
_BEHIND_TITLE = re.compile(rf"\s*[-–,:]?\s*(?<!\w)(?P<person>{_PERSON})$")
_BEFORE = re.compile(rf"^(?i:{_ADDRESS})(?P<person>{_PERSON})\s*[-–,:]\s*(?=\S)")
_ONLY_PERSON = re.compile(rf"{_ADDRESS}{_FAMILY}(?: [a-zà-ỹ]+){{1,4}}", re.IGNORECASE)
_ADDRESSED = re.compile(rf"^{_ADDRESS}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Office:
    """What a name says of a body and of a person there; `officer` is None where no person or title is named."""

    body: str
    officer: str | None


def read_office(text: str) -> Office:
    """The body that `Đ/c Nguyễn Văn A, Chủ tịch UBND phường` speaks of, and the words about the person.

    A text without a title or a form of address comes back as it is, but for its spaces.
    """
    name = squeeze(nfc(text))
    told = [found[1].strip() for remark in _REMARK.findall(name) if (found := _IN_REMARK.fullmatch(remark.strip()))]
    rest = squeeze(_REMARK.sub(" ", name))
    rest, before = _taken(_BEFORE, rest)
    rest, behind = _taken(_BEHIND, rest)
    addressed = _ADDRESSED.sub("", rest)
    title = _TITLE.match(addressed)
    if title or addressed != rest:
        rest, last = _taken(_BEHIND_TITLE, addressed)
        body = rest[title.end() :] if title and title.end() < len(rest) else rest
        words = [before, behind, last, rest if title else None, *told]
    else:
        body, words = rest, [before, behind, *told]
    officer = ", ".join(word for word in words if word)
    return Office(body, officer) if officer and body else Office(name, None)


def names_only_a_person(text: str) -> bool:
    """Whether the text addresses somebody and says no more: `đ/c Nguyễn Văn A`. Small letters will do."""
    return _ONLY_PERSON.fullmatch(text.strip()) is not None


def _taken(pattern: re.Pattern[str], name: str) -> tuple[str, str | None]:
    """The name without what the pattern finds in it, and the person found."""
    found = pattern.search(name)
    rest = squeeze(f"{name[: found.start()]} {name[found.end() :]}").strip(" -–,:") if found else ""
    return (rest, found["person"].strip()) if found and rest else (name, None)
