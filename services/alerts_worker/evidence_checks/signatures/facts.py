"""What is established about the signatures of a PDF: facts only, no opinion. Times are aware, in UTC."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

CLOCKS = timedelta(minutes=10)
"""How far clocks may disagree before a time counts as later than the receipt."""


class Problem(StrEnum):
    """Why nothing, or not all, can be said of a document."""

    NOT_PDF = "not_pdf"
    DAMAGED = "damaged"
    """Truncated, or its structure cannot be followed without guessing."""
    ENCRYPTED = "encrypted"
    """Nobody can open it without a password."""
    TWO_READINGS = "two_readings"
    """A hybrid-reference file: old and new programs may show different content."""
    TOO_MANY = "too_many"
    """More signatures than are examined."""
    TOO_COMPLEX = "too_complex"
    """Examining it took more time or memory than it may."""


class Kind(StrEnum):
    """A signature of a person or an organization, or a time stamp over the whole document."""

    SIGNATURE = "signature"
    DOCUMENT_STAMP = "document_stamp"


class Coverage(StrEnum):
    """What the signed bytes are: all of the file, all of what it was when it was signed, or less than that."""

    WHOLE_FILE = "whole_file"
    EARLIER_REVISION = "earlier_revision"
    PART = "part"


class Change(StrEnum):
    """What came after the signed bytes, the gravest first to be named last."""

    NONE = "none"
    ARCHIVAL = "archival"
    """Evidence for later verification, document time stamps, or bookkeeping that shows nowhere."""
    SIGNATURES = "signatures"
    """Further signatures."""
    COVERING = "covering"
    """A further signature is drawn over what was signed."""
    PERMITTED = "permitted"
    """Form fields were filled as the certification expressly allows."""
    FORM = "form"
    """Form fields were changed without the signer having allowed it."""
    SUSPICIOUS = "suspicious"


class Trust(StrEnum):
    """What became of the way from a certificate to a configured root, at the time of signing."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNSUITABLE = "unsuitable"
    """A certificate that may not be used for this."""
    INVALID = "invalid"
    """A way exists, but breaks a rule of certification."""


class RevocationStatus(StrEnum):
    """What evidence says of one certificate; `unknown` when there is none that can be believed."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Subject:
    """A distinguished name taken apart by object identifier; several values in the order of the certificate."""

    common_names: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    localities: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    """Of the name itself and of the alternative names."""
    identifiers: tuple[str, ...] = ()
    """serialNumber, UID and organizationIdentifier."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate of a chain; `weaknesses` are algorithms it is signed with or keys it holds."""

    subject: Subject
    issuer: Subject
    serial_number: str
    sha256: str
    not_before: datetime
    not_after: datetime
    weaknesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revocation:
    """`as_of`: when the evidence was made; `valid_until`: when its maker promised newer; `source`: document, signature
    or authority (lists that the operator keeps)."""

    status: RevocationStatus
    revoked_at: datetime | None = None
    reason: str | None = None
    as_of: datetime | None = None
    valid_until: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """From the certificate itself (first) up to, without, the root named by `anchor`. `revocations` follow the order of
    `certificates`. `at` is the moment it was judged for."""

    trust: Trust
    at: datetime
    certificates: tuple[Certificate, ...]
    revocations: tuple[Revocation, ...]
    anchor: Subject | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp token. `intact`: it is of these very bytes, and whole."""

    time: datetime
    intact: bool
    authority: Subject
    chain: Chain
    weaknesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature field that holds a signature.

    `error` says why it could not be read; then what is missing is None. `number`, `revision` and pages count from 1;
    `certifies` is the DocMDP permission (1: nothing, 2: forms, 3: forms and notes) where the signer set one. For a
    document time stamp `stamp` is the signature itself and there is no `signer`.
    """

    field: str
    number: int
    kind: Kind = Kind.SIGNATURE
    error: str | None = None
    subfilter: str | None = None
    revision: int | None = None
    digest_algorithm: str | None = None
    signature_algorithm: str | None = None
    weaknesses: tuple[str, ...] = ()
    digest_matches: bool | None = None
    value_valid: bool | None = None
    coverage: Coverage | None = None
    change: Change | None = None
    changed_fields: tuple[str, ...] = ()
    covered_pages: tuple[int, ...] = ()
    change_detail: str | None = None
    certifies: int | None = None
    signer: Subject | None = None
    claimed_at: datetime | None = None
    stamp: Stamp | None = None
    chain: Chain | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """All that was found in one file. `removed_fields`: signatures that an earlier revision held and the last one does
    not; `traces`: bytes of a signature that no field leads to. `roots`: how many roots were configured."""

    problem: Problem | None = None
    detail: str | None = None
    revisions: int = 0
    signatures: tuple[Signature, ...] = ()
    left_out: int = 0
    removed_fields: tuple[str, ...] = ()
    traces: bool = False
    roots: int = 0
    tool: dict[str, str] = field(default_factory=dict)
