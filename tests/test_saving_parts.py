"""What save mutations say of parts: skills of experts, programs and needs, investors of rounds of funding."""

import asyncio
from typing import Any

import pytest

from models.database import Database
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import SOUTH
from tests.saving import codes, save, saved, value, written

OWN = {"scheme": "PARTNER", "value": "42"}
EXPERT = {"key": OWN, "name": "Expert of the Test"}
SHOWN = "id version skills(orderBy: [{field: ID}]) { nodes { skill { slug } level since } }"
SKILLS = ("weaving", "dyeing", "spinning")


@pytest.fixture
async def skilled(graph_copy: Database) -> Database:
    """The graph with three skills, and a company and an investor of north's."""
    for slug in SKILLS:
        query = "INSERT INTO skill (slug, scheme, code, label) VALUES ($1, 'LOCAL', $1, $1) RETURNING id"
        await value(graph_copy, query, slug)
    await saved(graph_copy, "Company", {"slug": "mill", "name": "Mill"})
    await saved(graph_copy, "Investor", {"slug": "angel", "name": "Angel", "type": "ANGEL"})
    return graph_copy


def skill(slug: str, **more: Any) -> dict[str, Any]:
    return {"skill": {"slug": slug}, **more}


async def expert(database: Database, **skills: Any) -> tuple[str, int, list[tuple[str, str | None]]]:
    """The outcome, the version, and the skills with their levels after saving a list."""
    found = await saved(database, "Expert", {**EXPERT, "skills": skills}, selection=SHOWN)
    listed = [(one["skill"]["slug"], one["level"]) for one in found["skills"]["nodes"]]
    return found["outcome"], found["version"], sorted(listed)


async def test_skills_are_set_or_added_and_removed(skilled: Database) -> None:
    weaving, dyeing, spinning = SKILLS
    assert await expert(skilled, set=[skill(weaving, level="BASIC"), skill(dyeing)]) == (
        "CREATED", 1, [(dyeing, None), (weaving, "BASIC")]
    )  # fmt: skip
    # A list that is here just so leaves no trace; one that is set says all of each part.
    assert (await expert(skilled, set=[skill(dyeing), skill(weaving, level="BASIC")]))[:2] == ("UNCHANGED", 1)
    assert await expert(skilled, add=[skill(weaving, since="2020-01-01")]) == (
        "UPDATED", 2, [(dyeing, None), (weaving, "BASIC")]
    )  # fmt: skip
    assert await expert(skilled, set=[skill(weaving)]) == ("UPDATED", 3, [(weaving, None)])
    assert await expert(skilled, add=[skill(dyeing, level="EXPERT")], remove=[{"slug": weaving}]) == (
        "UPDATED", 4, [(dyeing, "EXPERT")]
    )  # fmt: skip
    assert (await expert(skilled, add=[skill(dyeing)]))[:2] == ("UNCHANGED", 4)
    assert await expert(skilled, add=[skill(dyeing, level=None)]) == ("UPDATED", 5, [(dyeing, None)])
    # What is not here, and what is nowhere, does no harm.
    assert (await expert(skilled, remove=[{"slug": spinning}, {"slug": "nowhere"}]))[:2] == ("UNCHANGED", 5)
    assert await expert(skilled, set=[]) == ("UPDATED", 6, [])
    # A record that is saved with its parts grows once, and a null list says nothing.
    item = {**EXPERT, "city": "Karachi", "skills": {"set": [skill(dyeing)]}}
    found = await saved(skilled, "Expert", item, selection=SHOWN)
    assert (found["outcome"], found["version"]) == ("UPDATED", 7)
    for given in (None, {}, {"add": None}):
        found = await saved(skilled, "Expert", {**EXPERT, "skills": given}, selection=SHOWN)
        assert (found["outcome"], len(found["skills"]["nodes"])) == ("UNCHANGED", 1)


