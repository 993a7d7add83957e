"""Work on rows that is whole or absent: where one row breaks a rule, the rows are halved until it is found.

Not its business: what the work is, and what is said of the row that failed.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import asyncpg

Part = TypeVar("Part")
Done = TypeVar("Done")

_ATTEMPTS = 5
ROW_ERRORS = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.ProgramLimitExceededError,
    asyncpg.InsufficientPrivilegeError,
)
"""What PostgreSQL raises for a row that cannot be stored."""


async def by_halves(
    connection: asyncpg.Connection,
    rows: Sequence[Part],
    work: Callable[[Sequence[Part]], Awaitable[Done]],
    take: Callable[[Done], object],
    refuse: Callable[[Part, asyncpg.PostgresError], Awaitable[None]],
) -> None:
    """Does the work in one transaction, or in ever smaller ones until only the rows that fail are left."""
    if not rows:
        return
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with connection.transaction():
                done = await work(rows)
        except asyncpg.TransactionRollbackError:
            # A deadlock or a serialization failure is nobody's fault; the same may succeed now.
            if attempt == _ATTEMPTS:
                raise
        except ROW_ERRORS as error:
            # Another import may just have made the same record; then it is found at the second try.
            if attempt == 1 and isinstance(error, asyncpg.UniqueViolationError):
                continue
            if len(rows) == 1:
                await refuse(rows[0], error)
            else:
                middle = len(rows) // 2
                await by_halves(connection, rows[:middle], work, take, refuse)
                await by_halves(connection, rows[middle:], work, take, refuse)
            return
        else:
            take(done)
            return
