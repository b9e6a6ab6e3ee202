"""How clear a proposal's tasks are, asked all six questions: what its plan will ask is said when it is committed."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.domain.clarity import SIX, Lead, TaskFacts, shares, unclear
from shared.domain.deadlines import DeadlineKind

Row = Mapping[str, Any]


def clarity_json(tasks: Sequence[Row]) -> dict[str, object]:
    """Shares over the tasks that are not left out, and what each of the unclear ones lacks.

    Who appraises the plan is not known before it is committed: authority rests on the words alone.
    """
    told = [task for task in tasks if not task.get("excluded")]
    missing = [unclear(_facts(task)) for task in told]
    return {
        "tasks": len(told),
        "clear": sum(not one for one in missing),
        "questions": [
            {
                "question": share.question.value,
                "label": share.question.label,
                "clear": share.clear,
                "percent": share.percent,
            }
            for share in shares(missing, SIX)
        ],
        "missing": [
            {"row": task["row"], "code": task["code"], "missing": [question.value for question in one]}
            for task, one in zip(told, missing, strict=True)
            if one
        ],
    }


def _facts(task: Row) -> TaskFacts:
    return TaskFacts(
        title=task["title"],
        product=task["required_output"],
        deadline_known=task["deadline"]["kind"] != DeadlineKind.UNKNOWN,
        leads=[Lead(bool(lead["organization"] or lead["group"]), lead.get("officer")) for lead in task["leads"]],
        reviewed=False,
        texts=(task["kpi"], task["general_task"]),
    )
