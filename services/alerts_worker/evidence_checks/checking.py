"""Makes the checks of a version while no transaction is open, for as long as one attempt may take."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from services.alerts_worker.evidence_checks.rules import (
    FINAL,
    MISSES_UNTIL_LOST,
    STAGES,
    TYPE_STEP,
    UNPACKING_STEP,
    WAITING,
    Case,
    CheckedFile,
    Finding,
    State,
)
from services.alerts_worker.evidence_checks.stepping import Settle, Step
from services.alerts_worker.evidence_checks.stored import Altered, NotStored, StoredContent
from shared.throwaway import Busy, Patience

PATIENCE_FACTOR = 1.5
"""Of the seconds in which steps are begun: until then those begun wait."""


@dataclass(frozen=True, slots=True)
class Made:
    """One step made on one file: its finding, or what makes it when it is recorded."""

    step: Step
    file: CheckedFile
    result: Finding | Settle


@dataclass(slots=True)
class Attempt:
    """What one attempt has to record. `outstanding` are the stages it leaves steps of."""

    case: Case
    made: list[Made] = field(default_factory=list)
    outstanding: frozenset[State] = frozenset()


def list_work(case: Case, steps: Sequence[Step]) -> Iterator[tuple[Step, CheckedFile]]:
    """Every step still to be made, stage by stage, and within a stage file by file."""
    for stage in STAGES:
        for file in case.files:
            for step in steps:
                if step.reaches is stage and step.concerns(file) and (step.name, file.position) not in case.found:
                    yield step, file


async def check(case: Case, steps: Sequence[Step], *, seconds: float) -> Attempt:
    """Make the steps a version still needs, at least one; no new one is begun after `seconds`.

    A step may wait for its turn, or for the scanner, until `PATIENCE_FACTOR` times the seconds are over; without a
    turn the attempt ends. It ends early at a refusal, and before a stage that must wait for an earlier one.
    """
    attempt = Attempt(case)
    if case.state in FINAL:
        return attempt
    began = monotonic()
    stored: dict[int, StoredContent] = {}
    waiting: set[State] = set()
    while (work := _next(attempt, steps, waiting)) and (not attempt.made or monotonic() < began + seconds):
        step, file = work
        patience = Patience(began + PATIENCE_FACTOR * seconds - monotonic())
        try:
            result = await _look(step, attempt.case, file, stored, patience)
        except Busy:
            break
        attempt.made.append(Made(step, file, result))
        attempt.case = _after(attempt.case, step, file, result)
        if isinstance(result, Finding) and result.waits:
            waiting.add(step.reaches)
        if isinstance(result, Finding) and result.refuses:
            break
    attempt.outstanding = frozenset(step.reaches for step, _ in list_work(attempt.case, steps)) | waiting
    return attempt


def _next(attempt: Attempt, steps: Sequence[Step], waiting: set[State]) -> tuple[Step, CheckedFile] | None:
    """The next step to make: nothing of a later stage while an earlier one waits."""
    tried = {(made.step.name, made.file.position) for made in attempt.made}
    for step, file in list_work(attempt.case, steps):
        if waiting and step.reaches not in waiting:
            return None
        if (step.name, file.position) not in tried:
            return step, file
    return None


async def _look(
    step: Step, case: Case, file: CheckedFile, stored: dict[int, StoredContent], patience: Patience
) -> Finding | Settle:
    if file.position not in stored:
        stored.clear()  # the bytes of one file at a time
        stored[file.position] = StoredContent(file)
    try:
        return await step.look(case, file, stored[file.position], patience)
    except NotStored:
        return _not_stored(case.misses.get((step.name, file.position), 0) + 1)
    except Altered as altered:
        message = "Nội dung tệp trong kho khác nội dung đã tải lên (sai SHA-256) nên không dùng được: hãy nộp lại."
        return Finding("altered", message, {"sha256": file.sha256, "found_sha256": altered.found}, refuses=True)


def _not_stored(misses: int) -> Finding:
    """The store may be away for a moment, and looks as if it were empty."""
    if misses < MISSES_UNTIL_LOST:
        message = (
            "Kho lưu trữ chưa đọc được tệp này. Hệ thống sẽ tự thử lại nhiều lần; nếu vẫn không có thì bản nộp bị từ "
            "chối và phải tải lên, nộp lại."
        )
        return Finding(WAITING, message, {"why": "missing", "misses": misses})
    message = f"Kho lưu trữ không còn tệp này (đã thử {misses} lần): hãy tải lên và nộp lại."
    return Finding("missing", message, {"misses": misses}, refuses=True)


def _after(case: Case, step: Step, file: CheckedFile, result: Finding | Settle) -> Case:
    """The case with the step made. What was told of the whole content holds for the steps after it."""
    place = (step.name, file.position)
    if not isinstance(result, Finding):
        return replace(case, found=case.found | {place})
    if result.outcome == WAITING:
        return case
    told = file
    if step.name == TYPE_STEP and isinstance(media_type := result.facts.get("media_type"), str):
        told = replace(file, media_type=media_type)
    if step.name == UNPACKING_STEP and isinstance(expanded := result.facts.get("expanded"), int):
        told = replace(file, expanded=expanded)
    files = [told if each is file else each for each in case.files]
    return replace(case, found=case.found | {place}, files=files)
