"""Relations that partners state, end and take back, through GraphQL on the real database."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from models.database import Database
from resolvers.items import MOST_ITEMS
from resolvers.relation_rules import MOST_TITLE
from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import EDITOR, NORTH, run
from tests.row_security import SOUTH
from tests.writing import make, make_source, make_zone, owner_of, refused

RELATE = """
mutation($input: [RelateInput!]!, $policy: ErrorPolicy! = REJECT_ALL, $key: String) {
  relate(input: $input, errorPolicy: $policy, idempotencyKey: $key) {
    created updated unchanged rejected
    results { index status problems { field code message hint } relation {
      id role title since until precision isExclusive confidence audience owner { slug } source { slug }
      subject { slug } object { slug } } } } }"""
UNRELATE = """
mutation($input: [UnrelateInput!]!, $policy: ErrorPolicy! = REJECT_ALL) {
  unrelate(input: $input, errorPolicy: $policy) {
    created updated unchanged rejected
    results { index status problems { field code message hint } relation { id until } } } }"""


async def company(database: Database, slug: str, **columns: Any) -> UUID:
    row = {"kind": "COMPANY", "slug": slug, "name": slug, "is_funder": False}
    return await make(database, "entity", row | columns)


@pytest.fixture
async def place(graph_copy: Database) -> Database:
    """North's company, South's zone, a hidden zone of South's, and a merged one."""
    await company(graph_copy, "firm", owner_id=NORTH.partner_id)
    await make_zone(graph_copy, "park", owner_id=SOUTH.partner_id)
    await make_zone(graph_copy, "secret", owner_id=SOUTH.partner_id, audience="OWNER")
    survivor = await make_zone(graph_copy, "stands")
    await make_zone(graph_copy, "merged", record_status="MERGED", successor_id=survivor)
    await make_zone(graph_copy, "gone", record_status="WITHDRAWN")
    return graph_copy


def tenant(zone: str = "park", **more: Any) -> dict[str, Any]:
    return {"subject": {"slug": "firm"}, "role": "TENANT_OF", "object": {"slug": zone}} | more


async def sent(
    database: Database, mutation: str, *items: dict[str, Any], viewer: Viewer = NORTH, **more: Any
) -> list[dict[str, Any]]:
    """The results of the items."""
    answer = await run(database, mutation, {"input": list(items), **more}, viewer)
    assert "errors" not in answer, answer["errors"]
    (payload,) = answer["data"].values()
    for status in ("CREATED", "UPDATED", "UNCHANGED", "REJECTED"):
        assert payload[status.lower()] == sum(one["status"] == status for one in payload["results"])
    assert [one["index"] for one in payload["results"]] == list(range(len(items)))
    found: list[dict[str, Any]] = payload["results"]
    return found


async def code(database: Database, mutation: str, item: dict[str, Any], viewer: Viewer = NORTH) -> str:
    """The code of the one problem of a single item, of which nothing is written."""
    before = await counted(database)
    (result,) = await sent(database, mutation, item, viewer=viewer)
    assert (result["status"], result["relation"]) == ("REJECTED", None)
    (problem,) = result["problems"]
    assert problem["hint"]
    assert await counted(database) == before
    return f"{problem['code']} {problem['field']}" if problem["field"] else str(problem["code"])


async def counted(database: Database) -> tuple[int, ...]:
    """How many relations, histories and changes there are: what any write would add to."""
    async with owner_of(database) as connection:
        return tuple(
            [
                await connection.fetchval(f"SELECT count(*) FROM {table}")
                for table in ("relation", "relation_history", "change")
            ]
        )


async def test_a_partner_relates_its_record_to_anothers_and_both_see_it(place: Database) -> None:
    source = str(await make_source(place, "news", "NEWS"))
    given = tenant(since="2020-05-01", title="Anchor", confidence=0.5, source=source)
    (result,) = await sent(place, RELATE, given)
    relation = result["relation"]
    assert result["status"] == "CREATED"
    assert relation == {
        "id": relation["id"], "role": "TENANT_OF", "title": "Anchor", "since": "2020-05-01", "until": None,
        "precision": "DAY", "isExclusive": False, "confidence": 0.5, "audience": "PUBLIC",
        "owner": {"slug": "north"}, "source": {"slug": "news"}, "subject": {"slug": "firm"},
        "object": {"slug": "park"},
    }  # fmt: skip
    query = '{ zone(by: {slug: "park"}) { companies { edges { id node { slug } } } } }'
    for viewer in (ANONYMOUS, NORTH, SOUTH, EDITOR):
        edges = (await run(place, query, viewer=viewer))["data"]["zone"]["companies"]["edges"]
        assert edges == [{"id": relation["id"], "node": {"slug": "firm"}}]


