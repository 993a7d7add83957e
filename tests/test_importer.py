"""Importing records: found or created, changed only where they differ, refused one by one."""

import asyncio
import datetime as dt
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from exchange.importer import Importer
from exchange.ndjson import write
from exchange.record import Direction as Side
from exchange.record import (
    EntityKey,
    Identifier,
    PartialDate,
    Record,
    RelationRecord,
    StatusRecord,
)
from models.vocabulary import IdentifierScheme, Kind, Role, ZoneStatus
from resolvers.errors import BadUserInput
from tests.imports import SOURCES, codes, contents, counts, entity, imported, rows, value

COMPANY = {"kind": "COMPANY", "slug": "acme", "name": "Acme"}
ZONE = {"kind": "ZONE", "slug": "park", "name": "Park", "regime": "STZ", "modality": "GEOGRAPHICAL"}
ROR_A = {"scheme": "ROR", "value": "05bbbc791"}
ROR_B = {"scheme": "ROR", "value": "011maz450"}
HOLDERS = """
    SELECT array_agg(e.slug ORDER BY e.slug) FROM identifier i JOIN entity e ON e.id = i.entity_id
    WHERE scheme = 'ISNI' AND is_active
"""
ISNI = {"scheme": "ISNI", "value": "0000000102193705"}
OF_EACH_KIND: dict[str, dict[str, object]] = {
    "UNIVERSITY": {"establishedOn": "1951", "domains": ["uok.edu.pk"], "studentCount": 40000},
    "INSTITUTION": {},
    "COMPANY": {"foundedOn": "2021-09", "verticals": ["FINTECH", "AI"], "sizeClass": "SME"},
    "GOVERNMENT_BODY": {"level": "PROVINCIAL"},
    "INVESTOR": {"type": "ANGEL"},
    "ZONE": {"regime": "STZ", "modality": "VIRTUAL", "area": {"value": "140.50", "unit": "ACRE"}},
    "CLUSTER": {"verticals": ["AI"]},
    "EXPERT": {"givenName": "Aamir", "residenceCountry": "AE", "emailAudience": "PARTNERS"},
    "PROGRAM": {
        "programKind": "TRAINING",
        "budget": {"amount": "12.50", "currency": "PKR"},
        "fields": ["0611"],
        "opensOn": "2022-01-01",
    },
    "AGREEMENT": {"type": "MOU", "signedOn": "2022-03", "status": "SIGNED"},
    "MEETING": {"heldOn": "2021-11-02", "sequenceNumber": 5},
}


def lines_of_each_kind() -> list[dict[str, object]]:
    return [
        {"kind": kind, "slug": kind.lower(), "name": f"A {kind}", "country": "PK", **fields}
        for kind, fields in OF_EACH_KIND.items()
    ]


# Creating ------------------------------------------------------------------------------------------


async def test_a_record_of_each_kind_is_created_with_its_fields(fresh_dsn: str) -> None:
    assert set(OF_EACH_KIND) == set(Kind)
    report = await imported(fresh_dsn, *lines_of_each_kind())
    assert report.problems == []
    for kind in Kind:
        assert counts(report, kind) == {"CREATED": 1}
    university = await entity(fresh_dsn, "university")
    assert university["established_on"] == dt.date(1951, 1, 1)
    assert university["established_on_precision"] == "YEAR"
    assert (university["domains"], university["student_count"]) == (["uok.edu.pk"], 40000)
    zone = await entity(fresh_dsn, "zone")
    assert (str(zone["area_value"]), zone["area_unit"]) == ("140.50", "ACRE")
    program = await entity(fresh_dsn, "program")
    assert (str(program["budget_amount"]), program["budget_currency"]) == ("12.50", "PKR")
    assert program["opens_on"] == dt.date(2022, 1, 1)
    assert (await entity(fresh_dsn, "agreement"))["agreement_status"] == "SIGNED"


