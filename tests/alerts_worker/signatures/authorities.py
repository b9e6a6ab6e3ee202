"""Certification and time-stamp authorities of the tests: made anew by every run, trusted by nobody else."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

from asn1crypto import algos, keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
KeyKind = Literal["rsa", "rsa-1024", "ec"]
SIGNED_AT = datetime(2026, 7, 3, 3, 5, tzinfo=UTC)
"""10:05 on 3 July 2026 in Viet Nam."""
RECEIVED_AT = datetime(2026, 7, 6, 2, tzinfo=UTC)
_EMAIL = NameOID.EMAIL_ADDRESS

WARD = ((NameOID.COUNTRY_NAME, "VN"), (NameOID.LOCALITY_NAME, "Đồng Nai"))
WARD_SEAL = (
    *WARD,
    (NameOID.ORGANIZATION_NAME, "UBND TỈNH ĐỒNG NAI"),
    (NameOID.COMMON_NAME, "UBND PHƯỜNG TRẢNG DÀI"),
)
CHAIRMAN = (
    *WARD,
    (NameOID.ORGANIZATION_NAME, "UBND TỈNH ĐỒNG NAI"),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "UBND PHƯỜNG TRẢNG DÀI"),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "Lãnh đạo UBND"),
    (NameOID.COMMON_NAME, "Nguyễn Thị Ánh Tuyết"),
    (_EMAIL, "tuyetnta@dongnai.gov.vn"),
)
CLERK = (
    *WARD,
    (NameOID.ORGANIZATION_NAME, "UBND TỈNH ĐỒNG NAI"),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "UBND PHƯỜNG TRẢNG DÀI"),
    (NameOID.COMMON_NAME, "Trần Văn Thư"),
)
OTHER_WARD_SEAL = (
    *WARD,
    (NameOID.ORGANIZATION_NAME, "UBND TỈNH ĐỒNG NAI"),
    (NameOID.COMMON_NAME, "UBND PHƯỜNG TÂN TRIỀU"),
)
Name = tuple[tuple[ObjectIdentifier, str], ...]


@cache
def key_of(kind: KeyKind, number: int = 0) -> Key:
    """The same key whenever it is asked for again in one run."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 1024 if kind == "rsa-1024" else 2048)


@dataclass(frozen=True)
class Holder:
    """A certificate with its key, and who issued it."""

    certificate: x509.Certificate
    key: Key
    issuer: "Holder | None" = None

    @property
    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.der)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def asn1_key(self) -> keys.PrivateKeyInfo:
        raw = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return keys.PrivateKeyInfo.load(raw)

    def chain(self) -> list[asn1_x509.Certificate]:
        """The certificates above, without the root."""
        above = []
        current = self.issuer
        while current is not None and current.issuer is not None:
            above.append(current.asn1)
            current = current.issuer
        return above

    def store(self) -> SimpleCertificateStore:
        store = SimpleCertificateStore()
        store.register_multiple([self.asn1, *self.chain()])
        return store


def issue(
    name: Name,
    issuer: Holder | None,
    key: Key,
    *,
    begins: datetime = datetime(2024, 1, 1, tzinfo=UTC),
    ends: datetime = datetime(2029, 1, 1, tzinfo=UTC),
    is_authority: bool = False,
    purposes: tuple[ObjectIdentifier, ...] = (),
    signs: bool = True,
) -> Holder:
    """A new certificate, self-signed without an issuer."""
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in name])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(is_authority=is_authority, signs=signs), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signing_key = issuer.key if issuer else key
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=True)
    return Holder(builder.sign(signing_key, hashes.SHA256()), key, issuer)


def _usage(*, is_authority: bool, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs and not is_authority,
        content_commitment=signs and not is_authority,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_name(words: str) -> Name:
    return (
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.ORGANIZATION_NAME, "Cơ quan chứng thực thử nghiệm"),
        (NameOID.COMMON_NAME, words),
    )


ROOT_NAME = _authority_name("RootCA thử nghiệm")
ISSUER_NAME = _authority_name("CA phục vụ các cơ quan thử nghiệm")
STAMPS_NAME = _authority_name("Dấu thời gian thử nghiệm")


