"""The parts of the tables that SQLAlchemy does not declare: row security, history, change log, checks.

Called by migrations; each function issues the statements for one table. What a role may see is
stated here a second time, after the compiler (resolvers/sql.py), on purpose: it is the second wall.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import CheckConstraint

from models import Base, kind_models
from models.checks import kind_rule
from models.history import RECORDED_TABLES, belonging, current, rights_of

READER, PARTNER, EDITOR = "triplehelix_reader", "triplehelix_partner", "triplehelix_editor"
ROLES = (READER, PARTNER, EDITOR)

CURRENT_PARTNER = "(SELECT nullif(current_setting('app.partner', true), '')::uuid)"
"""The partner of the transaction; after a commit the setting is the empty string, read as nobody."""


def seen_by_partner(audience: str = "audience", owner: str = "owner_id") -> str:
    """Whether a partner may see a row, in the form for which PostgreSQL finds the best plans: an array of
    audiences would be searched for each row, and without IS TRUE an index of owners be joined with another."""
    return f"({audience} = 'PUBLIC' OR {audience} = 'PARTNERS' OR ({owner} = {CURRENT_PARTNER}) IS TRUE)"


def read_for_all(table: str) -> None:
    """A vocabulary: everybody reads it, editors maintain it."""
    op.execute(f"GRANT SELECT ON {table} TO {READER}, {PARTNER}, {EDITOR}")
    op.execute(f"GRANT INSERT, UPDATE ON {table} TO {EDITOR}")


def protect(table: str, *, is_owned: bool = True) -> None:
    """Row security by audience and owner: forced, so that the tables' owner is bound by it too."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT ON {table} TO {READER}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {PARTNER}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {EDITOR}")
    op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO {READER} USING (audience = 'PUBLIC')")
    op.execute(f"CREATE POLICY edits ON {table} TO {EDITOR} USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY partner_reads ON {table} FOR SELECT TO {PARTNER} USING {seen_by_partner()}")
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
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
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
    """What was believed is read as its record may be read today: by the rights that each row carries."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    # The function that fills the table runs as the editor role.
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {EDITOR}")
    op.execute(f"DROP POLICY IF EXISTS edits ON {table}")
    op.execute(f"CREATE POLICY edits ON {table} TO {EDITOR} USING (true) WITH CHECK (true)")


def _open_history(table: sa.Table, entity_columns: list[str]) -> None:
    """Lets readers and partners see history rows of records that they may see today."""
    history = f"{table.name}_history"
    has_consent = table.name == "identifier" and "identifiers_audience" in entity_columns
    op.execute(f"GRANT SELECT ON {history} TO {READER}, {PARTNER}")
    seen = {READER: "true", PARTNER: "true"}
    if "audience" in table.c:
        seen[READER] = f"{current('audience')} = 'PUBLIC'"
        seen[PARTNER] = seen_by_partner(current("audience"), current("owner_id"))
    parents = [("entity_id", "entity")] if "entity_id" in table.c else belonging(table)
    if "audience" not in table.c or "entity_id" in table.c:
        # A part of a record, or what is said of it: the inner select runs under the same role.
        for column, parent in parents:
            for role in seen:
                also = f" AND {identifiers_known(role, 'p')}" if has_consent else ""
                seen[role] += f" AND EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {history}.{column}{also})"
    for role, condition in seen.items():
        name = "reads" if role == READER else "partner_reads"
        op.execute(f"DROP POLICY IF EXISTS {name} ON {history}")
        op.execute(f"CREATE POLICY {name} ON {history} FOR SELECT TO {role} USING ({condition})")


def identifiers_known(role: str, entity: str) -> str:
    """Whether a role may know the identifiers of a row of table `entity` under this alias."""
    audience = f"coalesce({entity}.identifiers_audience, 'PUBLIC')"
    if role == READER:
        return f"{audience} = 'PUBLIC'"
    return f"({audience} IN ('PUBLIC', 'PARTNERS') OR {entity}.owner_id = {CURRENT_PARTNER})"


def owned_by_editor(function: str) -> None:
    """Lets a SECURITY DEFINER function run as the editor role, whose policy admits every row.

    The tables' own owner would not do: row security is forced on it too, unless it is a superuser.
    """
    config = op.get_context().config
    assert config is not None
    schema = config.attributes["schema"]
    op.execute(f'GRANT CREATE ON SCHEMA "{schema}" TO {EDITOR}')
    op.execute(f"ALTER FUNCTION {function} OWNER TO {EDITOR}")
    op.execute(f'REVOKE CREATE ON SCHEMA "{schema}" FROM {EDITOR}')


def history_function(table: str, columns: list[str]) -> str:
    """The function that copies what was believed; `columns` are those of the history table.

    A row that another transaction wrote after this one began was believed from then on: what replaces it
    is one microsecond younger (`touch_versioned`, `touch_recorded`), so that no belief is lost.
    """
    rights = [name for name in columns if current(name) in columns]
    own = [name for name in columns if name != "recorded_until" and not name.startswith("current_")]
    names = ", ".join([*own, *map(current, rights), "recorded_until"])
    values = [f"was.{name}" for name in own]
    # An entity is removed only to forget a person: nobody but an editor sees what is left of it.
    gone = {name: "NULL" if name == "owner_id" else "'OWNER'" for name in rights} if table == "entity" else {}
    values += [
        f"CASE WHEN now_.id IS NULL THEN {gone.get(name, f'was.{name}')} ELSE now_.{name} END"
        for name in rights
    ]
    until = "coalesce(now_.recorded_from, greatest(now(), was.recorded_from + interval '1 microsecond'))"
    follow = ""
    if rights:
        assigned = ", ".join(
            f"{current(name)} = CASE WHEN now_.id IS NULL THEN {gone.get(name, f'was.{name}')} "
            f"ELSE now_.{name} END"
            for name in rights
        )
        changed = " OR ".join(f"was.{name} IS DISTINCT FROM now_.{name}" for name in rights)
        follow = f"""
            UPDATE {table}_history past SET {assigned}
            FROM was LEFT JOIN {table} now_ ON now_.id = was.id WHERE past.id = was.id AND ({changed});"""
    return f"""
        CREATE OR REPLACE FUNCTION keep_{table}_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
        BEGIN
            INSERT INTO {table}_history ({names})
            SELECT {", ".join(values)},
                {until}
            FROM was LEFT JOIN {table} now_ ON now_.id = was.id
            WHERE was.recorded_from <> coalesce(now_.recorded_from, now());{follow}
            RETURN NULL;
        END $$
        """


def keep_history(table: str, columns: list[str]) -> None:
    """Every update or deletion first copies what was believed into `<table>_history`."""
    op.execute(history_function(table, columns))
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
    directions: a dropped column takes its table's CHECKs with it, a new one has no history until then.

    Where all tables are made in one go there are no rows in between, and once at the end is enough
    (models/migrations/env.py): that is four fifths of the time of a first start."""
    config = op.get_context().config
    if config is not None and config.attributes.get("is_first"):
        return
    refresh_checks()
    refresh_history()


