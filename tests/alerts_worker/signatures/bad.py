"""Files that are not as they were signed, or signed by nobody who could be believed."""

import io
from datetime import UTC, datetime, timedelta

from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from services.alerts_worker.evidence_checks.signatures.rules import Outcome
from tests.alerts_worker.signatures import tampering
from tests.alerts_worker.signatures.authorities import (
    ISSUER_NAME,
    OTHER_WARD_SEAL,
    RECEIVED_AT,
    SIGNED_AT,
    WARD_SEAL,
    ForeignMessageStamper,
    Holder,
    Realm,
    issue,
    key_of,
    realm,
)
from tests.alerts_worker.signatures.cases import Case, Make
from tests.alerts_worker.signatures.genuine import archived, certified, long_term, signed_twice
from tests.alerts_worker.signatures.papers import (
    PKCS7,
    byte_range,
    filled,
    message_of,
    paper,
    sign,
    stamp,
    updated,
    updating,
    with_evidence,
)

_DAY = timedelta(days=1)


def signed(of: Realm) -> bytes:
    return sign(paper(), of.signer())


def signed_form(of: Realm) -> bytes:
    return sign(paper(form=True), of.signer())


def _range_of(of: Realm, *numbers: int | None) -> bytes:
    content = signed(of)
    present = byte_range(content)
    return tampering.range_rewritten(
        content, tuple(own if other is None else other for own, other in zip(present, numbers, strict=True))
    )


def _copied_from_another(of: Realm) -> bytes:
    other = sign(paper("Mot van ban khac"), of.signer())
    return tampering.value_replaced(signed(of), message_of(other).dump())


def _hide_and_replace(of: Realm) -> bytes:
    prepared, place = tampering.hidden_twin(paper())
    return tampering.rewired(sign(prepared, of.signer()), place)


def _overlay_box(of: Realm) -> bytes:
    """A visible, empty signature box is laid over the text."""
    writer = updating(signed(of))
    append_signature_field(writer, SigFieldSpec("Chuky9", box=(60, 690, 400, 720)))
    return updated(writer)


def _overlay_stamp(of: Realm) -> bytes:
    writer = updating(signed(of))
    append_signature_field(writer, SigFieldSpec("Dau1", box=(60, 690, 400, 720)))
    return stamp(updated(writer), of.stamper(), field="Dau1")


def _overlay_signature(of: Realm) -> bytes:
    """A stranger's visible signature is laid over the text."""
    return sign(signed(of), realm(1).signer(), field="Chuky9", visible=True)


def _self_signed(of: Realm) -> bytes:
    return sign(paper(), issue(WARD_SEAL, None, key_of("rsa", 7)))


def _look_alike_issuer(of: Realm) -> bytes:
    """The root and the issuer bear the trusted names, and the trusted issuer's certificate is sent along."""
    false = issue(ISSUER_NAME, realm(1).root, key_of("rsa", 8), is_authority=True)
    return sign(paper(), realm(1).signer(issuer=false))


def _weak_issuer(of: Realm) -> bytes:
    weak = issue(ISSUER_NAME, of.root, key_of("rsa-1024", 9), is_authority=True)
    return sign(paper(), of.signer(issuer=weak))


def _issued_by_a_signer(of: Realm) -> bytes:
    """A signer of the trusted realm plays authority."""
    return sign(paper(), of.signer(issuer=of.signer(OTHER_WARD_SEAL)))


def _revoked(*, days: int = -1, holder: str = "signer"):  # type: ignore[no-untyped-def]
    def lists(of: Realm) -> list[bytes]:
        on = SIGNED_AT + days * _DAY
        if holder == "issuer":
            return [of.revocations((of.issuer, on), issuer=of.root, at=RECEIVED_AT), of.revocations()]
        return [of.revocations((of.signer(), on), at=RECEIVED_AT)]

    return lists


def _told_revoked_inside(of: Realm, *, answers: bool) -> bytes:
    holder = of.signer(number=5)
    content = sign(paper(), holder)
    if answers:
        return with_evidence(content, answers=[of.answer(holder, revoked_at=SIGNED_AT - _DAY)])
    return with_evidence(content, lists=[of.revocations((holder, SIGNED_AT - _DAY))])


