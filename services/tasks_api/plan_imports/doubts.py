"""What a person should look at in a task as it was read."""

from collections.abc import Iterator, Sequence
from datetime import date

from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.names import NamedBody, NameIndex
from shared.domain.deadlines import YEAR_OF_THE_PLAN, DeadlineKind, ParsedDeadline
from shared.domain.organizations import OrganizationRef
from shared.domain.successions import SuccessionKind

UNRESOLVED = frozenset({"organization-unknown", "organization-ambiguous", "lead-vague"})
"""The codes of doubts that go away when the tree gets the body a name means."""


def deadline_doubts(place: Place, code: str, deadline: ParsedDeadline, issued_on: date | None) -> Iterator[Issue]:
    """A deadline that is missing, not understood, or over before the plan was issued."""
    due = deadline.deadline.due
    if not deadline.text.strip(" -–—"):
        yield Issue(place, "deadline-missing", f"Nhiệm vụ {code} không ghi thời hạn hoàn thành.")
    elif deadline.deadline.kind is DeadlineKind.UNKNOWN:
        yield Issue(
            place,
            "deadline-unknown",
            f"Không hiểu thời hạn “{shortened(deadline.text)}” của nhiệm vụ {code}; hãy nhập ngày cụ thể.",
        )
    elif deadline.deadline.confidence == YEAR_OF_THE_PLAN and due is not None:
        yield Issue(
            place,
            "deadline-year-assumed",
            f"Thời hạn “{shortened(deadline.text)}” của nhiệm vụ {code} không ghi năm: hiểu là đến {due:%d/%m/%Y} theo "
            "năm của kế hoạch; hãy kiểm tra lại.",
        )
    elif due is not None and issued_on is not None and due < issued_on:
        yield Issue(
            place,
            "deadline-before-issue",
            f"Thời hạn “{shortened(deadline.text)}” của nhiệm vụ {code} (đến {due:%d/%m/%Y}) đã qua trước ngày ban "
            f"hành {issued_on:%d/%m/%Y}; hãy kiểm tra lại.",
        )


def lead_doubts(
    place: Place, code: str, leads: Sequence[NamedBody], index: NameIndex | None, issuer_id: str | None
) -> Iterator[Issue]:
    """Leads that name nobody in particular, or somebody whom the issuer is not above."""
    for body in leads:
        if body.match.vague:
            yield Issue(
                place,
                "lead-vague",
                f"“{shortened(body.text)}” chủ trì nhiệm vụ {code} không chỉ rõ cơ quan nào; hãy chọn cụ thể."
                f"{_offered(body)}",
            )
        elif index is not None and index.is_outside(body.match, issuer_id):
            yield lead_outside(place, code, body.text)


def officer_doubts(place: Place, officer: str | None, leads: Sequence[NamedBody]) -> Iterator[Issue]:
    """Somebody named in a column of persons who is not known to be in any one of the leads."""
    if officer is not None and len(leads) != 1:
        yield Issue(
            place,
            "officer-not-read",
            f"Không rõ “{shortened(officer)}” là người của đơn vị chủ trì nào nên không ghi nhận; hãy nhập lại.",
        )


def lead_missing(place: Place, code: str) -> Issue:
    return Issue(place, "lead-missing", f"Nhiệm vụ {code} không ghi đơn vị chủ trì.")


def lead_outside(place: Place, code: str, name: str) -> Issue:
    return Issue(
        place,
        "lead-outside-issuer",
        f"“{shortened(name)}” chủ trì nhiệm vụ {code} nằm ngoài địa bàn của cơ quan ban hành; hãy kiểm tra cơ quan "
        "ban hành có giao việc cho cơ quan này được không.",
    )


def body_doubts(place: Place, leads: Sequence[NamedBody], coordinating: Sequence[NamedBody]) -> Iterator[Issue]:
    """Names that the tree does not have, has more than once, or has of a body that is no more: a duty waits for its
    leads, not for its helpers.
    """
    for bodies, blocking in ((leads, True), (coordinating, False)):
        yield from _unmatched(place, bodies, blocking)


def _unmatched(place: Place, bodies: Sequence[NamedBody], blocking: bool) -> Iterator[Issue]:
    for body in bodies:
        match = body.match
        name = shortened(body.text)
        if match.ambiguous:
            message = f"“{name}” có thể là nhiều cơ quan trong hệ thống; hãy chọn cơ quan cụ thể.{_offered(body)}"
            yield Issue(place, "organization-ambiguous", message, blocking)
        elif match.organization is not None and match.succeeded is not None:
            kind, since = match.succeeded
            how = "sáp nhập vào" if kind is SuccessionKind.MERGE else "giải thể, công việc chuyển sang"
            message = (
                f"“{name}” đã {how} “{shortened(match.organization.name)}” từ ngày {since:%d/%m/%Y}; việc được giao "
                "cho cơ quan này, hãy kiểm tra lại."
            )
            yield Issue(place, "organization-succeeded", message)
        elif match.organization is None and match.group is None and not match.vague:
            message = (
                f"Hệ thống chưa có “{name}”; có thể tạo dưới cơ quan ban hành khi ghi nhận kế hoạch, hoặc chọn "
                f"một cơ quan đã có.{_offered(body)}"
            )
            yield Issue(place, "organization-unknown", message, blocking)


def _offered(body: NamedBody) -> str:
    told = ", ".join(
        f"{each.meant.name} ({each.meant.code})" if isinstance(each.meant, OrganizationRef) else each.meant.name
        for each in body.match.candidates
    )
    return f" Gần nhất: {told}." if told else ""
