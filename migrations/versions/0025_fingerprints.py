"""fingerprints of evidence, and where it was met before."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.walls import EVIDENCE, OPERATOR, TASKS, WORKER, grant, let_read, protect, unprotect

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FINGERPRINTS = ("text_fingerprints", "picture_fingerprints", "document_fingerprints")
_REUSES = ("evidence_reuses", "evidence_reuse_origins")
_NEW = (*_FINGERPRINTS, *_REUSES)

_RIGHTS = {
    # A fingerprint tells what a file holds, or that somebody else's holds the same: only the worker compares them.
    TASKS: {", ".join(_REUSES): "SELECT"},
    EVIDENCE: {", ".join(_REUSES): "SELECT"},
    WORKER: {", ".join(_NEW): "SELECT, INSERT"},
    OPERATOR: {", ".join(_NEW): "SELECT, INSERT, UPDATE, DELETE"},
}


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("evidence_versions", sa.Column("reuse_reason", sa.String()))
    _create(
        "text_fingerprints",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("bands", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
    )
    op.create_index(op.f("ix_text_fingerprints_sha256"), "text_fingerprints", ["sha256"])
    # What waits in a GIN index's pending list is read by every search.
    op.create_index(
        "ix_text_fingerprints_bands",
        "text_fingerprints",
        ["bands"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    _create_pictures()
    _create(
        "document_fingerprints",
        sa.Column("position", sa.Integer()),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("year", sa.Integer()),
    )
    op.create_index("ix_document_fingerprints_number_issuer", "document_fingerprints", ["number", "issuer"])
    _create_reuses()
    for role, rights in _RIGHTS.items():
        grant(role, rights)
    _protect()


def _create(table: str, *columns: sa.Column[Any]) -> None:
    """A table of what was found about versions of evidence."""
    name = "evidence_version_id"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(name, sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint([name], ["evidence_versions.id"], name=op.f(f"fk_{table}_{name}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def _create_pictures() -> None:
    table = "picture_fingerprints"
    bands = [f"band_{number}" for number in (1, 2, 3, 4)]
    _create(
        table,
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("coarse", sa.BigInteger(), nullable=False),
        *(sa.Column(band, sa.Integer(), nullable=False) for band in bands),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("is_page", sa.Boolean(), nullable=False),
    )
    for band in bands:
        op.create_index(f"ix_{table}_{band}", table, [band], postgresql_include=["coarse", "id"])


def _create_reuses() -> None:
    _create(
        "evidence_reuses",
        sa.Column("position", sa.Integer()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("measure", sa.Float(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    table = "evidence_reuse_origins"
    op.create_table(
        table,
        sa.Column("reuse_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer()),
        sa.ForeignKeyConstraint(["reuse_id"], ["evidence_reuses.id"], name=op.f(f"fk_{table}_reuse_id")),
        sa.ForeignKeyConstraint(
            ["evidence_version_id"], ["evidence_versions.id"], name=op.f(f"fk_{table}_evidence_version_id")
        ),
        sa.PrimaryKeyConstraint("reuse_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_evidence_version_id"), table, ["evidence_version_id"])


def _protect() -> None:
    """That a version was met before is known to whoever knows the version; where, to whoever knows that one too."""
    for table in _NEW:
        protect(table)
    let_read("evidence_reuses", _known("evidence_versions", "evidence_reuses.evidence_version_id"))
    later = _known("evidence_reuses", "evidence_reuse_origins.reuse_id")
    earlier = _known("evidence_versions", "evidence_reuse_origins.evidence_version_id")
    let_read("evidence_reuse_origins", f"{later} AND {earlier}")


def _known(table: str, row: str) -> str:
    """SQL: the row of `table` may be seen."""
    return f"(SELECT true FROM {table} known WHERE known.id = {row})"


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _NEW:
        unprotect(table)
    for table in reversed(_NEW):
        op.drop_table(table)
    op.drop_column("evidence_versions", "reuse_reason")
