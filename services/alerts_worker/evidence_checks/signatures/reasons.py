"""Why a signature is not simply valid, in the words of a clerk: a sentence for each outcome."""

from collections.abc import Sequence
from datetime import date, datetime

from services.alerts_worker.evidence_checks.signatures.facts import CLOCKS, Certificate, Change, Trust
from services.alerts_worker.evidence_checks.signatures.matching import Body, Doubt, Role
from services.alerts_worker.evidence_checks.signatures.rules import VIETNAM, Outcome, SignatureVerdict

_NOTES_ALLOWED = 3
_MOST_NAMED = 5


def moment(at: datetime) -> str:
    """`10:05 ngày 03/07/2026`, in Viet Nam."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def quoted(names: Sequence[str]) -> str:
    """`“một”, “hai”`."""
    return ", ".join(f"“{name}”" for name in names)


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
            f"các ô biểu mẫu bị đổi: {quoted(signature.changed_fields)}"
            if signature.changed_fields
            else ("cách hiện các ô biểu mẫu bị đổi")
        )
    else:
        what = "nội dung đã ký còn lưu trong tệp, nhưng tệp đã thêm hoặc thay nội dung khác đè lên"
    if signature.covered_pages:
        what = f"một chữ ký thêm sau che nội dung đã ký ở {_on_pages(signature.covered_pages)}"
    words = f"Văn bản đã bị sửa sau khi ký: {what}."
    if signature.certifies == _NOTES_ALLOWED:
        words += " Người ký có cho phép thêm ghi chú, nhưng ở đây mọi thứ hiện thêm trên trang đều coi là sửa."
    return words


def _covered(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    where = _on_pages(verdict.signature.covered_pages)
    return f"Chữ ký thêm sau nằm đè lên nội dung đã ký: hãy xem {where}, nội dung có thể hiện khác lúc ký."


def _on_pages(pages: Sequence[int]) -> str:
    named = ", ".join(map(str, pages[:_MOST_NAMED]))
    return f"trang {named}{' và các trang khác' if len(pages) > _MOST_NAMED else ''}"


def _revoked(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    revoked_at = verdict.revoked.revoked_at if verdict.revoked is not None else None
    if revoked_at is None:
        return "Chứng thư của người ký, hoặc của nơi cấp, đã bị thu hồi."
    when = f"Chứng thư của người ký, hoặc của nơi cấp, đã bị thu hồi lúc {moment(revoked_at)}"
    if verdict.signed_at is not None and verdict.signed_at < revoked_at:
        return f"{when}, và không có gì chứng minh đã ký trước đó."
    return f"{when}, trước khi ký."


def _validity(certificate: Certificate) -> str:
    begins, ends = (f"{at.astimezone(VIETNAM):%d/%m/%Y}" for at in (certificate.not_before, certificate.not_after))
    return f"(hiệu lực từ {begins} đến {ends})"


def _not_in_force(verdict: SignatureVerdict, words: str) -> str:
    """Of the signer's certificate, or the first above it that was not in force."""
    chain = verdict.signature.chain
    certificates = chain.certificates if chain is not None else ()
    for number, each in enumerate(certificates):
        if chain is not None and not each.not_before <= chain.at <= each.not_after:
            whose = f"Chứng thư của nơi cấp {_validity(each)}" if number else f"Chứng thư số {_validity(each)}"
            return f"{whose} {words}."
    return f"Chứng thư của nơi cấp {words}."


def _expired(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    return _not_in_force(verdict, "đã hết hạn khi ký")


def _too_early(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    return _not_in_force(verdict, "chưa có hiệu lực khi ký")


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
    told = " hoặc ".join(names) or "cơ quan được nêu"
    match = verdict.match
    if match is None or match.resembles is None:
        return f"Người ký không thuộc {told}."
    if match.same_name:
        return f"Người ký không thuộc {told}: chứng thư có tên “{match.resembles}” nhưng của địa bàn hoặc tổ chức khác."
    near = "tên chỉ gần giống" if match.resembles == told else f"tên gần giống “{match.resembles}”"
    return f"Người ký không thuộc {told} ({near})."


_DOUBTS = {
    Doubt.UNMARKED_NAME: "tên viết không dấu, trùng với một đơn vị khác trong tỉnh",
    Doubt.NO_PLACE: "không ghi thuộc tỉnh, thành phố nào",
    Doubt.OTHER_PLACE: "ghi cả địa bàn khác hoặc cấp huyện cũ",
    Doubt.UNKNOWN_BODY: "ghi cả tổ chức, bộ phận không rõ có thuộc cơ quan không",
}


def _unclear(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    match = verdict.match
    assert match is not None
    why = "; ".join(_DOUBTS[doubt] for doubt in match.doubts)
    words = f": {quoted(match.unexplained)}" if match.unexplained else ""
    return f"Chưa chắc người ký thuộc {match.name}: chứng thư {why}{words}."


def _stamp(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    stamp = verdict.signature.stamp
    if stamp is not None and not stamp.intact:
        return "Dấu thời gian không phải của chữ ký này hoặc đã hỏng."
    if stamp is not None and stamp.time > verdict.received_at + CLOCKS:
        return f"Dấu thời gian {moment(stamp.time)} không tin được: muộn hơn lúc nộp ({moment(verdict.received_at)})."
    return "Dấu thời gian không do tổ chức được tin cậy cấp, nên không chứng minh được thời điểm ký."


def _unproven(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    chain, match = verdict.signature.chain, verdict.match
    if verdict.signed_at is not None and verdict.signed_at > verdict.received_at + CLOCKS:
        return f"Thời điểm ký ghi trong tệp muộn hơn lúc nộp ({moment(verdict.received_at)})."
    if match is not None and match.in_use and match.until is not None and _is_over(match.until, verdict):
        until = f"{match.until:%d/%m/%Y}"
        return f"Không có gì chứng minh đã ký khi cơ quan còn mang tên “{match.name}” (đến hết {until})."
    ended = [each for each in (chain.certificates if chain is not None else ()) if each.not_after < verdict.received_at]
    if ended:
        return f"Không có gì chứng minh đã ký khi chứng thư số còn hiệu lực {_validity(ended[0])}."
    return "Thời điểm ký không có gì chứng minh."


def _is_over(until: date, verdict: SignatureVerdict) -> bool:
    return until < verdict.received_at.astimezone(VIETNAM).date()


def _undecided(_: SignatureVerdict, __: Sequence[Body]) -> str:
    return "Không kết luận được nội dung hiện ra có phải là nội dung đã ký."


def _former(verdict: SignatureVerdict, _: Sequence[Body]) -> str:
    name = verdict.match.name if verdict.match is not None else None
    return f"Chữ ký mang tên cũ của cơ quan (“{name}”) sau ngày đổi tên hoặc sáp nhập."


REASONS = {
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
    Outcome.COVERED: _covered,
    Outcome.SIGNER_UNCLEAR: _unclear,
    Outcome.STAMP_UNTRUSTED: _stamp,
    Outcome.TIME_UNPROVEN: _unproven,
    Outcome.FORMER_NAME: _former,
}
