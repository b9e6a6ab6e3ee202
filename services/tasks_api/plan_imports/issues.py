"""What a person should look at before the proposal becomes a plan."""

from dataclasses import dataclass

from services.tasks_api.plan_imports.documents import Place

BLOCKING = frozenset(
    {
        "deadline-of-condition",
        "deadline-unknown",
        "duplicate-code",
        "duty-outside-tasks",
        "lead-missing",
        "lead-vague",
        "nested-table",
        "row-not-understood",
        "several-deadlines",
    }
)
"""Codes of what would lose a duty or give it to nobody: a person settles each of them or accepts it.

A blank deadline stays open by the plan's own will, a helper nobody knows stays text, a table of another kind is no
duty: those are only shown. Whether a body the tree lacks blocks depends on its part in the task.
"""


@dataclass(frozen=True, slots=True)
class Issue:
    """`place` is None when the whole document is meant; `code` is stable, `message` is Vietnamese.

    `blocking`: nothing is committed before a person settles or accepts it; so is every code of `BLOCKING`.
    """

    place: Place | None
    code: str
    message: str
    blocking: bool = False

    @property
    def blocks(self) -> bool:
        """Whether a commit waits for a person's word on it."""
        return self.blocking or self.code in BLOCKING


def shortened(text: str, length: int = 80) -> str:
    """The text on one line, cut for a message."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
