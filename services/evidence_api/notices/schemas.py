"""Answers about notices."""

from datetime import datetime
from typing import Self
from uuid import UUID

from shared.bodies import ResponseBody
from shared.db.models import Notice
from shared.domain.notices import NoticeKind, words_of


class NoticeBody(ResponseBody):
    """What an organization has to know. `facts` are what a program needs to go on from here; `text` is for people."""

    id: UUID
    kind: NoticeKind
    text: str
    assignment_id: UUID
    evidence_id: UUID
    evidence_version: int
    facts: dict[str, object]
    noticed_at: datetime
    read_at: datetime | None
    read_by: str | None

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """The notice as it is told."""
        kind = NoticeKind(notice.kind)
        return cls(
            id=notice.id,
            kind=kind,
            text=words_of(kind, notice.facts),
            assignment_id=notice.assignment_id,
            evidence_id=notice.evidence_id,
            evidence_version=notice.evidence_version,
            facts=notice.facts,
            noticed_at=notice.noticed_at,
            read_at=notice.read_at,
            read_by=notice.read_by,
        )


class NoticePage(ResponseBody):
    """One page of notices, latest first."""

    items: list[NoticeBody]
    next_cursor: str | None
