"""Pages that are pictures."""

from collections.abc import Sequence

from services.tasks_api.plan_imports.pdf.matter import Page
from services.tasks_api.plan_imports.refusals import needs_recognition


def recognise_scans(content: bytes, pages: Sequence[Page], recogniser: str | None) -> None:
    del content, pages, recogniser
