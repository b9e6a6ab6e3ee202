"""Task rows under their groups and general tasks, before they have codes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.tasks_api.plan_imports.columns import Role
from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.docx_numbering import roman
from services.tasks_api.plan_imports.group_rows import bullet_of, continues_a_text, says_group
from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.plan_rows import PlanRow, RowKind
from services.tasks_api.plan_imports.printed_numbers import Printed, Style, split_number
from services.tasks_api.plan_imports.rows import Group


def closing_not_read(row: PlanRow) -> Issue:
    message = f"Dòng cuối bảng này là phần ký, nơi nhận nên không được đọc: “{shortened(row.text)}”."
    return Issue(row.place, "closing-not-read", message)


@dataclass(slots=True, eq=False)
class Block:
    """Rows that share one main number: a general task with its parts, or a single task.

    `heading`: its text when a row of its own states it;
    `spanned` headings reach until the next heading. `dotted`: the last part with a number such as 1.1.
    """

    group: Group | None
    main: Printed | None
    heading: str | None = None
    spanned: bool = False
    general: str | None = None
    drafts: list["Draft"] = field(default_factory=list)
    dotted: "Draft | None" = None


@dataclass(slots=True, eq=False)
class Draft:
    """A task without its code. `printed` is its number inside the block, None when it has none; `above` is
    the 1.1 that an a) stands under."""

    row: PlanRow
    block: Block
    printed: Printed | None
    title: str
    general_task: str | None
    above: "Draft | None" = None


class DraftBuilder:
    """Reads the rows of one task table, or of several that continue each other, in order."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.issues: list[Issue] = []
        self._levels: list[tuple[Style, Group]] = []
        self._opened = 0
        self._unused: list[tuple[Style, Place, str]] = []
        self._block: Block | None = None
        self._general: str | None = None

    def read(self, rows: Sequence[PlanRow]) -> None:
        numbered = any(_is_numbered(row) for row in rows)
        last_entry = max((at for at, row in enumerate(rows) if row.kind is RowKind.ENTRY), default=-1)
        for at, row in enumerate(rows):
            if row.kind is RowKind.NOT_UNDERSTOOD:
                self._not_understood(row.place, row.text)
            elif row.kind is RowKind.CLOSING:
                self.issues.append(closing_not_read(row))
            elif row.kind is RowKind.ENTRY:
                self._entry(row)
            else:
                following = rows[at + 1] if at + 1 < len(rows) else None
                self._heading(row, following, numbered, at > last_entry)

    def finish(self) -> None:
        """Report the last headings if no task came under them."""
        self._report_unused(Style.UPPER)

    def _report_unused(self, level: Style) -> None:
        """Headings of this level and below under which no task came."""
        for _, place, text in [item for item in self._unused if item[0] >= level]:
            self._not_understood(place, text)
        self._unused = [item for item in self._unused if item[0] < level]

    @property
    def _group(self) -> Group | None:
        return self._levels[-1][1] if self._levels else None

    def _not_understood(self, place: Place, text: str) -> None:
        message = f"Dòng này không phải nhiệm vụ, cũng không phải nhóm có nhiệm vụ: “{shortened(text)}”."
        self.issues.append(Issue(place, "row-not-understood", message))

    def _heading(self, row: PlanRow, following: PlanRow | None, numbered: bool, trailing: bool) -> None:
        style = row.number.style if row.number else None
        if not row.spanned and self._goes_on(row):
            self._add_line(row)
            return
        opens_group = style in {Style.UPPER, Style.ROMAN} or (row.spanned and self._is_outer(style))
        if opens_group or (style is None and numbered and not trailing):
            if not opens_group and not says_group(row.text):
                self._doubtful_group(row)
            self._open_group(row, style)
        elif row.spanned or _is_parent(row, following):
            self._report_unused(Style.DECIMAL)
            self._block = Block(self._group, row.number, row.text, row.spanned)
            self._unused.append((Style.DECIMAL, row.place, row.text))
        elif style is None and numbered:
            self._not_understood(row.place, row.text)
        else:
            self._entry(row)

    def _is_outer(self, style: Style | None) -> bool:
        """Whether a heading over the whole row is a group: the first is, and so is one numbered like the open one."""
        return style is None or not self._levels or style is self._levels[-1][0]

    def _goes_on(self, row: PlanRow) -> bool:
        """Whether a text alone in its row is one more line of the task above."""
        if self._block is None or not self._block.drafts:
            return False
        return (row.number is None or row.number.style is Style.BULLET) and continues_a_text(row)

    def _add_line(self, row: PlanRow) -> None:
        """The line behind the title of the task above, as if both stood in one cell."""
        draft = self.drafts[-1]
        apart = "\n" if row.number is not None or not row.text[:1].isalpha() else " "
        mark = f"{row.number.text} " if row.number is not None else ""
        draft.title = f"{draft.title}{apart}{mark}{row.text}"

    def _doubtful_group(self, row: PlanRow) -> None:
        message = (
            f"Dòng “{shortened(row.text)}” không có số và không ghi đơn vị, thời hạn: đã đọc thành tên nhóm của các "
            "nhiệm vụ bên dưới; nếu là nhiệm vụ hãy bổ sung."
        )
        self.issues.append(Issue(row.place, "row-taken-as-group", message, blocking=True))

    def _open_group(self, row: PlanRow, style: Style | None) -> None:
        level = style if style is not None else Style.ROMAN
        self._report_unused(level)
        self._levels = [(other, group) for other, group in self._levels if other < level]
        above = self._group
        self._opened += 1
        number = row.number.text if row.number else roman(self._opened)
        title = row.text
        if above is not None:
            number, title = f"{above.no}.{number}", f"{above.title} / {title}"
        self._levels.append((level, Group(number, title)))
        self._unused.append((level, row.place, row.text))
        self._block = self._general = None

    def _entry(self, row: PlanRow) -> None:
        self._unused = []
        if row.number is not None and row.number.style in {Style.UPPER, Style.ROMAN}:
            # A group that is itself given to somebody: a task, and the group of the rows below.
            self._add(row, Block(None, row.number), None, row.text, None)
            self._open_group(row, row.number.style)
            self._unused = []
            return
        if Role.GENERAL_TASK in row.cells and row.number is None and not row.number_goes_on:
            self._entry_under_general(row)
            return
        number, title = row.number, row.text
        if number is None and not row.number_goes_on:
            number, title = split_number(title)
            if number is None and self._is_numbered_block() and (mark := bullet_of(title)):
                number, title = mark
        block = self._block_for(number, row.number_goes_on)
        printed = None if block.main is number else number
        if Role.GENERAL_TASK in row.cells:
            self._general = row.get(Role.GENERAL_TASK) or self._general
        general = self._general or block.heading
        if general is None and printed is not None and block.drafts:
            general = (_above(printed, block) or block.drafts[0]).title
        self._add(row, block, printed, title or general or "", general if title else None)

    def _is_numbered_block(self) -> bool:
        main = self._block.main if self._block is not None else None
        return main is not None and main.style is Style.DECIMAL

    def _block_for(self, number: Printed | None, goes_on: bool) -> Block:
        """The open block the row belongs to, or a new one."""
        current = self._block
        if current is not None:
            inside = current.heading is not None
            is_part = (
                goes_on
                or (inside and (current.spanned or number is None))
                or (number is not None and _is_part_of(number, current))
            )
            if is_part:
                return current
        self._block = Block(self._group, None if number and number.style is Style.DOTTED else number)
        return self._block

    def _entry_under_general(self, row: PlanRow) -> None:
        """Tables with a column for the general task, whose number stands before its words."""
        general = row.get(Role.GENERAL_TASK)
        current = self._block
        same = current is not None and (
            row.general_goes_on or general is None or (general == current.general and current.drafts)
        )
        if current is None or not same:
            main, _ = split_number(general or "")
            current = self._block = Block(self._group, main, general=general)
        words = current.heading or split_number(current.general or "")[1] or None
        printed, title = split_number(row.get(Role.TASK) or "")
        if current.general is None and current.heading is None and current.main is None:
            current.main, printed = printed, None
        if printed is not None and printed == current.main:  # the number of the general task, printed twice
            printed = None
        self._add(row, current, printed, title or words or "", words if title else None)

    def _add(self, row: PlanRow, block: Block, printed: Printed | None, title: str, general: str | None) -> None:
        draft = Draft(row, block, printed, title, general, _above(printed, block))
        block.drafts.append(draft)
        if printed is not None and printed.style is Style.DOTTED:
            block.dotted = draft
        self.drafts.append(draft)


def _above(printed: Printed | None, block: Block) -> Draft | None:
    return block.dotted if printed is not None and printed.style is Style.LOWER else None


def _is_numbered(row: PlanRow) -> bool:
    if row.kind is not RowKind.ENTRY:
        return False
    return row.number is not None or split_number(row.get(Role.GENERAL_TASK) or row.text)[0] is not None


def _is_part_of(number: Printed, block: Block) -> bool:
    """Whether a number reads as a part of the block: 1.2 of 1, a) of anything."""
    if number.style is Style.DOTTED:
        return block.main is not None and number.text.startswith(f"{block.main.text}.")
    return number.style in {Style.LOWER, Style.BULLET}


def _is_parent(row: PlanRow, following: PlanRow | None) -> bool:
    """A numbered text alone in its row, followed by a part of it."""
    if row.number is None or following is None or row.number.style not in {Style.DECIMAL, Style.DOTTED}:
        return False
    block = Block(None, row.number)
    number = following.number
    if number is None and following.kind is RowKind.ENTRY:
        general = following.get(Role.GENERAL_TASK)
        number = split_number(general or following.text)[0]
        return number is None or _is_part_of(number, block)
    return number is not None and _is_part_of(number, block)
