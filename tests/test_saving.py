"""The save mutations: every kind, what is left out or emptied, lists, versions, policies, limits."""

import asyncio
import random
from typing import Any

import pytest

from models.database import Database
from tests import graph
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import SOUTH
from tests.saving import code, codes, mutation, save, saved, value, written

OF_EACH_KIND: dict[str, dict[str, Any]] = {
    "University": {"type": "PUBLIC", "studentCount": 40000, "establishedOn": "1951",
                   "domains": ["u.example"]},
    "Institution": {"type": "FACILITY"},
    "Company": {"foundedOn": "2021-09", "verticals": ["FINTECH"], "sizeClass": "SME"},
    "GovernmentBody": {"level": "PROVINCIAL"},
    "Investor": {"type": "ANGEL"},
    "Zone": {"regime": "STZ", "modality": "VIRTUAL", "area": {"value": "140.50", "unit": "ACRE"}},
    "Cluster": {"verticals": ["AI"]},
    "Expert": {"givenName": "Aamir", "residenceCountry": "AE"},
    "Program": {"programKind": "TRAINING", "budget": {"amount": "12.50", "currency": "PKR"},
                "opensOn": "2022-01-01"},
    "Agreement": {"type": "MOU", "signedOn": "2022-03", "status": "SIGNED"},
    "Meeting": {"heldOn": "2021-11-02", "sequenceNumber": 5},
}  # fmt: skip
SHOWN = {
    "establishedOn": "establishedOn { date precision }", "foundedOn": "foundedOn { date precision }",
    "signedOn": "signedOn { date precision }", "heldOn": "heldOn { date precision }",
    "area": "area { value unit }", "budget": "budget { amount currency }",
}  # fmt: skip
DATES = {
    "1951": ("1951-01-01", "YEAR"), "2021-09": ("2021-09-01", "MONTH"), "2022-03": ("2022-03-01", "MONTH"),
    "2021-11-02": ("2021-11-02", "DAY"),
}  # fmt: skip
OWN = {"scheme": "PARTNER", "value": "42"}


def university(**fields: Any) -> dict[str, Any]:
    return {"key": OWN, "name": "University of the Test", **fields}


@pytest.mark.parametrize("type_name", OF_EACH_KIND)
async def test_a_record_of_each_kind_is_made_shown_and_found_again(
    type_name: str, graph_copy: Database
) -> None:
    fields = OF_EACH_KIND[type_name]
    item = {"key": OWN, "name": "Of the Test", "country": "PK", **fields}
    selection = " ".join(["name", "version", "owner { slug }", *(SHOWN.get(name, name) for name in fields)])
    made = await saved(graph_copy, type_name, item, selection=selection)
    assert (made["outcome"], made["name"], made["owner"]) == ("CREATED", "Of the Test", {"slug": "north"})
    for name, given in fields.items():
        date = DATES.get(given) if isinstance(given, str) else None
        is_partial = date is not None and name in SHOWN
        assert made[name] == ({"date": date[0], "precision": date[1]} if date and is_partial else given)
    before = await written(graph_copy)
    again = await saved(graph_copy, type_name, item, selection=selection)
    assert again == made | {"outcome": "UNCHANGED"}
    assert await written(graph_copy) == before


async def test_what_is_left_out_stays_and_null_empties(graph_copy: Database) -> None:
    shown = "id slug name city studentCount location { latitude } source { slug } version"
    await value(
        graph_copy, "INSERT INTO source (slug, kind, title) VALUES ('news', 'NEWS', 'News') RETURNING id"
    )
    item = university(
        city="Karachi", studentCount=9, location={"latitude": 24.9, "longitude": 67.1}, source="news"
    )
    made = await saved(graph_copy, "University", item, selection=shown)
    assert made["location"] == {"latitude": 24.9}
    changed = await saved(graph_copy, "University", {"key": OWN, "studentCount": 10}, selection=shown)
    assert changed == made | {"outcome": "UPDATED", "studentCount": 10, "version": made["version"] + 1}
    nulls = {"id": made["id"], "city": None, "location": None, "studentCount": None, "source": None}
    emptied = await saved(graph_copy, "University", nulls, selection=shown)
    assert (emptied["city"], emptied["location"], emptied["studentCount"], emptied["source"]) == (None,) * 4
    assert emptied["name"] == made["name"]
    ((problem,),) = await codes(graph_copy, "University", {"id": made["id"], "name": None})
    assert problem == ("name", "FIELD_MISSING")


