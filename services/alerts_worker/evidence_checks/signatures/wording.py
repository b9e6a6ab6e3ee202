"""Verdicts in the words of a clerk: short, in Vietnamese, each saying what is wrong and what that means."""

from collections.abc import Sequence

from services.alerts_worker.evidence_checks.signatures.facts import (
    Change,
    Document,
    Kind,
    Problem,
    RevocationStatus,
    Subject,
    Trust,
)
from services.alerts_worker.evidence_checks.signatures.matching import Body, Comparison
from services.alerts_worker.evidence_checks.signatures.reasons import REASONS, moment, quoted
from services.alerts_worker.evidence_checks.signatures.rules import Outcome, SignatureVerdict, Verdict

_PROBLEMS = {
    Problem.NOT_PDF: "Tệp không phải PDF: không kiểm tra được chữ ký số.",
    Problem.DAMAGED: "Tệp PDF hỏng hoặc bị cắt cụt: không kiểm tra được chữ ký số.",
    Problem.ENCRYPTED: "Tệp PDF đặt mật khẩu mở: không kiểm tra được chữ ký số.",
    Problem.TWO_READINGS: (
        "Tệp PDF có hai bảng tham chiếu: phần mềm cũ và mới có thể hiện nội dung khác nhau, nên không kết luận được "
        "văn bản còn nguyên như khi ký."
    ),
    Problem.TOO_MANY: "Tệp có quá nhiều chữ ký: chỉ một phần được kiểm tra.",
    Problem.TOO_COMPLEX: "Tệp PDF quá phức tạp: không kiểm tra được chữ ký số.",
}
_LATER = {
    Change.NONE: "văn bản không bị sửa sau khi ký",
    Change.ARCHIVAL: (
        "văn bản không bị sửa sau khi ký (sau đó chỉ thêm dữ liệu không hiện trên trang: bằng chứng để kiểm tra lâu "
        "dài, dấu thời gian, tiêu đề và thông tin mô tả tệp)"
    ),
    Change.SIGNATURES: "văn bản không bị sửa sau khi ký (sau đó chỉ thêm chữ ký khác)",
    Change.COVERING: "nội dung đã ký còn nguyên trong tệp, sau đó chỉ thêm chữ ký khác",
    Change.PERMITTED: "văn bản không bị sửa sau khi ký, ngoài các ô biểu mẫu mà người ký cho phép điền",
}


_MOST_TOLD = 4
"""Signatures that the words for the whole document tell; each has words of its own besides."""


def word_document(document: Document, verdict: Verdict, expected: Sequence[Body]) -> str:
    """One paragraph on the whole document."""
    sentences = []
    if document.problem is not None:
        sentences.append(_PROBLEMS[document.problem])
    if document.removed_fields:
        sentences.append(f"Chữ ký đã bị gỡ hoặc thay trong văn bản: {quoted(document.removed_fields)}.")
        if document.signatures:
            sentences.append("Cần xem lại: chữ ký còn lại có thể ký trên nội dung khác.")
    elif document.traces:
        sentences.append("Tệp có dấu vết của chữ ký số nhưng không đọc được chữ ký nào: có thể chữ ký đã bị gỡ.")
    elif verdict.outcome == Outcome.NOT_SIGNED:
        sentences.append("Văn bản không có chữ ký số.")
    several = len(verdict.signatures) > 1
    if several:
        sentences.append(_counted(verdict))
    worst_first = sorted(verdict.signatures, key=lambda each: -each.outcome.gravity)
    for each in worst_first[:_MOST_TOLD]:
        words = word_signature(each, expected)
        sentences.append(f"({each.signature.number}) {words}" if several else words)
    if len(worst_first) > _MOST_TOLD:
        sentences.append(f"Còn {len(worst_first) - _MOST_TOLD} chữ ký khác: xem chi tiết.")
    return " ".join(sentences)


def _counted(verdict: Verdict) -> str:
    """How many there are, and which of them a clerk should look at."""
    stamps = sum(each.signature.kind == Kind.DOCUMENT_STAMP for each in verdict.signatures)
    counted = [(len(verdict.signatures) - stamps, "chữ ký"), (stamps, "dấu thời gian")]
    words = f"Tệp có {' và '.join(f'{count} {what}' for count, what in counted if count)}."
    doubtful = [f"({each.signature.number})" for each in verdict.signatures if each.outcome != Outcome.VALID]
    return words if verdict.outcome == Outcome.VALID or not doubtful else f"{words} Cần xem lại: {', '.join(doubtful)}."


