import pytest

from services.tasks_api.plan_imports.columns import Columns, Role, role_of


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("STT", Role.NUMBER),
        ("TT", Role.NUMBER),
        ("Số thứ tự", Role.NUMBER),
        ("Mã nhiệm vụ", Role.NUMBER),
        ("(1) Mã Nhiệm vụ Tổng quát", Role.GENERAL_TASK),
        ("Nhiệm vụ tổng quát", Role.GENERAL_TASK),
        ("(2) Tiểu Nhiệm vụ (Con) (Rõ Việc)", Role.TASK),
        ("Tên nhiệm vụ", Role.TASK),
        ("Nhiệm vụ", Role.TASK),
        ("NỘI DUNG CÔNG VIỆC", Role.TASK),
        ("Nội dung", Role.TASK),
        ("Nhiệm vụ, giải pháp", Role.TASK),
        ("Hoạt động", Role.TASK),
        ("Rõ việc", Role.TASK),
        ("Sản phẩm", Role.OUTPUT),
        ("Sản phẩm đầu ra bắt buộc", Role.OUTPUT),
        ("Kết quả", Role.OUTPUT),
        ("Kết quả/sản phẩm", Role.OUTPUT),
        ("Sản phẩm dự kiến hoàn thành", Role.OUTPUT),
        ("KPI", Role.KPI),
        ("(4) KPI Đo lường Hiệu quả (Định lượng)", Role.KPI),
        ("Cơ quan chủ trì", Role.LEAD),
        ("Đơn vị chủ trì (Rõ người)", Role.LEAD),
        ("Đơn vị thực hiện", Role.LEAD),
        ("Cơ quan, đơn vị chủ trì thực hiện", Role.LEAD),
        ("Cơ quan chủ trì theo dõi, đánh giá", Role.LEAD),
        ("Đơn vị", Role.LEAD),
        ("Rõ người", Role.LEAD),
        ("Cơ quan phối hợp", Role.COORDINATING),
        ("Cơ quan thực hiện Phối hợp", Role.COORDINATING),
        ("Thời hạn", Role.DEADLINE),
        ("Thời gian hoàn thành", Role.DEADLINE),
        ("Thời gian thực hiện", Role.DEADLINE),
        ("Tiến độ", Role.DEADLINE),
        ("Thời hạn hoàn thành sản phẩm", Role.DEADLINE),
        ("Thời điểm hoàn thành", Role.DEADLINE),
        ("Hạn xử lý", Role.DEADLINE),
        ("Hoàn thành", Role.DEADLINE),
        ("Đơn vị chịu trách nhiệm", Role.LEAD),
        ("Phòng, ban thực hiện", Role.LEAD),
        ("Tên chương trình, đề án, dự án", Role.TASK),
        ("Nhóm nhiệm vụ/Nhiệm vụ cụ thể", Role.TASK),
        ("Mã NV", Role.NUMBER),
        ("Ghi chú", Role.NOTES),
        ("Chỉ tiêu", Role.INDICATOR),
        ("Tên chỉ tiêu", Role.INDICATOR),
        ("Đơn vị tính", Role.UNIT),
        ("ĐVT", Role.UNIT),
        ("Mục tiêu", Role.TARGET),
        ("Chỉ tiêu năm 2026", Role.TARGET),
        ("Năm 2030", Role.TARGET),
        ("Họ và tên", None),
        ("Kinh phí (triệu đồng)", Role.OTHER),
        ("Thời gian bắt đầu", Role.START),
        ("Ngày giao", Role.START),
        ("Từ ngày", Role.START),
        ("Ngày khởi công", Role.START),
        ("Bắt đầu - kết thúc", Role.DEADLINE),
        ("Thời gian trình", Role.DEADLINE),
        ("Thời gian thực hiện chương trình", Role.DEADLINE),
        ("Hạn", Role.DEADLINE),
        ("Hạn xong", Role.DEADLINE),
        ("Hạn chót", Role.DEADLINE),
        ("Kết thúc", Role.DEADLINE),
        ("Đến", Role.DEADLINE),
        ("Tiến độ thực hiện (%)", Role.OTHER),
        ("Chỉ tiêu (tỷ lệ %)", Role.INDICATOR),
        ("Việc phải làm", Role.TASK),
        ("Việc cần làm", Role.TASK),
        ("Tên việc", Role.TASK),
        ("Thành phần tham gia", Role.COORDINATING),
        ("Đơn vị liên quan", Role.COORDINATING),
        ("Người chủ trì", Role.PERSON),
        ("Lãnh đạo phụ trách", Role.PERSON),
        ("Cán bộ theo dõi", Role.PERSON),
        ("Lãnh đạo đơn vị chủ trì", Role.LEAD),
        ("2026", Role.TARGET),
        ("Năm 2025 (thực hiện)", Role.OTHER),
        ("Thực hiện năm 2025", Role.OTHER),
        ("Hiện trạng", Role.OTHER),
        ("Quý IV", Role.OTHER),
        ("Tháng 3", Role.OTHER),
        ("Văn bản giao nhiệm vụ", Role.OTHER),
        ("Địa bàn thực hiện", Role.OTHER),
        ("Địa bàn, đơn vị chủ trì", Role.LEAD),
        ("Địa điểm", Role.OTHER),
        ("Biên bản thực hiện", None),
        ("Văn bản triển khai thực hiện", None),
        ("Ban thực hiện", Role.LEAD),
        ("Các phòng, ban thực hiện", Role.LEAD),
        ("Đơn vị/phòng thực hiện", Role.LEAD),
        ("Cơ quan chủ quản", Role.LEAD),
        ("Chủ đầu tư", Role.LEAD),
        ("Cơ quan soạn thảo", Role.LEAD),
        ("Đơn vị theo dõi, giám sát", Role.LEAD),
        ("Đơn vị thực hiện, theo dõi", Role.LEAD),
        ("Người ký", Role.OTHER),
        ("Người phê duyệt", Role.OTHER),
        ("Lãnh đạo duyệt", Role.OTHER),
        ("Cơ quan thẩm định", Role.OTHER),
        ("Cơ quan thẩm định, chủ trì", Role.LEAD),
        ("Hoàn thành trước", Role.DEADLINE),
        ("Trước ngày", Role.DEADLINE),
        ("Xong trước ngày", Role.DEADLINE),
        ("Khởi công - hoàn thành", Role.DEADLINE),
        ("Tháng trình", Role.DEADLINE),
        ("Văn bản", Role.DOCUMENT),
        ("Xây dựng kế hoạch thực hiện các nhiệm vụ, giải pháp " * 3, None),
        ("", None),
    ],
)
def test_a_header_tells_what_its_column_is_for(header: str, role: Role | None) -> None:
    meaning = role_of(header)
    assert (meaning[0] if meaning else None) == role


