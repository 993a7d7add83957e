"""The facts of the small test graph (tests/graph.py): some of every table, with every edge of its rules.

Drawn with a seed of their own, so that they change nothing of the rest; nothing here is true of the world.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from models import Base
from models.fact_vocabulary import (
    FollowUpStatus,
    IncentiveKind,
    LicenceType,
    NeedKind,
    RoundStage,
    SkillLevel,
    SkillScheme,
    SkillType,
)
from models.vocabulary import DatePrecision, SizeClass

EPOCH = date(2015, 1, 1)
AUDIENCES = ["PUBLIC"] * 6 + ["PARTNERS", "OWNER"]
VERTICALS = ("AI", "FINTECH", "ED_TECH", "LOGISTICS")
CURRENCIES = ("PKR", "USD", "AED")
COUNT = 12
PARTS = ("funding_round_investor", "expert_skill", "program_skill", "need_skill")
NUMBERS = {
    "licence": 20_000,
    "incentive": 21_000,
    "funding_round": 22_000,
    "export_statistic": 23_000,
    "directive": 24_000,
    "commitment": 25_000,
    "skill": 26_000,
    "need": 27_000,
    "funding_round_investor": 28_000,
    "expert_skill": 29_000,
    "program_skill": 30_000,
    "need_skill": 31_000,
}
"""Where the ids of a table begin."""
LABELS = (
    "machine learning", "Datenanalyse", "ڈیٹا کا تجزیہ", "Web 'programming'", "soil science",
    "Café management", "network security", "Machine operation", "100% Arabica_tasting",
    "robotics", "statistics", "law",
)  # fmt: skip

Row = dict[str, Any]
Draw = random.Random


def _id(number: int) -> UUID:
    return UUID(f"00000000-0000-7000-8000-{number:012x}")


def fact_rows(entities: Iterable[Mapping[str, Any]], partners: Iterable[UUID]) -> dict[str, list[Row]]:
    """Rows by table, in the order of loading; `entities` are the graph's."""
    draw, owners = random.Random(17), [None, *partners]
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for entity in entities:
        by_kind.setdefault(entity["kind"], []).append(entity)

    def one_of(name: str, kinds: Sequence[str], *, is_optional: bool = False) -> Row:
        if is_optional and draw.random() < 0.4:
            kind_is_fixed = len(kinds) == 1
            return {f"{name}_id": None, f"{name}_kind": kinds[0] if kind_is_fixed else None}
        found = draw.choice(by_kind[draw.choice(list(kinds))])
        return {f"{name}_id": found["id"], f"{name}_kind": found["kind"]}

    made: dict[str, list[Row]] = {}
    for table in ("licence", "incentive", "funding_round", "export_statistic", "directive", "commitment"):
        made[table] = [_fact(table, n, draw, owners) | _OF[table](n, draw, one_of) for n in range(COUNT)]
    made["skill"] = [_fact("skill", n, draw, owners) | _skill(n, draw) for n in range(COUNT)]
    made["need"] = [_fact("need", n, draw, owners) | _need(n, draw, one_of) for n in range(COUNT)]
    parents = {
        "funding_round_investor": ("round_id", [row["id"] for row in made["funding_round"]]),
        "expert_skill": ("expert_id", [row["id"] for row in by_kind["EXPERT"]]),
        "program_skill": ("program_id", [row["id"] for row in by_kind["PROGRAM"]]),
        "need_skill": ("need_id", [row["id"] for row in made["need"]]),
    }
    for table, (key, ids) in parents.items():
        rows: list[Row] = []
        for n in range(2 * COUNT):
            row: Row = {"id": _id(NUMBERS[table] + n), key: ids[n % len(ids)]}
            row["source_id"] = draw.choice([None, _id(1)])
            if table == "funding_round_investor":
                row |= one_of("investor", ("INVESTOR", "COMPANY", "EXPERT")) | {
                    "is_lead": draw.random() < 0.3
                }
                row |= _money(draw, is_optional=True)
                other = "investor_id"
            else:
                row |= {"skill_id": draw.choice(made["skill"])["id"]}
                row["level"] = draw.choice([None, *map(str, SkillLevel)])
                other = "skill_id"
            if table == "expert_skill":
                row["since"] = draw.choice([None, _day(draw)])
            elif table != "funding_round_investor":
                row["is_required"] = draw.random() < 0.7
            if all((row[key], row[other]) != (known[key], known[other]) for known in rows):
                rows.append(row)
        made[table] = rows
    return made


