"""Files signed by nobody who could be believed, or by nobody at all."""

import io
from datetime import timedelta

from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from services.alerts_worker.evidence_checks.signatures.rules import Outcome
from tests.alerts_worker.signatures import tampering
from tests.alerts_worker.signatures.altered import ALTERED, signed
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
from tests.alerts_worker.signatures.cases import Case, Lists
from tests.alerts_worker.signatures.naming import MISNAMED
from tests.alerts_worker.signatures.papers import (
    PKCS7,
    box,
    paper,
    sign,
    stamp,
    updated,
    updating,
    with_evidence,
)

_DAY = timedelta(days=1)


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


def _revoked(*, days: int = -1, holder: str = "signer") -> Lists:
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
    both = tampering.table_appended(body, content, {number: place}).replace(b"/Prev", b"/XRefStm %d /Prev" % place)
    return sign(both, of.signer())


def _wrong_stamper(of: Realm, holder: Holder) -> bytes:
    return sign(paper(), of.signer(), stamper=of.stamper(holder=holder))


def _foreign_token(of: Realm) -> bytes:
    stamps = of.stamps
    stamper = ForeignMessageStamper(stamps.asn1, stamps.asn1_key, certs_to_embed=stamps.store(), fixed_dt=SIGNED_AT)
    return sign(paper(), of.signer(), stamper=stamper)


def _issuer_expired(of: Realm) -> bytes:
    expired = issue(ISSUER_NAME, of.root, key_of("rsa", 10), is_authority=True, ends=SIGNED_AT - _DAY)
    return sign(paper(), of.signer(issuer=expired))


def _with_usage_rights() -> bytes:
    """As Adobe's programs extend what their Reader may do with a form."""
    writer = updating(paper())
    rights = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Sig"),
            pdf_name("/ByteRange"): box(0, 100, 200, 300),
            pdf_name("/Contents"): generic.ByteStringObject(b"\x30\x00"),
        }
    )
    writer.root["/Perms"] = generic.DictionaryObject({pdf_name("/UR3"): writer.add_object(rights)})
    writer.update_root()
    return updated(writer)


def _with_attachment(of: Realm) -> bytes:
    writer = updating(paper())
    attached = writer.add_object(generic.StreamObject(stream_data=signed(of)))
    writer.root["/Names"] = generic.DictionaryObject({pdf_name("/EmbeddedFiles"): attached})
    writer.update_root()
    return updated(writer)


def _empty_box() -> bytes:
    writer = updating(paper())
    append_signature_field(writer, SigFieldSpec("Chuky1", box=(100, 100, 300, 160)))
    return updated(writer)


