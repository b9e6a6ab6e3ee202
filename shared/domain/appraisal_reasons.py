"""What a reviewing body may find wrong with evidence."""

from enum import StrEnum
from types import MappingProxyType


class AppraisalReason(StrEnum):
    """What is wrong with evidence; labels are what people read."""

    WRONG_OUTPUT = "wrong_output"
    INCOMPLETE = "incomplete"
    NOT_SIGNED = "not_signed"
    NOT_COMPETENT = "not_competent"
    WRONG_DATE = "wrong_date"
    FIGURES_DISAGREE = "figures_disagree"
    UNREADABLE = "unreadable"
    REUSED = "reused"
    POOR_QUALITY = "poor_quality"
    OTHER = "other"


REASON_LABELS_VI = MappingProxyType(
    {
        AppraisalReason.WRONG_OUTPUT: "Không đúng sản phẩm đầu ra của nhiệm vụ",
        AppraisalReason.INCOMPLETE: "Thiếu thành phần, chưa đầy đủ",
        AppraisalReason.NOT_SIGNED: "Chưa ký, chưa đóng dấu hoặc chữ ký số không hợp lệ",
        AppraisalReason.NOT_COMPETENT: "Ban hành không đúng thẩm quyền",
        AppraisalReason.WRONG_DATE: "Ngày ban hành hoặc thời điểm không phù hợp",
        AppraisalReason.FIGURES_DISAGREE: "Số liệu không khớp với báo cáo",
        AppraisalReason.UNREADABLE: "Tệp mờ, hỏng hoặc không đọc được",
        AppraisalReason.REUSED: "Dùng lại minh chứng của nhiệm vụ khác",
        AppraisalReason.POOR_QUALITY: "Nội dung sơ sài, chất lượng thấp",
        AppraisalReason.OTHER: "Lý do khác (nêu trong ý kiến)",
    }
)
