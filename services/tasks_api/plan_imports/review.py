"""A proposal under review: what still keeps it from becoming a plan, and what a person took upon themselves."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.names import is_collective
from shared.domain.errors import Conflict, FieldError, Json

Row = Mapping[str, Any]
Body = dict[str, Any]
EVERY_CODE = "*"
"""Accepts whatever is open."""
_TOLD = 200


def included(proposal: Row) -> Body:
    """The proposal without the rows a person left out."""
    return {**proposal, "tasks": [task for task in proposal["tasks"] if not task.get("excluded")]}


def list_open(proposal: Row, agreed: Collection[str] = ()) -> list[Row]:
    """Blocking issues that nobody settled or accepted, less those of rows left out and of bodies `agreed` to be
    created.
    """
    tasks = {_address(task["row"]): task for task in proposal["tasks"]}
    return [
        issue
        for issue in proposal["issues"]
        if issue.get("blocking")
        and not issue.get("accepted")
        and not _is_moot(issue, tasks.get(_address(issue["row"])), agreed)
    ]


def _is_moot(issue: Row, task: Row | None, agreed: Collection[str]) -> bool:
    if task is None:
        return False
    unknown = set(unresolved_names(task["leads"]))
    return bool(task.get("excluded")) or (issue["code"] == "organization-unknown" and unknown <= set(agreed))


def unresolved_names(names: Collection[Row]) -> Iterator[str]:
    """Names of single bodies that stand for nothing in the tree."""
    for name in names:
        if not name["organization"] and not name["group"] and not is_collective(name["text"]):
            yield name["text"]


def ensure_nothing_open(proposal: Row, agreed: Collection[str] = ()) -> None:
    """Conflict("proposal-has-blocking-issues") with every row and code that still waits for a person."""
    waiting = list_open(proposal, agreed)
    if waiting:
        rows: list[Json] = [
            {"row": dict(issue["row"]) if issue["row"] else None, "code": issue["code"], "message": issue["message"]}
            for issue in waiting[:_TOLD]
        ]
        raise Conflict(
            "proposal-has-blocking-issues",
            f"Còn {len(waiting)} vấn đề phải giải quyết hoặc chấp nhận trước khi ghi nhận kế hoạch.",
            errors=[FieldError(_told_place(issue), str(issue["code"]), str(issue["message"])) for issue in waiting][
                :_TOLD
            ],
            facts={"issues": rows},
        )


def accept(issues: Collection[Row], codes: Collection[str], by: str, at: str, row: Row | None = None) -> list[Row]:
    """The issues, those with one of the codes (in `row`, when given) taken upon themselves by somebody."""
    taken = {"by": by, "at": at}
    return [
        {**issue, "accepted": taken}
        if (issue["code"] in codes or (EVERY_CODE in codes and issue.get("blocking")))
        and not issue.get("accepted")
        and (row is None or issue["row"] == row)
        else issue
        for issue in issues
    ]


def accept_everywhere(proposal: Row, codes: Collection[str], by: str, at: str) -> Body:
    """The proposal with every issue of the codes accepted, in its rows as among all."""
    tasks = [{**task, "issues": accept(task["issues"], codes, by, at)} for task in proposal["tasks"]]
    return {**proposal, "tasks": tasks, "issues": accept(proposal["issues"], codes, by, at)}


def kept_word(issues: Collection[Row], before: Collection[Row]) -> list[Row]:
    """The issues, accepted where the very same was accepted before."""
    accepted = {_identity(issue): issue["accepted"] for issue in before if issue.get("accepted")}
    return [
        {**issue, "accepted": accepted[_identity(issue)]}
        if _identity(issue) in accepted and not issue.get("accepted")
        else issue
        for issue in issues
    ]


def issue_order(issue: Row) -> tuple[int, int, int]:
    """Where an issue stands in the list that is told."""
    return Place(**(issue["row"] or {})).order


def _identity(issue: Row) -> tuple[str, str, str]:
    return _address(issue["row"]), issue["code"], issue["message"]


def _address(row: Row | None) -> str:
    return Place(**row).address if row else ""


def _told_place(issue: Row) -> str:
    return str(Place(**issue["row"])) if issue["row"] else "tài liệu"
