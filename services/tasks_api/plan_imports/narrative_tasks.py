"""Tasks given in the text of a plan: each with its duties below it, or a list of them sharing the duties of its group.

* `1.1. Rà soát …` and below it `* Cơ quan chủ trì: …`, `* Thời gian thực hiện: …`: the duties of that task.
* A heading, bullets, then `Chủ trì: … Phối hợp thực hiện: …`: the duties of every bullet.
* A heading with its duties first: those of every bullet below it.
* No labels at all: a list under "Nhiệm vụ, giải pháp", led by whoever the closing part names; read only when the
  document gives tasks in no other way.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.duty_fields import Duty, split_fields
from services.tasks_api.plan_imports.outline import Line
from services.tasks_api.plan_imports.printed_numbers import Printed, Style
from services.tasks_api.plan_imports.trailing import is_deadline, split_trailing_deadline
from shared.domain.text import squeeze


@dataclass(slots=True)
class NarrativeTask:
    """A task of the text. `lines` are its words; `heading` the one it stands under; `order` counts from 1 there."""

    place: Place
    number: Printed | None
    enclosed: bool
    heading: Line | None
    section: Line | None
    order: int
    lines: list[str]
    duties: dict[Duty, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class NarrativeTasks:
    """`assigned` name who leads or by when; `listed` name neither, `led_by` is who the closing part says leads all.

    `mentioned` end with a deadline, but nothing else says that they are tasks.
    """

    assigned: tuple[NarrativeTask, ...]
    listed: tuple[NarrativeTask, ...]
    mentioned: tuple[NarrativeTask, ...]
    led_by: dict[Duty, str]


_WORK = re.compile(r"\b(?:nhiem vu|giai phap|noi dung|cong viec)\b")
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
    reader = _Reader()
    for line in outline:
        reader.take(line)
    reader.close()
    assigned: list[NarrativeTask] = []
    listed: list[NarrativeTask] = []
    mentioned: list[NarrativeTask] = []
    for task in reader.tasks:
        labelled = Duty.LEAD in task.duties or Duty.DEADLINE in task.duties
        _settle(task)
        if labelled or (Duty.DEADLINE in task.duties and _is_work(task.heading)):
            assigned.append(task)
        elif Duty.DEADLINE in task.duties:
            mentioned.append(task)
        elif _is_work(task.heading):
            listed.append(task)
    return NarrativeTasks(tuple(assigned), tuple(listed), tuple(mentioned), _led_by(outline))


class _Reader:
    """Reads line by line. `_open` are the tasks whose duties may still follow, `_shared` duties given to a heading."""

    def __init__(self) -> None:
        self.tasks: list[NarrativeTask] = []
        self._open: list[NarrativeTask] = []
        self._closing = False
        self._shared: dict[Duty, str] = {}
        self._unfinished: tuple[list[NarrativeTask], Duty] | None = None
        self._orders: dict[Line | None, int] = {}

    def take(self, line: Line) -> None:
        fields = split_fields(line.text)
        if fields.values and not fields.head:
            self._duties(line, fields.values)
        elif line.level is not None and not fields.values:
            self.close()
            self._shared = {}
        elif fields.values:
            self._with_duties(line, fields.head, fields.values)
        elif not self._goes_on(line):
            self._words(line)

    def close(self) -> None:
        self._open, self._closing, self._unfinished = [], False, None

    def _duties(self, line: Line, values: dict[Duty, str]) -> None:
        if line.breaks:
            self.close()
        if not self._open:
            self._shared |= values
        for task in self._open:
            for duty, value in values.items():
                task.duties.setdefault(duty, value)
        self._closing = True
        blank = next((duty for duty, value in values.items() if not value), None)
        self._unfinished = (list(self._open), blank) if blank else None

    def _goes_on(self, line: Line) -> bool:
        """A list below a label that names nobody itself: `Cơ quan phối hợp:` and a bullet for each."""
        is_listed = line.number is not None and line.number.style is Style.BULLET
        if self._unfinished is None or not is_listed or len(line.text) > _LONGEST_NAME:
            self._unfinished = None
            return False
        tasks, duty = self._unfinished
        name = line.text.rstrip(" .;,")
        for task in tasks:
            task.duties[duty] = f"{task.duties[duty]}; {name}" if task.duties[duty] else name
        return True

    def _with_duties(self, line: Line, head: str, values: dict[Duty, str]) -> None:
        if line.number is None and self._open and not self._closing:
            self._open[-1].lines.append(head)
        else:
            self._begin(line, head)
        for task in self._open:
            for duty, value in values.items():
                task.duties.setdefault(duty, value)
        self._closing = True

    def _words(self, line: Line) -> None:
        if self._open and not self._closing and not line.breaks and self._belongs(line, self._open[-1]):
            mark = f"{line.number.text} " if line.number else ""
            self._open[-1].lines.append(mark + line.text)
        elif line.number is not None or (not self._open and line.headings):
            self._begin(line, line.text)
        else:
            self.close()

    def _belongs(self, line: Line, task: NarrativeTask) -> bool:
        """Whether a line goes on with the task above it: a plain paragraph, or a list inside a numbered task."""
        if line.number is None:
            return True
        return line.number.style is Style.BULLET and task.number is not None and task.number.style is not Style.BULLET

    def _begin(self, line: Line, words: str) -> None:
        if self._closing or line.breaks:
            self.close()
        heading = line.headings[-1] if line.headings else None
        self._orders[heading] = self._orders.get(heading, 0) + 1
        section = next((above for above in line.headings if above.number is not None), None)
        task = NarrativeTask(
            line.place, line.number, line.enclosed, heading, section, self._orders[heading], [words], dict(self._shared)
        )
        self.tasks.append(task)
        self._open.append(task)


_LONGEST_NAME = 120


def _settle(task: NarrativeTask) -> None:
    """A deadline without a label stands at the end of the words, or behind the last name."""
    if Duty.DEADLINE in task.duties:
        return
    words, deadline = split_trailing_deadline(task.lines[-1])
    if deadline is not None:
        task.lines[-1] = words
        task.duties[Duty.DEADLINE] = deadline
        return
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
