"""What a document is compared with: what was declared of it, and what the task promised."""

import re
from dataclasses import dataclass

from services.alerts_worker.evidence_checks.documents.heads import KINDS, Head
from services.alerts_worker.evidence_checks.rules import Declared
from shared.domain.text import fold

_SHORT = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "ubmttq": "uy ban mat tran to quoc",
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "vh-xh": "van hoa xa hoi",
}
_IDLE = frozenset({"cua", "va", "tinh", "cac"})
_PROMISED = re.compile(rf"\b({'|'.join(KINDS)})\b")
_DRAFT_PROMISED = re.compile(r"\bdu thao\b")


@dataclass(frozen=True, slots=True)
class Difference:
    """`field` is a stable word; `message` says it in Vietnamese, without a full stop."""

    field: str
    message: str


def list_differences(head: Head, declared: Declared) -> list[Difference]:
    """Everything in which what was read differs from what was declared or promised; what was not read differs in
    nothing.
    """
    found = []
    if declared.number and head.number and _number_key(declared.number) != _number_key(head.number):
        found.append(Difference("number", f"số khai là {declared.number}, trong văn bản là {head.number}"))
    if declared.number and head.number_blank:
        found.append(Difference("number", f"số khai là {declared.number}, văn bản chưa có số"))
    if declared.issued_on and head.issued_on and declared.issued_on != head.issued_on:
        told = f"ngày khai là {declared.issued_on:%d/%m/%Y}, trong văn bản là {head.issued_on:%d/%m/%Y}"
        found.append(Difference("issued_on", told))
    if declared.issuer and head.issuer and not is_same_issuer(declared.issuer, head.issuer):
        found.append(Difference("issuer", f"cơ quan khai là {declared.issuer}, trong văn bản là {head.issuer}"))
    return found + _against_promise(head, declared.required_output)


def _against_promise(head: Head, required_output: str | None) -> list[Difference]:
    """A draft or another type than those the task names as its product."""
    promised = fold(required_output or "")
    kinds = list(dict.fromkeys(_PROMISED.findall(promised)))
    if not kinds:
        return []
    wanted = ", ".join(KINDS[kind] for kind in kinds)
    found = []
    if head.is_draft and not _DRAFT_PROMISED.search(promised):
        found.append(Difference("draft", f"nhiệm vụ phải ra {wanted}, tệp nộp là dự thảo"))
    if head.kind and head.kind not in kinds:
        found.append(Difference("product", f"nhiệm vụ phải ra {wanted}, tệp nộp là {KINDS[head.kind]}"))
    return found


def is_same_issuer(declared: str, read: str) -> bool:
    """Whether one name is within the other: a letterhead names the body above as well."""
    one, other = _words(declared), _words(read)
    return one <= other or other <= one


def _words(name: str) -> frozenset[str]:
    key = fold(name)
    for short, whole in _SHORT.items():
        key = re.sub(rf"\b{re.escape(short)}\b", whole, key)
    return frozenset(re.findall(r"\w+", key)) - _IDLE


def _number_key(number: str) -> str:
    return re.sub(r"\W", "", fold(number)).lstrip("0").removeprefix("so")