async def test_what_a_new_record_does_not_say_has_its_default(fresh_dsn: str) -> None:
    await imported(fresh_dsn, *lines_of_each_kind(), {**COMPANY, "sphere": "ACADEMIA"})
    found = {row["kind"]: row for row in await rows(fresh_dsn, "SELECT * FROM entity WHERE slug <> 'acme'")}
    spheres = {kind: row["sphere"] for kind, row in found.items() if row["sphere"]}
    assert spheres == {
        "UNIVERSITY": "ACADEMIA",
        "COMPANY": "INDUSTRY",
        "INVESTOR": "INDUSTRY",
        "GOVERNMENT_BODY": "GOVERNMENT",
    }
    assert (await entity(fresh_dsn, "acme"))["sphere"] == "ACADEMIA"
    assert found["INSTITUTION"]["type"] == "OTHER"
    assert found["INSTITUTION"]["is_funder"] is False
    assert found["ZONE"]["is_funder"] is None
    assert {row["record_status"] for row in found.values()} == {"ACTIVE"}
    assert {row["audience"] for row in found.values()} == {"PUBLIC"}


async def test_the_display_name_is_among_the_names_once(fresh_dsn: str) -> None:
    named = {**COMPANY, "slug": "b", "names": [{"value": "Acme", "lang": "en", "type": "OFFICIAL"}]}
    await imported(fresh_dsn, COMPANY, named)
    query = """
        SELECT e.slug, n.value, n.lang, n.script, n.type
        FROM entity_name n JOIN entity e ON e.id = n.entity_id ORDER BY 1
    """
    assert await rows(fresh_dsn, query) == [
        {"slug": "acme", "value": "Acme", "lang": None, "script": "Latn", "type": "LABEL"},
        {"slug": "b", "value": "Acme", "lang": "en", "script": "Latn", "type": "OFFICIAL"},
    ]


async def test_a_new_record_without_what_its_kind_requires_is_refused(fresh_dsn: str) -> None:
    report = await imported(
        fresh_dsn, {"kind": "ZONE", "slug": "z", "name": "Z"}, {"kind": "EXPERT", "slug": "x"}, COMPANY
    )
    assert [(p.row, str(p.code), p.hint) for p in report.problems] == [
        (1, "FIELD_MISSING", "Give regime, modality."),
        (2, "FIELD_MISSING", "Give name."),
    ]
    assert counts(report, "ZONE") == {"REJECTED": 1}
    assert await value(fresh_dsn, "SELECT array_agg(slug) FROM entity") == ["acme"]


async def test_a_company_is_founded_when_it_is_established(fresh_dsn: str) -> None:
    lines = [
        {**COMPANY, "foundedOn": "2001-05"},
        {**COMPANY, "slug": "b", "establishedOn": "1999"},
        {**COMPANY, "slug": "c", "establishedOn": "1999", "foundedOn": "2000"},
    ]
    report = await imported(fresh_dsn, *lines)
    assert [(p.row, str(p.code)) for p in report.problems] == [(3, "VALUE_INVALID")]
    query = """
        SELECT slug, founded_on, founded_on_precision, established_on, established_on_precision
        FROM entity ORDER BY 1
    """
    may, year = (dt.date(2001, 5, 1), "MONTH"), (dt.date(1999, 1, 1), "YEAR")
    assert [tuple(row.values()) for row in await rows(fresh_dsn, query)] == [
        ("acme", *may, *may),
        ("b", *year, *year),
    ]
    await imported(fresh_dsn, {"kind": "COMPANY", "slug": "acme", "foundedOn": None})
    row = await entity(fresh_dsn, "acme")
    assert [row[name] for name in row if "ed_on" in name and row[name]] == []


async def test_what_an_owner_imports_is_its_own(fresh_dsn: str) -> None:
    connection = await asyncpg.connect(fresh_dsn)
    made = "INSERT INTO common.partner (slug, name) VALUES ('hec', 'HEC') RETURNING id"
    partner = await connection.fetchval(made)
    await connection.close()
    relation = {"role": "TENANT_OF", "to": {"slug": "park"}}
    await imported(fresh_dsn, COMPANY)
    await imported(fresh_dsn, ZONE, {**COMPANY, "relations": [relation]}, owner="hec")
    assert (await entity(fresh_dsn, "park"))["owner_id"] == partner
    assert (await entity(fresh_dsn, "acme"))["owner_id"] is None
    assert await value(fresh_dsn, "SELECT owner_id FROM relation") == partner
    with pytest.raises(BadUserInput, match="no partner 'nobody'"):
        await imported(fresh_dsn, COMPANY, owner="nobody")


# Again ---------------------------------------------------------------------------------------------


