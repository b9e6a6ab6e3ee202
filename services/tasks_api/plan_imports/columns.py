"""What a column is for, told by the meaning of its header words: order, numbering and line breaks vary."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from shared.domain.text import fold


class Role(StrEnum):
    """What the cells of a column say."""

    NUMBER = "number"
    GENERAL_TASK = "general_task"
    TASK = "task"
    DOCUMENT = "document"
    """What is to be written and issued; the task itself where no column names tasks."""
    OUTPUT = "required_output"
    KPI = "kpi"
    LEAD = "lead"
    PERSON = "person"
    """Somebody in the body that leads; the lead itself where no column names bodies."""
    COORDINATING = "coordinating"
    START = "start"
    DEADLINE = "deadline"
    INDICATOR = "indicator"
    UNIT = "unit"
    TARGET = "target"
    NOTES = "notes"
    OTHER = "other"
    """Known to be nothing a plan is made of: money, what was reached so far, what the task was given by."""


# "Ban" and "phòng" name bodies where they begin a name; they end other words: địa bàn, văn bản, quốc phòng.
_WHO = (
    r"(?:don vi|co quan|nguoi|bo phan|dau moi|chu the"
    r"|(?:^|(?<=[,/&-])|(?<=[,/&-] )|(?<=\bcac )|(?<=\bva )|(?<=\bten )|(?<=\bphong ))(?:phong|ban))"
)
_WATCHING = r"(?:theo doi|giam sat|don doc|kiem tra)"
_PERSON = r"(?:nguoi|can bo|cong chuc|chuyen vien|lanh dao|dong chi|d/c|ca nhan|(?:pho )?(?:chu tich|bi thu|giam doc))"
_REPORTING = r"(?:bao cao|(?<!chuong )(?<!quy )(?<!lo )(?<!tien )(?<!cong )trinh)"
# The cells under it say before when: "Trước ngày", "Hoàn thành trước".
BEFORE = re.compile(r"^(?:(?:phai |can )?(?:hoan thanh|ket thuc|xong|thuc hien) )?truoc(?: ngay| thang| thoi diem)?$")
# In order: the first pattern found in the folded header decides, and of two columns with one role the one
# with the earlier pattern keeps it.
_PATTERNS: tuple[tuple[Role, str], ...] = (
    (Role.NUMBER, r"^(?:stt|tt|so tt|so thu tu|thu tu|ma so|ma|ma nv|ma nhiem vu|stt/ma|no\.?|#)$"),
    (Role.UNIT, r"\b(?:don vi tinh|don vi do|dvt|dv tinh)\b"),
    (Role.NOTES, r"\b(?:ghi chu|luu y)\b"),
    (Role.OTHER, r"^(?:du kien )?(?:kinh phi|du toan|nguon (?:von|kinh phi)|von)\b|^noi nhan\b|^can cu\b"),
    (Role.OTHER, r"^(?!.*\b(?:chu tri|phu trach)\b)(?:ten )?(?:dia ban|dia diem|noi thuc hien|noi trien khai)\b"),
    (
        Role.OTHER,
        (
            r"^(?!.*\b(?:chu tri|thuc hien|phoi hop)\b)(?:nguoi|lanh dao|can bo|cap|don vi|co quan|bo phan|tham quyen)"
            r"(?: co tham quyen)? (?:ky|phe duyet|duyet|tham dinh|tham tra|ban hanh|quyet dinh|nghiem thu|xac nhan)\b"
        ),
    ),
    (Role.OTHER, r"^(?:so (?:hieu )?)?van ban\b.*\b(?:giao|chi dao|phan cong)\b"),
    (Role.OTHER, r"^(?:quy (?:i{1,3}|iv|[1-4])|(?:thang|t) ?\d{1,2})(?:[ /-]*(?:nam )?20\d\d)?$"),
    (Role.GENERAL_TASK, r"\btong quat\b|\bnhiem vu (?:chung|lon|cha)\b|^nhom (?:nhiem vu|giai phap)\b(?!.*\bcu the\b)"),
    (Role.COORDINATING, r"^(?!.*\bchu tri\b).*\bphoi hop\b"),
    (Role.COORDINATING, r"^(?!.*\bchu tri\b)(?:.*\b(?:don vi|co quan|thanh phan) (?:cung )?(?:tham gia|lien quan)\b)"),
    (Role.COORDINATING, r"^(?:don vi |co quan )?cung (?:thuc hien|tham gia)$|^thanh phan$"),
    (Role.PERSON, rf"^(?!.*\b(?:don vi|co quan|to chuc|bo phan|phong|ban)\b){_PERSON}\b(?! dan)"),
    (Role.LEAD, r"\bchu tri\b"),
    (
        Role.START,
        (
            r"^(?!.*\b(?:ket thuc|hoan thanh|den|xong)\b)(?:.*\b(?:bat dau|khoi cong|khoi dong)\b"
            r"|(?:thoi gian )?tu(?: ngay)?$"
            r"|.*\b(?:ngay|thoi gian|thoi diem)(?: duoc)? (?:giao|nhan|phan cong)\b|.*\bngay trien khai\b)"
        ),
    ),
    (
        Role.DEADLINE,
        (
            rf"^(?!.*\b{_REPORTING}\b).*(?:\b(?:thoi han|han) (?:hoan thanh|xu ly|xong|chot|cuoi)\b"
            r"|\bthoi gian (?:hoan thanh|ket thuc)\b|\bngay (?:hoan thanh|ket thuc)\b|\bthoi han\b)"
        ),
    ),
    (Role.DEADLINE, r"^(?:hoan thanh|ket thuc|xong|han|den(?: ngay)?)$"),
    (Role.DEADLINE, r"^(?:bat dau|khoi cong|khoi dong)\b.*\b(?:ket thuc|hoan thanh|xong)$"),
    (Role.DEADLINE, BEFORE.pattern),
    (Role.DEADLINE, r"^(?:thang|quy) (?:hoan thanh|ket thuc|xong|trinh|bao cao)\b"),
    (
        Role.DEADLINE,
        rf"^(?!.*\b{_REPORTING}\b).*\b(?:thoi gian|thoi diem|tien do|moc|lo trinh|ky han|deadline)\b",
    ),
    (Role.DEADLINE, rf"\b(?:thoi han|han|thoi gian|thoi diem|moc|tien do|ngay)\b.*\b{_REPORTING}\b"),
    (Role.KPI, r"\bkpi\b|\b(?:do luong|dinh luong)\b|\b(?:chi so|tieu chi) danh gia\b"),
    (
        Role.TARGET,
        (
            r"\b(?:chi tieu|muc tieu) (?:giao|nam \d{4})\b|^muc tieu\b|\bphan dau\b"
            r"|^(?:(?:den )?nam |(?:ke hoach|kh)(?: nam)? )?20\d\d$"
        ),
    ),
    (Role.INDICATOR, r"^(?!.*\bnhiem vu\b).*\bchi tieu\b"),
    (Role.OUTPUT, r"\b(?:san pham|dau ra)\b"),
    (Role.OUTPUT, r"\b(?:ket qua)\b(?! (?:dat duoc|den nay))"),
    (Role.TASK, r"\btieu nhiem vu\b|\b(?:ten|noi dung) (?:cong viec|nhiem vu)\b"),
    (
        Role.LEAD,
        (
            rf"\b{_WHO}\b(?:(?!\b{_WATCHING}\b).)*"
            rf"\b(?:thuc hien|phu trach|tham muu|duoc giao|chiu trach nhiem|soan thao|chuan bi)\b(?! {_WATCHING}\b)"
        ),
    ),
    (Role.TASK, r"\b(?:nhiem vu|cong viec|dau viec|noi dung|hoat dong|giai phap)\b"),
    (Role.LEAD, r"\b(?:phu trach|dau moi|ro nguoi|ro trach nhiem)\b|^(?:don vi|co quan|co quan, don vi)$"),
    (Role.LEAD, r"\b(?:phan cong|trach nhiem) thuc hien\b"),
    (
        Role.LEAD,
        rf"\b{_WHO}\b.*\b(?:theo doi|duoc giao|thuc hien)\b|\b(?:don vi|co quan) (?:chu quan|trinh)\b|^chu dau tu$",
    ),
    (Role.TASK, r"\bro viec\b|^(?:ten )?viec(?: (?:phai|can) (?:lam|thuc hien))?$"),
    (Role.TASK, r"^ten (?:chuong trinh|de an|du an|ke hoach|van ban)\b|^(?:chuong trinh|de an), (?:de an|ke hoach)\b"),
    (Role.DOCUMENT, r"^(?:loai )?van ban(?: (?:can |phai )?(?:xay dung|soan thao|ban hanh|trinh))?$"),
)
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _PATTERNS)

# What was reached before the plan or since, whose decisive words may stand in parentheses.
_REACHED = re.compile(
    r"\bhien trang\b|^(?:uoc |da |ket qua )*(?:thuc hien|dat duoc)(?: den)?(?: het)?(?: nam)? 20\d\d$"
    r"|^nam 20\d\d (?:uoc )?(?:da )?(?:thuc hien|dat duoc|uoc dat|uoc|th)$"
)
_SHARE = re.compile(r"^(?!.*\b(?:chi tieu|muc tieu|kpi)\b).*\b(?:tien do|ty le|ti le|muc do)\b.*%")
# These say too little under another header: the parent's words count with them.
_BARE = frozenset({"don vi", "co quan", "noi dung", "ten"})

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
    whole = fold(unnumbered)
    if len(whole) <= MAX_HEADER_LENGTH and (_SHARE.search(whole) or _REACHED.search(_words(whole))):
        return Role.OTHER, 0
    for text in (_IN_PARENTHESES.sub(" ", unnumbered), unnumbered):
        folded = fold(text)
        for rank, (role, pattern) in enumerate(_COMPILED):
            if len(folded) <= MAX_HEADER_LENGTH and pattern.search(folded):
                return role, rank
    return None


def _words(folded: str) -> str:
    return " ".join(re.findall(r"\w+", folded))


def _meaning(header: str, last: str) -> tuple[Role, int] | None:
    """Under a header merged over several columns, the words of the column itself decide first."""
    own = fold(last)
    if own and not own.startswith("(") and own not in _BARE:
        found = role_of(last)
        if found is not None:
            return found
    return role_of(header)


def year_of(header: str) -> int | None:
    """The year a target column is for."""
    match = _YEAR.search(header)
    return int(match[1]) if match else None


class Columns:
    """The roles of a table's columns, found from one header text per column."""

    def __init__(self, headers: Sequence[str], last: Sequence[str] = ()) -> None:
        """`last` are the words of the lowest header row alone, where there are several."""
        self.headers = tuple(headers)
        self._by_role: dict[Role, int] = {}
        self.targets: list[int] = []
        own = self._own = tuple(last or headers)
        found = [(column, _meaning(header, own[column])) for column, header in enumerate(headers) if header]
        ranked = sorted((meaning[1], column, meaning[0]) for column, meaning in found if meaning is not None)
        self._told = {column: role for _, column, role in ranked}
        for _, column, role in ranked:
            if role is Role.TARGET:
                self.targets.append(column)
            elif role is Role.TASK and Role.TASK in self._by_role and Role.GENERAL_TASK not in self._by_role:
                self._add_second_task(column)
            elif role is not Role.OTHER:
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
        if Role.LEAD not in roles and Role.PERSON in roles:
            roles[Role.LEAD] = roles.pop(Role.PERSON)
        if Role.TASK not in roles and Role.GENERAL_TASK in roles:
            roles[Role.TASK] = roles.pop(Role.GENERAL_TASK)
        document = roles.pop(Role.DOCUMENT, None)
        if document is not None and roles.keys() & {Role.LEAD, Role.DEADLINE}:
            roles.setdefault(Role.TASK, document)
        if (
            not roles.keys() & {Role.TASK, Role.INDICATOR}
            and Role.KPI in roles
            and (Role.UNIT in roles or self.targets)
        ):
            roles[Role.INDICATOR] = roles.pop(Role.KPI)
        if Role.TASK in roles:
            if Role.INDICATOR in roles:
                roles.setdefault(Role.KPI, roles.pop(Role.INDICATOR))
        elif Role.INDICATOR in roles:
            plain = next((at for at, header in enumerate(self.headers) if fold(header) == "don vi"), None)
            if Role.UNIT not in roles and plain is not None:
                roles[Role.UNIT] = plain
                if roles.get(Role.LEAD) == plain:
                    del roles[Role.LEAD]
            if not self.targets and Role.OUTPUT in roles:
                self.targets.append(roles.pop(Role.OUTPUT))

    def _header(self, role: Role) -> str:
        return fold(self.headers[self._by_role[role]]) if role in self._by_role else ""

    def column(self, role: Role) -> int | None:
        return self._by_role.get(role)

    def own_header(self, role: Role) -> str:
        """The lowest header words of the column with this role, as printed; empty where no column has it."""
        return self._own[self._by_role[role]] if role in self._by_role else ""

    def without_persons(self, names_persons: Callable[[int], bool]) -> None:
        """Where two columns say who leads and the one chosen names persons, the bodies of the other lead."""
        lead = self._by_role.get(Role.LEAD)
        if lead is None or Role.PERSON in self._by_role or not names_persons(lead):
            return
        for column, role in sorted(self._told.items()):
            if role is Role.LEAD and column != lead and not names_persons(column):
                self._by_role |= {Role.LEAD: column, Role.PERSON: lead}
                return

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
    def leads_and_helpers(self) -> bool:
        """Whether one column names those who lead and those who coordinate."""
        return re.search(r"\bphoi hop\b", self._header(Role.LEAD)) is not None

    @property
    def unknown(self) -> list[int]:
        """Columns whose header gives them no place among the others."""
        used = {*self._by_role.values(), *self.targets}
        return [column for column, header in enumerate(self.headers) if header and column not in used]

    @property
    def unread(self) -> list[int]:
        """Columns with a header that nothing reads, but for the notes."""
        start = self.column(Role.START)
        ignored = [
            *self.unknown,
            *([start] if start is not None else []),
            *(self.targets if self.is_task_table else []),
        ]
        return sorted(ignored)

    def told(self, column: int) -> Role | None:
        """What the header says, whether or not another column has the role."""
        return self._told.get(column)
