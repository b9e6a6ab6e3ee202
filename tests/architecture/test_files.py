"""Habits that keep the tree readable: checked, because an unchecked habit is a wish."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for folder in ("shared", "services", "migrations", "tests", "bench") for path in (ROOT / folder).rglob("*.py")
)
MARKS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_stays_short_and_leaves_nothing_for_later(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 300
    assert not MARKS.search(text)


def test_locks_pin_every_package_by_hash_and_name_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "index" not in re.sub(r"(?m)^\s*#.*$", "", text)
        pins = re.findall(r"(?m)^\S+==\S+.*\\\n((?:\s+--hash=sha256:[0-9a-f]{64}.*\n)+)", text)
        assert len(pins) == len(re.findall(r"(?m)^[a-z0-9]", text))
