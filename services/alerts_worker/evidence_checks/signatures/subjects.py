"""Distinguished names taken apart by object identifier, whatever their order, and however often one repeats."""

from typing import Final

from asn1crypto import x509

from services.alerts_worker.evidence_checks.signatures.facts import Subject
from shared.domain.text import squeeze

_EMAIL = "1.2.840.113549.1.9.1"
_PARTS: Final = {
    "2.5.4.3": "common_names",
    "2.5.4.10": "organizations",
    "2.5.4.11": "units",
    "2.5.4.7": "localities",
    "2.5.4.8": "states",
    "2.5.4.6": "countries",
    "2.5.4.12": "titles",
    _EMAIL: "emails",
    "2.5.4.5": "identifiers",
    "0.9.2342.19200300.100.1.1": "identifiers",
    "2.5.4.97": "identifiers",
}
_LONGEST = 300
_MOST = 16


def subject_of(name: x509.Name, alternative: x509.GeneralNames | None = None) -> Subject:
    """The parts of the name; values beyond 300 letters are cut, repetitions beyond 16 left out."""
    parts: dict[str, list[str]] = {part: [] for part in _PARTS.values()}
    for relative in name.chosen:
        for pair in relative:
            part = _PARTS.get(pair["type"].dotted)
            if part is not None:
                parts[part].append(readable(str(pair["value"].native)))
    for other in alternative or ():
        if other.name == "rfc822_name":
            parts["emails"].append(readable(str(other.native)))
    return Subject(**{part: tuple(dict.fromkeys(filter(None, values)))[:_MOST] for part, values in parts.items()})


def certificate_subject(certificate: x509.Certificate) -> Subject:
    """The subject of a certificate with its alternative e-mail addresses."""
    return subject_of(certificate.subject, certificate.subject_alt_name_value)


def readable(text: str) -> str:
    """One line that a person can read: no control characters, NFC."""
    return squeeze("".join(char if char.isprintable() else " " for char in text))[:_LONGEST]
