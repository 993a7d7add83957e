"""Loads a dump into an empty, migrated database: the same rows in every table, all of them or none.

No trigger runs, so that nothing is added to history or change log. Not its business: how a dump is made
(exchange/dump.py), and data of other releases: restore with the release that dumped, then upgrade.
"""

import json
import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any

import asyncpg

from exchange.dump import (
    FORMAT,
    MANIFEST,
    DumpCode,
    DumpRefused,
    DumpTable,
    OnTable,
    require_sight,
    revisions,
    tables,
)
from models.base import COMMON
from models.change import RESTORED_XID

VOCABULARIES = ("currency", "market_group", "region", "role_pair", "role_type", "vertical")
"""What a migrated database has rows of by itself (models/seed.py)."""
PIECE = 1024 * 1024
NO_SECRET = "Restored without its secret: rotate it and enable the webhook; it goes on where it stood."  # noqa: S105 - a sentence


async def restore(
    dsn: str, schema: str, file: Path, *, on_table: OnTable = lambda *_: None
) -> dict[str, int]:
    """Loads the dump; gives the rows of each table. Raises DumpRefused, OSError; then nothing is changed."""
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise DumpRefused(DumpCode.NOT_A_DUMP, f"{file} is no dump, or it is cut off.") from None
    with archive:
        manifest = _manifest(archive, file)
        connection = await asyncpg.connect(dsn, server_settings={"timezone": "UTC", "statement_timeout": "0"})
        try:
            async with connection.transaction():
                counts = await _load(connection, schema, archive, manifest, on_table)
            # Statistics for the planner, and what waits for the text indexes is put into them at once.
            await connection.execute("SET maintenance_work_mem = '256MB'")
            await connection.execute("VACUUM (ANALYZE)")
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise DumpRefused(DumpCode.NOT_A_DUMP, f"{file} is damaged: {error}.") from error
        finally:
            await connection.close()
    return counts


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read(MANIFEST))
        if manifest["format"] == FORMAT:
            found: dict[str, Any] = manifest
            return found
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile):
        pass
    raise DumpRefused(DumpCode.NOT_A_DUMP, f"{file} is no dump of this platform, or it is damaged.")


async def _load(
    connection: asyncpg.Connection,
    schema: str,
    archive: zipfile.ZipFile,
    manifest: dict[str, Any],
    on_table: OnTable,
) -> dict[str, int]:
    await require_sight(connection, schema)
    found = await revisions(connection, schema)
    if found != manifest["revisions"]:
        told = ", ".join(f"{name} {number}" for name, number in manifest["revisions"].items())
        here = ", ".join(f"{name} {number}" for name, number in found.items())
        message = f"The dump is of the revisions {told}, this database stands at {here}."
        raise DumpRefused(
            DumpCode.REVISION_DIFFERS, f"{message} Restore with the release that dumped, then upgrade."
        )
    every = await tables(connection, schema, with_keys=True)
    for table in every:
        await connection.execute(f"LOCK TABLE {table.sql} IN EXCLUSIVE MODE")
    await _require_empty(connection, every)
    # No trigger and no check of references: the rows were whole where they come from.
    await connection.execute("SET LOCAL session_replication_role = replica")
    # Into a text index row by row would take most of the time.
    await connection.execute("SET LOCAL gin_pending_list_limit = '2047MB'")
    by_label = {table.label: table for table in every}
    for label, told in manifest["tables"].items():
        known = by_label.get(label)
        if known is None or set(told["columns"]) != set(known.columns):
            message = f"{label} has other columns than in the dump, at the same revision."
            raise DumpRefused(DumpCode.REVISION_DIFFERS, message)
        if known.name in VOCABULARIES:
            await connection.execute(f"DELETE FROM {known.sql}")
        await _copy(connection, known, archive, told)
        on_table(label, told["rows"])
    for name, (value, is_called) in manifest["sequences"].items():
        label, _, column = name.rpartition("/")
        await connection.execute(
            "SELECT setval(pg_get_serial_sequence($1, $2)::regclass, $3, $4)",
            *(by_label[label].sql, column, value, is_called),
        )
    await _settle_transactions(connection, schema)
    await _rest_webhooks(connection)
    return {label: told["rows"] for label, told in manifest["tables"].items()}


async def _require_empty(connection: asyncpg.Connection, every: list[DumpTable]) -> None:
    for table in every:
        if table.name in VOCABULARIES:
            continue
        if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table.sql})"):
            message = f"{table.name} has rows: restore into a database that was only migrated."
            raise DumpRefused(DumpCode.TARGET_NOT_EMPTY, message)


async def _copy(
    connection: asyncpg.Connection, table: DumpTable, archive: zipfile.ZipFile, told: dict[str, Any]
) -> None:
    with archive.open(table.label) as member:
        done = await connection.copy_to_table(
            table.name, schema_name=table.schema, columns=told["columns"], source=_pieces(member)
        )
    if int(done.split()[-1]) != told["rows"]:
        message = f"{table.label} has other rows than the dump says."
        raise DumpRefused(DumpCode.NOT_A_DUMP, message)


async def _pieces(member: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := member.read(PIECE):
        yield piece


async def _settle_transactions(connection: asyncpg.Connection, schema: str) -> None:
    """Moves the change log below this server's transactions, where those of the other one counted higher.

    Readers take changes of transactions older than every open one: those of a number that is not reached yet
    would wait for it. The order stays; webhooks and their deliveries keep their places in it. Cursors that
    clients took before are refused from then on.
    """
    await connection.execute("SELECT set_config('search_path', $1, true)", f"{schema}, {COMMON}")
    highest = await connection.fetchval(
        "SELECT greatest((SELECT max(xid) FROM change), (SELECT max(xid) FROM webhook))"
    )
    current = await connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
    if highest is None or highest < current:
        return
    last = await connection.fetchval("SELECT coalesce(max(xid), 0) FROM change")
    shift = last - RESTORED_XID
    await connection.execute("UPDATE change SET xid = xid - $1", shift)
    await connection.execute("UPDATE webhook_delivery SET xid = xid - $1", shift)
    # A place behind the last change is a transaction's that changed nothing.
    await connection.execute(
        "UPDATE webhook SET xid = least(xid - $1, $2), seq = CASE WHEN xid - $1 > $2 THEN $3 ELSE seq END",
        *(shift, RESTORED_XID, 2**63 - 1),
    )
    await connection.execute("UPDATE change_floor SET xid = xid - $1 WHERE xid <> 0", shift)
    await connection.execute(
        """
        INSERT INTO change_floor (xid, seq, restored_xid)
        SELECT coalesce(min(xid), $1) - 1, 0, $2 FROM change
        ON CONFLICT (one) DO UPDATE SET restored_xid = excluded.restored_xid,
            xid = CASE change_floor.xid WHEN 0 THEN excluded.xid ELSE change_floor.xid END
        """,
        *(RESTORED_XID, current),
    )


async def _rest_webhooks(connection: asyncpg.Connection) -> None:
    """Disables webhooks whose secrets are not in the dump, so that no delivery is tried in vain."""
    await connection.execute(
        """
        UPDATE webhook w SET status = 'DISABLED', disabled_at = now(), disabled_reason = $1
        WHERE status = 'ENABLED' AND NOT EXISTS (SELECT FROM webhook_secret s WHERE s.webhook_id = w.id)
        """,
        NO_SECRET,
    )
