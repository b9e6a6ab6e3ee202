"""What clerks read: what is wrong, with whom, and no more of it than they can take in."""

import pytest

from services.alerts_worker.evidence_checks.signatures.verdicts import Judgement
from tests.alerts_worker.signatures.altered import ALTERED
from tests.alerts_worker.signatures.authorities import Realm, realm
from tests.alerts_worker.signatures.cases import Case
from tests.alerts_worker.signatures.genuine import GENUINE
from tests.alerts_worker.signatures.papers import paper, sign
from tests.alerts_worker.signatures.test_told_apart import judged
from tests.alerts_worker.signatures.unproven import BAD

_BY_NAME = {case.name: case for case in (*GENUINE, *BAD, *ALTERED)}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("issuer expired", "Chứng thư của nơi cấp (hiệu lực từ 01/01/2024 đến 02/07/2026) đã hết hạn khi ký."),
        ("certificate expired", "Chứng thư số (hiệu lực từ 01/07/2025 đến 02/07/2026) đã hết hạn khi ký."),
        ("the name of a ward in another province", "nhưng của địa bàn hoặc tổ chức khác"),
        ("the name with other marks", "Người ký không thuộc Phường Trảng Dài (tên chỉ gần giống)."),
        ("the name in nobody knows what", "không rõ có thuộc cơ quan không: “ABC JSC”"),
        ("the old name, and a clock set back to its days", "còn mang tên “Xã Thiện Tân” (đến hết 30/06/2025)"),
        ("stamped after the file was here", "muộn hơn lúc nộp (09:00 ngày 06/07/2026)"),
        ("note after certification that allows it", "Người ký có cho phép thêm ghi chú"),
        ("title changed after signing", "tiêu đề và thông tin mô tả tệp"),
        ("the seal lies over text", "Chữ ký thêm sau nằm đè lên nội dung đã ký: hãy xem trang 1"),
        ("a signature over the whole page", "một chữ ký thêm sau che nội dung đã ký ở trang 1"),
        ("signature replaced in its own field", "Chữ ký đã bị gỡ hoặc thay trong văn bản: “Chuky1”."),
    ],
)
def test_words_say_what_it_is(name: str, said: str) -> None:
    assert said in judged(_BY_NAME[name]).message


def test_a_damaged_file_is_not_said_to_have_lost_a_signature() -> None:
    assert "gỡ" not in judged(_BY_NAME["cut off"]).message


def test_of_many_signatures_the_worst_come_first_and_few_are_told() -> None:
    judgement = judged(Case("many", _signed_by_six_and_a_stranger, _BY_NAME["visible"].outcome))
    assert judgement.message.startswith("Tệp có 7 chữ ký. Cần xem lại: (4). (4) Chứng thư số không do")
    assert judgement.message.endswith("Còn 3 chữ ký khác: xem chi tiết.")
    assert _told(judgement) == 7


def _signed_by_six_and_a_stranger(of: Realm) -> bytes:
    content = paper()
    for number in range(7):
        holder = realm(1).signer() if number == 3 else of.signer(kind="ec")
        content = sign(content, holder, field=f"Chuky{number}")
    return content


def _told(judgement: Judgement) -> int:
    told = judgement.facts["signatures"]
    assert isinstance(told, list)
    return len(told)
