"""What the facts about signatures mean, on the day a file was received. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from services.alerts_worker.evidence_checks.signatures.facts import (
    CLOCKS,
    Change,
    Coverage,
    Document,
    Kind,
    Problem,
    Revocation,
    RevocationStatus,
    Signature,
    Stamp,
    Trust,
)
from services.alerts_worker.evidence_checks.signatures.matching import Body, Match, match_signer

VIETNAM = timezone(timedelta(hours=7))


class Outcome(StrEnum):
    """What may be said of a signature, and of a document, the gravest last. Only `valid` is without a reservation."""

    VALID = "valid"
    FORMER_NAME = "former_name"
    """Of the organization under a name it no longer bore."""
    TIME_UNPROVEN = "time_unproven"
    """Nothing proves that it was made while the certificate was in force, or the organization had that name."""
    STAMP_UNTRUSTED = "stamp_untrusted"
    SIGNER_UNCLEAR = "signer_unclear"
    """The name is that of the organization, and something else in the certificate does not fit."""
    COVERED = "covered"
    """A later signature is drawn over what was signed: somebody must look."""
    NOT_SIGNED = "not_signed"
    UNDECIDED = "undecided"
    """Nothing, or not all, can be said of the document."""
    OTHER_ORGANIZATION = "other_organization"
    WEAK_ALGORITHM = "weak_algorithm"
    UNTRUSTED = "untrusted"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CHANGED_AFTER_SIGNING = "changed_after_signing"
    """What was signed is whole, and the file shows something else or more."""
    PARTLY_SIGNED = "partly_signed"
    SIGNATURE_REMOVED = "signature_removed"
    BROKEN = "broken"
    """No signature that anyone could check."""
    ALTERED = "altered"

    @property
    def gravity(self) -> int:
        """Larger is graver."""
        return list(Outcome).index(self)

    @property
    def says_intact(self) -> bool:
        """Whether it says that the document is as it was signed: only a signature that anyone else could not have made
        says anything of the kind."""
        return self in _INTACT


_INTACT = frozenset(
    {
        Outcome.VALID,
        Outcome.FORMER_NAME,
        Outcome.TIME_UNPROVEN,
        Outcome.STAMP_UNTRUSTED,
        Outcome.SIGNER_UNCLEAR,
        Outcome.OTHER_ORGANIZATION,
        Outcome.NOT_YET_VALID,
        Outcome.EXPIRED,
    }
)


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """`outcomes`: all reservations, the gravest first, or `valid` alone. `signed_at` is proven by `stamped_by`, or only
    claimed when that is None. `revocation` is of the signer's certificate, `unknown` also when evidence is too old.
    `received_at`: no signature and no stamp of the file is later."""

    signature: Signature
    outcomes: tuple[Outcome, ...]
    match: Match | None
    signed_at: datetime | None
    stamped_by: str | None
    received_at: datetime
    revocation: RevocationStatus
    revoked: Revocation | None = None

    @property
    def outcome(self) -> Outcome:
        """The gravest."""
        return self.outcomes[0]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of a document: the gravest `outcome` of all, and that of each signature in the order of signing."""

    outcome: Outcome
    signatures: tuple[SignatureVerdict, ...]


def weigh(document: Document, expected: Sequence[Body], at: datetime) -> Verdict:
    """The verdict on a document that was received `at`, and should be signed by one of the expected bodies.

    Without any expected, whose signature it is makes no difference.
    """
    verdicts = tuple(_weigh_one(each, document, expected, at) for each in document.signatures)
    outcomes = [*_of_document(document), *_of_signatures(verdicts)]
    return Verdict(max(outcomes, key=lambda outcome: outcome.gravity), verdicts)


def _of_document(document: Document) -> Iterator[Outcome]:
    yield Outcome.VALID
    if document.problem is not None:
        yield Outcome.UNDECIDED
    if document.removed_fields or document.traces:
        yield Outcome.SIGNATURE_REMOVED
    if document.problem is None and not any(each.kind == Kind.SIGNATURE for each in document.signatures):
        yield Outcome.NOT_SIGNED


def _of_signatures(verdicts: Sequence[SignatureVerdict]) -> Iterator[Outcome]:
    """Others may sign along with the expected body: theirs count against the document only where none is its own."""
    sound = {outcome for outcome in Outcome if outcome.gravity <= Outcome.COVERED.gravity}
    own = any(
        verdict.match is not None and verdict.match.body_id is not None and set(verdict.outcomes) <= sound
        for verdict in verdicts
    )
    for verdict in verdicts:
        yield from (outcome for outcome in verdict.outcomes if not (own and outcome == Outcome.OTHER_ORGANIZATION))


