import json

import pytest

from services.tasks_api.plan_imports.names import NameIndex
from services.tasks_api.plan_imports.proposal import build_proposal, proposal_json
from shared.domain.organizations import GroupRef, OrganizationKind, OrganizationRef
from tests.tasks_api.plan_imports.building import HEADER, Grid, group, read_docx, read_tasks, task

INDEX = NameIndex(
    [
        OrganizationRef("bs", "H75.01", "Phường Bến Sông", OrganizationKind.WARD, None),
        OrganizationRef("vh", "H75.01.2", "Phòng Văn hóa - Xã hội", OrganizationKind.OFFICE, "bs"),
        OrganizationRef("t1", "H75.01.3", "Tổ giúp việc", OrganizationKind.OTHER, "vh"),
        OrganizationRef("t2", "H75.01.4", "Tổ giúp việc", OrganizationKind.OTHER, "vh"),
    ],
    [GroupRef("g", "Các trường học", ("Các trường",))],
)


def issues_of(*rows: tuple[str, ...], index: NameIndex | None = INDEX) -> list[tuple[str, int | None]]:
    proposal = build_proposal(read_tasks(*rows), index, "bs")
    return [(issue.code, issue.place.row if issue.place else None) for issue in proposal.issues if issue.place]


def test_the_json_has_exactly_the_published_shape() -> None:
    indicators = Grid(
        [
            ("STT", "Chỉ tiêu", "Đơn vị tính", "Kết quả", "Cơ quan chủ trì"),
            ("I", "Đến năm 2030", "", "", ""),
            ("6.", "Hồ sơ đúng hạn", "%", "≥ 90", "Phòng VH-XH"),
            ("7.", "Quy mô", "% GRDP", "1,5", ""),
        ],
        [(1, 1, 1, 4)],
    )
    row = ("1.", "Rà soát", "Báo cáo", "Phòng VH-XH; Các trường", "-", "Quý IV/2025")
    document = read_docx(
        Grid(
            [("UBND PHƯỜNG BẾN SÔNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")] * 1
            + [("Số: 12/KH-UBND", "Bến Sông, ngày 20 tháng 01 năm 2025")]
        ),
        "KẾ HOẠCH",
        "Mẫu",
        "Định kỳ 6 tháng (trước ngày 15/6) báo cáo kết quả.",
        indicators,
        "Phụ lục",
        Grid([HEADER, group("I.", "Thể chế"), row], [(1, 1, 1, 5)]),
    )
    assert proposal_json(build_proposal(document, INDEX, "bs")) == {
        "document": {
            "number": "12/KH-UBND",
            "issued_on": "2025-01-20",
            "issuer_text": "UBND PHƯỜNG BẾN SÔNG",
            "title": "Mẫu",
        },
        "reporting_rules": [
            {
                "text": "Định kỳ 6 tháng (trước ngày 15/6) báo cáo kết quả.",
                "period": "half_year",
                "due": "06-14",
            }
        ],
        "tasks": [
            {
                "row": {"table": 3, "row": 3},
                "code": "1",
                "group": {"no": "I", "title": "Thể chế"},
                "general_task": None,
                "title": "Rà soát",
                "required_output": "Báo cáo",
                "kpi": None,
                "lead_text": "Phòng VH-XH; Các trường",
                "leads": [
                    {"text": "Phòng VH-XH", "organization": "H75.01.2", "group": None, "confidence": 1.0},
                    {"text": "Các trường", "organization": None, "group": "Các trường học", "confidence": 1.0},
                ],
                "coordinating_text": "-",
                "coordinating": [],
                "deadline_text": "Quý IV/2025",
                "deadline": {
                    "kind": "quarter",
                    "start": "2025-10-01",
                    "due": "2025-12-31",
                    "recurrence": None,
                },
                "milestones": [],
                "issues": [],
            }
        ],
        "indicators": [
            {
                "no": "6",
                "text": "Hồ sơ đúng hạn",
                "unit": "%",
                "target_text": "≥ 90",
                "target": {"comparator": ">=", "value": 90, "value_to": None, "year": 2030},
                "lead_text": "Phòng VH-XH",
                "group": None,
                "row": {"table": 2, "row": 3},
            },
            {
                "no": "7",
                "text": "Quy mô",
                "unit": "% GRDP",
                "target_text": "1,5",
                "target": {"comparator": "=", "value": 1.5, "value_to": None, "year": 2030},
                "lead_text": None,
                "group": None,
                "row": {"table": 2, "row": 4},
            },
        ],
        "issues": [],
        "clarity": {
            "tasks": 1,
            "clear": 0,
            "questions": [
                {"question": "person", "label": "rõ người", "clear": 0, "percent": 0.0},
                {"question": "work", "label": "rõ việc", "clear": 1, "percent": 100.0},
                {"question": "time", "label": "rõ thời gian", "clear": 1, "percent": 100.0},
                {"question": "responsibility", "label": "rõ trách nhiệm", "clear": 1, "percent": 100.0},
                {"question": "product", "label": "rõ sản phẩm", "clear": 1, "percent": 100.0},
                {"question": "authority", "label": "rõ thẩm quyền", "clear": 0, "percent": 0.0},
            ],
            "missing": [{"row": {"table": 3, "row": 3}, "code": "1", "missing": ["person", "authority"]}],
        },
    }


