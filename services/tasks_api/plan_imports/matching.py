"""Which rows of two versions of a table are the same row, though codes shift and titles are reworded. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from shared.domain.text import fold

# Of 100. A row that keeps its code may be reworded further than one that also moved.
_SAME_CODE = 60.0
_OTHER_CODE = 75.0
_BONUS = 10.0
"""What keeping the code counts for when a row is like several."""
_MARGIN = 5.0
"""By how much the best partner must be better than the next: else nobody can say which is meant."""
_ROUNDS = 10
"""Each pair that is found may make another clear."""
_PARTNERS = 5
_MOST_PAIRS = 1_000_000
"""Beyond, nobody compares each with each: two tables that have so little in common are no amendment. Rows that share a
code are then doubtful."""

Scores = dict[tuple[int, int], float]


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
    """The same rows of both, in the order of the new table. Rows with one code and title (indicators of two parts of a
    plan) are the same in their order, if both tables have as many.
    """
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
        take(
            pair
            for key in theirs
            if len(ours.get(key, ())) == len(theirs[key]) and (by_code or len(theirs[key]) == 1)
            for pair in zip(ours[key], theirs[key], strict=True)
        )
    scores: Scores = {}
    for _ in range(_ROUNDS):
        scores = _scores(old, new, titles, left, right)
        sure = list(_sure(scores, old, new)) if len(left) * len(right) <= _MOST_PAIRS else []
        take(iter(sure))
        if not sure:
            break
    doubtful = tuple(sorted({after for before, after in scores if before in left and after in right}))
    codes = {old[before].code for before in left}
    replaced = tuple(after for after in sorted(right) if new[after].code in codes and after not in doubtful)
    return Matching(tuple((pairs[after], after) for after in sorted(pairs)), doubtful, replaced)


def _heading(row: Row) -> str:
    return fold(row.group or "")


def _scores(
    old: Sequence[Row], new: Sequence[Row], titles: Sequence[Sequence[str]], left: Set[int], right: Set[int]
) -> Scores:
    """How much rows that may be the same are like each other; of each row at least its best two partners."""
    scores: Scores = {}
    by_code = {old[before].code: before for before in left}
    for after in sorted(right):
        before = by_code.get(new[after].code)
        if before is not None:
            likeness = fuzz.ratio(titles[0][before], titles[1][after])
            if likeness >= _SAME_CODE:
                scores[before, after] = likeness + _BONUS
    if len(left) * len(right) <= _MOST_PAIRS:
        for before, after, likeness in _alike(old, new, titles, left, right):
            scores.setdefault((before, after), likeness)
        for after, before, likeness in _alike(new, old, titles[::-1], right, left):
            scores.setdefault((before, after), likeness)
    return scores


def _alike(
    ours: Sequence[Row], theirs: Sequence[Row], titles: Sequence[Sequence[str]], mine: Set[int], other: Set[int]
) -> Iterator[tuple[int, int, float]]:
    """For each of our rows those of theirs under the same heading that are most like it."""
    choices: dict[str, dict[int, str]] = defaultdict(dict)
    for place in sorted(other):
        choices[_heading(theirs[place])][place] = titles[1][place]
    for place in sorted(mine):
        found = process.extract(
            titles[0][place],
            choices.get(_heading(ours[place]), {}),
            scorer=fuzz.ratio,
            limit=_PARTNERS,
            score_cutoff=_OTHER_CODE,
        )
        yield from ((place, partner, likeness) for _, likeness, partner in found)


def _sure(scores: Scores, old: Sequence[Row], new: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Pairs that are clearly the best there is for both. A code alone does not outweigh a partner whose title is
    nearer: codes shift.
    """
    plain = {
        pair: score - _BONUS if old[pair[0]].code == new[pair[1]].code else score for pair, score in scores.items()
    }
    best, nearest = _by_row(scores), _by_row(plain)
    for pair, score in scores.items():
        rows = ((0, pair[0]), (1, pair[1]))
        if all(_leads(score, best[row]) and plain[pair] == nearest[row][0] for row in rows):
            yield pair


def _by_row(scores: Scores) -> dict[tuple[int, int], list[float]]:
    """The scores of each row of the old (0) and the new table (1), the highest first."""
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    for (before, after), score in scores.items():
        found[0, before].append(score)
        found[1, after].append(score)
    for each in found.values():
        each.sort(reverse=True)
    return found


def _leads(score: float, all_scores: Sequence[float]) -> bool:
    return score == all_scores[0] and (len(all_scores) == 1 or score - all_scores[1] >= _MARGIN)
