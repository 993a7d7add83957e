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

from exchange import entity_rows, fact_rows, part_rows
from exchange.author import Author
from exchange.checks import Known
from exchange.item import Read, placed, read_item
from exchange.known import known_of
from exchange.record import Problem
from exchange.report import Outcome, Report
from exchange.writer import Writer
from models.connection import POSTGRES_ROLE
from models.writing_vocabulary import ErrorPolicy, ItemStatus
from resolvers import items
from resolvers.viewer import Viewer

Rows = dict[int, tuple[UUID, Outcome]]
_NOTHING = (None, Outcome.REJECTED)


async def save(
    connection: asyncpg.Connection, viewer: Viewer, kind: str, given: Sequence[Mapping[str, Any]], policy: str
) -> items.Outcome:
    """Creates each item's record or changes it, and says what became of each, in order.

    `kind` is that of a line of NDJSON, `given` the items as the API names their fields. Raises BAD_USER_INPUT
    for none, ITEM_LIMIT for too many, and asyncpg's errors where the database fails.
    """
    items.check_number(given)
    problems: defaultdict[int, list[Problem]] = defaultdict(list)
    read: list[Read] = []
    for row, item in enumerate(given):
        found = read_item(row, kind, item, viewer.partner)
        if isinstance(found, list):
            problems[row] = found
        else:
            read.append(found)
    rows: Rows = {}
    if read:
        await _lend_tables(connection, viewer)
    whole = connection.transaction()
    await whole.start()
    try:
        rows = await _written(connection, viewer, kind, read, problems, policy)
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
    kind: str,
    read: Sequence[Read],
    problems: defaultdict[int, list[Problem]],
    policy: str,
) -> Rows:
    """Writes the items that have no problem, and adds those of the others to `problems`."""
    shown: Rows = {}
    while todo := [item for item in read if item.record.row not in problems]:
        known = await known_of(connection, [record for item in todo for record in item.records])
        report = Report()
        writer = Writer(connection, Author.of(viewer), known, report, keeps_rows=True, waits=False)
        attempt = connection.transaction()
        await attempt.start()
        try:
            await writer.write([item.record for item in todo])
            report.problems += await _parts(connection, viewer, todo, known, writer.rows)
        except BaseException:
            await attempt.rollback()
            raise
        for problem in report.problems:
            problems[problem.row].append(placed(kind, problem))
        if not report.problems:
            await attempt.commit()
            return shown | writer.rows
        await attempt.rollback()
        # What is refused of a record that is here is shown as it stands.
        shown |= {
            row: (id_, Outcome.REJECTED)
            for row, (id_, outcome) in writer.rows.items()
            if row in problems and outcome is not Outcome.CREATED
        }
        if policy == ErrorPolicy.REJECT_ALL:
            break
    return shown


async def _parts(
    connection: asyncpg.Connection, viewer: Viewer, read: Sequence[Read], known: Known, rows: Rows
) -> list[Problem]:
    """Writes what the items say of the parts of their records, as far as these are written; what is wrong."""
    given = [
        part_rows.Given(item.record.row, rows[item.record.row][0], item.parts)
        for item in read
        if item.parts is not None and rows.get(item.record.row, _NOTHING)[1] is not Outcome.REJECTED
    ]
    changed, problems = await part_rows.write(connection, given, known, Author.of(viewer))
    grown: set[UUID] = set()
    for row in changed:
        id_, outcome = rows[row]
        # A record that was written with its parts has grown already.
        if outcome is Outcome.UNCHANGED:
            rows[row] = (id_, Outcome.UPDATED)
            grown.add(id_)
    if grown:
        await fact_rows.grow(connection, given[0].parts.table, grown)
    return problems


def _done(row: int, rows: Rows, problems: Sequence[Problem]) -> items.Done:
    id_, outcome = rows.get(row, _NOTHING)
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
