"""The words of the sample plan: a fictional ward, every kind of deadline, one cell nobody can understand."""

from dataclasses import dataclass

ISSUER = ("ỦY BAN NHÂN DÂN", "PHƯỜNG BẾN SÔNG")
NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
NUMBER = "Số: 12/KH-UBND"
PLACE_AND_DATE = "Bến Sông, ngày 20 tháng 01 năm 2026"
TITLE = "Cải cách hành chính và chuyển đổi số trên địa bàn phường Bến Sông năm 2026"
ATTACHED = "(Kèm theo Kế hoạch số 12/KH-UBND ngày 20/01/2026 của Ủy ban nhân dân phường Bến Sông)"

BASIS = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Theo đề nghị của Phòng Văn hóa - Xã hội, Ủy ban nhân dân phường ban hành Kế hoạch như sau:",
)
REPORTING = (
    "1. Các cơ quan, đơn vị báo cáo kết quả hằng tháng (trước ngày 20 hằng tháng), định kỳ 6 tháng (trước "
    "ngày 15/6) và hằng năm (trước ngày 10/12), gửi Văn phòng HĐND và UBND phường tổng hợp."
)
SECTIONS = (
    (
        "I. MỤC ĐÍCH, YÊU CẦU",
        (
            "1. Người dân và doanh nghiệp nộp hồ sơ thuận tiện, nhận kết quả đúng hẹn, biết rõ ai đang giải quyết.",
            "2. Mỗi nhiệm vụ có một cơ quan chủ trì, một sản phẩm và một thời hạn; kết quả phải có minh chứng.",
        ),
    ),
    ("II. CHỈ TIÊU", ("Các chỉ tiêu phải đạt trong năm nêu tại Phụ lục I.",)),
    ("III. NHIỆM VỤ", ("Nhiệm vụ, sản phẩm, cơ quan thực hiện và thời hạn nêu tại Phụ lục II.",)),
    (
        "IV. TỔ CHỨC THỰC HIỆN",
        (
            REPORTING,
            "2. Báo cáo hoàn thành nhiệm vụ phải kèm sản phẩm hoặc tài liệu chứng minh.",
        ),
    ),
)
RECIPIENTS = (
    "Nơi nhận:",
    "- Thường trực Đảng ủy, HĐND phường;",
    "- Các phòng chuyên môn;",
    "- Lưu: VT.",
)
SIGNATURE = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn Mẫu")

INDICATOR_HEADER = ("STT", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu năm 2026", "Cơ quan theo dõi")
INDICATORS = (
    ("1", "Hồ sơ thủ tục hành chính được giải quyết đúng hạn", "%", "≥ 98", "Trung tâm Phục vụ hành chính công"),
    (
        "2",
        "Hồ sơ nộp qua Cổng Dịch vụ công quốc gia",
        "%",
        "từ 75% trở lên",
        "Trung tâm Phục vụ hành chính công",
    ),
    ("3", "Khu phố có tổ hướng dẫn kỹ năng số hoạt động hằng tuần", "%", "100", "Phòng Văn hóa - Xã hội"),
    ("4", "Phản ánh của người dân quá hạn trả lời", "%", "≤ 2", "Văn phòng HĐND và UBND phường"),
)

# Two rows: a title over two columns stands in the first of them, an empty text is covered by the one above.
TASK_HEADER = (
    ("Nhiệm vụ", "", "Kết quả", "", "Cơ quan thực hiện", "", "Thời hạn hoàn thành"),
    ("Tổng quát", "Cụ thể", "Sản phẩm đầu ra", "KPI", "Chủ trì", "Phối hợp", ""),
)

OFFICE = "Văn phòng HĐND và UBND phường"
CULTURE = "Phòng Văn hóa - Xã hội"
ECONOMY = "Phòng Kinh tế, Hạ tầng và Đô thị"
SERVICE_CENTRE = "Trung tâm Phục vụ hành chính công"
POLICE = "Công an phường"
DIVISIONS = "Các phòng chuyên môn"
SCHOOLS = "Các trường học"
HAMLETS = "Các khu phố"


@dataclass(frozen=True, slots=True)
class SampleTask:
    """One row; an empty `general` goes on with the general task of the row above, in a merged cell."""

    general: str
    title: str
    output: str
    kpi: str
    lead: str
    coordinating: str
    deadline: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.general,
            self.title,
            self.output,
            self.kpi,
            self.lead,
            self.coordinating,
            self.deadline,
        )


def _own(number: int, title: str, output: str, kpi: str, lead: str, helps: str, due: str) -> SampleTask:
    """A task that is a general task of its own."""
    return SampleTask(f"{number}. {title}", title, output, kpi, lead, helps, due)