async def test_a_record_is_found_by_id_slug_identifier_and_the_partners_own_key(graph_copy: Database) -> None:
    ror = {"scheme": "ROR", "value": "https://ror.org/03yrm5c26"}
    made = await saved(graph_copy, "University", university(identifiers={"add": [ror]}, slug="of-the-test"))
    for key in (
        {"id": made["id"]}, {"slug": "of-the-test"}, {"key": ror}, {"key": OWN | {"partner": "north"}},
        {"identifiers": {"add": [ror]}},
    ):  # fmt: skip
        found = await saved(graph_copy, "University", {**key, "name": "University of the Test"})
        assert (found["id"], found["outcome"]) == (made["id"], "UNCHANGED")
    # Another partner's key of the same text is another key.
    other = await saved(graph_copy, "University", university(), viewer=SOUTH)
    assert other["outcome"] == "CREATED"


async def test_the_word_of_who_maintains_a_record_changes_it_whatever_its_source(
    graph_copy: Database,
) -> None:
    for slug in ("one", "two"):
        query = "INSERT INTO source (slug, kind, title) VALUES ($1, 'NEWS', $1) RETURNING id"
        await value(graph_copy, query, slug)
    shown = "id city source { slug }"
    await saved(graph_copy, "University", university(city="Lahore", source="one"))
    found = await saved(graph_copy, "University", university(city="Karachi", source="two"), selection=shown)
    assertions = "SELECT count(*) FROM assertion WHERE entity_id = $1"
    assert await value(graph_copy, assertions, found.pop("id")) == 0
    assert found == {"outcome": "UPDATED", "city": "Karachi", "source": {"slug": "two"}}


NAMES = "names { value lang type }"


async def names(database: Database, patch: dict[str, Any]) -> list[tuple[str, str | None]]:
    found = await saved(database, "University", {"key": OWN, "names": patch}, selection=NAMES)
    return sorted((name["value"], name["lang"]) for name in found["names"])


async def test_names_are_set_or_added_and_removed(graph_copy: Database) -> None:
    shown = ("University of the Test", None)
    await saved(graph_copy, "University", university())
    assert await names(graph_copy, {"add": [{"value": "A", "lang": "en"}, {"value": "B"}]}) == [
        ("A", "en"), ("B", None), shown
    ]  # fmt: skip
    assert await names(graph_copy, {"add": [{"value": "C"}], "remove": [{"value": "A"}, {"value": "Z"}]}) == [
        ("B", None), ("C", None), shown
    ]  # fmt: skip
    assert await names(graph_copy, {"set": [{"value": "D", "lang": "ur"}]}) == [("D", "ur"), shown]
    assert await names(graph_copy, {"remove": [{"value": "D", "lang": "en"}]}) == [("D", "ur"), shown]
    assert await names(graph_copy, {"remove": [{"value": shown[0]}]}) == [("D", "ur"), shown]
    assert await names(graph_copy, {"set": []}) == [shown]


async def test_identifiers_are_set_or_added_and_removed(graph_copy: Database) -> None:
    async def identifiers(**patch: Any) -> list[str]:
        item = {"key": OWN, "identifiers": patch}
        found = await saved(graph_copy, "University", item, selection="identifiers { value }")
        return sorted(one["value"] for one in found["identifiers"])

    ror, wikidata = {"scheme": "ROR", "value": "03yrm5c26"}, {"scheme": "WIKIDATA", "value": "Q42"}
    await saved(graph_copy, "University", university())
    assert await identifiers(add=[ror]) == ["03yrm5c26", "42"]
    assert await identifiers(add=[wikidata], remove=[ror]) == ["42", "Q42"]
    assert await identifiers(set=[ror]) == ["03yrm5c26", "42"]
    assert await identifiers(set=[]) == ["42"]


