"""How an organization may be succeeded by another."""

from enum import StrEnum


class SuccessionKind(StrEnum):
    """`merge`: all of it becomes part of one receiver; `dissolve`: it ends, and one or more receivers share what it
    did; `split`: a part leaves it for the receiver, and it goes on. A new name for the same body is no succession.
    """

    MERGE = "merge"
    DISSOLVE = "dissolve"
    SPLIT = "split"

    @property
    def label(self) -> str:
        """The Vietnamese name of the kind."""
        return _LABELS[self]


_LABELS = {
    SuccessionKind.MERGE: "sáp nhập",
    SuccessionKind.DISSOLVE: "giải thể",
    SuccessionKind.SPLIT: "tách",
}

ENDING = frozenset({SuccessionKind.MERGE, SuccessionKind.DISSOLVE})
"""After these the predecessor is no more: its last day is the one before they take effect."""
