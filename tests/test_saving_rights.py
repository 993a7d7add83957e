"""Whose records the save mutations change: nobody else's, by no key; what is hidden looks like missing."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from models.database import Database
from tests import graph
from tests.conftest import EDITOR, NORTH, VIEWERS, run
from tests.row_security import SOUTH
from tests.saving import code, codes, mutation, save, saved, value, written

OWN = {"scheme": "PARTNER", "value": "42"}
ROR = {"scheme": "ROR", "value": "03yrm5c26"}
KINDS = {
    "UNIVERSITY": "University", "INSTITUTION": "Institution", "COMPANY": "Company", "INVESTOR": "Investor",
    "GOVERNMENT_BODY": "GovernmentBody", "ZONE": "Zone", "CLUSTER": "Cluster", "EXPERT": "Expert",
    "PROGRAM": "Program", "AGREEMENT": "Agreement", "MEETING": "Meeting",
}  # fmt: skip


def someones(kind: str, owner: UUID | None, audience: str = "PUBLIC") -> dict[str, Any] | None:
    """A record of the small graph that stands, with this owner and audience."""
    rows = (
        row for row in graph.entity_rows()
        if (row["kind"], row["owner_id"], row["audience"]) == (kind, owner, audience)
        and row["record_status"] in ("ACTIVE", "INACTIVE")
    )  # fmt: skip
    return next(rows, None)


async def hide(database: Database, **fields: Any) -> dict[str, Any]:
    """A university of south's that nobody else sees."""
    item = {"key": OWN | {"value": "hidden"}, "name": "Hidden University", "audience": "OWNER", **fields}
    return await saved(database, "University", item, viewer=SOUTH)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("owner", [SOUTH.partner_id, None], ids=["another's", "nobody's"])
async def test_a_partner_changes_nobody_elses_record(
    kind: str, owner: UUID | None, graph_copy: Database
) -> None:
    row = someones(kind, owner)
    if row is None:
        query = (
            "UPDATE entity SET owner_id = $1 WHERE id = (SELECT id FROM entity WHERE kind = $2 AND "
            "audience = 'PUBLIC' AND record_status = 'ACTIVE' LIMIT 1) RETURNING id::text"
        )
        row = {"id": await value(graph_copy, query, owner, kind)}
    before = await written(graph_copy)
    payload = await save(
        graph_copy, KINDS[kind], {"id": str(row["id"]), "city": "Quetta"}, selection="id city"
    )
    (result,) = payload["results"]
    assert [one["code"] for one in result["problems"]] == ["NOT_YOURS"]
    assert result["entity"]["id"] == str(row["id"])
    assert result["entity"]["city"] != "Quetta"
    assert await written(graph_copy) == before


@pytest.mark.parametrize("key", ["id", "slug", "identifier", "key"])
async def test_by_no_key_anothers_record_is_changed(key: str, graph_copy: Database) -> None:
    theirs = await saved(
        graph_copy, "University", {"key": OWN, "identifiers": {"add": [ROR]}, "name": "Theirs"}, viewer=SOUTH
    )
    item = {
        "id": {"id": theirs["id"]}, "slug": {"slug": theirs["slug"]}, "identifier": {"key": ROR},
        "key": {"key": OWN | {"partner": "south"}},
    }[key]  # fmt: skip
    before = await written(graph_copy)
    changes: tuple[dict[str, Any], ...] = (
        {"city": "Quetta"}, {"names": {"set": []}}, {"identifiers": {"set": []}}, {"audience": "OWNER"}
    )  # fmt: skip
    for more in changes:
        assert await code(graph_copy, "University", {**item, "name": "Mine", **more}) == "NOT_YOURS"
    assert await written(graph_copy) == before


async def told(database: Database, item: dict[str, Any], hidden: str, missing: str) -> list[dict[str, Any]]:
    """The problems of an item, with what is hidden spelled as what is missing."""
    payload = await save(database, "University", item)
    (result,) = payload["results"]
    assert result["status"] == "REJECTED"
    assert result["entity"] is None
    found: list[dict[str, Any]] = result["problems"]
    return [{key: text and text.replace(hidden, missing) for key, text in one.items()} for one in found]