async def test_relations_are_stated_given_an_end_and_taken_back(graph_copy: Database) -> None:
    zone = await saved(
        graph_copy, "Zone",
        {"key": OWN | {"value": "z"}, "name": "Z", "regime": "STZ", "modality": "VIRTUAL"}, viewer=SOUTH,
    )  # fmt: skip
    related = {"role": "HOSTS", "to": {"slug": zone["slug"]}, "since": "2020"}
    shown = "relations(asOf: null) { edges { role since until node { slug } } }"

    async def relate(**patch: Any) -> tuple[str, list[Any]]:
        item = {"key": OWN, "relations": patch}
        found = await saved(graph_copy, "University", item, selection=shown)
        edges = found["relations"]["edges"]
        return found["outcome"], [edge["until"] for edge in edges]

    await saved(graph_copy, "University", university())
    assert await relate(add=[related]) == ("UPDATED", [None])
    assert await relate(add=[related]) == ("UNCHANGED", [None])
    status, ends = await relate(add=[related | {"until": "2023"}])
    assert (status, ends) == ("UPDATED", ["2023-12-31"])
    owner = await value(
        graph_copy,
        "SELECT owner_id FROM relation WHERE role = 'HOSTS' AND subject_id = "
        "(SELECT entity_id FROM identifier WHERE value = '42' AND partner_id = $1)",
        NORTH.partner_id,
    )
    assert owner == NORTH.partner_id
    assert await relate(remove=[related]) == ("UPDATED", [])
    assert await relate(remove=[related]) == ("UNCHANGED", [])
    assert await relate(remove=[related | {"to": {"slug": "no-such-record"}}]) == ("UNCHANGED", [])


async def test_statuses_of_a_zone_are_set_or_added(graph_copy: Database) -> None:
    zone = {"key": OWN, "name": "Z", "regime": "STZ", "modality": "VIRTUAL"}
    await saved(graph_copy, "Zone", zone)

    async def statuses(**patch: Any) -> list[str]:
        await saved(graph_copy, "Zone", {"key": OWN, "statuses": patch})
        query = (
            "SELECT array_agg(status ORDER BY starts_on) FROM zone_status "
            "WHERE zone_id = (SELECT entity_id FROM identifier WHERE value = '42')"
        )
        return await value(graph_copy, query) or []

    proposed = {"status": "PROPOSED", "since": "2019", "until": "2020"}
    notified = {"status": "NOTIFIED", "since": "2021"}
    assert await statuses(add=[proposed]) == ["PROPOSED"]
    assert await statuses(add=[notified]) == ["PROPOSED", "NOTIFIED"]
    assert await statuses(set=[{"status": "OPERATIONAL", "since": "2022"}]) == ["OPERATIONAL"]
    assert await statuses(set=[]) == []


async def test_a_version_that_is_not_the_records_is_a_conflict_that_shows_the_record(
    graph_copy: Database,
) -> None:
    made = await saved(graph_copy, "University", university())
    item = {"id": made["id"], "city": "Karachi", "expectedVersion": made["version"]}
    changed = await saved(graph_copy, "University", item)
    assert changed["version"] == made["version"] + 1
    payload = await save(graph_copy, "University", item | {"city": "Lahore"}, selection="version city")
    (result,) = payload["results"]
    assert result["status"] == "REJECTED"
    assert [(one["field"], one["code"]) for one in result["problems"]] == [("expectedVersion", "CONFLICT")]
    assert str(changed["version"]) in result["problems"][0]["hint"]
    assert result["entity"] == {"version": changed["version"], "city": "Karachi"}
    assert (
        await code(graph_copy, "University", university(key=OWN | {"value": "7"}, expectedVersion=1))
        == "NOT_FOUND"
    )


async def test_of_many_writes_for_one_version_one_is_done(graph_copy: Database) -> None:
    made = await saved(graph_copy, "University", university())

    async def send(n: int) -> str:
        item = {"id": made["id"], "studentCount": n, "expectedVersion": made["version"]}
        payload = await save(graph_copy, "University", item)
        return str(payload["results"][0]["status"])

    assert sorted(await asyncio.gather(*map(send, range(6)))) == ["REJECTED"] * 5 + ["UPDATED"]


BAD = {"key": OWN | {"value": "bad"}, "name": "Bad", "country": "ZZ"}


@pytest.mark.parametrize("policy", ["REJECT_ALL", "REJECT_FAILED"])
async def test_what_becomes_of_the_others_where_one_is_rejected(policy: str, graph_copy: Database) -> None:
    before = await written(graph_copy)
    payload = await save(
        graph_copy, "University", university(), BAD, university(key=OWN | {"value": "3"}), policy=policy
    )
    statuses = [(result["index"], result["status"]) for result in payload["results"]]
    problems = [[one["code"] for one in result["problems"]] for result in payload["results"]]
    assert problems[1] == ["VALUE_INVALID"]
    if policy == "REJECT_ALL":
        assert statuses == [(0, "REJECTED"), (1, "REJECTED"), (2, "REJECTED")]
        assert problems[0] == problems[2] == ["BATCH_REJECTED"]
        assert await written(graph_copy) == before
    else:
        assert statuses == [(0, "CREATED"), (1, "REJECTED"), (2, "CREATED")]
        assert (payload["created"], payload["rejected"]) == (2, 1)
        assert payload["results"][0]["entity"]["slug"] == "university-of-the-test"
        assert await value(graph_copy, "SELECT count(*) FROM identifier WHERE value IN ('42', '3')") == 2


