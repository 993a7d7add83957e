"""A mutation's items into rows: in the mutation's own transaction, as the viewer, each whole or not at all.

The engine is that of files (exchange/writer.py). An item with a problem in any part of it is rejected as a
whole; what is written with the others is begun again without it. Not its business: how an item is read
(exchange/item.py), and the answer (resolvers/items.py).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from exchange import entity_rows
from exchange.author import Author
from exchange.item import Read, read_item
from exchange.known import known_of
from exchange.record import Problem
from exchange.report import Outcome, Report
from exchange.writer import Writer
from models.connection import POSTGRES_ROLE
from models.writing_vocabulary import ErrorPolicy, ItemStatus
from resolvers import items
from resolvers.viewer import Viewer

Rows = dict[int, tuple[UUID, Outcome]]


async def save(
    connection: asyncpg.Connection, viewer: Viewer, kind: str, given: Sequence[Mapping[str, Any]], policy: str
) -> items.Outcome:
    """Creates each item's record or changes it, and says what became of each, in order.

    `kind` is that of a line of NDJSON, `given` the items as the API names their fields. Raises BAD_USER_INPUT
    for none, ITEM_LIMIT for too many, and asyncpg's errors where the database fails.
    """
    items.check_number(given)
    problems: defaultdict[int, list[Problem]] = defaultdict(list)
    records: list[Read] = []
    for row, item in enumerate(given):
        found = read_item(row, kind, item, viewer.partner)
        if isinstance(found, list):
            problems[row] = found
        else:
            records.append(found)
    rows: Rows = {}
    if records:
        await _lend_tables(connection, viewer)
    whole = connection.transaction()
    await whole.start()
    try:
        rows = await _written(connection, viewer, records, problems, policy)
        done = [_done(row, rows, problems[row]) for row in range(len(given))]
        shown, is_kept = items.after_policy(done, policy)
    except BaseException:
        await whole.rollback()
        raise
    await (whole.commit() if is_kept else whole.rollback())
    return items.Outcome(shown)


async def _written(
    connection: asyncpg.Connection,
    viewer: Viewer,
    records: Sequence[Read],
    problems: defaultdict[int, list[Problem]],
    policy: str,
) -> Rows:
    """Writes the records that have no problem, and adds those of the others to `problems`."""
    shown: Rows = {}
    while todo := [record for record in records if record.row not in problems]:
        known = await known_of(connection, todo)
        report = Report()
        writer = Writer(connection, Author.of(viewer), known, report, keeps_rows=True, waits=False)
        attempt = connection.transaction()
        await attempt.start()
        try:
            await writer.write(todo)
        except BaseException:
            await attempt.rollback()
            raise
        for problem in report.problems:
            problems[problem.row].append(problem)
        if not report.problems:
            await attempt.commit()
            return shown | writer.rows
        await attempt.rollback()
        # What is refused of a record that is here is shown as it stands.
        shown |= {row: one for row, one in writer.rows.items() if one[1] is Outcome.REJECTED}
        if policy == ErrorPolicy.REJECT_ALL:
            break
    return shown


def _done(row: int, rows: Rows, problems: Sequence[Problem]) -> items.Done:
    id_, outcome = rows.get(row, (None, Outcome.REJECTED))
    if not problems:
        # Where another item ends the whole, it is told for this one too (resolvers/items.py).
        return items.Done(ItemStatus(str(outcome)) if id_ else ItemStatus.UNCHANGED, id_)
    found = [items.Problem(str(one.code), one.message, one.hint, one.field) for one in problems]
    return items.Done(ItemStatus.REJECTED, id_, found)


async def _lend_tables(connection: asyncpg.Connection, viewer: Viewer) -> None:
    """Makes the staging tables, once a session: the login role's, so that the next viewer uses them too."""
    if await connection.fetchval("SELECT to_regclass('pg_temp.staged')") is None:
        await connection.execute("SET LOCAL ROLE NONE")
        await entity_rows.make_tables(connection)
        roles = ", ".join(POSTGRES_ROLE[role] for role in ("partner", "editor"))
        await connection.execute(f"GRANT ALL ON {', '.join(entity_rows.TABLES)} TO {roles}")
        await connection.execute(f"SET LOCAL ROLE {POSTGRES_ROLE[viewer.role]}")
    else:
        await connection.execute("TRUNCATE open_relation, alias")
