"""Statements as importers make them: several by one source, of names too, numbers as texts."""

from alembic import op

from models import FACT_COLUMNS
from models.migrations.ddl import refresh_generated

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# In a column's own spelling two statements can be compared, whatever spelling they came in.
SPELL = """
    CREATE FUNCTION spell_assertion() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    DECLARE
        named text;
    BEGIN
        SELECT value_column INTO named
        FROM fact_columns(to_jsonb(jsonb_populate_record(NULL::entity, '{}')), NEW.field);
        IF named IS NOT NULL THEN
            NEW.value := to_jsonb(jsonb_populate_record(NULL::entity, jsonb_build_object(named, NEW.value))) -> named;
        END IF;
        RETURN NEW;
    END $$
"""
CHANGED = """
    CREATE OR REPLACE FUNCTION assertions_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE
        touched record;
    BEGIN
        IF current_setting('triplehelix.deriving', true) = 'on' THEN RETURN NULL; END IF;
        -- In the order of ids, so that two transactions never wait for each other.
        IF TG_OP = 'INSERT' THEN
            FOR touched IN SELECT DISTINCT entity_id, field FROM became WHERE {only} ORDER BY 1, 2 LOOP
                PERFORM derive_preference(touched.entity_id, touched.field);
            END LOOP;
        ELSIF TG_OP = 'DELETE' THEN
            FOR touched IN SELECT DISTINCT entity_id, field FROM was WHERE {only} ORDER BY 1, 2 LOOP
                PERFORM derive_preference(touched.entity_id, touched.field);
            END LOOP;
        ELSE
            FOR touched IN SELECT entity_id, field FROM was WHERE {only}
                UNION SELECT entity_id, field FROM became WHERE {only} ORDER BY 1, 2
            LOOP
                PERFORM derive_preference(touched.entity_id, touched.field);
            END LOOP;
        END IF;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.execute("DROP INDEX IF EXISTS uq_assertion_statement")
    refresh_generated()
    op.execute(SPELL)
    op.execute(
        "CREATE TRIGGER spell BEFORE INSERT OR UPDATE OF field, value ON assertion "
        "FOR EACH ROW WHEN (NEW.field = upper(NEW.field)) EXECUTE FUNCTION spell_assertion()"
    )
    op.execute(CHANGED.format(only="field = upper(field)"))
    codes = ", ".join(f"'{code}'" for code in FACT_COLUMNS)
    # Partial dates were kept as 2021-10: the next import states them anew.
    op.execute(
        f"UPDATE assertion SET field = upper(field) WHERE field <> upper(field) AND upper(field) IN ({codes}) "
        r"AND NOT (value #>> '{}' ~ '^\d{4}(-\d\d)?$' AND right(field, 3) = '_on')"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER spell ON assertion")
    op.execute("DROP FUNCTION spell_assertion()")
    op.execute(CHANGED.format(only="true"))
    refresh_generated()