def everything() -> list[object]:
    """Lines that reach every table."""
    link = {"role": "TENANT_OF", "to": {"slug": "zone"}, "since": "2020", "title": "Anchor"}
    waiting = {"role": "PART_OF", "to": {"slug": "elsewhere"}}
    statuses = [
        {"status": "NOTIFIED", "since": "2021", "until": "2022-06"},
        {"status": "OPERATIONAL", "since": "2022-07"},
    ]
    area = {"field": "area", "value": {"value": 150, "unit": "ACRE"}, "source": "news"}
    return [
        *SOURCES,
        *lines_of_each_kind(),
        {"kind": "ZONE", "slug": "zone", "source": "gazette", "statuses": statuses, "assertions": [area]},
        {**COMPANY, "relations": [link, waiting], "source": "news"},
        {**COMPANY, "slug": "acme", "identifiers": [ISNI], "names": [{"value": "ایکمی", "lang": "ur"}]},
    ]


async def test_a_second_import_reports_all_unchanged_and_writes_nothing(fresh_dsn: str) -> None:
    first = await imported(fresh_dsn, *everything(), batch_rows=5)
    assert codes(first) == ["RELATION_DANGLING"]
    await imported(fresh_dsn, *everything(), batch_rows=5)
    before = await contents(fresh_dsn)
    for table in ("entity", "identifier", "relation", "zone_status", "assertion", "pending_relation"):
        assert before[table], table
    again = await imported(fresh_dsn, *everything())
    assert {outcome for counter in again.counts.values() for outcome in counter} == {"UNCHANGED"}
    assert await contents(fresh_dsn) == before


async def test_only_what_is_given_changes_and_null_empties(fresh_dsn: str) -> None:
    full = {**COMPANY, "city": "Karachi", "website": "https://acme.example", "verticals": ["AI", "FINTECH"],
            "location": {"latitude": 24.86, "longitude": 67.01}}  # fmt: skip
    await imported(fresh_dsn, full, {**COMPANY, "slug": "other"})
    report = await imported(fresh_dsn, {"kind": "COMPANY", "slug": "acme", "city": None, "location": None})
    assert counts(report, "COMPANY") == {"UPDATED": 1}
    row = await entity(fresh_dsn, "acme")
    assert (row["city"], row["latitude"], row["longitude"]) == (None, None, None)
    assert (row["name"], row["website"]) == ("Acme", "https://acme.example")
    assert row["verticals"] == ["AI", "FINTECH"]
    assert row["version"] == 2
    assert (await entity(fresh_dsn, "other"))["version"] == 1
    # The history has what was believed before, the change log that it changed.
    assert [row["city"] for row in await rows(fresh_dsn, "SELECT city FROM entity_history")] == ["Karachi"]
    verbs = "SELECT array_agg(verb ORDER BY seq) FROM change WHERE record_id = $1"
    assert await value(fresh_dsn, verbs, row["id"]) == ["CREATED", "UPDATED"]


@pytest.mark.parametrize("field", ["name", "isFunder", "recordStatus", "audience"])
async def test_a_field_that_must_be_there_is_not_emptied(fresh_dsn: str, field: str) -> None:
    await imported(fresh_dsn, COMPANY)
    report = await imported(fresh_dsn, {"kind": "COMPANY", "slug": "acme", field: None})
    assert codes(report) == (["FIELD_MISSING"] if field == "name" else [])
    row = await entity(fresh_dsn, "acme")
    assert (row["name"], row["is_funder"], row["record_status"], row["audience"]) == (
        "Acme", False, "ACTIVE", "PUBLIC",
    )  # fmt: skip


async def test_a_changed_part_is_a_change_of_its_entity(fresh_dsn: str) -> None:
    await imported(fresh_dsn, COMPANY)
    for number, part in enumerate(
        ({"names": [{"value": "ACM", "type": "ACRONYM"}]}, {"identifiers": [ISNI]}), start=2
    ):
        report = await imported(fresh_dsn, {"kind": "COMPANY", "slug": "acme", **part})
        assert counts(report, "COMPANY") == {"UPDATED": 1}
        assert (await entity(fresh_dsn, "acme"))["version"] == number
    assert await value(fresh_dsn, "SELECT count(*) FROM change") == 3


