import pytest

from services.tasks_api.plan_imports.issuer_told import issuer_doubts
from services.tasks_api.plan_imports.names import NameIndex
from services.tasks_api.plan_imports.proposal import build_proposal
from shared.domain.organizations import OrganizationKind, OrganizationRef
from tests.tasks_api.plan_imports.building import HEADER, Grid, read_docx, task

INDEX = NameIndex(
    [
        OrganizationRef("p", "H75", "Tỉnh Sông Mẫu", OrganizationKind.PROVINCE, None),
        OrganizationRef("nv", "H75.1", "Sở Nội vụ", OrganizationKind.DEPARTMENT, "p"),
        OrganizationRef("kh", "H75.2", "Sở Khoa học và Công nghệ", OrganizationKind.DEPARTMENT, "p"),
        OrganizationRef("bs", "H75.01", "Phường Bến Sông", OrganizationKind.WARD, "p"),
        OrganizationRef("vh", "H75.01.2", "Phòng Văn hóa - Xã hội", OrganizationKind.OFFICE, "bs"),
        OrganizationRef("dm", "H75.02", "Phường Đồi Mẫu", OrganizationKind.WARD, "p"),
    ],
    (),
)


@pytest.mark.parametrize(
    ("text", "issuer", "differs"),
    [
        ("ỦY BAN NHÂN DÂN PHƯỜNG BẾN SÔNG", "bs", False),
        ("UBND P. BẾN SÔNG", "bs", False),
        ("ỦY BAN NHÂN DÂN", "bs", False),
        ("ĐẢNG ỦY PHƯỜNG BẾN SÔNG BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ", "bs", False),
        ("UBND PHƯỜNG BẾN SÔNG PHÒNG VĂN HÓA - XÃ HỘI", "vh", False),
        ("UBND TỈNH SÔNG MẪU SỞ NỘI VỤ", "nv", False),
        ("ỦY BAN NHÂN DÂN PHƯỜNG BẾN SÔMG", "bs", False),
        ("UBND TỈNH SM", "p", False),
        ("UBND P. B.SÔNG", "bs", False),
        ("CÔNG TY MẪU", "bs", False),
        ("TỈNH ỦY SÔNG MẪU", "p", False),
        (None, "bs", False),
        ("ỦY BAN NHÂN DÂN PHƯỜNG BẾN SÔNG", None, False),
        ("ỦY BAN NHÂN DÂN TỈNH NÚI LẠ", "bs", True),
        ("ỦY BAN NHÂN DÂN TỈNH NÚI LẠ SỞ NỘI VỤ", "nv", True),
        ("TỈNH ỦY NÚI LẠ", "p", True),
        ("ỦY BAN NHÂN DÂN TỈNH SÔNG MẪU", "bs", True),
        ("UBND PHƯỜNG ĐỒI MẪU", "bs", True),
        ("ĐẢNG ỦY PHƯỜNG ĐỒI MẪU", "bs", True),
        ("SỞ NỘI VỤ", "bs", True),
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", "bs", True),
        ("SỞ KHOA HỌC VÀ CÔNG NGHÊN", "bs", False),
    ],
)
def test_a_document_of_another_body_is_told_with_both_names(
    text: str | None, issuer: str | None, differs: bool
) -> None:
    issues = list(issuer_doubts(text, INDEX, issuer))
    assert [(issue.code, issue.blocks) for issue in issues] == ([("issuer-differs", True)] if differs else [])
    own = INDEX.organization(issuer)
    assert all(own is not None and str(text) in issue.message and own.name in issue.message for issue in issues)


def test_the_letterhead_of_another_place_stops_the_plan() -> None:
    head = Grid([("ỦY BAN NHÂN DÂN\nTỈNH NÚI LẠ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")])
    document = read_docx(head, "KẾ HOẠCH", "Mẫu", Grid([HEADER, task("1")]))
    assert "issuer-differs" in {issue.code for issue in build_proposal(document, INDEX, "bs").issues if issue.blocks}
    assert "issuer-differs" not in {issue.code for issue in build_proposal(document, None, None).issues}
