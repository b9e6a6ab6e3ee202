"""Tasks: one line of a plan's table each, and the organizations named in it."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded, Versioned


class Task(Identified, Recorded, Versioned, Base):
    """The verbatim cells, and what they were understood to mean.

    `deadline_*` is the parsed deadline of `shared.domain.deadlines`; `milestones` a list of
    `{"due": date, "title": text}`; `source` the place in the document, `{"table": n, "row": n}` or
    `{"paragraph": n}`. `state` is `active`; an amendment of the plan makes it `suspended` or `cancelled`.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("uq_tasks_standing", "plan_id", "code", unique=True, postgresql_where=text("state <> 'cancelled'")),
        Index("ix_tasks_plan_id_code", "plan_id", "code"),
        Index("ix_tasks_search_text", "search_text", postgresql_ops={"search_text": "text_pattern_ops"}),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("task_groups.id"), index=True)
    position: Mapped[int]
    code: Mapped[str]
    state: Mapped[str] = mapped_column(default="active", server_default="active")
    general_task: Mapped[str | None]
    title: Mapped[str]
    required_output: Mapped[str | None]
    kpi: Mapped[str | None]
    lead_text: Mapped[str | None]
    coordinating_text: Mapped[str | None]
    deadline_text: Mapped[str | None]
    deadline_kind: Mapped[str]
    deadline_start: Mapped[date | None]
    deadline_due: Mapped[date | None]
    deadline_recurrence: Mapped[str | None]
    deadline_days: Mapped[list[str]] = mapped_column(default=list)
    milestones: Mapped[list[dict[str, object]]]
    source: Mapped[dict[str, object]]
    search_text: Mapped[str]


class TaskOrganization(Identified, Base):
    """An organization, or a whole group, named as `lead` or `coordinating` in a task; `officer` are the words about
    who answers for it there.

    `since` is the day of the last amendment that gave a lead the task as it now stands: recurring work that was over
    by then is not theirs. None: from the beginning.
    """

    __tablename__ = "task_organizations"
    __table_args__ = (Index("ix_task_organizations_task_id_role", "task_id", "role"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    role: Mapped[str]
    text: Mapped[str]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization_groups.id"), index=True)
    officer: Mapped[str | None] = mapped_column(default=None)
    since: Mapped[date | None]
