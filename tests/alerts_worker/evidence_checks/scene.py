"""Files that are really stored, as the checks find them, and what comes of checking them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.alerts_worker.evidence_checks.checking import Attempt, check
from services.alerts_worker.evidence_checks.malware.scanning import Scanner, scanner_at
from services.alerts_worker.evidence_checks.rules import Case, CheckedFile, Declared, Finding, State, state_reached
from services.alerts_worker.evidence_checks.signatures.trust_store import TrustStore
from services.alerts_worker.evidence_checks.steps import steps_with
from shared.db.ids import new_id
from shared.domain.file_types import HEAD, find_media_type
from tests.factories.storing import store_file

UNSCANNED = scanner_at("none")


async def store(content: bytes, filename: str, *, position: int = 1, media_type: str | None = None) -> CheckedFile:
    """A file as an upload would have left it; `media_type` overrules what its beginning says."""
    stored = await store_file(content)
    return CheckedFile(
        position=position,
        filename=filename,
        media_type=media_type or find_media_type(content[:HEAD], filename) or "application/octet-stream",
        size=stored.size,
        sha256=stored.sha256,
        storage_key=stored.key,
    )


def case_of(*files: CheckedFile, declared: Declared | None = None) -> Case:
    """A version that was just submitted."""
    return Case(
        evidence_id=new_id(),
        number=1,
        version_id=new_id(),
        assignment_id=new_id(),
        organization_id=new_id(),
        received_at=datetime(2026, 11, 25, 3, tzinfo=UTC),
        kind="signed_document",
        state=State.RECEIVED,
        runs=0,
        files=files,
        declared=declared or Declared(),
    )


@dataclass(frozen=True)
class Checked:
    """Findings by step, of one file, and the state reached; what needs the database is not told."""

    findings: dict[str, Finding]
    state: State

    def outcome(self, step: str) -> str | None:
        found = self.findings.get(step)
        return found.outcome if found else None


UNSUSPICIOUS = frozenset(
    {"intact", "agrees", "within_budget", "clean", "not_configured", "waiting", "read", "kept", "new", "none"}
)
"""Outcomes that tell nothing against a file; so does a document without a head, see `fate`."""


def fate(checked: Checked) -> str:
    """`refused`; `held`: it waits; `told`: an appraiser sees that something is wrong; `passed`: nobody does."""
    if checked.state is State.REFUSED:
        return "refused"
    if checked.state is not State.RELEASED:
        return "held"
    outcomes = {finding.outcome for step, finding in checked.findings.items() if step != "document"}
    return "passed" if outcomes <= UNSUSPICIOUS else "told"


def told_by(attempt: Attempt, position: int = 1) -> Checked:
    findings = {
        made.step.name: made.result
        for made in attempt.made
        if isinstance(made.result, Finding) and made.file.position == position
    }
    return Checked(findings, state_reached(attempt.case.state, attempt.outstanding, list(findings.values())))


async def check_file(
    content: bytes,
    filename: str,
    *,
    scanner: Scanner = UNSCANNED,
    media_type: str | None = None,
    declared: Declared | None = None,
    only: Sequence[str] = (),
) -> Checked:
    """Make every check of one file, or only some."""
    case = case_of(await store(content, filename, media_type=media_type), declared=declared)
    steps = [step for step in steps_with(scanner, TrustStore(None)) if not only or step.name in only]
    return told_by(await check(case, steps, seconds=60))
