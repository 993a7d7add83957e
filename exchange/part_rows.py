"""Writes the lists of parts that items of a mutation state, when the items' records are written.

Runs inside the caller's transaction, as the viewer. Not its business: how a list is read
(exchange/part_lists.py), and how a part is found again and stored (exchange/fact_rows.py).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg

from exchange import fact_rows
from exchange.author import Author
from exchange.checks import Known
from exchange.fact_fields import SHAPES, FactRecord
from exchange.fields import camel
from exchange.halving import by_halves
from exchange.part_lists import PartList, ends_of
from exchange.record import EntityKey, Problem, ProblemCode
from exchange.refusal import refusal
from exchange.report import Outcome, Report

Rows = dict[int, tuple[UUID, Outcome]]


@dataclass(frozen=True, slots=True)
class Given:
    """The list of an item: the item's row, and the id of its record, which is written."""

    row: int
    parent: UUID
    parts: PartList


async def write(
    connection: asyncpg.Connection, given: Sequence[Given], known: Known, author: Author
) -> tuple[set[int], list[Problem]]:
    """Writes lists of one kind of record. Returns the rows of the items whose parts are other ones now, and
    what is wrong, by the path in the input. Raises asyncpg's errors where the database fails."""
    changed: set[int] = set()
    problems: list[Problem] = []
    for lists in _apart(given):
        changed |= await _take_away(connection, lists, known)
        rows, found = await _state(connection, lists, known, author)
        problems += found
        changed |= {row for row, outcomes in rows.items() if set(outcomes.values()) - {Outcome.UNCHANGED}}
        changed |= await _keep_only(connection, lists, rows)
    return changed, problems


def _apart(given: Sequence[Given]) -> Iterator[list[Given]]:
    """Lists of which no two are of one record: what later items say of it comes after the earlier ones."""
    turns: defaultdict[int, list[Given]] = defaultdict(list)
    seen: defaultdict[UUID, int] = defaultdict(int)
    for one in given:
        turns[seen[one.parent]].append(one)
        seen[one.parent] += 1
    yield from turns.values()


async def _take_away(connection: asyncpg.Connection, lists: Sequence[Given], known: Known) -> set[int]:
    shape = SHAPES[lists[0].parts.table.upper()]
    parent, other = ends_of(shape)
    gone = [(one, record) for one in lists for record in one.parts.gone]
    if not gone:
        return set()
    ids = await fact_rows.targets(connection, [record for _, record in gone], shape, known, other)
    pairs = [(one.parent, id_) for (one, _), id_ in zip(gone, ids, strict=True) if id_ is not None]
    found = await connection.fetch(
        f"DELETE FROM {shape.table} t USING unnest($1::uuid[], $2::uuid[]) AS g (parent, other) "
        f"WHERE t.{parent}_id = g.parent AND t.{other}_id = g.other RETURNING g.parent",
        [first for first, _ in pairs],
        [second for _, second in pairs],
    )
    return _rows_of(lists, found)


async def _state(
    connection: asyncpg.Connection, lists: Sequence[Given], known: Known, author: Author
) -> tuple[dict[int, dict[UUID, Outcome]], list[Problem]]:
    """What became of each part that is set or added, by the item's row and the part's id."""
    shape = SHAPES[lists[0].parts.table.upper()]
    parent, other = ends_of(shape)
    said = [(one, path, record) for one in lists for path, record in one.parts.stated]
    # A part is a record of its own while it is written: its number leads back to its item.
    records = [
        replace(record, row=number, references={**record.references, parent: EntityKey(id=one.parent)})
        for number, (one, _, record) in enumerate(said)
    ]
    wrong: list[Problem] = []
    done: Rows = {}

    async def work(some: Sequence[FactRecord]) -> tuple[Report, Rows]:
        rows: Rows = {}
        return await fact_rows.write(connection, some, known, author, rows, grows_parents=False), rows

    def take(written: tuple[Report, Rows]) -> None:
        wrong.extend(written[0].problems)
        done.update(written[1])

    async def refuse(record: FactRecord, error: asyncpg.PostgresError) -> None:
        wrong.append(refusal(record.row, record.label, error))

    await by_halves(connection, records, work, take, refuse)
    found: dict[int, dict[UUID, Outcome]] = {one.row: {} for one in lists}
    for number, (id_, outcome) in sorted(done.items()):
        one, _, record = said[number]
        if id_ in found[one.row]:
            message, hint = f"The list names {record.references[other]} twice.", "Name each once."
            wrong.append(Problem(number, None, ProblemCode.VALUE_INVALID, message, hint, camel(other)))
        found[one.row][id_] = outcome
    return found, [_placed(problem, said) for problem in wrong]


def _placed(problem: Problem, said: Sequence[tuple[Given, str, FactRecord]]) -> Problem:
    one, path, _ = said[problem.row]
    return replace(
        problem, row=one.row, id=None, field=path if problem.field is None else f"{path}.{problem.field}"
    )


async def _keep_only(
    connection: asyncpg.Connection, lists: Sequence[Given], rows: dict[int, dict[UUID, Outcome]]
) -> set[int]:
    """Of the lists that are given whole, takes away what they do not state."""
    whole = [one for one in lists if one.parts.is_whole]
    if not whole:
        return set()
    table = whole[0].parts.table
    parent, _ = ends_of(SHAPES[table.upper()])
    found = await connection.fetch(
        f"DELETE FROM {table} WHERE {parent}_id = ANY ($1) AND NOT id = ANY ($2) "
        f"RETURNING {parent}_id AS parent",
        [one.parent for one in whole],
        [id_ for one in whole for id_ in rows[one.row]],
    )
    return _rows_of(whole, found)


def _rows_of(lists: Sequence[Given], found: Sequence[Any]) -> set[int]:
    parents = {row["parent"] for row in found}
    return {one.row for one in lists if one.parent in parents}
