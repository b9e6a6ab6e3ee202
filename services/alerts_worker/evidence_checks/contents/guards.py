"""The steps that nothing passes unseen: the bytes are those of the upload, of a type that is taken, and hold nothing
that must not be taken."""

from typing import Any

from services.alerts_worker.evidence_checks.rules import TYPE_STEP, Case, CheckedFile, Finding, State
from services.alerts_worker.evidence_checks.stepping import Step, every_file, guarded, own_tool, reading_step
from services.alerts_worker.evidence_checks.stored import WHOLE, WHOLE_PACKAGE, StoredContent
from shared.domain.errors import Json
from shared.domain.file_types import EML, EXTENSIONS, PACKAGES, PDF, PICTURES, WEB_PAGES
from shared.throwaway import Patience

_HERE = "services.alerts_worker.evidence_checks.contents"

_TYPE_REFUSALS = {
    "second-pdf": "tệp vừa là loại đã khai vừa mở được như PDF",
    "second-markup": "tệp vừa là loại đã khai vừa mở được như trang web",
    "second-zip": "tệp vừa là loại đã khai vừa mở được như tệp nén",
    "foreign-end": "sau phần cuối của tệp có gắn thêm một tệp khác",
    "damaged": "tệp nén bị hỏng hoặc tải lên chưa trọn nên không kiểm tra được bên trong",
    "formula": "có công thức gọi chương trình khác (DDE)",
    "cut-short": "tệp tải lên chưa trọn, hãy gửi lại",
}
_TYPE_NOTICES = {
    "more-after-end": "sau phần cuối của tệp còn dữ liệu khác",
    "end-missing": "tệp thiếu phần cuối",
}
_UNPACKING_REFUSALS = {
    **_TYPE_REFUSALS,
    "expands": "giải nén ra lớn bất thường",
    "entries": "chứa quá nhiều mục",
    "nested": "có tệp nén lồng trong tệp nén",
    "too-large": f"quá lớn để kiểm tra bên trong (tệp nén trên {WHOLE_PACKAGE >> 20} MB, thư và PDF trên "
    f"{WHOLE >> 20} MB): hãy chia nhỏ",
    "method": "có mục nén theo cách không được hỗ trợ: hãy nén lại theo cách thông thường",
    "hidden-bytes": "có dữ liệu giấu ngoài các mục của tệp nén",
    "archive": "chứa tệp nén loại không kiểm tra được bên trong (chỉ nhận ZIP)",
    "encoding": "có phần thư mã hóa theo cách không kiểm tra được",
    "script": "nội dung thư có mã lệnh",
    "activex": "chứa điều khiển ActiveX",
    "dde": "có trường hoặc liên kết gọi chương trình khác (DDE)",
    "external": "tự tải nội dung từ máy khác khi mở (mẫu, đối tượng hoặc ảnh liên kết): hãy ngắt liên kết",
    "foreign-part": "chứa trang web hoặc RTF nhúng",
    "packaged": "chứa tệp được gói trong đối tượng nhúng",
    "unreadable-object": "có đối tượng nhúng không đọc được",
    "damaged": "bị hỏng hoặc tải lên chưa trọn",
    "encrypted": "có mục đặt mật khẩu nên không kiểm tra được bên trong",
    "name": "có mục mang tên dẫn ra ngoài hoặc tên giả mạo",
    "same-name": "có nhiều mục trùng tên",
    "program": "chứa chương trình chạy được",
    "foreign-type": "chứa tệp thuộc loại không được nhận",
    "macros": "chứa macro",
    "entities": "chứa khai báo thực thể XML không được phép",
    "pixels": "chứa ảnh có số điểm ảnh quá lớn",
    "locked": "PDF đặt mật khẩu mở nên không kiểm tra được bên trong",
    "javascript": "PDF có mã JavaScript tự chạy",
    "launch": "PDF có lệnh mở chương trình khác",
    "opens-file": "PDF có lệnh mở tệp hoặc chương trình bên ngoài",
    "sends": "PDF có lệnh tự gửi hoặc tự nạp dữ liệu",
    "draws": "PDF có hình vẽ lồng nhau không dứt",
    "deep": "PDF có cấu trúc lồng quá sâu",
    "pages": "PDF không có trang nào xem được",
}
_UNPACKING_NOTICES = {
    **_TYPE_NOTICES,
    "undecoded": "ảnh quá lớn nên máy không mở để kiểm tra, cần người xem trực tiếp",
    "attachments": "PDF có tệp đính kèm",
    "restricted": "PDF đặt mật khẩu hạn chế quyền",
    "javascript-in-form": "PDF có mã JavaScript trong ô biểu mẫu",
    "xfa": "PDF là biểu mẫu XFA, mỗi phần mềm có thể hiển thị khác nhau",
    "other-file": "PDF có liên kết tới tệp khác",
    "sends-when-asked": "PDF có nút gửi hoặc nạp dữ liệu biểu mẫu",
    "opens-address": "PDF tự mở địa chỉ trên mạng",
    "media": "PDF có phim, âm thanh hoặc mô hình 3D",
    "page-size": "PDF có khổ giấy bất thường",
    "embedded-object": "có đối tượng nhúng của chương trình khác",
    "external-link": "có liên kết tự tải nội dung từ ngoài",
    "other-attachment": "có đính kèm loại tệp khác",
}


