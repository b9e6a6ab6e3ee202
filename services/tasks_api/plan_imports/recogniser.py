"""The program that recognises Vietnamese text in pictures, where one is installed."""

import shutil
import subprocess
from functools import cache

PROGRAM = "tesseract"
LANGUAGE = "vie"


@cache
def find_recogniser() -> str | None:
    """The path of a program that knows Vietnamese, or None; what is installed later is seen at the next start."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    try:
        told = subprocess.run([program, "--list-langs"], capture_output=True, timeout=10, check=False, text=True)
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    languages = {line.strip() for line in (told.stdout + told.stderr).splitlines()}
    return program if LANGUAGE in languages else None