async def test_an_item_is_rejected_as_a_whole_with_the_others_that_need_it(graph_copy: Database) -> None:
    first = university(relations={"add": [{"role": "HOSTS", "to": {"slug": "no-such-zone"}}]})
    second = {
        "key": OWN | {"value": "2"}, "name": "Second",
        "relations": {"add": [{"role": "PART_OF", "to": {"identifier": OWN}}]},
    }  # fmt: skip
    third = {"key": OWN | {"value": "3"}, "name": "Third"}
    payload = await save(graph_copy, "University", first, second, third, policy="REJECT_FAILED")
    found = [[one["code"] for one in result["problems"]] for result in payload["results"]]
    assert found == [["RELATION_DANGLING"], ["RELATION_DANGLING"], []]
    assert await value(graph_copy, "SELECT count(*) FROM identifier WHERE value IN ('42', '2', '3')") == 1


async def test_everything_wrong_with_an_item_is_told_at_its_place(graph_copy: Database) -> None:
    item = {
        "name": " ", "country": "PKK", "key": {"scheme": "ROR", "value": "05bbbc792"},
        "names": {"set": [{"value": "A"}, {"value": "B", "lang": "English"}]},
        "identifiers": {"add": [], "remove": [{"scheme": "ORCID", "value": "1"}]},
        "relations": {"add": [{"role": "HOSTS"}]}, "recordStatus": "MERGED",
        "description": "x" * 10_001, "location": {"latitude": 91, "longitude": 0},
    }  # fmt: skip
    (found,) = await codes(graph_copy, "University", item)
    assert sorted(found, key=str) == sorted([
        ("name", "VALUE_INVALID"), ("country", "VALUE_INVALID"), ("key.value", "IDENTIFIER_INVALID"),
        ("names.set[1].lang", "VALUE_INVALID"), ("identifiers.remove[0].value", "IDENTIFIER_INVALID"),
        ("relations.add[0]", "RELATION_INVALID"), ("recordStatus", "VALUE_INVALID"),
        ("description", "VALUE_INVALID"), ("location", "VALUE_INVALID"),
    ], key=str)  # fmt: skip


