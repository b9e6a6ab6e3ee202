"""From the lines of a text to its tasks: which words belong together, and whose duties the labels below them are."""

from dataclasses import dataclass, field
from enum import Enum, auto

from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.duty_fields import Duty, split_fields
from services.tasks_api.plan_imports.outline import Line
from services.tasks_api.plan_imports.printed_numbers import Printed, Style
from services.tasks_api.plan_imports.reporting_rules import is_plain_report
from services.tasks_api.plan_imports.spoken_duties import gives_work, led_by_sentence, split_sentence
from services.tasks_api.plan_imports.trailing import is_deadline, split_trailing_deadline
from shared.domain.text import squeeze


class Doubt(Enum):
    """What a person has to look at where no label of the task's own names a duty."""

    SHARED = auto()
    DEADLINE_IN_SENTENCE = auto()
    LEAD_IN_SENTENCE = auto()
    LEAD_IN_HEADING = auto()
    SEVERAL_DEADLINES = auto()
    DEADLINE_OF_CONDITION = auto()


@dataclass(slots=True, eq=False)
class NarrativeTask:
    """A task of the text. `lines` are its words; `heading` the one it stands under; `order` counts from 1 there.

    `behind_names`: those of its words that stood behind the names of a label.
    """

    place: Place
    number: Printed | None
    enclosed: bool
    heading: Line | None
    section: Line | None
    order: int
    lines: list[str]
    duties: dict[Duty, str] = field(default_factory=dict)
    doubts: set[Doubt] = field(default_factory=set)
    behind_names: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_bullet(self) -> bool:
        return self.number is not None and self.number.style is Style.BULLET


