"""The statements that store facts, many at a time: what is there changes where it differs, the rest is new.

Not its business: what a row refers to (exchange/fact_rows.py), and what is refused by the tables
(exchange/writer.py).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import asyncpg

from exchange.author import Author
from exchange.fact_fields import FactRecord, Shape
from exchange.fields import camel
from exchange.record import Problem, ProblemCode
from exchange.report import Outcome
from models.history import PART_TABLES

Row = dict[str, object]
"""Values by column."""
Fact = tuple[FactRecord, Row]
Stored = tuple[UUID | None, Outcome, Problem | None]
"""The record's id, where there is one, and what became of it."""
Key = tuple[tuple[str, object], ...]
"""By what a record is found again: columns and their values."""


async def store(
    connection: asyncpg.Connection, facts: Sequence[Fact], shape: Shape, author: Author
) -> list[tuple[Fact, Stored]]:
    """Stores facts of one table, in their order where several mean the same. Raises asyncpg.PostgresError."""
    done: list[tuple[Fact, Stored]] = []
    while facts:
        now: list[tuple[Fact, asyncpg.Record | None]] = []
        later: list[Fact] = []
        here = await _held(connection, facts, shape)
        seen: set[object] = set()
        for fact in facts:
            key = _key(fact, shape)
            found = here.get(key)
            same = key if found is None else found["id"]
            if same in seen:
                later.append(fact)
            else:
                seen.add(same)
                now.append((fact, found))
        done += await _stored(connection, now, shape, author)
        facts = later
    return done


def problem_of(record: FactRecord, code: ProblemCode, message: str, hint: str, name: str) -> Problem:
    """A problem with a field of the record, which is named in snake_case."""
    return Problem(record.row, record.label, code, message, hint, camel(name))


def _key(fact: Fact, shape: Shape) -> Key:
    record, row = fact
    if record.id is not None:
        return (("id", record.id),)
    if shape.key == ("slug",):
        return (("slug", record.slug),)
    return tuple((f"{name}_id", row[f"{name}_id"]) for name in shape.key)


async def _held(
    connection: asyncpg.Connection, facts: Iterable[Fact], shape: Shape
) -> dict[Key, asyncpg.Record]:
    """What is there already, by key."""
    by_columns: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for fact in facts:
        key = dict(_key(fact, shape))
        by_columns[tuple(key)].append(key)
    found: dict[Key, asyncpg.Record] = {}
    for columns, keys in by_columns.items():
        matches = " AND ".join(f"t.{name} = k.{name}" for name in columns)
        named = ", ".join(f"t.{name}" for name in {"id": None, "owner_id": None} | dict.fromkeys(columns))
        for row in await connection.fetch(
            f"SELECT {named} FROM {_given(shape)} AS k JOIN {shape.table} AS t ON {matches}", _json(keys)
        ):
            found[tuple((name, row[name]) for name in columns)] = row
    return found


async def _stored(
    connection: asyncpg.Connection,
    facts: Sequence[tuple[Fact, asyncpg.Record | None]],
    shape: Shape,
    author: Author,
) -> list[tuple[Fact, Stored]]:
    """No two of the facts are the same."""
    done: list[tuple[Fact, Stored]] = []
    changes: defaultdict[tuple[str, ...], list[tuple[UUID, Fact]]] = defaultdict(list)
    additions: defaultdict[tuple[tuple[str, ...], ...], list[tuple[Key, Row, Fact]]] = defaultdict(list)
    versions = await _versions(connection, facts, shape)
    for fact, held in facts:
        record, row = fact
        if held is None:
            problem = _absent(record, author) or _incomplete(record, shape)
            if problem is not None:
                done.append((fact, (None, Outcome.REJECTED, problem)))
                continue
            key = _key(fact, shape)
            new = {**dict(key), **row} | ({} if shape.table in PART_TABLES else {"owner_id": author.owner_id})
            # A null for a column that has a default means the default.
            new = {name: value for name, value in new.items() if value is not None}
            additions[tuple(dict(key)), tuple(new)].append((key, new, fact))
            continue
        problem = _foreign(record, held, author) or _outdated(record, versions.get(held["id"]))
        if problem is not None:
            done.append((fact, (held["id"], Outcome.REJECTED, problem)))
        elif row:
            changes[tuple(row)].append((held["id"], fact))
        else:
            done.append((fact, (held["id"], Outcome.UNCHANGED, None)))
    for columns, changed in changes.items():
        ids = await _update(connection, shape, columns, [{**row, "id": id_} for id_, (_, row) in changed])
        for id_, fact in changed:
            done.append((fact, (id_, Outcome.UPDATED if id_ in ids else Outcome.UNCHANGED, None)))
    for (keys, columns), added in additions.items():
        created = await _insert(connection, shape, keys, columns, [new for _, new, _ in added])
        done += [(fact, (created[key], Outcome.CREATED, None)) for key, _, fact in added]
    return done


