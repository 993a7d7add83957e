"""Dump and restore: every row of every table as it was, or a sentence that says why not."""

import json
import zipfile
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from exchange import dump, restore
from exchange.dump import MANIFEST, DumpCode, DumpRefused
from models.database import Database
from models.embedded import EmbeddedPostgres
from models.migrate import is_current
from resolvers.keys import create_key, list_keys
from tests.conftest import EDITOR, PATIENT, clone, run
from tests.imports import imported, rows

UPDATED = {"kind": "COMPANY", "slug": "dumped", "name": "Dumped", "description": "after"}


@pytest.fixture
async def full(postgres: EmbeddedPostgres, graph_template: str) -> str:
    """A database with the small graph, a changed record, and a key."""
    dsn = await clone(postgres.dsn, graph_template)
    await imported(dsn, UPDATED | {"description": "before"})
    await imported(dsn, UPDATED)
    connection = await asyncpg.connect(dsn)
    try:
        await create_key(connection, "north", label="key")
    finally:
        await connection.close()
    return dsn


async def contents(dsn: str) -> dict[str, list[str]]:
    """Every row of every table of live data and of what is shared, and the sequences."""
    connection = await asyncpg.connect(dsn, server_settings={"timezone": "UTC"})
    try:
        found = {}
        listed = await dump.tables(connection, "live", with_keys=True)
        for table in listed:
            query = f"SELECT t::text FROM {table.sql} t ORDER BY 1"
            found[table.label] = [row[0] for row in await connection.fetch(query)]
        found["sequences"] = [str(await dump.sequences(connection, listed))]
        return found
    finally:
        await connection.close()


@pytest.mark.parametrize("with_keys", [False, True])
async def test_every_row_of_every_table_comes_back(
    full: str, fresh_dsn: str, tmp_path: Path, with_keys: bool
) -> None:
    file, told = tmp_path / "all.thdump", list[str]()
    written = await dump.dump(full, "live", file, with_keys=with_keys, on_table=lambda *t: told.append(t[0]))
    assert told == list(written)
    assert await restore.restore(fresh_dsn, "live", file) == written
    before, after = await contents(full), await contents(fresh_dsn)
    if not with_keys:
        apart = {table for table in before if table.startswith("common/")} - {"common/partner"}
        assert "common/api_key" in apart
        assert before["common/api_key"]
        assert [after.pop(table) for table in apart] == [
            [] for table in apart if before.pop(table) is not None
        ]
    assert after == before
    filled = {table for table, found in after.items() if found}
    assert {f"data/{name}" for name in ("entity", "entity_history", "change", "relation")} < filled


async def test_a_restored_platform_goes_on(full: str, fresh_dsn: str, tmp_path: Path) -> None:
    file = tmp_path / "all.thdump"
    await dump.dump(full, "live", file)
    await restore.restore(fresh_dsn, "live", file)
    (last,) = await rows(fresh_dsn, "SELECT max(seq) AS seq FROM change")
    await imported(fresh_dsn, {"kind": "COMPANY", "slug": "later", "name": "Later"})
    (new,) = await rows(fresh_dsn, "SELECT min(seq) AS seq FROM change WHERE seq > $1", last["seq"])
    assert new["seq"] == last["seq"] + 1
    database = Database(fresh_dsn, **PATIENT)
    await database.open()
    try:
        answer = await run(
            database, '{ company(by: {slug: "dumped"}) { description version } }', viewer=EDITOR
        )
    finally:
        await database.close()
    assert answer["data"]["company"] == {"description": "after", "version": 2}


async def test_changes_of_a_server_that_counted_higher_are_seen_in_their_order(
    full: str, fresh_dsn: str, tmp_path: Path
) -> None:
    await rows(full, "UPDATE change SET xid = xid + 1000000000")
    query = "SELECT seq, record_id FROM change ORDER BY xid, seq"
    before, file = await rows(full, query), tmp_path / "all.thdump"
    await dump.dump(full, "live", file)
    await restore.restore(fresh_dsn, "live", file)
    assert await rows(fresh_dsn, query) == before
    database = Database(fresh_dsn, **PATIENT)
    await database.open()
    try:
        changes = "{ changes(first: 1000) { nodes { recordId } } }"
        seen = (await run(database, changes, viewer=EDITOR))["data"]["changes"]["nodes"]
    finally:
        await database.close()
    assert [one["recordId"] for one in seen] == [str(one["record_id"]) for one in before[:1000]]


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def refusal(dsn: str, file: Path) -> DumpCode:
    """Why the file is not loaded; nothing is changed."""
    before = await contents(dsn)
    with pytest.raises(DumpRefused) as refused:
        await restore.restore(dsn, "live", file)
    assert await contents(dsn) == before
    assert str(refused.value).startswith(f"{refused.value.code}: ")
    return refused.value.code


