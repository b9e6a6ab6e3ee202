"""When evidence is checked: as soon as it was submitted, and again for as long as something is outstanding."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks import checking, operations, queries
from services.alerts_worker.evidence_checks.checking import Attempt, check
from services.alerts_worker.evidence_checks.malware.scanning import scanner_at
from services.alerts_worker.evidence_checks.signatures.trust_store import TrustStore
from services.alerts_worker.evidence_checks.steps import steps_with
from shared.db.session import Sessions
from shared.settings import Settings, get_settings


class AboutVersion(Protocol):
    """A fact about a version of evidence."""

    @property
    def evidence_id(self) -> UUID:
        """Of the evidence."""

    @property
    def version(self) -> int:
        """Its number."""


async def make_checks(sessions: Sessions, event: AboutVersion) -> Attempt:
    """Make the checks that are outstanding, as the settings of this process say; see `checks_under`."""
    return await checks_under(get_settings(), sessions, event)


def scan_seconds(settings: Settings) -> float:
    """How long a scan may take at most, the trials of the scanner with it."""
    return checking.PATIENCE_FACTOR * _seconds(settings)


def _seconds(settings: Settings) -> float:
    return settings.delivery_lease / 3


async def checks_under(settings: Settings, sessions: Sessions, event: AboutVersion) -> Attempt:
    """Make the checks that are outstanding, in a third of the time an attempt may take.

    The one begun last may wait for its turn, or for the scanner, until the half is over; a reading then has its own
    time.
    """
    async with sessions() as session:
        case = await queries.get_case(session, event.evidence_id, event.version)
    scanner = scanner_at(settings.clamd_url)
    steps = steps_with(scanner, _trust_store(settings.trust_roots_dir))
    return await check(case, steps, seconds=_seconds(settings))


@cache
def _trust_store(folder: Path | None) -> TrustStore:
    return TrustStore(folder)


async def record_checks(session: AsyncSession, _event: AboutVersion, attempt: Attempt, now: datetime) -> None:
    """The checks of a version were made as far as they could be."""
    await operations.record_attempt(session, attempt, now=now)


async def weigh_again(session: AsyncSession, event: AboutVersion, _now: datetime) -> None:
    """A version turned out to be a reuse, or to be damaged, after its checks."""
    await operations.weigh_again(session, event.evidence_id, event.version)


async def resume_checks(session: AsyncSession, now: datetime) -> None:
    """Look for versions whose checks are to go on."""
    await operations.resume_due(session, now=now)