class NarrativeReader:
    """Reads line by line; `lost` are lines that became part of no task.

    `_open` are the tasks whose labels may still follow, `_labelled` those that the last label lines spoke of: further
    label lines right behind speak of the same. `_of_heading` are duties named right below the heading.
    """

    def __init__(self) -> None:
        self.tasks: list[NarrativeTask] = []
        self.lost: list[Line] = []
        self._open: list[NarrativeTask] = []
        self._labelled: list[NarrativeTask] | None = None
        self._of_heading: dict[Duty, str] = {}
        self._begun = False
        self._unfinished: tuple[list[NarrativeTask], Duty] | None = None
        self._orders: dict[Line | None, int] = {}

    def take(self, line: Line, following: Line | None) -> None:
        fields = split_fields(line.text)
        values, sentences = _without_sentences(fields.values)
        if fields.values and not fields.head:
            self._labels(line, values)
            for task in (self._labelled or []) if sentences else []:
                self._say(task, sentences)
        elif line.level is not None and not fields.values:
            self._close()
            self._of_heading, self._begun = {}, False
        elif fields.values:
            self._with_labels(line, fields.head, values)
            if sentences:
                self._say(self._open[-1], sentences)
        elif not self._goes_on(line):
            if line.number is None and is_plain_report(line.text) and not (following and _is_labels(following)):
                self._close()  # what all report is a rule of the plan, and no part of the task above it
            else:
                self._words(line, following)

    def _close(self) -> None:
        self._open, self._labelled, self._unfinished = [], None, None

    def _labels(self, line: Line, values: dict[Duty, str]) -> None:
        if line.breaks:
            self._close()
        if not self._open:
            if self._begun or not line.headings:
                self.lost.append(line)
            else:
                self._of_heading |= values
            return
        if self._labelled is None:
            self._labelled = self._spoken_of()
        for task in self._labelled:
            self._give(task, values)
        blank = next((duty for duty, value in values.items() if not value), None)
        self._unfinished = (list(self._labelled), blank) if blank else None

    def _spoken_of(self) -> list[NarrativeTask]:
        """Labels below a list of bullets are those of every bullet; below numbered tasks, of the last, unless none of
        them says anything of its own. A plain paragraph is a task by itself.
        """
        last = self._open[-1]
        alike = [task for task in self._open if task.is_bullet == last.is_bullet and task.number is not None]
        if last.number is None or len(alike) < 2:
            return [last]
        if not last.is_bullet:
            if any(_says_when_or_who(task) for task in alike):
                return [last]
            for task in alike:
                task.doubts.add(Doubt.SHARED)
        return alike

    def _give(self, task: NarrativeTask, values: dict[Duty, str]) -> None:
        for duty, value in values.items():
            if task.duties.get(duty) in {None, self._of_heading.get(duty)}:
                task.duties[duty] = value

    def _say(self, task: NarrativeTask, sentences: str) -> None:
        """What stands behind the names of a label is part of the words, and may say by when."""
        if Duty.DEADLINE not in task.duties and is_deadline(sentences.strip(" .")):
            task.duties[Duty.DEADLINE] = sentences.strip(" .")
        else:
            task.lines.append(sentences)
            task.behind_names.append(sentences)

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

    def _with_labels(self, line: Line, head: str, values: dict[Duty, str]) -> None:
        if line.number is None and self._open and self._labelled is None and not line.breaks:
            self._open[-1].lines.append(head)
        else:
            self._begin(line, head)
        self._labelled = [self._open[-1]]
        self._give(self._open[-1], values)

    def _words(self, line: Line, following: Line | None) -> None:
        if self._open and self._labelled is None and not line.breaks and self._belongs(line, self._open[-1]):
            mark = f"{line.number.text} " if line.number else ""
            self._open[-1].lines.append(mark + line.text)
        elif line.number is not None or self._stands_alone(line, following):
            self._begin(line, line.text)
        else:
            self._close()
            self.lost.append(line)

    def _belongs(self, line: Line, task: NarrativeTask) -> bool:
        """Whether a line goes on with the task above it: a plain paragraph, or a list inside a numbered task."""
        if line.number is not None:
            return line.number.style is Style.BULLET and task.number is not None and not task.is_bullet
        if gives_work(line.text):
            return _is_bare_title(task)
        return split_trailing_deadline(task.lines[-1]).deadline is None

    def _stands_alone(self, line: Line, following: Line | None) -> bool:
        """Whether a plain paragraph is a task by itself: the first below a heading, one with labels below it, one
        that gives work, or that says by when."""
        if not line.headings:
            return following is not None and _is_labels(following)
        return (
            not self._begun
            or (following is not None and _is_labels(following))
            or gives_work(line.text)
            or split_trailing_deadline(line.text).deadline is not None
        )

    def _begin(self, line: Line, words: str) -> None:
        if self._labelled is not None or line.breaks:
            self._close()
        self._begun = True
        heading = line.headings[-1] if line.headings else None
        self._orders[heading] = self._orders.get(heading, 0) + 1
        section = next((above for above in line.headings if above.number is not None), None)
        order = self._orders[heading]
        task = NarrativeTask(line.place, line.number, line.enclosed, heading, section, order, [words])
        task.duties |= self._of_heading
        self.tasks.append(task)
        self._open.append(task)


_LONGEST_NAME = 120
_LONGEST_TITLE = 200


def _without_sentences(values: dict[Duty, str]) -> tuple[dict[Duty, str], str]:
    """The labelled values with names alone where names are due, and the sentences that stood behind them."""
    apart = {duty: split_sentence(values[duty]) for duty in (Duty.LEAD, Duty.COORDINATING) if duty in values}
    return values | {duty: name for duty, (name, _) in apart.items()}, " ".join(
        sentence for _, sentence in apart.values() if sentence
    )


def _is_labels(line: Line) -> bool:
    fields = split_fields(line.text)
    return bool(fields.values) and not fields.head


def _is_bare_title(task: NarrativeTask) -> bool:
    """Whether the task is so far only a numbered title: `1. Trung tâm dữ liệu`, and `Giao Sở A …` says who does it."""
    is_title = len(task.lines) == 1 and len(task.lines[0]) <= _LONGEST_TITLE and task.lines[0][-1:] not in ".;,:"
    return is_title and task.number is not None and not task.is_bullet and not _says_when_or_who(task)


def _says_when_or_who(task: NarrativeTask) -> bool:
    said = any(led_by_sentence(squeeze(line)) for line in task.lines)
    return bool(task.duties) or said or split_trailing_deadline(task.lines[-1]).deadline is not None
