"""The way from a certificate to a configured root, at one moment, and what is known of revocations along it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import AcceptAllAlgorithms

from services.alerts_worker.evidence_checks.signatures import weaknesses
from services.alerts_worker.evidence_checks.signatures.facts import Certificate, Chain, Trust
from services.alerts_worker.evidence_checks.signatures.revocation import Evidence, revocation_of
from services.alerts_worker.evidence_checks.signatures.subjects import certificate_subject, readable, subject_of

_SIGNING = frozenset({"digital_signature", "non_repudiation"})
_OTHER_PURPOSES = frozenset({"server_auth", "code_signing", "time_stamping", "ocsp_signing"})


@dataclass(frozen=True, slots=True)
class Authorities:
    """Whom the operator trusts, and what is known besides: `others` are certificates that only help to find the way."""

    roots: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=())

    def with_more(self, others: Iterable[x509.Certificate], evidence: Iterable[Evidence]) -> "Authorities":
        """These and what a signature or a document brings along."""
        return Authorities(self.roots, (*self.others, *others), (*self.evidence, *evidence))


async def chain_of(
    certificate: x509.Certificate, authorities: Authorities, at: datetime, *, stamps: bool = False
) -> Chain:
    """The chain for signing documents, or with `stamps` for time stamps.

    Weak algorithms do not end it, they are told with the certificates; neither do revocations.
    """
    trust, detail, path = await _way(certificate, authorities, at)
    if trust == Trust.TRUSTED and not _is_suitable(certificate, stamps=stamps):
        trust, detail = Trust.UNSUITABLE, None
    anchor, certificates = _laid_out(path) if path is not None else (None, [certificate])
    issuers = [*certificates[1:], anchor]
    return Chain(
        trust,
        at,
        tuple(map(certificate_facts, certificates)),
        tuple(
            revocation_of(each, issuer, authorities.evidence)
            for each, issuer in zip(certificates, issuers, strict=True)
            if issuer is not None
        ),
        certificate_subject(anchor) if anchor is not None else None,
        readable(detail) if detail else None,
    )


async def _way(
    certificate: x509.Certificate, authorities: Authorities, at: datetime
) -> tuple[Trust, str | None, ValidationPath | None]:
    if not authorities.roots:
        return Trust.UNTRUSTED, None, None
    context = ValidationContext(
        trust_roots=list(authorities.roots),
        other_certs=list(authorities.others),
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
        algorithm_usage_policy=AcceptAllAlgorithms(),
    )
    try:
        path = await find_valid_path(
            certificate, context.path_builder.async_build_paths_lazy(certificate), validation_context=context
        )
    except PathBuildingError:
        return Trust.UNTRUSTED, None, None
    except ExpiredError as error:
        return Trust.EXPIRED, None, error.original_path
    except NotYetValidError as error:
        return Trust.NOT_YET_VALID, None, error.original_path
    except PathValidationError as error:
        return Trust.INVALID, error.failure_msg, error.original_path
    except ValidationError as error:
        return Trust.INVALID, error.failure_msg, None
    return Trust.TRUSTED, None, path


def _laid_out(path: ValidationPath) -> tuple[x509.Certificate | None, list[x509.Certificate]]:
    """The root, and the certificates below it from the last one up."""
    chain = list(path.iter_certs(include_root=True))
    if len(chain) == 1:  # a root that signs itself
        return chain[0], chain
    return chain[0], chain[:0:-1]


def _is_suitable(certificate: x509.Certificate, *, stamps: bool) -> bool:
    extended = certificate.extended_key_usage_value
    if stamps:
        return extended is not None and "time_stamping" in extended.native
    if extended is not None and set(extended.native) <= _OTHER_PURPOSES:
        return False
    usage = certificate.key_usage_value
    return usage is None or bool(_SIGNING & set(usage.native))


def certificate_facts(certificate: x509.Certificate) -> Certificate:
    """What is told of a certificate."""
    return Certificate(
        certificate_subject(certificate),
        subject_of(certificate.issuer),
        format(certificate.serial_number, "x"),
        certificate.sha256.hex(),
        certificate.not_valid_before,
        certificate.not_valid_after,
        weaknesses.of_certificate(certificate),
    )
