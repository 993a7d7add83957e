"""Truth: which statement of a field is preferred, where statements disagree, and merges of records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.ddl import (
    CURRENT_PARTNER,
    EDITOR,
    PARTNER,
    READER,
    keep_history,
    owned_by_editor,
    protect,
    protect_history,
    refresh_generated,
)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ENTITY_VISIBLE = "EXISTS (SELECT 1 FROM entity WHERE entity.id = {table}.entity_id)"
"""Inner selects of a policy run under the same role, so the entity's own policy decides."""
ASSERTED = "entity_id, field, value, unit, valid, source_id, owner_id, audience, confidence"
CHANGEABLE = "value, unit, valid, source_id, audience, confidence"

FUNCTIONS = (
    (
        "fact_columns(jsonb, text)",
        """
        CREATE FUNCTION fact_columns(row_ jsonb, field text, OUT value_column text, OUT unit_column text)
        LANGUAGE sql IMMUTABLE AS $$
            SELECT
                (SELECT name FROM unnest(ARRAY[lower(field) || '_value', lower(field) || '_amount', lower(field)])
                 WITH ORDINALITY AS one (name, place) WHERE row_ ? name ORDER BY place LIMIT 1),
                (SELECT name FROM unnest(ARRAY[lower(field) || '_unit', lower(field) || '_currency',
                                               lower(field) || '_precision'])
                 WITH ORDINALITY AS one (name, place) WHERE row_ ? name ORDER BY place LIMIT 1)
        $$
        """,
    ),
    (
        "assertions_disagree(text, text, text, text, daterange, daterange)",
        # A date known to its year agrees with every date in that year.
        """
        CREATE FUNCTION assertions_disagree(
            one text, other text, one_unit text, other_unit text, one_valid daterange, other_valid daterange
        ) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
            SELECT one <> other AND one_valid && other_valid
               AND NOT (coalesce(one_unit, '') IN ('YEAR', 'MONTH') AND starts_with(other, one))
               AND NOT (coalesce(other_unit, '') IN ('YEAR', 'MONTH') AND starts_with(one, other))
        $$
        """,
    ),
    (
        "derive_preference(uuid, text)",
        """
        CREATE FUNCTION derive_preference(of_entity uuid, of_field text) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
        DECLARE
            e entity;
            row_ jsonb;
            columns_ record;
            best assertion;
        BEGIN
            -- The entity's row is the lock: one at a time derives anything of it.
            SELECT * INTO e FROM entity WHERE id = of_entity FOR NO KEY UPDATE;
            IF NOT FOUND THEN RETURN; END IF;
            PERFORM set_config('triplehelix.deriving', 'on', true);
            row_ := to_jsonb(e);
            SELECT * INTO columns_ FROM fact_columns(row_, of_field);

            INSERT INTO preference (entity_id, field) VALUES (of_entity, of_field)
            ON CONFLICT (entity_id, field) DO NOTHING;
            IF FOUND AND row_ -> columns_.value_column <> 'null' THEN
                -- Until now only the record itself spoke of the field: its word becomes one among others.
                INSERT INTO assertion (entity_id, field, value, unit, source_id, owner_id, audience, is_own,
                                       recorded_from)
                VALUES (of_entity, of_field, row_ -> columns_.value_column, row_ ->> columns_.unit_column,
                        e.source_id, e.owner_id, e.audience, true, e.recorded_from);
            END IF;

            -- The rule of preference (docs/truth.md). A statement less visible than the record is never shown
            -- in it.
            SELECT a.* INTO best
            FROM assertion a
            LEFT JOIN source s ON s.id = a.source_id
            LEFT JOIN preference p ON p.pinned_id = a.id AND p.entity_id = of_entity
            WHERE a.entity_id = of_entity AND a.field = of_field
              AND (a.audience = 'PUBLIC' OR (a.audience = 'PARTNERS' AND e.audience <> 'PUBLIC')
                   OR (e.audience = 'OWNER' AND a.owner_id IS NOT DISTINCT FROM e.owner_id))
            ORDER BY p.id IS NOT NULL DESC,
                coalesce(s.kind IN ('REGISTRY', 'OFFICIAL'), false) AND (a.owner_id IS NULL OR a.is_own) DESC,
                a.owner_id IS NOT DISTINCT FROM e.owner_id DESC,
                a.rank DESC,
                coalesce(lower(a.valid), s.published_on, (a.recorded_from AT TIME ZONE 'UTC')::date) DESC,
                a.recorded_from DESC, a.id DESC
            LIMIT 1;

            IF EXISTS (
                SELECT 1 FROM assertion one JOIN assertion other
                  ON other.entity_id = one.entity_id AND other.field = one.field AND other.id > one.id
                WHERE one.entity_id = of_entity AND one.field = of_field
                  AND assertions_disagree(one.comparable, other.comparable, one.unit, other.unit, one.valid,
                                          other.valid)
            ) THEN
                INSERT INTO conflict (entity_id, field, kind) VALUES (of_entity, of_field, e.kind)
                ON CONFLICT (entity_id, field) DO NOTHING;
            ELSE
                DELETE FROM conflict WHERE entity_id = of_entity AND field = of_field;
            END IF;

            IF EXISTS (SELECT 1 FROM assertion WHERE entity_id = of_entity AND field = of_field AND NOT is_own)
            THEN
                UPDATE preference SET assertion_id = best.id
                WHERE entity_id = of_entity AND field = of_field AND assertion_id IS DISTINCT FROM best.id;
            ELSE
                -- The record is again the only one to speak of the field.
                DELETE FROM preference WHERE entity_id = of_entity AND field = of_field;
                DELETE FROM assertion WHERE entity_id = of_entity AND field = of_field;
            END IF;

            IF coalesce(best.value, 'null') IS DISTINCT FROM row_ -> columns_.value_column
               OR (columns_.unit_column IS NOT NULL AND best.unit IS DISTINCT FROM row_ ->> columns_.unit_column)
            THEN
                row_ := jsonb_build_object(columns_.value_column, best.value);
                IF columns_.unit_column IS NOT NULL THEN
                    row_ := row_ || jsonb_build_object(columns_.unit_column, best.unit);
                END IF;
                EXECUTE (
                    SELECT format(
                        'UPDATE entity SET %s WHERE id = $2',
                        string_agg(format('%1$I = (jsonb_populate_record(NULL::entity, $1)).%1$I', name), ', ')
                    ) FROM jsonb_object_keys(row_) AS name
                ) USING row_, of_entity;
            END IF;
            PERFORM set_config('triplehelix.deriving', 'off', true);
        END $$
        """,
    ),
    (
        "assertions_changed()",
        """
        CREATE FUNCTION assertions_changed() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
        DECLARE
            touched record;
        BEGIN
            IF current_setting('triplehelix.deriving', true) = 'on' THEN RETURN NULL; END IF;
            -- In the order of ids, so that two transactions never wait for each other.
            IF TG_OP = 'INSERT' THEN
                FOR touched IN SELECT DISTINCT entity_id, field FROM became ORDER BY 1, 2 LOOP
                    PERFORM derive_preference(touched.entity_id, touched.field);
                END LOOP;
            ELSIF TG_OP = 'DELETE' THEN
                FOR touched IN SELECT DISTINCT entity_id, field FROM was ORDER BY 1, 2 LOOP
                    PERFORM derive_preference(touched.entity_id, touched.field);
                END LOOP;
            ELSE
                FOR touched IN SELECT entity_id, field FROM was UNION SELECT entity_id, field FROM became
                    ORDER BY 1, 2
                LOOP
                    PERFORM derive_preference(touched.entity_id, touched.field);
                END LOOP;
            END IF;
            RETURN NULL;
        END $$
        """,
    ),
    (
        "preferred_fields_changed()",
        # Whoever writes a column of which others speak too has made a statement of the record's own.
        """
        CREATE FUNCTION preferred_fields_changed() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
        DECLARE
            said record;
        BEGIN
            IF current_setting('triplehelix.deriving', true) = 'on' THEN RETURN NULL; END IF;
            FOR said IN
                SELECT p.entity_id, p.field, became.source_id, became.owner_id, became.audience,
                       became.recorded_from, new_ -> c.value_column AS value, new_ ->> c.unit_column AS unit,
                       (old_ -> c.value_column, old_ ->> c.unit_column)
                           IS DISTINCT FROM (new_ -> c.value_column, new_ ->> c.unit_column) AS is_said
                FROM preference p
                JOIN became ON became.id = p.entity_id
                JOIN was ON was.id = p.entity_id
                CROSS JOIN LATERAL (SELECT to_jsonb(was) AS old_, to_jsonb(became) AS new_) AS rows_
                CROSS JOIN LATERAL fact_columns(new_, p.field) AS c
                ORDER BY 1, 2
            LOOP
                PERFORM set_config('triplehelix.deriving', 'on', true);
                IF said.is_said AND said.value = 'null' THEN
                    DELETE FROM assertion WHERE entity_id = said.entity_id AND field = said.field AND is_own;
                ELSIF said.is_said THEN
                    INSERT INTO assertion (entity_id, field, value, unit, source_id, owner_id, audience, is_own)
                    VALUES (said.entity_id, said.field, said.value, said.unit, said.source_id, said.owner_id,
                            said.audience, true)
                    ON CONFLICT (entity_id, field) WHERE is_own DO UPDATE
                    SET value = excluded.value, unit = excluded.unit, source_id = excluded.source_id,
                        owner_id = excluded.owner_id, audience = excluded.audience;
                ELSE
                    UPDATE assertion SET owner_id = said.owner_id, audience = said.audience
                    WHERE entity_id = said.entity_id AND field = said.field AND is_own
                      AND (owner_id, audience) IS DISTINCT FROM (said.owner_id, said.audience);
                END IF;
                PERFORM derive_preference(said.entity_id, said.field);
            END LOOP;
            RETURN NULL;
        END $$
        """,
    ),
    (
        "pins_changed()",
        """
        CREATE FUNCTION pins_changed() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
        BEGIN
            IF current_setting('triplehelix.deriving', true) IS DISTINCT FROM 'on' THEN
                PERFORM derive_preference(NEW.entity_id, NEW.field);
            END IF;
            RETURN NULL;
        END $$
        """,
    ),
)
TRIGGERS = (
    "CREATE TRIGGER derive_insert AFTER INSERT ON assertion REFERENCING NEW TABLE AS became "
    "FOR EACH STATEMENT EXECUTE FUNCTION assertions_changed()",
    "CREATE TRIGGER derive_update AFTER UPDATE ON assertion REFERENCING OLD TABLE AS was NEW TABLE AS became "
    "FOR EACH STATEMENT EXECUTE FUNCTION assertions_changed()",
    "CREATE TRIGGER derive_delete AFTER DELETE ON assertion REFERENCING OLD TABLE AS was "
    "FOR EACH STATEMENT EXECUTE FUNCTION assertions_changed()",
    "CREATE TRIGGER derive_own AFTER UPDATE ON entity REFERENCING OLD TABLE AS was NEW TABLE AS became "
    "FOR EACH STATEMENT EXECUTE FUNCTION preferred_fields_changed()",
    "CREATE TRIGGER derive_pin AFTER UPDATE OF pinned_id ON preference "
    "FOR EACH ROW EXECUTE FUNCTION pins_changed()",
)
LOG_ENTITY_CHANGE = """
    CREATE OR REPLACE FUNCTION log_entity_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            INSERT INTO change (verb, kind, record_id, owner_id, audience)
            SELECT 'REMOVED', now_.kind, now_.id, now_.owner_id, now_.audience FROM was AS now_;
        ELSE
            INSERT INTO change (verb, kind, record_id, owner_id, audience)
            SELECT CASE now_.record_status WHEN 'WITHDRAWN' THEN 'REMOVED' WHEN 'MERGED' THEN {merged}
                   ELSE CASE TG_OP WHEN 'INSERT' THEN 'CREATED' ELSE 'UPDATED' END END,
                   now_.kind, now_.id, now_.owner_id, now_.audience
            FROM became AS now_;
        END IF;
        -- One channel for all schemas: a listener reads from its cursor and finds what is new.
        PERFORM pg_notify('triplehelix_change', '');
        RETURN NULL;
    END $$
"""