async def test_a_list_of_names_is_the_whole_list_but_keeps_the_display_name(fresh_dsn: str) -> None:
    await imported(fresh_dsn, {**COMPANY, "names": [{"value": "Old"}, {"value": "Acme", "lang": "en"}]})
    names = "SELECT array_agg(value ORDER BY value) FROM entity_name"
    assert await value(fresh_dsn, names) == ["Acme", "Old"]
    await imported(fresh_dsn, {"kind": "COMPANY", "slug": "acme", "names": [{"value": "New"}]})
    assert await value(fresh_dsn, names) == ["Acme", "New"]
    assert await value(fresh_dsn, "SELECT value FROM entity_name_history") == "Old"
    await imported(fresh_dsn, {"kind": "COMPANY", "slug": "acme", "name": "Acme Group"})
    assert await value(fresh_dsn, names) == ["Acme", "Acme Group", "New"]
    await imported(fresh_dsn, {"kind": "COMPANY", "slug": "acme", "name": "Acme Group", "names": []})
    assert await value(fresh_dsn, names) == ["Acme Group"]


# Finding -------------------------------------------------------------------------------------------


async def test_a_record_is_found_by_id_by_identifier_and_by_slug(fresh_dsn: str) -> None:
    await imported(fresh_dsn, {**COMPANY, "identifiers": [ROR_A, ISNI]})
    found = await entity(fresh_dsn, "acme")
    keys: list[dict[str, object]] = [
        {"id": str(found["id"])}, {"identifiers": [ISNI]}, {"identifiers": [ROR_A, ISNI]}, {"slug": "acme"}
    ]  # fmt: skip
    for number, key in enumerate(keys):
        report = await imported(fresh_dsn, {"kind": "COMPANY", "name": f"Acme {number}", **key})
        assert (counts(report, "COMPANY"), codes(report)) == ({"UPDATED": 1}, [])
    assert await value(fresh_dsn, "SELECT array_agg(slug) FROM entity") == ["acme"]


async def test_an_id_that_is_new_is_kept(fresh_dsn: str) -> None:
    given = "0191e4a0-0000-7000-8000-000000000001"
    await imported(fresh_dsn, {**COMPANY, "id": given})
    assert (await entity(fresh_dsn, "acme"))["id"] == UUID(given)


async def test_a_withdrawn_record_is_found_by_the_identifiers_it_had(fresh_dsn: str) -> None:
    await imported(fresh_dsn, {**COMPANY, "identifiers": [ROR_A]})
    await imported(fresh_dsn, {"kind": "COMPANY", "slug": "acme", "recordStatus": "WITHDRAWN"})
    assert await rows(fresh_dsn, "SELECT value, is_active FROM identifier") == [
        {"value": "05bbbc791", "is_active": False}
    ]
    report = await imported(fresh_dsn, {"kind": "COMPANY", "identifiers": [ROR_A], "city": "Karachi"})
    assert counts(report, "COMPANY") == {"UPDATED": 1}
    again = {"kind": "COMPANY", "slug": "acme", "recordStatus": "ACTIVE", "identifiers": [ROR_A]}
    await imported(fresh_dsn, again)
    assert await value(fresh_dsn, "SELECT is_active FROM identifier")


async def test_the_second_claimant_of_an_identifier_is_imported_without_it(fresh_dsn: str) -> None:
    first = {**COMPANY, "identifiers": [ROR_A, ISNI]}
    second = {**COMPANY, "slug": "beta", "name": "Beta", "identifiers": [ROR_B, ISNI]}
    report = await imported(fresh_dsn, first, second)
    holder = (await entity(fresh_dsn, "acme"))["id"]
    (problem,) = report.problems
    assert (problem.row, problem.code, problem.is_row_lost) == (2, "IDENTIFIER_TAKEN", False)
    assert str(holder) in problem.message
    assert counts(report, "COMPANY") == {"CREATED": 2}
    assert await value(fresh_dsn, HOLDERS) == ["acme"]
    again = await imported(fresh_dsn, first, second)
    assert (codes(again), counts(again, "COMPANY")) == (["IDENTIFIER_TAKEN"], {"UNCHANGED": 2})


async def test_a_record_in_operation_goes_before_one_that_is_not(fresh_dsn: str) -> None:
    closed = {**COMPANY, "recordStatus": "INACTIVE", "identifiers": [ROR_A, ISNI]}
    heir = {**COMPANY, "slug": "heir", "identifiers": [ROR_B, ISNI]}
    for order in ((closed, heir), (heir, closed)):
        report = await imported(fresh_dsn, *order)
        assert codes(report) == []
        assert await value(fresh_dsn, HOLDERS) == ["heir"]
    assert counts(report, "COMPANY") == {"UNCHANGED": 2}


