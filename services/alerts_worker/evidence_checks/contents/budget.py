"""Read apart: how much a file may become when it is unpacked."""

from dataclasses import dataclass

MIB = 1 << 20


class TooMuch(Exception):
    """More than may be unpacked; `word` says of what."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(slots=True)
class Budget:
    """One for everything in a file, however deep it lies. Sizes in bytes."""

    most_expanded: int = 500 * MIB
    most_entries: int = 5_000
    chunk: int = 64 << 10
    expanded: int = 0
    entries: int = 0

    def spend(self, size: int) -> None:
        """Raises TooMuch("expands")."""
        self.expanded += size
        if self.expanded > self.most_expanded:
            raise TooMuch("expands")

    def count_entry(self) -> None:
        """Raises TooMuch("entries")."""
        self.entries += 1
        if self.entries > self.most_entries:
            raise TooMuch("entries")
