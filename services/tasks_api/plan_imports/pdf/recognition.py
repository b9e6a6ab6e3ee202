"""Words in pictures, recognised by a program of its own."""

import csv
import io
import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from services.tasks_api.plan_imports.pdf.matter import Glyph
from services.tasks_api.plan_imports.pdf.pictures import DOTS_PER_INCH, Picture
from services.tasks_api.plan_imports.recogniser import LANGUAGE
from shared.domain.text import nfc

_BELOW_LINE = re.compile(r"[gjpqyQ,;()/ạặậẹệịọộợụựỵ]")
_SHADOW = re.compile(r"[\W_]*[|¦_—=~\\]+[\W_]*")
_UNSURE = 50.0
# How the program looks for text: in columns and paragraphs, or, as in the cells of a table, anywhere.
_FLOWING, _SPARSE = "3", "11"


def words_in(picture: Picture, program: str) -> tuple[list[Glyph], list[float]]:
    """The words of a page, and how sure the program is of each, in per cent."""
    stream = io.BytesIO()
    picture.image.save(stream, "PPM")
    looking = _SPARSE if picture.rulings else _FLOWING
    command = [program, "-", "-", "-l", LANGUAGE, "--psm", looking, "--dpi", str(DOTS_PER_INCH), "tsv"]
    told = subprocess.run(
        command,
        input=stream.getvalue(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
    ).stdout.decode(errors="replace")
    rows = list(_words(told))
    size = 1.05 * median([float(row["height"]) for row in rows] or [1.0])
    bases: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for row in rows:
        bases[_line(row)].append(_base(row, size))
    glyphs = [_glyph(row, median(bases[_line(row)]), size, picture.scale) for row in rows]
    return glyphs, [float(row["conf"]) for row in rows]


def _words(told: str) -> Iterator[dict[str, str]]:
    """The rows that are words; a piece of a ruling line taken for a letter is none."""
    for row in csv.DictReader(io.StringIO(told), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != "5" or not text or _SHADOW.fullmatch(text):
            continue
        if float(row["conf"]) >= _UNSURE or any(letter.isalnum() for letter in text):
            yield row


def _line(row: dict[str, str]) -> tuple[str, ...]:
    """What the words of one line have in common."""
    return row["block_num"], row["par_num"], row["line_num"]


def _base(row: dict[str, str], size: float) -> float:
    """Where a word stands, as its own letters tell."""
    bottom = float(row["top"]) + float(row["height"])
    return bottom - 0.2 * size if _BELOW_LINE.search(row["text"]) else bottom


def _glyph(row: dict[str, str], base: float, size: float, scale: float) -> Glyph:
    left, width = float(row["left"]), float(row["width"])
    text = nfc(row["text"].strip())
    return Glyph(f"{text} ", left / scale, (left + width) / scale, base / scale, size / scale, False)
