"""Looks for operations on which compiler and oracle differ: `python -m tests.oracle.hunt 0 2000`.

Run by hand after a change of the compiler, over seeds that the tests do not cover; prints the shortest
operation of each sort of difference, ready for tests/oracle/known/.
"""

import asyncio
import json
import random
import re
import sys

import asyncpg
from graphql import build_schema

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from models.migrate import upgrade_async
from tests import graph
from tests.conftest import QUICK, VIEWERS
from tests.operation_values import TERMS
from tests.operations import generate
from tests.oracle import Oracle, load
from tests.oracle.both_ways import disagreements
from tests.processes import open_folder


async def hunt(dsn: str, first: int, last: int) -> dict[str, str]:
    """The shortest report for each sort of difference, over the operations of these seeds."""
    await upgrade_async(dsn)
    connection = await asyncpg.connect(dsn)
    await graph.load(connection)
    await connection.execute("ANALYZE")
    await connection.close()
    database = Database(dsn)
    await database.open()
    built, tables = build_schema(api.schema.as_str()), await load(dsn, api.CATALOG, TERMS)
    shortest: dict[str, str] = {}
    for seed in range(first, last):
        operation = generate(built, api.CATALOG, random.Random(seed))
        name = list(VIEWERS)[seed % len(VIEWERS)]
        oracle = Oracle(built, tables, api.CATALOG)
        try:
            found = await disagreements(database, oracle, operation, VIEWERS[name])
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"]
        if found:
            variables = json.dumps([operation.variables, operation.again], ensure_ascii=False)
            report = "\n".join([f"seed {seed}, {name}:", operation.text, variables, *found[:4]])
            sort = re.sub(r"'[^']*'|[0-9]+|\b\w+_#", "#", found[0])[:60]
            shortest[sort] = min(shortest.get(sort, report), report, key=len)
    await database.close()
    return shortest


if __name__ == "__main__":
    with open_folder() as folder, EmbeddedPostgres(folder, settings=QUICK) as server:
        reports = asyncio.run(hunt(server.dsn, int(sys.argv[1]), int(sys.argv[2])))
    print("\n\n".join(reports.values()) or "No differences.")
