"""Random small worlds of skills, persons, needs and programs in one database, and their matches in Python.

The second way to the answers of matchExperts, matchPrograms and matchNeeds: rights, days, skills, places and
scores are worked out here from the rows, by the rules of docs/matching.md; nothing of the search is imported.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from models.vocabulary import Kind, Role
from tests import graph
from tests.oracle.globe import kilometres
from tests.random_paths import RandomGraph, Row, entity, relation

DAY = date(2026, 6, 1)
LEVELS = ("BASIC", "INTERMEDIATE", "ADVANCED", "EXPERT")
ORGANIZATIONS = ("UNIVERSITY", "COMPANY", "GOVERNMENT_BODY")
PERSONS_TIES = ("EMPLOYED_BY", "HOLDS_POST_AT", "BOARD_MEMBER_OF", "FOUNDED", "STUDIED_AT")
ORGANIZATIONS_TIES = ("PART_OF", "COLLABORATES_WITH", "SPIN_OFF_OF", "INVESTED_IN", "FUNDS", "SUCCEEDS")
EVENTS = ("FOUNDED", "STUDIED_AT", "SPIN_OFF_OF", "INVESTED_IN", "SUCCEEDS")
FITS = {"OPEN": 1.0, "PART_TIME": 0.7, "ADVISORY": 0.4}
PLACES = {"REMOTE": 1.0, "CITY": 1.0, "SUBDIVISION": 0.5, "COUNTRY": 0.25, "RESIDENCE": 0.25, None: 0.0}
DEFAULTS = {"skills": 5.0, "field": 2.0, "place": 2.0, "period": 1.0, "language": 1.0, "affiliation": 1.0}
CITIES = (
    ("PK", "PK-SD", "Karachi", 24.86, 67.01),
    ("PK", "PK-SD", "Hyderabad", 25.39, 68.37),
    ("PK", "PK-PB", "Lahore", 31.55, 74.34),
    ("DE", None, "Berlin", 52.52, 13.4),
    (None, None, None, None, None),
)
FACTS = ("skill", "need", "expert_skill", "need_skill", "program_skill")
Parts = dict[str, float | None]


@dataclass
class World:
    """Entities with their relations, and the rows of FACTS."""

    graph: RandomGraph = field(default_factory=RandomGraph)
    facts: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in FACTS})

    def of_kind(self, kind: str) -> list[Row]:
        return [row for row in self.graph.entities.values() if row["kind"] == kind]


@dataclass(frozen=True)
class Viewer:
    """Who asks."""

    role: str
    partner: UUID | None = None

    def may(self, audience: str | None, owner: UUID | None) -> bool:
        if self.role == "editor":
            return True
        if self.role == "reader":
            return audience == "PUBLIC"
        return audience in ("PUBLIC", "PARTNERS") or (owner is not None and owner == self.partner)

    def sees(self, row: Row) -> bool:
        return self.may(row["audience"], row["owner_id"])

    def sees_entity(self, row: Row) -> bool:
        return self.sees(row) and row["record_status"] in ("ACTIVE", "INACTIVE")

    def personal(self, row: Row, name: str, default: str) -> Any:
        return row.get(name) if self.may(row.get(f"{name}_audience") or default, row["owner_id"]) else None


# -- making -----------------------------------------------------------------------------------------


def make(rng: random.Random, number: int) -> World:
    """A world of a dozen skills and about forty records, some hidden, some withdrawn, none like another's."""
    made = World()
    numbers = iter(range(1, 1000))

    def id_() -> UUID:
        return graph.uuid_of(0x50_0000_0000 + number * 1000 + next(numbers))

    for n in range(rng.randint(6, 14)):
        above = [row["id"] for row in made.facts["skill"]]
        is_field = rng.random() < 0.3
        made.facts["skill"].append(
            _fact(rng, id_())
            | {
                "scheme": "ISCED_F" if is_field else "LOCAL",
                "code": f"W{number}-{n}",
                "label": f"Skill {number} {n}",
                "broader_id": rng.choice(above) if above and rng.random() < 0.75 else None,
            }
        )
    skills = made.facts["skill"]
    codes = [row["code"] for row in skills if row["scheme"] == "ISCED_F"] + [f"W{number}-none"]
    for kind, count in (
        ("COMPANY", 4),
        ("UNIVERSITY", 2),
        ("GOVERNMENT_BODY", 1),
        ("PROGRAM", 5),
        ("EXPERT", 14),
    ):
        for _ in range(count):
            row = entity(
                id_(), Kind(kind), **_sight(rng), **_place(rng),
                record_status=rng.choice(["ACTIVE"] * 9 + ["INACTIVE", "WITHDRAWN"]),
            )  # fmt: skip
            if kind == "COMPANY":
                row["verticals"] = rng.sample(["AI", "FINTECH", "ED_TECH"], rng.randint(0, 2))
            elif kind == "PROGRAM":
                row |= _period(rng) | {"fields": rng.choice([None, rng.sample(codes, min(len(codes), 2))])}
            elif kind == "EXPERT":
                row |= {
                    "availability": rng.choice([None, "NOT_AVAILABLE", *FITS, *FITS]),
                    "availability_audience": rng.choice([None, "PUBLIC", "PUBLIC", "PARTNERS", "OWNER"]),
                    "skills_audience": rng.choice([None, None, "PUBLIC", "PARTNERS", "OWNER"]),
                    "residence_country": rng.choice([None, "PK", "DE"]),
                    "residence_country_audience": rng.choice([None, "PUBLIC", "PARTNERS", "OWNER"]),
                    "languages": rng.choice([None, rng.sample(["en", "ur", "de"], 2)]),
                    "languages_audience": rng.choice([None, None, "PUBLIC", "PARTNERS", "OWNER"]),
                    "location_audience": rng.choice([None, None, "PUBLIC", "PARTNERS", "OWNER"]),
                }
            made.graph.entities[row["id"]] = row
    _relate(rng, made, id_)
    posters = [row for kind in (*ORGANIZATIONS, "EXPERT") for row in made.of_kind(kind)]
    for _ in range(7):
        poster = rng.choice(posters)
        country, subdivision, city, *_ = rng.choice(CITIES)
        made.facts["need"].append(
            _fact(rng, id_())
            | _period(rng)
            | {"posted_by_id": poster["id"], "posted_by_kind": poster["kind"], "title": "Wanted"}
            | {"kind": rng.choice(["VACANCY", "MENTORING", "RESEARCH_PROBLEM"]), "country": country}
            | {"subdivision": subdivision, "city": city, "is_remote": rng.random() < 0.2}
            | {"verticals": rng.sample(["AI", "FINTECH", "ED_TECH"], rng.randint(0, 2))}
            | {"languages": rng.sample(["en", "ur", "de"], rng.randint(0, 2))}
        )
    for table, key, owners in (
        ("expert_skill", "expert_id", made.of_kind("EXPERT")),
        ("program_skill", "program_id", made.of_kind("PROGRAM")),
        ("need_skill", "need_id", made.facts["need"]),
    ):
        for owner in owners:
            for skill in rng.sample(skills, rng.randint(0, min(4, len(skills)))):
                row = {"id": id_(), key: owner["id"], "skill_id": skill["id"]}
                row["level"] = rng.choice([None, *LEVELS])
                if table != "expert_skill":
                    row["is_required"] = rng.random() < 0.6
                made.facts[table].append(row)
    return made