def _fact(table: str, n: int, draw: Draw, owners: Sequence[UUID | None]) -> Row:
    return {
        "id": _id(NUMBERS[table] + n),
        "slug": draw.choice([None, f"{table.replace('_', '-')}-{n}"])
        if n
        else f"{table.replace('_', '-')}-0",
        "source_id": draw.choice([None, _id(1), _id(2)]),
        "owner_id": draw.choice(owners),
        "audience": draw.choice(AUDIENCES),
    }


def _day(draw: Draw) -> date:
    return EPOCH + timedelta(days=draw.randrange(3000))


def _period(draw: Draw, one: str, other: str, length: int = 1500) -> Row:
    begin = draw.choice([None, _day(draw), _day(draw)])
    end = draw.choice([None, (begin or EPOCH) + timedelta(days=draw.randrange(length))])
    return {one: begin, other: end}


def _money(draw: Draw, *, is_optional: bool) -> Row:
    if is_optional and draw.random() < 0.3:
        return {"amount": None, "currency": None}
    cents = draw.choice([1, 12_345, 99_999_999_999_999_999_999, draw.randrange(1, 10**9)])
    return {"amount": Decimal(cents) / 100, "currency": draw.choice(CURRENCIES)}


def _some(draw: Draw, items: Iterable[object]) -> list[str]:
    return [str(item) for item in items if draw.random() < 0.3]


def _licence(n: int, draw: Draw, one_of: Any) -> Row:
    row: Row = one_of("holder", ("COMPANY", "COMPANY", "UNIVERSITY")) | one_of(
        "zone", ("ZONE",), is_optional=True
    )
    row |= _period(draw, "issued_on", "expires_on")
    is_revoked = draw.random() < 0.2
    return row | {
        "type": str(draw.choice(list(LicenceType))),
        "number": draw.choice([None, f"L-{n}"]),
        "revoked_on": (row["issued_on"] or EPOCH) + timedelta(days=draw.randrange(900))
        if is_revoked
        else None,
        "revocation_reason": "It was not used." if is_revoked and n % 2 else None,
    }


def _incentive(n: int, draw: Draw, one_of: Any) -> Row:
    # Three versions of each incentive, one after the other, the last one open.
    begin = EPOCH + timedelta(days=700 * (n % 3))
    row: Row = one_of("offered_by", ("ZONE", "CLUSTER", "PROGRAM", "GOVERNMENT_BODY"))
    return row | {
        "code": f"relief-{n // 3}",
        "kind": str(draw.choice(list(IncentiveKind))),
        "name": f"Relief {n}",
        "description": draw.choice([None, 'Line one\nline "two"']),
        "licence_types": _some(draw, LicenceType),
        "size_classes": _some(draw, SizeClass),
        "verticals": _some(draw, VERTICALS),
        "conditions": None,
        "relief_percent": draw.choice([None, Decimal("12.5"), Decimal(100)]),
        "duration_months": draw.choice([None, 60, 120]),
        "legal_reference": f"Act {n}, section {n % 5}",
        "legal_url": None,
        "valid_from": begin if n % 3 else None,
        "valid_until": None if n % 3 == 2 else begin + timedelta(days=draw.randrange(600, 700)),
    }


def _round(n: int, draw: Draw, one_of: Any) -> Row:
    row: Row = one_of("company", ("COMPANY",)) | _money(draw, is_optional=True)
    return row | {
        "stage": str(draw.choice(list(RoundStage))),
        "announced_on": draw.choice([None, _day(draw)]),
        "announced_on_precision": draw.choice([None, str(DatePrecision.MONTH)]),
    }


