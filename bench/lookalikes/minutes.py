"""Minutes of meetings written on a few templates, and the printers they come from."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.tasks_api.plan_imports.pdf_building import Sheet, pdf_bytes

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
_MIDDLES = ["Văn", "Thị", "Minh", "Thanh", "Hữu", "Ngọc", "Quốc", "Đức", "Kim", "Xuân"]
_GIVEN = (
    *("An", "Bình", "Cường", "Dũng", "Giang", "Hà", "Hạnh", "Hiếu", "Hùng", "Lan", "Linh"),
    *("Long", "Mai", "Nam", "Nga", "Phúc", "Quân", "Sơn", "Thảo", "Trang", "Tuấn"),
)
_PLACES = (
    "Hội trường Ủy ban nhân dân phường",
    "Nhà văn hóa khu phố 3",
    "Trụ sở ấp Bình Hòa",
    "Trường Trung học cơ sở",
    "Phòng họp số 2",
    "Nhà sinh hoạt cộng đồng thôn Đông",
)
_DUTIES = ("Chủ tịch", "Phó Chủ tịch", "Trưởng phòng", "công chức tư pháp", "trưởng khu phố", "thư ký", "cán bộ y tế")
_TOPICS = (
    "tuyên truyền chuyển đổi số tới {n} hộ dân, hướng dẫn cài đặt ứng dụng dịch vụ công trực tuyến",
    "tổng vệ sinh môi trường tuyến đường dài {n} mét, huy động đoàn viên và hội viên tham gia",
    "rà soát {n} hồ sơ hộ nghèo, hộ cận nghèo và đề xuất mức hỗ trợ theo quy định hiện hành",
    "tập huấn phòng cháy chữa cháy cho {n} người, kiểm tra bình chữa cháy tại từng khu nhà trọ",
    "khám sức khỏe định kỳ cho {n} người cao tuổi và cập nhật sổ theo dõi sức khỏe điện tử",
    "nghiệm thu công trình đường hẻm với {n} mét khối bê tông, đối chiếu với hồ sơ thiết kế",
    "giải quyết {n} phản ánh của cử tri về chiếu sáng công cộng, thoát nước và trật tự đô thị",
    "bàn giao {n} bộ máy tính cho tổ công nghệ số cộng đồng, ký nhận và dán tem quản lý tài sản",
)
_OPINIONS = (
    "Ông {name} đề nghị bố trí thêm kinh phí và phân công rõ người chịu trách nhiệm từng việc.",
    "Bà {name} nêu khó khăn về nhân lực, đề xuất kéo dài thời gian thêm {n} ngày.",
    "Đồng chí {name} thống nhất với báo cáo và yêu cầu bổ sung số liệu của {n} khu phố.",
    "Ông {name} cho rằng cần công khai danh sách tại trụ sở và trên trang thông tin điện tử.",
    "Bà {name} kiến nghị phối hợp với trường học để vận động phụ huynh cùng tham gia.",
)
STANDING = (
    "Căn cứ Luật Tổ chức chính quyền địa phương; căn cứ kế hoạch công tác năm của Ủy ban nhân dân đã ban hành;",
    "Căn cứ quy chế làm việc và phân công nhiệm vụ của các thành viên; thực hiện ý kiến chỉ đạo của cấp trên;",
    "Chủ trì tuyên bố lý do, giới thiệu thành phần tham dự và thông qua chương trình làm việc của buổi họp.",
    "Thư ký ghi đầy đủ ý kiến của các thành phần tham dự, đọc lại để mọi người cùng nghe và thống nhất.",
    "Các đại biểu thảo luận dân chủ, thẳng thắn, tập trung vào kết quả thực hiện và những việc còn tồn tại.",
    "Chủ trì tiếp thu ý kiến, kết luận từng nội dung và giao nhiệm vụ cụ thể kèm theo thời hạn hoàn thành.",
    "Các bộ phận liên quan báo cáo kết quả bằng văn bản để tổng hợp, gửi cơ quan có thẩm quyền theo quy định.",
    "Biên bản được lập thành hai bản có giá trị như nhau, mỗi bên giữ một bản và lưu tại văn phòng.",
    "Những người có tên trên cam kết thực hiện đúng nội dung đã thống nhất và chịu trách nhiệm trước pháp luật.",
    "Biên bản kết thúc vào cùng ngày, các thành phần tham dự đã nghe đọc lại, công nhận đúng và cùng ký tên.",
)


@dataclass(frozen=True, slots=True)
class Printer:
    """How a program lays a text out: letters a line, lines a page, and what it adds at the edges."""

    letters: int
    lines: int
    head: str = ""
    foot: str = ""
    decomposed: bool = False


PRINTERS = (
    Printer(88, 46),
    Printer(74, 40, foot="Trang {page}/{pages}"),
    Printer(80, 44, head="UBND PHƯỜNG BÌNH MINH - BIÊN BẢN HỌP", foot="- {page} -"),
    Printer(
        66, 38, head="12/3/2026 10:15 AM bien-ban.docx", foot="file:///C:/Users/vanthu/bien-ban.docx {page}/{pages}"
    ),
    Printer(58, 50, foot="Ngày in: 15/04/2026 - Người in: vanthu", decomposed=True),
)


def write_minutes(rng: Random, template: int, *, form: bool = False) -> list[str]:
    """Paragraphs of the minutes of one meeting. On a form nearly all is printed beforehand: a day, names, a figure."""
    same = Random(template)
    standing = same.sample(STANDING, k=len(STANDING))
    day = f"{rng.randrange(1, 29):02} tháng {rng.randrange(1, 13):02} năm {rng.choice((2025, 2026))}"
    chair, secretary = write_name(rng), write_name(rng)
    paragraphs = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"BIÊN BẢN SỐ {rng.randrange(1, 400)}/BB-UBND",
        (
            f"Hôm nay, vào lúc {rng.randrange(7, 18)} giờ {rng.randrange(0, 60):02} phút, ngày {day}, "
            f"tại {rng.choice(_PLACES)}, chúng tôi gồm có:"
        ),
        f"Chủ trì: ông (bà) {chair}, chức vụ: {rng.choice(_DUTIES)}.",
        f"Thư ký: ông (bà) {secretary}, chức vụ: {rng.choice(_DUTIES)}.",
    ]
    if form:
        topics = [same.choice(_TOPICS).format(n=rng.randrange(10, 900))]
        opinions: list[str] = []
    else:
        paragraphs += [f"Tham dự: {write_name(rng)}, {rng.choice(_DUTIES)}." for _ in range(rng.randint(2, 6))]
        topics = [topic.format(n=rng.randrange(10, 900)) for topic in rng.sample(_TOPICS, k=rng.randint(1, 3))]
        opinions = [
            rng.choice(_OPINIONS).format(name=write_name(rng), n=rng.randrange(2, 90)) for _ in range(rng.randint(1, 4))
        ]
    contents = [f"Nội dung {number}: {topic}." for number, topic in enumerate(topics, 1)]
    return [*paragraphs, *standing[:4], *contents, *opinions, *standing[4:], f"CHỦ TRÌ {chair} THƯ KÝ {secretary}"]


def printed(paragraphs: Sequence[str], printer: Printer) -> bytes:
    """A PDF with a text layer, as the printer makes it."""
    lines = [line for paragraph in paragraphs for line in _wrapped(paragraph, printer.letters)]
    sheets = [lines[start : start + printer.lines] for start in range(0, len(lines), printer.lines)]
    made = []
    for number, body in enumerate(sheets, 1):
        sheet = Sheet()
        for place, text in ((20, printer.head), (825, printer.foot)):
            if text:
                sheet.text(40, place, text.format(page=number, pages=len(sheets)), size=8)
        for row, line in enumerate(body):
            shown = unicodedata.normalize("NFD", line) if printer.decomposed else line
            sheet.text(40, 50 + 15 * row, shown, size=11)
        made.append(sheet)
    return pdf_bytes(*made)


def retyped(rng: Random, paragraphs: Sequence[str]) -> list[str]:
    """The same minutes with a stamp of arrival and two words of the wording typed otherwise."""
    changed = list(paragraphs)
    for place in rng.sample([at for at, text in enumerate(changed) if text in STANDING], k=2):
        words = changed[place].split()
        words[rng.randrange(3, len(words))] = "sau"
        changed[place] = " ".join(words)
    return [f"ĐẾN Số: {rng.randrange(1, 3000)} Ngày: {rng.randrange(1, 29)}/5/2026", *changed]


def write_name(rng: Random) -> str:
    """Of a person."""
    return f"{rng.choice(_FAMILIES)} {rng.choice(_MIDDLES)} {rng.choice(_GIVEN)}"


def _wrapped(text: str, letters: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
