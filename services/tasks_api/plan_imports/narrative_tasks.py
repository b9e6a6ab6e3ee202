"""Tasks given in the text of a plan: each with its duties below it, or a list of them sharing the duties of its group.

* `1.1. Rà soát …` and below it `* Cơ quan chủ trì: …`, `* Thời gian thực hiện: …`: the duties of that task.
* A heading, bullets, then `Chủ trì: … Phối hợp thực hiện: …`: the duties of every bullet.
* A heading with its duties first: those of every bullet below it that names none itself.
* `Giao Phòng A chủ trì, phối hợp với Phòng B … trước ngày 30/6/2026`: duties in the sentence itself.
* No labels at all: a list under "Nhiệm vụ, giải pháp", led by whoever the closing part names; read only when the
  document gives tasks in no other way.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.tasks_api.plan_imports.duty_fields import Duty
from services.tasks_api.plan_imports.narrative_reader import Doubt, NarrativeReader, NarrativeTask
from services.tasks_api.plan_imports.outline import Line
from services.tasks_api.plan_imports.role_marks import read_bodies
from services.tasks_api.plan_imports.spoken_duties import led_by_sentence, names_only_a_body
from services.tasks_api.plan_imports.trailing import (
    deadlines_of_clauses,
    is_condition,
    is_deadline,
    split_trailing_deadline,
)
from shared.domain.text import squeeze


@dataclass(frozen=True, slots=True)
class NarrativeTasks:
    """`assigned` name who leads or by when, those of `labelled` in words of their own; `listed` name neither, `led_by`
    is who the closing part says leads all.

    `mentioned` end with a deadline, but nothing else says that they are tasks; `spoken` say who leads in a sentence
    outside the parts that list work; `others` are the numbered lines that are none of these. `lost` are lines under
    headings of work that became no task.
    """

    labelled: frozenset[NarrativeTask]
    assigned: tuple[NarrativeTask, ...]
    listed: tuple[NarrativeTask, ...]
    mentioned: tuple[NarrativeTask, ...]
    spoken: tuple[NarrativeTask, ...]
    others: tuple[NarrativeTask, ...]
    lost: tuple[Line, ...]
    led_by: dict[Duty, str]

    def told(self, has_tables: bool) -> tuple[NarrativeTask, ...]:
        """The tasks to propose: beside tables only what has labels of its own; else what surely is one, else lists,
        else, in a directive, whatever is given to somebody. What is listed among tasks is one.
        """
        sure = [task for task in self.assigned if task in self.labelled or not has_tables]
        if sure or has_tables:
            return _with_those_beside(sure, self.listed)
        return self.listed or _with_those_beside((*self.mentioned, *self.spoken), self.others)


def _with_those_beside(sure: Sequence[NarrativeTask], more: Sequence[NarrativeTask]) -> tuple[NarrativeTask, ...]:
    """Tasks with the numbered lines of the same lists, in their order."""
    headings = {task.heading for task in sure}
    beside = [task for task in more if task.heading in headings and task.number is not None]
    return tuple(sorted([*sure, *beside], key=lambda task: task.place.paragraph))


_WORK = re.compile(r"\b(?:nhiem vu|giai phap|noi dung|cong viec)\b")
_GOALS = re.compile(r"\b(?:muc tieu|chi tieu)\b")
_NO_WORK = re.compile(
    r"\b(?:muc tieu|muc dich|yeu cau|quan diem|chi tieu|to chuc thuc hien|kinh phi|can cu|danh gia|tinh hinh|noi nhan"
    r"|ton tai|han che|nguyen nhan|che do|bao cao|phu luc)\b"
)
_CLOSING_PART = re.compile(r"\b(?:to chuc thuc hien|phan cong|trach nhiem)\b")
# The verb behind the names begins with a small letter, which names do not: "Ban Xây dựng Đảng xây dựng kế hoạch".
_LEADS_ALL = re.compile(
    r"(?:Giao |giao )?(?P<lead>[^.;:]{3,120}?),? (?:là (?:cơ quan|đơn vị) )?(?:chủ trì|đầu mối),? ?(?:và )?phối hợp"
    r"(?: chặt chẽ)?(?: với)? (?P<coordinating>[^.;:]{3,200}?)"
    r"(?=$|[.;:]|,? (?:tổ chức|tham mưu|triển khai|thực hiện|theo dõi|xây dựng|hướng dẫn|đôn đốc|để|trong)\b)"
)


def read_narrative_tasks(outline: Sequence[Line]) -> NarrativeTasks:
    """Every task the text gives; none of them is in a table."""
    reader = NarrativeReader()
    for at, line in enumerate(outline):
        reader.take(line, outline[at + 1] if at + 1 < len(outline) else None)
    assigned: list[NarrativeTask] = []
    listed: list[NarrativeTask] = []
    mentioned: list[NarrativeTask] = []
    spoken: list[NarrativeTask] = []
    others: list[NarrativeTask] = []
    with_labels: set[NarrativeTask] = set()
    for task in reader.tasks:
        labelled = Duty.LEAD in task.duties or Duty.DEADLINE in task.duties
        in_work = _is_work(task.heading)
        with_labels |= {task} if labelled else set()
        _settle(task, in_work)
        if labelled or (Duty.DEADLINE in task.duties and in_work):
            assigned.append(task)
        elif Duty.DEADLINE in task.duties and not _is_goal(task.heading):
            mentioned.append(task)
        elif in_work:
            (assigned if Duty.LEAD in task.duties and task.number is not None else listed).append(task)
        elif Duty.LEAD in task.duties and task.number is not None:
            spoken.append(task)
        elif task.number is not None:
            others.append(task)
    lost = tuple(line for line in reader.lost if _is_work(line.headings[-1] if line.headings else None))
    return NarrativeTasks(
        frozenset(with_labels),
        tuple(assigned),
        tuple(listed),
        tuple(mentioned),
        tuple(spoken),
        tuple(others),
        lost,
        _led_by(outline),
    )


def _settle(task: NarrativeTask, in_work: bool) -> None:
    """What the words of the task say itself: a deadline at their end or behind the last name, and who leads."""
    if Duty.DEADLINE not in task.duties:
        lines = list(task.lines)
        trailing = split_trailing_deadline(lines[-1])
        if trailing.deadline is not None:
            task.lines[-1] = trailing.words
            task.duties[Duty.DEADLINE] = trailing.deadline
            if trailing.lead is not None:
                bodies = read_bodies(trailing.lead)
                told = {Duty.LEAD: bodies.lead, Duty.COORDINATING: bodies.coordinating}
                task.duties = {duty: name for duty, name in told.items() if name} | task.duties
            if trailing.is_embedded:
                task.doubts.add(Doubt.DEADLINE_IN_SENTENCE)
            if len(deadlines_of_clauses("\n".join(lines))) > 1:
                task.doubts.add(Doubt.SEVERAL_DEADLINES)
            elif is_condition(trailing):
                task.doubts.add(Doubt.DEADLINE_OF_CONDITION)
        elif in_work and len(several := deadlines_of_clauses("\n".join(lines))) > 1:
            task.duties[Duty.DEADLINE] = several[-1]
            task.doubts |= {Doubt.DEADLINE_IN_SENTENCE, Doubt.SEVERAL_DEADLINES}
        else:
            _split_deadline_off(task)
    elif any(map(deadlines_of_clauses, task.behind_names)):
        task.doubts.add(Doubt.SEVERAL_DEADLINES)
    if Duty.LEAD in task.duties:
        return
    if spoken := next(filter(None, map(led_by_sentence, map(squeeze, task.lines))), None):
        task.duties |= spoken
        task.doubts.add(Doubt.LEAD_IN_SENTENCE)
    elif in_work and task.heading is not None and names_only_a_body(task.heading.text):
        task.duties[Duty.LEAD] = task.heading.text.rstrip(" :.")
        task.doubts.add(Doubt.LEAD_IN_HEADING)


def _split_deadline_off(task: NarrativeTask) -> None:
    for duty in (Duty.COORDINATING, Duty.LEAD):
        names, _, last = task.duties.get(duty, "").rpartition(";")
        if names and is_deadline(last):
            task.duties |= {duty: names.rstrip(), Duty.DEADLINE: last.strip()}
            return


def _is_work(heading: Line | None) -> bool:
    """Whether the headings above announce work, the nearest that says anything deciding."""
    for line in [] if heading is None else [heading, *reversed(heading.headings)]:
        if _NO_WORK.search(line.key):
            return False
        if _WORK.search(line.key):
            return True
    return False


def _is_goal(heading: Line | None) -> bool:
    return heading is not None and any(_GOALS.search(line.key) for line in (heading, *heading.headings))


def _led_by(outline: Sequence[Line]) -> dict[Duty, str]:
    """Who leads everything, where one sentence of the closing part says so."""
    found = list(_leaders(outline))
    return found[0] if len(found) == 1 else {}


def _leaders(outline: Sequence[Line]) -> Iterator[dict[Duty, str]]:
    for line in outline:
        if any(_CLOSING_PART.search(heading.key) for heading in line.headings) and (
            match := _LEADS_ALL.match(squeeze(line.text))
        ):
            yield {duty: match[duty.value].strip(" ,") for duty in (Duty.LEAD, Duty.COORDINATING)}
