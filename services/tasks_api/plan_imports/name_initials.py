"""Abbreviations that a name itself gives rise to: `Trung tâm VHTT` beside a `Trung tâm Văn hóa, Thể thao`."""

import re
from collections.abc import Iterator, Sequence

from shared.domain.text import squeeze

_WORD = re.compile(r"[^\W\d_]+|\d+")
_VOWEL = re.compile(r"[aeiou]")


def written_short(text: str) -> bool:
    """Whether a word of the text is an abbreviation: capitals among small letters, or letters no one can speak."""
    words = _WORD.findall(squeeze(text))
    shouting = not any(char.islower() for char in text)
    return any(len(word) > 1 and word.isupper() and not shouting for word in words) or any(map(unspeakable, words))


def unspeakable(word: str) -> bool:
    """No Vietnamese syllable is without a vowel."""
    return len(word) > 1 and word.isascii() and word.isalpha() and not _VOWEL.search(word.lower().replace("y", "i"))


def initials(words: Sequence[str]) -> str:
    """The first letters of a name's words; numbers stay whole."""
    return "".join(word if word.isdigit() else word[0] for word in words)


def readings(words: Sequence[str]) -> Iterator[str]:
    """What the initials of the whole name may be, where any word may stand for several by their first letters.

    At most eight: a name has few words short enough to be letters.
    """
    short = [at for at, word in enumerate(words) if 1 < len(word) < 8 and not word.isdigit()]
    letters = [at for at in short if unspeakable(words[at])]
    others = [at for at in short if at not in letters][:3]
    for mask in range(1 << len(others)):
        spelled = {*letters, *(at for n, at in enumerate(others) if mask >> n & 1)}
        if spelled:
            yield "".join(word if at in spelled or word.isdigit() else word[0] for at, word in enumerate(words))


def abbreviates(short: Sequence[str], full: Sequence[str]) -> bool:
    """Whether each word of `short` is the next word of `full`, or the first letters of two or more next words."""
    at = 0
    for word in short:
        if at < len(full) and word == full[at]:
            at += 1
            continue
        run = full[at : at + len(word)]
        if len(word) < 2 or initials(run) != word:
            return False
        at += len(word)
    return at == len(full)
