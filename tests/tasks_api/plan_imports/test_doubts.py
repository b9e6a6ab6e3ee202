"""Doubts about a task that its words alone do not show."""

import pytest

from services.tasks_api.plan_imports.names import NameIndex
from services.tasks_api.plan_imports.proposal import build_proposal
from shared.domain.organizations import GroupRef, OrganizationKind, OrganizationRef
from tests.tasks_api.plan_imports.building import HEADER, Grid, read_docx, read_tasks, task

INDEX = NameIndex(
    [
        OrganizationRef("p", "H75", "Tỉnh Mẫu", OrganizationKind.PROVINCE, None),
        OrganizationRef("s", "H75.1", "Sở Nội vụ", OrganizationKind.DEPARTMENT, "p"),
        OrganizationRef("w", "H75.01", "Phường Bến Sông", OrganizationKind.WARD, "p"),
        OrganizationRef("v", "H75.01.2", "Phòng Văn hóa - Xã hội", OrganizationKind.OFFICE, "w"),
        OrganizationRef("d", "H75.01.3", "Đảng ủy phường", OrganizationKind.OFFICE, "w"),
        OrganizationRef("o", "H75.02", "Phường Bên Kia", OrganizationKind.WARD, "p"),
    ],
    [
        GroupRef("g", "Các sở, ban, ngành", scope="province"),
        GroupRef("h", "Các phòng chuyên môn", scope="ward"),
    ],
)


@pytest.mark.parametrize(
    ("issuer", "lead", "outside"),
    [
        ("w", "Phòng Văn hóa - Xã hội", False),
        ("w", "UBND phường Bến Sông", False),
        ("w", "Các phòng chuyên môn", False),
        ("w", "Sở Nội vụ", True),
        ("w", "UBND tỉnh", True),
        ("w", "UBND phường Bên Kia", True),
        ("w", "Các sở, ban, ngành", True),
        ("d", "Phòng Văn hóa - Xã hội", False),
        ("d", "Sở Nội vụ", True),
        ("p", "UBND phường Bên Kia", False),
        ("p", "Các sở, ban, ngành", False),
        ("s", "UBND tỉnh", False),
        ("s", "Các sở, ban, ngành", False),
    ],
)
def test_a_lead_outside_the_issuers_province_or_commune_is_shown(issuer: str, lead: str, outside: bool) -> None:
    proposal = build_proposal(read_tasks(task("1", lead=lead)), INDEX, issuer)
    body = proposal.tasks[0].leads[0].match
    assert body.organization or body.group
    assert [issue.code for issue in proposal.tasks[0].issues] == (["lead-outside-issuer"] if outside else [])


def test_whoever_only_coordinates_may_be_anywhere() -> None:
    row = task("1", lead="Phòng Văn hóa - Xã hội", coordinating="Sở Nội vụ; UBND phường Bên Kia")
    assert build_proposal(read_tasks(row), INDEX, "w").tasks[0].issues == ()


@pytest.mark.parametrize(
    ("deadline", "codes"),
    [
        ("19/01/2026", ["deadline-before-issue"]),
        ("Quý IV/2025", ["deadline-before-issue"]),
        ("Trước 20/01/2026", ["deadline-before-issue"]),
        ("20/01/2026", []),
        ("Quý I/2026", []),
        ("Năm 2025 và những năm tiếp theo", []),
        ("Hằng năm", []),
    ],
)
def test_a_deadline_over_before_the_plan_was_issued_is_shown(deadline: str, codes: list[str]) -> None:
    head = Grid([("UBND PHƯỜNG BẾN SÔNG", "Bến Sông, ngày 20 tháng 01 năm 2026")])
    document = read_docx(head, "KẾ HOẠCH", "Mẫu", Grid([HEADER, task("1", deadline=deadline)]))
    assert [issue.code for issue in build_proposal(document, None, None).tasks[0].issues] == codes


def test_a_deadline_without_a_year_is_of_the_year_of_the_title_and_told() -> None:
    read = read_docx("KẾ HOẠCH", "Chuyển đổi số năm 2026", Grid([HEADER, task("1", deadline="Quý II")]))
    (found,) = build_proposal(read, None, None).tasks
    assert found.deadline.deadline.due is not None
    assert found.deadline.deadline.due.isoformat() == "2026-06-30"
    assert [issue.code for issue in found.issues] == ["deadline-year-assumed"]
    without = read_docx("KẾ HOẠCH", "Chuyển đổi số", Grid([HEADER, task("1", deadline="Quý II")]))
    assert [issue.code for issue in build_proposal(without, None, None).tasks[0].issues] == ["deadline-unknown"]