def protect_assertions() -> None:
    """An assertion of a record is seen by those who see the record; editors alone rank and pin."""
    visible = ENTITY_VISIBLE.format(table="assertion")
    for policy in ("reads", "partner_reads", "partner_inserts", "partner_updates"):
        op.execute(f"DROP POLICY {policy} ON assertion")
    own = f"owner_id = {CURRENT_PARTNER}"
    op.execute(
        f"CREATE POLICY reads ON assertion FOR SELECT TO {READER} USING (audience = 'PUBLIC' AND {visible})"
    )
    op.execute(
        f"CREATE POLICY partner_reads ON assertion FOR SELECT TO {PARTNER} "
        f"USING ((audience IN ('PUBLIC', 'PARTNERS') OR {own}) AND {visible})"
    )
    op.execute(
        f"CREATE POLICY partner_inserts ON assertion FOR INSERT TO {PARTNER} WITH CHECK ({own} AND {visible})"
    )
    op.execute(
        f"CREATE POLICY partner_updates ON assertion FOR UPDATE TO {PARTNER} "
        f"USING ({own} AND NOT is_own) WITH CHECK ({own} AND {visible})"
    )
    op.execute(
        f"CREATE POLICY partner_deletes ON assertion FOR DELETE TO {PARTNER} USING ({own} AND NOT is_own)"
    )
    op.execute(f"REVOKE ALL ON assertion FROM {READER}, {PARTNER}, {EDITOR}")
    op.execute(f"GRANT SELECT ON assertion TO {READER}")
    op.execute(
        f"GRANT SELECT, INSERT (id, {ASSERTED}), UPDATE ({CHANGEABLE}), DELETE ON assertion TO {PARTNER}"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON assertion TO {EDITOR}")


def guard() -> None:
    """Row security, history, functions and triggers."""
    for signature, body in FUNCTIONS:
        op.execute(body)
        if "SECURITY DEFINER" in body:
            owned_by_editor(signature)
            op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    protect_assertions()
    disagreeing = (
        "EXISTS (SELECT 1 FROM assertion one JOIN assertion other ON other.entity_id = one.entity_id "
        "AND other.field = one.field AND other.id > one.id WHERE one.entity_id = conflict.entity_id "
        "AND one.field = conflict.field AND assertions_disagree(one.comparable, other.comparable, one.unit, "
        "other.unit, one.valid, other.valid))"
    )
    for table, rule in (("preference", ENTITY_VISIBLE.format(table="preference")), ("conflict", disagreeing)):
        op.execute(f"GRANT SELECT ON {table} TO {READER}, {PARTNER}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO {READER}, {PARTNER} USING ({rule})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {EDITOR}")
        op.execute(f"CREATE POLICY edits ON {table} TO {EDITOR} USING (true) WITH CHECK (true)")
    op.execute("ALTER TABLE entity_merge ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE entity_merge FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON entity_merge TO {EDITOR}")
    op.execute(f"CREATE POLICY edits ON entity_merge TO {EDITOR} USING (true) WITH CHECK (true)")
    columns = [c["name"] for c in sa.inspect(op.get_bind()).get_columns("preference_history")]
    protect_history("preference_history")
    keep_history("preference", [name for name in columns if name != "recorded_until"])
    for trigger in TRIGGERS:
        op.execute(trigger)
    op.execute(LOG_ENTITY_CHANGE.format(merged="'MERGED'"))


def unguard() -> None:
    """Takes back what `guard` made of tables that stay."""
    for name in ("derive_insert", "derive_update", "derive_delete"):
        op.execute(f"DROP TRIGGER {name} ON assertion")
    op.execute("DROP TRIGGER derive_own ON entity")
    op.execute("DROP TRIGGER derive_pin ON preference")
    for policy in (
        "reads",
        "partner_reads",
        "partner_inserts",
        "partner_updates",
        "partner_deletes",
        "edits",
    ):
        op.execute(f"DROP POLICY {policy} ON assertion")
    op.execute(f"REVOKE ALL ON assertion FROM {READER}, {PARTNER}, {EDITOR}")
    protect("assertion")
    op.execute("DROP POLICY reads ON conflict")
    for signature, _ in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature}")
    op.execute(LOG_ENTITY_CHANGE.format(merged="'REMOVED'"))
    op.execute("UPDATE change SET verb = 'REMOVED' WHERE verb = 'MERGED'")


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "preference_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("assertion_id", sa.Uuid(), nullable=True),
        sa.Column("pinned_id", sa.Uuid(), nullable=True),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned_by", sa.Uuid(), nullable=True),
        sa.Column("pin_reason", sa.Text(), nullable=True),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_preference_history_id", "preference_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "field IN ('AGREEMENT_STATUS', 'AREA', 'BUDGET', 'CITY', 'CLOSES_ON', 'COUNTRY', 'DESCRIPTION', 'DOMAINS', 'ELIGIBILITY', 'EMPLOYEE_COUNT', 'ENDS_ON', 'ESTABLISHED_ON', 'FIELDS', 'FOUNDED_ON', 'FUNDING_STAGE', 'HELD_ON', 'IS_FREELANCER', 'IS_FUNDER', 'ISIC', 'LANGUAGES', 'LEGAL_NAME', 'LEVEL', 'MODALITY', 'NOTIFIED_ON', 'OPENS_ON', 'PLACE', 'PROGRAM_KIND', 'REGIME', 'SEQUENCE_NUMBER', 'SIGNED_ON', 'SIZE_CLASS', 'SOURCE_TYPES', 'SPHERE', 'STARTS_ON', 'STUDENT_COUNT', 'SUBDIVISION', 'SUBJECT', 'TYPE', 'VALID_FROM', 'VALID_UNTIL', 'VERTICALS', 'WEBSITE')",
            name=op.f("ck_conflict_field"),
        ),
        sa.CheckConstraint(
            "kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'ZONE', 'CLUSTER', 'EXPERT', 'PROGRAM', 'AGREEMENT', 'MEETING')",
            name=op.f("ck_conflict_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_conflict_entity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entity_id", "field", name=op.f("pk_conflict")),
    )
    op.create_index("ix_conflict_kind", "conflict", ["kind", "field", "entity_id"], unique=False)
    op.create_table(
        "entity_merge",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("survivor_id <> merged_id", name=op.f("ck_entity_merge_two_ends")),
        sa.ForeignKeyConstraint(["merged_by"], ["common.partner.id"], name=op.f("fk_entity_merge_merged_by")),
        sa.ForeignKeyConstraint(["merged_id"], ["entity.id"], name=op.f("fk_entity_merge_merged_id")),
        sa.ForeignKeyConstraint(["survivor_id"], ["entity.id"], name=op.f("fk_entity_merge_survivor_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["common.partner.id"], name=op.f("fk_entity_merge_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_merge")),
    )
    op.create_index(op.f("ix_entity_merge_merged_id"), "entity_merge", ["merged_id"], unique=False)
    op.create_index(op.f("ix_entity_merge_survivor_id"), "entity_merge", ["survivor_id"], unique=False)
    op.create_index(
        "uq_entity_merge_merged",
        "entity_merge",
        ["merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "preference",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("assertion_id", sa.Uuid(), nullable=True),
        sa.Column("pinned_id", sa.Uuid(), nullable=True),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned_by", sa.Uuid(), nullable=True),
        sa.Column("pin_reason", sa.Text(), nullable=True),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "field IN ('AGREEMENT_STATUS', 'AREA', 'BUDGET', 'CITY', 'CLOSES_ON', 'COUNTRY', 'DESCRIPTION', 'DOMAINS', 'ELIGIBILITY', 'EMPLOYEE_COUNT', 'ENDS_ON', 'ESTABLISHED_ON', 'FIELDS', 'FOUNDED_ON', 'FUNDING_STAGE', 'HELD_ON', 'IS_FREELANCER', 'IS_FUNDER', 'ISIC', 'LANGUAGES', 'LEGAL_NAME', 'LEVEL', 'MODALITY', 'NOTIFIED_ON', 'OPENS_ON', 'PLACE', 'PROGRAM_KIND', 'REGIME', 'SEQUENCE_NUMBER', 'SIGNED_ON', 'SIZE_CLASS', 'SOURCE_TYPES', 'SPHERE', 'STARTS_ON', 'STUDENT_COUNT', 'SUBDIVISION', 'SUBJECT', 'TYPE', 'VALID_FROM', 'VALID_UNTIL', 'VERTICALS', 'WEBSITE')",
            name=op.f("ck_preference_field"),
        ),
        sa.CheckConstraint(
            "pinned_id IS NULL OR (pinned_at IS NOT NULL AND pin_reason <> '')",
            name=op.f("ck_preference_pin"),
        ),
        sa.ForeignKeyConstraint(
            ["assertion_id"], ["assertion.id"], name=op.f("fk_preference_assertion_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_preference_entity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pinned_by"], ["common.partner.id"], name=op.f("fk_preference_pinned_by")),
        sa.ForeignKeyConstraint(
            ["pinned_id"], ["assertion.id"], name=op.f("fk_preference_pinned_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
        sa.UniqueConstraint("entity_id", "field", name=op.f("uq_preference_entity_id_field")),
    )
    op.create_index(op.f("ix_preference_assertion_id"), "preference", ["assertion_id"], unique=False)
    op.create_index(op.f("ix_preference_pinned_id"), "preference", ["pinned_id"], unique=False)
    op.add_column(
        "assertion",
        sa.Column(
            "comparable",
            sa.Text(),
            sa.Computed(
                "CASE\n    WHEN jsonb_typeof(value) = 'number' THEN trim_scale((value #>> '{}')::numeric *\n        CASE unit WHEN 'ACRE' THEN 4046.8564224 WHEN 'HECTARE' THEN 10000 WHEN 'SQUARE_METRE' THEN 1 WHEN 'SQUARE_FOOT' THEN 0.09290304 WHEN 'KANAL' THEN 505.857 ELSE 1 END)::text ||\n        CASE WHEN unit IS NULL OR unit IN ('ACRE', 'HECTARE', 'SQUARE_METRE', 'SQUARE_FOOT', 'KANAL')\n        THEN '' ELSE ' ' || unit END\n    WHEN unit = 'YEAR' THEN left(value #>> '{}', 4)\n    WHEN unit = 'MONTH' THEN left(value #>> '{}', 7)\n    ELSE coalesce(value #>> '{}', '') END",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    op.add_column(
        "assertion", sa.Column("is_own", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index(
        "uq_assertion_own",
        "assertion",
        ["entity_id", "field"],
        unique=True,
        postgresql_where=sa.text("is_own"),
    )
    op.add_column("assertion_history", sa.Column("comparable", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "assertion_history", sa.Column("is_own", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("assertion_history", "comparable", server_default=None)
    op.alter_column("assertion_history", "is_own", server_default=None)
    op.add_column("entity", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_entity_successor_id",
        "entity",
        ["successor_id"],
        unique=False,
        postgresql_where=sa.text("successor_id IS NOT NULL"),
    )
    op.create_foreign_key(op.f("fk_entity_successor_id"), "entity", "entity", ["successor_id"], ["id"])
    op.add_column("entity_history", sa.Column("successor_id", sa.Uuid(), nullable=True))
    # ### end Alembic commands ###
    refresh_generated()
    guard()


def downgrade() -> None:
    unguard()
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_column("entity_history", "successor_id")
    op.drop_constraint(op.f("fk_entity_successor_id"), "entity", type_="foreignkey")
    op.drop_index(
        "ix_entity_successor_id", table_name="entity", postgresql_where=sa.text("successor_id IS NOT NULL")
    )
    op.drop_column("entity", "successor_id")
    op.drop_column("assertion_history", "is_own")
    op.drop_column("assertion_history", "comparable")
    op.drop_index("uq_assertion_own", table_name="assertion", postgresql_where=sa.text("is_own"))
    op.drop_column("assertion", "is_own")
    op.drop_column("assertion", "comparable")
    op.drop_index(op.f("ix_preference_pinned_id"), table_name="preference")
    op.drop_index(op.f("ix_preference_assertion_id"), table_name="preference")
    op.drop_table("preference")
    op.drop_index(
        "uq_entity_merge_merged", table_name="entity_merge", postgresql_where=sa.text("undone_at IS NULL")
    )
    op.drop_index(op.f("ix_entity_merge_survivor_id"), table_name="entity_merge")
    op.drop_index(op.f("ix_entity_merge_merged_id"), table_name="entity_merge")
    op.drop_table("entity_merge")
    op.drop_index("ix_conflict_kind", table_name="conflict")
    op.drop_table("conflict")
    op.drop_index("ix_preference_history_id", table_name="preference_history")
    op.drop_table("preference_history")
    op.execute("DROP FUNCTION keep_preference_history()")
    # ### end Alembic commands ###
    refresh_generated()