async def test_what_is_hidden_looks_like_missing(graph_copy: Database) -> None:
    hidden = await hide(graph_copy, slug="hidden-university")
    missing = {"id": str(uuid4()), "slug": "missing-university", "value": "missing"}

    def items(id_: str, slug: str, key: str) -> list[dict[str, Any]]:
        def to(reference: dict[str, Any]) -> dict[str, Any]:
            return {"key": OWN, "name": "Mine", "relations": {"add": [{"role": "PART_OF", "to": reference}]}}

        of_south = {"scheme": "PARTNER", "value": key, "partner": "south"}
        return [
            {"id": id_, "name": "Mine"}, {"id": id_, "expectedVersion": 1}, {"slug": slug, "city": "Quetta"},
            {"slug": slug, "expectedVersion": 1, "name": "Mine"}, to({"id": id_}), to({"slug": slug}),
            to({"identifier": of_south}), {"key": of_south, "name": "Mine"},
        ]  # fmt: skip

    before = await written(graph_copy)
    places = zip(
        items(hidden["id"], "hidden-university", "hidden"),
        items(missing["id"], missing["slug"], missing["value"]),
        strict=True,
    )
    for seen, unseen in places:
        one = await told(graph_copy, seen, hidden["id"], missing["id"])
        one = [{k: t and t.replace("hidden", "missing") for k, t in problem.items()} for problem in one]
        assert one == await told(graph_copy, unseen, "-", "-"), seen
    assert await written(graph_copy) == before


async def test_what_must_be_unique_is_told_to_be_taken_and_not_by_whom(graph_copy: Database) -> None:
    hidden = await hide(graph_copy, slug="hidden-university", identifiers={"add": [ROR]})
    for item, expected in (
        ({"slug": "hidden-university", "name": "Mine"}, "SLUG_TAKEN"),
        ({"key": ROR, "name": "Mine"}, "IDENTIFIER_TAKEN"),
    ):
        payload = await save(graph_copy, "University", item)
        ((problem,),) = [result["problems"] for result in payload["results"]]
        assert problem["code"] == expected
        assert hidden["id"] not in str(payload)
        assert "south" not in str(payload)
    # A slug that is made of the name gives way, as it does for any other record.
    made = await saved(graph_copy, "University", {"key": OWN, "name": "Hidden University", "country": "PK"})
    assert made["slug"] == "hidden-university-pk"


async def test_a_relation_of_anothers_is_not_changed(graph_copy: Database) -> None:
    mine = await saved(graph_copy, "University", {"key": OWN, "name": "Mine"})
    theirs = await saved(graph_copy, "University", {"key": OWN, "name": "Theirs"}, viewer=SOUTH)
    relation = {"role": "PART_OF", "from": {"id": mine["id"]}, "since": "2020"}
    await saved(
        graph_copy, "University", {"id": theirs["id"], "relations": {"add": [relation]}}, viewer=SOUTH
    )
    before = await written(graph_copy)
    back = {"role": "PART_OF", "to": {"id": theirs["id"]}, "since": "2020"}
    same = await saved(graph_copy, "University", {"id": mine["id"], "relations": {"add": [back]}})
    assert same["outcome"] == "UNCHANGED"
    for patch in ({"add": [back | {"until": "2021"}]}, {"remove": [back]}):
        assert await code(graph_copy, "University", {"id": mine["id"], "relations": patch}) == "NOT_YOURS"
    assert await written(graph_copy) == before


async def test_keys_of_other_partners_stay_whatever_the_list_says(graph_copy: Database) -> None:
    mine = await saved(graph_copy, "University", {"key": OWN, "name": "Mine"})
    insert = (
        "INSERT INTO identifier (entity_id, scheme, value, partner_id) VALUES ($1, 'PARTNER', 's', $2) "
        "RETURNING id"
    )
    await value(graph_copy, insert, mine["id"], SOUTH.partner_id)
    item = {
        "id": mine["id"],
        "identifiers": {"set": [OWN, {"scheme": "PARTNER", "value": "s", "partner": "south"}]},
    }
    assert (await saved(graph_copy, "University", item))["outcome"] == "UNCHANGED"
    await saved(graph_copy, "University", {"id": mine["id"], "identifiers": {"set": []}})
    left = await value(graph_copy, "SELECT array_agg(value) FROM identifier WHERE entity_id = $1", mine["id"])
    assert left == ["s"]


async def test_a_merged_record_is_not_written_to(graph_copy: Database) -> None:
    mine = await saved(graph_copy, "University", {"key": OWN, "name": "Mine"})
    other = await saved(graph_copy, "University", {"key": OWN | {"value": "2"}, "name": "Other"})
    merge = "UPDATE entity SET record_status = 'MERGED', successor_id = $2 WHERE id = $1 RETURNING id"
    await value(graph_copy, merge, mine["id"], other["id"])
    assert await code(graph_copy, "University", {"id": mine["id"], "city": "Quetta"}) == "RECORD_MERGED"


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (VIEWERS["anonymous"], "UNAUTHENTICATED"),
        (replace(NORTH, scopes=frozenset({"bulk"})), "SCOPE_MISSING"),
    ],
    ids=["anonymous", "without the scope"],
)
async def test_who_may_save(viewer: Any, expected: str, graph_copy: Database) -> None:
    before = await written(graph_copy)
    item = {"key": {"scheme": "ROR", "value": "03yrm5c26"}, "name": "Mine"}
    answer = await run(graph_copy, mutation("University"), {"input": [item]}, viewer)
    assert [error["code"] for error in answer["errors"]] == [expected]
    assert await written(graph_copy) == before


