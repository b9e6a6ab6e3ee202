"""The Vietnamese words of problem documents, with English titles on request."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

TITLES: Mapping[int, tuple[str, str]] = {
    400: ("Yêu cầu không đọc được", "Bad request"),
    401: ("Chưa xác thực", "Not authenticated"),
    403: ("Không có quyền", "Forbidden"),
    404: ("Không tìm thấy", "Not found"),
    405: ("Phương thức không được hỗ trợ", "Method not allowed"),
    408: ("Gửi quá chậm", "Request timeout"),
    409: ("Xung đột trạng thái", "Conflict"),
    410: ("Đã hết hạn", "Gone"),
    412: ("Điều kiện không khớp", "Precondition failed"),
    413: ("Quá lớn", "Content too large"),
    414: ("Địa chỉ quá dài", "URI too long"),
    415: ("Loại tệp không được hỗ trợ", "Unsupported media type"),
    416: ("Khoảng byte nằm ngoài tệp", "Range not satisfiable"),
    422: ("Không chấp nhận được", "Unprocessable content"),
    428: ("Thiếu điều kiện", "Precondition required"),
    429: ("Quá nhiều yêu cầu", "Too many requests"),
    431: ("Tiêu đề quá lớn", "Request header fields too large"),
    460: ("Dữ liệu bị hỏng khi gửi", "Checksum mismatch"),
    500: ("Lỗi hệ thống", "Internal error"),
    503: ("Tạm thời không phục vụ được", "Service unavailable"),
}

_FIELD_MESSAGES: Mapping[str, str] = {
    "missing": "bắt buộc phải có",
    "extra_forbidden": "trường không được biết đến, hãy bỏ đi",
    "string_type": "phải là chuỗi ký tự",
    "string_too_short": "quá ngắn, cần ít nhất {min_length} ký tự",
    "string_too_long": "quá dài, nhiều nhất {max_length} ký tự",
    "string_pattern_mismatch": "không đúng khuôn dạng",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "decimal_type": "phải là số",
    "decimal_parsing": "phải là số",
    "decimal_max_places": "nhiều nhất {decimal_places} chữ số thập phân",
    "float_type": "phải là số",
    "float_parsing": "phải là số",
    "bool_type": "phải là đúng hoặc sai",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than_equal": "phải từ {le} trở xuống",
    "greater_than": "phải lớn hơn {gt}",
    "less_than": "phải nhỏ hơn {lt}",
    "date_type": "phải là ngày dạng YYYY-MM-DD",
    "date_parsing": "phải là ngày dạng YYYY-MM-DD",
    "date_from_datetime_parsing": "phải là ngày dạng YYYY-MM-DD",
    "datetime_parsing": "phải là thời điểm dạng 2026-01-31T01:00:00Z (giờ UTC; trong địa chỉ, dấu + viết là %2B)",
    "datetime_from_date_parsing": "phải là thời điểm có thật, dạng 2026-01-31T01:00:00Z",
    "date_from_datetime_inexact": "phải là ngày dạng YYYY-MM-DD, không kèm giờ",
    "day_out_of_range": "phải từ năm 1990 đến năm 2100",
    "uuid_parsing": "phải là mã UUID",
    "uuid_type": "phải là mã UUID",
    "enum": "phải là một trong: {expected}",
    "literal_error": "phải là một trong: {expected}",
    "list_type": "phải là danh sách",
    "dict_type": "phải là đối tượng",
    "too_short": "cần ít nhất {min_length} mục",
    "too_long": "nhiều nhất {max_length} mục",
    "model_attributes_type": "phải là đối tượng JSON",
    "finite_number": "phải là số hữu hạn",
}


_UNITS = (("MB", 1 << 20), ("KB", 1 << 10), ("byte", 1))


def field_message(error: Mapping[str, Any]) -> str:
    """What is wrong with one field, for a Vietnamese reader."""
    if error["type"] == "value_error":
        return str(error.get("ctx", {}).get("error", "giá trị không hợp lệ"))
    kind = error["type"]
    if kind in {"too_short", "too_long"} and isinstance(error.get("input"), str):
        kind = f"string_{kind}"  # a bound that was added to a text counts letters, whatever Pydantic calls them
    template = _FIELD_MESSAGES.get(kind, "giá trị không hợp lệ")
    context: dict[str, Any] = dict(error.get("ctx", {}))
    if "expected" in context:  # 'a', 'b' or 'c'
        context["expected"] = str(context["expected"]).replace("' or '", "' hoặc '")
    return template.format_map(context)


def too_large_words(limit: int) -> str:
    """What to do about a body of more than `limit` bytes."""
    unit, size = next((unit, size) for unit, size in _UNITS if limit >= size)
    most = f"{limit / size:.4g}".replace(".", ",")
    return f"Nội dung gửi lên lớn hơn {most} {unit}: hãy giảm bớt hoặc chia nhỏ rồi gửi lại."


def prefers_english(request: Request) -> bool:
    """Whether the caller asks for English before Vietnamese."""
    return request.headers.get("accept-language", "").strip().lower().startswith("en")
