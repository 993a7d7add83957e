"""The sandbox: what test keys write is never in live answers; a reset empties it under running servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from exchange import ndjson
from exchange.fields import FIELDS_OF
from exchange.importer import Importer
from models import Base, sandbox
from models.database import Database
from tests.conftest import EDITOR, run
from tests.processes import CHECKOUT, python

COUNTS = "{ universities { totalCount } changes { nodes { cursor } } regions { totalCount } }"
LINE = '{"kind":"UNIVERSITY","slug":"only-a-test","name":"Only a Test"}\n'


@pytest.fixture
async def both(fresh_dsn: str, tmp_path: Path) -> AsyncIterator[tuple[Database, Database]]:
    """Live data and sandbox, open; the sandbox has a record."""
    file = tmp_path / "test.ndjson"
    file.write_text(LINE, encoding="utf-8")
    await Importer(fresh_dsn, "sandbox", file_name="test.ndjson").run(ndjson.read(file, FIELDS_OF))
    live, tests = Database(fresh_dsn, read_size=2), Database(fresh_dsn, schema="sandbox", read_size=2)
    for one in (live, tests):
        await one.open()
    yield live, tests
    for one in (live, tests):
        await one.close()


async def counted(database: Database) -> tuple[int, int, int]:
    answer = await run(database, COUNTS, viewer=EDITOR)
    assert "errors" not in answer, answer
    found = answer["data"]
    return (
        found["universities"]["totalCount"],
        len(found["changes"]["nodes"]),
        found["regions"]["totalCount"],
    )


async def test_what_test_keys_write_is_not_in_live_answers(both: tuple[Database, Database]) -> None:
    live, tests = both
    assert (await counted(live))[:2] == (0, 0)
    assert (await counted(tests))[0] == 1


async def test_a_reset_empties_every_table_and_servers_go_on(both: tuple[Database, Database]) -> None:
    _, tests = both
    before = await counted(tests)
    connection = await asyncpg.connect(tests.dsn)
    try:
        await sandbox.reset(connection)
        filled = [
            table.name
            for table in Base.metadata.sorted_tables
            if table.schema is None
            and await connection.fetchval(f'SELECT EXISTS (SELECT FROM sandbox."{table.name}")')
        ]
    finally:
        await connection.close()
    assert set(filled) == {"region", "vertical", "market_group", "currency", "role_type", "role_pair"}
    assert await counted(tests) == (0, 0, before[2])


async def test_a_reset_waits_for_writers_and_leaves_all_as_it_is(
    both: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "LOCK_SECONDS", 1)
    _, tests = both
    connection = await asyncpg.connect(tests.dsn)
    try:
        async with tests.write(EDITOR) as writer:
            await writer.execute("UPDATE entity SET city = 'Lahore'")
            with pytest.raises(sandbox.SandboxBusy, match="Try again"):
                await sandbox.reset(connection)
        assert (await counted(tests))[0] == 1
    finally:
        await connection.close()


async def test_the_command_resets_and_can_load_the_sample(both: tuple[Database, Database]) -> None:
    live, tests = both
    for option, said, is_filled in (
        ((), "The sandbox is empty.\n", False),
        (("--sample",), "The sandbox holds the sample data.\n", True),
    ):
        arguments = ("cli.py", "sandbox", "reset", *option, "--database-url", tests.dsn)
        with python(str(CHECKOUT / arguments[0]), *arguments[1:]) as process:
            output, errors = process.communicate(timeout=120)
        assert (process.returncode, output, errors) == (0, said, "")
        assert ((await counted(tests))[0] > 1) is is_filled
    assert (await counted(live))[0] == 0