def test_the_keys_come_in_the_published_order() -> None:
    proposal = proposal_json(build_proposal(read_tasks(task("1")), None, None))
    assert list(proposal) == ["document", "reporting_rules", "tasks", "indicators", "issues", "clarity"]
    tasks = proposal["tasks"]
    assert isinstance(tasks, list)
    assert list(tasks[0]) == [
        *("row", "code", "group", "general_task", "title", "required_output", "kpi"),
        *("lead_text", "leads", "coordinating_text", "coordinating"),
        *("deadline_text", "deadline", "milestones", "issues"),
    ]
    json.dumps(proposal)


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"lead": "Phòng VH-XH", "deadline": "Quý I/2026"}, []),
        ({"lead": "Phòng VH-XH", "deadline": ""}, ["deadline-missing"]),
        ({"lead": "Phòng VH-XH", "deadline": "-"}, ["deadline-missing"]),
        ({"lead": "Phòng VH-XH", "deadline": "Khi có kinh phí"}, ["deadline-unknown"]),
        ({"lead": ""}, ["lead-missing"]),
        ({"lead": "-"}, ["lead-missing"]),
        ({"lead": "Các cơ quan liên quan"}, ["lead-vague"]),
        ({"lead": "Phòng VH-XH", "coordinating": "Các cơ quan liên quan"}, []),
        ({"lead": "Trung tâm Y tế"}, ["organization-unknown"]),
        ({"lead": "Phòng VH-XH", "coordinating": "Sở Y tế; Sở Nội vụ"}, ["organization-unknown"] * 2),
        ({"lead": "Tổ giúp việc"}, ["organization-ambiguous"]),
        ({"lead": "", "deadline": ""}, ["deadline-missing", "lead-missing"]),
    ],
)
def test_doubts_about_a_task_are_issues_at_its_row(cells: dict[str, str], codes: list[str]) -> None:
    assert issues_of(task("1", **cells)) == [(code, 2) for code in codes]


def test_an_issue_stands_with_its_task_and_among_all() -> None:
    proposal = build_proposal(read_tasks(task("1", lead="Phòng VH-XH"), task("", lead="")), INDEX, "bs")
    codes = [[issue.code for issue in one.issues] for one in proposal.tasks]
    assert codes == [[], ["number-missing", "lead-missing"]]
    assert [issue for issue in proposal.issues if issue.place] == list(proposal.tasks[1].issues)