def _relate(rng: random.Random, made: World, id_: Any) -> None:
    experts, programs = made.of_kind("EXPERT"), made.of_kind("PROGRAM")
    organizations = [row for kind in ORGANIZATIONS for row in made.of_kind(kind)]
    work = [Role.EMPLOYED_BY, Role.HOLDS_POST_AT]
    wanted = [(rng.choice(experts), rng.choice(organizations), rng.choice(work)) for _ in range(16)]
    wanted += [
        (rng.choice(experts), rng.choice(made.of_kind("UNIVERSITY")), Role.STUDIED_AT) for _ in range(5)
    ]
    wanted += [(rng.choice(experts), rng.choice(made.of_kind("COMPANY")), Role.FOUNDED) for _ in range(4)]
    wanted += [
        (rng.choice(organizations), rng.choice(programs), rng.choice([Role.RUNS, Role.FUNDS]))
        for _ in range(8)
    ]
    for _ in range(6):
        one, other = rng.sample(organizations, 2)
        wanted.append((one, other, rng.choice([Role.PART_OF, Role.COLLABORATES_WITH])))
    seen = set()
    for subject, object_, role in wanted:
        begin = rng.choice([None, DAY + timedelta(days=rng.randint(-900, 100))])
        end = rng.choice([None, None, (begin or DAY) + timedelta(days=rng.randint(1, 700))])
        row = relation(id_(), role, subject, object_, valid=asyncpg.Range(begin, end), **_sight(rng))
        fact = (row["subject_id"], row["role"], row["object_id"], begin)
        if fact not in seen:
            seen.add(fact)
            made.graph.relations.append(row)


