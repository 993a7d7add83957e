"""The parts of the tables that SQLAlchemy does not declare: row security, history, change log, checks.

Called by migrations; each function issues the statements for one table. What a role may see is
stated here a second time, after the compiler (resolvers/sql.py), on purpose: it is the second wall.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import CheckConstraint

from models import Base, kind_models
from models.checks import kind_rule
from models.history import RECORDED_TABLES

READER, PARTNER, EDITOR = "triplehelix_reader", "triplehelix_partner", "triplehelix_editor"
ROLES = (READER, PARTNER, EDITOR)

CURRENT_PARTNER = "(SELECT nullif(current_setting('app.partner', true), '')::uuid)"
"""The partner of the transaction; after a commit the setting is the empty string, read as nobody."""


def read_for_all(table: str) -> None:
    """A vocabulary: everybody reads it, editors maintain it."""
    op.execute(f"GRANT SELECT ON {table} TO {READER}, {PARTNER}, {EDITOR}")
    op.execute(f"GRANT INSERT, UPDATE ON {table} TO {EDITOR}")


def protect(table: str, *, is_owned: bool = True) -> None:
    """Row security by audience and owner: forced, so that the tables' owner is bound by it too."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT ON {table} TO {READER}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {PARTNER}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {EDITOR}")
    op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO {READER} USING (audience = 'PUBLIC')")
    op.execute(f"CREATE POLICY edits ON {table} TO {EDITOR} USING (true) WITH CHECK (true)")
    op.execute(
        f"CREATE POLICY partner_reads ON {table} FOR SELECT TO {PARTNER} "
        f"USING (audience IN ('PUBLIC', 'PARTNERS') OR owner_id = {CURRENT_PARTNER})"
    )
    if is_owned:
        op.execute(
            f"CREATE POLICY partner_inserts ON {table} FOR INSERT TO {PARTNER} "
            f"WITH CHECK (owner_id = {CURRENT_PARTNER})"
        )
        op.execute(
            f"CREATE POLICY partner_updates ON {table} FOR UPDATE TO {PARTNER} "
            f"USING (owner_id = {CURRENT_PARTNER}) WITH CHECK (owner_id = {CURRENT_PARTNER})"
        )


def protect_part(table: str) -> None:
    """Row security of a part of an entity (a name, an identifier): as its entity's."""
    parent = f"(SELECT 1 FROM entity WHERE entity.id = {table}.entity_id"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT ON {table} TO {READER}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {PARTNER}, {EDITOR}")
    # The inner select runs under the same role, so the entity's own policy decides.
    op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO {READER}, {PARTNER} USING (EXISTS {parent}))")
    op.execute(f"CREATE POLICY edits ON {table} TO {EDITOR} USING (true) WITH CHECK (true)")
    owned = f"EXISTS {parent} AND entity.owner_id = {CURRENT_PARTNER})"
    if table == "identifier":
        # A key of a partner's own is given by that partner only, whoever owns the entity.
        owned += f" AND (partner_id IS NULL OR partner_id = {CURRENT_PARTNER})"
    op.execute(f"CREATE POLICY partner_inserts ON {table} FOR INSERT TO {PARTNER} WITH CHECK ({owned})")
    op.execute(
        f"CREATE POLICY partner_updates ON {table} FOR UPDATE TO {PARTNER} USING ({owned}) WITH CHECK ({owned})"
    )
    op.execute(f"CREATE POLICY partner_deletes ON {table} FOR DELETE TO {PARTNER} USING ({owned})")