def _weigh_one(signature: Signature, document: Document, expected: Sequence[Body], at: datetime) -> SignatureVerdict:
    stamp = signature.stamp if signature.stamp is not None and is_believable(signature.stamp, at) else None
    signed_at = stamp.time if stamp is not None else signature.claimed_at
    match = None
    if expected and signature.signer is not None:
        match = match_signer(signature.signer, expected, _day(signed_at or at))
    proven = _proven_by(signature, document, at)
    revoked = _revoked(signature, proven)
    found = {*_of_bytes(signature), *_of_chain(signature, proven), *_of_match(match, _day(proven))}
    if revoked is not None:
        found.add(Outcome.REVOKED)
    if document.problem == Problem.TWO_READINGS:
        found.add(Outcome.UNDECIDED)
    if signature.stamp is not None and stamp is None:
        found.add(Outcome.STAMP_UNTRUSTED)
    if signature.kind == Kind.SIGNATURE and signed_at is not None and signed_at > at + CLOCKS:
        found.add(Outcome.TIME_UNPROVEN)
    outcomes = sorted(found, key=lambda outcome: -outcome.gravity) or [Outcome.VALID]
    authority = stamp.authority.common_names[:1] if stamp is not None else ()
    return SignatureVerdict(
        signature,
        tuple(outcomes),
        match,
        signed_at,
        (authority[0] if authority else "?") if stamp is not None else None,
        at,
        _revocation(signature, signed_at or at),
        revoked,
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()


def is_believable(stamp: Stamp, at: datetime) -> bool:
    """Whole, of these bytes, by an authority that leads to a root, and not of a time after the file was here."""
    weak = stamp.weaknesses or any(each.weaknesses for each in stamp.chain.certificates)
    return (
        stamp.intact
        and stamp.chain.trust == Trust.TRUSTED
        and not weak
        and not _revoked_in(stamp)
        and stamp.time <= at + CLOCKS
    )


def _revoked_in(stamp: Stamp) -> bool:
    """Whether a certificate of the authority was revoked when it stamped."""
    return any(
        each.status == RevocationStatus.REVOKED and (each.revoked_at is None or each.revoked_at <= stamp.time)
        for each in stamp.chain.revocations
    )


def _proven_by(signature: Signature, document: Document, at: datetime) -> datetime:
    """The earliest moment at which the signature is known to have existed."""
    stamps = [signature.stamp]
    stamps += [
        each.stamp
        for each in document.signatures
        if each.kind == Kind.DOCUMENT_STAMP
        and (each.revision or 0) >= (signature.revision or 0)
        and Outcome.PARTLY_SIGNED not in set(_of_bytes(each))
    ]
    return min([at, *(stamp.time for stamp in stamps if stamp is not None and is_believable(stamp, at))])


def _of_bytes(signature: Signature) -> Iterator[Outcome]:
    if signature.error is not None:
        yield Outcome.BROKEN
        return
    if not signature.digest_matches or not signature.value_valid:
        yield Outcome.ALTERED
    if signature.coverage not in {Coverage.WHOLE_FILE, Coverage.EARLIER_REVISION}:
        yield Outcome.PARTLY_SIGNED
    if signature.change in {Change.SUSPICIOUS, Change.FORM, None}:
        yield Outcome.CHANGED_AFTER_SIGNING
    if signature.change == Change.COVERING:
        yield Outcome.COVERED


_OF_TRUST = {
    Trust.UNTRUSTED: Outcome.UNTRUSTED,
    Trust.INVALID: Outcome.UNTRUSTED,
    Trust.UNSUITABLE: Outcome.UNTRUSTED,
    Trust.EXPIRED: Outcome.EXPIRED,
    Trust.NOT_YET_VALID: Outcome.NOT_YET_VALID,
}


def _of_chain(signature: Signature, proven: datetime) -> Iterator[Outcome]:
    if signature.error is not None or signature.kind == Kind.DOCUMENT_STAMP:
        return
    chain = signature.chain
    if chain is None or chain.trust in _OF_TRUST:
        yield Outcome.UNTRUSTED if chain is None else _OF_TRUST[chain.trust]
    if signature.weaknesses or (chain is not None and any(each.weaknesses for each in chain.certificates)):
        yield Outcome.WEAK_ALGORITHM
    trusted = chain.certificates if chain is not None and chain.trust == Trust.TRUSTED else ()
    if any(each.not_after < proven for each in trusted):
        yield Outcome.TIME_UNPROVEN


def _of_match(match: Match | None, proven: date) -> Iterator[Outcome]:
    """Whoever still has the key of a name that is gone can set a clock back: only what is proven counts."""
    if match is None:
        return
    if match.body_id is None:
        yield Outcome.OTHER_ORGANIZATION
    elif not match.in_use:
        yield Outcome.FORMER_NAME
    elif match.until is not None and match.until < proven:
        yield Outcome.TIME_UNPROVEN
    if match.doubts:
        yield Outcome.SIGNER_UNCLEAR


def _revoked(signature: Signature, proven: datetime) -> Revocation | None:
    """The revocation that took effect before the signature is known to have existed."""
    chain = signature.chain
    if chain is None or signature.kind == Kind.DOCUMENT_STAMP:
        return None
    return next(
        (
            each
            for each in chain.revocations
            if each.status == RevocationStatus.REVOKED and (each.revoked_at is None or each.revoked_at <= proven)
        ),
        None,
    )


def _revocation(signature: Signature, signed_at: datetime) -> RevocationStatus:
    """Of the signer's certificate when it signed: good only by evidence from then or later."""
    if signature.chain is None or not signature.chain.revocations:
        return RevocationStatus.UNKNOWN
    told = signature.chain.revocations[0]
    if told.status != RevocationStatus.GOOD or told.as_of is None:
        return told.status
    fresh = told.as_of >= signed_at or (told.valid_until is not None and signed_at <= told.valid_until)
    return RevocationStatus.GOOD if fresh else RevocationStatus.UNKNOWN
