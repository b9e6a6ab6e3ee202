"""Read apart: the words of a web page, or of a message written as one."""

import re
from html import unescape

_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)
_LINE = re.compile(r"<(?:br|p|div|li|tr|h[1-6])\b", re.IGNORECASE)


def markup_words(markup: str) -> str:
    """What stands between the tags, with the lines that paragraphs, items and rows begin."""
    return unescape(_TAG.sub(" ", _LINE.sub(r"\n\g<0>", markup)))
