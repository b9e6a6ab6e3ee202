"""What the deadlines and names of the real plans mean, read by a person; texts are folded.

The plans lie beside the project (`../shared/plans`); here are only the facts that a reader must find in them.
"""

from collections.abc import Mapping

DEADLINES: Mapping[str, tuple[str, str | None, str | None]] = {
    # kind, last day, recurrence
    "thuong xuyen trong nam": ("continuous", None, "continuous"),
    "thuong xuyen": ("continuous", None, "continuous"),
    "nhiem vu thuong xuyen": ("continuous", None, "continuous"),
    "hang nam": ("annual", None, "annual"),
    "nam 2026": ("year", "2026-12-31", None),
    "nam 2026 (hoan thanh phe duyet de an)": ("year", "2026-12-31", None),
    "2025": ("year", "2025-12-31", None),
    "2026": ("year", "2026-12-31", None),
    "2027": ("year", "2027-12-31", None),
    "2028": ("year", "2028-12-31", None),
    "2030": ("year", "2030-12-31", None),
    "quy i/2026": ("quarter", "2026-03-31", None),
    "quy ii/2026": ("quarter", "2026-06-30", None),
    "quy iii/2026": ("quarter", "2026-09-30", None),
    "quy iv/2026": ("quarter", "2026-12-31", None),
    "quy iv/2025": ("quarter", "2025-12-31", None),
    "quy i/2026 hoan thanh xay dung de an, trien khai nhiem vu theo phan ky nam 2026": ("phased", "2026-12-31", None),
    "phan ky nam 2026 theo quyet dinh so 204-qd/tw": ("phased", "2026-12-31", None),
    "2026-2027": ("range", "2027-12-31", None),
    "2025 - 2026": ("range", "2026-12-31", None),
    "2025 -2026": ("range", "2026-12-31", None),
    "3/2026": ("month", "2026-03-31", None),
    "9/2025": ("month", "2025-09-30", None),
    "6/2025": ("month", "2025-06-30", None),
    "12/2025": ("month", "2025-12-31", None),
    "12/2026": ("month", "2026-12-31", None),
    "12/2027": ("month", "2027-12-31", None),
    "12/2028": ("month", "2028-12-31", None),
    "2025 va nhung nam tiep theo": ("year_onwards", None, "annual"),
    "truoc 20/3/2025": ("date", "2025-03-19", None),
    "thang 8/2025 va thuong xuyen": ("month_and_continuous", "2025-08-31", "continuous"),
}

NOBODY = ""
"""Words that name no body of the tree in particular: they may be told as vague or unknown, and matched with nothing."""

WARD_NAMES: Mapping[str, str] = {
    "uy ban nhan dan phuong": "Phường Trấn Biên",
    "uy ban nhan dan": "Phường Trấn Biên",
    "phong van hoa - xa hoi phuong": "Phòng Văn hóa - Xã hội phường",
    "phong vh - xh": "Phòng Văn hóa - Xã hội phường",
    "phong kinh te, ha tang va do thi": "Phòng Kinh tế, Hạ tầng và Đô thị phường",
    "van phong dang uy": "Văn phòng Đảng ủy phường",
    "ban xay dung dang": "Ban Xây dựng Đảng phường",
    "ban to chuc dang uy": NOBODY,
    "co quan uy ban mat tran to quoc viet nam phuong": "Ủy ban Mặt trận Tổ quốc Việt Nam phường",
    "co quan mat tran to quoc viet nam phuong": "Ủy ban Mặt trận Tổ quốc Việt Nam phường",
    "uy ban mat tran to quoc viet nam phuong": "Ủy ban Mặt trận Tổ quốc Việt Nam phường",
    "uy ban mat tran to quoc viet nam": "Ủy ban Mặt trận Tổ quốc Việt Nam phường",
    "uy ban mttq phuong": "Ủy ban Mặt trận Tổ quốc Việt Nam phường",
    "cong an phuong": "Công an phường",
    "ban chi huy cong an phuong": "Công an phường",
    "ban chi huy quan su phuong": "Ban Chỉ huy Quân sự phường",
    "van phong hdnd, ubnd phuong": "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường",
    "so xay dung": "Sở Xây dựng",
    "cac so, ban, nganh": "Các sở, ban, ngành",
    "cac to chuc chinh tri - xa hoi phuong": NOBODY,
    "cac co quan, don vi trong he thong chinh tri phuong": NOBODY,
    "cac co quan, don vi co lien quan": NOBODY,
    "cac co quan don vi co lien quan": NOBODY,
    "co quan, don vi co lien quan": NOBODY,
    "cac co quan, don vi tai dia phuong": NOBODY,
    "cac co quan, to chuc dang co lien quan": NOBODY,
    "cac doanh nghiep, hop tac xa": NOBODY,
    "cac chi bo truc thuoc": NOBODY,
}

