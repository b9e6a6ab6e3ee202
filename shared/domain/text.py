"""Vietnamese text made comparable: one normal form, one kind of space, and a fold without marks."""

import re
import unicodedata

# Characters a reader cannot see: soft hyphen, zero-width spaces and joiners, direction marks, byte-order mark.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")

# Legacy fonts and keyboards type Đ as the Icelandic eth or the African D; a reader sees the same letter.
_CROSSED_D = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})


def nfc(text: str) -> str:
    """The text in NFC, the only form that is stored."""
    return unicodedata.normalize("NFC", text)


def squeeze(text: str) -> str:
    """What a reader sees on one line: NFC, invisible characters gone, every run of white space one space."""
    return " ".join(nfc(_INVISIBLE.sub("", text)).split())


def one_line(text: str) -> str:
    """As `squeeze`, without whatever would hide or turn other characters: names of files and numbers of documents."""
    return squeeze("".join(char for char in text if char.isspace() or not unicodedata.category(char).startswith("C")))


def fold(text: str) -> str:
    """The key for searching and comparing: `Hoà`, `Hòa` and `HOA` all give `hoa`; `Đ` gives `d`.

    The result has no upper case and no combining marks, and folding it again changes nothing.
    """
    decomposed = unicodedata.normalize("NFD", squeeze(text).lower())
    letters = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return squeeze(letters.translate(_CROSSED_D))
