"""Read apart: what the names of entries would do where they are unpacked, and what desktops leave behind."""

import re
import unicodedata
from pathlib import PurePosixPath

from shared.domain.file_types import EXTENSIONS

_LONGEST_BYTES = 1020
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)
_LITTER = re.compile(
    r"(^|/)(__MACOSX/.*|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini|~\$[^/]*|\.~lock\.[^/]*#)$", re.IGNORECASE
)
_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_LIKE_DOTS_AND_SLASHES = frozenset("\u2024\u2044\u2215\u29f8\ufe52\uff0e\uff0f\uff3c")
_HARMLESS_MARK = "\u200e"
"""Left-to-right mark: Explorer puts it into names that are copied from its dialogs; it turns nothing around."""
_TAKEN_EXTENSIONS = frozenset(extension for each in EXTENSIONS.values() for extension in each) | {
    "",
    ".json",
    ".ics",
    ".log",
    ".jfif",
}


def leads_outside(name: str) -> bool:
    """Whether a name, taken for a path, could write elsewhere, or shows a reader something else than it is."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return (
        any(_deceives(char) for char in name)
        or ".." in parts
        or name.startswith(("/", "\\"))
        or (len(parts) > 1 and parts[0].startswith("~") and not parts[0].startswith("~$"))
        or ":" in name
        or any(_DEVICE.match(part.rstrip(". ")) for part in parts)
        or len(name.encode("utf-8", "surrogatepass")) > _LONGEST_BYTES
    )


def _deceives(char: str) -> bool:
    if char == _HARMLESS_MARK:
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"} or char in _INVISIBLE or char in _LIKE_DOTS_AND_SLASHES


def where_unpacked(name: str) -> str:
    """Equal for names that are one file on some desktop: capitals, composed letters, dots and spaces at the end."""
    parts = unicodedata.normalize("NFC", name).casefold().replace("\\", "/").split("/")
    return "/".join(part.rstrip(". ") for part in parts)


def has_taken_extension(name: str) -> bool:
    """Whether a file of a type of ours may be called so where its name decides what opens it."""
    return extension_of(name) in _TAKEN_EXTENSIONS


def extension_of(name: str) -> str:
    """In small letters, with its dot; "" where there is none."""
    return PurePosixPath(name.replace("\\", "/").rstrip(". ")).suffix.lower()


def is_litter(name: str) -> bool:
    """What desktops and office programs leave in folders."""
    return bool(_LITTER.search(name))
