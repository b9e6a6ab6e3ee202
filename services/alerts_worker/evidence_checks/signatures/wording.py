"""Verdicts in the words of a clerk: short, in Vietnamese, each saying what is wrong and what that means."""

from collections.abc import Sequence
from datetime import datetime

from services.alerts_worker.evidence_checks.signatures.facts import (
    Change,
    Document,
    Kind,
    Problem,
    RevocationStatus,
    Subject,
    Trust,
)
from services.alerts_worker.evidence_checks.signatures.matching import Body, Comparison, Role
from services.alerts_worker.evidence_checks.signatures.rules import VIETNAM, Outcome, SignatureVerdict, Verdict

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
    Change.ARCHIVAL: "văn bản không bị sửa sau khi ký (sau đó chỉ thêm dữ liệu để kiểm tra lâu dài)",
    Change.SIGNATURES: "văn bản không bị sửa sau khi ký (sau đó chỉ thêm chữ ký khác)",
    Change.PERMITTED: "văn bản không bị sửa sau khi ký, ngoài các ô biểu mẫu mà người ký cho phép điền",
}


def word_document(document: Document, verdict: Verdict, expected: Sequence[Body]) -> str:
    """One paragraph on the whole document."""
    sentences = []
    if document.problem is not None:
        sentences.append(_PROBLEMS[document.problem])
    if document.removed_fields:
        sentences.append(f"Chữ ký đã bị gỡ khỏi văn bản: {_quoted(document.removed_fields)}.")
    elif document.traces:
        sentences.append("Tệp có dấu vết của chữ ký số nhưng không đọc được chữ ký nào: có thể chữ ký đã bị gỡ.")
    elif verdict.outcome == Outcome.NOT_SIGNED:
        sentences.append("Văn bản không có chữ ký số.")
    several = len(verdict.signatures) > 1
    if several:
        sentences.append(_counted(verdict))
    for each in verdict.signatures:
        words = word_signature(each, expected)
        sentences.append(f"({each.signature.number}) {words}" if several else words)
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
        reasons = [_REASONS[outcome](verdict, expected) for outcome in _worth_saying(verdict)]
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


