"""Time-stamp tokens (RFC 3161): of which bytes, by whom, when."""

from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import cms, tsp
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from services.alerts_worker.evidence_checks.signatures import weaknesses
from services.alerts_worker.evidence_checks.signatures.chains import Authorities, chain_of
from services.alerts_worker.evidence_checks.signatures.facts import Stamp, Trust
from services.alerts_worker.evidence_checks.signatures.subjects import certificate_subject

_MOST_TOKENS = 4


@dataclass(frozen=True, slots=True)
class Integrity:
    """Whether the bytes are those that were signed, and whether the signature over them holds."""

    digest_matches: bool
    value_valid: bool


def digest(algorithm: str, content: bytes) -> bytes:
    """The digest of the bytes. Raises AttributeError for an algorithm nobody knows."""
    hasher = hashes.Hash(get_pyca_cryptography_hash(algorithm))
    hasher.update(content)
    return hasher.finalize()


async def stamp_of_token(token: cms.SignedData, digest_with: Callable[[str], bytes], authorities: Authorities) -> Stamp:
    """What a token says; `digest_with` gives the digest of the bytes it should be of.

    Raises SignatureValidationError, ValueError and their like for what is no token.
    """
    content = token["encap_content_info"]["content"]
    info = content.parsed
    if not isinstance(info, tsp.TSTInfo):
        raise SignatureValidationError("not a time-stamp token")
    certificates = extract_certs_for_validation(token)
    signer_info = extract_signer_info(token)
    algorithm = signer_info["digest_algorithm"]["algorithm"].native
    matches, valid = validate_sig_integrity(
        signer_info,
        certificates.signer_cert,
        expected_content_type="tst_info",
        actual_digest=digest(algorithm, bytes(content)),
    )
    imprint = info["message_imprint"]
    imprinted_with = imprint["hash_algorithm"]["algorithm"].native
    of_these = imprint["hashed_message"].native == digest_with(imprinted_with)
    chain = await chain_of(
        certificates.signer_cert,
        authorities.with_more(certificates.other_certs, ()),
        info["gen_time"].native,
        stamps=True,
    )
    return Stamp(
        info["gen_time"].native,
        matches and valid and of_these,
        certificate_subject(certificates.signer_cert),
        chain,
        weaknesses.unique(
            weaknesses.of_digest(algorithm)
            + weaknesses.of_digest(imprinted_with)
            + weaknesses.of_signature(signer_info["signature_algorithm"])
        ),
    )


async def stamp_of_signature(signer_info: cms.SignerInfo, authorities: Authorities) -> Stamp | None:
    """The first token over the signature's value that can be believed, else the last one, None without any."""
    stamp = None
    for token in _tokens(signer_info)[:_MOST_TOKENS]:
        stamp = await stamp_of_token(
            token, lambda algorithm: digest(algorithm, signer_info["signature"].native), authorities
        )
        if stamp.intact and stamp.chain.trust == Trust.TRUSTED:
            break
    return stamp


def _tokens(signer_info: cms.SignerInfo) -> list[cms.SignedData]:
    return [
        value["content"]
        for attribute in signer_info["unsigned_attrs"] or ()
        if attribute["type"].native == "signature_time_stamp_token"
        for value in attribute["values"]
    ]
