"""The sample data set: what it promises in docs/sample.md, line by line."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

import orjson
import pytest

from exchange import fiction, sample
from exchange.fact_fields import FactRecord
from exchange.fiction import facts as fictitious_facts
from exchange.fiction.world import TODAY
from exchange.record import Direction, PartialDate, Problem, Record, SourceRecord
from models.vocabulary import ROLE_RULES, IdentifierScheme, Kind, Role, SourceKind, ZoneStatus


@lru_cache(maxsize=1)
def everything() -> tuple[Record | SourceRecord | FactRecord | Problem, ...]:
    return tuple(sample.items())


def records(*kinds: Kind) -> list[Record]:
    return [item for item in everything() if isinstance(item, Record) and (not kinds or item.kind in kinds)]


def sources() -> dict[str, SourceRecord]:
    return {item.slug: item for item in everything() if isinstance(item, SourceRecord)}


@lru_cache(maxsize=1)
def by_key() -> dict[str, Record]:
    return {str(key): record for record in records() for key in record.keys}


class Fact:
    """A relation as subject, role, object and period; an open end is the calendar's."""

    def __init__(self, record: Record, index: int) -> None:
        self.relation = record.relations[index]
        other = by_key()[str(self.relation.target)]
        is_out = self.relation.direction is Direction.OUT
        self.subject, self.object = (record, other) if is_out else (other, record)
        self.role = self.relation.role
        self.since = self.relation.since.date if self.relation.since else date.min
        self.until = self.relation.until.last_day if self.relation.until else date.max
        self.source = self.relation.source_key or record.source

    def __repr__(self) -> str:
        return f"{self.subject.slug} {self.role} {self.object.slug} {self.since}..{self.until}"


@lru_cache(maxsize=1)
def facts() -> tuple[Fact, ...]:
    return tuple(Fact(record, index) for record in records() for index in range(len(record.relations)))


def of(role: Role, subject: Kind | None = None, object_: Kind | None = None) -> Iterator[Fact]:
    for fact in facts():
        if fact.role is role and subject in (None, fact.subject.kind) and object_ in (None, fact.object.kind):
            yield fact


def day(record: Record, field: str) -> date:
    """A date of the record, the calendar's first where there is none."""
    value: Any = record.fields.get(field) or date.min
    return value.date if isinstance(value, PartialDate) else value


def real_lines() -> list[dict[str, Any]]:
    names = ("registry.ndjson", "system.ndjson")
    return [orjson.loads(line) for name in names for line in (sample.FOLDER / name).read_bytes().splitlines()]


def test_the_fictitious_file_is_what_the_generator_makes_byte_for_byte() -> None:
    made = b"".join(orjson.dumps(line) + b"\n" for line in fiction.lines(real_lines()))
    assert made == (sample.FOLDER / "fiction.ndjson").read_bytes(), "run python -m exchange.fiction"


def test_the_fictitious_facts_are_what_the_generator_makes_byte_for_byte() -> None:
    entities = [
        *real_lines(),
        *map(orjson.loads, (sample.FOLDER / "fiction.ndjson").read_bytes().splitlines()),
    ]
    made = b"".join(orjson.dumps(line) + b"\n" for line in fictitious_facts.lines(entities))
    assert made == (sample.FOLDER / "fiction_facts.ndjson").read_bytes(), "run python -m exchange.fiction"


def test_there_is_enough_of_everything() -> None:
    found = Counter(record.kind for record in records())
    least = {
        Kind.UNIVERSITY: 60,
        Kind.INSTITUTION: 5,
        Kind.COMPANY: 300,
        Kind.GOVERNMENT_BODY: 10,
        Kind.INVESTOR: 10,
        Kind.ZONE: 15,
        Kind.CLUSTER: 6,
        Kind.EXPERT: 1000,
        Kind.PROGRAM: 40,
        Kind.AGREEMENT: 25,
        Kind.MEETING: 2,
    }
    assert set(least) == set(Kind)
    assert {kind: found[kind] for kind, count in least.items() if found[kind] < count} == {}
    assert {fact.role for fact in facts()} == set(Role) - {Role.SUCCEEDS}
    provinces = {"PK-SD", "PK-PB", "PK-KP", "PK-IS", "PK-BA", "PK-JK", "PK-GB"}
    assert {u.fields["subdivision"] for u in records(Kind.UNIVERSITY)} == provinces


