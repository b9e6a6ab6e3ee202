"""Which successions can be true together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from shared.domain.errors import Conflict, FieldError, Invalid
from shared.domain.successions import ENDING, Step, SuccessionKind

__all__ = ["Step", "Term", "ensure_apart", "ensure_coherent", "ensure_divided", "last_day_of"]


@dataclass(frozen=True, slots=True)
class Term:
    """An organization and the days it exists, as far as they are known."""

    id: UUID
    first_day: date | None
    last_day: date | None


def last_day_of(term: Term, known: Sequence[Step]) -> date | None:
    """The last day of an organization: the one on record, or the eve of the succession that ends it."""
    eves = [
        step.effective_on - timedelta(days=1)
        for step in known
        if step.predecessor_id == term.id and step.kind in ENDING
    ]
    return min((*eves, term.last_day) if term.last_day else eves, default=None)


def ensure_apart(predecessor_path: str, receiver_path: str) -> None:
    """Refuse a receiver within its predecessor: it would come to see its own superior's whole branch."""
    if receiver_path != predecessor_path and receiver_path.startswith(predecessor_path):
        raise _wrong("receiver", "receiver-within", "không được là cơ quan thuộc chính cơ quan này")


def ensure_coherent(new: Step, predecessor: Term, receiver: Term, known: Sequence[Step]) -> None:
    """Refuse a succession that cannot be true beside those `known` of either organization.

    Whoever has ended receives nothing more: with that, no chain of successions comes back to where it began. Only a
    part split off may return to where it came from.
    """
    if new.predecessor_id == new.receiver_id:
        raise _wrong("receiver", "succession-to-itself", "phải là một cơ quan khác")
    if predecessor.first_day and new.effective_on <= predecessor.first_day:
        raise _wrong("effective_on", "predecessor-not-yet", "phải sau ngày cơ quan này bắt đầu hoạt động")
    if receiver.first_day and new.effective_on < receiver.first_day:
        raise _wrong("effective_on", "receiver-not-yet", "phải từ ngày cơ quan tiếp nhận bắt đầu hoạt động")
    last_day = last_day_of(receiver, known)
    if last_day and last_day < new.effective_on:
        raise Conflict(
            "receiver-ended", f"Cơ quan tiếp nhận chỉ hoạt động đến {last_day:%d/%m/%Y}: hãy chọn cơ quan kế tiếp nó."
        )
    if any(replace(step, task_ids=new.task_ids) == new for step in known):
        raise Conflict("succession-recorded", "Việc kế thừa này đã được ghi nhận.")
    _ensure_one_end(new, predecessor, [step for step in known if step.predecessor_id == new.predecessor_id])
    if new.kind in ENDING and any(
        step.receiver_id == new.predecessor_id and step.effective_on >= new.effective_on for step in known
    ):
        raise _contradiction("cơ quan này còn phải tiếp nhận một cơ quan khác từ ngày đó hoặc sau đó")


def ensure_divided(new: Step, known: Sequence[Step], applied: Collection[Step] = ()) -> None:
    """Refuse a record that leaves open which work goes to whom, or gives the same work twice.

    `known` are the records of the same predecessor, `applied` those of them whose work has passed already.
    """
    if new.kind is SuccessionKind.MERGE and new.task_ids is not None:
        raise _wrong("tasks", "tasks-not-divided", "không nêu khi sáp nhập: toàn bộ công việc chuyển sang một cơ quan")
    if new.kind is SuccessionKind.SPLIT and new.task_ids is None:
        raise _wrong(
            "tasks",
            "tasks-required",
            "phải nêu nhiệm vụ nào chuyển sang cơ quan được tách; danh sách rỗng nếu không chuyển nhiệm vụ nào",
        )
    if new.kind is not SuccessionKind.DISSOLVE:
        return
    beside = [
        step for step in known if step.kind is SuccessionKind.DISSOLVE and step.predecessor_id == new.predecessor_id
    ]
    if any(step.takes_the_rest for step in beside if step in applied):
        raise Conflict(
            "succession-applied",
            "Việc giải thể đã có hiệu lực và phần việc còn lại đã chuyển: hãy ghi nhận việc tách từ cơ quan tiếp nhận.",
        )
    if new.takes_the_rest and any(step.takes_the_rest for step in beside):
        raise Conflict(
            "main-receiver-known",
            "Đã có cơ quan tiếp nhận phần việc còn lại: với cơ quan này hãy nêu rõ nhiệm vụ nào chuyển sang.",
        )
    twice = [step for step in beside if (step.task_ids or frozenset()) & (new.task_ids or frozenset())]
    if twice:
        raise _wrong("tasks", "tasks-given-twice", "có nhiệm vụ đã được ghi nhận chuyển sang cơ quan khác")


def _ensure_one_end(new: Step, predecessor: Term, known: Sequence[Step]) -> None:
    """An organization ends once: into one receiver, or dissolved on one day among several. Before, parts may leave."""
    for step in known:
        if new.receiver_id == step.receiver_id and new.effective_on == step.effective_on:
            raise _contradiction("đã có ghi nhận khác giữa hai cơ quan này trong cùng ngày")
        shared = new.kind is step.kind is SuccessionKind.DISSOLVE and new.effective_on == step.effective_on
        if step.kind in ENDING and not shared and (new.kind in ENDING or new.effective_on >= step.effective_on):
            raise _contradiction(f"cơ quan này đã kết thúc hoạt động từ {step.effective_on:%d/%m/%Y}")
        if step.kind not in ENDING and new.kind in ENDING and step.effective_on >= new.effective_on:
            raise _contradiction(f"cơ quan này còn được tách vào {step.effective_on:%d/%m/%Y}")
    ended = any(step.kind in ENDING for step in known)
    if predecessor.last_day and not ended and new.effective_on > predecessor.last_day + timedelta(days=1):
        raise _contradiction(f"cơ quan này chỉ hoạt động đến {predecessor.last_day:%d/%m/%Y}")


def _wrong(place: str, code: str, message: str) -> Invalid:
    return Invalid(code, f"{place}: {message}.", errors=[FieldError(place, code, message)])


def _contradiction(why: str) -> Conflict:
    return Conflict("succession-contradicts", f"Không ghi nhận được: {why}.")
