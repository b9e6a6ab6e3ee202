"""The fingerprints of a file as values, and how they cross from the process that read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.domain.errors import Json

SKETCH_SIZE = 256
FACTS_KEPT = 256
MOST_PICTURES = 40
"""Fingerprinted of one file, in the order they stand in."""
DETAIL_BYTES = 32
_SHA256_DIGITS = 64
_MAX_WORDS = 10_000_000


@dataclass(frozen=True, slots=True)
class TextPrint:
    """What a text is known by, whoever printed it.

    `sha256` is of its letters and digits alone. `sketch` are 256 minima of 16 bits (MinHash over word shingles).
    `facts` are hashes of 32 bits, rising, of its names and numbers: the lowest 256 when there are more.
    """

    sha256: str
    words: int
    sketch: Sequence[int]
    facts: Sequence[int]


@dataclass(frozen=True, slots=True)
class PicturePrint:
    """What a picture is known by: `coarse` has 64 bits to search by, `detail` 256 bits to make sure.

    `place` counts the pictures of a file from 1. `is_page` tells a scanned page from a photo.
    """

    place: int
    coarse: int
    detail: int
    is_page: bool


@dataclass(frozen=True, slots=True)
class FilePrints:
    """The fingerprints of a whole file. Both empty when nothing in it can be told apart from others."""

    text: TextPrint | None = None
    pictures: Sequence[PicturePrint] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Json]:
        """What `understood` reads. 64 and more bits travel as hexadecimal digits."""
        text: Json = None
        if self.text:
            sketch, facts = list(self.text.sketch), list(self.text.facts)
            text = {"sha256": self.text.sha256, "words": self.text.words, "sketch": sketch, "facts": facts}
        return {
            "text": text,
            "pictures": [
                {
                    "place": picture.place,
                    "coarse": f"{picture.coarse:x}",
                    "detail": f"{picture.detail:x}",
                    "is_page": picture.is_page,
                }
                for picture in self.pictures
            ],
        }


class MisunderstoodPrints(ValueError):
    """The answer is not what the reading process gives."""


def understood(answer: Any) -> FilePrints:
    """The fingerprints in what a throwaway process answered, which is as foreign as the file it read.

    Raises MisunderstoodPrints.
    """
    try:
        text, pictures = answer["text"], answer["pictures"]
        if len(pictures) > MOST_PICTURES:
            raise ValueError(f"{len(pictures)} pictures")
        return FilePrints(None if text is None else _text(text), tuple(_picture(each) for each in pictures))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MisunderstoodPrints(str(error)) from error


def _text(told: Mapping[str, Any]) -> TextPrint:
    sha256, facts = told["sha256"], _numbers(told["facts"], 32)
    if len(sha256) != _SHA256_DIGITS or sha256 != f"{int(sha256, 16):064x}":
        raise ValueError("no SHA-256")
    if len(facts) > FACTS_KEPT or facts != sorted(set(facts)):
        raise ValueError("facts do not rise")
    sketch = _numbers(told["sketch"], 16)
    if len(sketch) != SKETCH_SIZE:
        raise ValueError("a sketch of another size")
    return TextPrint(sha256, _number(told["words"], _MAX_WORDS), sketch, facts)


def _picture(told: Mapping[str, Any]) -> PicturePrint:
    coarse, detail = int(told["coarse"], 16), int(told["detail"], 16)
    if coarse not in range(1 << 64) or detail not in range(1 << 8 * DETAIL_BYTES):
        raise ValueError("too many bits")
    if not isinstance(told["is_page"], bool):
        raise TypeError("neither page nor photo")
    return PicturePrint(_number(told["place"], 1_000_000), coarse, detail, told["is_page"])


def _numbers(told: Any, bits: int) -> list[int]:
    return [_number(each, (1 << bits) - 1) for each in told]


def _number(told: Any, most: int) -> int:
    if type(told) is not int or not 0 <= told <= most:
        raise ValueError("no such number")
    return told
