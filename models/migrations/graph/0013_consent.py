"""An audience for every personal field of an expert; others' statements of personal fields are taken out."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import EDITOR, PARTNER, READER, identifiers_known, refresh_generated

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AUDIENCES = ("description", "identifiers", "is_freelancer", "languages", "location", "website")
PERSONAL = (
    "lower(field) IN ('availability', 'city', 'country', 'description', 'email', 'family_name', 'given_name', "
    "'headline', 'is_freelancer', 'languages', 'location', 'residence_country', 'subdivision', 'website') "
    "AND entity_id IN (SELECT id FROM entity WHERE kind = 'EXPERT')"
)
"""What others have stated of personal fields of experts so far."""
OWNER_OF = "SELECT 1 FROM entity e WHERE e.id = {table}.entity_id"

# As in 0008, but a hidden location is none: neither of the entity in the middle nor of those around it. It runs
# with the caller's own rights, and row security knows no columns, so that the audience is judged here.
KNOWN = "(coalesce(e.location_audience, 'PUBLIC') = ANY (audiences) OR e.owner_id = partner)"
NEAR = f"""
    CREATE OR REPLACE FUNCTION entity_ids_near(centre uuid, km float8) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE ROWS 500
    SET search_path FROM CURRENT
    AS $$
    DECLARE
        radius CONSTANT float8 := 6371.0088;
        north float8;
        east float8;
        caller text := current_setting('role');
        partner uuid := CASE caller WHEN '{PARTNER}' THEN nullif(current_setting('app.partner', true), '')::uuid END;
        audiences text[] := CASE caller
            WHEN '{READER}' THEN '{{PUBLIC}}'::text[]
            WHEN '{PARTNER}' THEN '{{PUBLIC,PARTNERS}}'::text[]
            ELSE '{{PUBLIC,PARTNERS,OWNER}}'::text[] END;
        -- The box around the circle in degrees, a little wider than computed, as sums are rounded.
        height float8 := degrees(km / radius) + 1e-9;
        width float8 := 180;
    BEGIN
        SELECT CASE WHEN {KNOWN} THEN e.latitude END, CASE WHEN {KNOWN} THEN e.longitude END INTO north, east
        FROM entity e WHERE e.id = centre;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'TH404', MESSAGE = 'There is no entity to see for near.entity.',
                HINT = 'Compare the id, slug or identifier; search finds entities by name.';
        END IF;
        IF north IS NULL OR east IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'TH400', MESSAGE = 'The entity of near has no location.',
                HINT = 'Give an entity with a location, such as its zone or campus.';
        END IF;
        IF abs(north) + height < 90 THEN
            -- No pole is inside: the circle touches these meridians.
            width := degrees(asin(least(1, sin(radians(height)) / cos(radians(north))))) + 1e-9;
        END IF;
        RETURN QUERY
        SELECT e.id FROM entity e
        WHERE e.latitude BETWEEN north - height AND north + height
          AND (abs(e.longitude - east) <= width OR abs(e.longitude - east) >= 360 - width)
          AND {KNOWN}
          AND 2 * radius * asin(least(1, sqrt(
              sin(radians(e.latitude - north) / 2) ^ 2
              + cos(radians(north)) * cos(radians(e.latitude)) * sin(radians(e.longitude - east) / 2) ^ 2))) <= km;
    END $$
"""


def upgrade() -> None:
    for table in ("entity", "entity_history"):
        for name in AUDIENCES:
            comment = "audience; NULL reads as PUBLIC" if table == "entity" else None
            op.add_column(table, sa.Column(f"{name}_audience", sa.Text(), nullable=True, comment=comment))
    for table in ("assertion_history", "preference_history"):
        op.execute(f"GRANT DELETE ON {table} TO {EDITOR}")
    # Row security binds the tables' owner too; the editor role sees every row.
    op.execute(f"SET LOCAL ROLE {EDITOR}")
    op.execute(f"DELETE FROM assertion WHERE NOT is_own AND {PERSONAL}")
    for table in ("assertion_history", "preference_history"):
        op.execute(f"DELETE FROM {table} WHERE {PERSONAL}")
    op.execute("RESET ROLE")
    for table in ("assertion_history", "preference_history"):
        op.execute(f"REVOKE DELETE ON {table} FROM {EDITOR}")
    refresh_generated()
    op.execute(NEAR)
    # A hidden identifier neither shows nor finds its person.
    op.execute("DROP POLICY reads ON identifier")
    for name, role in (("reads", READER), ("partner_reads", PARTNER)):
        seen = f"{OWNER_OF.format(table='identifier')} AND {identifiers_known(role, 'e')}"
        op.execute(f"CREATE POLICY {name} ON identifier FOR SELECT TO {role} USING (EXISTS ({seen}))")


def downgrade() -> None:
    for table in ("identifier", "identifier_history"):
        seen = f"EXISTS ({OWNER_OF.format(table=table)})"
        op.execute(f"DROP POLICY reads ON {table}")
        op.execute(f"DROP POLICY partner_reads ON {table}")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO {READER}, {PARTNER} USING ({seen})")
    script = op.get_context().script
    assert script is not None
    before = script.get_revision("0008")
    assert before is not None
    op.execute(before.module.NEAR.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    for name in AUDIENCES:
        op.drop_column("entity_history", f"current_{name}_audience")
        op.drop_column("entity_history", f"{name}_audience")
        op.drop_column("entity", f"{name}_audience")
    refresh_generated()
