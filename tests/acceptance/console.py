"""The `theodoi` command as an operator runs it: a process with an environment of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
"""Reference material beside the project; tests that use it skip where it is absent."""


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command: ours, without what the tests set for themselves."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("THEODOI_")}
    return kept | {f"THEODOI_{name}": value for name, value in settings.items()}


def run(*words: str, settings: Mapping[str, str], code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run `theodoi WORDS` and expect its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "services.operator_cli.main", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(settings),
        timeout=180,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def ask(*words: str, settings: Mapping[str, str]) -> Any:
    """What `theodoi WORDS --json` answers."""
    return json.loads(run(*words, "--json", settings=settings).stdout)