def word_signature(verdict: SignatureVerdict, expected: Sequence[Body]) -> str:
    """One signature: what it is first, then every reservation, then what is not known."""
    signature = verdict.signature
    if signature.error is not None:
        return f"Chữ ký tại ô “{signature.field}” hỏng, không đọc được."
    if signature.kind == Kind.DOCUMENT_STAMP:
        return _word_stamp(verdict)
    if verdict.outcome == Outcome.VALID:
        head = f"Chữ ký hợp lệ, của {signer_name(signature.signer)}, {_when(verdict)}; {_later(verdict)}."
    else:
        reasons = [REASONS[outcome](verdict, expected) for outcome in _worth_saying(verdict)]
        whose = f"Chữ ký mang tên {signer_name(signature.signer)}, {_when(verdict)}"
        head = f"{reasons[0]} {whose}.{''.join(f' {reason}' for reason in reasons[1:])}"
        if verdict.outcome.says_intact:
            head += f" {_sentence(_later(verdict))}."
    return head + "".join(f" {remark}" for remark in _remarks(verdict))


def signer_name(subject: Subject | None) -> str:
    """The name with the unit and the organization: `Nguyễn Thị A (UBND phường B, UBND tỉnh C)`."""
    if subject is None:
        return "không rõ ai"
    names = [*subject.common_names[:1], *reversed(subject.units), *subject.organizations]
    first, *others = dict.fromkeys(names) or ["không rõ ai"]
    return f"{first} ({', '.join(others)})" if others else first


def _word_stamp(verdict: SignatureVerdict) -> str:
    stamp = verdict.signature.stamp
    assert stamp is not None
    whose = f"Dấu thời gian trên toàn văn bản, của {signer_name(stamp.authority)}, lúc {moment(stamp.time)}"
    if verdict.outcome == Outcome.VALID:
        return f"{whose}: đáng tin; {_later(verdict).replace('ký', 'đóng dấu', 1)}."
    reasons = " ".join(REASONS[outcome](verdict, ()) for outcome in _worth_saying(verdict))
    return f"{whose}: không dùng được. {reasons}"


def _worth_saying(verdict: SignatureVerdict) -> list[Outcome]:
    """What a part that was left unsigned, or other bytes, makes go without saying is left out."""
    implied = {Outcome.PARTLY_SIGNED: {Outcome.CHANGED_AFTER_SIGNING}, Outcome.ALTERED: {Outcome.PARTLY_SIGNED}}
    left_out = {each for outcome in verdict.outcomes for each in implied.get(outcome, ())}
    return [outcome for outcome in verdict.outcomes if outcome not in left_out]


def _when(verdict: SignatureVerdict) -> str:
    if verdict.signed_at is None:
        return "không ghi thời điểm ký"
    if verdict.stamped_by is not None:
        return f"lúc {moment(verdict.signed_at)} (theo dấu thời gian của {verdict.stamped_by})"
    return f"lúc {moment(verdict.signed_at)} (theo máy của người ký)"


def _later(verdict: SignatureVerdict) -> str:
    fields = verdict.signature.changed_fields
    words = _LATER.get(verdict.signature.change or Change.NONE, _LATER[Change.NONE])
    return f"{words}: {quoted(fields)}" if fields else words


def _remarks(verdict: SignatureVerdict) -> list[str]:
    """What nobody has to act on, and should know."""
    remarks = []
    chain = verdict.signature.chain
    trusted = chain is not None and chain.trust == Trust.TRUSTED
    if trusted and verdict.revocation == RevocationStatus.UNKNOWN:
        remarks.append("Chưa có bằng chứng chứng thư số có bị thu hồi hay không.")
    if trusted and verdict.revocation == RevocationStatus.REVOKED and verdict.revoked is None:
        remarks.append("Chứng thư số bị thu hồi sau khi ký.")
    if verdict.match is not None and verdict.match.email == Comparison.DIFFERS:
        remarks.append("Thư điện tử trong chứng thư không thuộc tên miền của cơ quan.")
    return remarks


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
