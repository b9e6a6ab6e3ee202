"""Which rows of two versions of a table are the same row, though codes shift and titles are reworded. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from shared.domain.text import fold

# Of 100. A row that keeps its code may be reworded further than one that also moved.
_SAME_CODE = 60.0
_OTHER_CODE = 75.0
_BONUS = 10.0
"""What keeping the code counts for when a row is like several."""
_MARGIN = 5.0
"""By how much the best partner must be better than the next: else nobody can say which is meant."""


@dataclass(frozen=True, slots=True)
class Row:
    """`group` is the heading the row stands under: a row that moves keeps it."""

    code: str
    group: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs of places in the old and the new table; `doubtful` are new rows that resemble several others, `replaced`
    those that have the code of an old row, but nothing else of it. Neither is paired.
    """

    pairs: tuple[tuple[int, int], ...]
    doubtful: tuple[int, ...]
    replaced: tuple[int, ...]


def match_rows(old: Sequence[Row], new: Sequence[Row]) -> Matching:
    """The same rows of both, in the order of the new table. Codes are unique in each."""
    titles = [[fold(row.title) for row in rows] for rows in (old, new)]
    left, right = set(range(len(old))), set(range(len(new)))
    pairs: dict[int, int] = {}

    def take(found: Iterator[tuple[int, int]]) -> None:
        for before, after in list(found):
            if before in left and after in right:
                pairs[after] = before
                left.discard(before)
                right.discard(after)

    def keyed(
        rows: Sequence[Row], places: set[int], texts: Sequence[str], *, by_code: bool
    ) -> dict[Hashable, list[int]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        for place in sorted(places):
            row = rows[place]
            found[(row.code if by_code else _heading(row), texts[place])].append(place)
        return found

    for by_code in (True, False):
        ours = keyed(old, left, titles[0], by_code=by_code)
        theirs = keyed(new, right, titles[1], by_code=by_code)
        take((ours[key][0], theirs[key][0]) for key in theirs if len(ours.get(key, ())) == len(theirs[key]) == 1)
    scores = {
        (before, after): score
        for before in sorted(left)
        for after in sorted(right)
        if (score := _likeness(old[before], new[after], titles[0][before], titles[1][after])) is not None
    }
    while sure := list(_sure(scores, left, right)):
        take(iter(sure))
    doubtful = tuple(sorted({after for before, after in scores if before in left and after in right}))
    codes = {old[before].code for before in left}
    replaced = tuple(after for after in sorted(right) if new[after].code in codes and after not in doubtful)
    return Matching(tuple((pairs[after], after) for after in sorted(pairs)), doubtful, replaced)


def _heading(row: Row) -> str:
    return fold(row.group or "")


def _likeness(old: Row, new: Row, old_title: str, new_title: str) -> float | None:
    """How much one row is like another, or None when they cannot be the same."""
    same_code = old.code == new.code
    if not same_code and _heading(old) != _heading(new):
        return None
    likeness = fuzz.ratio(old_title, new_title)
    if likeness < (_SAME_CODE if same_code else _OTHER_CODE):
        return None
    return likeness + (_BONUS if same_code else 0.0)


def _sure(scores: dict[tuple[int, int], float], left: set[int], right: set[int]) -> Iterator[tuple[int, int]]:
    """Pairs that are clearly the best there is for both."""
    open_pairs = {pair: score for pair, score in scores.items() if pair[0] in left and pair[1] in right}
    by_old: dict[int, list[float]] = defaultdict(list)
    by_new: dict[int, list[float]] = defaultdict(list)
    for (before, after), score in open_pairs.items():
        by_old[before].append(score)
        by_new[after].append(score)
    for pair, score in open_pairs.items():
        rivals = sorted(by_old[pair[0]])[:-1][-1:] + sorted(by_new[pair[1]])[:-1][-1:]
        best = score == max(by_old[pair[0]]) == max(by_new[pair[1]])
        if best and all(score - rival >= _MARGIN for rival in rivals):
            yield pair
