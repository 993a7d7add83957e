"""The codes and slugs that records may refer to: all of them for a file, for a mutation only those it names.

Not its business: what is wrong with a record that names another one (exchange/checks.py).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

from exchange.checks import Known
from exchange.fact_fields import FactRecord
from exchange.record import Identifier, Record

_CODE_FIELDS = ("country", "subdivision", "residence_country")


async def known_codes(connection: asyncpg.Connection) -> Known:
    """Everything that the role of the connection may see."""
    regions = await connection.fetch("SELECT code FROM region")
    verticals = await connection.fetch("SELECT code FROM vertical")
    sources = await connection.fetch("SELECT slug, id FROM source")
    partners = await connection.fetch("SELECT slug, id FROM common.partner")
    return Known(
        regions=frozenset(row["code"] for row in regions),
        verticals=frozenset(row["code"] for row in verticals),
        sources={row["slug"]: row["id"] for row in sources},
        partners={row["slug"]: row["id"] for row in partners},
    )


async def known_of(connection: asyncpg.Connection, records: Sequence[Record | FactRecord]) -> Known:
    """What these records name, as far as it is there; where some is not, everything, for the hints."""
    codes: set[str] = set()
    sources: set[str] = set()
    partners: set[str] = set()
    for record in records:
        codes.update(_codes(record))
        sources.update(_sources(record))
        partners.update(one.partner for one in _identifiers(record) if one.partner is not None)
    rows = await connection.fetch(
        """
        SELECT 'region' AS what, code AS name, NULL::uuid AS id FROM region WHERE code = ANY ($1::text[])
        UNION ALL SELECT 'vertical', code, NULL FROM vertical WHERE code = ANY ($1::text[])
        UNION ALL SELECT 'source', slug, id FROM source WHERE slug = ANY ($2::text[])
        UNION ALL SELECT 'partner', slug, id FROM common.partner WHERE slug = ANY ($3::text[])
        """,
        *(list(codes), list(sources), list(partners)),
    )
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        found[row["what"]][row["name"]] = row["id"]
    known = Known(found["region"].keys(), found["vertical"].keys(), found["source"], found["partner"])
    is_whole = (
        codes <= found["region"].keys() | found["vertical"].keys()
        and sources <= found["source"].keys()
        and partners <= found["partner"].keys()
    )
    return known if is_whole else await known_codes(connection)


def _codes(record: Record | FactRecord) -> Iterator[str]:
    names = _CODE_FIELDS if isinstance(record, Record) else ()
    for name in (*names, "vertical", "verticals"):
        value = record.fields.get(name)
        yield from (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()


def _sources(record: Record | FactRecord) -> Iterator[str]:
    named: list[str | None] = [record.source]
    if isinstance(record, Record):
        named += [one.source_key for one in record.statements]
        named += [one.source_key for one in record.statuses]
        named += [one.source_key for one in record.assertions]
    yield from (slug for slug in named if slug is not None)


def _identifiers(record: Record | FactRecord) -> Iterator[Identifier]:
    if isinstance(record, Record):
        yield from record.identifiers or ()
        yield from () if record.patch is None else record.patch.identifiers
        targets = [one.target for one in record.statements]
    else:
        targets = [key for key in record.references.values() if key is not None]
    yield from (target.identifier for target in targets if target.identifier is not None)
