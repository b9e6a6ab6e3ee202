"""“6 rõ”: whether a task says who, what, until when, in which part, with what result and by whose decision.

A plan chooses which of the questions it asks (five of them in many plans). Pure: facts in, answers out.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.text import fold


class Clarity(StrEnum):
    """One of the questions, in the order people say them."""

    PERSON = "person"
    WORK = "work"
    TIME = "time"
    RESPONSIBILITY = "responsibility"
    PRODUCT = "product"
    AUTHORITY = "authority"

    @property
    def label(self) -> str:
        """As a Vietnamese reader says it."""
        return _LABELS[self]


_LABELS = {
    Clarity.PERSON: "rõ người",
    Clarity.WORK: "rõ việc",
    Clarity.TIME: "rõ thời gian",
    Clarity.RESPONSIBILITY: "rõ trách nhiệm",
    Clarity.PRODUCT: "rõ sản phẩm",
    Clarity.AUTHORITY: "rõ thẩm quyền",
}
SIX = tuple(Clarity)

_APPROVAL = re.compile(
    r"\b(?:trinh|tham muu)\b.*\b(?:phe duyet|ban hanh|thong qua|quyet dinh|xem xet|cho y kien|chap thuan)\b"
    r"|\b(?:phe duyet|thong qua|chap thuan|cho y kien) cua\b|\btham quyen\b"
    r"|\b(?:ubnd|hdnd|uy ban nhan dan|hoi dong nhan dan|thu tuong|chu tich|tinh uy|thanh uy|dang uy|bo truong)\b"
    r".*\b(?:phe duyet|ban hanh|thong qua|quyet dinh|chap thuan)\b"
)
_NOTHING = re.compile(r"[\s\W_]*")


@dataclass(frozen=True, slots=True)
class Lead:
    """A body or collective that leads. `known`: the tree has it; `officer`: who answers for the work there."""

    known: bool
    officer: str | None = None


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What a plan says of a task. `reviewed`: somebody is named who appraises the plan's results."""

    title: str
    product: str | None
    deadline_known: bool
    leads: Sequence[Lead]
    reviewed: bool
    texts: Sequence[str | None] = ()
    """Where an approval may be spoken of, besides title and product."""


def unclear(task: TaskFacts, asked: Iterable[Clarity] = SIX) -> tuple[Clarity, ...]:
    """Which of the questions asked the task leaves open, in their order.

    A task is clear about the person when every lead has an officer; about responsibility when somebody leads and the
    tree has all who do; about authority when somebody appraises it or the text says who decides.
    """
    clear = {
        Clarity.PERSON: bool(task.leads) and all(said(lead.officer) for lead in task.leads),
        Clarity.WORK: said(task.title),
        Clarity.TIME: task.deadline_known,
        Clarity.RESPONSIBILITY: bool(task.leads) and all(lead.known for lead in task.leads),
        Clarity.PRODUCT: said(task.product),
        Clarity.AUTHORITY: task.reviewed or speaks_of_approval(task.title, task.product, *task.texts),
    }
    return tuple(question for question in asked if not clear[question])


def said(text: str | None) -> bool:
    """Whether a cell holds more than dashes and dots."""
    return text is not None and _NOTHING.fullmatch(text) is None


def speaks_of_approval(*texts: str | None) -> bool:
    """Whether the words say who decides: `trình UBND phường phê duyệt`."""
    return any(_APPROVAL.search(fold(text)) for text in texts if text)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a plan's tasks are clear in one question."""

    question: Clarity
    clear: int
    tasks: int

    @property
    def label(self) -> str:
        """The question as a Vietnamese reader says it."""
        return self.question.label

    @property
    def percent(self) -> float:
        """0–100; a plan without tasks leaves nothing unclear."""
        return round(100 * self.clear / self.tasks, 2) if self.tasks else 100.0


def shares(missing: Collection[Collection[Clarity]], asked: Iterable[Clarity] = SIX) -> list[Share]:
    """For each question asked, over what each task leaves open."""
    return [
        Share(question, sum(question not in one for one in missing), len(missing)) for question in dict.fromkeys(asked)
    ]
