"""Ours and the floor in turns, so that whatever else the machine does meets both; medians tell."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.load import Outcome


@dataclass(frozen=True, slots=True)
class Rounds:
    """Paired outcomes."""

    ours: Sequence[Outcome]
    floor: Sequence[Outcome]

    @property
    def ratio(self) -> float:
        """Throughput, ours to the floor's: the median of the pairs."""
        return median(ours.throughput / floor.throughput for ours, floor in zip(self.ours, self.floor, strict=True))

    def percentile_ratio(self, percent: float) -> float:
        """A latency percentile, ours to the floor's: the median of the pairs."""
        pairs = zip(self.ours, self.floor, strict=True)
        return median(ours.percentile(percent) / floor.percentile(percent) for ours, floor in pairs)


def take_rounds(count: int, ours: Callable[[], Outcome], floor: Callable[[], Outcome]) -> Rounds:
    """One round of each to warm up, then `count` pairs, the first of a pair in turns."""
    ours()
    floor()
    pairs = []
    for number in range(count):
        if number % 2:
            theirs = floor()
            pairs.append((ours(), theirs))
        else:
            mine = ours()
            pairs.append((mine, floor()))
    return Rounds([pair[0] for pair in pairs], [pair[1] for pair in pairs])


def throughput_line(name: str, goal: float, rounds: Rounds, *, p99_goal: float | None = None) -> str:
    """`P1 0.63 goal 0.60 ours 743/s floor 1180/s p99 ours 21 ms floor 9 ms (p99 ratio 2.3 goal 3.0)`."""
    ours, floor = (median(outcome.throughput for outcome in side) for side in (rounds.ours, rounds.floor))
    slow, fast = (median(outcome.percentile(99) for outcome in side) for side in (rounds.ours, rounds.floor))
    limit = f" goal {p99_goal:.1f}" if p99_goal else ""
    return (
        f"{name} {rounds.ratio:.2f} goal {goal:.2f} ours {ours:.0f}/s floor {floor:.0f}/s "
        f"p99 ours {slow * 1000:.0f} ms floor {fast * 1000:.0f} ms "
        f"(p99 ratio {rounds.percentile_ratio(99):.1f}{limit})"
    )


def tell(line: str) -> None:
    """What a reader of the figures may want to know, beside them."""
    print(line, file=sys.stderr, flush=True)