async def test_said_again_it_changes_what_is_given_or_nothing(place: Database) -> None:
    (first,) = await sent(place, RELATE, tenant(since="2020-01-01", confidence=0.5))
    before = await counted(place)
    (again,) = await sent(place, RELATE, tenant(since="2020-01-01"))
    assert (again["status"], again["relation"]) == ("UNCHANGED", first["relation"])
    assert await counted(place) == before
    (ended,) = await sent(place, RELATE, tenant(since="2020-01-01", until="2022-12-31", audience="PARTNERS"))
    assert ended["status"] == "UPDATED"
    changed = {"until": "2022-12-31", "audience": "PARTNERS"}
    assert ended["relation"] == first["relation"] | changed
    (opened,) = await sent(place, RELATE, tenant(since="2020-01-01", until=None, confidence=None))
    assert opened["relation"] == first["relation"] | {"audience": "PARTNERS", "confidence": None}


async def test_a_month_or_year_is_meant_as_a_whole(place: Database) -> None:
    for precision, since, until in (
        ("YEAR", "2021-01-01", "2023-12-31"),
        ("MONTH", "2021-06-01", "2023-02-28"),
        ("DAY", "2021-06-15", "2023-02-03"),
    ):
        given = tenant(since="2021-06-15", until="2023-02-03", precision=precision, title=precision)
        (result,) = await sent(place, RELATE, given)
        found = result["relation"]
        assert (found["since"], found["until"], found["precision"]) == (since, until, precision)


async def test_what_another_partner_states_is_found_and_is_not_changed(place: Database) -> None:
    (souths,) = await sent(place, RELATE, tenant(since="2020-01-01", until="2021-01-01"), viewer=SOUTH)
    (same,) = await sent(place, RELATE, tenant(since="2020-01-01"))
    assert (same["status"], same["relation"]) == ("UNCHANGED", souths["relation"])
    assert await code(place, RELATE, tenant(since="2020-01-01", until="2021-01-02")) == "FORBIDDEN"
    (changed,) = await sent(place, RELATE, tenant(since="2020-01-01", until="2021-01-02"), viewer=EDITOR)
    assert changed["relation"] == souths["relation"] | {"until": "2021-01-02"}


async def test_what_another_partner_keeps_to_itself_stands_in_nobodys_way(place: Database) -> None:
    one, other = {"slug": "stands"}, {"slug": "zone-0"}
    hidden = {"subject": one, "role": "RELATED_TO", "object": other, "audience": "OWNER"}
    await make_zone(place, "zone-0-open")
    other["slug"] = "zone-0-open"
    results = [(await sent(place, RELATE, hidden, viewer=who))[0] for who in (SOUTH, NORTH, EDITOR)]
    assert [one["status"] for one in results] == ["CREATED"] * 3
    assert len({one["relation"]["id"] for one in results}) == 3
    (public,) = await sent(place, RELATE, hidden | {"audience": "PUBLIC", "title": None}, viewer=NORTH)
    assert (public["status"], public["relation"]["id"]) == ("UPDATED", results[1]["relation"]["id"])
    (souths,) = await sent(place, RELATE, hidden, viewer=SOUTH)
    assert (souths["status"], souths["relation"]["id"]) == ("UNCHANGED", results[0]["relation"]["id"])


async def test_a_symmetric_fact_is_stored_once(place: Database) -> None:
    both = [{"slug": "park"}, {"slug": "stands"}]
    for subject, object_, status in ((*both, "CREATED"), (*reversed(both), "UNCHANGED")):
        given = {"subject": subject, "role": "COLLABORATES_WITH", "object": object_}
        (result,) = await sent(place, RELATE, given)
        assert result["status"] == status


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "kinds": ({"role": "FOUNDED"}, "RELATION_KINDS role"),
    "turned round": ({"subject": {"slug": "park"}, "object": {"slug": "firm"}}, "RELATION_KINDS role"),
    "one record": ({"object": {"slug": "firm"}, "role": "RELATED_TO"}, "RELATION_INVALID object"),
    "dates": ({"since": "2020-01-02", "until": "2020-01-01"}, "DATES_OUT_OF_ORDER until"),
    "too late": ({"until": "9001-01-01"}, "BAD_USER_INPUT until"),
    "confidence": ({"confidence": 1.01}, "BAD_USER_INPUT confidence"),
    "title": ({"title": "x" * (MOST_TITLE + 1)}, "BAD_USER_INPUT title"),
    "no title": ({"title": " "}, "BAD_USER_INPUT title"),
    "source": ({"source": str(uuid4())}, "NOT_FOUND source"),
    "no id": ({"subject": {"id": "firm"}}, "BAD_USER_INPUT subject"),
    "unknown": ({"object": {"id": str(uuid4())}}, "NOT_FOUND object"),
    "hidden": ({"object": {"slug": "secret"}}, "NOT_FOUND object"),
    "identifier": (
        {"object": {"identifier": {"scheme": "ROR", "value": "05bbbc792"}}},
        "IDENTIFIER_INVALID object",
    ),
    "merged": ({"object": {"slug": "merged"}}, "CONFLICT object"),
    "withdrawn": ({"object": {"slug": "gone"}}, "CONFLICT object"),
    "hidden from its owner": ({"audience": "OWNER"}, "BAD_USER_INPUT audience"),
}
GOOD: list[dict[str, Any]] = [
    {"since": "2020-01-01", "until": "2020-01-01"},
    {"until": "9000-12-31"},
    {"confidence": 1.0},
    {"title": "ی" * MOST_TITLE},
    {"object": {"slug": "stands"}, "audience": "OWNER"},
]


