"""The year an indicator is to be reached in, read from its own folded words."""

import re
from collections.abc import Iterator

_HORIZON = re.compile(
    r"\b(?:(?:trong|den|vao)(?: (?:het|cuoi|thoi diem))*|het|cuoi) nam (20\d\d)\b"
    r"|^(?:phan dau )?nam (20\d\d) ?[,:]"
)
# “So với cuối năm 2025”, “từ cuối năm 2025”: where one stands, not what one wants to reach.
_BASELINE = re.compile(r"\bso voi(?: \w+){0,3} ?$")
_SINCE = re.compile(r"\btu $")
_HEAD = re.compile(rf"(?:phan dau )?(?:{_HORIZON.pattern}) ?[:,]?")


def own_years(key: str) -> frozenset[int]:
    """Every year the words name as the one to reach, wherever it stands."""
    return frozenset(_horizons(key))


def year_at_head(key: str) -> int | None:
    """The year that opens the words, for all that they list."""
    match = _HEAD.match(key)
    return _named(match) if match else None


def _horizons(key: str) -> Iterator[int]:
    for match in _HORIZON.finditer(key):
        reach = max(0, match.start() - 40), match.start()
        since = match[0].startswith(("het", "cuoi")) and _SINCE.search(key, *reach)
        if not since and not _BASELINE.search(key, *reach):
            yield _named(match)


def _named(match: re.Match[str]) -> int:
    return int(next(year for year in match.groups() if year))