_UNPROVEN = (
    Case("a stranger's signature laid over", _overlay_signature, Outcome.UNTRUSTED),
    Case("untrusted authority with the trusted names", lambda _: sign(paper(), realm(1).signer()), Outcome.UNTRUSTED),
    Case(
        "untrusted, stamped by the trusted authority",
        lambda of: sign(paper(), realm(1).signer(), stamper=of.stamper()),
        Outcome.UNTRUSTED,
    ),
    Case("self-signed with the ward's name", _self_signed, Outcome.UNTRUSTED),
    Case("issuer with the trusted name", _look_alike_issuer, Outcome.UNTRUSTED),
    Case("issued by a signer", _issued_by_a_signer, Outcome.UNTRUSTED),
    Case("no root configured", signed, Outcome.UNTRUSTED, trusted=False),
    Case(
        "certificate of a web server",
        lambda of: sign(paper(), of.signer(purposes=(ExtendedKeyUsageOID.SERVER_AUTH,))),
        Outcome.UNTRUSTED,
    ),
    Case("certificate that may not sign", lambda of: sign(paper(), of.signer(signs=False)), Outcome.UNTRUSTED),
    Case("certificate expired", lambda of: sign(paper(), of.signer(ends=SIGNED_AT - _DAY)), Outcome.EXPIRED),
    Case(
        "certificate expired, stamped",
        lambda of: sign(paper(), of.signer(ends=SIGNED_AT - _DAY), stamper=of.stamper()),
        Outcome.EXPIRED,
    ),
    Case(
        "claimed before it expired, stamped after",
        lambda of: sign(paper(), of.signer(ends=SIGNED_AT - _DAY), at=SIGNED_AT - 2 * _DAY, stamper=of.stamper()),
        Outcome.EXPIRED,
    ),
    Case(
        "certificate not yet valid", lambda of: sign(paper(), of.signer(begins=SIGNED_AT + _DAY)), Outcome.NOT_YET_VALID
    ),
    Case(
        "expired since, nothing proves the time",
        lambda of: sign(paper(), of.signer(ends=SIGNED_AT + _DAY)),
        Outcome.TIME_UNPROVEN,
    ),
    Case(
        "claimed for a day to come", lambda of: sign(paper(), of.signer(), at=RECEIVED_AT + _DAY), Outcome.TIME_UNPROVEN
    ),
    Case("revoked before signing", signed, Outcome.REVOKED, lists=_revoked()),
    Case(
        "revoked before signing, stamped",
        lambda of: sign(paper(), of.signer(), stamper=of.stamper()),
        Outcome.REVOKED,
        lists=_revoked(),
    ),
    Case("revoked since, nothing proves the time", signed, Outcome.REVOKED, lists=_revoked(days=1)),
    Case("issuer revoked", signed, Outcome.REVOKED, lists=_revoked(holder="issuer")),
    Case("a list inside says revoked", lambda of: _told_revoked_inside(of, answers=False), Outcome.REVOKED),
    Case(
        "an answer inside says revoked",
        lambda of: _told_revoked_inside(of, answers=True),
        Outcome.REVOKED,
        lists=lambda _: (),
    ),
    Case("revoked, and a stranger's list says good", _vouched_by_a_stranger, Outcome.REVOKED, lists=_revoked()),
    Case("another organization", lambda of: sign(paper(), of.signer(OTHER_WARD_SEAL)), Outcome.OTHER_ORGANIZATION),
    Case(
        "another organization, stamped",
        lambda of: sign(paper(), of.signer(OTHER_WARD_SEAL), stamper=of.stamper()),
        Outcome.OTHER_ORGANIZATION,
    ),
    Case(
        "stamped after the file was here",
        lambda of: sign(paper(), of.signer(), stamper=of.stamper(RECEIVED_AT + _DAY)),
        Outcome.STAMP_UNTRUSTED,
    ),
    Case(
        "certificate and stamp of a time to come",
        lambda of: sign(paper(), of.signer(begins=RECEIVED_AT + _DAY), stamper=of.stamper(RECEIVED_AT + 2 * _DAY)),
        Outcome.NOT_YET_VALID,
    ),
    Case("issuer expired", _issuer_expired, Outcome.EXPIRED),
    Case("SHA-1", lambda of: sign(paper(), of.signer(), digest="sha1"), Outcome.WEAK_ALGORITHM),
    Case("MD5", lambda of: sign(paper(), of.signer(), digest="md5", form=PKCS7), Outcome.WEAK_ALGORITHM),
    Case("RSA of 1024 bits", lambda of: sign(paper(), of.signer(kind="rsa-1024")), Outcome.WEAK_ALGORITHM),
    Case("issuer with RSA of 1024 bits", _weak_issuer, Outcome.WEAK_ALGORITHM),
    Case("certificate signed with SHA-1", lambda of: sign(paper(), of.signed_with_sha1()), Outcome.WEAK_ALGORITHM),
    Case(
        "stamped by somebody who is no authority",
        lambda of: _wrong_stamper(of, of.stamping(ExtendedKeyUsageOID.EMAIL_PROTECTION)),
        Outcome.STAMP_UNTRUSTED,
    ),
    Case("stamped by an untrusted authority", lambda of: _wrong_stamper(of, realm(1).stamps), Outcome.STAMP_UNTRUSTED),
    Case("stamp of another message", _foreign_token, Outcome.STAMP_UNTRUSTED),
)
_NOTHING = (
    Case("not signed", lambda _: paper(), Outcome.NOT_SIGNED),
    Case("not signed, in streams", lambda _: paper(streams=True), Outcome.NOT_SIGNED),
    Case("only stamped", lambda of: stamp(paper(), of.stamper()), Outcome.NOT_SIGNED),
    Case("usage rights of a reader", lambda _: _with_usage_rights(), Outcome.NOT_SIGNED),
    Case("a signed file attached", _with_attachment, Outcome.NOT_SIGNED),
    Case("a page about signatures", lambda _: paper("/ByteRange [0 1 2 3]"), Outcome.NOT_SIGNED),
    Case("an empty box", lambda _: _empty_box(), Outcome.NOT_SIGNED),
    Case("cut off", lambda of: signed(of)[:-300], Outcome.UNDECIDED),
    Case("cut off in the middle", lambda of: signed(of)[: len(signed(of)) // 2], Outcome.UNDECIDED),
    Case("words after the end", lambda of: signed(of) + b"5 0 obj\n<< >>\nendobj\n" * 100, Outcome.UNDECIDED),
    Case("password", _encrypted, Outcome.UNDECIDED),
    Case("two tables", _hybrid, Outcome.UNDECIDED),
    Case("no PDF", lambda _: b"PK\x03\x04" + bytes(100), Outcome.UNDECIDED),
)
BAD: tuple[Case, ...] = (*ALTERED, *_UNPROVEN, *MISNAMED, *_NOTHING)
