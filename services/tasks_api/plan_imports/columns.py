"""What a column is for, told by the meaning of its header words: order, numbering and line breaks vary."""

import re
from collections.abc import Sequence
from enum import StrEnum

from shared.domain.text import fold


class Role(StrEnum):
    """What the cells of a column say."""

    NUMBER = "number"
    GENERAL_TASK = "general_task"
    TASK = "task"
    OUTPUT = "required_output"
    KPI = "kpi"
    LEAD = "lead"
    COORDINATING = "coordinating"
    DEADLINE = "deadline"
    INDICATOR = "indicator"
    UNIT = "unit"
    TARGET = "target"
    NOTES = "notes"


_WHO = r"(?:don vi|co quan|nguoi|bo phan|dau moi|phong|ban|chu the)"
# In order: the first pattern found in the folded header decides, and of two columns with one role the one
# with the earlier pattern keeps it.
_PATTERNS: tuple[tuple[Role, str], ...] = (
    (Role.NUMBER, r"^(?:stt|tt|so tt|so thu tu|thu tu|ma so|ma|ma nv|ma nhiem vu|stt/ma|no\.?|#)$"),
    (Role.UNIT, r"\b(?:don vi tinh|don vi do|dvt|dv tinh)\b"),
    (Role.NOTES, r"\b(?:ghi chu|luu y)\b"),
    (Role.GENERAL_TASK, r"\btong quat\b|\bnhiem vu (?:chung|lon|cha)\b|^nhom (?:nhiem vu|giai phap)\b(?!.*\bcu the\b)"),
    (Role.COORDINATING, r"^(?!.*\bchu tri\b).*\bphoi hop\b"),
    (Role.LEAD, r"\bchu tri\b"),
    (
        Role.DEADLINE,
        r"\b(?:thoi han|han) (?:hoan thanh|xu ly|trinh)\b|\bthoi gian (?:hoan thanh|ket thuc)\b|\bthoi han\b",
    ),
    (
        Role.DEADLINE,
        r"^(?!.*\bbat dau\b).*\b(?:thoi gian|thoi diem|tien do|moc|ngay hoan thanh|lo trinh|ky han|deadline)\b",
    ),
    (Role.DEADLINE, r"^hoan thanh$"),
    (Role.KPI, r"\bkpi\b|\b(?:do luong|dinh luong)\b|\b(?:chi so|tieu chi) danh gia\b"),
    (Role.TARGET, r"\b(?:chi tieu|muc tieu) (?:giao|nam \d{4})\b|^muc tieu\b|^(?:den )?nam \d{4}$|\bphan dau\b"),
    (Role.INDICATOR, r"^(?!.*\bnhiem vu\b).*\bchi tieu\b"),
    (Role.OUTPUT, r"\b(?:san pham|dau ra)\b"),
    (Role.OUTPUT, r"\b(?:ket qua)\b(?! dat duoc)"),
    (Role.TASK, r"\btieu nhiem vu\b|\b(?:ten|noi dung) (?:cong viec|nhiem vu)\b"),
    (Role.LEAD, rf"\b{_WHO}\b.*\b(?:thuc hien|phu trach|tham muu|duoc giao|theo doi|chiu trach nhiem)\b"),
    (Role.TASK, r"\b(?:nhiem vu|cong viec|dau viec|noi dung|hoat dong|giai phap)\b"),
    (Role.LEAD, r"\b(?:phu trach|dau moi|ro nguoi|ro trach nhiem)\b|^(?:don vi|co quan|co quan, don vi)$"),
    (Role.LEAD, r"\b(?:phan cong|trach nhiem) thuc hien\b"),
    (Role.TASK, r"\bro viec\b"),
    (Role.TASK, r"^ten (?:chuong trinh|de an|du an|ke hoach|van ban)\b|^(?:chuong trinh|de an), (?:de an|ke hoach)\b"),
)
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _PATTERNS)

_COLUMN_NUMBER = re.compile(r"^\s*\(\s*\d{1,2}\s*\)|\(\s*\d{1,2}\s*\)\s*$")
_IN_PARENTHESES = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"\b(20\d\d)\b")
# Header cells are labels; a longer text is a row of the table that happens to contain the same words.
MAX_HEADER_LENGTH = 90


def role_of(header: str) -> tuple[Role, int] | None:
    """The role and the rank of the pattern that told it (0 is the surest), or None for unknown words.

    Words in parentheses ("(Rõ người)") only count when the rest says nothing.
    """
    unnumbered = _COLUMN_NUMBER.sub("", header)
    for text in (_IN_PARENTHESES.sub(" ", unnumbered), unnumbered):
        folded = fold(text)
        for rank, (role, pattern) in enumerate(_COMPILED):
            if len(folded) <= MAX_HEADER_LENGTH and pattern.search(folded):
                return role, rank
    return None


def year_of(header: str) -> int | None:
    """The year a target column is for."""
    match = _YEAR.search(header)
    return int(match[1]) if match else None


class Columns:
    """The roles of a table's columns, found from one header text per column."""

    def __init__(self, headers: Sequence[str]) -> None:
        self.headers = tuple(headers)
        self._by_role: dict[Role, int] = {}
        self.targets: list[int] = []
        found = [(column, role_of(header)) for column, header in enumerate(headers) if header]
        ranked = sorted((meaning[1], column, meaning[0]) for column, meaning in found if meaning is not None)
        for _, column, role in ranked:
            if role is Role.TARGET:
                self.targets.append(column)
            elif role is Role.TASK and Role.TASK in self._by_role and Role.GENERAL_TASK not in self._by_role:
                self._add_second_task(column)
            else:
                self._by_role.setdefault(role, column)
        self.targets.sort()
        self._settle()

    def _add_second_task(self, column: int) -> None:
        """Of two task columns the left one states the general task; under one header it holds numbers."""
        left, right = sorted((self._by_role[Role.TASK], column))
        left_role = Role.NUMBER if self.headers[left] == self.headers[right] else Role.GENERAL_TASK
        self._by_role.setdefault(left_role, left)
        self._by_role[Role.TASK] = right

    def _settle(self) -> None:
        """Words whose meaning depends on the other columns."""
        roles = self._by_role
        if Role.TASK not in roles and Role.GENERAL_TASK in roles:
            roles[Role.TASK] = roles.pop(Role.GENERAL_TASK)
        if Role.TASK in roles:
            if Role.INDICATOR in roles:
                roles.setdefault(Role.KPI, roles.pop(Role.INDICATOR))
        elif Role.INDICATOR in roles:
            if Role.UNIT not in roles and self._header(Role.LEAD) == "don vi":
                roles[Role.UNIT] = roles.pop(Role.LEAD)
            if not self.targets and Role.OUTPUT in roles:
                self.targets.append(roles.pop(Role.OUTPUT))

    def _header(self, role: Role) -> str:
        return fold(self.headers[self._by_role[role]]) if role in self._by_role else ""

    def column(self, role: Role) -> int | None:
        return self._by_role.get(role)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(self._by_role) | ({Role.TARGET} if self.targets else set())

    @property
    def is_task_table(self) -> bool:
        return Role.TASK in self.roles and bool(self.roles & {Role.LEAD, Role.DEADLINE})

    @property
    def is_indicator_table(self) -> bool:
        return (
            Role.TASK not in self.roles and Role.INDICATOR in self.roles and bool(self.roles & {Role.UNIT, Role.TARGET})
        )

    @property
    def unread(self) -> list[int]:
        """Columns with a header that is not understood; notes are, though nothing reads them."""
        used = {*self._by_role.values(), *self.targets}
        return [column for column, header in enumerate(self.headers) if header and column not in used]
