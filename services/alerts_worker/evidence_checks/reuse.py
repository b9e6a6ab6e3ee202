"""The step that tells where a file, or the document it is, was met before."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.fingerprints.asking import has_prints, read_prints
from services.alerts_worker.evidence_checks.fingerprints.operations import record_and_compare
from services.alerts_worker.evidence_checks.fingerprints.prints import FilePrints
from services.alerts_worker.evidence_checks.fingerprints.rules import ComparedFile
from services.alerts_worker.evidence_checks.rules import Case, CheckedFile, Finding, State
from services.alerts_worker.evidence_checks.stepping import Settle, Step, every_file, own_tool
from services.alerts_worker.evidence_checks.stored import StoredContent
from shared import clock
from shared.db.models import EvidenceVersion
from shared.domain.evidence_reuse import STEP
from shared.throwaway import Patience

NOT_READ = FilePrints(is_whole=False)


async def _look(case: Case, file: CheckedFile, content: StoredContent, patience: Patience) -> Settle:
    readable = has_prints(file.media_type, file.size) and not content.is_partial
    prints = await read_prints(await content.read(), file.media_type, patience) if readable else NOT_READ
    return partial(_compare, case=case, file=ComparedFile(file.position, file.sha256, prints))


async def _compare(session: AsyncSession, *, case: Case, file: ComparedFile) -> Finding:
    version = await session.get_one(EvidenceVersion, case.version_id)
    return await record_and_compare(session, version, file, now=clock.now())


REUSE = Step(name=STEP, reaches=State.VERIFIED, tool=own_tool(), concerns=every_file, look=_look)
