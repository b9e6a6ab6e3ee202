"""What a person should look at before the proposal becomes a plan."""

from dataclasses import dataclass

from services.tasks_api.plan_imports.documents import Place


@dataclass(frozen=True, slots=True)
class Issue:
    """`place` is None when the whole document is meant; `code` is stable, `message` is Vietnamese."""

    place: Place | None
    code: str
    message: str


def shortened(text: str, length: int = 80) -> str:
    """The text on one line, cut for a message."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
