"""The facts about one signature field."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import MultivaluedAttributeError, NonexistentAttributeError, find_unique_cms_attribute
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from services.alerts_worker.evidence_checks.signatures import weaknesses
from services.alerts_worker.evidence_checks.signatures.chains import Authorities, chain_of
from services.alerts_worker.evidence_checks.signatures.facts import CLOCKS, Kind, Signature, Stamp, Trust
from services.alerts_worker.evidence_checks.signatures.integrity import changes_after, coverage_of
from services.alerts_worker.evidence_checks.signatures.revocation import Evidence
from services.alerts_worker.evidence_checks.signatures.stamps import stamp_of_signature, stamp_of_token
from services.alerts_worker.evidence_checks.signatures.subjects import certificate_subject

_SIGNATURE_FORMS = frozenset({"/adbe.pkcs7.detached", "/ETSI.CAdES.detached"})
_STAMP_FORM = "/ETSI.RFC3161"


async def read_one(
    reader: PdfFileReader, content: bytes, name: str, field: Any, authorities: Authorities, at: datetime
) -> Signature:
    """Everything about the signature in the field. Raises whatever pyHanko does when it is none."""
    signature = EmbeddedPdfSignature(reader, field, name)
    subfilter = str(signature.sig_object.get("/SubFilter", ""))
    coverage = coverage_of(signature, content)
    changes = changes_after(signature, coverage, content, reader)
    common: dict[str, Any] = {
        "field": name,
        "number": 0,
        "subfilter": subfilter.removeprefix("/"),
        "revision": signature.signed_revision + 1,
        "digest_algorithm": signature.md_algorithm,
        "coverage": coverage,
        "change": changes.change,
        "changed_fields": changes.fields,
        "covered_pages": changes.pages,
        "change_detail": changes.detail,
        "certifies": signature.docmdp_level.value if signature.docmdp_level is not None else None,
    }
    if signature.sig_object_type == "/DocTimeStamp":
        if subfilter != _STAMP_FORM:
            raise SignatureValidationError(f"no form of time stamps: {subfilter}")
        return await _document_stamp(signature, common, authorities)
    if subfilter not in _SIGNATURE_FORMS:
        raise SignatureValidationError(f"a form of signatures that is not examined: {subfilter}")
    return await _signature(signature, common, authorities, at)


async def _document_stamp(
    signature: EmbeddedPdfSignature, common: dict[str, Any], authorities: Authorities
) -> Signature:
    stamp = await stamp_of_token(signature.signed_data, _digest_with(signature), authorities)
    return Signature(
        **common,
        kind=Kind.DOCUMENT_STAMP,
        signature_algorithm=_algorithm(signature),
        digest_matches=stamp.intact,
        value_valid=stamp.intact,
        stamp=stamp,
        chain=stamp.chain,
    )


async def _signature(
    signature: EmbeddedPdfSignature, common: dict[str, Any], authorities: Authorities, at: datetime
) -> Signature:
    certificate = signature.signer_cert
    signer_info = signature.signer_info
    matches, valid = validate_sig_integrity(
        signer_info, certificate, expected_content_type="data", actual_digest=signature.compute_digest()
    )
    if signature.signed_data["encap_content_info"]["content"].native is not None:
        raise SignatureValidationError("signs something else than the document")
    known = authorities.with_more(signature.other_embedded_certs, _brought_along(signer_info))
    stamp = await stamp_of_signature(signer_info, known)
    claimed = _claimed_at(signature)
    chain = await chain_of(certificate, known, _moment(stamp, claimed, at))
    found = (
        weaknesses.of_digest(signature.md_algorithm)
        + weaknesses.of_signature(signer_info["signature_algorithm"])
        + weaknesses.of_key(certificate.public_key)
    )
    return Signature(
        **common,
        signature_algorithm=_algorithm(signature),
        weaknesses=weaknesses.unique(found),
        digest_matches=matches,
        value_valid=valid,
        signer=certificate_subject(certificate),
        claimed_at=claimed,
        stamp=stamp,
        chain=chain,
    )


def _digest_with(signature: EmbeddedPdfSignature) -> Callable[[str], bytes]:
    return signature.compute_digest


def _algorithm(signature: EmbeddedPdfSignature) -> str:
    return str(signature.signer_info["signature_algorithm"]["algorithm"].native)


def _claimed_at(signature: EmbeddedPdfSignature) -> datetime | None:
    claimed = signature.self_reported_timestamp
    if claimed is None:
        return None
    return (claimed if claimed.tzinfo is not None else claimed.replace(tzinfo=UTC)).astimezone(UTC)


def _moment(stamp: Stamp | None, claimed: datetime | None, at: datetime) -> datetime:
    """When it counts as signed: as a trusted authority stamped it, else as claimed, else when it was received.

    No stamp is of a time after the receipt, whoever set it.
    """
    timely = stamp is not None and stamp.time <= at + CLOCKS
    if stamp is not None and timely and stamp.intact and stamp.chain.trust == Trust.TRUSTED:
        return stamp.time
    return claimed or at


def _brought_along(signer_info: cms.SignerInfo) -> list[Evidence]:
    """Lists and answers that the signer put into the signature."""
    try:
        archive = find_unique_cms_attribute(signer_info["signed_attrs"], "adobe_revocation_info_archival")
    except (NonexistentAttributeError, MultivaluedAttributeError):
        return []
    lists = [Evidence(each.dump(), "signature") for each in archive["crl"] or ()]
    return lists + [Evidence(each.dump(), "signature", answer=True) for each in archive["ocsp"] or ()]
