"""What a run may be told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Sizes of the data, how long and how often each side is measured, how many keys R3 sends, requests R4 cuts and
    images E1 searches."""

    assignments: int
    organizations: int
    seconds: float
    rounds: int
    keys: int
    requests: int
    images: int
