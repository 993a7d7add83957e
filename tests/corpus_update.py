"""Writes the SQL and the answers of the query corpus anew: `python -m tests.corpus_update [name ...]`.

Run by hand after a change that is meant to change them, and read the difference; nothing else calls it.
"""

import asyncio
import sys
from collections.abc import Sequence

import asyncpg

from models.embedded import EmbeddedPostgres
from models.migrate import upgrade_async
from tests import graph
from tests.conftest import QUICK
from tests.corpus import Watched, cases, difference, play
from tests.processes import open_folder


async def update(dsn: str, names: Sequence[str]) -> int:
    """Plays the cases whose names begin with one of these (none: all); how many files changed."""
    await upgrade_async(dsn)
    connection = await asyncpg.connect(dsn)
    await graph.load(connection)
    await connection.execute("ANALYZE")
    await connection.close()
    database = Watched(dsn)
    await database.open()
    changed = 0
    for case in cases():
        if names and not case.name.startswith(tuple(names)):
            continue
        played = await play(case, database)
        for suffix, text in ((".sql", played.sql), (".json", played.answer)):
            before = case.read(suffix)
            if before == text:
                continue
            changed += 1
            if before:
                print(difference(before, text, case.path(suffix).name))
            case.path(suffix).write_text(text, encoding="utf-8")
    await database.close()
    return changed


if __name__ == "__main__":
    with open_folder() as folder, EmbeddedPostgres(folder, settings=QUICK) as server:
        print(f"{asyncio.run(update(server.dsn, sys.argv[1:]))} files changed")