def _vouched_by_a_stranger(of: Realm) -> bytes:
    """The file brings a list in the issuer's name, signed by somebody else, on which nobody is revoked."""
    return with_evidence(signed(of), lists=[of.revocations(at=RECEIVED_AT, signed_by=realm(1).issuer)])


def _encrypted(of: Realm) -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(paper())))
    writer.encrypt(owner_pass="chu so huu", user_pass="mat khau", pdf_mac=False)
    output = io.BytesIO()
    writer.write(output)
    return sign(output.getvalue(), of.signer(), password="mat khau")


def _hybrid(of: Realm) -> bytes:
    """A table and a stream of cross-references, which may differ."""
    content = paper()
    number = int(PdfFileReader(io.BytesIO(content)).trailer_view["/Size"])
    rows = bytes([1]) + len(content).to_bytes(4, "big") + bytes([0])
    place = len(content)
    head = b"<< /Type /XRef /Size %d /W [1 4 1] /Index [%d 1] /Length %d >>" % (number + 1, number, len(rows))
    body = content + b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, head, rows)
    both = tampering.table_appended(body, content, {}).replace(
        b"/Prev", b"/XRefStm %d /Prev" % place
    )
    return sign(both, of.signer())


def _overridden_in_a_stream(of: Realm) -> bytes:
    """The new page comes in an object stream."""
    return tampering.page_replaced(sign(paper(streams=True), of.signer()))


def _changed_between(of: Realm) -> bytes:
    """The chairman signs, somebody changes the text, the seal is put on the result."""
    from tests.alerts_worker.signatures.authorities import CHAIRMAN

    first = tampering.redrawn(sign(paper(), of.signer(CHAIRMAN)))
    return sign(first, of.signer(), field="Chuky2")


def _unlisted(of: Realm) -> bytes:
    content = signed(of)
    number = tampering.stream_of(content)
    return tampering.appended(content, {number: tampering.drawn(tampering.FORGED)}, listed=False)


def _wrong_stamper(of: Realm, holder: Holder) -> bytes:
    return sign(paper(), of.signer(), stamper=of.stamper(holder=holder))


def _foreign_token(of: Realm) -> bytes:
    stamps = of.stamps
    stamper = ForeignMessageStamper(stamps.asn1, stamps.asn1_key, certs_to_embed=stamps.store(), fixed_dt=SIGNED_AT)
    return sign(paper(), of.signer(), stamper=stamper)


def _after(change: Make, before: Make = signed) -> Make:
    return lambda of: change(before(of))  # type: ignore[arg-type]


