"""Read apart: where the links of office documents lead, and which of them a reader follows unasked."""

import re
from enum import Enum
from urllib.parse import unquote

from services.alerts_worker.evidence_checks.contents.members import Account
from shared.domain.file_types import is_runnable_name

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_WEB = frozenset({"http", "https", "ftp"})
_INSIDE = frozenset({"cid", "data", "urn", "about"})
_CLICKED = _WEB | {
    "mailto",
    "tel",
    "sms",
    "file",
    "news",
    "onenote",
    "callto",
    "sip",
    "zalo",
    "skype",
    "viber",
    "msteams",
}
_BOOK = re.compile(r"\.(xls|xlsx|xlsm|xlsb|ods|csv|xlt|xltx|xlam|xla|txt)\W*$", re.IGNORECASE)
_TEXT_CHUNK = re.compile(r"\.(docx|xml|txt)$", re.IGNORECASE)


class Where(Enum):
    """`HERE`: in the package, or on the reader's own disk. `SERVER`: a file server, to which Windows gives the reader's
    name and a proof of the password. `OTHER`: a scheme that another program answers."""

    HERE = "here"
    WEB = "web"
    SERVER = "server"
    OTHER = "other"


def where(target: str) -> Where:
    """Where a link leads."""
    plain = re.sub(r"[\t\r\n]", "", unquote(target)).strip().replace("\\", "/")
    path = re.sub(r"^(?:file|url):", "", plain, flags=re.IGNORECASE)
    if path != plain:
        # file:///C:/a is this disk; file://server/a, file:////server/a and file:///\\server\a are a server's.
        local = re.match(r"/{0,3}[a-z][:|]|/?[^/]|///[^/]|$", path, re.IGNORECASE)
        return Where.HERE if local else Where.SERVER
    if plain.startswith("//"):
        return Where.SERVER
    scheme = _SCHEME.match(plain)
    if scheme is None or scheme[1].lower() in _INSIDE:
        return Where.HERE
    return Where.WEB if scheme[1].lower() in _WEB else Where.OTHER


def judge_relation(kind: str, target: str, name: str, account: Account) -> None:
    """A relation of an Office package: `kind` is the last word of its type, in small letters."""
    leads = where(target)
    if "vba" in kind or kind in {"activexcontrol", "activexcontrolbinary", "control", "keymapcustomizations", "ui"}:
        account.refuse("activex" if "control" in kind else "macros", name)
    elif kind == "hyperlink":
        _judge_click(target, name, account)
    elif kind == "afchunk":
        if leads is not Where.HERE or not _TEXT_CHUNK.search(target):
            account.refuse("foreign-part", name)
    elif kind.startswith(("externallink", "xlpath", "xlstartup", "xllibrary", "xlalternatestartup")):
        if leads is Where.OTHER or (leads is not Where.HERE and not _BOOK.search(target)):
            account.refuse("external", name)
    else:
        judge_fetched(leads, kind, name, account)


def _judge_click(target: str, name: str, account: Account) -> None:
    """A host with its port is no scheme."""
    scheme = _SCHEME.match(unquote(target).strip())
    answers = scheme is not None and "." not in scheme[1] and scheme[1].lower() not in _CLICKED
    if answers or (where(target) is Where.SERVER and is_runnable_name(target)):
        account.refuse("external", name)


def judge_fetched(leads: Where, kind: str, name: str, account: Account) -> None:
    """What is fetched when the document is opened. Pictures of the web are only told: they stand in every text pasted
    from a page, and give away a visit at most; films are fetched when they are started."""
    if leads is Where.WEB and kind in {"image", "video", "audio", "media"}:
        if kind == "image":
            account.notice("external-link", name)
    elif leads is not Where.HERE:
        account.refuse("external", name)


_FIELD = re.compile(r"\s*([A-Za-z]+)\b(.*)", re.DOTALL)
_FETCHING = frozenset({"INCLUDETEXT", "INCLUDE", "INCLUDEPICTURE", "IMPORT", "LINK", "RD", "DATABASE", "AUTOTEXT"})
_WORD_OF_FIELD = re.compile(r'"([^"]*)"|(\S+)')


def judge_field(words: str, name: str, account: Account) -> None:
    """A field of Word: its first word says what it does."""
    field = _FIELD.match(words)
    if field is None:
        return
    does = field[1].upper()
    if does in {"DDE", "DDEAUTO"}:
        account.refuse("dde", name)
    elif does == "HYPERLINK":
        if target := _WORD_OF_FIELD.search(field[2]):
            _judge_click(target[1] or target[2] or "", name, account)
    elif does in _FETCHING:
        kind = "image" if does in {"INCLUDEPICTURE", "IMPORT"} else "text"
        for quoted, bare in _WORD_OF_FIELD.findall(field[2]):
            judge_fetched(where(quoted or bare), kind, name, account)


_QUOTED = re.compile(r""" "[^"]*" | '[^']*'! | \[[^\]]*\] """, re.VERBOSE)
_DDE = re.compile(r"[\w.\\/:'\]]+\|")
_SENDING = re.compile(r"\b(?:_xlfn\.)?(?:WEBSERVICE|RTD|CALL|REGISTER(?:\.ID)?|EXEC)\s*\(", re.IGNORECASE)


def judge_formula(formula: str, name: str, account: Account) -> None:
    """A formula of Excel: other programs are called by `program|topic!item`; some functions send or run."""
    bare = _QUOTED.sub("", formula)
    if _DDE.search(bare):
        account.refuse("dde", name)
    elif _SENDING.search(bare):
        account.refuse("external", name)