async def test_a_record_keeps_its_kind(fresh_dsn: str) -> None:
    await imported(fresh_dsn, {**COMPANY, "identifiers": [ROR_A]})
    for key in ({"slug": "acme"}, {"identifiers": [ROR_A]}):
        report = await imported(fresh_dsn, {"kind": "INSTITUTION", "name": "Acme", **key})
        (problem,) = report.problems
        assert problem.code == "KIND_MISMATCH"
        assert "COMPANY" in problem.message


async def test_a_shared_identifier_does_not_make_two_records_one(fresh_dsn: str) -> None:
    """A hospital and its university share an ISNI in real data; a ROR id each says that they are two."""
    await imported(fresh_dsn, {"kind": "UNIVERSITY", "slug": "u", "name": "U", "identifiers": [ISNI]})
    line = {"kind": "INSTITUTION", "slug": "h", "name": "H", "identifiers": [ROR_A, ISNI]}
    assert counts(await imported(fresh_dsn, line), "INSTITUTION") == {"CREATED": 1}


async def test_a_slug_that_belongs_to_another_identifier_is_refused(fresh_dsn: str) -> None:
    await imported(fresh_dsn, {**COMPANY, "identifiers": [ROR_A]})
    report = await imported(fresh_dsn, {**COMPANY, "identifiers": [ROR_B]})
    assert codes(report) == ["KEYS_DISAGREE"]
    assert await value(fresh_dsn, "SELECT count(*) FROM identifier") == 1


async def test_lines_that_mean_one_record_are_one_record_in_their_order(fresh_dsn: str) -> None:
    report = await imported(
        fresh_dsn,
        {**COMPANY, "city": "Karachi"},
        {**COMPANY, "city": "Lahore", "identifiers": [ROR_A]},
        {"kind": "COMPANY", "identifiers": [ROR_A], "city": "Multan"},
    )
    assert counts(report, "COMPANY") == {"CREATED": 1, "UPDATED": 2}
    assert (await entity(fresh_dsn, "acme"))["city"] == "Multan"
    # By the id and by the slug, which only the tables know to be one.
    found = (await entity(fresh_dsn, "acme"))["id"]
    report = await imported(
        fresh_dsn,
        {"kind": "COMPANY", "id": str(found), "city": "Quetta"},
        {"kind": "COMPANY", "slug": "acme", "city": "Gilgit"},
    )
    assert counts(report, "COMPANY") == {"UPDATED": 2}
    assert (await entity(fresh_dsn, "acme"))["city"] == "Gilgit"


async def test_two_imports_at_once_make_each_record_once(fresh_dsn: str) -> None:
    lines = [{"kind": "COMPANY", "slug": f"c{n}", "name": f"C {n}"} for n in range(300)]
    reports = await asyncio.gather(
        imported(fresh_dsn, *lines, batch_rows=50), imported(fresh_dsn, *reversed(lines), batch_rows=50)
    )
    assert [codes(report) for report in reports] == [[], []]
    assert await value(fresh_dsn, "SELECT count(*) FROM entity") == 300
    assert sum(report.counts["COMPANY"]["CREATED"] for report in reports) == 300  # type: ignore[index,misc]


async def test_a_record_that_another_import_makes_meanwhile_is_found(fresh_dsn: str) -> None:
    other = await asyncpg.connect(fresh_dsn, server_settings={"search_path": "live, common"})
    made = other.transaction()
    await made.start()
    await other.execute(
        "INSERT INTO entity (kind, slug, name, is_funder) VALUES ('COMPANY', 'acme', 'Acme', false)"
    )
    ours = asyncio.create_task(imported(fresh_dsn, {**COMPANY, "city": "Karachi"}))
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
    async with asyncio.timeout(60):
        while not await value(fresh_dsn, waits):
            assert not ours.done()
    await made.commit()
    await other.close()
    report = await ours
    assert (codes(report), counts(report, "COMPANY")) == ([], {"UPDATED": 1})


# Slugs ---------------------------------------------------------------------------------------------