OF_EACH: dict[str, tuple[dict[str, Any], str, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "Expert": (
        EXPERT, "skills", skill("weaving", level="BASIC", since="2020-01-01"), {"slug": "weaving"}, {}
    ),
    "Program": (
        {"key": OWN | {"value": "p"}, "name": "Program", "programKind": "TRAINING"},
        "skills", skill("weaving", level="BASIC", isRequired=False),
        {"slug": "weaving"}, {"isRequired": True},
    ),
    "Need": (
        {"slug": "wanted", "postedBy": {"slug": "mill"}, "kind": "VACANCY", "title": "A weaver"},
        "skills", skill("weaving", level="BASIC", isRequired=False),
        {"slug": "weaving"}, {"isRequired": True},
    ),
    "FundingRound": (
        {"slug": "first", "company": {"slug": "mill"}, "stage": "SEED"},
        "investors",
        {"investor": {"slug": "angel"}, "isLead": True, "amount": {"amount": "1.50", "currency": "PKR"}},
        {"slug": "angel"}, {"isLead": False},
    ),
}  # fmt: skip
"""Of each kind: a record, its list, a part, what removes the part, and what has a default."""


async def test_each_kind_has_its_list(skilled: Database) -> None:
    for type_name in OF_EACH:
        await has_its_list(skilled, type_name)


async def has_its_list(database: Database, type_name: str) -> None:
    base, name, part, reference, defaults = OF_EACH[type_name]
    record = "entity" if type_name in ("Expert", "Program") else "fact"
    (other,) = (key for key in part if key in ("skill", "investor"))
    plain = " ".join("amount { amount currency }" if key == "amount" else key for key in part if key != other)
    shown = f"id version {name} {{ nodes {{ {plain} {other} {{ id }} }} }}"
    ids = set()

    async def parts(**given: Any) -> tuple[str, int, list[dict[str, Any]]]:
        found = await saved(database, type_name, {**base, name: given}, selection=shown, record=record)
        ids.add(found["id"])
        nodes = [{key: one[key] for key in one if key != other} for one in found[name]["nodes"]]
        return found["outcome"], found["version"], nodes

    said = {key: one for key, one in part.items() if key != other}
    assert await parts(set=[part]) == ("CREATED", 1, [said])
    before = await written(database)
    assert await parts(set=[part]) == ("UNCHANGED", 1, [said])
    assert await written(database) == before
    empty = dict.fromkeys(said) | defaults
    assert await parts(set=[{other: part[other]}]) == ("UPDATED", 2, [empty])
    assert await parts(add=[part]) == ("UPDATED", 3, [said])
    assert await parts(add=[{other: part[other], **dict.fromkeys(said)}]) == ("UPDATED", 4, [empty])
    assert await parts(remove=[reference]) == ("UPDATED", 5, [])
    verbs = "SELECT array_agg(verb ORDER BY seq) FROM change WHERE record_id = $1"
    assert await value(database, verbs, ids.pop()) == ["CREATED", *["UPDATED"] * 4]
    assert not ids


ROUND = {"slug": "first", "company": {"slug": "mill"}, "stage": "SEED"}
NOTHING_PAID = {"amount": "0", "currency": "PKR"}
WRONG: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "all at once": (
        "Expert",
        {**EXPERT, "skills": {"set": [skill("weaving"), skill("nowhere"), skill("dyeing", source="rumour")]}},
        [("skills.set[1].skill", "REFERENCE_UNKNOWN"), ("skills.set[2].source", "UNKNOWN_SOURCE")],
    ),
    "no slug": (
        "Expert",
        {**EXPERT, "skills": {"add": [skill("a b")], "remove": [{"slug": "a/b"}]}},
        [("skills.add[0].skill.slug", "VALUE_INVALID"), ("skills.remove[0].slug", "VALUE_INVALID")],
    ),
    "two forms of a list": (
        "Expert", {**EXPERT, "skills": {"set": [], "add": []}}, [("skills", "VALUE_INVALID")]
    ),
    "named twice": (
        "Expert", {**EXPERT, "skills": {"add": [skill("weaving"), skill("weaving", level="BASIC")]}},
        [("skills.add[1].skill", "VALUE_INVALID")],
    ),
    "no investor": (
        "FundingRound",
        {**ROUND, "investors": {"add": [{"investor": {"slug": "zone-of-nobody"}}]}},
        [("investors.add[0].investor", "REFERENCE_UNKNOWN")],
    ),
    "nothing paid": (
        "FundingRound",
        {**ROUND, "investors": {"set": [{"investor": {"slug": "angel"}, "amount": NOTHING_PAID}]}},
        [("investors.set[0].amount", "VALUE_INVALID")],
    ),
    "beside its record": (
        "Need",
        {"slug": "wanted", "postedBy": {"slug": "mill"}, "title": "x", "skills": {"add": [skill("nowhere")]}},
        [("kind", "FIELD_MISSING")],
    ),
}  # fmt: skip


async def test_what_is_wrong_with_a_part_is_told_by_its_path_and_leaves_nothing(skilled: Database) -> None:
    before = await written(skilled)
    for case, (type_name, item, expected) in WRONG.items():
        record = "entity" if type_name == "Expert" else "fact"
        (found,) = await codes(skilled, type_name, item, record=record)
        assert found == expected, case
        assert await written(skilled) == before, case
    # A skill that is hidden looks like one that is nowhere.
    await value(skilled, "UPDATE skill SET audience = 'OWNER' WHERE slug = 'weaving' RETURNING id")
    item = {**EXPERT, "skills": {"add": [skill("weaving")]}}
    assert await codes(skilled, "Expert", item) == [[("skills.add[0].skill", "REFERENCE_UNKNOWN")]]


