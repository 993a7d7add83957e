"""Fills the vocabularies that are tables: regions of ISO 3166, currencies, market groups, roles, verticals.

Runs after every migration and writes only what differs, so that a newer release of the standards'
data or a new role arrives by upgrading.
"""

from collections.abc import Sequence

import asyncpg
import pycountry

from models.base import COMMON
from models.vocabulary import ROLE_RULES

Columns = tuple[str, ...]
Rows = Sequence[tuple[object, ...]]

VERTICALS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("E_COMMERCE", "E-commerce", "Selling goods and services online.", ("4791", "6312")),
    ("FINTECH", "Financial technology", "Payments, lending and insurance.", ("6419", "6499", "6619")),
    ("HEALTH_TECH", "Health technology", "Software and devices for care.", ("8690", "6201", "3250")),
    ("ED_TECH", "Education technology", "Software and services for learning.", ("8550", "8549", "6201")),
    ("LOGISTICS", "Logistics", "Moving and storing goods with software.", ("5229", "5210", "4923")),
    ("AGRI_TECH", "Agricultural technology", "Software and devices for farming.", ("0161", "6201")),
    ("AI", "Artificial intelligence", "Machine learning products and services.", ("6201", "6202")),
    ("CYBERSECURITY", "Cybersecurity", "Protecting systems and data.", ("6202", "6209")),
    ("CLOUD", "Cloud and data centres", "Hosting, platforms and data centres.", ("6311",)),
    ("SOFTWARE", "Software services", "Custom software and outsourcing.", ("6201", "6202")),
    ("GAMING", "Games", "Games and interactive entertainment.", ("5820", "6201")),
    ("TELECOM", "Telecommunications", "Networks and network services.", ("6110", "6120", "6190")),
    ("HARDWARE", "Hardware and semiconductors", "Chips, boards and devices.", ("2610", "2620", "2630")),
    ("CLEAN_TECH", "Clean technology", "Energy and environment.", ("3510", "3900")),
    ("MEDIA", "Media and creative industries", "Film, audio, design.", ("5911", "7410", "7310")),
    ("AEROSPACE", "Aviation and space", "Aircraft, drones, satellites.", ("3030", "6130")),
    ("BIOTECH", "Biotechnology", "Products from living systems.", ("7210", "2100")),
    ("GOV_TECH", "Government technology", "Digital public services.", ("8411", "6201")),
)  # fmt: skip

_GCC = ("AE", "BH", "KW", "OM", "QA", "SA")
MARKET_GROUPS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("GCC", "Gulf Cooperation Council", "The six member states: the Gulf market.", _GCC),
    (
        "MIDDLE_EAST",
        "Middle East",
        "The Gulf states, the Levant, Egypt, Iran, Iraq, Israel, Türkiye and Yemen.",
        ("AE", "BH", "EG", "IL", "IQ", "IR", "JO", "KW", "LB", "OM", "PS", "QA", "SA", "SY", "TR", "YE"),
    ),
    (
        "EU",
        "European Union",
        "The 27 member states.",
        (
            *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
            *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
        ),
    ),
    (
        "ASEAN",
        "Association of Southeast Asian Nations",
        "The eleven member states.",
        ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN"),
    ),
    (
        "SAARC",
        "South Asian Association for Regional Cooperation",
        "The eight member states.",
        ("AF", "BD", "BT", "IN", "LK", "MV", "NP", "PK"),
    ),
    ("NORTH_AMERICA", "North America", "Canada and the United States.", ("CA", "US")),
)
"""Code, label, description, countries of ISO 3166-1."""


def regions() -> list[tuple[str, str, str, str, str | None]]:
    """Rows (code, name, type, country, parent): countries of ISO 3166-1, then subdivisions of 3166-2."""
    rows: list[tuple[str, str, str, str, str | None]] = [
        (country.alpha_2, getattr(country, "common_name", country.name), "Country", country.alpha_2, None)
        for country in pycountry.countries
    ]
    # ROR and ISO 3166-1's user-assigned range give Kosovo the code XK.
    rows.append(("XK", "Kosovo", "Country", "XK", None))
    subdivisions = sorted(pycountry.subdivisions, key=lambda region: (bool(region.parent_code), region.code))
    rows += [
        (
            region.code,
            region.name,
            region.type,
            region.country_code,
            region.parent_code or region.country_code,
        )
        for region in subdivisions
    ]
    return rows


async def seed(connection: asyncpg.Connection, *schemas: str) -> None:
    """Brings the vocabularies of data schemas up to date, each schema in one transaction."""
    roles = [
        (str(role), rule.label, rule.inverse_label, role.description, rule.is_event, rule.is_symmetric)
        for role, rule in ROLE_RULES.items()
    ]
    pairs = [(str(r), str(s), str(o)) for r, rule in ROLE_RULES.items() for s, o in sorted(rule.pairs)]
    currencies = [(currency.alpha_3, currency.name) for currency in pycountry.currencies]
    code = ("code",)
    of_pairs = ("role", "subject_kind", "object_kind")
    of_roles = ("code", "label", "inverse_label", "description", "is_event", "is_symmetric")
    tables: tuple[tuple[str, Columns, Columns, Rows], ...] = (
        ("region", ("code", "name", "type", "country", "parent_code"), code, regions()),
        ("vertical", ("code", "label", "description", "isic"), code, VERTICALS),
        ("market_group", ("code", "label", "description", "countries"), code, MARKET_GROUPS),
        ("currency", ("code", "name"), code, currencies),
        ("role_type", of_roles, code, roles),
        ("role_pair", of_pairs, of_pairs, pairs),
    )
    for schema in schemas:
        async with connection.transaction():
            await connection.execute(f'SET LOCAL search_path TO "{schema}", {COMMON}')
            for table, columns, keys, rows in tables:
                await _merge(connection, table, columns, keys, rows)


async def _merge(
    connection: asyncpg.Connection, table: str, columns: Columns, keys: Columns, rows: Rows
) -> None:
    names = ", ".join(columns)
    # At nearly every start there is nothing to do, and to look is much quicker than to merge.
    known = {tuple(map(_plain, row)) for row in await connection.fetch(f"SELECT {names} FROM {table}")}
    different = [row for row in rows if row not in known]
    if not different:
        return
    await connection.execute(f"CREATE TEMP TABLE incoming (LIKE {table}) ON COMMIT DROP")
    await connection.copy_records_to_table("incoming", records=different, columns=columns)
    others = [column for column in columns if column not in keys]
    action = "DO NOTHING"
    if others:
        sets = ", ".join(f"{column} = excluded.{column}" for column in others)
        differs = f"({', '.join(f'{table}.{c}' for c in others)})"
        incoming = f"({', '.join(f'excluded.{c}' for c in others)})"
        action = f"DO UPDATE SET {sets} WHERE {differs} IS DISTINCT FROM {incoming}"
    await connection.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming ON CONFLICT ({', '.join(keys)}) {action}"
    )
    await connection.execute("DROP TABLE incoming")


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
