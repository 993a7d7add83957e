"""Erasing a person on a data-protection request, and the tombstone that stays."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import EDITOR, owned_by_editor, refresh_generated

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Rows that cannot stand without the person go, in the others the reference becomes null; of history and change
# log the same. What refers to the person is read from the foreign keys, so that later tables follow.
ERASE = """
    CREATE FUNCTION erase_person(person uuid, why text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
    DECLARE
        persons uuid[];
        slugs text[];
        gone uuid[];
        part record;
        ref record;
        touched bigint;
        went jsonb := '{}';
    BEGIN
        IF coalesce(btrim(why), '') = '' THEN
            RAISE EXCEPTION USING ERRCODE = 'TH400', MESSAGE = 'An erasure needs a reason.',
                HINT = 'Name the request that it follows.';
        END IF;
        PERFORM FROM entity WHERE id = person AND kind = 'EXPERT' FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'TH404', MESSAGE = 'There is no such person.',
                HINT = 'Give the id or slug of an expert; other records are withdrawn, not erased.';
        END IF;
        IF EXISTS (SELECT FROM entity WHERE id = person AND record_status = 'MERGED') THEN
            RAISE EXCEPTION USING ERRCODE = 'TH400', MESSAGE = 'The record is merged into another.',
                HINT = 'Erase its successor, with which it goes.';
        END IF;
        -- Records that were merged into this one are of the same person.
        WITH RECURSIVE same AS (
            SELECT e.id, e.slug FROM entity e WHERE e.id = person
          UNION
            SELECT e.id, e.slug FROM entity e JOIN same s ON e.successor_id = s.id
            WHERE e.kind = 'EXPERT' AND e.record_status = 'MERGED'
        ) SELECT array_agg(id), array_agg(slug) INTO persons, slugs FROM same;
        -- Values that are preferred among statements are not derived anew of what goes.
        PERFORM set_config('triplehelix.deriving', 'on', true);
        DELETE FROM pending_relation p
        WHERE p.target_id = ANY (persons) OR p.target_slug = ANY (slugs) OR EXISTS (
            SELECT FROM identifier i WHERE i.entity_id = ANY (persons)
              AND (i.scheme, i.value) = (p.target_scheme, p.target_value)
              AND i.partner_id IS NOT DISTINCT FROM p.target_partner_id);
        FOR ref IN
            SELECT t.relname::text AS name, a.attname::text AS own, a.attnotnull AS is_needed, k.attname::text AS kind,
                   to_regclass(t.relname || '_history') IS NOT NULL AS is_recorded,
                   EXISTS (SELECT FROM pg_attribute i WHERE i.attrelid = t.oid AND i.attname = 'id'
                           AND NOT i.attisdropped) AS has_id
            FROM pg_constraint c
            JOIN pg_class t ON t.oid = c.conrelid
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
            LEFT JOIN pg_attribute k ON k.attrelid = t.oid AND k.attnum = c.conkey[2] AND NOT k.attnotnull
            WHERE c.contype = 'f' AND c.confrelid = 'entity'::regclass
            ORDER BY t.relname = 'entity', t.relname, a.attname
        LOOP
            IF NOT ref.is_needed THEN
                EXECUTE format(
                    'UPDATE %1$I SET %2$I = NULL' || CASE WHEN ref.kind IS NULL THEN '' ELSE ', %3$I = NULL' END
                    || ' WHERE %2$I = ANY ($1)', ref.name, ref.own, ref.kind
                ) USING persons;
            ELSIF ref.has_id THEN
                EXECUTE format('SELECT coalesce(array_agg(id), ''{}'') FROM %I WHERE %I = ANY ($1)', ref.name, ref.own)
                INTO gone USING persons;
                -- Of what goes too, rows that hang on it go first, and looser references are let go.
                FOR part IN
                    SELECT t.relname::text AS name, a.attname::text AS own, c.confdeltype = 'c' AS is_part,
                           to_regclass(t.relname || '_history') IS NOT NULL AS is_recorded
                    FROM pg_constraint c
                    JOIN pg_class t ON t.oid = c.conrelid
                    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
                    WHERE c.contype = 'f' AND c.confrelid = to_regclass(quote_ident(ref.name))
                LOOP
                    IF part.is_part THEN
                        EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', part.name, part.own) USING gone;
                        IF part.is_recorded THEN
                            EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', part.name || '_history', part.own)
                            USING gone;
                        END IF;
                    ELSE
                        EXECUTE format('UPDATE %1$I SET %2$I = NULL WHERE %2$I = ANY ($1)', part.name, part.own)
                        USING gone;
                    END IF;
                END LOOP;
                DELETE FROM change WHERE record_id = ANY (gone);
                EXECUTE format('DELETE FROM %I WHERE id = ANY ($1)', ref.name) USING gone;
                GET DIAGNOSTICS touched = ROW_COUNT;
                IF touched > 0 THEN
                    went := went || jsonb_build_object(
                        ref.name, coalesce((went ->> ref.name)::bigint, 0) + touched);
                END IF;
                IF ref.is_recorded THEN
                    EXECUTE format('DELETE FROM %I WHERE id = ANY ($1) OR %I = ANY ($2)',
                                   ref.name || '_history', ref.own) USING gone, persons;
                END IF;
            ELSE
                EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', ref.name, ref.own) USING persons;
            END IF;
            IF ref.is_recorded AND NOT ref.is_needed THEN
                EXECUTE format(
                    'UPDATE %1$I SET %2$I = NULL' || CASE WHEN ref.kind IS NULL THEN '' ELSE ', %3$I = NULL' END
                    || ' WHERE %2$I = ANY ($1)', ref.name || '_history', ref.own, ref.kind
                ) USING persons;
            END IF;
        END LOOP;
        -- What merges of other records moved names the person where both stood in one row.
        UPDATE entity_merge m SET moved = m.moved || (
            SELECT jsonb_object_agg(what, (
                SELECT coalesce(jsonb_object_agg(name, (
                    SELECT coalesce(jsonb_agg(item), '[]') FROM jsonb_array_elements(items) AS item
                    WHERE NOT EXISTS (SELECT FROM unnest(persons) AS one WHERE item::text LIKE '%' || one || '%')
                )), '{}') FROM jsonb_each(m.moved -> what) AS tables (name, items)
            )) FROM unnest(ARRAY['moved', 'removed']) AS what
        )
        WHERE EXISTS (SELECT FROM unnest(persons) AS one WHERE m.moved::text LIKE '%' || one || '%');
        DELETE FROM change WHERE record_id = ANY (persons);
        INSERT INTO erasure (id, slug_digest, reason, erased_by)
        SELECT one.id, sha256(convert_to(one.slug, 'UTF8')), why,
               nullif(current_setting('app.partner', true), '')::uuid
        FROM unnest(persons, slugs) AS one (id, slug);
        DELETE FROM entity WHERE id = ANY (persons);
        GET DIAGNOSTICS touched = ROW_COUNT;
        DELETE FROM entity_history WHERE id = ANY (persons);
        PERFORM set_config('triplehelix.deriving', 'off', true);
        RETURN went || jsonb_build_object('entity', touched);
    END $$
"""
REFUSE = """
    CREATE FUNCTION refuse_erased() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
    BEGIN
        IF EXISTS (SELECT FROM erasure)
           AND (EXISTS (SELECT FROM became JOIN erasure USING (id))
                OR EXISTS (SELECT FROM became b JOIN erasure e ON e.slug_digest = sha256(convert_to(b.slug, 'UTF8'))))
        THEN
            RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'A person of this id or slug was erased.',
                HINT = 'Leave the record out: an erased person is not recorded again.';
        END IF;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug_digest", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("erased_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["erased_by"], ["common.partner.id"], name=op.f("fk_erasure_erased_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("slug_digest", name=op.f("uq_erasure_slug_digest")),
    )
    op.execute("ALTER TABLE erasure ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE erasure FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT, INSERT ON erasure TO {EDITOR}")
    op.execute(f"CREATE POLICY edits ON erasure TO {EDITOR} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT DELETE ON entity_merge TO {EDITOR}")
    refresh_generated()
    for signature, body in (("erase_person(uuid, text)", ERASE), ("refuse_erased()", REFUSE)):
        op.execute(body)
        owned_by_editor(signature)
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER refuse_erased AFTER INSERT ON entity REFERENCING NEW TABLE AS became "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_erased()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_erased ON entity")
    op.execute("DROP FUNCTION refuse_erased()")
    op.execute("DROP FUNCTION erase_person(uuid, text)")
    op.drop_table("erasure")
    refresh_generated()
