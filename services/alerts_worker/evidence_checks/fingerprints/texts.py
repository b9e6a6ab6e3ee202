"""What a text is known by, whoever printed it: its letters in order, and how much of its wording another one shares."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from services.alerts_worker.evidence_checks.fingerprints.prints import FACTS_KEPT, SKETCH_SIZE, TextPrint
from shared.domain.text import fold, squeeze

FEWEST_WORDS = 30
"""Shorter texts are forms, stamps and captions, which anybody may share."""
MOST_WORDS = 20_000
"""Words that shingles and facts are taken from; all count for the exact sameness."""
SHINGLE = 4
NEAR, SAME_FACTS = 0.85, 0.8
"""From which share of common shingles, and of common facts, a text is nearly another.

Minutes of one template share most of their wording, and differ in the names, days and quantities they record.
"""
MOST_OWN_FACTS = 4
"""Names and numbers that each of two near texts may have for itself: a long form that two bodies filled in shares all
but a few, and differs in more of them; a copy adds its stamps, and has hardly any of its own taken away.
"""

BANDS, ROWS = 20, 12
"""Texts that share one band (its 12 minima) are compared: at 0.85 of common shingles 95 % of pairs are, at 0.95 all
but one in ten million, at 0.5 one in two hundred."""

_EDGE = 3  # lines at either end of a page where printers put theirs
_TITLE_WORDS = 12
_WORD = re.compile(r"[^\W_]+")
_PAGE_NUMBER = re.compile(r"\W*(?:(?:trang|page|tr|p)\W*)?\d{1,4}\W*(?:(?:/|of|tren|tong so)\s*\d{1,4})?\W*")
_PRINTED = re.compile(
    r"(?:file|https?)://\S+.*|.*\b(?:ngay in|in luc|in ngay|nguoi in|thoi gian in|printed (?:on|by|at))\b.*"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]m)?\b.*"
)
_PRIME = (1 << 61) - 1


def print_of(pages: Sequence[str]) -> TextPrint | None:
    """The fingerprint of the text on pages; None when it has too few words to be told from others."""
    lines = list(_body(pages))
    words = [word for line in lines for word in _WORD.findall(fold(line))]
    if len(words) < FEWEST_WORDS:
        return None
    return TextPrint(
        sha256=hashlib.sha256("".join(words).encode()).hexdigest(),
        words=len(words),
        sketch=_sketch(words[:MOST_WORDS]),
        facts=_facts(lines),
    )


def shared_wording(one: TextPrint, other: TextPrint) -> float:
    """The share (0 to 1) of shingles two texts have in common, give or take 0.03."""
    return sum(mine == theirs for mine, theirs in zip(one.sketch, other.sketch, strict=True)) / SKETCH_SIZE


def shared_facts(one: TextPrint, other: TextPrint) -> float:
    """The share (0 to 1) of names and numbers two texts have in common; 1 when neither has any."""
    mine, theirs, all_kept = _facts_of(one, other)
    return len(mine & theirs) / all_kept if all_kept else 1.0


def own_facts(one: TextPrint, other: TextPrint) -> int:
    """How many names and numbers each of two texts has that the other has not."""
    mine, theirs, _ = _facts_of(one, other)
    return min(len(mine - theirs), len(theirs - mine))


def _facts_of(one: TextPrint, other: TextPrint) -> tuple[set[int], set[int], int]:
    """Of both together the lowest that are known of each: theirs, and how many there are."""
    mine, theirs = set(one.facts), set(other.facts)
    lowest = set(sorted(mine | theirs)[:FACTS_KEPT])
    return mine & lowest, theirs & lowest, len(lowest)


def are_near(one: TextPrint, other: TextPrint) -> bool:
    """Whether one text is the other but for a few words."""
    return (
        shared_wording(one, other) >= NEAR
        and shared_facts(one, other) >= SAME_FACTS
        and own_facts(one, other) <= MOST_OWN_FACTS
    )


def bands_of(text: TextPrint) -> list[int]:
    """Keys of 32 bits, signed; texts that have none in common are not near."""
    keys = []
    for band in range(BANDS):
        minima = text.sketch[band * ROWS : (band + 1) * ROWS]
        key = hashlib.blake2b(repr((band, list(minima))).encode(), digest_size=4).digest()
        keys.append(int.from_bytes(key, "big", signed=True))
    return keys


def _body(pages: Sequence[str]) -> Iterator[str]:
    """Lines without what printers and word processors add at the edges of pages: numbers, instants, running titles."""
    sheets = [
        [(_edge(place, len(lines), line), line) for place, line in enumerate(lines)] for lines in map(_lines, pages)
    ]
    edges = Counter(edge for lines in sheets for edge, _ in lines)
    running = {edge for edge, count in edges.items() if count >= max(2, len(sheets) / 2)}
    for edge, line in (each for lines in sheets for each in lines):
        if edge is None or not (edge in running or _is_printers(line)):
            yield line


def _edge(place: int, count: int, line: str) -> tuple[int, str] | None:
    """Where from an end of its page a line stands, and what running titles have in common from page to page; None for
    lines farther in."""
    if min(place, count - 1 - place) >= _EDGE:
        return None
    folded = fold(line)
    # Titles are short; longer lines that differ in a number are rows and items.
    title = re.sub(r"\d+", "#", folded) if len(folded.split()) <= _TITLE_WORDS else folded
    return (place if place < _EDGE else place - count), title


def _lines(page: str) -> list[str]:
    # NFKC takes apart what fonts join: ligatures, full-width and superscript forms.
    return [line for raw in unicodedata.normalize("NFKC", page).splitlines() if (line := squeeze(raw))]


def _is_printers(line: str) -> bool:
    folded = fold(line)
    return _PAGE_NUMBER.fullmatch(folded) is not None or _PRINTED.fullmatch(folded) is not None


def _sketch(words: Sequence[str]) -> list[int]:
    """For each of 256 orders of all shingles, the lowest 16 bits of the first."""
    shingles = {" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)}
    values = [_hash(shingle) % _PRIME for shingle in shingles]
    return [min((factor * value + shift) % _PRIME for value in values) & 0xFFFF for factor, shift in _ORDERS]


def _facts(lines: Sequence[str]) -> list[int]:
    """Hashes of all words with a capital or a digit, which is what names, days and quantities are made of; the lowest
    of them when there are too many."""
    words = {word for line in lines for word in _WORD.findall(line)}
    facts = {fold(word) for word in words if word[0].isupper() or any(letter.isdigit() for letter in word)}
    return sorted({_hash(fact) >> 32 for fact in facts})[:FACTS_KEPT]


def _hash(text: str) -> int:
    """64 bits, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


_ORDERS = [(_hash(f"factor {number}") % (_PRIME - 1) + 1, _hash(f"shift {number}") % _PRIME) for number in range(256)]
"""Stored sketches rest on these numbers: they never change."""
