"""Row security of rows that belong to a record (an expert's skill): they are seen by whoever sees the record.

Each such row carries the audience and owner of what it belongs to, so that one plain condition, which indexes
serve under row security, tells who may see it; triggers keep the two equal whichever of them changes. Called by
migrations, as models/migrations/ddl.py is.
"""

from alembic import op

from models.migrations.ddl import CURRENT_PARTNER, PARTNER, owned_by_editor, protect


def _narrower(one: str, other: str) -> str:
    """The narrower of two audiences."""
    both = f"({one}, coalesce({other}, 'PUBLIC'))"
    return f"CASE WHEN 'OWNER' IN {both} THEN 'OWNER' WHEN 'PARTNERS' IN {both} THEN 'PARTNERS' ELSE 'PUBLIC' END"


def follow_parent(table: str, parent: str, key: str, *, personal: str | None = None) -> None:
    """Protects a table of parts of `parent`, found by `key`; `personal` names a further audience to respect."""
    protect(table)
    op.execute(f"GRANT DELETE ON {table} TO {PARTNER}")
    op.execute(
        f"CREATE POLICY partner_deletes ON {table} FOR DELETE TO {PARTNER} USING (owner_id = {CURRENT_PARTNER})"
    )
    audience = _narrower("p.audience", f"p.{personal}") if personal else "p.audience"
    op.execute(
        f"""
        CREATE FUNCTION follow_{table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
        BEGIN
            SELECT {audience}, p.owner_id INTO NEW.audience, NEW.owner_id FROM {parent} p WHERE p.id = NEW.{key};
            RETURN NEW;
        END $$
        """
    )
    owned_by_editor(f"follow_{table}()")
    op.execute(
        f"CREATE TRIGGER follow BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION follow_{table}()"
    )
    columns = ["audience", "owner_id", *([personal] if personal else [])]
    before, after = (", ".join(f"{row}.{column}" for column in columns) for row in ("w", "p"))
    op.execute(
        f"""
        CREATE FUNCTION lead_{table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
        BEGIN
            UPDATE {table} t SET audience = p.audience, owner_id = p.owner_id
            FROM became p JOIN was w USING (id)
            WHERE t.{key} = p.id AND ({before}) IS DISTINCT FROM ({after});
            RETURN NULL;
        END $$
        """
    )
    owned_by_editor(f"lead_{table}()")
    op.execute(
        f"CREATE TRIGGER lead_{table} AFTER UPDATE ON {parent} "
        f"REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION lead_{table}()"
    )


def forget_parent(table: str, parent: str) -> None:
    """The inverse of `follow_parent` for a table that is dropped."""
    op.execute(f"DROP TRIGGER IF EXISTS lead_{table} ON {parent}")
    op.execute(f"DROP TRIGGER IF EXISTS follow ON {table}")
    op.execute(f"DROP FUNCTION lead_{table}()")
    op.execute(f"DROP FUNCTION follow_{table}()")
