"""The fingerprints of a file as values, and how they cross from the process that read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.alerts_worker.evidence_checks.fingerprints.documents import DocumentKey
from shared.domain.errors import Json

SKETCH_SIZE = 256
FACTS_KEPT = 256
MOST_TEXTS, MOST_PICTURES = 20, 40
"""Fingerprinted of one file, in the order they stand in."""
DETAIL_BYTES = 32
_SHA256_DIGITS = 64
_MAX_WORDS = 10_000_000
_MOST_LETTERS = 500
"""Of the number or the issuer of a document."""


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
    """The fingerprints of a whole file, and the documents it says it holds. All empty when nothing in it can be told
    apart from others. `is_whole`: nothing that is compared was left unread.
    """

    texts: Sequence[TextPrint] = ()
    pictures: Sequence[PicturePrint] = ()
    documents: Sequence[DocumentKey] = ()
    is_whole: bool = True

    def as_json(self) -> dict[str, Json]:
        """What `understood` reads. 64 and more bits travel as hexadecimal digits."""
        return {
            "texts": [
                {"sha256": text.sha256, "words": text.words, "sketch": list(text.sketch), "facts": list(text.facts)}
                for text in self.texts
            ],
            "pictures": [
                {
                    "place": picture.place,
                    "coarse": f"{picture.coarse:x}",
                    "detail": f"{picture.detail:x}",
                    "is_page": picture.is_page,
                }
                for picture in self.pictures
            ],
            "documents": [{"number": key.number, "issuer": key.issuer, "year": key.year} for key in self.documents],
            "is_whole": self.is_whole,
        }


def joined(parts: Sequence[FilePrints]) -> FilePrints:
    """What several processes read of one file."""
    return FilePrints(
        tuple(text for part in parts for text in part.texts),
        tuple(picture for part in parts for picture in part.pictures),
        tuple(key for part in parts for key in part.documents),
        is_whole=all(part.is_whole for part in parts),
    )


class MisunderstoodPrints(ValueError):
    """The answer is not what the reading process gives."""


def understood(answer: Any) -> FilePrints:
    """The fingerprints in what a throwaway process answered, which is as foreign as the file it read.

    Raises MisunderstoodPrints.
    """
    try:
        texts, pictures, documents = answer["texts"], answer["pictures"], answer["documents"]
        if len(pictures) > MOST_PICTURES or max(len(texts), len(documents)) > MOST_TEXTS:
            raise ValueError("too many")
        return FilePrints(
            tuple(map(_text, texts)),
            tuple(map(_picture, pictures)),
            tuple(map(_document, documents)),
            is_whole=_truth(answer["is_whole"]),
        )
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
    return PicturePrint(_number(told["place"], 1_000_000), coarse, detail, _truth(told["is_page"]))


def _document(told: Mapping[str, Any]) -> DocumentKey:
    year = told["year"]
    number, issuer = (str(told[name]).replace("\0", "")[:_MOST_LETTERS] for name in ("number", "issuer"))
    return DocumentKey(number, issuer, None if year is None else _number(year, date.max.year))


def _truth(told: Any) -> bool:
    if not isinstance(told, bool):
        raise TypeError("neither true nor false")
    return told


def _numbers(told: Any, bits: int) -> list[int]:
    return [_number(each, (1 << bits) - 1) for each in told]


def _number(told: Any, most: int) -> int:
    if type(told) is not int or not 0 <= told <= most:
        raise ValueError("no such number")
    return told