def _sight(rng: random.Random) -> Row:
    return {
        "audience": rng.choice(["PUBLIC"] * 8 + ["PARTNERS", "OWNER"]),
        "owner_id": rng.choice([None, *graph.PARTNERS.values()]),
    }


def _fact(rng: random.Random, id_: UUID) -> Row:
    return {"id": id_, **_sight(rng)}


def _period(rng: random.Random) -> Row:
    opens = rng.choice([None, DAY + timedelta(days=rng.randint(-60, 30))])
    return {
        "opens_on": opens,
        "closes_on": rng.choice([None, (opens or DAY) + timedelta(days=rng.randint(0, 90))]),
    }


def _place(rng: random.Random) -> Row:
    country, subdivision, city, latitude, longitude = rng.choice(CITIES)
    if rng.random() < 0.3:
        latitude = longitude = None
    names = ("country", "subdivision", "city", "latitude", "longitude")
    return dict(zip(names, (country, subdivision, city, latitude, longitude), strict=True))


async def load_facts(connection: asyncpg.Connection, worlds: list[World]) -> None:
    """Writes the facts; the entities and relations are loaded as random graphs (tests/random_paths.py)."""
    for table in FACTS:
        by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for one in worlds:
            for row in one.facts[table]:
                by_columns.setdefault(tuple(row), []).append(tuple(row.values()))
        for columns, rows in by_columns.items():
            places = ", ".join(f"${place + 1}" for place in range(len(columns)))
            names = ", ".join(columns)
            await connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


# -- the second way -----------------------------------------------------------------------------------


