"""What an amendment may change."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shared.domain.deadlines import Deadline, DeadlineKind, parse_deadline
from shared.domain.errors import Conflict, FieldError, Invalid

Cells = Mapping[str, Any]
CodesToCome = Iterable[tuple[UUID | None, str | None]]
"""Which task gets which code by an amendment that waits for its day: a new one (None), and no code one given up."""

_NEW = ("task", "indicator")
"""Fields that stand for a whole new thing."""

_STATES_BEFORE = {
    "suspended": frozenset({"active"}),
    "active": frozenset({"suspended"}),
    "cancelled": frozenset({"active", "suspended"}),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """One cell that is to change, of a task, an indicator or (neither) of the plan; `field` is `task` or `indicator`
    for one that is added.
    """

    task_id: UUID | None
    field: str
    before: Any
    after: Any
    indicator_id: UUID | None = None


def deadline_cell(text: str, due: date | None, place: str, *, not_before: date) -> dict[str, Any]:
    """The deadline as written, read anew; `due` is what a person says it means where it cannot be read.

    Raises Invalid: "deadline-unknown", for an amendment never takes a deadline away by a slip of typing;
    "deadline-contradicted" where words that can be read say another day than `due`; and "deadline-before-plan".
    """
    parsed = parse_deadline(text)
    deadline, milestones = parsed.deadline, parsed.milestones
    if due is not None and deadline.kind is not DeadlineKind.UNKNOWN and (deadline.due != due or deadline.recurrence):
        message = "nói khác ngày nêu ở trường due; hãy sửa lại cho khớp"
        raise Invalid("deadline-contradicted", f"{text}: {message}.", errors=[FieldError(place, "twice", message)])
    if due is not None and deadline.kind is DeadlineKind.UNKNOWN:
        deadline, milestones = Deadline(DeadlineKind.DATE, None, due, None, 1.0), ()
    if deadline.kind is DeadlineKind.UNKNOWN:
        message = "không hiểu thời hạn này; hãy viết rõ hơn hoặc nêu ngày cuối cùng ở trường due"
        raise Invalid("deadline-unknown", f"{text}: {message}.", errors=[FieldError(place, "unknown", message)])
    if deadline.due is not None and deadline.due < not_before:
        message = f"phải từ ngày ban hành kế hoạch ({not_before:%d/%m/%Y}) trở đi"
        raise Invalid(
            "deadline-before-plan", f"Thời hạn {message}.", errors=[FieldError(place, "before-plan", message)]
        )
    return {
        "text": text,
        "deadline": deadline.as_json(),
        "milestones": [{"due": step.due.isoformat(), "title": step.title} for step in milestones],
    }


def ensure_dates(plan_issued_on: date, issued_on: date, effective_on: date, *, on: date) -> None:
    """Raises Invalid: `amendment-before-plan`, `amendment-not-issued`."""
    if issued_on > on:
        message = "không được sau ngày hôm nay"
        raise Invalid(
            "amendment-not-issued",
            f"Ngày ban hành văn bản điều chỉnh {message}.",
            errors=[FieldError("issued_on", "in-future", message)],
        )
    for place, day in (("issued_on", issued_on), ("effective_on", effective_on)):
        if day < plan_issued_on:
            message = f"phải từ ngày ban hành kế hoạch ({plan_issued_on:%d/%m/%Y}) trở đi"
            raise Invalid(
                "amendment-before-plan",
                f"Ngày của văn bản điều chỉnh {message}.",
                errors=[FieldError(place, "before-plan", message)],
            )


def settle(drafts: Sequence[Draft], standing: Mapping[UUID, Cells], codes_to_come: CodesToCome) -> list[Draft]:
    """The drafts that change something, in their order, when they can be true together.

    `standing` are the cells of all tasks of the plan, `codes_to_come` what other amendments will give out. Raises
    Invalid: `cell-changed-twice`, `nothing-changes`; Conflict: `task-cancelled`, `task-state`, `code-taken`.
    """
    cells = Counter((draft.task_id, draft.field) for draft in drafts if draft.indicator_id is None)
    cells -= Counter({(None, "task"): cells[None, "task"], (None, "indicator"): cells[None, "indicator"]})
    twice = sorted({field for (_, field), times in cells.items() if times > 1})
    if twice:
        message = f"một ô chỉ được sửa một lần trong một văn bản: {', '.join(twice)}"
        raise Invalid("cell-changed-twice", f"changes: {message}.", errors=[FieldError("changes", "twice", message)])
    drafts = [draft for draft in drafts if draft.field in _NEW or draft.before != draft.after]
    if not drafts:
        raise Invalid("nothing-changes", "Văn bản điều chỉnh không thay đổi điều gì so với kế hoạch hiện hành.")
    for draft in drafts:
        if draft.task_id is not None:
            _ensure_standing(draft, standing[draft.task_id])
    _ensure_codes(drafts, standing, codes_to_come)
    return drafts


def _ensure_standing(draft: Draft, cells: Cells) -> None:
    if draft.field == "state" and cells["state"] not in _STATES_BEFORE[draft.after]:
        raise Conflict(
            "task-state",
            f"Nhiệm vụ {cells['code']} hiện không ở trạng thái cho phép điều chỉnh này.",
            facts={"code": cells["code"], "state": cells["state"]},
        )
    if cells["state"] == "cancelled":
        raise Conflict("task-cancelled", f"Nhiệm vụ {cells['code']} đã bị bãi bỏ: hãy bổ sung nhiệm vụ mới.")


def _ensure_codes(drafts: Sequence[Draft], standing: Mapping[UUID, Cells], codes_to_come: CodesToCome) -> None:
    codes = {task_id: str(cells["code"]) for task_id, cells in standing.items() if cells["state"] != "cancelled"}
    for draft in drafts:
        if draft.task_id is not None and draft.field == "code":
            codes[draft.task_id] = draft.after
        elif draft.task_id is not None and draft.field == "state" and draft.after == "cancelled":
            codes.pop(draft.task_id, None)
    added = [draft.after["code"] for draft in drafts if draft.field == "task"]
    coming = []
    for task_id, code in codes_to_come:
        if code is None:
            codes.pop(task_id, None)  # type: ignore[arg-type] # only standing tasks are given up
        elif task_id is None or codes.get(task_id) != code:
            coming.append(code)
    double = sorted(code for code, times in Counter([*codes.values(), *coming, *added]).items() if times > 1)
    if double:
        raise Conflict("code-taken", f"Mã nhiệm vụ bị trùng: {', '.join(double)}.", facts={"codes": double})