_ALTERED = (
    Case("words changed in place", _after(tampering.flipped), Outcome.ALTERED),
    Case("words changed in place, second signature", _after(tampering.flipped, signed_twice), Outcome.ALTERED),
    Case("words changed in place, certified", lambda of: tampering.flipped(certified(of, MDPPerm.NO_CHANGES)), Outcome.ALTERED),
    Case("words changed in place, archived", _after(tampering.flipped, archived), Outcome.ALTERED),
    Case("time of signing rewritten", lambda of: tampering.flipped(signed(of), b"20260703030500Z", b"20260603030500Z"), Outcome.ALTERED),
    Case("value of the signature changed", lambda of: tampering.message_changed(signed(of), "value"), Outcome.ALTERED),
    Case("digest in the signature changed", lambda of: tampering.message_changed(signed(of), "digest"), Outcome.ALTERED),
    Case("signature of another document copied in", _copied_from_another, Outcome.ALTERED),
    Case("signed another digest", lambda of: sign(paper(), of.signer(), wrong_digest=b"\x17" * 32), Outcome.ALTERED),
    Case("signed another digest, EC", lambda of: sign(paper(), of.signer(kind="ec"), form=PKCS7, wrong_digest=b"\x17" * 32), Outcome.ALTERED),
    Case("signature wrapped", _after(tampering.wrapped), Outcome.PARTLY_SIGNED),
    Case("byte range shortened", lambda of: _range_of(of, None, None, None, 20), Outcome.ALTERED),
    Case("byte range without its second part", lambda of: _range_of(of, None, None, None, 0), Outcome.ALTERED),
    Case("byte range from the middle", lambda of: _range_of(of, 9, None, None, None), Outcome.ALTERED),
    Case("byte range beyond the end", lambda of: _range_of(of, None, None, None, 9_999), Outcome.ALTERED),
    Case("stamp over the document, then words changed", lambda of: tampering.flipped(stamp(paper(), of.stamper())), Outcome.ALTERED),
)
_BROKEN = (
    Case("value of the signature emptied", lambda of: tampering.value_replaced(signed(of), b""), Outcome.BROKEN),
    Case("value of the signature is noise", lambda of: tampering.value_replaced(signed(of), b"\x30\x82" * 200), Outcome.BROKEN),
    Case("no value", lambda of: tampering.dictionary_rewritten(signed(of), b"/Contents <", b"/Contenst <"), Outcome.BROKEN),
    Case("no byte range", lambda of: tampering.dictionary_rewritten(signed(of), b"/ByteRange", b"/ByteRagne"), Outcome.BROKEN),
    Case("byte range negative", lambda of: _range_of(of, None, -5, None, None), Outcome.ALTERED),
    Case("two signers in one signature", lambda of: tampering.message_changed(signed(of), "two signers"), Outcome.BROKEN),
    Case("no certificate in the signature", lambda of: tampering.message_changed(signed(of), "no certificate"), Outcome.BROKEN),
    Case("a form of signatures nobody checks", lambda of: tampering.dictionary_rewritten(signed(of), b"/ETSI.CAdES.detached", b"/ETSI.CAdES.attached"), Outcome.BROKEN),
)
_CHANGED = (
    Case("text redrawn", _after(tampering.redrawn), Outcome.CHANGED_AFTER_SIGNING),
    Case("text redrawn, stamped and in streams", lambda of: tampering.redrawn(sign(paper(streams=True), of.signer(), stamper=of.stamper())), Outcome.CHANGED_AFTER_SIGNING),
    Case("text redrawn, two signatures", _after(tampering.redrawn, signed_twice), Outcome.CHANGED_AFTER_SIGNING),
    Case("text redrawn, archived", _after(tampering.redrawn, archived), Outcome.CHANGED_AFTER_SIGNING),
    Case("text redrawn, evidence added", _after(tampering.redrawn, long_term), Outcome.CHANGED_AFTER_SIGNING),
    Case("text redrawn, then evidence added", lambda of: with_evidence(tampering.redrawn(signed(of)), lists=[of.revocations()]), Outcome.CHANGED_AFTER_SIGNING),
    Case("page replaced", _after(tampering.page_replaced), Outcome.CHANGED_AFTER_SIGNING),
    Case("page replaced through an object stream", _overridden_in_a_stream, Outcome.CHANGED_AFTER_SIGNING),
    Case("page drawn over", _after(tampering.page_drawn_over), Outcome.CHANGED_AFTER_SIGNING),
    Case("page added", _after(tampering.page_added), Outcome.CHANGED_AFTER_SIGNING),
    Case("page removed", lambda of: tampering.page_removed(sign(paper(pages=3), of.signer())), Outcome.CHANGED_AFTER_SIGNING),
    Case("note laid over", _after(tampering.note_added), Outcome.CHANGED_AFTER_SIGNING),
    Case("picture laid over", lambda of: tampering.note_added(signed(of), "/Stamp"), Outcome.CHANGED_AFTER_SIGNING),
    Case("note after certification", lambda of: tampering.note_added(certified(of, MDPPerm.FILL_FORMS)), Outcome.CHANGED_AFTER_SIGNING),
    Case("form filled after signing", lambda of: filled(signed_form(of), "900"), Outcome.CHANGED_AFTER_SIGNING),
    Case("form filled, nothing allowed", lambda of: filled(certified(of, MDPPerm.NO_CHANGES, form=True), "900"), Outcome.CHANGED_AFTER_SIGNING),
    Case("signed after certification that allows nothing", lambda of: sign(certified(of, MDPPerm.NO_CHANGES), of.signer(), field="Chuky2"), Outcome.CHANGED_AFTER_SIGNING),
    Case("shadow: form drawn anew", _after(tampering.form_redrawn, signed_form), Outcome.CHANGED_AFTER_SIGNING),
    Case("shadow: field looks different", _after(tampering.field_looks_different, signed_form), Outcome.CHANGED_AFTER_SIGNING),
    Case("shadow: font replaced", _after(tampering.font_replaced), Outcome.CHANGED_AFTER_SIGNING),
    Case("shadow: cover freed", lambda of: tampering.object_freed(signed(of), tampering.stream_of(signed(of))), Outcome.CHANGED_AFTER_SIGNING),
    Case("shadow: hide and replace", _hide_and_replace, Outcome.CHANGED_AFTER_SIGNING),
    Case("shadow: other catalog", _after(tampering.other_catalog), Outcome.SIGNATURE_REMOVED),
    Case("saved on without a table", lambda of: tampering.repeated_end(signed(of), b"5 0 obj\n<< >>\nendobj\n"), Outcome.CHANGED_AFTER_SIGNING),
    Case("saved on with words", lambda of: tampering.repeated_end(signed(of), b"mot dong nua\n"), Outcome.CHANGED_AFTER_SIGNING),
    Case("saved on, objects unlisted", _unlisted, Outcome.CHANGED_AFTER_SIGNING),
    Case("empty box laid over", _overlay_box, Outcome.CHANGED_AFTER_SIGNING),
    Case("time stamp laid over", _overlay_stamp, Outcome.CHANGED_AFTER_SIGNING),
    Case("changed between two signatures", _changed_between, Outcome.CHANGED_AFTER_SIGNING),
    Case("signature taken out", lambda of: tampering.without_signature(signed(of), "/V"), Outcome.SIGNATURE_REMOVED),
    Case("all fields taken out", lambda of: tampering.without_signature(signed(of), "/Fields"), Outcome.SIGNATURE_REMOVED),
)
_UNPROVEN = (
    Case("a stranger's signature laid over", _overlay_signature, Outcome.UNTRUSTED),
    Case("untrusted authority with the trusted names", lambda of: sign(paper(), realm(1).signer()), Outcome.UNTRUSTED),
    Case("untrusted, stamped by the trusted authority", lambda of: sign(paper(), realm(1).signer(), stamper=of.stamper()), Outcome.UNTRUSTED),
    Case("self-signed with the ward's name", _self_signed, Outcome.UNTRUSTED),
    Case("issuer with the trusted name", _look_alike_issuer, Outcome.UNTRUSTED),
    Case("issued by a signer", _issued_by_a_signer, Outcome.UNTRUSTED),
    Case("no root configured", signed, Outcome.UNTRUSTED, trusted=False),
    Case("certificate of a web server", lambda of: sign(paper(), of.signer(purposes=(ExtendedKeyUsageOID.SERVER_AUTH,))), Outcome.UNTRUSTED),
    Case("certificate that may not sign", lambda of: sign(paper(), of.signer(signs=False)), Outcome.UNTRUSTED),
    Case("certificate expired", lambda of: sign(paper(), of.signer(ends=SIGNED_AT - _DAY)), Outcome.EXPIRED),
    Case("certificate expired, stamped", lambda of: sign(paper(), of.signer(ends=SIGNED_AT - _DAY), stamper=of.stamper()), Outcome.EXPIRED),
    Case("claimed before it expired, stamped after", lambda of: sign(paper(), of.signer(ends=SIGNED_AT - _DAY), at=SIGNED_AT - 2 * _DAY, stamper=of.stamper()), Outcome.EXPIRED),
    Case("certificate not yet valid", lambda of: sign(paper(), of.signer(begins=SIGNED_AT + _DAY)), Outcome.NOT_YET_VALID),
    Case("expired since, nothing proves the time", lambda of: sign(paper(), of.signer(ends=SIGNED_AT + _DAY)), Outcome.TIME_UNPROVEN),
    Case("claimed for a day to come", lambda of: sign(paper(), of.signer(), at=RECEIVED_AT + _DAY), Outcome.TIME_UNPROVEN),
    Case("revoked before signing", signed, Outcome.REVOKED, lists=_revoked()),
    Case("revoked before signing, stamped", lambda of: sign(paper(), of.signer(), stamper=of.stamper()), Outcome.REVOKED, lists=_revoked()),
    Case("revoked since, nothing proves the time", signed, Outcome.REVOKED, lists=_revoked(days=1)),
    Case("issuer revoked", signed, Outcome.REVOKED, lists=_revoked(holder="issuer")),
    Case("a list inside says revoked", lambda of: _told_revoked_inside(of, answers=False), Outcome.REVOKED),
    Case("an answer inside says revoked", lambda of: _told_revoked_inside(of, answers=True), Outcome.REVOKED, lists=lambda _: ()),
    Case("revoked, and a stranger's list says good", _vouched_by_a_stranger, Outcome.REVOKED, lists=_revoked()),
    Case("another organization", lambda of: sign(paper(), of.signer(OTHER_WARD_SEAL)), Outcome.OTHER_ORGANIZATION),
    Case("another organization, stamped", lambda of: sign(paper(), of.signer(OTHER_WARD_SEAL), stamper=of.stamper()), Outcome.OTHER_ORGANIZATION),
    Case("SHA-1", lambda of: sign(paper(), of.signer(), digest="sha1"), Outcome.WEAK_ALGORITHM),
    Case("MD5", lambda of: sign(paper(), of.signer(), digest="md5", form=PKCS7), Outcome.WEAK_ALGORITHM),
    Case("RSA of 1024 bits", lambda of: sign(paper(), of.signer(kind="rsa-1024")), Outcome.WEAK_ALGORITHM),
    Case("issuer with RSA of 1024 bits", _weak_issuer, Outcome.WEAK_ALGORITHM),
    Case("certificate signed with SHA-1", lambda of: sign(paper(), of.signed_with_sha1()), Outcome.WEAK_ALGORITHM),
    Case("stamped by somebody who is no authority", lambda of: _wrong_stamper(of, of.stamping(ExtendedKeyUsageOID.EMAIL_PROTECTION)), Outcome.STAMP_UNTRUSTED),
    Case("stamped by an untrusted authority", lambda of: _wrong_stamper(of, realm(1).stamps), Outcome.STAMP_UNTRUSTED),
    Case("stamp of another message", _foreign_token, Outcome.STAMP_UNTRUSTED),
)
_NOTHING = (
    Case("not signed", lambda _: paper(), Outcome.NOT_SIGNED),
    Case("not signed, in streams", lambda _: paper(streams=True), Outcome.NOT_SIGNED),
    Case("only stamped", lambda of: stamp(paper(), of.stamper()), Outcome.NOT_SIGNED),
    Case("an empty box", lambda of: _empty_box(), Outcome.NOT_SIGNED),
    Case("cut off", lambda of: signed(of)[:-300], Outcome.UNDECIDED),
    Case("cut off in the middle", lambda of: signed(of)[: len(signed(of)) // 2], Outcome.UNDECIDED),
    Case("words after the end", lambda of: signed(of) + b"5 0 obj\n<< >>\nendobj\n" * 100, Outcome.UNDECIDED),
    Case("password", _encrypted, Outcome.UNDECIDED),
    Case("two tables", _hybrid, Outcome.UNDECIDED),
    Case("no PDF", lambda _: b"PK\x03\x04" + bytes(100), Outcome.UNDECIDED),
)


def _empty_box() -> bytes:
    writer = updating(paper())
    append_signature_field(writer, SigFieldSpec("Chuky1", box=(100, 100, 300, 160)))
    return updated(writer)


BAD: tuple[Case, ...] = (*_ALTERED, *_BROKEN, *_CHANGED, *_UNPROVEN, *_NOTHING)
ALTERED: frozenset[str] = frozenset(case.name for case in (*_ALTERED, *_BROKEN, *_CHANGED))
"""Of none of these may it be said that the document is as it was signed."""