class Matcher:
    """All matches of a world for one viewer on one day."""

    def __init__(self, world: World, viewer: Viewer, day: date, weights: Mapping[str, float]) -> None:
        self.world, self.viewer, self.day, self.weights = world, viewer, day, weights
        self.skills = {row["id"]: row for row in world.facts["skill"] if viewer.sees(row)}
        self.entities = world.graph.entities
        self.needs = {row["id"]: row for row in world.facts["need"]}

    def experts(self, kind: str, subject: UUID) -> dict[UUID, tuple[float, Parts]]:
        """Candidate -> score and parts."""
        wanted, fields, count = self._wanted(kind, subject)
        if kind == "need":
            need = self.needs[subject]
            place, opens, closes = self._need_place(need), need["opens_on"], need["closes_on"]
            poster = self.entities[need["posted_by_id"]]
            is_known = self.viewer.sees(poster) and poster["kind"] in ORGANIZATIONS
            organizations = {poster["id"]} if is_known else None
            verticals, languages = set(need["verticals"]), set(need["languages"])
            skipped, is_mentoring = poster["id"], need["kind"] == "MENTORING"
        else:
            row = self.entities[subject]
            place, opens, closes = row | {"is_remote": False}, row.get("opens_on"), row.get("closes_on")
            verticals = set(row.get("verticals") or ()) if kind == "company" else set()
            organizations = {subject} if kind == "company" else self._runners(subject) or None
            languages = {
                language
                for need in self._open_needs(subject)
                for language in need["languages"]
            } if kind == "company" else set()  # fmt: skip
            skipped, is_mentoring = None, False
        found = {}
        for expert in self.world.of_kind("EXPERT"):
            availability = self.viewer.personal(expert, "availability", "PARTNERS")
            if availability not in FITS or not self.viewer.sees_entity(expert) or expert["id"] == skipped:
                continue
            held = self._held(expert["id"])
            if not any(self._worth(s, None, h, None) for s in {**wanted, **fields} for h in held):
                continue
            ties = self._persons_ties(expert["id"], is_current_only=False)
            parts: Parts = {
                "skills": self._skills(wanted, held) if wanted else None,
                "field": None,
                "place": self._placed(place, expert),
                "period": (1.0 if is_mentoring else FITS[availability]) * self._openness(opens, closes),
                "language": None,
                "affiliation": None,
            }
            if kind == "program" and count:
                parts["field"] = (
                    sum(max((self._worth(f, None, h, None) for h in held), default=0) for f in fields) / count
                )
            elif verticals:
                trade = self._trades(self._persons_ties(expert["id"], is_current_only=True))
                parts["field"] = sum(trade.get(code, 0) for code in verticals) / len(verticals)
            if languages:
                parts["language"] = len(
                    languages & set(self.viewer.personal(expert, "languages", "PUBLIC") or ())
                ) / len(languages)
            if organizations is not None:
                parts["affiliation"] = max((ties.get(one, 0) for one in organizations), default=0)
            found[expert["id"]] = self._scored(parts)
        return found

    def openings(self, target: str, kind: str, subject: UUID) -> dict[UUID, tuple[float, Parts]]:
        """Candidate (of target NEED or PROGRAM) -> score and parts."""
        row = self.entities[subject]
        fit, residence = 1.0, None
        if kind == "expert":
            availability = self.viewer.personal(row, "availability", "PARTNERS")
            if availability not in FITS:
                return {}
            fit, residence = FITS[availability], self.viewer.personal(row, "residence_country", "PUBLIC")
            held, ties = self._held(subject), self._persons_ties(subject, is_current_only=True)
        else:
            held, ties = self._staffs(subject), self._organizations_ties(subject)
        trades = self._trades({subject: 1.0} | ties, is_any_status=True)
        found = {}
        for one in self.world.of_kind("PROGRAM") if target == "PROGRAM" else self.needs.values():
            wanted, fields, count = self._wanted(target.lower(), one["id"])
            is_met = any(self._worth(s, None, h, None) for s in {**wanted, **fields} for h in held)
            if not self.viewer.sees(one) or not is_met or (one.get("closes_on") or self.day) < self.day:
                continue
            parts: Parts = {
                "skills": self._skills(wanted, held) if wanted else None,
                "language": None,
                "field": None,
            }
            is_mentoring = one["kind"] == "MENTORING"
            opens = self._openness(one.get("opens_on"), one.get("closes_on"))
            parts["period"] = opens * (1.0 if is_mentoring else fit)
            if target == "NEED":
                poster = self.entities[one["posted_by_id"]]
                if poster["id"] == subject:
                    continue
                place = self._need_place(one)
                if one["verticals"]:
                    parts["field"] = sum(trades.get(code, 0) for code in one["verticals"]) / len(
                        one["verticals"]
                    )
                if kind == "expert" and one["languages"]:
                    spoken = set(one["languages"]) & set(
                        self.viewer.personal(row, "languages", "PUBLIC") or ()
                    )
                    parts["language"] = len(spoken) / len(one["languages"])
                is_known = self.viewer.sees(poster) and poster["kind"] in ORGANIZATIONS
                parts["affiliation"] = ties.get(poster["id"], 0.0) if is_known else None
            else:
                runs = [
                    r for r in self._relations() if r["object_id"] == one["id"] and r["subject_id"] == subject
                ]
                if not self.viewer.sees_entity(one) or any(r["role"] == "RUNS" for r in runs):
                    continue
                place = one | {"is_remote": False}
                if count:
                    best = [max((self._worth(f, None, h, None) for h in held), default=0) for f in fields]
                    parts["field"] = sum(best) / count
                runners = self._runners(one["id"])
                parts["affiliation"] = max(ties.get(r, 0.0) for r in runners) if runners else None
            parts["place"] = self._placed(
                place, row | {"residence_country": residence, "residence_country_audience": "PUBLIC"}
            )
            found[one["id"]] = self._scored(parts)
        return found

    # -- parts

    def _scored(self, parts: Parts) -> tuple[float, Parts]:
        counted = [(self.weights[name], value) for name, value in parts.items() if value is not None]
        below = sum(weight for weight, _ in counted)
        return (sum(weight * value for weight, value in counted) / below if below else 0.0), parts

    def _wanted(
        self, kind: str, subject: UUID
    ) -> tuple[dict[UUID, tuple[int | None, int]], dict[UUID, Any], int]:
        """Wanted skill -> (level, weight); ISCED-F fields; how many codes of fields there are."""
        wanted: dict[UUID, tuple[int | None, int]] = {}
        fields: dict[UUID, Any] = {}
        count = 0
        needs = (
            [self.needs[subject]]
            if kind == "need"
            else self._open_needs(subject)
            if kind == "company"
            else []
        )
        rows = [
            row for need in needs for row in self.world.facts["need_skill"] if row["need_id"] == need["id"]
        ]
        if kind == "program":
            rows = [row for row in self.world.facts["program_skill"] if row["program_id"] == subject]
            codes = set(self.entities[subject].get("fields") or ())
            fields = {
                i: None
                for i, row in self.skills.items()
                if row["scheme"] == "ISCED_F" and row["code"] in codes
            }
            count = len(codes)
        for row in rows:
            if row["skill_id"] not in self.skills:
                continue
            level, weight = _level(row["level"]), 2 if row["is_required"] else 1
            if row["skill_id"] in wanted:
                other, before = wanted[row["skill_id"]]
                level = max((one for one in (level, other) if one is not None), default=None)
                weight = max(weight, before)
            wanted[row["skill_id"]] = level, weight
        return wanted, fields, count

    def _skills(
        self, wanted: Mapping[UUID, tuple[int | None, int]], held: Mapping[UUID, int | None]
    ) -> float:
        total = sum(weight for _, weight in wanted.values())
        best = {
            skill: max((self._worth(skill, level, one, has) for one, has in held.items()), default=0.0)
            for skill, (level, _) in wanted.items()
        }
        return sum(best[skill] * weight for skill, (_, weight) in wanted.items()) / total

    def _above(self, skill: UUID) -> list[UUID]:
        found: list[UUID] = []
        at = self.skills.get(skill)
        while at is not None and at["broader_id"] in self.skills and len(found) < 3:
            found.append(at["broader_id"])
            at = self.skills[at["broader_id"]]
        return found

    def _worth(self, wanted: UUID, level: int | None, held: UUID, has: int | None) -> float:
        if wanted not in self.skills or held not in self.skills:
            return 0.0
        worth = 0.0
        if wanted == held:
            worth = 1.0
        elif wanted in self._above(held):
            worth = 0.8 ** (self._above(held).index(wanted) + 1)
        elif held in self._above(wanted):
            worth = 0.5 ** (self._above(wanted).index(held) + 1)
        if level is None:
            return worth
        return worth * (0.75 if has is None else 1.0 if has >= level else (0.6, 0.3, 0.1)[level - has - 1])

    def _placed(self, there: Row, expert: Row) -> float | None:
        is_remote = there.get("is_remote")
        names = ("country", "subdivision", "city", "latitude")
        if not is_remote and all(there.get(name) is None for name in names):
            return None
        residence = self.viewer.personal(expert, "residence_country", "PUBLIC")
        expert = self._located(expert)

        def same(*names: str) -> bool:
            return all(there.get(name) is not None and there[name] == expert.get(name) for name in names)

        def differ(name: str) -> bool:
            one, other = there.get(name), expert.get(name)
            return one is not None and other is not None and one != other

        how = None
        if is_remote:
            how = "REMOTE"
        elif same("city") and not differ("country") and not differ("subdivision"):
            how = "CITY"
        elif same("subdivision"):
            how = "SUBDIVISION"
        elif same("country"):
            how = "COUNTRY"
        elif there.get("country") is not None and there["country"] == residence:
            how = "RESIDENCE"
        near = 0.0
        if there.get("latitude") is not None and expert.get("latitude") is not None:
            near = 1 / (1 + kilometres(there, expert) / 100)
        return max(PLACES[how], near)

    def _located(self, row: Row) -> Row:
        if self.viewer.may(row.get("location_audience") or "PUBLIC", row["owner_id"]):
            return row
        return row | dict.fromkeys(("country", "subdivision", "city", "latitude", "longitude"))

    def _need_place(self, need: Row) -> Row:
        poster = self.entities[need["posted_by_id"]]
        poster = self._located(poster) if self.viewer.sees(poster) else {}
        names = ("country", "subdivision", "city")
        is_nowhere = all(need[name] is None for name in names)
        found = {name: poster.get(name) if is_nowhere else need[name] for name in names}
        is_there = is_nowhere or (need["city"] is not None and need["city"] == poster.get("city"))
        for name in ("latitude", "longitude"):
            found[name] = poster.get(name) if is_there else None
        return found | {"is_remote": need["is_remote"]}

    def _openness(self, opens: date | None, closes: date | None) -> float:
        if closes is not None and closes < self.day:
            return 0.0
        return 0.5 if opens is not None and opens > self.day else 1.0

    # -- what the rows say

    def _open_needs(self, poster: UUID) -> list[Row]:
        return [
            need for need in self.needs.values()
            if need["posted_by_id"] == poster and self.viewer.sees(need)
            and (need["closes_on"] or self.day) >= self.day
        ]  # fmt: skip

    def _held(self, expert: UUID) -> dict[UUID, int | None]:
        row = self.entities[expert]
        if not self.viewer.sees(row) or not self.viewer.may(
            row["skills_audience"] or "PUBLIC", row["owner_id"]
        ):
            return {}
        rows = self.world.facts["expert_skill"]
        return {one["skill_id"]: _level(one["level"]) for one in rows if one["expert_id"] == expert}

    def _relations(self) -> list[Row]:
        return [row for row in self.world.graph.relations if self.viewer.sees(row)]

    def _tie(self, row: Row) -> float | None:
        """1 while it holds, a half afterwards, None before."""
        begin, end = row["valid"].lower, row["valid"].upper
        if begin is not None and begin > self.day:
            return None
        return 1.0 if row["role"] in EVENTS or end is None or end > self.day else 0.5

    def _persons_ties(self, expert: UUID, *, is_current_only: bool) -> dict[UUID, float]:
        found: dict[UUID, float] = {}
        for row in self._relations():
            tie, other = self._tie(row), row["object_id"]
            if row["subject_id"] != expert or row["role"] not in PERSONS_TIES or tie is None:
                continue
            if not is_current_only or self.viewer.sees_entity(self.entities[other]):
                found[other] = max(tie, found.get(other, 0))
        return found

    def _organizations_ties(self, subject: UUID) -> dict[UUID, float]:
        found: dict[UUID, float] = {}
        for row in self._relations():
            ends, tie = (row["subject_id"], row["object_id"]), self._tie(row)
            if row["role"] not in ORGANIZATIONS_TIES or subject not in ends or tie is None:
                continue
            other = ends[1] if ends[0] == subject else ends[0]
            if self.viewer.sees_entity(self.entities[other]):
                found[other] = max(tie, found.get(other, 0))
        return found

    def _runners(self, program: UUID) -> set[UUID]:
        return {
            row["subject_id"] for row in self._relations()
            if row["object_id"] == program and row["role"] in ("RUNS", "FUNDS") and self._tie(row) is not None
            and self.viewer.sees_entity(self.entities[row["subject_id"]])
        }  # fmt: skip

    def _staffs(self, organization: UUID) -> dict[UUID, int | None]:
        held: dict[UUID, int | None] = {}
        for row in self._relations():
            is_staff = row["object_id"] == organization and row["role"] in ("EMPLOYED_BY", "FOUNDED")
            if (
                is_staff
                and self._tie(row) == 1.0
                and self.viewer.sees_entity(self.entities[row["subject_id"]])
            ):
                for skill, level in self._held(row["subject_id"]).items():
                    known = [one for one in (level, held.get(skill)) if one is not None]
                    held[skill] = max(known, default=None)
        return held

    def _trades(self, ties: Mapping[UUID, float], *, is_any_status: bool = False) -> dict[str, float]:
        found: dict[str, float] = {}
        for id_, tie in ties.items():
            row = self.entities[id_]
            if row["kind"] == "COMPANY" and (self.viewer.sees if is_any_status else self.viewer.sees_entity)(
                row
            ):
                for code in row.get("verticals") or ():
                    found[code] = max(tie, found.get(code, 0))
        return found


def _level(text: str | None) -> int | None:
    return None if text is None else LEVELS.index(text) + 1
