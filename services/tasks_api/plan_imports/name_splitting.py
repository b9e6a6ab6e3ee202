"""Several bodies in one cell, taken apart: commas and “và” also stand inside names."""

import re
from collections.abc import Iterator
from functools import lru_cache

from services.tasks_api.plan_imports.officers import names_only_a_person
from shared.domain.text import nfc, squeeze

# What a name begins with; “xã hội”, “tổ chức”, “ban hành” begin with the same syllables and are no names.
_HEAD = re.compile(
    r"(?:các|những|sở(?! hữu)|phòng(?! ngừa|,)|ban(?! hành)|bộ(?! máy)|cục|chi cục|tổng cục|ubnd|ủy ban|hđnd|"
    r"hội đồng|cơ quan|văn phòng|vp|công an|công ty|công đoàn|đài|báo(?! chí)|trung tâm|trường|"
    r"đoàn(?! thể)|hội(?! nhập)|liên đoàn|liên minh|mặt trận|ubmttq|mttq|chi nhánh|kho bạc|ngân hàng|"
    r"bảo hiểm|bhxh|viện|bệnh viện|trạm|tổ(?! chức)|đảng ủy|đảng bộ|chi bộ|thường trực|thường vụ|thanh tra|"
    r"tòa án|thuế|bưu điện|tập đoàn|tổng công ty|vnpt|viettel|khu phố|ấp|hợp tác xã|huyện|thị xã|thành phố|"
    r"xã(?! hội)|phường|đặc khu|tỉnh|thành ủy|địa phương|doanh nghiệp|hải quan|quỹ|đội|lãnh đạo|chủ tịch|"
    r"bí thư|giám đốc|trưởng(?= (?:phòng|ban|công an))|bch|bchqs|bcđ|ttpvhcc|tt pvhcc|ttyt|bqlda|vpđk|hlhpn|hccb|hnd|"
    r"đtn|đtncshcm|lđlđ|kbnn|tand|vksnd|ca(?= (?:phường|xã|tỉnh))|quân sự|p\.)(?:\W|$)"
)
# These begin a new name even in small letters, behind a collective or behind “và”.
_ALWAYS_HEAD = re.compile(r"(?:các|những|cơ quan,? đơn vị|ubnd|ủy ban nhân dân|địa phương|mttq|ubmttq)(?:\W|$)")
_COLLECTIVE = re.compile(
    r"(?:các|những|sở,|sở ban|(?:ubnd|ủy ban nhân dân) các)\b.*"
    r"|(?:ubnd|ủy ban nhân dân) (?:huyện|thị xã|thành phố|xã|phường)"
    r"|[^,;]+ các (?:xã|phường|đặc khu|huyện|thị xã|thành phố|khu phố|thôn|ấp|trường)\b.*"
)
# A kind of body without a name of its own: the next member of a collective.
_BARE = re.compile(
    r"(?:sở|ban|ngành|hội|đoàn thể|phòng|thị xã|thành phố|huyện|xã|phường|đặc khu|ấp|khu phố|trường)"
    r"(?: (?:tỉnh|phường|xã|(?:cấp|thuộc|trực thuộc|trên|tại|trong|có|liên quan|đủ|chuyên môn)\b.*))?"
)
# Names that hold a comma or “và” followed by what could begin another name.
_ONE_NAME = re.compile(
    r"văn phòng (?:đoàn (?:đbqh|đại biểu quốc hội)(?:,| và) )?(?:hđnd|hội đồng nhân dân)"
    r"(?:,| và| &|\s?-)? ?(?:ubnd|ủy ban nhân dân)"
    r"|văn phòng đoàn (?:đbqh|đại biểu quốc hội) và (?:hđnd|hội đồng nhân dân)"
    r"|đài (?:phát thanh|ptth|pt-th)(?:(?:\s?-\s?|, | và )truyền hình)? và báo"
    r"|báo và (?:đài )?phát thanh"
    r"|(?:các )?sở,? ban,? ngành(?:, (?:đoàn thể|hội|mặt trận)\b)*"
)
_DELIMITER = re.compile(r"\s*[,/]\s*|\s+và\s+|\s+[&+]\s+|(?<!phối hợp)(?<!cùng)\s+với\s+")
_BULLET = re.compile(r"\s*(?:[-–+*•]\s*|\(?\d{1,2}[.)]\s+|[a-zđ]\)\s*)")
# The 95 communes of a province, named one by one, take some 2,000 characters; a longer line is no list of names.
_LONGEST_LINE = 4_000
_NOTHING = {"", "-", "–", "—", "…", "...", "không", "không có"}
# What stands at each level under one name, so that one word at the end of a list may say the level of all.
_AT_EACH_LEVEL = re.compile(
    r"(?:ubnd|ủy ban|hđnd|hội đồng nhân dân|đảng ủy|văn phòng|vp|cơ quan|mặt trận|mttq|ubmttq|công an|ban chỉ huy|bch|"
    r"đoàn|hội|thanh tra)(?:\W|$)"
)
_LEVEL = re.compile(r"\b(?:tỉnh|thành phố|phường|xã(?! hội)|đặc khu)\b")
_LEVEL_AT_END = re.compile(r"\b(?:tỉnh|thành phố|phường|xã|đặc khu)$")
# One letter, two habits of placing its mark; both are met in one document.
_RESPELLED = (("uỷ", "ủy"), ("uỵ", "ụy"), ("hoà", "hòa"), ("toà", "tòa"))


