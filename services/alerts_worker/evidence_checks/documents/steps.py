"""The step that compares a document with what was declared of it and what the task promised."""

from datetime import date
from typing import Any

from services.alerts_worker.evidence_checks.documents.heads import KINDS, Head
from services.alerts_worker.evidence_checks.documents.rules import list_differences
from services.alerts_worker.evidence_checks.rules import Case, CheckedFile, Finding, State
from services.alerts_worker.evidence_checks.stepping import of_types, own_tool, reading_step
from services.alerts_worker.evidence_checks.texts.reading import TEXT_TYPES
from shared.domain.file_types import ZIP


def judge_document(case: Case, _file: CheckedFile, reading: Any) -> Finding:
    """Of what `reading.tell` told."""
    head = _head(reading)
    facts: dict[str, object] = {**reading, "kind": KINDS[head.kind] if head.kind else None}
    if head.secrecy:
        message = (
            f"Văn bản có dấu chỉ độ mật “{head.secrecy}”: tài liệu bí mật nhà nước không được đưa lên hệ thống này."
        )
        return Finding("secret", message, {"secrecy": head.secrecy}, refuses=True)
    if head.is_empty:
        return Finding("not_read", "Không đọc được số, ngày, loại văn bản trong tệp để đối chiếu.", facts)
    differences = list_differences(head, case.declared)
    if differences:
        facts["differences"] = [each.field for each in differences]
        return Finding("differs", f"Có điểm khác: {'; '.join(each.message for each in differences)}.", facts)
    return Finding("agrees", f"Không thấy khác với thông tin đã khai{_shown(head)}.", facts)


def _shown(head: Head) -> str:
    known = [
        KINDS[head.kind] if head.kind else "",
        f"số {head.number}" if head.number else "",
        f"ngày {head.issued_on:%d/%m/%Y}" if head.issued_on else "",
    ]
    return f" ({', '.join(filter(None, known))})" if any(known) else ""


def _head(reading: Any) -> Head:
    issued_on = reading["issued_on"]
    if reading["kind"] is not None and reading["kind"] not in KINDS:
        raise ValueError("no kind of ours")
    return Head(**{**reading, "issued_on": date.fromisoformat(issued_on) if issued_on else None})


DOCUMENT = reading_step(
    name="document",
    reaches=State.VERIFIED,
    tool=own_tool(),
    concerns=of_types(TEXT_TYPES | {ZIP}),
    entry="services.alerts_worker.evidence_checks.documents.reading:tell",
    argument=lambda _case, file: {"media_type": file.media_type},
    judge=judge_document,
)