GROUPS: tuple[tuple[str, tuple[SampleTask, ...]], ...] = (
    (
        "I. Chỉ đạo, điều hành",
        (
            _own(
                1,
                "Phân công lãnh đạo và công chức theo dõi từng nhiệm vụ của Kế hoạch",
                "Văn bản phân công",
                "100% nhiệm vụ có người chịu trách nhiệm",
                OFFICE,
                DIVISIONS,
                "Trước 31/01/2026",
            ),
            _own(
                2,
                "Kiểm tra việc thực hiện Kế hoạch tại các bộ phận",
                "Biên bản, thông báo kết quả kiểm tra",
                "Mỗi quý kiểm tra ít nhất 02 bộ phận",
                OFFICE,
                "-",
                "Hằng quý",
            ),
            _own(
                3,
                "Sơ kết 6 tháng, chỉ ra việc chậm và cách khắc phục",
                "Báo cáo sơ kết",
                "",
                OFFICE,
                f"{DIVISIONS}; {SCHOOLS}",
                "6 tháng đầu năm 2026",
            ),
            _own(
                4,
                "Công khai tiến độ thực hiện Kế hoạch trên trang thông tin điện tử của phường",
                "Bảng tiến độ được đăng tải",
                "12 kỳ công khai",
                OFFICE,
                CULTURE,
                "Hằng tháng",
            ),
            _own(
                5,
                "Đánh giá mức độ hoàn thành Kế hoạch của từng cơ quan",
                "Báo cáo đánh giá",
                "",
                DIVISIONS,
                OFFICE,
                "Hằng năm",
            ),
        ),
    ),
    (
        "II. Phục vụ người dân và doanh nghiệp",
        (
            SampleTask(
                "1. Đổi mới việc tiếp nhận và trả kết quả hồ sơ",
                "1.1 Bố trí quầy hỗ trợ người cao tuổi, người khuyết tật;",
                "Quầy hỗ trợ hoạt động",
                "Thời gian chờ không quá 15 phút",
                SERVICE_CENTRE,
                HAMLETS,
                "3/2026",
            ),
            SampleTask(
                "",
                "1.2 Nhắn tin báo người dân khi hồ sơ có kết quả;",
                "Chức năng nhắn tin được đưa vào sử dụng",
                "100% hồ sơ được báo",
                SERVICE_CENTRE,
                OFFICE,
                "Quý II/2026",
            ),
            SampleTask(
                "",
                "1.3 Lấy ý kiến hài lòng của người dân sau mỗi lần giao dịch",
                "Kết quả khảo sát",
                "≥ 95% hài lòng",
                SERVICE_CENTRE,
                "",
                "Tháng 4/2026 và thường xuyên",
            ),
            _own(
                2,
                "Cập nhật dữ liệu cư trú phục vụ giải quyết thủ tục hành chính",
                "Dữ liệu đúng, đủ, sạch, sống",
                "100% nhân khẩu được rà soát",
                POLICE,
                HAMLETS,
                "2026 và những năm tiếp theo",
            ),
            _own(
                3,
                "Số hóa hồ sơ đất đai, xây dựng còn hiệu lực",
                "Kho hồ sơ số",
                "Đạt 100% hồ sơ",
                ECONOMY,
                SERVICE_CENTRE,
                "2026-2027",
            ),
            _own(
                4,
                "Tuyên truyền, hướng dẫn nộp hồ sơ trực tuyến tại nhà văn hóa khu phố",
                "Buổi hướng dẫn",
                "Mỗi khu phố 02 buổi",
                HAMLETS,
                f"{CULTURE} và {POLICE}",
                "Thường xuyên",
            ),
        ),
    ),
    (
        "III. Kỹ năng số và hạ tầng",
        (
            _own(
                1,
                "Dạy kỹ năng an toàn trên mạng cho học sinh",
                "Tiết học, chuyên đề",
                "100% lớp học",
                SCHOOLS,
                f"{CULTURE}, {POLICE}",
                "Năm 2026",
            ),
            _own(
                2,
                "Lắp mạng không dây miễn phí tại nơi công cộng",
                "Điểm truy cập hoạt động",
                "10 điểm",
                ECONOMY,
                HAMLETS,
                "Quý I/2026 hoàn thành khảo sát, Quý III/2026 hoàn thành lắp đặt",
            ),
            _own(
                3,
                "Diễn tập ứng cứu sự cố mất an toàn thông tin",
                "Kịch bản và báo cáo diễn tập",
                "01 cuộc",
                POLICE,
                DIVISIONS,
                "",
            ),
            _own(
                4,
                "Thay thế máy tính không còn đáp ứng yêu cầu",
                "Máy tính mới được bàn giao",
                "",
                OFFICE,
                ECONOMY,
                "Khi cân đối được nguồn kinh phí",
            ),
        ),
    ),
)