@pytest.mark.parametrize(
    ("headers", "roles"),
    [
        (["Nhiệm vụ", "Nội dung công việc", "Chủ trì"], [Role.GENERAL_TASK, Role.TASK, Role.LEAD]),
        (["Nhiệm vụ", "Nhiệm vụ", "Chủ trì"], [Role.NUMBER, Role.TASK, Role.LEAD]),
        (["Nhiệm vụ tổng quát", "Thời hạn"], [Role.TASK, Role.DEADLINE]),
        (["Chỉ tiêu", "Nhiệm vụ", "Thời hạn"], [Role.KPI, Role.TASK, Role.DEADLINE]),
        (["Lãnh đạo phụ trách", "Nhiệm vụ", "Đơn vị chủ trì"], [Role.PERSON, Role.TASK, Role.LEAD]),
        (["Nhiệm vụ", "Cán bộ theo dõi"], [Role.TASK, Role.LEAD]),
        (["Văn bản giao nhiệm vụ", "Nhiệm vụ", "Thời hạn"], [None, Role.TASK, Role.DEADLINE]),
        (["Nhiệm vụ", "Tiến độ thực hiện (%)", "Hạn"], [Role.TASK, None, Role.DEADLINE]),
        (["Việc", "Thời hạn báo cáo", "Thời gian thực hiện"], [Role.TASK, None, Role.DEADLINE]),
        (["Chỉ tiêu", "Năm 2025 (thực hiện)", "2026"], [Role.INDICATOR, None, Role.TARGET]),
        (["Chỉ tiêu", "Đơn vị", "Kết quả"], [Role.INDICATOR, Role.UNIT, Role.TARGET]),
        (
            ["Chỉ tiêu", "Đơn vị", "Kế hoạch năm 2026", "Cơ quan chủ trì"],
            [Role.INDICATOR, Role.UNIT, Role.TARGET, Role.LEAD],
        ),
        (["Chỉ tiêu", "Đơn vị tính", "Cơ quan theo dõi"], [Role.INDICATOR, Role.UNIT, Role.LEAD]),
        (["Nhiệm vụ", "Đơn vị theo dõi, giám sát", "Đơn vị"], [Role.TASK, None, Role.LEAD]),
        (["Nhiệm vụ", "Giám sát, kiểm tra", "Người ký", "Hạn"], [Role.TASK, None, None, Role.DEADLINE]),
        (["Nhiệm vụ", "Địa bàn thực hiện", "Cơ quan chủ quản"], [Role.TASK, None, Role.LEAD]),
        (["Văn bản", "Cơ quan soạn thảo", "Tháng trình"], [Role.TASK, Role.LEAD, Role.DEADLINE]),
        (["Văn bản", "Nhiệm vụ", "Chủ trì"], [None, Role.TASK, Role.LEAD]),
        (["Nhiệm vụ", "Văn bản", "Chủ trì"], [Role.TASK, None, Role.LEAD]),
        (["Chỉ số đánh giá", "ĐVT", "KH năm 2026"], [Role.INDICATOR, Role.UNIT, Role.TARGET]),
        (["Nhiệm vụ", "Chỉ số đánh giá", "Hạn"], [Role.TASK, Role.KPI, Role.DEADLINE]),
        (["Chỉ tiêu", "Năm 2026", "Năm 2030"], [Role.INDICATOR, Role.TARGET, Role.TARGET]),
    ],
)
def test_columns_explain_each_other(headers: list[str], roles: list[Role | None]) -> None:
    columns = Columns(headers)
    found: dict[int, Role] = dict.fromkeys(columns.targets, Role.TARGET)
    found |= {column: role for role in Role if (column := columns.column(role)) is not None}
    assert [found.get(at) for at in range(len(headers))] == roles
    assert columns.unread == [at for at, role in enumerate(roles) if role is None]


def test_the_words_of_a_column_decide_before_those_merged_over_it() -> None:
    columns = Columns(
        ["Nhiệm vụ", "Thời hạn Ngày giao", "Thời hạn Hoàn thành"], ["Nhiệm vụ", "Ngày giao", "Hoàn thành"]
    )
    assert (columns.column(Role.START), columns.column(Role.DEADLINE)) == (1, 2)
    assert columns.unread == [1]


def test_bare_words_under_a_header_leave_its_meaning() -> None:
    columns = Columns(["Nhiệm vụ", "Chủ trì", "Phối hợp Đơn vị"], ["Nhiệm vụ", "Chủ trì", "Đơn vị"])
    assert columns.column(Role.COORDINATING) == 2