def protect_history(table: str) -> None:
    """What was believed is read by editors only until a later release opens `knownAt`."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT ON {table} TO {EDITOR}")
    op.execute(f"CREATE POLICY edits ON {table} TO {EDITOR} USING (true)")


def owned_by_editor(function: str) -> None:
    """Lets a SECURITY DEFINER function run as the editor role, whose policy admits every row.

    The tables' own owner would not do: row security is forced on it too, unless it is a superuser.
    """
    schema = op.get_bind().exec_driver_sql("SELECT current_schema()").scalar_one()
    op.execute(f'GRANT CREATE ON SCHEMA "{schema}" TO {EDITOR}')
    op.execute(f"ALTER FUNCTION {function} OWNER TO {EDITOR}")
    op.execute(f'REVOKE CREATE ON SCHEMA "{schema}" FROM {EDITOR}')


def _history_function(table: str, columns: list[str]) -> str:
    names = ", ".join(columns)
    return f"""
        CREATE OR REPLACE FUNCTION keep_{table}_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
        BEGIN
            INSERT INTO {table}_history ({names}, recorded_until)
            SELECT {names}, now() FROM was WHERE was.recorded_from < now();
            RETURN NULL;
        END $$
        """


def keep_history(table: str, columns: list[str]) -> None:
    """Every update or deletion first copies what was believed into `<table>_history`."""
    op.execute(_history_function(table, columns))
    op.execute(f"GRANT INSERT ON {table}_history TO {EDITOR}")
    owned_by_editor(f"keep_{table}_history()")
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER keep_history_{event.lower()} AFTER {event} ON {table} "
            f"REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION keep_{table}_history()"
        )
    op.execute(
        f"CREATE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION {'touch_versioned' if 'version' in columns else 'touch_recorded'}()"
    )


def log_changes(table: str, kind: str) -> None:
    """Every statement on the table writes its rows into the change log. `kind` is an SQL expression."""
    removed = "now_.record_status IN ('WITHDRAWN', 'MERGED')" if table == "entity" else "false"
    op.execute(
        f"""
        CREATE FUNCTION log_{table}_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                INSERT INTO change (verb, kind, record_id, owner_id, audience)
                SELECT 'REMOVED', {kind}, now_.id, now_.owner_id, now_.audience FROM was AS now_;
            ELSE
                INSERT INTO change (verb, kind, record_id, owner_id, audience)
                SELECT CASE WHEN {removed} THEN 'REMOVED' WHEN TG_OP = 'INSERT' THEN 'CREATED' ELSE 'UPDATED' END,
                       {kind}, now_.id, now_.owner_id, now_.audience
                FROM became AS now_;
            END IF;
            -- One channel for all schemas: a listener reads from its cursor and finds what is new.
            PERFORM pg_notify('triplehelix_change', '');
            RETURN NULL;
        END $$
        """
    )
    owned_by_editor(f"log_{table}_change()")
    for event, name in (
        ("INSERT", "NEW TABLE AS became"),
        ("UPDATE", "NEW TABLE AS became"),
        ("DELETE", "OLD TABLE AS was"),
    ):
        op.execute(
            f"CREATE TRIGGER log_change_{event.lower()} AFTER {event} ON {table} "
            f"REFERENCING {name} FOR EACH STATEMENT EXECUTE FUNCTION log_{table}_change()"
        )


def refresh_generated() -> None:
    """Makes anew what follows from the tables and the declarations; every migration ends with it, in both
    directions: a dropped column takes its table's CHECKs with it, a new one has no history until then."""
    refresh_checks()
    refresh_history()


def refresh_history() -> None:
    """Lets the functions that keep history copy the columns that the tables have now."""
    inspector = sa.inspect(op.get_bind())
    tables = set(inspector.get_table_names())
    for table in RECORDED_TABLES:
        if f"{table}_history" in tables:
            columns = [column["name"] for column in inspector.get_columns(f"{table}_history")]
            op.execute(_history_function(table, [name for name in columns if name != "recorded_until"]))


def refresh_checks() -> None:
    """Replaces the CHECKs that are generated from the declarations by what the declarations say now.

    A migration runs under today's declarations: of a table that lacks a column that a later one adds, only the
    CHECKs are made that can be said without it.
    """
    inspector = sa.inspect(op.get_bind())
    tables = set(inspector.get_table_names())
    kinds = {f"kind_{kind.lower()}": kind for kind in kind_models()}
    for table in Base.metadata.sorted_tables:
        if table.schema is not None or table.name.endswith("_history") or table.name not in tables:
            continue
        present = {column["name"] for column in inspector.get_columns(table.name)}
        is_whole = present >= set(table.columns.keys())
        for check in table.constraints:
            if not isinstance(check, CheckConstraint) or not check.name:
                continue
            own = str(check.name).removeprefix(f"ck_{table.name}_")
            if own in kinds and table.name == "entity":
                rule = kind_rule(kinds[own], present)
            elif is_whole or own in present:
                rule = str(check.sqltext)
            else:
                continue
            name = f"ck_{table.name}_{own}"
            op.execute(f'ALTER TABLE "{table.name}" DROP CONSTRAINT IF EXISTS "{name}"')
            op.execute(f'ALTER TABLE "{table.name}" ADD CONSTRAINT "{name}" CHECK ({rule})')
