"""Duties that a sentence gives in its own words: `Giao Văn phòng chủ trì, phối hợp với Công an xã xây dựng quy chế.`"""

import re

from services.tasks_api.plan_imports.duty_fields import Duty
from services.tasks_api.plan_imports.name_splitting import begins_with_body

# What somebody is told to do begins with a small letter, which names do not: "Ban Xây dựng Đảng xây dựng kế hoạch".
_VERB = (
    r"(?:tổ chức|tham mưu|triển khai|thực hiện|theo dõi|xây dựng(?! (?:tỉnh|huyện|xã|phường|thành phố|khu vực|cơ bản))"
    r"|hướng dẫn|đôn đốc|rà soát|ban hành|hoàn thành|hoàn thiện|kiểm tra|lập|trình|báo cáo|bố trí|chuẩn bị|cập nhật"
    r"|đề xuất|phát động|vận hành|tuyên truyền|tập huấn|mở|làm|sửa chữa|mua|nâng cấp|lắp đặt|khảo sát|thẩm định|công bố"
    r"|bảo đảm|đẩy mạnh|đẩy nhanh|tăng cường|khởi công|giám sát|phối hợp|thanh tra|tiếp tục|chủ động|khẩn trương"
    r"|nghiên cứu|tổng hợp|hỗ trợ|cung cấp|bàn giao|giải quyết|phải|có trách nhiệm|chịu trách nhiệm|để)"
)
_GIVING = r"(?:Giao|Yêu cầu|Đề nghị|Phân công|giao)"
_LEADS = re.compile(
    rf"(?:{_GIVING} (?:cho )?)?(?P<lead>[^.;:]{{3,120}}?),? (?:là (?:cơ quan|đơn vị) )?(?:chủ trì|đầu mối)"
    r"(?:,? ?(?:và )?phối hợp(?: chặt chẽ)?(?: với)? (?P<coordinating>[^.;:]{3,200}?))?"
    rf"(?=$|[.;:]|,? {_VERB}\b)"
)
# “Đề nghị Bộ A phối hợp; Sở B chủ trì”: who is only asked to help; “phối hợp với Sở B rà soát” is to do it together.
_HELPS = re.compile(
    rf"{_GIVING} (?:cho )?(?P<coordinating>[^.;:]{{3,200}}?),? (?:cùng )?phối hợp(?: thực hiện)?\b"
    r"(?! (?:chặt chẽ )?(?:với|cùng)\b)"
)
_NEXT_CLAUSE = re.compile(r"[.;,]\s+(?=\S)")
_IS_GIVEN = re.compile(rf"{_GIVING} (?:cho )?(?P<lead>[^.;:]{{3,120}}?)(?=,? {_VERB}\b)")
_MUST = re.compile(r"(?P<lead>[^.;:]{3,120}?),? (?=(?:phải|có trách nhiệm|chịu trách nhiệm)\b)")
_WORK = re.compile(r"\b(?:nhiệm vụ|giải pháp|nội dung|công tác|hoạt động|công việc|chỉ tiêu)\b", re.IGNORECASE)
_GIVES = re.compile(rf"{_GIVING} ")
_LONGEST_NAME = 100


def led_by_sentence(text: str) -> dict[Duty, str]:
    """Who leads, and who helps, as the beginning of a sentence says; empty where it names no body."""
    if (helps := _HELPS.match(text)) and begins_with_body(helps["coordinating"]):
        return _led_beside(text[helps.end() :], helps["coordinating"].strip(" ,"))
    match = _LEADS.match(text) or _IS_GIVEN.match(text) or _MUST.match(text)
    if match is None or not begins_with_body(match["lead"]):
        return {}
    found = {Duty.LEAD: match["lead"].strip(" ,")}
    if helpers := match.groupdict().get("coordinating"):
        found[Duty.COORDINATING] = helpers.strip(" ,")
    return found


def _led_beside(text: str, helpers: str) -> dict[Duty, str]:
    """Who leads by a later clause of a sentence that first names who helps; empty where none says it."""
    for clause in _NEXT_CLAUSE.finditer(text):
        led = _LEADS.match(text, clause.end())
        if led and begins_with_body(led["lead"]):
            return {
                Duty.LEAD: led["lead"].strip(" ,"),
                Duty.COORDINATING: "; ".join(filter(None, (helpers, (led["coordinating"] or "").strip(" ,")))),
            }
    return {}


def split_sentence(names: str) -> tuple[str, str]:
    """Names, and a sentence behind them that says what is to be done: `Sở A. Hoàn thành phân hệ trước 30/9/2026`."""
    for stop in re.finditer(r"\.\s+(?=[^\W\d_])", names):
        sentence = names[stop.end() :]
        if re.match(rf"{_VERB}\b", sentence[:1].lower() + sentence[1:]):
            return names[: stop.start()].rstrip(), sentence
    return names, ""


def gives_work(text: str) -> bool:
    """Whether a paragraph begins by giving work to somebody."""
    return bool(_GIVES.match(text)) or bool(_LEADS.match(text) and led_by_sentence(text))


def names_work(text: str) -> bool:
    """Whether words hold a verb that gives something to do."""
    return re.search(rf"\b{_VERB}\b", text) is not None


def names_only_a_body(heading: str) -> bool:
    """Whether a heading is nothing but the name of a body: `2. Công an xã:`."""
    name = heading.strip(" :.")
    says_more = names_work(name) or re.search("[.;:]", name) or _WORK.search(name)
    return len(name) <= _LONGEST_NAME and begins_with_body(name) and not says_more
