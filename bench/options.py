"""What a run may be told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Sizes of the data, how long and how often each side is measured, how many keys R3 sends, how many requests R4
    and uploads U1 cut, how many versions wait in A1, and how many images E1 searches.
    """

    assignments: int
    organizations: int
    seconds: float
    rounds: int
    keys: int
    requests: int
    pending: int
    uploads: int
    images: int
