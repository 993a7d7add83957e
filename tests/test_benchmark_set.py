"""The benchmark data set and the loading of the sample, on a real PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from math import gcd
from uuid import RFC_4122

import asyncpg
import pytest

from exchange import sample
from exchange.benchmark import NotEmpty, scale
from exchange.benchmark.entities import EXPERT_STEP, Entities
from exchange.benchmark.numbers import Ground, Sizes
from exchange.words import FAMILY, GIVEN, MIDDLE
from models.embedded import EmbeddedPostgres
from models.migrate import upgrade_async
from resolvers.errors import BadUserInput
from tests.conftest import clone

SCALE = 0.005
FACTS = ("skill", "need", "expert_skill", "need_skill", "program_skill")
CONTENT = """
    SELECT md5(string_agg(what.row::text, '' ORDER BY id)) FROM %s t,
    LATERAL (SELECT to_jsonb(t) - '{created_at,updated_at,recorded_from}'::text[] AS row) what
"""


@pytest.fixture(scope="module")
async def dsn(postgres: EmbeddedPostgres, migrated: str) -> str:
    """A database whose live schema has the data set; the sandbox is empty at first."""
    address = await clone(postgres.dsn, migrated)
    await scale(address, SCALE)
    return address


@asynccontextmanager
async def connected(dsn: str, schema: str = "live") -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": f"{schema}, common"})
    try:
        yield connection
    finally:
        await connection.close()


async def indexes(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT replace(indexdef, schemaname || '.', '') AS text FROM pg_indexes "
        "WHERE schemaname = current_schema() ORDER BY 1"
    )
    return [row["text"] for row in rows]


async def test_it_has_what_its_size_says(dsn: str) -> None:
    sizes = Sizes.of(SCALE)
    async with connected(dsn) as connection:
        kinds = dict(await connection.fetch("SELECT kind, count(*) FROM entity GROUP BY 1"))
        roles = dict(await connection.fetch("SELECT role, count(*) FROM relation GROUP BY 1"))
        facts = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in FACTS}
        names = await connection.fetchval("SELECT count(DISTINCT value) FROM entity_name")
        source = await connection.fetchval(
            "SELECT DISTINCT source.kind FROM source JOIN entity e ON e.source_id = source.id"
        )
    assert kinds == {
        "UNIVERSITY": sizes.universities,
        "ZONE": sizes.zones,
        "COMPANY": sizes.companies,
        "EXPERT": sizes.experts,
        "PROGRAM": sizes.programs,
    }
    assert roles == {
        "TENANT_OF": sizes.companies,
        "HOSTS": sizes.zones,
        "RUNS": sizes.programs,
        "EMPLOYED_BY": sizes.affiliations,
        "STUDIED_AT": sizes.experts // 3,
        "PARTICIPATES_IN": sizes.participations,
    }
    assert facts == {
        "skill": sizes.skills,
        "need": sizes.needs,
        "expert_skill": 4 * sizes.experts,
        "need_skill": 3 * sizes.needs,
        "program_skill": 3 * sizes.programs,
    }
    assert names == sum(kinds.values())
    assert source == "SYNTHETIC"


async def test_every_record_is_in_the_change_log(dsn: str) -> None:
    async with connected(dsn) as connection:
        missing = await connection.fetchval(
            "SELECT count(*) FROM (SELECT id FROM entity UNION ALL SELECT id FROM relation "
            "UNION ALL SELECT id FROM skill UNION ALL SELECT id FROM need) written "
            "WHERE NOT EXISTS (SELECT FROM change WHERE record_id = written.id AND verb = 'CREATED')"
        )
        logged = await connection.fetchval("SELECT count(*) FROM change")
        written = await connection.fetchval(
            "SELECT (SELECT count(*) FROM entity) + (SELECT count(*) FROM relation) "
            "+ (SELECT count(*) FROM skill) + (SELECT count(*) FROM need)"
        )
    assert missing == 0
    assert logged == written


async def test_ids_are_version_7_and_grow_in_the_order_of_writing(dsn: str) -> None:
    async with connected(dsn) as connection:
        rows = await connection.fetch("SELECT record_id FROM change ORDER BY seq")
    written = [row["record_id"] for row in rows]
    assert written == sorted(written)
    assert {id_.version for id_ in written} == {7}
    assert {id_.variant for id_ in written} == {RFC_4122}


async def test_the_same_again_is_the_same_and_the_indexes_are_back(dsn: str) -> None:
    async with connected(dsn, "sandbox") as sandbox, connected(dsn) as live:
        before = await indexes(sandbox)
        await scale(dsn, SCALE, "sandbox")
        assert await indexes(sandbox) == before == await indexes(live)
        for table in ("entity", "entity_name", "relation", "source", *FACTS):
            assert await sandbox.fetchval(CONTENT % table) == await live.fetchval(CONTENT % table), table


async def test_periods_are_in_order(dsn: str) -> None:
    async with connected(dsn) as connection:
        too_early = await connection.fetchval(
            "SELECT count(*) FROM relation r JOIN entity c ON c.id IN (r.subject_id, r.object_id) "
            "WHERE c.kind = 'COMPANY' AND r.role <> 'PARTICIPATES_IN' AND r.starts_on < c.founded_on"
        )
        current = await connection.fetchval(
            "SELECT count(*) FROM relation WHERE role = 'EMPLOYED_BY' AND ends_before = 'infinity'"
        )
        ended = await connection.fetchval(
            "SELECT count(*) FROM relation WHERE role = 'TENANT_OF' AND ends_before < '2026-11-01'"
        )
    assert too_early == 0
    assert current == Sizes.of(SCALE).experts
    assert ended > 0


async def test_it_is_never_added_to_data_and_nothing_is_left_of_the_attempt(dsn: str) -> None:
    async with connected(dsn) as connection:
        before = (await indexes(connection), await connection.fetchval("SELECT count(*) FROM change"))
        with pytest.raises(NotEmpty, match="The schema live has data already"):
            await scale(dsn, SCALE)
        assert (
            await indexes(connection),
            await connection.fetchval("SELECT count(*) FROM change"),
        ) == before


async def test_skills_have_wider_ones_and_some_are_common(dsn: str) -> None:
    async with connected(dsn) as connection:
        depth = await connection.fetchval(
            "WITH RECURSIVE up AS (SELECT id, broader_id, 1 AS depth FROM skill UNION ALL "
            "SELECT s.id, s.broader_id, depth + 1 FROM up JOIN skill s ON s.id = up.broader_id) "
            "SELECT max(depth) FROM up"
        )
        counts = await connection.fetch(
            "SELECT count(*) AS n FROM expert_skill GROUP BY skill_id ORDER BY 1 DESC"
        )
        hidden = await connection.fetchval("SELECT count(*) FROM expert_skill WHERE audience <> 'PUBLIC'")
    assert depth == 3
    assert counts[0]["n"] > 3 * counts[-1]["n"]
    assert hidden == 0


@pytest.mark.parametrize("size", [0, -1, 10.5, float("nan")])
def test_a_size_out_of_range_is_refused(size: float) -> None:
    with pytest.raises(BadUserInput, match="out of range"):
        Sizes.of(size)


def test_names_and_slugs_stay_distinct_at_ten_times_the_size() -> None:
    everything = Entities(Ground(Sizes.of(10))).batches()
    slugs = [row[2] for batch in everything if batch.label != "experts" for row in batch.rows]
    assert len(set(slugs)) == len(slugs) == 200_000 + 20_000 + 3_000 + 1_000
    # Experts are two million: their names are distinct because each is a step on a circle of names that
    # is longer, and the step has no factor in common with it.
    circle = len(set(GIVEN)) * len(set(MIDDLE)) * len(set(FAMILY))
    assert circle >= 2_000_000
    assert gcd(circle, EXPERT_STEP) == 1


async def test_progress_is_told_to_the_end(dsn: str) -> None:
    told: list[tuple[str, int, int]] = []
    async with connected(dsn) as connection:
        await connection.execute("CREATE SCHEMA again")
        try:
            await upgrade_async(dsn, ["again"])
            await scale(dsn, 0.001, "again", lambda *step: told.append(step))
        finally:
            await connection.execute("DROP SCHEMA again CASCADE")
    labels = list(dict.fromkeys(label for label, _, _ in told))
    assert labels[:5] == ["universities", "zones", "companies", "programs", "experts"]
    assert labels[-2:] == ["indexes", "statistics"]
    last = {label: (done, total) for label, done, total in told}
    assert all(done == total for done, total in last.values())


async def test_the_sample_is_loaded_only_where_there_is_nothing(dsn: str) -> None:
    loaded: list[tuple[str, int]] = []
    lines: list[int] = []

    async def load(dsn: str, items: Iterator[sample.Item], schema: str, file_name: str | None = None) -> None:
        loaded.append((schema, sum(1 for _ in items)))

    async with connected(dsn) as connection:
        await connection.execute("CREATE SCHEMA fresh")
        try:
            await upgrade_async(dsn, ["fresh"])
            assert await sample.load_if_empty(dsn, load, "fresh", lines.append)
        finally:
            await connection.execute("DROP SCHEMA fresh CASCADE")
    assert not await sample.load_if_empty(dsn, load, "live")
    assert [schema for schema, _ in loaded] == ["fresh", "fresh"]
    assert loaded[0][1] == lines[-1] == len(lines) > 1500