_SECTOR = "Các sở, ban, ngành"
_DISTRICTS = "UBND các huyện, thị xã, thành phố"
_COMMUNES = "UBND các xã, phường"
PROVINCE_NAMES: Mapping[str, str] = {
    "so thong tin va truyen thong": "Sở Thông tin và Truyền thông",
    "so khoa hoc va cong nghe": "Sở Khoa học và Công nghệ",
    "so noi vu": "Sở Nội vụ",
    "so tai chinh": "Sở Tài chính",
    "so ke hoach va dau tu": "Sở Kế hoạch và Đầu tư",
    "so giao duc va dao tao": "Sở Giáo dục và Đào tạo",
    "so tai nguyen va moi truong": "Sở Tài nguyên và Môi trường",
    "so nong nghiep va phat trien nong thon": "Sở Nông nghiệp và Phát triển nông thôn",
    "so y te": "Sở Y tế",
    "so xay dung": "Sở Xây dựng",
    "so tu phap": "Sở Tư pháp",
    "so cong thuong": "Sở Công Thương",
    "so van hoa, the thao va du lich": "Sở Văn hóa, Thể thao và Du lịch",
    "cong an tinh": "Công an tỉnh",
    "van phong ubnd tinh": "Văn phòng Ủy ban nhân dân tỉnh",
    "ban tuyen giao tinh uy": "Ban Tuyên giáo và Dân vận Tỉnh ủy",
    "dai phat thanh - truyen hinh va bao binh phuoc": "Đài Phát thanh - Truyền hình và Báo Bình Phước",
    "ban quan ly du an dau tu xay dung tinh binh phuoc": "Ban Quản lý dự án đầu tư xây dựng tỉnh",
    "ubnd thanh pho dong xoai": "Thành phố Đồng Xoài",
    "bhxh tinh": "Bảo hiểm xã hội tỉnh",
    "bao hiem xa hoi tinh": "Bảo hiểm xã hội tỉnh",
    "chi nhanh ngan hang nha nuoc tinh binh phuoc": "Chi nhánh Ngân hàng Nhà nước tỉnh Bình Phước",
    "trung tam khi tuong thuy van": NOBODY,
    "cac so, ban, nganh": _SECTOR,
    "cac so, nganh": _SECTOR,
    "ubnd cac huyen, thi xa, thanh pho": _DISTRICTS,
    "dia phuong": _COMMUNES,
    "cac so, nganh la chu quan csdl chuyen nganh": NOBODY,
    "cac so, nganh lien quan": NOBODY,
    "cac co quan, don vi lien quan": NOBODY,
    "dia phuong lien quan": NOBODY,
    "ubnd thanh pho, thi xa du dieu kien": NOBODY,
    "cac thanh pho, thi xa du dieu kien": NOBODY,
}

PROVINCE_EXTRA = (
    ("STTTT", "Sở Thông tin và Truyền thông", "department"),
    ("SKHDT", "Sở Kế hoạch và Đầu tư", "department"),
    ("STNMT", "Sở Tài nguyên và Môi trường", "department"),
    ("SNNPTNT", "Sở Nông nghiệp và Phát triển nông thôn", "department"),
    ("BAO", "Đài Phát thanh - Truyền hình và Báo Bình Phước", "public_service_unit"),
    ("BQLDA", "Ban Quản lý dự án đầu tư xây dựng tỉnh", "public_service_unit"),
    ("BHXH", "Bảo hiểm xã hội tỉnh", "department"),
    ("NHNN", "Chi nhánh Ngân hàng Nhà nước tỉnh Bình Phước", "department"),
    ("DX", "Thành phố Đồng Xoài", "district"),
)
"""Bodies a province had in February 2025, before the reforms of that year."""
