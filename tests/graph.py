"""A small graph for tests: every kind, every role, hostile texts, hidden rows; the same ids every time.

Rows are made from a fixed seed, so that answers can be written down and an independent oracle can read
the same tables.
"""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from models import Entity, kind_models
from models.vocabulary import ROLE_RULES, DatePrecision, Kind, Role, ZoneStatus
from tests.graph_facts import PARTS, fact_rows

PARTNERS = {
    "north": UUID("00000000-0000-7000-8000-0000000000a1"),
    "south": UUID("00000000-0000-7000-8000-0000000000a2"),
}
TEXTS = (
    "Karachi Works", 'Quote " and \\ back', "جامعہ کراچی", "Zürich Straße", "a, \"b\", c", "emoji 🚀 rocket",
    "line\nbreak\ttab", "\u0001control", "UPPER lower", "O'Brien & Söhne", "%percent_under", "  spaces  ",
)  # fmt: skip
LATER = frozenset(f"{name}_audience" for name in ("skills", "languages", "is_freelancer", "description",
                                                  "website", "location", "identifiers"))  # fmt: skip
"""Columns that came later: each of their values is a draw of its own."""
PER_KIND = 12
EPOCH = date(2015, 1, 1)


def uuid_of(number: int) -> UUID:
    """The id of the row with this number; ids grow with the numbers."""
    return UUID(f"00000000-0000-7000-8000-{number:012x}")


def _value(rng: random.Random, name: str, info: dict[str, Any], number: int) -> Any:
    column = Entity.__table__.c[name]
    if not info.get("required") and rng.random() < 0.3:
        return None
    if name.endswith("_audience"):
        return rng.choice([None, "PUBLIC", "PARTNERS", "OWNER"])
    if "enum" in info:
        return str(rng.choice(list(info["enum"])))
    if name == "residence_country":
        return rng.choice(["PK", "DE", "AE"])
    if name == "budget_currency":
        return rng.choice(["PKR", "USD"])
    if name in ("verticals", "domains", "isic", "languages", "source_types", "fields"):
        pool = ["AI", "FINTECH", "ED_TECH"] if name == "verticals" else ["alpha", 'be"ta', "گاما"]
        return rng.sample(pool, rng.randint(0, 2))
    kind = column.type.python_type
    if kind is bool:
        return rng.random() < 0.5
    if kind is int:
        return rng.choice([1, 5, 5, 20, 2_000_000_000])
    if kind is date:
        return EPOCH + timedelta(days=rng.randrange(0, 4000, 97))
    if kind is str:
        return rng.choice(TEXTS)
    return rng.choice([0, 1, 2]) + number / 100


def _own_draw(name: str, number: int) -> random.Random:
    return random.Random(number if name == "skills_audience" else f"{name} {number}")


def entity_rows() -> list[dict[str, Any]]:
    """Rows of table `entity`, PER_KIND of each kind."""
    rng = random.Random(7)
    generated = {c.name for c in Entity.__table__.columns if c.computed is not None}
    rows = []
    for kind, model in kind_models().items():
        for index in range(PER_KIND):
            number = 1000 * (list(Kind).index(kind) + 1) + index
            row: dict[str, Any] = {
                "id": uuid_of(number),
                "kind": str(kind),
                "slug": f"{kind.lower().replace('_', '-')}-{index}",
                "name": f"{rng.choice(TEXTS)} {index}" if index else f"{kind.title()} zero",
                "sphere": rng.choice([None, "ACADEMIA", "INDUSTRY", "GOVERNMENT"]),
                "record_status": rng.choice(["ACTIVE"] * 8 + ["INACTIVE", "WITHDRAWN", "MERGED"]),
                "description": rng.choice([None, *TEXTS]),
                "country": rng.choice(["PK", "PK", None]),
                "subdivision": rng.choice(["PK-SD", "PK-PB", None]),
                "city": rng.choice(["Karachi", "Lahore", None]),
                "audience": rng.choice(["PUBLIC"] * 6 + ["PARTNERS", "OWNER"]),
                "owner_id": rng.choice([None, None, *PARTNERS.values()]),
                "source_id": rng.choice([None, uuid_of(1), uuid_of(2)]),
            }
            if rng.random() < 0.5:
                row["latitude"], row["longitude"] = (
                    round(rng.uniform(23, 37), 3),
                    round(rng.uniform(60, 77), 3),
                )
            for name, info in model.declared.items():
                if name not in generated:
                    own = _own_draw(name, number) if name in LATER else rng
                    row[name] = _value(own, name, info, number)
            rows.append(row)
    return rows


def relation_rows() -> list[dict[str, Any]]:
    """Rows of table `relation`: some of every role, in past, present and open periods."""
    rng = random.Random(11)
    by_kind: dict[str, list[UUID]] = {}
    for row in entity_rows():
        by_kind.setdefault(row["kind"], []).append(row["id"])
    rows: list[dict[str, Any]] = []
    seen: set[tuple[Any, ...]] = set()
    number = 900_000
    for role, rule in ROLE_RULES.items():
        pairs = sorted(rule.pairs)
        for _ in range(30 if role not in (Role.TENANT_OF, Role.EMPLOYED_BY) else 60):
            subject_kind, object_kind = rng.choice(pairs)
            subject, object_ = rng.choice(by_kind[subject_kind]), rng.choice(by_kind[object_kind])
            if subject == object_:
                continue
            if rule.is_symmetric and subject > object_:
                subject, object_, subject_kind, object_kind = object_, subject, object_kind, subject_kind
            begin = rng.choice([None, EPOCH + timedelta(days=rng.randrange(3000))])
            end = rng.choice([None, None, (begin or EPOCH) + timedelta(days=rng.randrange(1, 3000))])
            fact = (subject, role, object_, begin)
            if fact in seen:
                continue
            seen.add(fact)
            number += 1
            rows.append(
                {
                    "id": uuid_of(number),
                    "subject_id": subject,
                    "subject_kind": str(subject_kind),
                    "object_id": object_,
                    "object_kind": str(object_kind),
                    "role": str(role),
                    "valid": asyncpg.Range(begin, end),
                    "precision": str(rng.choice(list(DatePrecision))),
                    "title": rng.choice([None, *TEXTS]),
                    "source_id": rng.choice([None, uuid_of(1), uuid_of(2)]),
                    "audience": rng.choice(["PUBLIC"] * 6 + ["PARTNERS", "OWNER"]),
                    "owner_id": rng.choice([None, *PARTNERS.values()]),
                    "confidence": rng.choice([None, 0.5, 1.0]),
                }
            )
    return rows