def test_without_an_index_names_are_taken_apart_but_not_judged() -> None:
    proposal = build_proposal(read_tasks(task("1", lead="Sở Nội vụ, Sở Y tế")), None, None)
    assert [(body.text, body.match.confidence) for body in proposal.tasks[0].leads] == [
        ("Sở Nội vụ", 0.0),
        ("Sở Y tế", 0.0),
    ]
    assert issues_of(task("1", lead="Sở Y tế"), index=None) == []


def test_an_unknown_body_may_be_created_under_the_issuer() -> None:
    proposal = build_proposal(read_tasks(task("1", lead="Trung tâm Y tế")), INDEX, "bs")
    message = proposal.tasks[0].issues[0].message
    assert "“Trung tâm Y tế”" in message
    assert "có thể tạo dưới cơ quan ban hành" in message


def test_milestones_of_a_phased_deadline_are_listed() -> None:
    cell = "Quý I/2026 hoàn thành khảo sát, Quý III/2026 hoàn thành lắp đặt"
    proposal = proposal_json(build_proposal(read_tasks(task("1", deadline=cell)), None, None))
    tasks = proposal["tasks"]
    assert isinstance(tasks, list)
    assert [milestone["due"] for milestone in tasks[0]["milestones"]] == ["2026-03-31", "2026-09-30"]


def test_lists_without_lead_or_deadline_are_counted_beside_a_task_table() -> None:
    lines = ("II. NHIỆM VỤ", "1. Tuyên truyền.", "2. Tập huấn.", "III. CHỈ TIÊU", "- 100% hồ sơ đúng hạn.")
    goals = Grid([("STT", "Chỉ tiêu", "Đơn vị tính", "Năm 2026"), ("1", "Hồ sơ đúng hạn", "%", "100")])
    proposal = build_proposal(read_docx(*lines, Grid([HEADER, task("1")]), "Chỉ tiêu", goals), None, None)
    messages = {issue.code: issue.message for issue in proposal.issues}
    assert "2 nhiệm vụ" in messages["narrative-not-read"]
    assert "1 chỉ tiêu" in messages["narrative-targets-not-read"]
    assert (len(proposal.tasks), len(proposal.indicators)) == (1, 1)


def test_issues_come_in_the_order_of_the_document() -> None:
    rows = [task("1", lead=""), ("", "", "", "Sở Y tế", "", ""), task("2", deadline="")]
    places = [row for _, row in issues_of(*rows, index=None)]
    assert places == sorted(place for place in places if place is not None) == [2, 3, 4]


def test_a_column_of_persons_says_who_answers_in_the_body_that_leads() -> None:
    header = ("Nhiệm vụ", "Người chủ trì", "Đơn vị chủ trì", "Thời hạn")
    rows = [("Một", "Đ/c Mẫu", "Sở Nội vụ", "2026"), ("Hai", "Đ/c Mẫu", "Sở Nội vụ; Sở Y tế", "2026")]
    one, two = build_proposal(read_docx(Grid([header, *rows])), None, None).tasks
    assert [(body.text, body.officer) for body in one.leads] == [("Sở Nội vụ", "Đ/c Mẫu")]
    assert [body.officer for body in two.leads] == [None, None]
    assert ([issue.code for issue in one.issues], [issue.code for issue in two.issues]) == ([], ["officer-not-read"])


def test_levels_of_years_before_the_plan_are_no_targets() -> None:
    head = Grid(
        [("UBND XÃ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), ("Số: 1/KH-UBND", "Bến Sông, ngày 20 tháng 01 năm 2026")]
    )
    levels = Grid([("Chỉ tiêu", "ĐVT", "2025", "2026", "2030"), ("Hồ sơ đúng hạn", "%", "90", "95", "99")])
    proposal = build_proposal(read_docx(head, "KẾ HOẠCH", levels, "Phụ lục", Grid([HEADER, task("1")])), None, None)
    assert [(row.year, row.target_text) for row, _ in proposal.indicators] == [(2026, "95"), (2030, "99")]
    assert "past-target-not-read" in [issue.code for issue in proposal.issues]