async def test_a_slug_is_the_name_then_with_country_then_with_part_of_the_id(fresh_dsn: str) -> None:
    lines = [
        {"kind": "COMPANY", "name": "Université d'Ålesund & Straße", "country": country,
         "identifiers": [{"scheme": "WIKIDATA", "value": f"Q{number}"}]}
        for number, country in enumerate(("NO", "NO", "NO", None), start=1)
    ]  # fmt: skip
    await imported(fresh_dsn, *lines)
    found = await rows(
        fresh_dsn, "SELECT slug, e.id FROM entity e JOIN identifier i ON i.entity_id = e.id ORDER BY i.value"
    )
    base = "universite-dalesund-strasse"
    tails = [str(row["id"])[-6:] for row in found]
    slugs = [base, f"{base}-no", f"{base}-no-{tails[2]}", f"{base}-{tails[3]}"]
    assert [row["slug"] for row in found] == slugs
    # A new name gives no new slug, and the old one no other record.
    line = {"kind": "COMPANY", "identifiers": [{"scheme": "WIKIDATA", "value": "Q1"}], "name": "Nova"}
    await imported(fresh_dsn, line)
    assert await value(fresh_dsn, "SELECT name FROM entity WHERE slug = $1", base) == "Nova"


async def test_a_name_without_latin_letters_takes_another_name_or_the_kind(fresh_dsn: str) -> None:
    def line(number: int, *names: str) -> dict[str, object]:
        return {
            "kind": "UNIVERSITY", "name": "جامعہ کراچی", "names": [{"value": name} for name in names],
            "identifiers": [{"scheme": "WIKIDATA", "value": f"Q{number}"}],
        }  # fmt: skip

    await imported(fresh_dsn, line(1), line(2, "Karachi University"))
    found = await rows(
        fresh_dsn, "SELECT slug, e.id FROM entity e JOIN identifier i ON i.entity_id = e.id ORDER BY i.value"
    )
    assert [row["slug"] for row in found] == [f"university-{str(found[0]['id'])[-6:]}", "karachi-university"]


# What a record refers to ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ({"verticals": ["FINTEK"]}, "Did you mean FINTECH?"),
        ({"kind": "PROGRAM", "programKind": "TRAINING", "fields": ["0611", "0618"]}, "Did you mean"),
    ],
)
async def test_an_unknown_code_refuses_the_row_and_names_the_closest(
    fresh_dsn: str, line: dict[str, object], hint: str
) -> None:
    report = await imported(fresh_dsn, {**COMPANY, **line}, {**COMPANY, "slug": "b"})
    (problem,) = report.problems
    assert (problem.row, problem.code) == (1, "UNKNOWN_CODE")
    assert hint in problem.hint
    assert await value(fresh_dsn, "SELECT slug FROM entity") == "b"


async def test_a_region_that_the_tables_do_not_have_refuses_the_row(fresh_dsn: str) -> None:
    """The reader knows ISO 3166; the tables may be those of an older release."""
    connection = await asyncpg.connect(fresh_dsn)
    await connection.execute("DELETE FROM live.region WHERE code = 'PK-SD'")
    await connection.close()
    report = await imported(fresh_dsn, {**COMPANY, "subdivision": "PK-SD"})
    assert codes(report) == ["UNKNOWN_CODE"]


async def test_an_unknown_source_or_partner_refuses_the_row(fresh_dsn: str) -> None:
    report = await imported(
        fresh_dsn,
        *SOURCES,
        {**COMPANY, "source": "gazete"},
        {**ZONE, "statuses": [{"status": "NOTIFIED", "source": "nowhere"}]},
        {**COMPANY, "identifiers": [{"scheme": "PARTNER", "partner": "nobody", "value": "1"}]},
    )
    assert [(p.row, str(p.code), p.hint) for p in report.problems] == [
        (3, "UNKNOWN_SOURCE", "Did you mean gazette?"),
        (4, "UNKNOWN_SOURCE", "Give the SOURCE line before the lines that name it."),
        (5, "UNKNOWN_PARTNER", "Make it first: triplehelix key create."),
    ]
    assert await value(fresh_dsn, "SELECT count(*) FROM entity") == 0


async def test_a_source_is_created_once_and_brought_up_to_date(fresh_dsn: str) -> None:
    await imported(fresh_dsn, *SOURCES)
    report = await imported(fresh_dsn, {**SOURCES[0], "publishedOn": "2021-10"}, SOURCES[1])
    assert counts(report, "SOURCE") == {"UPDATED": 1, "UNCHANGED": 1}
    query = "SELECT published_on, published_on_precision FROM source WHERE slug = 'gazette'"
    assert await rows(fresh_dsn, query) == [
        {"published_on": dt.date(2021, 10, 1), "published_on_precision": "MONTH"}
    ]