def _export(n: int, draw: Draw, one_of: Any) -> Row:
    row: Row = one_of("company", ("COMPANY",), is_optional=True) | one_of("zone", ("ZONE",), is_optional=True)
    row |= _money(draw, is_optional=False)
    return row | {
        "year": draw.choice([2019, 2020, 2021]),
        "is_fiscal_year": draw.random() < 0.5,
        "market": draw.choice(["AE", "SA", "DE", "US", "EG"]),
        "origin": draw.choice([None, "PK"]) if n else "PK",
        "vertical": draw.choice(VERTICALS),
    }


def _follow_up(n: int, draw: Draw, begin: str) -> Row:
    row = _period(draw, begin, "due_on", 900)
    status = draw.choice(list(FollowUpStatus))
    is_dated = status is FollowUpStatus.FULFILLED and draw.random() < 0.8
    return row | {
        "text": f'Do {n}: "all" of it',
        "status": str(status),
        "fulfilled_on": (row[begin] or EPOCH) + timedelta(days=draw.randrange(1200)) if is_dated else None,
        "evidence": draw.choice([None, "A notification."]),
        "evidence_url": None,
    }


ACTORS = ("GOVERNMENT_BODY", "COMPANY", "EXPERT", "UNIVERSITY")


def _directive(n: int, draw: Draw, one_of: Any) -> Row:
    row: Row = one_of("meeting", ("MEETING",), is_optional=True) | one_of("issuer", ACTORS)
    row |= one_of("addressee", ACTORS, is_optional=True)
    return row | _follow_up(n, draw, "issued_on")


def _commitment(n: int, draw: Draw, one_of: Any) -> Row:
    row: Row = one_of("made_by", ACTORS) | one_of("made_to", ACTORS, is_optional=True)
    if row["made_to_id"] == row["made_by_id"]:
        row |= {"made_to_id": None, "made_to_kind": None}
    row |= {"meeting_id": None, "agreement_id": None, "directive_id": None}
    origin = n % 4
    if origin == 0:
        row |= one_of("meeting", ("MEETING",))
    elif origin == 1:
        row |= one_of("agreement", ("AGREEMENT",))
    elif origin == 2:
        row["directive_id"] = _id(NUMBERS["directive"] + draw.randrange(COUNT))
    row |= one_of("zone", ("ZONE",), is_optional=True)
    row["subdivision"] = draw.choice([None, "PK-SD", "PK-PB"])
    return row | _follow_up(n, draw, "made_on")


def _skill(n: int, draw: Draw) -> Row:
    return {
        "scheme": str(draw.choice(list(SkillScheme))),
        "code": f"S{n}",
        "label": LABELS[n],
        "alt_labels": _some(draw, ("ML", "Maschinelles Lernen", "پائتھن", "data \\ mining")),
        "type": draw.choice([None, *map(str, SkillType)]),
        "description": None,
        "uri": None,
        "broader_id": _id(NUMBERS["skill"] + draw.randrange(n)) if n and draw.random() < 0.7 else None,
    }


def _need(n: int, draw: Draw, one_of: Any) -> Row:
    row: Row = one_of("posted_by", ("COMPANY", "UNIVERSITY", "ZONE", "EXPERT"))
    row |= _money(draw, is_optional=True) | _period(draw, "opens_on", "closes_on")
    return row | {
        "kind": str(draw.choice(list(NeedKind))),
        "title": f"{draw.choice(LABELS)} {n}",
        "description": None,
        "verticals": _some(draw, VERTICALS),
        "languages": _some(draw, ("en", "ur")),
        "country": draw.choice([None, "PK"]),
        "subdivision": draw.choice([None, "PK-SD", "PK-PB"]),
        "city": draw.choice([None, "Karachi"]),
        "is_remote": draw.random() < 0.5,
        "places": draw.randrange(1, 9),
    }


_OF = {
    "licence": _licence,
    "incentive": _incentive,
    "funding_round": _round,
    "export_statistic": _export,
    "directive": _directive,
    "commitment": _commitment,
}
assert set(NUMBERS) <= set(Base.metadata.tables)