async def test_an_item_whose_part_is_wrong_costs_no_other_and_shows_its_record(skilled: Database) -> None:
    _, version, _ = await expert(skilled, set=[skill("weaving")])
    items = (
        {**EXPERT, "city": "Karachi", "skills": {"add": [skill("nowhere")]}},
        {"key": OWN | {"value": "43"}, "name": "Another", "skills": {"add": [skill("dyeing")]}},
    )
    payload = await save(skilled, "Expert", *items, policy="REJECT_FAILED", selection=SHOWN + " city")
    first, second = payload["results"]
    assert [first["status"], second["status"]] == ["REJECTED", "CREATED"]
    assert (first["entity"]["city"], first["entity"]["version"]) == (None, version)
    assert [one["skill"]["slug"] for one in second["entity"]["skills"]["nodes"]] == ["dyeing"]
    assert await codes(skilled, "Expert", *items[::-1]) == [
        [(None, "BATCH_REJECTED")], [("skills.add[0].skill", "REFERENCE_UNKNOWN")]
    ]  # fmt: skip


async def test_items_of_one_record_are_done_in_order(skilled: Database) -> None:
    items = (
        {**EXPERT, "skills": {"set": [skill("weaving"), skill("dyeing")]}},
        {"key": OWN, "skills": {"remove": [{"slug": "weaving"}]}},
        {"key": OWN, "skills": {"add": [skill("weaving", level="EXPERT")]}},
    )
    payload = await save(skilled, "Expert", *items, selection=SHOWN)
    assert [result["status"] for result in payload["results"]] == ["CREATED", "UPDATED", "UPDATED"]
    nodes = payload["results"][0]["entity"]["skills"]["nodes"]
    assert sorted((one["skill"]["slug"], one["level"]) for one in nodes) == [
        ("dyeing", None), ("weaving", "EXPERT")
    ]  # fmt: skip


async def test_nobody_else_changes_the_parts_of_a_record(skilled: Database) -> None:
    for type_name in OF_EACH:
        await is_nobody_elses(skilled, type_name)


async def is_nobody_elses(skilled: Database, type_name: str) -> None:
    base, name, part, reference, _ = OF_EACH[type_name]
    record = "entity" if type_name in ("Expert", "Program") else "fact"
    mine = await saved(skilled, type_name, {**base, name: {"set": [part]}}, record=record)
    before = await written(skilled)
    attempts: tuple[dict[str, Any], ...] = ({"set": []}, {"add": [part]}, {"remove": [reference]})
    for verbs in attempts:
        item = {"id": mine["id"], name: verbs}
        ((problem,),) = await codes(skilled, type_name, item, record=record, viewer=SOUTH)
        assert problem[1] == "NOT_YOURS"
    assert await written(skilled) == before
    changed = await saved(
        skilled, type_name, {"id": mine["id"], name: {"set": []}}, record=record, viewer=EDITOR
    )
    assert (changed["outcome"], changed["version"]) == ("UPDATED", mine["version"] + 1)


async def test_of_writers_who_expect_one_version_one_changes_the_list(skilled: Database) -> None:
    for type_name, record in (("Expert", "entity"), ("Need", "fact")):
        made = await saved(skilled, type_name, OF_EACH[type_name][0], record=record)
        expected = {"id": made["id"], "expectedVersion": made["version"]}
        items = [{**expected, "skills": {"add": [skill(slug)]}} for slug in SKILLS]
        found = await asyncio.gather(*(codes(skilled, type_name, item, record=record) for item in items))
        assert sorted(found) == [[[]], *[[[("expectedVersion", "CONFLICT")]]] * 2]


async def test_a_list_sent_twice_under_a_key_is_written_once(skilled: Database) -> None:
    item = {**EXPERT, "skills": {"add": [skill("weaving")]}}
    first = await save(skilled, "Expert", item, key="k")
    await expert(skilled, set=[])
    again = await save(skilled, "Expert", item, key="k")
    assert again["results"][0]["status"] == first["results"][0]["status"] == "CREATED"
    assert await value(skilled, "SELECT count(*) FROM expert_skill x JOIN skill s ON s.id = x.skill_id "
                                "WHERE s.slug = 'weaving'") == 0  # fmt: skip


async def test_what_was_taken_away_is_known_of_the_time_before(skilled: Database) -> None:
    await expert(skilled, set=[skill("weaving", level="BASIC")])
    before = await value(skilled, "SELECT clock_timestamp()::text")
    await expert(skilled, set=[skill("dyeing")])
    query = (
        "query($slug: String!, $at: DateTime) { expert(by: {slug: $slug}, knownAt: $at) "
        "{ skills { nodes { level skill { slug } } } } }"
    )
    slug = await value(skilled, "SELECT slug FROM entity WHERE name = $1", EXPERT["name"])
    for at, expected in ((before.replace(" ", "T"), ("weaving", "BASIC")), (None, ("dyeing", None))):
        answer = await run(skilled, query, {"slug": slug} | ({"at": at} if at else {}), NORTH)
        (node,) = answer["data"]["expert"]["skills"]["nodes"]
        assert (node["skill"]["slug"], node["level"]) == expected
