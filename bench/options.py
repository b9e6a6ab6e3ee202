"""What a run may be told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Sizes of the data, how long and how often each side is measured, how many keys R3 sends, and how many
    requests R4 and uploads U1 cut.
    """

    assignments: int
    organizations: int
    seconds: float
    rounds: int
    keys: int
    requests: int
    uploads: int
