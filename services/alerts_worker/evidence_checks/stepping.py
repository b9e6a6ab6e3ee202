"""What a step of the checks is, and how one is made that reads a file in a throwaway process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.rules import WAITING, Case, CheckedFile, Finding, State, Tool
from services.alerts_worker.evidence_checks.stored import StoredContent
from shared import throwaway
from shared.domain.errors import Json
from shared.log import get_logger
from shared.throwaway import Patience

logger = get_logger(__name__)

Settle = Callable[[AsyncSession], Awaitable[Finding]]
"""Makes the finding in the transaction that records it, from what was read before."""
Judge = Callable[[Case, CheckedFile, Any], Finding]
"""Makes the finding of what an entry read. KeyError, TypeError and ValueError say that it is no proper reading."""
Compare = Callable[[AsyncSession, Case, CheckedFile, Any], Awaitable[Finding]]

LIMITS = throwaway.Limits(memory=384 * throwaway.MIB)
"""Of each reading: with the 120 MiB of what is loaded beforehand it stays below 512 MiB; 20 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One check of one file. `look` works while no transaction is open, and may be made again after a crash.

    `reaches` is the state a version comes to when this and all steps like it are made. `look` raises
    throwaway.Busy when it got no turn within the patience it was given.
    """

    name: str
    reaches: State
    tool: Tool
    concerns: Callable[[CheckedFile], bool]
    look: Callable[[Case, CheckedFile, StoredContent, Patience], Awaitable[Finding | Settle]]


class Unread(Exception):
    """An entry gave no proper reading; `why` is `too-much` (time, memory, output), `broken` or `too-large`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def every_file(_file: CheckedFile) -> bool:
    """For steps that concern every file."""
    return True


def of_types(types: frozenset[str]) -> Callable[[CheckedFile], bool]:
    """For steps that concern files of some types."""
    return lambda file: file.media_type in types


def library(name: str) -> Tool:
    """A library of this installation."""
    return Tool(name, version(name))


def own_tool() -> Tool:
    """Our own code."""
    return library("theodoi")


async def read_apart(entry: str, content: StoredContent, patience: Patience, argument: Json = None) -> Any:
    """What `module:function` answers for the file, of which large ones are given in part: see `StoredContent.read`.

    Raises Unread, throwaway.Busy.
    """
    try:
        return await throwaway.run(entry, await content.read(), argument, limits=LIMITS, patience=patience)
    except throwaway.Exceeded as error:
        raise Unread("too-much") from error
    except throwaway.Failed as error:
        raise Unread("broken") from error


def reading_step(
    *,
    name: str,
    reaches: State,
    tool: Tool,
    concerns: Callable[[CheckedFile], bool],
    entry: str,
    judge: Judge | None = None,
    compare: Compare | None = None,
    argument: Callable[[Case, CheckedFile], Json] = lambda _case, _file: None,
    unread: Callable[[str, int], Finding] | None = None,
    takes_parts: bool = False,
) -> Step:
    """A step whose `entry` (`module:function(content, argument) -> JSON`) reads a file in a throwaway process.

    `judge` makes a finding of the reading at once; or `compare`, in the transaction that records it. `unread` tells
    what it means that there is no reading, and was none so often before; without it, that the appraiser must look for
    themself. Files that are too large to be read whole are read by entries that take parts, and unread by others.
    """

    async def look(case: Case, file: CheckedFile, content: StoredContent, patience: Patience) -> Finding | Settle:
        try:
            if content.is_partial and not takes_parts:
                raise Unread("too-large")
            reading = await read_apart(entry, content, patience, argument(case, file))
            if compare is not None:
                return lambda session: compare(session, case, file, reading)
            assert judge is not None
            return _judged(name, lambda: judge(case, file, reading))
        except Unread as missing:
            if unread is None:
                return not_read(missing.why)
            return unread(missing.why, case.waits.get((name, file.position), 0))

    return Step(name=name, reaches=reaches, tool=tool, concerns=concerns, look=look)


def _judged(name: str, judge: Callable[[], Finding]) -> Finding:
    """What comes out of a throwaway process is as foreign as the file."""
    try:
        return judge()
    except (KeyError, TypeError, ValueError) as error:
        logger.warning("no proper reading", step=name, error=type(error).__name__)
        raise Unread("broken") from error


_MOST_TRIES = 3
"""Of a guard that broke, within a minute."""
_WHY = {
    "too-much": "cần nhiều thời gian hoặc bộ nhớ hơn mức cho phép",
    "broken": "tệp bị hỏng hoặc trái quy cách",
    "too-large": "tệp quá lớn để máy đọc nội dung",
}


def not_read(why: str) -> Finding:
    """Of a step without which a file may be relied on: the appraiser reads it themself."""
    return Finding("not_read", f"Máy không đọc được nội dung tệp ({_WHY[why]}): cần người xem trực tiếp.", {"why": why})


def guarded(why: str, tries: int) -> Finding:
    """Of a step that nothing may pass unseen: what goes beyond its limits is refused, and what breaks its reader time
    and again; at first the fault may be ours."""
    if why == "broken" and tries + 1 < _MOST_TRIES:
        return Finding(WAITING, "Chưa kiểm tra được tệp, hệ thống sẽ tự thử lại.", {"why": why})
    return Finding(
        "refused",
        f"Tệp bị từ chối vì không kiểm tra được bên trong: {_WHY[why]}. Hãy tách nhỏ hoặc lưu lại tệp rồi nộp lại.",
        {"why": why},
        refuses=True,
    )
