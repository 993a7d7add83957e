"""What was believed before is read by whoever may see its record today (`knownAt`)."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import PARTNER, READER, history_function, refresh_generated

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What another transaction wrote after this one began was believed from then on; what replaces it is younger.
YOUNGER = (
    "CASE WHEN OLD.recorded_from > now() THEN OLD.recorded_from + interval '1 microsecond' ELSE now() END"
)


def touch(recorded_from: str) -> None:
    """The functions that mark a row as changed."""
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION touch_versioned() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.version := OLD.version + 1;
            NEW.recorded_from := {recorded_from};
            IF TG_TABLE_NAME = 'entity' THEN NEW.updated_at := now(); END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION touch_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.recorded_from := {recorded_from}; RETURN NEW; END $$
        """
    )


def upgrade() -> None:
    touch(YOUNGER)
    refresh_generated()


def downgrade() -> None:
    touch("now()")
    inspector = sa.inspect(op.get_bind())
    for history in (name for name in inspector.get_table_names() if name.endswith("_history")):
        for policy in ("reads", "partner_reads"):
            op.execute(f"DROP POLICY IF EXISTS {policy} ON {history}")
        op.execute(f"REVOKE SELECT ON {history} FROM {READER}, {PARTNER}")
        for index in inspector.get_indexes(history):
            if index["name"] != f"ix_{history}_id":
                op.drop_index(str(index["name"]), history)
        columns = [column["name"] for column in inspector.get_columns(history)]
        for name in (name for name in columns if name.startswith("current_")):
            op.drop_column(history, name)
        kept = [name for name in columns if not name.startswith("current_")]
        op.execute(history_function(history.removesuffix("_history"), kept))
