"""what names mean in plans of an issuer, who answers for a task in a body, and what a plan asks to be clear."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.walls import (
    APIS,
    OPERATOR,
    TASKS,
    WORKER,
    let_add,
    let_change,
    let_read,
    let_remove,
    protect,
    reaches,
    unprotect,
)

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SIX = '["person", "work", "time", "responsibility", "product", "authority"]'


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "name_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("corrected_by", sa.String(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(organization_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_name_corrections_one_meaning")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["organization_groups.id"], name=op.f("fk_name_corrections_group_id_organization_groups")
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["organizations.id"], name=op.f("fk_name_corrections_issuer_id_organizations")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_name_corrections_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_corrections")),
        sa.UniqueConstraint("issuer_id", "folded", name=op.f("uq_name_corrections_issuer_id_folded")),
    )
    for column in ("organization_id", "group_id"):
        op.create_index(op.f(f"ix_name_corrections_{column}"), "name_corrections", [column])
    op.execute(f"GRANT SELECT ON name_corrections TO {APIS}, {WORKER}")
    op.execute(f"GRANT INSERT, UPDATE, DELETE ON name_corrections TO {TASKS}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON name_corrections TO {OPERATOR}")
    own = reaches("issuer_id")
    protect("name_corrections")
    let_read("name_corrections", own)
    let_add("name_corrections", own)
    let_change("name_corrections", own, own)
    let_remove("name_corrections", own)
    op.add_column("plans", sa.Column("clarity", postgresql.JSONB(), server_default=_SIX, nullable=False))
    op.alter_column("plans", "clarity", server_default=None)
    op.add_column("task_organizations", sa.Column("officer", sa.String(), nullable=True))


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("task_organizations", "officer")
    op.drop_column("plans", "clarity")
    unprotect("name_corrections")
    op.drop_table("name_corrections")