async def test_one_connection_serves_partners_and_editors_in_turn(graph_copy: Database) -> None:
    database = Database(graph_copy.dsn, write_size=1)
    await database.open()
    try:
        for n, viewer in enumerate((NORTH, EDITOR, SOUTH, NORTH)):
            item = {"slug": f"turn-{n}", "name": "Turn"}
            assert (await saved(database, "Company", item, viewer=viewer))["outcome"] == "CREATED"
            rejected = await codes(database, "Company", {"slug": f"turn-{n}", "country": "ZZ"}, viewer=viewer)
            assert rejected == [[("country", "VALUE_INVALID")]]
    finally:
        await database.close()


# Facts ---------------------------------------------------------------------------------------------

FACTS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "Licence": (
        "type", {"holder": "COMPANY", "type": "ZONE_ENTERPRISE", "issuedOn": "2024-02-01"}, {"number": "7"}),
    "Incentive": (
        "name", {"offeredBy": "ZONE", "code": "c-1", "kind": "INCOME_TAX", "name": "Ten years",
                 "legalReference": "Act"}, {"name": "Five years"}),
    "FundingRound": (
        "stage", {"company": "COMPANY", "stage": "SEED", "amount": {"amount": "5", "currency": "PKR"}},
        {"stage": "SERIES_A"}),
    "ExportStatistic": (
        "year", {"company": "COMPANY", "year": 2023, "market": "AE",
                 "amount": {"amount": "1.50", "currency": "USD"}}, {"year": 2022}),
    "Directive": ("text", {"issuer": "GOVERNMENT_BODY", "text": "Do it"}, {"dueOn": "2026-01-01"}),
    "Commitment": (
        "text", {"madeBy": "GOVERNMENT_BODY", "meeting": "MEETING", "text": "We do"}, {"text": "Done"}),
    "Need": ("title", {"postedBy": "COMPANY", "kind": "VACANCY", "title": "Engineer"}, {"places": 3}),
}  # fmt: skip
REFERENCES = ("holder", "offeredBy", "company", "issuer", "madeBy", "meeting", "postedBy")


def fact(type_name: str, **fields: Any) -> dict[str, Any]:
    _, given, _ = FACTS[type_name]
    found: dict[str, Any] = {"slug": f"a-{type_name.lower()}"}
    for name, one in given.items():
        if name in REFERENCES:
            rows = (r for r in graph.entity_rows() if r["kind"] == one and r["audience"] == "PUBLIC")
            found[name] = {"slug": next(row["slug"] for row in rows)}
        else:
            found[name] = one
    return found | fields


@pytest.mark.parametrize("type_name", FACTS)
async def test_facts_are_made_changed_and_kept_apart(type_name: str, graph_copy: Database) -> None:
    shown, _, change = FACTS[type_name]
    options: dict[str, Any] = {"record": "fact", "selection": f"id version {shown} owner {{ slug }}"}
    made = await saved(graph_copy, type_name, fact(type_name), **options)
    assert (made["outcome"], made["owner"]) == ("CREATED", {"slug": "north"})
    assert (await saved(graph_copy, type_name, fact(type_name), **options)) == made | {"outcome": "UNCHANGED"}
    changed = await saved(graph_copy, type_name, {"id": made["id"], **change}, **options)
    assert (changed["outcome"], changed["version"]) == ("UPDATED", made["version"] + 1)
    old = {"id": made["id"], "expectedVersion": made["version"], **change}
    assert await code(graph_copy, type_name, old, record="fact", selection="id") == "CONFLICT"
    theirs: dict[str, Any] = {"record": "fact", "selection": "id", "viewer": SOUTH}
    for item in ({"id": made["id"], **change}, fact(type_name)):
        assert await code(graph_copy, type_name, item, **theirs) == "NOT_YOURS"
    hidden = {"id": made["id"], "audience": "OWNER"}
    await saved(graph_copy, type_name, hidden, **options)
    assert await code(graph_copy, type_name, {"id": made["id"], **change}, **theirs) == "NOT_FOUND"
    # An incentive of the same code would also be in force beside the other one.
    other = {"code": "c-2"} if type_name == "Incentive" else {}
    assert await code(graph_copy, type_name, fact(type_name, **other), **theirs) == "SLUG_TAKEN"
    (reference,) = (name for name in FACTS[type_name][1] if name in REFERENCES[:-2] or name == "postedBy")
    nowhere = fact(type_name, slug="b", **{reference: {"slug": "no-such-record"}})
    found = await codes(graph_copy, type_name, nowhere, record="fact", selection="id")
    assert found == [[(reference, "REFERENCE_UNKNOWN")]]
