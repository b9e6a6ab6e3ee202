"""One key for the ways in which the name of a body is written. Pure.

Marks count: `Lộc Thành` and `Lộc Thạnh` are two communes of one province. They are kept as letters after the word, as
they are typed (`trangr daif`), wherever a tone is put (`Hòa`, `Hoà`). Only what is written wholly without marks is
compared without.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from shared.domain.text import fold, squeeze

_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_HATS = {"\u0306": "w", "\u031b": "w"}
_CROSSED_D = str.maketrans({"đ": "dd", "ð": "dd", "ɖ": "dd"})
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 300


def _typed(word: str) -> str:
    """`trangr` of `trảng`: letters with their hats as they are typed, the tone at the end."""
    letters, tone = "", ""
    for char in unicodedata.normalize("NFD", word):
        if char == "\u0302":
            letters += letters[-1:]
        elif unicodedata.category(char) != "Mn":
            letters += char
        else:
            letters += _HATS.get(char, "")
            tone = _TONES.get(char, tone)
    return letters.translate(_CROSSED_D) + tone


def _marked(text: str) -> str:
    """The text with every word typed; patterns too, as their signs are no letters."""
    return _WORD.sub(lambda found: _typed(found[0]), squeeze(text).lower())


def _either(pattern: str) -> re.Pattern[str]:
    """The words of a pattern with their marks, or all without."""
    return re.compile(f"{_marked(pattern)}|{fold(pattern)}")


_WRITTEN_OUT = tuple(
    (_either(pattern), words)
    for pattern, words in (
        (
            r"\b(?:ub ?|ủy ban )?(?:mttq|mặt trận tổ quốc)(?: ?vn| việt nam)?\b",
            "mat tran to quoc",
        ),
        (r"\b(?:ubnd|ủy ban nd|ủy ban nhân dân)\b", "uy ban nhan dan"),
        (r"\b(?:hđnd|hội đồng nhân dân)\b", "hoi dong nhan dan"),
        (r"\b(?:vh ?[-&]? ?xh|văn hóa(?: và| ?[-&])? xã hội)\b", "van hoa xa hoi"),
        (r"\b(?:thành phố\b|tp(?:\.|\b))", "thanh pho "),
        (r"\b(?:phường\b|p\.(?= ?\w))", "phuong "),
        (r"\b(?:xã\b|x\.(?= ?\w))", "xa "),
        (r"\btỉnh\b", "tinh"),
        (r"\bđặc khu\b", "dac khu"),
        (r"\b(?:vp|văn phòng)\b", "van phong"),
    )
)
"""Kinds of bodies and words that all certificates abbreviate: one plain form, with marks or without."""
_SIGNS = re.compile(r"[^\w\s]|_")
_CONNECTING = re.compile(r"\b(?:vaf?|cuar?)\b")
_FINAL_Y = re.compile(r"\b([bcdghklmnrstvx]|ch|gh|kh|ng|nh|ph|qu|th|tr)y([fsrxj]?)\b")
_COMMITTEE = re.compile(r"^(?:(?:phos? )?(?:chur tichj|chu tich) )?uy ban nhan dan ")


@lru_cache(maxsize=4096)
def body_key(text: str) -> str:
    """Equal for the ways one body is written: `UBND P. Trảng Dài`, `ỦY BAN NHÂN DÂN PHƯỜNG TRẢNG DÀI`, and the
    territory itself, `Phường Trảng Dài`."""
    key = _marked(text[:_LONGEST].replace("–", "-"))
    for pattern, words in _WRITTEN_OUT:
        key = pattern.sub(words, key)
    key = _CONNECTING.sub(" ", _SIGNS.sub(" ", key))
    key = _FINAL_Y.sub(lambda found: f"{found[1]}i{found[2]}", " ".join(key.split()))
    return _COMMITTEE.sub("", key)


def body_keys(names: Iterable[str], *, marks: bool) -> frozenset[str]:
    """The keys of the names, as they are written with their marks or without."""
    return frozenset(body_key(name if marks else fold(name)) for name in names)