def refresh_history() -> None:
    """Makes history tables what models/history.py says of the tables that there are now: their rights, their
    indexes, who reads them, and the functions that fill them."""
    config = op.get_context().config
    is_forward = config is None or not config.attributes.get("is_downgrade")
    tables, indexes = _columns(), _indexes()
    for name in RECORDED_TABLES:
        history = f"{name}_history"
        if history not in tables:
            continue
        declared = Base.metadata.tables[history]
        columns = tables[history]
        if is_forward:
            protect_history(history)
            columns += _follow_rights(name, columns)
            for index in declared.indexes:
                if index.name not in indexes and {column.name for column in index.columns} <= set(columns):
                    op.create_index(index.name, history, [column.name for column in index.columns])
            _open_history(Base.metadata.tables[name], tables["entity"])
        op.execute(history_function(name, columns))


def _columns() -> dict[str, list[str]]:
    """The names of the columns of each table that there is now, in their order."""
    found = op.get_bind().exec_driver_sql(
        "SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace GROUP BY c.oid"
    )
    return {table: list(columns) for table, columns in found.all()}


def _indexes() -> set[str]:
    """The names of the indexes that there are now: no two tables of a schema have one of the same name."""
    found = op.get_bind().exec_driver_sql(
        "SELECT relname::text FROM pg_class WHERE relkind = 'i' AND relnamespace = current_schema()::regnamespace"
    )
    return set(found.scalars())


def _follow_rights(table: str, columns: list[str]) -> list[str]:
    """Adds what says who may see a history row now, filled from the records; gives the columns' names."""
    rights = [name for name in rights_of(Base.metadata.tables[table]) if name in columns]
    missing = [name for name in rights if current(name) not in columns]
    if not missing:
        return []
    for name in missing:
        kind = Base.metadata.tables[table].c[name].type
        op.add_column(f"{table}_history", sa.Column(current(name), kind, nullable=True))
    # Row security binds the tables' owner too; the editor role sees every row. Where it has no rights yet, the
    # table is being made and has no rows.
    is_made = f"SELECT has_table_privilege('{EDITOR}', '{table}', 'SELECT')"
    if not op.get_bind().exec_driver_sql(is_made).scalar_one():
        return [current(name) for name in missing]
    op.execute(f"SET LOCAL ROLE {EDITOR}")
    for source in (
        f"(SELECT DISTINCT ON (id) * FROM {table}_history ORDER BY id, recorded_until DESC)",
        table,
    ):
        assigned = ", ".join(f"{current(name)} = now_.{name}" for name in missing)
        op.execute(f"UPDATE {table}_history past SET {assigned} FROM {source} now_ WHERE now_.id = past.id")
    op.execute("RESET ROLE")
    return [current(name) for name in missing]


def refresh_checks() -> None:
    """Replaces the CHECKs that are generated from the declarations by what the declarations say now.

    A migration runs under today's declarations: of a table that lacks a column that a later one adds, only the
    CHECKs are made that can be said without it.
    """
    tables = _columns()
    kinds = {f"kind_{kind.lower()}": kind for kind in kind_models()}
    for table in Base.metadata.sorted_tables:
        if table.schema is not None or table.name.endswith("_history") or table.name not in tables:
            continue
        present = set(tables[table.name])
        is_whole = present >= set(table.columns.keys())
        changes = []
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
            changes.append(f'DROP CONSTRAINT IF EXISTS "{name}", ADD CONSTRAINT "{name}" CHECK ({rule})')
        if changes:
            # In one statement: PostgreSQL reads the rows once for all of them.
            op.execute(f'ALTER TABLE "{table.name}" {", ".join(changes)}')