def moment(at: datetime) -> str:
    """`10:05 ngày 03/07/2026`, in Viet Nam."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def _word_stamp(verdict: SignatureVerdict) -> str:
    stamp = verdict.signature.stamp
    assert stamp is not None
    whose = f"Dấu thời gian trên toàn văn bản, của {signer_name(stamp.authority)}, lúc {moment(stamp.time)}"
    if verdict.outcome == Outcome.VALID:
        return f"{whose}: đáng tin; {_later(verdict).replace('ký', 'đóng dấu', 1)}."
    reasons = " ".join(_REASONS[outcome](verdict, ()) for outcome in _worth_saying(verdict))
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
    return f"{words}: {_quoted(fields)}" if fields else words


def _altered(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    if verdict.signature.digest_matches:
        return "Chữ ký không khớp với chứng thư của người ký: chữ ký bị làm giả hoặc bị sửa."
    return "Văn bản đã bị sửa sau khi ký: nội dung trong tệp khác nội dung đã ký."


def _partly(_: SignatureVerdict, __: Sequence[Body]) -> str:
    return "Chữ ký chỉ bảo vệ một phần tệp: phần còn lại có thể đã bị thêm hoặc thay."


def _changed(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    signature = verdict.signature
    if signature.change == Change.FORM:
        what = (
            f"các ô biểu mẫu bị đổi: {_quoted(signature.changed_fields)}"
            if signature.changed_fields
            else ("cách hiện các ô biểu mẫu bị đổi")
        )
    else:
        what = "nội dung đã ký còn lưu trong tệp, nhưng tệp đã thêm hoặc thay nội dung khác đè lên"
    return f"Văn bản đã bị sửa sau khi ký: {what}."


def _revoked(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    revoked_at = verdict.revoked.revoked_at if verdict.revoked is not None else None
    if revoked_at is None:
        return "Chứng thư của người ký, hoặc của nơi cấp, đã bị thu hồi."
    when = f"Chứng thư của người ký, hoặc của nơi cấp, đã bị thu hồi lúc {moment(revoked_at)}"
    if verdict.signed_at is not None and verdict.signed_at < revoked_at:
        return f"{when}, và không có gì chứng minh đã ký trước đó."
    return f"{when}, trước khi ký."


def _validity(verdict: SignatureVerdict) -> str:
    chain = verdict.signature.chain
    if chain is None:
        return ""
    first = chain.certificates[0]
    begins, ends = (f"{at.astimezone(VIETNAM):%d/%m/%Y}" for at in (first.not_before, first.not_after))
    return f" (hiệu lực từ {begins} đến {ends})"


def _expired(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    return f"Chứng thư số đã hết hạn khi ký{_validity(verdict)}."


def _too_early(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    return f"Chứng thư số chưa có hiệu lực khi ký{_validity(verdict)}."


def _untrusted(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    chain = verdict.signature.chain
    if chain is not None and chain.trust == Trust.UNSUITABLE:
        return "Chứng thư số không được cấp để ký văn bản."
    if chain is not None and chain.trust == Trust.INVALID:
        return "Chuỗi chứng thư số không hợp lệ."
    return "Chứng thư số không do tổ chức chứng thực được tin cậy cấp: ai cũng có thể tự tạo chứng thư mang tên này."


def _weak(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    chain = verdict.signature.chain
    found = [
        *verdict.signature.weaknesses,
        *(w for each in (chain.certificates if chain else ()) for w in each.weaknesses),
    ]
    names = ", ".join(dict.fromkeys(weakness.upper() for weakness in found))
    return f"Chữ ký dùng thuật toán không còn an toàn ({names}), có thể bị làm giả."


def _other(verdict: SignatureVerdict, expected: Sequence[Body]) -> str:
    names = list(dict.fromkeys(body.names[0].text for body in expected if body.names and body.role != Role.SUPERIOR))
    resembles = verdict.match.resembles if verdict.match is not None else None
    near = f" (tên gần giống “{resembles}”)" if resembles else ""
    return f"Người ký không thuộc {' hoặc '.join(names) or 'cơ quan được nêu'}{near}."


def _stamp(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    stamp = verdict.signature.stamp
    if stamp is not None and not stamp.intact:
        return "Dấu thời gian không phải của chữ ký này hoặc đã hỏng."
    return "Dấu thời gian không do tổ chức được tin cậy cấp, nên không chứng minh được thời điểm ký."


def _unproven(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    chain = verdict.signature.chain
    if verdict.signed_at is not None and chain is not None and verdict.signed_at <= chain.certificates[0].not_after:
        return f"Không có gì chứng minh đã ký khi chứng thư số còn hiệu lực, hoặc trước khi nộp{_validity(verdict)}."
    return "Thời điểm ký không có gì chứng minh."


def _undecided(_: SignatureVerdict, __: Sequence[Body]) -> str:
    return "Không kết luận được nội dung hiện ra có phải là nội dung đã ký."


def _former(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    name = verdict.match.name if verdict.match is not None else None
    return f"Chữ ký mang tên cũ của cơ quan (“{name}”) sau ngày đổi tên hoặc sáp nhập."


_REASONS = {
    Outcome.ALTERED: _altered,
    Outcome.PARTLY_SIGNED: _partly,
    Outcome.CHANGED_AFTER_SIGNING: _changed,
    Outcome.REVOKED: _revoked,
    Outcome.EXPIRED: _expired,
    Outcome.NOT_YET_VALID: _too_early,
    Outcome.UNTRUSTED: _untrusted,
    Outcome.WEAK_ALGORITHM: _weak,
    Outcome.OTHER_ORGANIZATION: _other,
    Outcome.UNDECIDED: _undecided,
    Outcome.STAMP_UNTRUSTED: _stamp,
    Outcome.TIME_UNPROVEN: _unproven,
    Outcome.FORMER_NAME: _former,
}


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


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
