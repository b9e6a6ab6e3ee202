"""How alike two names are that are not the same, by their letters and by their words."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

LONGEST_NAME = 200
"""No body has a longer name: such a text is compared with nothing."""
_CUTOFF = 55.0
_RESEMBLES = 0.6
"""Less alike than this, a name helps nobody to choose."""
_COMPARED = 24


def most_alike(key: str, keys: Sequence[str]) -> list[tuple[str, float]]:
    """Keys that resemble the key, the most alike first, each with its likeness below 1."""
    if not key or len(key) > LONGEST_NAME:
        return []
    near = process.extract(key, keys, scorer=fuzz.token_sort_ratio, limit=_COMPARED, score_cutoff=_CUTOFF)
    scored = [(found[0], alike) for found in near if (alike := likeness(key, found[0])) >= _RESEMBLES]
    return sorted(scored, key=lambda pair: -pair[1])


def likeness(left: str, right: str) -> float:
    """0 to 1: the letters in their order and the words in any order count alike."""
    return round((fuzz.ratio(left, right) + fuzz.token_sort_ratio(left, right)) / 200, 2)


def differs_by_a_letter(left: str, right: str) -> bool:
    """Whether one is the other with a letter wrong in one word, or in two of a long name; numbers are never wrong."""
    one_by_one = left.split(), right.split()
    if len(one_by_one[0]) != len(one_by_one[1]):
        return False
    pairs = [pair for pair in zip(*one_by_one, strict=True) if pair[0] != pair[1]]
    return 0 < len(pairs) <= (1 if len(one_by_one[0]) < 5 else 2) and all(
        min(len(one), len(other)) > 2
        and abs(len(one) - len(other)) < 2
        and not any(map(str.isdigit, one + other))
        and fuzz.ratio(one, other) >= 75
        for one, other in pairs
    )
