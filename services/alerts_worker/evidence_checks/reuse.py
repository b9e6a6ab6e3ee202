"""The step that tells where a file, or the document it is, was met before."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.fingerprints.asking import ENTRY, has_prints
from services.alerts_worker.evidence_checks.fingerprints.operations import record_and_compare
from services.alerts_worker.evidence_checks.fingerprints.prints import FilePrints, MisunderstoodPrints, understood
from services.alerts_worker.evidence_checks.fingerprints.rules import ComparedFile
from services.alerts_worker.evidence_checks.rules import Case, CheckedFile, Finding, State
from services.alerts_worker.evidence_checks.stepping import Settle, Step, Unread, every_file, own_tool, read_apart
from services.alerts_worker.evidence_checks.stored import StoredContent
from shared import clock
from shared.db.models import EvidenceVersion
from shared.domain.evidence_reuse import STEP
from shared.log import get_logger

logger = get_logger(__name__)


async def _look(case: Case, file: CheckedFile, content: StoredContent) -> Settle:
    compared = ComparedFile(file.position, file.sha256, await _read_prints(file, content))
    return partial(_compare, case=case, file=compared)


async def _read_prints(file: CheckedFile, content: StoredContent) -> FilePrints | None:
    """None where nothing but the bytes can be compared."""
    if content.is_partial or not has_prints(file.media_type, file.size):
        return None
    try:
        return understood(await read_apart(ENTRY, content, {"media_type": file.media_type}))
    except (Unread, MisunderstoodPrints) as error:
        logger.warning("fingerprints not read", media_type=file.media_type, reason=str(error))
        return None


async def _compare(session: AsyncSession, *, case: Case, file: ComparedFile) -> Finding:
    version = await session.get_one(EvidenceVersion, case.version_id)
    return await record_and_compare(session, version, file, now=clock.now())


REUSE = Step(name=STEP, reaches=State.VERIFIED, tool=own_tool(), concerns=every_file, look=_look)