async def test_what_is_wrong_is_told_by_code_and_field(place: Database) -> None:
    for name, (given, expected) in BAD.items():
        assert (name, await code(place, RELATE, tenant(**given))) == (name, expected)


async def test_what_is_just_right_is_taken(place: Database) -> None:
    for given in GOOD:
        (result,) = await sent(place, RELATE, tenant(**given) | {"title": given.get("title", str(given))})
        assert result["status"] == "CREATED", (given, result)


async def test_a_hidden_record_looks_like_a_missing_one(place: Database) -> None:
    async with owner_of(place) as connection:
        hidden = await connection.fetchval("SELECT id FROM entity WHERE slug = 'secret'")
        row = "INSERT INTO identifier (entity_id, scheme, value) VALUES ($1, 'WIKIDATA', 'Q42')"
        await connection.execute(row, hidden)
    references = [
        ({"id": str(hidden)}, {"id": str(uuid4())}),
        ({"slug": "secret"}, {"slug": "nothing"}),
        (
            {"identifier": {"scheme": "WIKIDATA", "value": "Q42"}},
            {"identifier": {"scheme": "WIKIDATA", "value": "Q43"}},
        ),
    ]
    for pair in references:
        seen = [(await sent(place, RELATE, tenant() | {"object": one}))[0] for one in pair]
        assert seen[0] == seen[1]
        assert seen[0]["problems"][0]["code"] == "NOT_FOUND"
        (allowed,) = await sent(place, RELATE, tenant() | {"object": pair[0]}, viewer=SOUTH)
        assert allowed["status"] in ("CREATED", "UNCHANGED")
    assert allowed["relation"]["audience"] == "OWNER"


async def test_a_state_holds_once_a_day_by_one_partner(place: Database) -> None:
    await sent(place, RELATE, tenant(since="2020-01-01", until="2020-12-31"))
    assert await code(place, RELATE, tenant(since="2020-12-31")) == "PERIODS_OVERLAP since"
    assert await code(place, RELATE, tenant()) == "PERIODS_OVERLAP since"
    (after,) = await sent(place, RELATE, tenant(since="2021-01-01"))
    assert after["status"] == "CREATED"
    assert (
        await code(place, RELATE, tenant(since="2020-01-01", until="2021-01-01")) == "PERIODS_OVERLAP since"
    )
    (another,) = await sent(place, RELATE, tenant(since="2020-06-01"), viewer=SOUTH)
    assert another["status"] == "CREATED"
    founded = {"subject": {"slug": "expert-0"}, "role": "FOUNDED", "object": {"slug": "firm"}}
    async with owner_of(place) as connection:
        await connection.execute("UPDATE entity SET audience = 'PUBLIC', record_status = 'ACTIVE' "
                                 "WHERE slug = 'expert-0'")  # fmt: skip
    for since in ("2019-01-01", "2020-01-01"):
        (event,) = await sent(place, RELATE, founded | {"since": since})
        assert event["status"] == "CREATED"


async def test_of_two_that_overlap_and_come_at_once_one_is_taken(place: Database) -> None:
    for year in range(2000, 2020, 2):
        await company(place, f"firm-{year}", owner_id=NORTH.partner_id)
        both = [
            tenant(since=f"{first}-01-01") | {"subject": {"slug": f"firm-{year}"}}
            for first in (year, year + 1)
        ]
        results = await asyncio.gather(*(sent(place, RELATE, given) for given in both))
        problems = [problem["code"] for (result,) in results for problem in result["problems"]]
        assert problems == ["PERIODS_OVERLAP"]