async def test_what_is_not_empty_is_not_overwritten(full: str, fresh_dsn: str, tmp_path: Path) -> None:
    file = tmp_path / "all.thdump"
    await dump.dump(full, "live", file)
    with pytest.raises(DumpRefused, match="FILE_EXISTS"):
        await dump.dump(full, "live", file)
    assert await refusal(full, file) is DumpCode.TARGET_NOT_EMPTY
    connection = await asyncpg.connect(fresh_dsn)
    try:
        await create_key(connection, "other", partner_name="Other", label="key")
    finally:
        await connection.close()
    assert await refusal(fresh_dsn, file) is DumpCode.TARGET_NOT_EMPTY


async def test_a_dump_of_another_revision_is_refused(full: str, fresh_dsn: str, tmp_path: Path) -> None:
    file = tmp_path / "all.thdump"
    await dump.dump(full, "live", file)
    await rows(fresh_dsn, "UPDATE migration SET version_num = '0007'")
    assert await refusal(fresh_dsn, file) is DumpCode.REVISION_DIFFERS


def rewritten(file: Path, change: Any) -> Path:
    """The dump with members that `change` gives for their names and contents."""
    other = file.with_suffix(".other")
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(other, "w") as made:
        for name in whole.namelist():
            found = change(name, whole.read(name))
            if found is not None:
                made.writestr(name, found)
    return other


async def test_a_damaged_dump_changes_nothing(full: str, fresh_dsn: str, tmp_path: Path) -> None:
    file = tmp_path / "all.thdump"
    await dump.dump(full, "live", file)
    whole = file.read_bytes()
    cut = tmp_path / "cut"
    cut.write_bytes(whole[: len(whole) // 2])
    text = tmp_path / "text"
    text.write_text("id,name\n")
    # A row less than the manifest says, in a table that is loaded late.
    shorter = rewritten(
        file,
        lambda name, found: found.split(b"\n", 1)[1] if name == "data/relation" else found,
    )
    without = rewritten(file, lambda name, found: None if name == MANIFEST else found)
    newer = rewritten(
        file, lambda name, found: json.dumps(json.loads(found) | {"format": 2}) if name == MANIFEST else found
    )
    flipped = tmp_path / "flipped"
    at = whole.index(b"data/entity") + 2000
    flipped.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    for damaged in (cut, text, shorter, without, newer, flipped):
        assert await refusal(fresh_dsn, damaged) is DumpCode.NOT_A_DUMP, damaged


async def test_a_login_under_row_security_dumps_nothing(full: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(full)
    try:
        await connection.execute("SET ROLE triplehelix_editor")
        with pytest.raises(DumpRefused, match="ROW_SECURITY"):
            await dump.require_sight(connection, "live")
    finally:
        await connection.close()


async def test_the_file_is_nobody_elses_and_no_half_one_is_left(full: str, tmp_path: Path) -> None:
    file = tmp_path / "all.thdump"
    await dump.dump(full, "live", file)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(asyncpg.PostgresError):
        await dump.dump(full, "nowhere", tmp_path / "other.thdump")
    assert names(tmp_path) == ["all.thdump"]


async def test_a_migrated_database_has_rows_of_vocabularies_alone(fresh_dsn: str) -> None:
    found = {table for table, rows_ in (await contents(fresh_dsn)).items() if rows_} - {"sequences"}
    assert found == {f"data/{name}" for name in restore.VOCABULARIES}
    connection = await asyncpg.connect(fresh_dsn)
    try:
        assert await is_current(connection)
        assert await list_keys(connection) == []
    finally:
        await connection.close()
