"""Whether a certificate was revoked, by lists and answers that its own issuer signed. Others prove nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp

from services.alerts_worker.evidence_checks.signatures.facts import Revocation, RevocationStatus

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature, x509.ExtensionNotFound)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A DER-encoded list or OCSP answer, and where it was found: document, signature or authority."""

    content: bytes
    source: str
    answer: bool = False


def revocation_of(
    certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate, evidence: Sequence[Evidence]
) -> Revocation:
    """The earliest revocation told; without one, the newest good word; `unknown` when none can be believed."""
    try:
        subject = x509.load_der_x509_certificate(certificate.dump())
        signer = x509.load_der_x509_certificate(issuer.dump())
    except ValueError:
        return Revocation(RevocationStatus.UNKNOWN)
    told = list(_told(subject, signer, issuer, evidence))
    revoked = [(word.revoked_at, word) for word in told if word.status == RevocationStatus.REVOKED]
    if revoked:
        return min(revoked, key=lambda pair: pair[0] or _EPOCH)[1]
    good = [(word.as_of, word) for word in told]
    return max(good, key=lambda pair: pair[0] or _EPOCH, default=(None, Revocation(RevocationStatus.UNKNOWN)))[1]


def _told(
    subject: x509.Certificate,
    signer: x509.Certificate,
    issuer: asn1_x509.Certificate,
    evidence: Sequence[Evidence],
) -> Iterable[Revocation]:
    for each in evidence:
        try:
            if each.answer:
                yield from _answered(each, subject, signer, issuer)
            else:
                yield from _listed(each, subject, signer)
        except _UNREADABLE:  # a list or an answer that cannot be read is none
            continue


def _listed(evidence: Evidence, subject: x509.Certificate, signer: x509.Certificate) -> Iterable[Revocation]:
    crl = x509.load_der_x509_crl(evidence.content)
    key = signer.public_key()
    if crl.issuer != signer.subject or not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return
    if not crl.is_signature_valid(key) or not _speaks_of(crl, subject):
        return
    entry = crl.get_revoked_certificate_by_serial_number(subject.serial_number)
    if entry is None:
        yield Revocation(
            RevocationStatus.GOOD,
            as_of=crl.last_update_utc,
            valid_until=crl.next_update_utc,
            source=evidence.source,
        )
        return
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except x509.ExtensionNotFound:
        reason = None
    yield Revocation(
        RevocationStatus.REVOKED, entry.revocation_date_utc, reason, crl.last_update_utc, source=evidence.source
    )


def _speaks_of(crl: x509.CertificateRevocationList, subject: x509.Certificate) -> bool:
    """Whether the certificate would be on the list if it were revoked: not so for lists of others, or of changes."""
    for extension in crl.extensions:
        if isinstance(extension.value, x509.DeltaCRLIndicator):
            return False
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            point = extension.value
            elsewhere = point.only_contains_user_certs if _is_authority(subject) else point.only_contains_ca_certs
            if point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs or elsewhere:
                return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _answered(
    evidence: Evidence, subject: x509.Certificate, signer: x509.Certificate, issuer: asn1_x509.Certificate
) -> Iterable[Revocation]:
    answer = ocsp.load_der_ocsp_response(evidence.content)
    if answer.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL or not _is_signed_for(answer, signer):
        return
    key_bits = issuer["tbs_certificate"]["subject_public_key_info"]["public_key"].contents[1:]
    for single in answer.responses:
        key_hash = hashlib.new(single.hash_algorithm.name, key_bits, usedforsecurity=False).digest()
        if single.serial_number != subject.serial_number or single.issuer_key_hash != key_hash:
            continue
        if single.certificate_status == ocsp.OCSPCertStatus.GOOD:
            yield Revocation(
                RevocationStatus.GOOD,
                as_of=single.this_update_utc,
                valid_until=single.next_update_utc,
                source=evidence.source,
            )
        elif single.certificate_status == ocsp.OCSPCertStatus.REVOKED:
            yield Revocation(
                RevocationStatus.REVOKED,
                single.revocation_time_utc,
                single.revocation_reason.value if single.revocation_reason else None,
                single.this_update_utc,
                source=evidence.source,
            )


def _is_signed_for(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    """Signed by the issuer itself, or by a responder that it gave the right to answer for it at that time."""
    for responder in (signer, *answer.certificates):
        if responder is not signer and not _may_answer(responder, signer, answer.produced_at_utc):
            continue
        key = responder.public_key()
        algorithm = answer.signature_hash_algorithm
        if algorithm is None:
            continue
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
                return True
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
                return True
        except InvalidSignature:
            continue
    return False


def _may_answer(responder: x509.Certificate, signer: x509.Certificate, at: datetime) -> bool:
    responder.verify_directly_issued_by(signer)
    usage = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    within = responder.not_valid_before_utc <= at <= responder.not_valid_after_utc
    return within and x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING in usage
