"""Which earlier uses of a version count, and the finding about them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.alerts_worker.evidence_checks.fingerprints.prints import FilePrints
from services.alerts_worker.evidence_checks.rules import Finding
from shared.domain.evidence_reuse import MESSAGES_VI, WHOLE, Sameness, outcome_of

MOST_REUSES = 50
"""Earlier uses kept of a file: more would tell an appraiser nothing new."""

_RANK = {sameness: rank for rank, sameness in enumerate(Sameness)}


@dataclass(frozen=True, slots=True)
class ComparedFile:
    """A file of a version: the SHA-256 of its content, and its fingerprints as far as it could be read."""

    position: int
    sha256: str
    prints: FilePrints


@dataclass(frozen=True, slots=True)
class Match:
    """The file at `position` (None: the version as the document it declares) is met in another version."""

    kind: Sameness
    measure: float
    position: int | None
    other_version_id: UUID
    other_position: int | None


def strongest(matches: Iterable[Match]) -> list[Match]:
    """For each file and version it is met in, the surest match; at most 50 a file, surest and oldest first.

    That two versions are the same document is only told where no file shows it better.
    """
    best: dict[tuple[int | None, UUID], Match] = {}
    for match in sorted(matches, key=_sureness):
        best.setdefault((match.position, match.other_version_id), match)
    shown = {version_id for (position, version_id) in best if position is not None}
    by_position: dict[int | None, list[Match]] = defaultdict(list)
    for (position, version_id), match in best.items():
        if position is not None or version_id not in shown:
            by_position[position].append(match)
    return [match for group in by_position.values() for match in sorted(group, key=_by_kind)[:MOST_REUSES]]


def _sureness(match: Match) -> tuple[int, float, UUID]:
    return _RANK[match.kind], -match.measure, match.other_version_id


def _by_kind(match: Match) -> tuple[int, UUID]:
    return _RANK[match.kind], match.other_version_id


def finding(file: ComparedFile, *, reused: bool, declared: bool) -> Finding:
    """What was compared, and whether anything was met before.

    Where, stands in tables that show each reader only what they may know; those also tell of an earlier submission
    that is compared after this one, and hold for the outcome when the finding is read.
    """
    facts: dict[str, object] = {
        WHOLE: file.prints.is_whole,
        "texts": len(file.prints.texts),
        "pictures": len(file.prints.pictures),
        "documents": len(file.prints.documents),
    }
    outcome = outcome_of(reused=reused, declared=declared, whole=file.prints.is_whole)
    return Finding(outcome, MESSAGES_VI[outcome], facts)
