"""people, clients, keys that rotate, and successions of organizations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("now()")


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_users_and_clients()
    _let_memberships_name_users()
    _let_keys_belong_to_clients()
    op.create_table(
        "used_tokens",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "jti", name=op.f("pk_used_tokens")),
    )
    op.create_index("ix_used_tokens_expires_at", "used_tokens", ["expires_at"])
    _create_successions()


def _create_users_and_clients() -> None:
    op.create_table(
        "users",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deactivated_by", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_users_issuer_subject")),
    )
    op.create_table(
        "clients",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_clients_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
        sa.UniqueConstraint("issuer", name=op.f("uq_clients_issuer")),
    )
    op.create_index(op.f("ix_clients_organization_id"), "clients", ["organization_id"])


def _let_memberships_name_users() -> None:
    """Whoever held a membership becomes a user; what had an end keeps it."""
    op.execute("""
        INSERT INTO users (id, issuer, subject, version)
        SELECT gen_random_uuid(), issuer, subject, 1 FROM (SELECT DISTINCT issuer, subject FROM memberships) AS known
    """)
    op.add_column("memberships", sa.Column("user_id", sa.Uuid(), nullable=True))
    op.add_column(
        "memberships", sa.Column("starts_on", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False)
    )
    op.add_column("memberships", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("memberships", sa.Column("revoked_by", sa.String(), nullable=True))
    op.add_column("memberships", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.alter_column("memberships", "version", server_default=None)
    op.add_column(
        "memberships", sa.Column("updated_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False)
    )
    op.alter_column("memberships", "ended_at", new_column_name="revoked_at")
    op.execute("""
        UPDATE memberships m SET user_id = u.id, starts_on = m.created_at::date
        FROM users u WHERE u.issuer = m.issuer AND u.subject = m.subject
    """)
    op.alter_column("memberships", "user_id", nullable=False)
    op.drop_constraint("uq_memberships_issuer_subject_organization_id_role", "memberships", type_="unique")
    op.drop_column("memberships", "issuer")
    op.drop_column("memberships", "subject")
    op.create_foreign_key(op.f("fk_memberships_user_id"), "memberships", "users", ["user_id"], ["id"])
    op.create_index(op.f("ix_memberships_organization_id"), "memberships", ["organization_id"])
    op.create_index(
        "uq_memberships_held",
        "memberships",
        ["user_id", "organization_id", "role"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def _let_keys_belong_to_clients() -> None:
    op.add_column("token_keys", sa.Column("client_id", sa.Uuid(), nullable=True))
    op.add_column("token_keys", sa.Column("retires_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_token_keys_client_id"), "token_keys", "clients", ["client_id"], ["id"])
    op.create_index(op.f("ix_token_keys_client_id"), "token_keys", ["client_id"])


def _create_successions() -> None:
    op.create_table(
        "organization_successions",
        sa.Column("predecessor_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["organizations.id"], name=op.f("fk_organization_successions_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["organizations.id"], name=op.f("fk_organization_successions_receiver_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_successions")),
        sa.UniqueConstraint(
            "predecessor_id",
            "receiver_id",
            "effective_on",
            name=op.f("uq_organization_successions_predecessor_id_receiver_id_effective_on"),
        ),
    )
    op.create_index(op.f("ix_organization_successions_receiver_id"), "organization_successions", ["receiver_id"])


def downgrade() -> None:
    """Take the step back: an account deactivated here may act again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("organization_successions")
    op.drop_table("used_tokens")
    op.execute("DELETE FROM token_keys WHERE client_id IS NOT NULL")
    op.drop_column("token_keys", "client_id")
    op.drop_column("token_keys", "retires_at")
    op.drop_table("clients")
    op.add_column("memberships", sa.Column("issuer", sa.String(), nullable=True))
    op.add_column("memberships", sa.Column("subject", sa.String(), nullable=True))
    op.execute("UPDATE memberships m SET issuer = u.issuer, subject = u.subject FROM users u WHERE u.id = m.user_id")
    op.drop_index("uq_memberships_held", "memberships")
    op.drop_index(op.f("ix_memberships_organization_id"), "memberships")
    op.execute("""
        DELETE FROM memberships m USING memberships other
        WHERE (m.user_id, m.organization_id, m.role) = (other.user_id, other.organization_id, other.role)
          AND m.id < other.id
    """)
    op.alter_column("memberships", "issuer", nullable=False)
    op.alter_column("memberships", "subject", nullable=False)
    op.alter_column("memberships", "revoked_at", new_column_name="ended_at")
    for column in ("user_id", "starts_on", "ends_on", "revoked_by", "version", "updated_at"):
        op.drop_column("memberships", column)
    op.create_unique_constraint(
        op.f("uq_memberships_issuer_subject_organization_id_role"),
        "memberships",
        ["issuer", "subject", "organization_id", "role"],
    )
    op.drop_table("users")
