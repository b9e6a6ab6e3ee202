"""Every operation, and every filter of every list pointed at what is not the caller's."""

from dataclasses import replace
from datetime import timedelta

from shared.clock import today
from tests.factories.sample_ward import DOCX
from tests.security import measuring_cases, staff_cases
from tests.security.asking import LEADS, REFUSED, change, named, nothing, where
from tests.security.matrix import Asked, Case
from tests.security.scene import Scene
from tests.security.staffing import FAR
from tests.security.worlds import Relation, Target, Thing

ISSUES = frozenset({Relation.ISSUER, Relation.ABOVE})
SUBMITTED = frozenset({Relation.OWN})
REVIEWS = frozenset({Relation.REVIEWING})
UNKNOWN = frozenset({404})
MISSED = {"title": "Việc bị sót", "code": "2"}
PROVED = {"verdict": "valid", "evidence_version": 1}
MISSING = {
    "text": "Bổ sung phụ lục",
    "due_on": (today() + timedelta(days=7)).isoformat(),
    "evidence_version": 1,
}


def submission(target: Target, scene: Scene, relation: Relation) -> Asked:
    body = {"assignment_id": target.assignment, "kind": "photo", "upload_ids": [scene.own_upload(relation)]}
    return Asked(body=body)


def next_version(target: Target, scene: Scene, relation: Relation) -> Asked:
    return Asked(path={"evidence_id": target.evidence}, body={"upload_ids": [scene.own_upload(relation)]})


def completion(target: Target, *_: object) -> Asked:
    return Asked(path={"assignment_id": target.assignment}, body={"evidence_ids": [target.evidence]})


def borrowed_submission(target: Target, scene: Scene, _: Relation) -> Asked:
    upload = scene.abroad.uploads[Relation.OWN]
    return Asked(body={"assignment_id": target.assignment, "kind": "photo", "upload_ids": [upload]})


def borrowed_version(target: Target, scene: Scene, _: Relation) -> Asked:
    return Asked(path={"evidence_id": target.evidence}, body={"upload_ids": [scene.abroad.uploads[Relation.OWN]]})


def borrowed_completion(target: Target, scene: Scene, _: Relation) -> Asked:
    return Asked(path={"assignment_id": target.assignment}, body={"evidence_ids": [scene.abroad.targets[0].evidence]})


def document(target: Target, *_: object) -> Asked:
    return Asked(query={"issuer": target.issuer_code, "filename": "ke-hoach.docx"}, content=DOCX)