def test_a_key_belongs_to_one_record() -> None:
    keys = Counter(str(key) for record in records() for key in record.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_most_universities_have_a_registry_id_and_many_an_urdu_name() -> None:
    universities = records(Kind.UNIVERSITY)
    with_ror = [u for u in universities if any(i.scheme is IdentifierScheme.ROR for i in u.identifiers or ())]
    with_urdu = [u for u in universities if any(name.lang == "ur" for name in u.names or ())]
    assert len(with_ror) >= 60
    assert len(with_urdu) >= 30
    assert all(u.source == "ror" for u in with_ror)


def test_every_line_and_every_part_names_a_source_that_is_there() -> None:
    named = {record.source for record in records()} | {fact.source for fact in facts()}
    named |= {item.source for item in everything() if isinstance(item, FactRecord)}
    for record in records():
        named |= {status.source_key or record.source for status in record.statuses}
        named |= {assertion.source_key for assertion in record.assertions}
    assert named == set(sources())


def test_what_is_invented_says_so_and_the_rest_has_a_public_source() -> None:
    invented = {record.slug for record in records() if record.source == fiction.SOURCE}
    assert sources()[fiction.SOURCE].kind is SourceKind.SYNTHETIC
    assert all(s.url and s.kind is not SourceKind.SYNTHETIC for s in sources().values() if s.slug != "sample")
    for fact in facts():
        is_invented = {fact.subject.slug, fact.object.slug} & invented
        assert (fact.source == fiction.SOURCE) == bool(is_invented), fact
    real = {record.kind for record in records() if record.slug not in invented}
    assert real.isdisjoint({Kind.COMPANY, Kind.INVESTOR, Kind.CLUSTER})


def test_real_persons_stand_only_in_their_public_posts() -> None:
    persons = [p for p in records(Kind.EXPERT) if p.source != fiction.SOURCE]
    assert {p.slug for p in persons} == {
        "anwaar-ul-haq-kakar",
        "amer-hashmi",
        "azfar-manzoor",
        "javaid-iqbal",
        "sohail-rajput",
        "asif-ikram",
        "tanzeela-umi-habiba",
    }
    slugs = {p.slug for p in persons}
    roles = {fact.role for fact in facts() if fact.subject.slug in slugs}
    assert roles == {Role.HOLDS_POST_AT, Role.CONVENED, Role.ATTENDED}
    assert all(fact.since > date.min for fact in facts() if fact.subject.slug in slugs)
    assert all("email" not in p.fields and "residence_country" not in p.fields for p in persons)


def test_sources_that_contradict_each_other_stand_side_by_side() -> None:
    zone = by_key()["islamabad-technopolis"]
    areas = [(a.value.value, a.source_key) for a in zone.assertions if a.field == "area"]  # type: ignore[attr-defined]
    assert [(int(value), source) for value, source in areas] == [
        (150, "tribune-2021-01"),
        (140, "dawn-2022-03-23"),
        (140, "dawn-2025-10"),
    ]
    assert [status.status for status in zone.statuses] == [
        ZoneStatus.LAND_ALLOCATED,
        ZoneStatus.UNDER_DEVELOPMENT,
        ZoneStatus.WITHDRAWN,
    ]


def test_statuses_of_a_zone_follow_each_other() -> None:
    for zone in records(Kind.ZONE):
        for earlier, later in pairwise(zone.statuses):
            ends = earlier.until.last_day if earlier.until else date.max
            begins = later.since.date if later.since else date.min
            assert ends < begins, zone.slug


def test_relations_have_the_right_kinds_and_stand_once() -> None:
    for fact in facts():
        pair = (fact.subject.kind, fact.object.kind)
        assert pair in ROLE_RULES[fact.role].pairs, fact
        assert fact.subject.slug != fact.object.slug, fact
    stored = Counter(
        (fact.subject.slug, fact.role, fact.object.slug, fact.since, fact.relation.title) for fact in facts()
    )
    assert [fact for fact, count in stored.items() if count > 1] == []
    symmetric = Counter(
        (fact.role, frozenset((fact.subject.slug, fact.object.slug)))
        for fact in facts()
        if ROLE_RULES[fact.role].is_symmetric
    )
    assert [pair for pair, count in symmetric.items() if count > 1] == []


def test_companies_are_founded_before_anything_happens_to_them() -> None:
    for fact in facts():
        for company in (fact.subject, fact.object):
            if company.kind is Kind.COMPANY:
                assert fact.since >= day(company, "founded_on") > date.min, fact


def test_founders_found_on_the_day_and_every_company_has_one() -> None:
    assert all(fact.since == day(fact.object, "founded_on") for fact in of(Role.FOUNDED))
    assert {fact.object.slug for fact in of(Role.FOUNDED)} == {c.slug for c in records(Kind.COMPANY)}


def test_a_life_is_in_order() -> None:
    graduated: dict[str | None, date] = {}
    for fact in of(Role.STUDIED_AT):
        assert day(fact.object, "established_on") <= fact.since < fact.until < TODAY, fact
        graduated[fact.subject.slug] = min(graduated.get(fact.subject.slug, date.max), fact.until)
    jobs: dict[str | None, list[Fact]] = {}
    for fact in of(Role.EMPLOYED_BY):
        assert TODAY > fact.since >= graduated[fact.subject.slug].replace(month=8, day=1), fact
        jobs.setdefault(fact.subject.slug, []).append(fact)
    for held in jobs.values():
        for earlier, later in pairwise(held):
            assert earlier.until < later.since, (earlier, later)


def test_tenants_stay_while_the_zone_takes_them_and_in_its_province() -> None:
    opened = {z.slug: z.statuses[0].since for z in records(Kind.ZONE) if z.statuses}
    withdrawn = date(2025, 10, 1)
    tenancies = list(of(Role.TENANT_OF))
    for fact in tenancies:
        start = opened.get(fact.object.slug)
        assert (start.date if start else date.min) <= fact.since < fact.until, fact
        assert fact.since <= TODAY, fact
        zone_city = fact.object.fields.get("city")
        assert zone_city in (None, fact.subject.fields["city"]), fact
        assert fact.object.slug != "islamabad-technopolis" or fact.until < withdrawn, fact
    ended = [fact for fact in tenancies if fact.until < TODAY]
    assert 30 <= len(ended) < len(tenancies) / 2


def test_some_programs_are_open_and_some_closed() -> None:
    fictitious = [p for p in records(Kind.PROGRAM) if p.source == fiction.SOURCE]
    for program in fictitious:
        dates = [day(program, f"{word}_on") for word in ("opens", "closes", "starts", "ends")]
        assert date.min < dates[0] < dates[1] < dates[2] < dates[3], program.slug
    is_open = [p for p in fictitious if day(p, "opens_on") <= TODAY <= day(p, "closes_on")]
    assert 5 <= len(is_open) <= 20
    assert len({p.fields["program_kind"] for p in fictitious}) == 6


def test_personal_fields_are_mostly_left_at_their_default_audience() -> None:
    persons = [p for p in records(Kind.EXPERT) if p.source == fiction.SOURCE]
    changed = Counter(
        (field, str(value))
        for p in persons
        for field, value in p.fields.items()
        if field.endswith("_audience")
    )
    assert {audience for _, audience in changed} == {"PUBLIC", "PARTNERS", "OWNER"}
    assert all(0 < count < len(persons) / 4 for count in changed.values())
    assert all(str(p.fields["email"]).endswith("@example.org") for p in persons)


@pytest.mark.parametrize("subdivision", ["PK-SD", "PK-PB", "PK-KP", "PK-IS"])
def test_a_province_answers_across_all_three_spheres(subdivision: str) -> None:
    """Zones, their companies today, those companies' experts, where they studied, and their programs."""

    def now(fact: Fact) -> bool:
        return fact.since <= TODAY <= fact.until

    zones = {z.slug for z in records(Kind.ZONE) if z.fields.get("subdivision") == subdivision}
    tenants = {f.subject.slug for f in of(Role.TENANT_OF) if f.object.slug in zones and now(f)}
    staff = {f.subject.slug for f in of(Role.EMPLOYED_BY) if f.object.slug in tenants and now(f)}
    schools = {f.object.slug for f in of(Role.STUDIED_AT) if f.subject.slug in staff}
    programs = {f.object.slug for f in of(Role.PARTICIPATES_IN) if f.subject.slug in staff | tenants}
    runners = {f.subject.kind for f in of(Role.RUNS) if f.object.slug in programs}
    assert len(zones) >= 2
    assert len(tenants) >= 20
    assert len(staff) >= 50
    assert len(schools) >= 20
    assert {Kind.GOVERNMENT_BODY, Kind.UNIVERSITY} <= runners
