"""The store that tests with real commits write to."""

from pathlib import Path

from shared.storage import INCOMING, get_store


def store_folder() -> Path:
    prefix = getattr(get_store(), "prefix", None)
    assert prefix is not None
    return Path(prefix)


def incoming_files() -> list[Path]:
    """Everything on its way in, also what the store itself does not list."""
    return sorted(path for path in (store_folder() / INCOMING).rglob("*") if path.is_file())


def content_files() -> set[str]:
    """Keys of all contents."""
    root = store_folder()
    return {path.relative_to(root).as_posix() for path in (root / "sha256").rglob("*") if path.is_file()}
