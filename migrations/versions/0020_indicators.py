"""indicators have targets with a history, and are measured; what was one row for each target is joined."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.walls import (
    APIS,
    OPERATOR,
    TASKS,
    WORKER,
    grant,
    issued,
    let_add,
    let_change,
    let_read,
    protect,
    reaches,
)
from shared.db.ids import new_id
from shared.domain.indicators import aggregation_of, direction_of
from shared.domain.targets import Comparator
from shared.domain.text import fold

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NEW = ("indicator_targets", "measurements")
_TARGET = ("target_text", "comparator", "value", "value_to", "year")
_DEFINED = ("direction", "aggregation", "search_text", "version")
_PLAN_KNOWN = "(SELECT true FROM plans other WHERE other.id = indicators.plan_id)"


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_targets()
    _create_measurements()
    op.add_column("indicators", sa.Column("group_text", sa.String(), nullable=True))
    op.add_column("indicators", sa.Column("source", postgresql.JSONB(), nullable=True))
    for name in ("direction", "aggregation", "search_text"):
        op.add_column("indicators", sa.Column(name, sa.String(), nullable=True))
    op.add_column("indicators", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column(
        "indicators",
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.alter_column("indicators", "version", server_default=None)
    # The owner is held to the policies too, and would see no row to convert.
    op.execute("ALTER TABLE indicators NO FORCE ROW LEVEL SECURITY")
    _join_rows()
    op.execute("ALTER TABLE indicators FORCE ROW LEVEL SECURITY")
    for name in _DEFINED:
        op.alter_column("indicators", name, nullable=False)
    for name in _TARGET:
        op.drop_column("indicators", name)
    _build_walls()


def _create_targets() -> None:
    op.create_table(
        "indicator_targets",
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("target_text", sa.String(), nullable=True),
        sa.Column("comparator", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(24, 6), nullable=True),
        sa.Column("value_to", sa.Numeric(24, 6), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicators.id"], name=op.f("fk_indicator_targets_indicator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_targets")),
        sa.UniqueConstraint(
            "indicator_id",
            "year",
            "revision",
            name=op.f("uq_indicator_targets_indicator_id_year_revision"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_indicator_targets_current",
        "indicator_targets",
        ["indicator_id", "year"],
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _create_measurements() -> None:
    op.create_table(
        "measurements",
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("period_kind", sa.String(), nullable=False),
        sa.Column("period_starts_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(24, 6), nullable=False),
        sa.Column("weight", sa.Numeric(24, 6), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicators.id"], name=op.f("fk_measurements_indicator_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_measurements_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurements")),
        sa.UniqueConstraint(
            "indicator_id",
            "organization_id",
            "period_kind",
            "period_starts_on",
            "revision",
            name=op.f("uq_measurements_revision"),
        ),
    )
    op.create_index(op.f("ix_measurements_organization_id"), "measurements", ["organization_id"])


def _join_rows() -> None:
    """Rows of a plan with the same number and text were targets of one indicator for several years. Where they name the
    same year twice they were two indicators after all.
    """
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT * FROM indicators ORDER BY plan_id, position, id")).mappings().all()
    joined: defaultdict[tuple[object, ...], list[Any]] = defaultdict(list)
    seen: defaultdict[tuple[object, ...], int] = defaultdict(int)
    for row in rows:
        same = (row["plan_id"], row["no"], row["text"])
        joined[*same, seen[*same, row["year"]]].append(row)
        seen[*same, row["year"]] += 1
    for targets in joined.values():
        _define(connection, targets)
        for row in targets:
            _keep_target(connection, targets[0]["id"], row)
        for row in targets[1:]:
            connection.execute(sa.text("DELETE FROM indicators WHERE id = :id"), {"id": row["id"]})


def _define(connection: sa.Connection, targets: Sequence[Any]) -> None:
    first = targets[0]
    connection.execute(
        sa.text("""
            UPDATE indicators SET direction = :direction, aggregation = :aggregation, search_text = :search_text
            WHERE id = :id
        """),
        {
            "id": first["id"],
            "direction": direction_of(Comparator(row["comparator"]) for row in targets).value,
            "aggregation": aggregation_of(first["unit"]).value,
            "search_text": fold(f"{first['no']} {first['text']}"),
        },
    )


def _keep_target(connection: sa.Connection, indicator_id: object, row: Any) -> None:
    connection.execute(
        sa.text("""
            INSERT INTO indicator_targets
                (id, indicator_id, year, target_text, comparator, value, value_to, revision, actor, created_at)
            VALUES (:id, :indicator_id, :year, :target_text, :comparator, :value, :value_to, 1, 'system:migrate',
                    :created_at)
        """),
        {**{name: row[name] for name in (*_TARGET, "created_at")}, "id": new_id(), "indicator_id": indicator_id},
    )


def _build_walls() -> None:
    grant(APIS, dict.fromkeys(_NEW, "SELECT"))
    grant(WORKER, dict.fromkeys(_NEW, "SELECT"))
    grant(OPERATOR, dict.fromkeys(_NEW, "SELECT, INSERT, UPDATE, DELETE"))
    grant(
        TASKS,
        {
            "indicators": "UPDATE (unit, direction, aggregation, version, updated_at)",
            "indicator_targets": "INSERT, UPDATE (superseded_at)",
            "measurements": "INSERT",
        },
    )
    # Whoever measures locks the indicator, so that the figures of one period follow each other.
    let_change("indicators", _PLAN_KNOWN, issued("plan_id"))
    for table in _NEW:
        protect(table)
    of_issuer = f"(SELECT {issued('t.plan_id')} FROM indicators t WHERE t.id = indicator_targets.indicator_id)"
    known = "(SELECT true FROM indicators other WHERE other.id = {}.indicator_id)"
    let_read("indicator_targets", known.format("indicator_targets"))
    let_add("indicator_targets", of_issuer)
    let_change("indicator_targets", of_issuer, of_issuer)
    own = reaches("organization_id")
    let_read("measurements", f"{own} OR {of_issuer.replace('indicator_targets', 'measurements')}")
    let_add("measurements", f"{own} AND {known.format('measurements')}")


def downgrade() -> None:
    """Take the step back: a row for each target that counts; what was measured is lost."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP POLICY changing ON indicators")
    op.execute(f"REVOKE UPDATE (unit, direction, aggregation, version, updated_at) ON indicators FROM {TASKS}")
    op.add_column("indicators", sa.Column("target_text", sa.String(), nullable=True))
    op.add_column("indicators", sa.Column("comparator", sa.String(), nullable=True))
    op.add_column("indicators", sa.Column("value", sa.Numeric(), nullable=True))
    op.add_column("indicators", sa.Column("value_to", sa.Numeric(), nullable=True))
    op.add_column("indicators", sa.Column("year", sa.Integer(), nullable=True))
    for name in ("group_text", "source", *_DEFINED, "updated_at"):
        op.drop_column("indicators", name)
    for table in ("indicators", *_NEW):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("""
        INSERT INTO indicators (id, created_at, plan_id, position, no, text, unit, lead_text,
                                target_text, comparator, value, value_to, year)
        SELECT t.id, i.created_at, i.plan_id, i.position, i.no, i.text, i.unit, i.lead_text,
               t.target_text, t.comparator, t.value, t.value_to, t.year
        FROM indicators i JOIN indicator_targets t ON t.indicator_id = i.id AND t.superseded_at IS NULL
    """)
    for table in reversed(_NEW):
        op.drop_table(table)
    op.execute("DELETE FROM indicators WHERE comparator IS NULL")
    op.alter_column("indicators", "comparator", nullable=False)
    op.execute("ALTER TABLE indicators FORCE ROW LEVEL SECURITY")