async def test_a_post_that_says_so_has_one_holder_at_a_time(place: Database) -> None:
    for kind, slug in (("EXPERT", "rector"), ("EXPERT", "successor"), ("UNIVERSITY", "uni")):
        type_ = {"type": "PUBLIC", "is_funder": False} if kind == "UNIVERSITY" else {}
        await make(place, "entity", {"kind": kind, "slug": slug, "name": slug} | type_)

    def holds(slug: str, **more: Any) -> dict[str, Any]:
        post = {"role": "HOLDS_POST_AT", "object": {"slug": "uni"}, "title": "Rector", "isExclusive": True}
        return {"subject": {"slug": slug}, "since": "2020-01-01"} | post | more

    (first,) = await sent(place, RELATE, holds("rector"))
    assert (first["status"], first["relation"]["isExclusive"]) == ("CREATED", True)
    assert await code(place, RELATE, holds("successor", since="2023-01-01")) == "PERIODS_OVERLAP"
    (shared,) = await sent(place, RELATE, holds("successor", since="2023-01-01", isExclusive=False))
    assert (shared["status"], shared["relation"]["isExclusive"]) == ("CREATED", False)
    # What is left out stays as it is, and null is no.
    (same,) = await sent(
        place, RELATE, {name: x for name, x in holds("rector").items() if name != "isExclusive"}
    )
    assert (same["status"], same["relation"]["isExclusive"]) == ("UNCHANGED", True)
    (emptied,) = await sent(place, RELATE, holds("rector", isExclusive=None))
    assert (emptied["status"], emptied["relation"]["isExclusive"]) == ("UPDATED", False)
    (alone,) = await sent(place, RELATE, holds("successor", since="2023-01-01"))
    assert (alone["status"], alone["relation"]["isExclusive"]) == ("UPDATED", True)
    assert await code(place, RELATE, holds("rector", title=None)) == "RELATION_INVALID isExclusive"
    assert (
        await code(place, RELATE, tenant(title="Anchor", isExclusive=True)) == "RELATION_INVALID isExclusive"
    )


async def test_a_relation_ends_on_a_day_and_keeps_standing_in_the_past(place: Database) -> None:
    (made,) = await sent(place, RELATE, tenant(since="2020-01-01"))
    id_ = made["relation"]["id"]
    (ended,) = await sent(place, UNRELATE, {"relation": id_, "until": "2021-06-30"})
    assert (ended["status"], ended["relation"]) == ("UPDATED", {"id": id_, "until": "2021-06-30"})
    (again,) = await sent(place, UNRELATE, {"relation": id_, "until": "2021-06-30"})
    assert again["status"] == "UNCHANGED"
    query = 'query($on: Date) { zone(by: {slug: "park"}) { companies(asOf: $on) { totalCount } } }'
    for on, count in (("2021-06-30", 1), ("2021-07-01", 0), (None, 1)):
        found = (await run(place, query, {"on": on}))["data"]["zone"]["companies"]["totalCount"]
        assert (on, found) == (on, count)
    (result,) = await sent(place, UNRELATE, {"relation": id_, "until": "2019-12-31"})
    assert result["problems"][0]["code"] == "DATES_OUT_OF_ORDER"


async def test_what_was_stated_in_error_stays_only_in_what_was_believed(place: Database) -> None:
    (made,) = await sent(place, RELATE, tenant(since="2020-01-01"))
    id_ = made["relation"]["id"]
    async with owner_of(place) as connection:
        then = await connection.fetchval("SELECT now()")
    (taken,) = await sent(place, UNRELATE, {"relation": id_, "statedInError": True})
    assert (taken["status"], taken["relation"]) == ("UPDATED", None)
    (again,) = await sent(place, UNRELATE, {"relation": id_, "statedInError": True})
    assert again["status"] == "UNCHANGED"
    query = """query($at: DateTime) { zone(by: {slug: "park"}, knownAt: $at) {
      companies(asOf: null) { totalCount } } }"""
    for at, count in ((then.isoformat(), 1), (None, 0)):
        assert (await run(place, query, {"at": at}))["data"]["zone"]["companies"]["totalCount"] == count
    (result,) = await sent(place, UNRELATE, {"relation": id_, "statedInError": True}, viewer=SOUTH)
    assert result["problems"][0]["code"] == "NOT_FOUND"


