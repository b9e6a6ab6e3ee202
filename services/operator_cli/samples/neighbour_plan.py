"""The words of the neighbouring ward's plan: another issuer, another number, other work."""

ISSUER = "ỦY BAN NHÂN DÂN PHƯỜNG ĐỒI MẪU"
TITLE = "Chuyển đổi số trong trường học và nhà văn hóa trên địa bàn phường Đồi Mẫu năm 2026"
ATTACHED = "(Kèm theo Kế hoạch số 27/KH-UBND ngày 05/02/2026 của Ủy ban nhân dân phường Đồi Mẫu)"
HEADER = ("STT", "Nội dung nhiệm vụ", "Sản phẩm", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành")
TASKS = (
    (
        "1",
        "Lắp mạng không dây miễn phí tại nhà văn hóa các khu phố",
        "Biên bản nghiệm thu",
        "Ủy ban nhân dân phường",
        "",
        "Quý II/2026",
    ),
    (
        "2",
        "Mở lớp hướng dẫn phụ huynh dùng học bạ điện tử",
        "Danh sách lớp, ảnh buổi học",
        "Ủy ban nhân dân phường",
        "Các trường học",
        "Trước ngày 30/9/2026",
    ),
    (
        "3",
        "Rà soát, thay thế máy tính hỏng của các trường",
        "Bảng kiểm kê",
        "Ủy ban nhân dân phường",
        "Các trường học",
        "Hằng năm",
    ),
)
