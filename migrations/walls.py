"""Words for steps about who may do what in the database: roles, grants and row-level policies.

Used by steps that are already taken: change what these functions do and history changes with them.
"""

from collections.abc import Mapping

from alembic import op

ROLES = ("theodoi_tasks_api", "theodoi_evidence_api", "theodoi_worker", "theodoi_operator")
TASKS, EVIDENCE, WORKER, OPERATOR = ROLES
WALL = "theodoi_wall"
"""Nobody acts as this role: it owns the functions that policies ask, and a view."""
APIS = f"{TASKS}, {EVIDENCE}"

ORGANIZATION = "nullif(current_setting('theodoi.organization', true), '')::uuid"
"""Whose viewers' rows count. No subquery, so that policies may stand in policies and indexes serve them."""


def reaches(organization_id: str) -> str:
    """SQL: the organization is the caller's own, below it, or one that it has succeeded."""
    return (
        "EXISTS (SELECT 1 FROM organizations o"
        " CROSS JOIN unnest(string_to_array(current_setting('theodoi.paths', true), ',')) AS own (path)"
        f" WHERE o.id = {organization_id} AND starts_with(o.path, own.path))"
    )


def issued(plan_id: str) -> str:
    """SQL: the plan was issued by an organization that `reaches` the caller."""
    return f"theodoi_plan_issued({plan_id})"


def published(plan_id: str) -> str:
    """SQL: the plan is open data in force."""
    return f"theodoi_plan_published({plan_id})"


def create_functions() -> None:
    """What policies of other tables ask of plans. The functions see all plans, whoever asks, and tell one bit.

    Policies that looked into `plans` themselves would carry its policies along, and theirs in turn: every statement
    would be planned several times over, and plans could not look back.
    """
    _create_function("theodoi_plan_issued", reaches("p.issuer_id"))
    _create_function("theodoi_plan_published", "p.visibility = 'public' AND p.state = 'active'")


def _create_function(name: str, condition: str) -> None:
    op.execute(f"""
        CREATE FUNCTION {name}(plan uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp
        AS $$ SELECT EXISTS (SELECT 1 FROM plans p WHERE p.id = plan AND {condition}) $$
    """)
    give_to_wall(f"{name}(uuid)")


def give_to_wall(thing: str, kind: str = "FUNCTION") -> None:
    """A function or view that acts for its owner shall act for one who may do nothing else.

    Such a function names `pg_temp` last in its `search_path`: else a caller's own tables would stand in for ours.
    """
    op.execute(f"GRANT CREATE ON SCHEMA public TO {WALL}")
    op.execute(f"ALTER {kind} {thing} OWNER TO {WALL}")
    op.execute(f"REVOKE CREATE ON SCHEMA public FROM {WALL}")


def forbid_temporary_tables() -> None:
    """Nobody of ours needs them, and they may carry any name."""
    op.execute("DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$")


def create_roles() -> None:
    """Roles belong to the whole server: they may be there already, made for another database or by its owner.

    From Postgres 16 on, who makes a role is a member that may hand it on, but neither acts in it nor gives it objects.
    """
    for role in (*ROLES, WALL):
        op.execute(f"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END $$
        """)
        op.execute(f"""
            DO $$ BEGIN
                IF NOT pg_has_role(
                    current_user, '{role}',
                    CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END
                ) THEN
                    GRANT {role} TO CURRENT_USER;
                END IF;
            END $$
        """)


def grant(role: str, rights: Mapping[str, str]) -> None:
    """`rights` gives each table's privileges, as GRANT writes them."""
    for table, privileges in rights.items():
        op.execute(f"GRANT {privileges} ON {table} TO {role}")


def protect(table: str) -> None:
    """From here on only policies show rows of the table, to its owner too. The worker and the operator see all."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY everything ON {table} TO {WORKER}, {OPERATOR} USING (true) WITH CHECK (true)")


def let_read(table: str, using: str) -> None:
    """Which rows the services may see."""
    op.execute(f"CREATE POLICY reading ON {table} FOR SELECT TO {APIS} USING ({using})")


def let_add(table: str, check: str) -> None:
    """Which rows the services may add."""
    op.execute(f"CREATE POLICY adding ON {table} FOR INSERT TO {APIS} WITH CHECK ({check})")


def let_change(table: str, using: str, check: str) -> None:
    """Which rows the services may change or lock, and what they may be afterwards."""
    op.execute(f"CREATE POLICY changing ON {table} FOR UPDATE TO {APIS} USING ({using}) WITH CHECK ({check})")


def let_remove(table: str, using: str) -> None:
    """Which rows the services may delete."""
    op.execute(f"CREATE POLICY removing ON {table} FOR DELETE TO {APIS} USING ({using})")


def unprotect(table: str) -> None:
    """Take `protect` and every policy of ours back."""
    for policy in ("everything", "reading", "adding", "changing", "removing"):
        op.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