async def test_only_who_states_a_relation_ends_it_and_editors(place: Database) -> None:
    (made,) = await sent(place, RELATE, tenant())
    hidden = {"subject": {"slug": "park"}, "role": "RELATED_TO", "object": {"slug": "secret"}}
    (souths,) = await sent(place, RELATE, hidden, viewer=SOUTH)
    own, unseen, nothing = made["relation"]["id"], souths["relation"]["id"], str(uuid4())
    for item, viewer, expected in (
        ({"relation": own, "until": "2024-01-01"}, SOUTH, "FORBIDDEN"),
        ({"relation": own, "statedInError": True}, SOUTH, "FORBIDDEN"),
        ({"relation": unseen, "until": "2024-01-01"}, NORTH, "NOT_FOUND"),
        ({"relation": unseen, "statedInError": True}, NORTH, "NOT_FOUND"),
        ({"relation": nothing, "until": "2024-01-01"}, NORTH, "NOT_FOUND"),
        ({"relation": "nothing", "until": "2024-01-01"}, NORTH, "BAD_USER_INPUT"),
        ({"relation": own}, NORTH, "BAD_USER_INPUT"),
        ({"relation": own, "until": "2024-01-01", "statedInError": True}, NORTH, "BAD_USER_INPUT"),
    ):
        assert await code(place, UNRELATE, item, viewer) == expected
    for viewer in (NORTH, EDITOR):
        day = "2024-01-01" if viewer is NORTH else "2025-01-01"
        (ended,) = await sent(place, UNRELATE, {"relation": own, "until": day}, viewer=viewer)
        assert ended["relation"]["until"] == day
    assert await refused(place, RELATE, ANONYMOUS, input=[tenant()]) == "UNAUTHENTICATED"
    assert await refused(place, UNRELATE, ANONYMOUS, input=[{"relation": own}]) == "UNAUTHENTICATED"


async def test_one_item_that_is_wrong_leaves_the_others_where_that_is_asked_for(place: Database) -> None:
    items = [tenant(), tenant(role="FOUNDED"), tenant("stands")]
    before = await counted(place)
    results = await sent(place, RELATE, *items)
    assert [one["status"] for one in results] == ["REJECTED"] * 3
    assert [one["problems"][0]["code"] for one in results] == [
        "BATCH_REJECTED",
        "RELATION_KINDS",
        "BATCH_REJECTED",
    ]
    assert await counted(place) == before
    results = await sent(place, RELATE, *items, policy="REJECT_FAILED")
    assert [one["status"] for one in results] == ["CREATED", "REJECTED", "CREATED"]
    assert [one["relation"] and one["relation"]["object"]["slug"] for one in results] == [
        "park",
        None,
        "stands",
    ]


async def test_at_most_so_many_items_are_taken_at_once(place: Database) -> None:
    days = [date(2000, 1, 1) + timedelta(days=number) for number in range(MOST_ITEMS)]
    items = [tenant(since=day.isoformat(), until=day.isoformat()) for day in days]
    few = "mutation($input: [RelateInput!]!) { relate(input: $input) { created } }"
    assert await refused(place, few, NORTH, input=[*items, tenant()]) == "ITEM_LIMIT"
    assert await refused(place, few, NORTH, input=[]) == "BAD_USER_INPUT"
    answer = await run(place, few, {"input": items}, NORTH)
    assert answer["data"]["relate"] == {"created": MOST_ITEMS}


async def test_what_is_read_of_each_item_is_priced_for_each(place: Database) -> None:
    answer = await run(place, RELATE, {"input": [tenant(), tenant("stands")]}, NORTH)
    assert answer["extensions"]["cost"]["nodes"] == 2
    wide = """mutation($input: [RelateInput!]!) { relate(input: $input) { results {
      relation { object { relations(first: 1000) { nodes { id } } } } } } }"""
    before = await counted(place)
    days = [date(2000, 1, 1) + timedelta(days=number) for number in range(20)]
    items = [tenant(since=day.isoformat(), until=day.isoformat()) for day in days]
    assert await refused(place, wide, NORTH, input=items) == "COST_LIMIT"
    assert await counted(place) == before
    assert (await run(place, wide, {"input": items[:19]}, NORTH))["extensions"]["cost"]["nodes"] == 19_019


async def test_sent_again_under_its_key_it_answers_alike(place: Database) -> None:
    first = await sent(place, RELATE, tenant(), tenant("stands"), key="k1")
    before = await counted(place)
    assert await sent(place, RELATE, tenant(), tenant("stands"), key="k1") == first
    assert await counted(place) == before
    variables = {"input": [tenant()], "key": "k1"}
    assert await refused(place, RELATE, NORTH, **variables) == "IDEMPOTENCY_KEY_REUSED"