# Sources and their statements ----------------------------------------------------------------------


async def test_another_source_adds_its_statements_and_changes_no_value(fresh_dsn: str) -> None:
    await imported(fresh_dsn, *SOURCES, {**COMPANY, "city": "Karachi", "source": "gazette"})
    other = {**COMPANY, "name": "ACME Ltd", "city": "Lahore", "employeeCount": 30, "source": "news",
             "names": [{"value": "Acme & Co"}], "identifiers": [ISNI]}  # fmt: skip
    report = await imported(fresh_dsn, other)
    assert counts(report, "COMPANY") == {"UPDATED": 1}
    row = await entity(fresh_dsn, "acme")
    assert (row["name"], row["city"]) == ("Acme", "Karachi")
    assert row["employee_count"] == 30
    query = """
        SELECT field, value FROM assertion a JOIN source s ON s.id = a.source_id WHERE s.slug = 'news'
    """
    said = {row["field"]: row["value"] for row in await rows(fresh_dsn, query)}
    assert (said["CITY"], said["name"], said["EMPLOYEE_COUNT"]) == ('"Lahore"', '"ACME Ltd"', "30")
    names = 'SELECT array_agg(value ORDER BY value COLLATE "C") FROM entity_name'
    assert await value(fresh_dsn, names) == ["ACME Ltd", "Acme", "Acme & Co"]
    # The first source's next list of names does not take away what the other one calls it.
    own = {**COMPANY, "city": "Karachi", "source": "gazette", "names": [], "identifiers": []}
    assert counts(await imported(fresh_dsn, own), "COMPANY") == {"UNCHANGED": 1}
    assert counts(await imported(fresh_dsn, other), "COMPANY") == {"UNCHANGED": 1}
    assert await value(fresh_dsn, "SELECT value FROM identifier") == ISNI["value"]


async def test_what_one_source_says_of_a_field_or_a_status_is_a_whole_list(fresh_dsn: str) -> None:
    def line(*areas: int, status: str) -> dict[str, object]:
        values = [{"value": area, "unit": "ACRE"} for area in areas]
        return {
            **ZONE,
            "source": "gazette",
            "statuses": [{"status": status, "since": "2021"}, {"status": "APPROVED", "source": "news"}],
            "assertions": [{"field": "area", "value": area, "source": "news"} for area in values],
        }

    await imported(fresh_dsn, *SOURCES, line(150, 140, status="NOTIFIED"))
    statuses = "SELECT array_agg(status ORDER BY status) FROM zone_status"
    areas = "SELECT array_agg(value::text || ' ' || unit ORDER BY value) FROM assertion"
    assert await value(fresh_dsn, statuses) == ["APPROVED", "NOTIFIED"]
    assert await value(fresh_dsn, areas) == ["140 ACRE", "150 ACRE"]
    await imported(fresh_dsn, line(140, status="OPERATIONAL"))
    assert await value(fresh_dsn, statuses) == ["APPROVED", "OPERATIONAL"]
    assert await value(fresh_dsn, areas) == ["140 ACRE"]
    valid = "SELECT valid::text FROM zone_status WHERE status = 'OPERATIONAL'"
    assert await value(fresh_dsn, valid) == "[2021-01-01,)"
    await imported(fresh_dsn, ZONE)
    assert await value(fresh_dsn, statuses) == ["APPROVED", "OPERATIONAL"]


# Rows that the tables refuse -----------------------------------------------------------------------


