"""A small drawn world for the analyses: zones and all that their readiness, gaps and incentives rest on.

Everything is made up; the same seed draws the same world. No expectation is computed here: that is the
business of tests/oracle.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from models.fact_vocabulary import LicenceType, NeedKind
from models.vocabulary import SizeClass, ZoneStatus
from tests.graph import PARTNERS, uuid_of

EPOCH = date(2019, 1, 1)
DAYS = 1800
PROVINCES = ("PK-SD", "PK-PB")
VERTICALS = ("AI", "FINTECH", "ED_TECH", "LOGISTICS")
NUMBERS = {
    "ZONE": 14,
    "COMPANY": 40,
    "UNIVERSITY": 8,
    "GOVERNMENT_BODY": 4,
    "CLUSTER": 4,
    "PROGRAM": 4,
    "EXPERT": 150,
}
RELATIONS = (
    ("TENANT_OF", "COMPANY", "ZONE", 120),
    ("DEVELOPS", "UNIVERSITY", "ZONE", 5),
    ("DEVELOPS", "COMPANY", "ZONE", 6),
    ("HOSTS", "UNIVERSITY", "ZONE", 4),
    ("HOSTS", "COMPANY", "ZONE", 5),
    ("PART_OF", "ZONE", "CLUSTER", 12),
    ("RELATED_TO", "UNIVERSITY", "ZONE", 3),
    ("COLLABORATES_WITH", "ZONE", "UNIVERSITY", 3),
    ("SUPERVISES", "GOVERNMENT_BODY", "ZONE", 14),
    ("PARTICIPATES_IN", "COMPANY", "PROGRAM", 20),
    ("PARTICIPATES_IN", "ZONE", "PROGRAM", 6),
)
Row = dict[str, Any]


def day(draw: random.Random) -> date:
    """A day of the drawn time."""
    return EPOCH + timedelta(days=draw.randrange(DAYS))


def rights(draw: random.Random) -> Row:
    """Mostly public; some hidden from the public, some from partners who do not own it."""
    owner = draw.choice([None, *PARTNERS.values()])
    return {"audience": draw.choice(["PUBLIC"] * 8 + ["PARTNERS", "OWNER"]), "owner_id": owner}


def world(seed: int, needs: int = 30) -> dict[str, list[Row]]:
    """Rows by table, in the order of loading."""
    draw = random.Random(seed)
    ids = {
        kind: [uuid_of(place * 1000 + n) for n in range(count)]
        for place, (kind, count) in enumerate(NUMBERS.items(), start=1)
    }
    skills = [uuid_of(50_000 + n) for n in range(7)]
    made: dict[str, list[Row]] = {
        "entity": [_entity(draw, kind, n, id_) for kind, of in ids.items() for n, id_ in enumerate(of)]
    }
    made["relation"] = list(_relations(draw, ids))
    made["zone_status"] = [row for zone in ids["ZONE"] for row in _statuses(draw, zone)]
    made["skill"] = [
        {
            "id": id_,
            "scheme": "LOCAL",
            "code": f"S{n}",
            "label": f"skill {n % 5}",
            "audience": "PARTNERS" if n == 6 else "PUBLIC",
        }
        for n, id_ in enumerate(skills)
    ]
    made["need"] = [_need(draw, n, ids["COMPANY"]) for n in range(needs)]
    made["need_skill"] = [
        {"need_id": need["id"], "skill_id": skill}
        for need in made["need"]
        for skill in draw.sample(skills, draw.randrange(4))
    ]
    had: list[Row] = [
        {"expert_id": id_, "skill_id": skill, "since": draw.choice([None, None, day(draw)])}
        for id_ in ids["EXPERT"]
        for skill in {skills[min(draw.randrange(9), 6) * draw.choice([0, 1, 1])] for _ in range(2)}
    ]
    # The last two skills are rare, so that few enough have them to be hidden.
    made["expert_skill"] = [
        row for n, row in enumerate(had) if row["skill_id"] not in skills[5:] or n % 12 == 0
    ]
    made["licence"] = [_licence(draw, n, ids) for n in range(90)]
    made["incentive"] = [_incentive(draw, n, ids) for n in range(60)]
    return made


def _entity(draw: random.Random, kind: str, n: int, id_: UUID) -> Row:
    row: Row = {
        "id": id_,
        "kind": kind,
        "slug": f"{kind.lower().replace('_', '-')}-{n}",
        "name": f"{kind} {n % 5}",
        "record_status": draw.choice(["ACTIVE"] * 9 + ["INACTIVE", "WITHDRAWN"]),
        "country": draw.choice(["PK", "PK", "PK", "AE", None]),
        "subdivision": draw.choice([*PROVINCES, *PROVINCES, None]),
        **rights(draw),
    }
    if draw.random() < 0.8:
        row |= {"latitude": 24.5 + draw.random(), "longitude": 67 + draw.random()}
    if kind == "ZONE":
        row |= {"regime": "STZ", "modality": draw.choice(["GEOGRAPHICAL"] * 3 + ["VIRTUAL"])}
        row |= draw.choice([{}, {"area_value": Decimal("12.5"), "area_unit": "ACRE"}])
        row |= {"record_status": "ACTIVE"}
    elif kind == "COMPANY":
        row |= {"size_class": draw.choice([None, *map(str, SizeClass)]), "is_funder": False}
        row |= {"verticals": draw.choice([None, [], *([code] for code in VERTICALS)])}
    elif kind == "CLUSTER":
        row |= {"verticals": draw.sample(VERTICALS, draw.randrange(3))}
    elif kind == "UNIVERSITY":
        row |= {"is_funder": False}
    elif kind == "GOVERNMENT_BODY":
        row |= {"is_funder": False, "level": "FEDERAL"}
    elif kind == "PROGRAM":
        row |= {"program_kind": "FUNDING"}
    elif kind == "EXPERT":
        row |= {"skills_audience": draw.choice([None, None, None, "PARTNERS", "OWNER"])}
    return row


def _range(draw: random.Random) -> Any:
    begin = draw.choice([None, day(draw)])
    end = draw.choice([None, None, (begin or EPOCH) + timedelta(days=draw.randrange(1, 1500))])
    return asyncpg.Range(begin, end)


def _statuses(draw: random.Random, zone: UUID) -> list[Row]:
    """Some statuses of a zone; of one owner one holds at a time, as PostgreSQL has it."""
    kept: list[Row] = []
    for _ in range(draw.randrange(4)):
        status, valid = str(draw.choice(list(ZoneStatus))), _range(draw)
        row = {"zone_id": zone, "status": status, "valid": valid, **rights(draw)}
        if not any(one["owner_id"] == row["owner_id"] and _overlap(one["valid"], valid) for one in kept):
            kept.append(row)
    return kept


def _overlap(one: Any, other: Any) -> bool:
    return all(
        first.lower is None or second.upper is None or first.lower < second.upper
        for first, second in ((one, other), (other, one))
    )


def _relations(draw: random.Random, ids: dict[str, list[UUID]]) -> Any:
    seen = set()
    for role, of, to, count in RELATIONS:
        for _ in range(count):
            # Some zones draw most of the companies, so that one of them is full.
            zones = ids[to][:3] if role == "TENANT_OF" and draw.random() < 0.5 else ids[to]
            subject, object_, valid = draw.choice(ids[of]), draw.choice(zones), _range(draw)
            kinds = (of, to)
            if role in ("RELATED_TO", "COLLABORATES_WITH") and subject > object_:
                subject, object_, kinds = object_, subject, (to, of)
            if (subject, role, object_, valid.lower) in seen:
                continue
            seen.add((subject, role, object_, valid.lower))
            yield {
                "subject_id": subject,
                "subject_kind": kinds[0],
                "object_id": object_,
                "object_kind": kinds[1],
                "role": role,
                "valid": valid,
                **rights(draw),
            }


def _need(draw: random.Random, n: int, posters: Sequence[UUID]) -> Row:
    opens = draw.choice([None, day(draw)])
    return {
        "id": uuid_of(60_000 + n),
        "posted_by_id": draw.choice(posters),
        "posted_by_kind": "COMPANY",
        "kind": str(draw.choice(list(NeedKind))),
        "title": f"Need {n}",
        "verticals": draw.sample(VERTICALS, draw.randrange(3)),
        "subdivision": draw.choice([*PROVINCES, None]),
        "places": draw.randrange(1, 40),
        "opens_on": opens,
        "closes_on": draw.choice([None, (opens or EPOCH) + timedelta(days=draw.randrange(900))]),
        **rights(draw),
    }


def _licence(draw: random.Random, n: int, ids: dict[str, list[UUID]]) -> Row:
    issued = draw.choice([None, day(draw), day(draw)])
    expires = draw.choice([None, (issued or EPOCH) + timedelta(days=draw.randrange(1500))])
    revoked = (issued or EPOCH) + timedelta(days=draw.randrange(900)) if draw.random() < 0.15 else None
    return {
        "id": uuid_of(70_000 + n),
        "holder_id": draw.choice(ids["COMPANY"][:12]),
        "holder_kind": "COMPANY",
        "zone_id": draw.choice([None, *ids["ZONE"], *ids["ZONE"][:4]]),
        "type": str(draw.choice(list(LicenceType))),
        "number": draw.choice([None, f"L-{n}"]),
        "issued_on": issued,
        "expires_on": expires,
        "revoked_on": revoked,
        **rights(draw),
    }


def _incentive(draw: random.Random, n: int, ids: dict[str, list[UUID]]) -> Row:
    # Versions of one incentive follow each other, with gaps.
    begin = EPOCH + timedelta(days=600 * (n % 3))
    kind = draw.choice(["ZONE", "CLUSTER", "PROGRAM", "GOVERNMENT_BODY"])
    return {
        "id": uuid_of(80_000 + n),
        "code": f"relief-{n // 3}",
        "kind": "INCOME_TAX",
        "name": f"Relief {n // 3 % 4}",
        "offered_by_id": draw.choice(ids[kind]),
        "offered_by_kind": kind,
        "licence_types": _some(draw, LicenceType),
        "size_classes": _some(draw, SizeClass),
        "verticals": _some(draw, VERTICALS),
        "legal_reference": f"Act {n}",
        "conditions": draw.choice([None, None, None, "Profits stay in the zone."]),
        "duration_months": draw.choice([None, 24, 60]),
        "valid_from": begin if n % 3 else None,
        "valid_until": None if n % 3 == 2 else begin + timedelta(days=draw.randrange(400, 599)),
        **rights(draw),
    }


def _some(draw: random.Random, items: Iterable[str]) -> list[str]:
    return draw.choice([[], [], [str(draw.choice(list(items)))]])


async def load(connection: asyncpg.Connection, rows: dict[str, list[Row]]) -> None:
    """Writes a world into a migrated, empty database."""
    for slug, id_ in PARTNERS.items():
        await connection.execute(
            "INSERT INTO common.partner (id, slug, name) VALUES ($1, $2, $2) ON CONFLICT DO NOTHING",
            id_,
            slug,
        )
    for table, of_table in rows.items():
        for row in of_table:
            places = ", ".join(f"${place + 1}" for place in range(len(row)))
            await connection.execute(
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", *row.values()
            )
    await connection.execute("ANALYZE")