def facts() -> dict[str, list[dict[str, Any]]]:
    """Rows of facts and their parts by table, in the order of loading."""
    return fact_rows(entity_rows(), PARTNERS.values())


def logged_rows() -> list[dict[str, Any]]:
    """The rows of every table with a change log of its own, in the order of loading."""
    found = [*entity_rows(), *relation_rows()]
    return found + [row for table, rows in facts().items() if table not in PARTS for row in rows]


async def load(connection: asyncpg.Connection, schema: str = "live") -> None:
    """Writes the graph into a migrated, empty database."""
    async with connection.transaction():
        await connection.execute(f'SET LOCAL search_path TO "{schema}", common')
        for slug, id_ in PARTNERS.items():
            await connection.execute(
                "INSERT INTO common.partner (id, slug, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                id_, slug, f"Partner {slug}",
            )  # fmt: skip
        for number, audience in ((1, "PUBLIC"), (2, "PARTNERS")):
            await connection.execute(
                "INSERT INTO source (id, slug, kind, title, audience, published_on, published_on_precision) "
                "VALUES ($1, $2, 'SYNTHETIC', $3, $4, $5, 'MONTH')",
                uuid_of(number), f"source-{number}", f"Source {number}", audience, date(2020, number, 1),
            )  # fmt: skip
        for row in entity_rows():
            await _insert(connection, "entity", row)
            names = [{"value": row["name"], "lang": None, "script": None, "type": "LABEL"}]
            if row["slug"] == "university-0":
                names.append({"value": "جامعہ کراچی", "lang": "ur", "script": "Arab", "type": "OFFICIAL"})
                names.append(
                    {"value": "University of Karachi", "lang": "en", "script": "Latn", "type": "ALIAS"}
                )
            for name in names:
                await _insert(connection, "entity_name", {"entity_id": row["id"], **name})
        for row in relation_rows():
            await _insert(connection, "relation", row)
        await _identifiers_and_statuses(connection)
        for table, rows in facts().items():
            for row in rows:
                await _insert(connection, table, row)
        for row in assertion_rows():
            await _insert(connection, "assertion", row)


def assertion_rows() -> list[dict[str, Any]]:
    """What others than the owner say of fields that have a value: none of it becomes the preferred one."""
    rng = random.Random(17)
    spoken = {"ZONE": ("AREA", "area_value"), "COMPANY": ("EMPLOYEE_COUNT", "employee_count")}
    rows: list[dict[str, Any]] = []
    for entity in entity_rows():
        field, column = spoken.get(entity["kind"], ("CITY", "city"))
        if entity[column] is None or rng.random() < 0.6:
            continue
        if entity["kind"] == "EXPERT":
            continue
        other = PARTNERS["south" if entity["owner_id"] == PARTNERS["north"] else "north"]
        said = (
            ("150.50", "ACRE") if field == "AREA" else ("7", None) if field != "CITY" else ('"Quetta"', None)
        )
        rows.append(
            {
                "id": uuid_of(700_000 + len(rows)),
                "entity_id": entity["id"],
                "field": field,
                "value": said[0],
                "unit": said[1],
                "valid": asyncpg.Range(rng.choice([None, EPOCH]), None),
                "source_id": rng.choice([None, uuid_of(1), uuid_of(2)]),
                "owner_id": other,
                "audience": rng.choice(["PUBLIC", "PUBLIC", "PARTNERS", "OWNER"]),
                "confidence": rng.choice([None, 0.5]),
            }
        )
    return rows


async def _identifiers_and_statuses(connection: asyncpg.Connection) -> None:
    university, zones = uuid_of(1000), [uuid_of(6000 + i) for i in range(PER_KIND)]
    for scheme, value, partner in (
        ("ROR", "05bbbc791", None), ("WIKIDATA", "Q1135027", None), ("PARTNER", "KU-1", PARTNERS["north"]),
    ):  # fmt: skip
        row = {"entity_id": university, "scheme": scheme, "value": value, "partner_id": partner}
        await _insert(connection, "identifier", row)
    rng = random.Random(13)
    for index, zone in enumerate(zones[:9]):
        begin = EPOCH
        for step in range(rng.randint(1, 3)):
            end = begin + timedelta(days=rng.randrange(200, 1500))
            row = {
                "id": uuid_of(800_000 + index * 10 + step),
                "zone_id": zone,
                "status": str(rng.choice(list(ZoneStatus))),
                "valid": asyncpg.Range(begin, None if step == 2 else end),
                "audience": rng.choice(["PUBLIC", "PUBLIC", "PARTNERS"]),
            }
            await _insert(connection, "zone_status", row)
            begin = end


async def _insert(connection: asyncpg.Connection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    places = ", ".join(f"${i + 1}" for i in range(len(row)))
    await connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *row.values())