def split_names(cell_text: str | None, known: tuple[str, ...] = ()) -> list[str]:
    """The names in a cell, as written and in order, each once; none for a blank cell or a dash.

    `known` are names of existing bodies, which are never taken apart.
    """
    return list(dict.fromkeys(name for run in _runs(cell_text, known) for name in run if name))


def begins_with_body(text: str) -> bool:
    """Whether a text begins as the names of bodies do."""
    return _HEAD.match(_lowered(squeeze(text))) is not None


def shared_levels(cell_text: str | None, known: tuple[str, ...] = ()) -> dict[str, str]:
    """By name, the level that stands only behind the last of the names listed with it:
    `Ủy ban nhân dân, Văn phòng Đảng ủy, cơ quan Mặt trận Tổ quốc Việt Nam phường`.
    """
    levels: dict[str, str] = {}
    for run in _runs(cell_text, known):
        said = _LEVEL_AT_END.search(_lowered(run[-1]))
        if said is not None and _AT_EACH_LEVEL.match(_lowered(run[-1])):
            for name in run[:-1]:
                lowered = _lowered(name)
                if _AT_EACH_LEVEL.match(lowered) and not _LEVEL.search(lowered):
                    levels[name] = said[0]
    return levels


def _runs(cell_text: str | None, known: tuple[str, ...]) -> list[list[str]]:
    """The names of each line, or of its parts between semicolons."""
    whole = _one_of(known)
    runs: list[list[str]] = []
    for section in nfc(cell_text or "").split(";"):
        in_section = False
        for line in section.splitlines():
            text = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
            text = squeeze(text).strip(" .,")
            if text.lower() in _NOTHING:
                continue
            parts = list(_parts(text, whole))
            if in_section and text == squeeze(line).strip(" .,") and not _HEAD.match(_lowered(parts[0])):
                runs[-1][-1] = f"{runs[-1][-1]} {parts.pop(0)}"  # the name was too long for its line
            runs += [parts] if parts else []
            in_section = True
    return runs


@lru_cache(maxsize=8)
def _one_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Finds names that hold a comma or “và”, the longest first."""
    joined = {lowered for lowered in map(_lowered, names) if _DELIMITER.search(lowered)}
    return re.compile("|".join(map(re.escape, sorted(joined, key=len, reverse=True))) or r"(?!)")


def _lowered(text: str) -> str:
    """Small letters and one habit of placing marks; every character stays at its position."""
    small = "".join(char.lower() if len(char.lower()) == 1 else char for char in nfc(text))
    for old, new in _RESPELLED:
        small = small.replace(old, new)
    return small


def _parts(text: str, whole: re.Pattern[str]) -> Iterator[str]:
    if len(text) > _LONGEST_LINE:
        yield text
        return
    lowered = _lowered(text)
    closed = [match.span() for pattern in (_ONE_NAME, whole) for match in pattern.finditer(lowered)]
    start = 0
    for delimiter in _DELIMITER.finditer(text):
        if any(first < delimiter.end() < last for first, last in closed):
            continue
        after = lowered[delimiter.end() :]
        if _begins_name(lowered[start : delimiter.start()], after, text[delimiter.end() :], delimiter[0]):
            yield text[start : delimiter.start()].strip(" .,")
            start = delimiter.end()
    yield text[start:].strip(" .,")


def _begins_name(before: str, after: str, written: str, delimiter: str) -> bool:
    if names_only_a_person(before):
        return False
    if _ALWAYS_HEAD.match(after):
        return True
    if not _HEAD.match(after):
        return False
    in_collective = _COLLECTIVE.fullmatch(before) is not None
    next_part = _DELIMITER.split(after, maxsplit=1)[0]
    if in_collective and _BARE.fullmatch(next_part):
        return False
    return written[:1].isupper() or (delimiter.strip() in {",", "/"} and not in_collective)