class Realm:
    """A root, an authority below it, its signers, a time-stamp authority, and lists of what was revoked."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self._signers: dict[tuple[object, ...], Holder] = {}
        self.root = issue(ROOT_NAME, None, key_of("rsa", 100 + number), is_authority=True, ends=_year(2048))
        self.issuer = issue(ISSUER_NAME, self.root, key_of("rsa", 200 + number), is_authority=True, ends=_year(2040))
        self.stamps = self.stamping(ExtendedKeyUsageOID.TIME_STAMPING)

    def stamping(self, *purposes: ObjectIdentifier) -> Holder:
        return issue(STAMPS_NAME, self.issuer, key_of("rsa", 300 + self.number), purposes=purposes)

    def signer(
        self,
        name: Name = WARD_SEAL,
        kind: KeyKind = "rsa",
        *,
        number: int = 0,
        begins: datetime = datetime(2025, 7, 1, tzinfo=UTC),
        ends: datetime = datetime(2028, 7, 1, tzinfo=UTC),
        purposes: tuple[ObjectIdentifier, ...] = (),
        signs: bool = True,
        issuer: Holder | None = None,
    ) -> Holder:
        """The same certificate whenever it is asked for in the same words."""
        asked = (name, kind, number, begins, ends, purposes, signs, issuer)
        if asked not in self._signers:
            self._signers[asked] = issue(
                name,
                issuer or self.issuer,
                key_of(kind, number),
                begins=begins,
                ends=ends,
                purposes=purposes,
                signs=signs,
            )
        return self._signers[asked]

    def signed_with_sha1(self) -> Holder:
        """A signer whose certificate the authority signed with SHA-1, as no library of today does."""
        proper = self.signer(number=6)
        certificate = proper.asn1.copy()
        for part in (certificate, certificate["tbs_certificate"]):
            name = "signature" if part is not certificate else "signature_algorithm"
            part[name] = algos.SignedDigestAlgorithm({"algorithm": "sha1_rsa"})
        assert isinstance(self.issuer.key, rsa.RSAPrivateKey)
        signed = certificate["tbs_certificate"].dump(force=True)
        certificate["signature_value"] = self.issuer.key.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
        return Holder(x509.load_der_x509_certificate(certificate.dump(force=True)), proper.key, self.issuer)

    def stamper(self, at: datetime = SIGNED_AT, holder: Holder | None = None) -> DummyTimeStamper:
        holder = holder or self.stamps
        return DummyTimeStamper(holder.asn1, holder.asn1_key, certs_to_embed=holder.store(), fixed_dt=at)

    def revocations(
        self,
        *revoked: tuple[Holder, datetime],
        issuer: Holder | None = None,
        at: datetime = SIGNED_AT + timedelta(hours=1),
        signed_by: Holder | None = None,
    ) -> bytes:
        """A list (DER) of what the issuer, by default the lower authority, has revoked."""
        issuer = issuer or self.issuer
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(at)
            .next_update(at + timedelta(days=7))
        )
        for holder, on in revoked:
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(holder.certificate.serial_number)
                .revocation_date(on)
                .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            )
            builder = builder.add_revoked_certificate(entry.build())
        crl = builder.sign((signed_by or issuer).key, hashes.SHA256())
        return crl.public_bytes(serialization.Encoding.DER)

    def answer(
        self, holder: Holder, *, revoked_at: datetime | None = None, at: datetime = SIGNED_AT + timedelta(hours=1)
    ) -> bytes:
        """An OCSP answer (DER) of the issuer about the certificate."""
        assert holder.issuer is not None
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=holder.certificate,
            issuer=holder.issuer.certificate,
            algorithm=hashes.SHA1(),  # noqa: S303 -- how OCSP names certificates
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
            this_update=at,
            next_update=at + timedelta(days=1),
            revocation_time=revoked_at,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked_at else None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, holder.issuer.certificate)
        return builder.sign(holder.issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


@cache
def realm(number: int = 0) -> Realm:
    """The realm that the tests trust is the first; others bear the same names."""
    return Realm(number)


class ForeignMessageStamper(DummyTimeStamper):
    """Stamps other bytes than it was asked to."""

    def _build_tst_info(self, message_imprint: tsp.MessageImprint, dt: datetime, req: tsp.TimeStampReq) -> tsp.TSTInfo:
        other = tsp.MessageImprint(
            {"hash_algorithm": message_imprint["hash_algorithm"], "hashed_message": b"\x2a" * 32}
        )
        return super()._build_tst_info(other, dt, req)