async def _update(
    connection: asyncpg.Connection, shape: Shape, columns: Sequence[str], rows: Sequence[Row]
) -> set[UUID]:
    """The ids of those that were different."""
    sets = ", ".join(f"{name} = r.{name}" for name in columns)
    differs = " OR ".join(f"t.{name} IS DISTINCT FROM r.{name}" for name in columns)
    statement = (
        f"UPDATE {shape.table} AS t SET {sets} FROM {_given(shape)} AS r WHERE t.id = r.id AND ({differs}) "
        "RETURNING t.id"
    )
    return {row["id"] for row in await connection.fetch(statement, _json(rows))}


async def _insert(
    connection: asyncpg.Connection,
    shape: Shape,
    keys: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Row],
) -> dict[Key, UUID]:
    """The new ids by key."""
    named = ", ".join(columns)
    back = ", ".join(dict.fromkeys(["id", *keys]))
    statement = (
        f"INSERT INTO {shape.table} ({named}) SELECT {named} FROM {_given(shape)} AS r RETURNING {back}"
    )
    found = await connection.fetch(statement, _json(rows))
    return {tuple((name, row[name]) for name in keys): row["id"] for row in found}


def _given(shape: Shape) -> str:
    """Rows of the table, from $1; a column that is not given is null."""
    return f"jsonb_populate_recordset(NULL::{shape.table}, $1::text::jsonb)"


def _json(rows: Sequence[Row]) -> str:
    return json.dumps(rows, default=_text, ensure_ascii=False)


def _text(value: object) -> str:
    """As PostgreSQL reads it; money keeps every digit."""
    if isinstance(value, asyncpg.Range):
        if value.isempty:
            return "empty"
        ends = ["" if end is None else _text(end) for end in (value.lower, value.upper)]
        return f"{'[' if value.lower_inc else '('}{ends[0]},{ends[1]}{']' if value.upper_inc else ')'}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _absent(record: FactRecord, author: Author) -> Problem | None:
    if not author.is_word or (record.id is None and record.expected_version is None):
        return None
    hint = "Read it first, with the same key; to make a new record leave id and expectedVersion out."
    return problem_of(record, ProblemCode.NOT_FOUND, f"There is no record {record.label}.", hint, "id")


def _incomplete(record: FactRecord, shape: Shape) -> Problem | None:
    given = {
        name for name, value in (*record.fields.items(), *record.references.items()) if value is not None
    }
    missing = [camel(name) for name in shape.required if name not in given]
    if not missing:
        return None
    message, hint = f"The record is new and has no {missing[0]}.", f"Give {', '.join(missing)}."
    return problem_of(record, ProblemCode.FIELD_MISSING, message, hint, missing[0])


def _foreign(record: FactRecord, held: asyncpg.Record, author: Author) -> Problem | None:
    if author.partner_id is None or held["owner_id"] == author.partner_id:
        return None
    message, hint = f"{record.label} is maintained by somebody else.", "Leave it out."
    return Problem(record.row, record.label, ProblemCode.NOT_YOURS, message, hint)


async def _versions(
    connection: asyncpg.Connection, facts: Sequence[tuple[Fact, asyncpg.Record | None]], shape: Shape
) -> dict[UUID, int]:
    """The versions of those that are expected to have one; nobody changes them until the transaction ends."""
    wanted = [held["id"] for (record, _), held in facts if held and record.expected_version is not None]
    if not wanted:
        return {}
    rows = await connection.fetch(
        f"SELECT id, version FROM {shape.table} WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE", wanted
    )
    return {row["id"]: row["version"] for row in rows}


def _outdated(record: FactRecord, version: int | None) -> Problem | None:
    if record.expected_version is None or version == record.expected_version:
        return None
    message = f"{record.label} has version {version}, not {record.expected_version}: it was changed since."
    hint = f"Compare with the record as it stands, then send expectedVersion {version}."
    return problem_of(record, ProblemCode.CONFLICT, message, hint, "expected_version")