EXPERT = next(r["slug"] for r in graph.entity_rows() if r["kind"] == "EXPERT" and r["audience"] == "PUBLIC")
UNLIKE = random.Random(1).randbytes(4500).hex()
"""A text that PostgreSQL cannot make short."""
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("no key", {"key": None}, "KEY_MISSING"),
    ("two forms of a list", {"names": {"set": [], "add": []}}, "VALUE_INVALID"),
    ("unknown region", {"subdivision": "PK-ZZ"}, "VALUE_INVALID"),
    ("unknown source", {"source": "no-such-source"}, "UNKNOWN_SOURCE"),
    ("unknown partner", {"key": OWN | {"partner": "nobody"}}, "UNKNOWN_PARTNER"),
    ("another's key", {"key": OWN | {"partner": "south"}}, "NOT_YOURS"),
    ("the record itself", {"relations": {"add": [{"role": "PART_OF", "to": {"identifier": OWN}}]}},
     "RELATION_INVALID"),
    ("kinds", {"relations": {"add": [{"role": "PART_OF", "to": {"slug": EXPERT}}]}}, "RELATION_KINDS"),
    ("U+0000", {"city": "Kara\0chi"}, "VALUE_INVALID"),
    ("a name beyond the index", {"names": {"add": [{"value": UNLIKE}]}}, "DATABASE_REFUSED"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
async def test_what_is_wrong_is_refused_and_leaves_nothing(
    fields: dict[str, Any], expected: str, graph_copy: Database
) -> None:
    before = await written(graph_copy)
    assert await code(graph_copy, "University", university(**fields)) == expected
    assert await written(graph_copy) == before


async def test_texts_of_ten_thousand_characters_are_taken(graph_copy: Database) -> None:
    made = await saved(
        graph_copy, "University", university(description="x" * 10_000), selection="description"
    )
    assert len(made["description"]) == 10_000


async def test_at_most_250_items_are_taken_and_at_least_one(graph_copy: Database) -> None:
    items = [{"key": OWN | {"value": f"n-{n}"}, "name": f"Number {n}"} for n in range(251)]
    before = await written(graph_copy)
    for given, expected in ((items, "ITEM_LIMIT"), ([], "BAD_USER_INPUT")):
        answer = await run(graph_copy, mutation("Company"), {"input": given}, NORTH)
        assert [error["code"] for error in answer["errors"]] == [expected]
        assert await written(graph_copy) == before
    payload = await save(graph_copy, "Company", *items[:250])
    assert (payload["created"], len(payload["results"])) == (250, 250)
    assert [result["index"] for result in payload["results"]] == list(range(250))
    payload = await save(graph_copy, "Company", *items[:250])
    assert payload["unchanged"] == 250


async def test_a_payload_is_priced_for_each_item_and_read_as_written(graph_copy: Database) -> None:
    text = mutation("Company", "name identifiers { value } relations(first: 10) { nodes { id } }")
    items = [{"key": OWN | {"value": f"n-{n}"}, "name": f"Number {n}"} for n in range(3)]
    answer = await run(graph_copy, text, {"input": items}, NORTH)
    assert answer["extensions"]["cost"]["nodes"] == 3 * (1 + 10)
    (payload,) = answer["data"].values()
    assert [result["entity"]["name"] for result in payload["results"]] == ["Number 0", "Number 1", "Number 2"]
    dear = mutation("Company", "relations(first: 1000) { nodes { id } }")
    before = await written(graph_copy)
    answer = await run(graph_copy, dear, {"input": items * 8}, NORTH)
    assert [error["code"] for error in answer["errors"]] == ["COST_LIMIT"]
    assert await written(graph_copy) == before


async def test_a_write_leaves_history_and_changes(graph_copy: Database) -> None:
    made = await saved(graph_copy, "University", university(city="Lahore"))
    await saved(graph_copy, "University", university(city="Karachi"))
    past = await value(graph_copy, "SELECT array_agg(city) FROM entity_history WHERE id = $1", made["id"])
    assert past == ["Lahore"]
    verbs = "SELECT array_agg(verb ORDER BY seq) FROM change WHERE record_id = $1"
    found = await value(graph_copy, verbs, made["id"])
    assert found == ["CREATED", "UPDATED"]


async def test_items_that_mean_one_record_are_done_in_order(graph_copy: Database) -> None:
    payload = await save(
        graph_copy,
        "University",
        university(city="Lahore"),
        {"key": OWN, "city": "Karachi"},
        selection="id city",
    )
    assert [result["status"] for result in payload["results"]] == ["CREATED", "UPDATED"]
    assert {result["entity"]["city"] for result in payload["results"]} == {"Karachi"}


async def test_a_write_under_a_key_is_answered_alike(graph_copy: Database) -> None:
    first = await save(graph_copy, "University", university(), key="k")
    before = await written(graph_copy)
    assert await save(graph_copy, "University", university(), key="k") == first
    assert first["results"][0]["status"] == "CREATED"
    assert await written(graph_copy) == before
    answer = await run(graph_copy, mutation("University"), {"input": [BAD], "key": "k"}, NORTH)
    assert [error["code"] for error in answer["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    rejected = await save(graph_copy, "University", BAD, key="k2")
    assert await save(graph_copy, "University", BAD, key="k2") == rejected


async def test_twenty_sends_at_once_make_one_record(graph_copy: Database) -> None:
    item = {"slug": "once", "name": "Once"}
    payloads = await asyncio.gather(*(save(graph_copy, "Company", item, key="k") for _ in range(20)))
    assert {payload["results"][0]["status"] for payload in payloads} == {"CREATED"}
    assert (
        await value(
            graph_copy,
            "SELECT count(*) FROM change c JOIN entity e ON e.id = c.record_id WHERE e.slug = 'once'",
        )
        == 1
    )


async def test_an_editor_saves_what_nobody_owns(graph_copy: Database) -> None:
    made = await saved(
        graph_copy, "Company", {"slug": "free", "name": "Free"}, viewer=EDITOR, selection="owner { slug }"
    )
    assert made == {"outcome": "CREATED", "owner": None}
    theirs = await saved(graph_copy, "Company", {"slug": "theirs", "name": "Theirs"})
    changed = await saved(
        graph_copy,
        "Company",
        {"slug": "theirs", "city": "Karachi"},
        viewer=EDITOR,
        selection="owner { slug } city",
    )
    assert changed == {"outcome": "UPDATED", "owner": {"slug": "north"}, "city": "Karachi"}
    assert theirs["outcome"] == "CREATED"