async def test_a_row_that_the_tables_refuse_costs_no_other(fresh_dsn: str) -> None:
    since, until = PartialDate.parse("2022-01-01"), PartialDate.parse("2021-01-01")

    def record(row: int, name: str, **parts: object) -> Record:
        fields: dict[str, object] = {"name": name, "regime": "STZ", "modality": "VIRTUAL"}
        return Record(row, Kind.ZONE, slug=f"z{row}", fields=fields, **parts)  # type: ignore[arg-type]

    noise = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(4000))
    records = [record(row, f"Zone {row}") for row in range(1, 60)]
    records[10] = record(11, noise)
    records[30] = record(31, "Backwards", statuses=(StatusRecord(ZoneStatus.NOTIFIED, since, until),))
    report = await Importer(fresh_dsn).run(iter(records))
    assert [(p.row, str(p.code)) for p in sorted(report.problems, key=lambda p: p.row)] == [
        (11, "DATABASE_REFUSED"),
        (31, "DATABASE_REFUSED"),
    ]
    by_row = {problem.row: problem for problem in report.problems}
    assert by_row[11].hint == "Shorten names, slugs and identifiers to 2,000 bytes at most."
    assert "range lower bound" in by_row[31].message
    assert counts(report, "ZONE") == {"CREATED": 57, "REJECTED": 2}
    assert await value(fresh_dsn, "SELECT count(*) FROM entity") == 57


async def test_a_row_that_cannot_be_read_is_counted_and_costs_no_other(fresh_dsn: str) -> None:
    report = await imported(fresh_dsn, b"{broken", COMPANY, {"kind": "PLANET", "slug": "x"})
    assert codes(report) == ["JSON_INVALID", "KIND_UNKNOWN"]
    assert counts(report, "UNREADABLE") == {"REJECTED": 2}
    assert (counts(report, "COMPANY"), report.rows) == ({"CREATED": 1}, 3)


async def test_what_was_read_before_a_file_breaks_off_is_kept(fresh_dsn: str) -> None:
    def items() -> object:
        for row in range(1, 8):
            yield Record(row, Kind.COMPANY, slug=f"c{row}", fields={"name": f"C {row}"})
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        await Importer(fresh_dsn, batch_rows=5).run(items())  # type: ignore[arg-type]
    assert await value(fresh_dsn, "SELECT count(*) FROM entity") == 7


# Modes ---------------------------------------------------------------------------------------------


async def test_a_dry_run_reports_the_same_and_keeps_nothing(fresh_dsn: str) -> None:
    await imported(fresh_dsn, COMPANY)
    before = await contents(fresh_dsn)
    lines = [*everything(), {**COMPANY, "identifiers": [ROR_B, ISNI], "slug": "thief"}, b"{"]
    dry = await imported(fresh_dsn, *lines, dry_run=True, batch_rows=4)
    assert dry.is_dry_run
    assert await contents(fresh_dsn) == before
    wet = await imported(fresh_dsn, *lines, batch_rows=4)
    assert dry.counts == wet.counts
    assert codes(dry) == codes(wet)
    assert dry.dangling == wet.dangling == 1


async def test_the_sandbox_is_another_world(fresh_dsn: str) -> None:
    await imported(fresh_dsn, *everything(), schema="sandbox")
    assert await value(fresh_dsn, "SELECT count(*) FROM entity", schema="sandbox") == 12
    assert not any((await contents(fresh_dsn)).values())
    with pytest.raises(BadUserInput, match="no schema 'elsewhere'"):
        await imported(fresh_dsn, COMPANY, schema="elsewhere")


async def test_rows_are_written_under_the_editor_role(fresh_dsn: str) -> None:
    connection = await asyncpg.connect(fresh_dsn)
    await connection.execute("REVOKE INSERT ON live.entity FROM triplehelix_editor")
    await connection.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await imported(fresh_dsn, COMPANY)


async def test_a_large_import_renews_the_planners_statistics(fresh_dsn: str) -> None:
    lines = [{"kind": "COMPANY", "slug": f"c{n}", "name": f"C {n}"} for n in range(1000)]
    await imported(fresh_dsn, *lines)
    counted = "SELECT reltuples FROM pg_class WHERE oid = 'live.entity'::regclass"
    assert await value(fresh_dsn, counted) == 1000


async def test_a_line_that_the_writer_makes_is_imported(fresh_dsn: str, tmp_path: Path) -> None:
    record = Record(
        1,
        Kind.COMPANY,
        slug="acme",
        fields={"name": "Acme"},
        identifiers=(Identifier(IdentifierScheme.ROR, "05bbbc791"),),
        relations=(RelationRecord(Role.PART_OF, Side.OUT, EntityKey(slug="mother")),),
    )
    file = tmp_path / "lines.ndjson"
    file.write_bytes(write(record))
    report = await imported(fresh_dsn, *file.read_bytes().splitlines())
    assert counts(report, "COMPANY") == {"CREATED": 1}