def file(*_: object) -> Asked:
    return Asked(query={"filename": "anh.pdf"}, content=b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")


def _unfinished(upload_id: str, **headers: str) -> Asked:
    return Asked(path={"upload_id": upload_id}, headers={"Tus-Resumable": "1.0.0", **headers})


def look(_: Target, scene: Scene, relation: Relation) -> Asked:
    return _unfinished(scene.own_unfinished(relation))


def borrowed_look(_: Target, scene: Scene, relation: Relation) -> Asked:
    """The lead's, which is nobody else's, whether above or beside it; for the lead, that of another province."""
    other = scene.abroad if relation is Relation.OWN else scene.home
    return _unfinished(other.unfinished[Relation.OWN])


def more(_: Target, scene: Scene, relation: Relation) -> Asked:
    return _appended(scene.own_unfinished(relation), b"")


def borrowed_more(target: Target, scene: Scene, relation: Relation) -> Asked:
    return _appended(borrowed_look(target, scene, relation).path["upload_id"], b"x")


def _appended(upload_id: str, content: bytes) -> Asked:
    asked = _unfinished(upload_id, **{"Upload-Offset": "1"})
    return replace(asked, content=content, media_type="application/offset+octet-stream")


def commitment(target: Target, *_: object) -> Asked:
    body = {
        "number": f"{target.plan_import}/KH",
        "issued_on": "2026-01-05",
        "title": "Kế hoạch",
        "accept_issues": ["*"],
    }
    return Asked(path={"import_id": target.plan_import}, body=body)


def amendment(target: Target, *_: object) -> Asked:
    changes = [{"kind": "change_task", "task_id": target.task, "kpi": "90%"}]
    dates = {"issued_on": "2026-02-01", "effective_on": FAR.isoformat()}
    body = {"number": "9/KH", "reason": "Điều chỉnh", "changes": changes} | dates
    return Asked(path={"plan_id": target.plan}, body=body, if_match='"1"')


def borrowed_task(target: Target, scene: Scene, _: Relation) -> Asked:
    """Another plan's task, told to be of one's own."""
    asked = amendment(target)
    foreign = [{"kind": "cancel_task", "task_id": scene.abroad.targets[0].task}]
    return Asked(path=asked.path, body=asked.body | {"changes": foreign}, if_match=asked.if_match)


def restatement(target: Target, *_: object) -> Asked:
    query = {"issuer": target.issuer_code, "filename": "dieu-chinh.docx", "amends": target.plan}
    return Asked(query=query, content=DOCX)


def of_amendment(target: Target, *_: object) -> Asked:
    return Asked(path={"plan_id": target.plan, "amendment_id": target.amendment})


def link(target: Target, *_: object) -> Asked:
    """To what it proves already: nothing changes, and only who may link is told so."""
    return Asked(path={"evidence_id": target.evidence}, body={"assignment_id": target.assignment})


def borrowed_link(target: Target, scene: Scene, _: Relation) -> Asked:
    return Asked(path={"evidence_id": target.evidence}, body={"assignment_id": scene.abroad.targets[0].assignment})


PLAN, WORK, DRAFT = Thing.PLAN, Thing.WORK, Thing.DRAFT
ASSIGNMENTS, TASKS = (WORK, "assignment"), (PLAN, "task")

READS = [
    Case("get_me", nothing),
    Case("list_organizations", nothing, public=True),
    Case("list_organizations", where("text", "canary"), public=True),
    Case("get_organization", named("organization_id", "lead"), public=True),
    Case("list_organization_groups", nothing, public=True),
    Case("get_plan_import", named("import_id", "plan_import"), DRAFT),
    Case("list_plans", nothing, tells=(PLAN, "plan")),
    Case("list_plans", where("state", "active"), tells=(PLAN, "plan")),
    Case("list_plans", where("state", "draft"), tells=(DRAFT, "draft")),
    Case("list_name_corrections", nothing, tells=(DRAFT, "name_correction"), public=True),
    Case("list_name_corrections", where("issuer", lambda target: target.issuer_code), tells=(DRAFT, "name_correction")),
    Case("get_plan", named("plan_id", "plan"), PLAN),
    Case("get_plan_clarity", named("plan_id", "plan"), PLAN),
    Case("get_plan_clarity", named("plan_id", "draft"), DRAFT),
    Case("get_plan", named("plan_id", "draft"), DRAFT),
    Case("list_amendments", named("plan_id", "plan"), PLAN, tells=(PLAN, "amendment")),
    Case("get_amendment", of_amendment, PLAN, tells=(PLAN, "task")),
    Case("get_task_history", named("task_id", "task"), PLAN, tells=(PLAN, "amendment")),
    Case("list_tasks", nothing, tells=TASKS),
    Case("list_tasks", where("plan", lambda target: target.plan), tells=TASKS),
    Case("list_tasks", where("group", lambda target: target.group), tells=TASKS),
    Case("list_tasks", where("lead", lambda target: target.lead_code), tells=TASKS, public=True),
    Case("list_tasks", where("coordinating", lambda target: target.coordinating_code), tells=TASKS),
    Case("list_tasks", where("text", "canaryhome"), tells=TASKS),
    Case("get_task", named("task_id", "task"), PLAN),
    Case("list_assignments", nothing, tells=ASSIGNMENTS),
    Case("list_assignments", where("plan", lambda target: target.plan), tells=ASSIGNMENTS),
    Case("list_assignments", where("task", lambda target: target.task), tells=ASSIGNMENTS),
    Case("list_assignments", where("organization", lambda target: target.lead), tells=ASSIGNMENTS),
    Case("get_assignment", named("assignment_id", "assignment"), WORK),
    Case("get_assignment_history", named("assignment_id", "assignment"), WORK),
    Case("list_alerts", nothing, tells=(WORK, "alert")),
    Case("list_alerts", where("state", "all"), tells=(WORK, "alert")),
    Case("list_alerts", where("as_of", today().isoformat()), tells=ASSIGNMENTS),
    Case("list_evidence", where("assignment_id", lambda target: target.assignment), WORK),
    Case("get_evidence", named("evidence_id", "evidence"), WORK),
    Case("list_evidence_versions", named("evidence_id", "evidence"), WORK),
    Case("list_evidence_findings", named("evidence_id", "evidence"), WORK),
    Case("download_evidence_file", named("evidence_id", "evidence"), WORK),
    Case("download_evidence_archive", named("assignment_id", "assignment"), WORK),
    Case("open_file_link", lambda *_: Asked(path={"token": "forged"}), answers=frozenset({404})),
    Case("list_evidence_appraisals", named("evidence_id", "judged"), WORK),
    Case("list_appraisals", nothing),
    Case("list_appraisals", where("state", "decided")),
    Case("list_appraisals", where("state", "supplement")),
    Case("list_appraisals", where("state", "escalated")),
    Case("list_appraisals", where("plan", lambda target: target.plan)),
    Case("list_appraisals", where("organization", lambda target: target.lead)),
    Case("list_supplement_requests", named("evidence_id", "judged"), WORK),
    Case("get_appraisal_statistics", nothing),
    Case("get_appraisal_statistics", where("organization", lambda target: target.lead)),
    Case("list_notices", nothing, tells=(Thing.NOTICE, "notice")),
]
WRITES = [
    Case("create_plan_import", document, acts=ISSUES, public=True),
    Case("correct_row", change("import_id", "plan_import", {"title": "Việc"}, if_match='"1"'), DRAFT, acts=ISSUES),
    Case("add_row", change("import_id", "plan_import", MISSED, if_match='"2"'), DRAFT, acts=ISSUES),
    Case("commit_plan_import", commitment, DRAFT, acts=ISSUES),
    Case("forget_name_correction", named("correction_id", "name_correction"), DRAFT, acts=ISSUES),
    Case("create_plan_import", restatement, PLAN, acts=ISSUES, public=True),
    Case("record_amendment", amendment, PLAN, acts=ISSUES),
    Case("activate_plan", change("plan_id", "draft", None, if_match='"1"'), DRAFT, acts=ISSUES),
    Case(
        "report_progress", change("assignment_id", "assignment", {"percent": 20, "narrative": "Đang làm"}), WORK, LEADS
    ),
    Case("submit_completion", completion, WORK, LEADS),
    Case("acknowledge_alert", change("alert_id", "alert", {"note": "Đang xử lý"}), WORK, LEADS),
    Case("create_upload", file),
    Case("get_upload_offset", look),
    Case("append_to_upload", more),
    Case("list_uploads", nothing),
    Case("get_upload", look),
    Case("submit_evidence", submission, WORK, LEADS),
    Case("take_next_appraisal", nothing),
    Case("claim_evidence", named("evidence_id", "evidence"), WORK, REVIEWS),
    Case("release_claim", named("evidence_id", "evidence"), WORK, REVIEWS),
    Case("withdraw_appraisal", change("appraisal_id", "appraisal", {"reason": "Xem lại"}), WORK, REVIEWS),
    Case("request_supplement", change("evidence_id", "judged", MISSING), WORK, REVIEWS),
    Case("mark_notice_read", named("notice_id", "notice"), Thing.NOTICE),
    Case("create_file_link", change("evidence_id", "evidence", {}), WORK, answers=frozenset({201})),
    Case("link_evidence", link, WORK, SUBMITTED, answers=frozenset({409})),
    Case("withdraw_evidence", change("evidence_id", "judged", {"reason": "Nộp nhầm"}), WORK, SUBMITTED),
    Case("appraise_evidence", change("evidence_id", "evidence", PROVED), WORK, REVIEWS),
    Case("submit_evidence_version", next_version, WORK, LEADS),  # last: it takes verdicts and completions away
]
BORROWING = [
    Case("record_amendment", borrowed_task, PLAN, ISSUES, answers=REFUSED),
    Case("submit_evidence", borrowed_submission, WORK, LEADS, answers=REFUSED),
    Case("submit_evidence_version", borrowed_version, WORK, LEADS, answers=REFUSED),
    Case("link_evidence", borrowed_link, WORK, SUBMITTED, answers=frozenset({404})),
    Case("submit_completion", borrowed_completion, WORK, LEADS, answers=REFUSED),
    Case("get_upload_offset", borrowed_look, answers=UNKNOWN),
    Case("append_to_upload", borrowed_more, answers=UNKNOWN),
    Case("get_upload", borrowed_look, answers=UNKNOWN),
    Case("remove_upload", borrowed_look, answers=UNKNOWN),
]
"""One's own work, proved with what another province has; files that others have begun to send."""
CASES = [
    *READS,
    *measuring_cases.READS,
    *staff_cases.READS,
    *BORROWING,
    *measuring_cases.BORROWING,
    *staff_cases.BORROWING,
    *measuring_cases.WRITES,
    *staff_cases.WRITES,
    *WRITES,
    *staff_cases.READS_OF_WRITES,
]
