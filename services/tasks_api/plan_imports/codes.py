"""Codes: one per task, unique in the plan, as printed wherever the plan's own numbers allow it.

* Numbers that run through the whole plan are the codes: `1` … `71`.
* Numbers that start again at 1 in a later group are qualified by the group: `II.3`.
* Parts keep their printed number (`V.1.2`); parts without one are counted inside their general task (`V.7.1`).
* A number printed twice is a slip of typing: the later row takes the next number that the group does not print, or the
  same with a mark behind it for a part, with an issue `duplicate-code` that a person has to settle.
"""

from collections.abc import Sequence
from itertools import chain, count

from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.drafts import Block, Draft
from services.tasks_api.plan_imports.issues import Issue
from services.tasks_api.plan_imports.printed_numbers import Style
from services.tasks_api.plan_imports.rows import Group


class CodeBook:
    """Codes given so far in the plan, with the rows that have them."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self._taken: dict[str, Place] = {}

    def assign(self, drafts: Sequence[Draft], table: int) -> tuple[list[str], str]:
        """Codes of the drafts of one table (with its continuations), in order, and the prefix they got.

        When the table numbers its rows like an earlier one, its codes and groups carry its own number:
        `B4-1`.
        """
        stream = _Stream(drafts)
        prefix = f"B{table}-" if any(code in self._taken for code, _ in stream.codes) else ""
        codes = []
        for (code, _), draft in zip(stream.codes, drafts, strict=True):
            self._taken[prefix + code] = draft.row.place
            codes.append(prefix + code)
        self.issues.extend(stream.issues)
        return codes, prefix

    def first_free(self, wanted: Sequence[str], place: Place) -> str:
        """The first of the wanted codes that no task has, else the last of them with a number behind it."""
        candidates = chain(wanted, (f"{wanted[-1]} ({number})" for number in count(2)))
        code = next(code for code in candidates if code not in self._taken)
        self._taken[code] = place
        return code


class _Stream:
    """One run of numbering: `codes` pairs each draft's code with its place."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.issues: list[Issue] = []
        self.codes: list[tuple[str, Place]] = []
        self._blocks = list(dict.fromkeys(draft.block for draft in drafts))
        self._numbered = any(block.main is not None for block in self._blocks)
        self._by_group = _starts_again(self._blocks)
        self._printed = {self._qualified(block, block.main.text) for block in self._blocks if block.main is not None}
        self._main_of: dict[Block, str] = {}
        self._main_places: dict[str, Place] = {}
        self._last: dict[str, int] = {}
        self._last_free: dict[tuple[str, int], int] = {}
        for block in self._blocks:
            self._main_of[block] = self._main_code(block)
        self._has_head = {block: _has_head(block) for block in self._blocks}
        self._counted: dict[Block, int] = {}
        self._give(drafts)

    def _qualified(self, block: Block, text: str) -> str:
        if block.group is None or not self._by_group or text.startswith(f"{block.group.no}."):
            return text
        return f"{block.group.no}.{text}"

    def _main_code(self, block: Block) -> str:
        place = block.drafts[0].row.place
        if block.main is None:
            return "" if _is_only_dotted(block) else self._next_free(block, place)
        code = self._qualified(block, block.main.text)
        earlier = self._main_places.get(code)
        if earlier is None:
            self._main_places[code] = place
            self._last[self._qualified(block, "")] = _value(block.main.text)
            return code
        free = self._next_free(block, place, _value(block.main.text))
        self.issues.append(
            Issue(
                place,
                "duplicate-code",
                f"Số thứ tự “{block.main.text}” đã dùng ở {earlier}; nhiệm vụ này tạm nhận mã “{free}”. "
                "Hãy kiểm tra lại.",
            )
        )
        return free

    def _next_free(self, block: Block, place: Place, after: int | None = None) -> str:
        scope = self._qualified(block, "")
        wanted = self._last.get(scope, 0) if after is None else after
        number = self._last_free.get((scope, wanted), wanted) + 1
        while (code := self._qualified(block, str(number))) in self._printed or code in self._main_places:
            number += 1
        self._last[scope] = self._last_free[scope, wanted] = number
        self._main_places[code] = place
        if after is None and self._numbered:
            self.issues.append(Issue(place, "number-missing", f"Nhiệm vụ không có số thứ tự; tạm nhận mã “{code}”."))
        return code

    def _give(self, drafts: Sequence[Draft]) -> None:
        printed = {draft: code for draft in drafts if (code := self._printed_code(draft)) is not None}
        places: dict[str, Place] = {}
        for draft, code in printed.items():
            if code in places:
                printed[draft] = self._free_beside(code, places, draft.row.place)
            places[printed[draft]] = draft.row.place
        for draft in drafts:
            code = printed.get(draft) or self._counted_code(draft, places)
            places[code] = draft.row.place
            self.codes.append((code, draft.row.place))

    def _free_beside(self, code: str, places: dict[str, Place], place: Place) -> str:
        """A code for a part whose printed number another has."""
        free = next(each for number in count(2) if (each := f"{code} ({number})") not in places)
        message = f"Số “{code}” đã dùng ở {places[code]}; nhiệm vụ này tạm nhận mã “{free}”. Hãy kiểm tra lại."
        self.issues.append(Issue(place, "duplicate-code", message))
        return free

    def _printed_code(self, draft: Draft) -> str | None:
        """The code that the document itself determines, or None for a part without a number."""
        block = draft.block
        if draft.printed is not None and draft.printed.style is not Style.BULLET:
            if draft.printed.style is Style.DOTTED:
                return self._qualified(block, draft.printed.text)
            above = self._main_of[block]
            if draft.above is not None and draft.above.printed is not None:
                above = self._qualified(block, draft.above.printed.text)
            return f"{above}.{draft.printed.text}"
        is_head = block.drafts[0] is draft and self._has_head[block]
        return self._main_of[block] if is_head else None

    def _counted_code(self, draft: Draft, places: dict[str, Place]) -> str:
        """The part's place among the parts of its block, or the next that no part prints."""
        block = draft.block
        number = self._counted.get(block, 0) + 1
        while (code := f"{self._main_of[block]}.{number}") in places:
            number += 1
        self._counted[block] = number
        return code


def _has_head(block: Block) -> bool:
    """Whether the first row has the number of the block: it is the only one, or those below print marks of
    their own (1, then 1.1 or a)."""
    if block.heading is not None:
        return False
    parts = block.drafts[1:]
    return not parts or (block.general is None and all(part.printed is not None for part in parts))


def _is_only_dotted(block: Block) -> bool:
    return all(draft.printed is not None and draft.printed.style is Style.DOTTED for draft in block.drafts)


def _value(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _starts_again(blocks: Sequence[Block]) -> bool:
    """Whether a group after the first begins at 1."""
    first_of: dict[Group | None, int] = {}
    for block in blocks:
        if block.main is not None and block.main.style is Style.DECIMAL:
            first_of.setdefault(block.group, _value(block.main.text))
    return sum(value == 1 for value in first_of.values()) > 1
