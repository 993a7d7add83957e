"""What a save reads: by index what it needs, however many records there are."""

from typing import Any

import pytest

from exchange import items
from models.database import Database
from models.writing_vocabulary import ErrorPolicy
from tests.conftest import NORTH

MANY = 20_000
MOST_READ = 2_000
"""Rows of all tables together."""
OTHERS = f"""
INSERT INTO entity (kind, slug, name, is_funder, website)
SELECT 'COMPANY', 'other-' || n, 'Other ' || n, false, 'https://other-' || n || '.example'
FROM generate_series(1, {MANY}) n;
INSERT INTO entity_name (entity_id, value, type)
SELECT id, name, 'OFFICIAL' FROM entity WHERE slug LIKE 'other-%';
INSERT INTO identifier (entity_id, scheme, value, is_active)
SELECT id, 'LEI', slug, true FROM entity WHERE slug LIKE 'other-%';
INSERT INTO relation (subject_id, subject_kind, object_id, object_kind, role)
SELECT e.id, e.kind, z.id, z.kind, 'TENANT_OF'
FROM entity e, (SELECT * FROM entity WHERE kind = 'ZONE' LIMIT 1) z WHERE e.slug LIKE 'other-%';
ANALYZE
"""
COMPANY = {
    "key": {"scheme": "PARTNER", "value": "42"},
    "name": "Of the Test",
    "website": "https://test.example",
    "relations": {"add": [{"role": "COLLABORATES_WITH", "to": {"slug": "other-7"}}]},
}
READ = """
SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))
FROM pg_stat_xact_user_tables WHERE schemaname IN ('live', 'common')
"""


@pytest.mark.parametrize(
    "fields", [{}, {"name": "Of the Test, Anew", "names": {"set": []}}], ids=["new", "again"]
)
async def test_a_save_reads_few_rows_where_there_are_many(
    graph_copy: Database, fields: dict[str, Any]
) -> None:
    async with graph_copy.admin() as connection:
        await connection.execute(OTHERS)
    if fields:
        async with graph_copy.write(NORTH) as connection:
            await items.save(connection, NORTH, "COMPANY", [COMPANY], ErrorPolicy.REJECT_ALL)
    async with graph_copy.write(NORTH) as connection:
        before = await connection.fetchval(READ)
        await items.save(connection, NORTH, "COMPANY", [COMPANY | fields], ErrorPolicy.REJECT_ALL)
        assert await connection.fetchval(READ) - before < MOST_READ
