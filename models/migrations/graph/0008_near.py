"""What lies around an entity: an index on places, and entity_ids_near which uses it.

It runs with the caller's own rights; comparisons of numbers are leakproof and use the index under row security.
Distances are those on a sphere of the earth's mean radius, 6,371.0088 km (IUGG), by the haversine formula.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEAR = """
    CREATE FUNCTION entity_ids_near(centre uuid, km float8) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE ROWS 500
    SET search_path FROM CURRENT
    AS $$
    DECLARE
        radius CONSTANT float8 := 6371.0088;
        north float8;
        east float8;
        -- The box around the circle in degrees, a little wider than computed, as sums are rounded.
        height float8 := degrees(km / radius) + 1e-9;
        width float8 := 180;
    BEGIN
        SELECT e.latitude, e.longitude INTO north, east FROM entity e WHERE e.id = centre;
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
          AND 2 * radius * asin(least(1, sqrt(
              sin(radians(e.latitude - north) / 2) ^ 2
              + cos(radians(north)) * cos(radians(e.latitude)) * sin(radians(e.longitude - east) / 2) ^ 2))) <= km;
    END $$
"""


def upgrade() -> None:
    op.create_index(
        "ix_entity_place",
        "entity",
        ["latitude", "longitude", "id"],
        unique=False,
        postgresql_where=sa.text("latitude IS NOT NULL"),
    )
    op.execute(NEAR)


def downgrade() -> None:
    op.execute("DROP FUNCTION entity_ids_near(uuid, float8)")
    op.drop_index("ix_entity_place", table_name="entity", postgresql_where=sa.text("latitude IS NOT NULL"))