async def _is_intact(_case: Case, file: CheckedFile, content: StoredContent, _patience: Patience) -> Finding:
    """Reading to the end compares the hash; what raises there is told for every step."""
    async for _ in content.chunks():
        pass
    return Finding("intact", "Nội dung tệp đúng như khi tải lên (SHA-256 khớp).", {"sha256": file.sha256})


def judge_type(_case: Case, file: CheckedFile, reading: Any) -> Finding:
    """Of what `kinds.tell` told."""
    media_type, marks = reading["media_type"], [str(mark) for mark in reading["marks"]]
    facts: dict[str, object] = {"uploaded_as": file.media_type, "marks": marks}
    if media_type is None:
        message = "Nội dung tệp không thuộc loại được nhận làm minh chứng nên bị từ chối."
        return Finding("refused", message, facts, refuses=True)
    if media_type not in EXTENSIONS and media_type not in WEB_PAGES:
        raise ValueError("no type of ours")
    facts["media_type"] = media_type
    if refusals := [_TYPE_REFUSALS[mark] for mark in marks if mark in _TYPE_REFUSALS]:
        return Finding("refused", f"Tệp bị từ chối: {'; '.join(refusals)}.", facts, refuses=True)
    notices = [_TYPE_NOTICES[mark] for mark in marks if mark in _TYPE_NOTICES]
    if media_type != file.media_type:
        notices.insert(0, f"loại tệp thật là {media_type}, khác loại nhận ra khi tải lên ({file.media_type})")
    if notices:
        return Finding("noticed", f"Cần lưu ý: {'; '.join(notices)}.", facts)
    return Finding("agrees", f"Nội dung đúng loại {media_type}.", facts)


def judge_unpacking(_case: Case, _file: CheckedFile, reading: Any) -> Finding:
    """Of what `unpacking.take_apart` told."""
    facts = {name: reading[name] for name in ("refusals", "notices", "litter", "expanded", "entries", "pixels")}
    if reading["refusals"]:
        why = _told(reading["refusals"], _UNPACKING_REFUSALS)
        return Finding(
            "refused", f"Tệp bị từ chối: {why}. Hãy bỏ phần đó hoặc lưu lại rồi nộp lại.", facts, refuses=True
        )
    if reading["notices"]:
        return Finding("noticed", f"Cần lưu ý: {_told(reading['notices'], _UNPACKING_NOTICES)}.", facts)
    return Finding("within_budget", "Bên trong tệp không có gì bất thường khi giải nén.", facts)


def _told(words: list[list[str]], in_words: dict[str, str]) -> str:
    """Each kind of finding once, with the first entry it was found in."""
    first: dict[str, str] = {}
    for word, name in words:
        first.setdefault(word, name)
    return "; ".join(f"{in_words[word]} (“{name}”)" if name else in_words[word] for word, name in first.items())


def _argument(case: Case, file: CheckedFile) -> Json:
    web_page = file.media_type if case.link_url is not None and file.media_type in WEB_PAGES else None
    partial = StoredContent(file).is_partial
    return {"filename": file.filename, "media_type": file.media_type, "partial": partial, "web_page": web_page}


INTEGRITY = Step(name="integrity", reaches=State.INSPECTED, tool=own_tool(), concerns=every_file, look=_is_intact)

TYPE = reading_step(
    name=TYPE_STEP,
    reaches=State.INSPECTED,
    tool=own_tool(),
    concerns=every_file,
    entry=f"{_HERE}.kinds:tell",
    argument=_argument,
    judge=judge_type,
    unread=guarded,
    takes_parts=True,
)

UNPACKING = reading_step(
    name="unpacking",
    reaches=State.INSPECTED,
    tool=own_tool(),
    concerns=lambda file: file.media_type in PACKAGES | PICTURES | {EML, PDF},
    entry=f"{_HERE}.unpacking:take_apart",
    argument=_argument,
    judge=judge_unpacking,
    unread=guarded,
    takes_parts=True,
)
