"""The sandbox: the data schema of test keys, and how it is emptied.

Its tables are emptied, not dropped, so that running servers go on with the statements that they have
prepared. Live data is another schema and is not touched; nor are partners and keys, which both share.
"""

import asyncpg

from models import Base
from models.seed import seed

SCHEMA = "sandbox"
LOCK_SECONDS = 10
"""How long the reset waits for writers in the sandbox before it gives up."""


class SandboxBusy(Exception):
    """Somebody writes in the sandbox; the message says what to do."""


async def reset(connection: asyncpg.Connection) -> None:
    """Empties every table of the sandbox, history and change log too, and fills the vocabularies anew.

    `connection` is that of the tables' owner. Whole or not at all; raises SandboxBusy.
    """
    names = [table.name for table in Base.metadata.sorted_tables if table.schema is None]
    try:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            listed = ", ".join(f'"{SCHEMA}"."{name}"' for name in names)
            await connection.execute(f"TRUNCATE {listed} RESTART IDENTITY")
            await seed(connection, SCHEMA)
    except asyncpg.LockNotAvailableError as error:
        raise SandboxBusy("Somebody is writing in the sandbox. Try again in a minute.") from error
