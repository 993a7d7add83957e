"""Writes facts: finds what they refer to, and each one again; creates it, or changes what differs.

Runs inside the caller's transaction. Not its business: what a line may say (exchange/fact_fields.py), and
what happens when a row is refused by the tables (exchange/importer.py).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from uuid import UUID

import asyncpg

from exchange.author import Author
from exchange.checks import Known
from exchange.fact_fields import ORDER, SHAPES, FactRecord, Shape, columns_of
from exchange.fields import camel
from exchange.record import EntityKey, Identifier, Problem, ProblemCode
from exchange.report import Outcome, Report
from exchange.values import closest
from models.history import PART_TABLES

_PARENTS = {
    "expert_skill": ("entity", "expert_id"),
    "program_skill": ("entity", "program_id"),
    "need_skill": ("need", "need_id"),
    "funding_round_investor": ("funding_round", "round_id"),
}
Row = dict[str, object]


def in_order(records: Sequence[FactRecord]) -> Iterator[list[FactRecord]]:
    """Those that can be written together, what others refer to first, wider skills before narrower ones."""
    by_slug = {record.slug: record for record in records if record.table == "skill"}

    def depth(record: FactRecord) -> int:
        seen: set[str | None] = set()
        above = record.references.get("broader")
        while above is not None and above.slug in by_slug and above.slug not in seen:
            seen.add(above.slug)
            above = by_slug[above.slug].references.get("broader")
        return len(seen)

    def place(record: FactRecord) -> tuple[int, int]:
        return ORDER.index(record.table), depth(record) if record.table == "skill" else 0

    for _, group in groupby(sorted(records, key=place), key=place):
        yield list(group)


async def write(
    connection: asyncpg.Connection,
    records: Sequence[FactRecord],
    known: Known,
    author: Author,
    rows: dict[int, tuple[UUID, Outcome]] | None = None,
) -> Report:
    """Writes records of one table and says what became of each, in `rows` by row. Raises
    asyncpg.PostgresError."""
    report = Report()
    shape = SHAPES[records[0].kind]
    entities = await _entities(connection, records, shape, known)
    facts = await _facts(connection, records, shape)
    parents: set[object] = set()
    for record in records:
        row, problem = _row(record, shape, entities, facts, known)
        if problem is not None:
            report.problems.append(problem)
            report.counts[record.kind][Outcome.REJECTED] += 1
            continue
        id_, outcome, problem = await _store(connection, record, shape, row, author)
        if rows is not None and id_ is not None:
            rows[record.row] = (id_, outcome)
        if problem is not None:
            report.problems.append(problem)
        elif outcome is not Outcome.UNCHANGED and shape.table in _PARENTS:
            parents.add(row.get(_PARENTS[shape.table][1]))
        report.counts[record.kind][outcome] += 1
    if parents - {None}:
        table, _ = _PARENTS[shape.table]
        # What a record consists of has changed: its version grows and the change log tells of it.
        await connection.execute(
            f"UPDATE {table} SET audience = audience WHERE id = ANY ($1)", list(parents - {None})
        )
    return report


def _row(
    record: FactRecord,
    shape: Shape,
    entities: Mapping[EntityKey, tuple[UUID, str]],
    facts: Mapping[tuple[str, EntityKey], UUID],
    known: Known,
) -> tuple[Row, Problem | None]:
    row: Row = columns_of(record)
    for name, key in record.references.items():
        if key is None:
            row[f"{name}_id"] = None
            if name in shape.entities and len(shape.entities[name]) > 1:
                row[f"{name}_kind"] = None
        elif name in shape.facts:
            target = facts.get((shape.facts[name], key))
            if target is None:
                return row, _missing(record, name, key, f"no {shape.facts[name].replace('_', ' ')}")
            row[f"{name}_id"] = target
        else:
            found = entities.get(key)
            if found is None:
                return row, _missing(record, name, key, "no record")
            if found[1] not in shape.entities[name]:
                kinds = ", ".join(shape.entities[name])
                message = f"{key} is {found[1]}, which {camel(name)} cannot be."
                hint = f"It must be one of {kinds}."
                return row, _problem(record, ProblemCode.RELATION_KINDS, message, hint, name)
            row |= {f"{name}_id": found[0], f"{name}_kind": found[1]}
    if record.slug is not None and shape.table not in PART_TABLES:
        row["slug"] = record.slug
    if record.source is not None:
        if record.source not in known.sources:
            hint = closest(
                record.source, known.sources, "Give the SOURCE line before the lines that name it."
            )
            message = f"There is no source {record.source!r}."
            return row, _problem(record, ProblemCode.UNKNOWN_SOURCE, message, hint, "source")
        row["source_id"] = known.sources[record.source]
    elif record.clears_source:
        row["source_id"] = None
    verticals = row.get("verticals") or row.get("vertical") or []
    # `row` holds values of any column; these two are a text and a list of texts.
    for code in [verticals] if isinstance(verticals, str) else list(verticals):  # type: ignore[call-overload]
        if code not in known.verticals:
            hint = closest(code, known.verticals, "See the list of verticals in the API.")
            return row, _problem(
                record, ProblemCode.UNKNOWN_CODE, f"There is no vertical {code!r}.", hint, "vertical"
            )
    return row, None


def _problem(record: FactRecord, code: ProblemCode, message: str, hint: str, name: str) -> Problem:
    return Problem(record.row, record.label, code, message, hint, camel(name))


def _missing(record: FactRecord, name: str, key: EntityKey, what: str) -> Problem:
    hint = "Import what it refers to before it, or in the same file."
    return _problem(record, ProblemCode.REFERENCE_UNKNOWN, f"There is {what} {key}.", hint, name)


async def _store(
    connection: asyncpg.Connection, record: FactRecord, shape: Shape, row: Row, author: Author
) -> tuple[UUID | None, Outcome, Problem | None]:
    if record.id is not None:
        keys: Row = {"id": record.id}
    elif shape.key == ("slug",):
        keys = {"slug": record.slug}
    else:
        keys = {f"{name}_id": row[f"{name}_id"] for name in shape.key}
    table = shape.table
    held = " AND ".join(f"{name} = ${n}" for n, name in enumerate(keys, 1))
    here = await connection.fetchrow(f"SELECT id, owner_id FROM {table} WHERE {held}", *keys.values())
    if here is not None:
        found = here["id"]
        if author.partner_id is not None and here["owner_id"] != author.partner_id:
            message, hint = f"{record.label} is maintained by somebody else.", "Leave it out."
            foreign = Problem(record.row, record.label, ProblemCode.NOT_YOURS, message, hint)
            return found, Outcome.REJECTED, foreign
        if (problem := await _outdated(connection, record, found)) is not None:
            return found, Outcome.REJECTED, problem
        if not row:
            return found, Outcome.UNCHANGED, None
        names = list(row)
        sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(names, 2))
        differs = " OR ".join(f"{name} IS DISTINCT FROM ${n}" for n, name in enumerate(names, 2))
        done = await connection.execute(
            f"UPDATE {table} SET {sets} WHERE id = $1 AND ({differs})", found, *row.values()
        )
        return found, Outcome.UPDATED if done == "UPDATE 1" else Outcome.UNCHANGED, None
    if author.is_word and (record.id is not None or record.expected_version is not None):
        hint = "Read it first, with the same key; to make a new record leave id and expectedVersion out."
        message = f"There is no record {record.label}."
        return None, Outcome.REJECTED, _problem(record, ProblemCode.NOT_FOUND, message, hint, "id")
    given = {*record.fields, *record.references}
    missing = [
        camel(name)
        for name in shape.required
        if name not in given or (record.fields.get(name) is None and record.references.get(name) is None)
    ]
    if missing:
        message, hint = f"The record is new and has no {missing[0]}.", f"Give {', '.join(missing)}."
        return (
            None, Outcome.REJECTED, _problem(record, ProblemCode.FIELD_MISSING, message, hint, missing[0])
        )  # fmt: skip
    row = keys | row | ({} if shape.table in PART_TABLES else {"owner_id": author.owner_id})
    # A null for a column that has a default means the default.
    row = {name: value for name, value in row.items() if value is not None}
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places}) RETURNING id"
    return await connection.fetchval(insert, *row.values()), Outcome.CREATED, None


async def _outdated(connection: asyncpg.Connection, record: FactRecord, id_: UUID) -> Problem | None:
    if record.expected_version is None:
        return None
    version = await connection.fetchval(
        f"SELECT version FROM {record.table} WHERE id = $1 FOR NO KEY UPDATE", id_
    )
    if version == record.expected_version:
        return None
    message = f"{record.label} has version {version}, not {record.expected_version}: it was changed since."
    hint = f"Compare with the record as it stands, then send expectedVersion {version}."
    return _problem(record, ProblemCode.CONFLICT, message, hint, "expected_version")


async def _entities(
    connection: asyncpg.Connection, records: Sequence[FactRecord], shape: Shape, known: Known
) -> dict[EntityKey, tuple[UUID, str]]:
    """The id and kind of each entity that is referred to, as far as it is there."""
    keys = {key for r in records for name, key in r.references.items() if key and name in shape.entities}
    ids = [key.id for key in keys if key.id]
    slugs = [key.slug for key in keys if key.slug]
    rows = await connection.fetch(
        "SELECT id, slug, kind FROM entity WHERE id = ANY ($1::uuid[]) OR slug = ANY ($2::text[])", ids, slugs
    )
    found: dict[EntityKey, tuple[UUID, str]] = {}
    for row in rows:
        found[EntityKey(id=row["id"])] = found[EntityKey(slug=row["slug"])] = (row["id"], row["kind"])
    identifiers = [key.identifier for key in keys if key.identifier]
    if identifiers:
        found |= await _identified(connection, identifiers, known)
    return found


async def _identified(
    connection: asyncpg.Connection, identifiers: Sequence[Identifier], known: Known
) -> dict[EntityKey, tuple[UUID, str]]:
    found: dict[EntityKey, tuple[UUID, str]] = {}
    for one in identifiers:
        partner = known.partners.get(one.partner) if one.partner else None
        row = await connection.fetchrow(
            "SELECT e.id, e.kind FROM identifier i JOIN entity e ON e.id = i.entity_id WHERE i.scheme = $1 "
            "AND i.value = $2 AND i.partner_id IS NOT DISTINCT FROM $3 ORDER BY i.is_active DESC LIMIT 1",
            str(one.scheme), one.value, partner,
        )  # fmt: skip
        if row is not None:
            found[EntityKey(identifier=one)] = (row["id"], row["kind"])
    return found


async def _facts(
    connection: asyncpg.Connection, records: Sequence[FactRecord], shape: Shape
) -> dict[tuple[str, EntityKey], UUID]:
    """The id of each fact that is referred to, by table and key."""
    wanted: defaultdict[str, set[EntityKey]] = defaultdict(set)
    for record in records:
        for name, key in record.references.items():
            if key is not None and name in shape.facts:
                wanted[shape.facts[name]].add(key)
    found: dict[tuple[str, EntityKey], UUID] = {}
    for table, keys in wanted.items():
        ids, slugs = [key.id for key in keys if key.id], [key.slug for key in keys if key.slug]
        rows = await connection.fetch(
            f"SELECT id, slug FROM {table} WHERE id = ANY ($1::uuid[]) OR slug = ANY ($2::text[])", ids, slugs
        )
        for row in rows:
            found[table, EntityKey(id=row["id"])] = found[table, EntityKey(slug=row["slug"])] = row["id"]
    return found
