"""What a throwaway process runs: reads the signatures of a PDF, and never fails for what is wrong with them."""

import asyncio
import io
import logging
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from importlib.metadata import version
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.crypt import AuthStatus, StandardSecurityHandler
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError

from services.alerts_worker.evidence_checks.signatures.chains import Authorities
from services.alerts_worker.evidence_checks.signatures.facts import Document, Problem, Signature
from services.alerts_worker.evidence_checks.signatures.one_signature import read_one
from services.alerts_worker.evidence_checks.signatures.revocation import Evidence
from services.alerts_worker.evidence_checks.signatures.subjects import readable
from services.alerts_worker.evidence_checks.signatures.traces import has_traces, removed

MOST_SIGNATURES = 20
_MOST_KEPT = 64
"""Certificates, lists and answers that a document may bring along."""
_BEYOND_FACTS = (MemoryError, RecursionError)
"""Limits of the process: whoever started it must hear of them."""


def read_signatures(content: bytes, argument: Mapping[str, Any]) -> dict[str, Any]:
    """A `facts.Document` as JSON.

    `argument`: `roots`, `intermediates`, `crls` are lists of DER in base64; `at` is when the file was received (ISO
    8601 with zone), the latest moment at which it can have been signed. Raises MemoryError and RecursionError only.
    """
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    document = asyncio.run(read_document(content, argument))
    return {name: _as_json(value) for name, value in asdict(document).items()}


async def read_document(content: bytes, argument: Mapping[str, Any]) -> Document:
    """As `read_signatures`, not yet JSON."""
    tool = {"pyhanko": version("pyhanko")}
    authorities = Authorities(
        tuple(map(x509.Certificate.load, _decoded(argument["roots"]))),
        tuple(map(x509.Certificate.load, _decoded(argument["intermediates"]))),
        tuple(Evidence(each, "authority") for each in _decoded(argument["crls"])),
    )
    roots = len(authorities.roots)
    if b"%PDF-" not in content[:1024]:
        return Document(Problem.NOT_PDF, roots=roots, tool=tool)
    try:
        reader, problem = _open(content)
        if problem == Problem.ENCRYPTED:
            return Document(problem, roots=roots, tool=tool)
        fields = [(readable(name), field) for name, _, field in enumerate_sig_fields(reader, filled_status=True)]
        known = authorities.with_more(*_brought_along(reader))
        gone = removed(reader)[:MOST_SIGNATURES]
        traces = not fields and has_traces(reader, content)
    except _BEYOND_FACTS:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever hostile bytes do to a parser is a fact about the bytes
        return Document(Problem.DAMAGED, _named(error), roots=roots, tool=tool)
    at = datetime.fromisoformat(argument["at"])
    signatures = [await _examined(reader, content, name, field, known, at) for name, field in fields[:MOST_SIGNATURES]]
    if len(fields) > MOST_SIGNATURES:
        problem = Problem.TOO_MANY
    return Document(
        problem,
        None,
        reader.xrefs.total_revisions,
        tuple(_numbered(signatures)),
        max(0, len(fields) - MOST_SIGNATURES),
        gone,
        traces,
        roots,
        tool,
    )


def _open(content: bytes) -> tuple[PdfFileReader, Problem | None]:
    reader = PdfFileReader(io.BytesIO(content))
    if reader.encrypted:
        # Files that only restrict printing and the like open with the empty password, as every program opens them.
        has_password = isinstance(reader.security_handler, StandardSecurityHandler)
        if not has_password or reader.decrypt("").status == AuthStatus.FAILED:
            return reader, Problem.ENCRYPTED
    return reader, Problem.TWO_READINGS if reader.xrefs.hybrid_xrefs_present else None


async def _examined(
    reader: PdfFileReader, content: bytes, name: str, field: Any, authorities: Authorities, at: datetime
) -> Signature:
    try:
        return await read_one(reader, content, name, field, authorities, at)
    except _BEYOND_FACTS:
        raise
    except Exception as error:  # noqa: BLE001 -- a signature that breaks its reader is a broken signature
        return Signature(name, 0, error=_named(error))


def _numbered(signatures: Sequence[Signature]) -> list[Signature]:
    """In the order of signing; those that could not be read come last."""
    ordered = sorted(signatures, key=lambda each: (each.revision is None, each.revision or 0))
    return [replace(each, number=number) for number, each in enumerate(ordered, 1)]


def _brought_along(reader: PdfFileReader) -> tuple[list[x509.Certificate], list[Evidence]]:
    """Certificates and evidence of revocation from the document's security store."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return [], []
    certificates = list(store.load_certs())[:_MOST_KEPT]
    lists = [Evidence(each.get_object().data, "document") for each in store.crls[:_MOST_KEPT]]
    answers = [Evidence(each.get_object().data, "document", answer=True) for each in store.ocsps[:_MOST_KEPT]]
    return certificates, lists + answers


def _decoded(values: Sequence[str]) -> list[bytes]:
    return [b64decode(value) for value in values]


def _named(error: Exception) -> str:
    """The kind of an error and its first words."""
    return readable(f"{type(error).__name__}: {error}")[:200]


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
