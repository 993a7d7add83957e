"""Statements, the rule of preference, pins and conflicts: docs/truth.md, asked of the real database."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models import FACT_COLUMNS, PERSONAL_COLUMNS, Entity, kind_models
from models.database import Database
from models.vocabulary import Kind
from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import EDITOR, NORTH, VIEWERS, Ask, run
from tests.row_security import SOUTH, acting
from tests.saving import saved
from tests.unwalled import Unwalled
from tests.writing import (
    ASSERT,
    PIN,
    UNPIN,
    WITHDRAW,
    area,
    change,
    make_source,
    make_zone,
    owner_of,
    refused,
)

FACTS = """query($slug: String!) { zone(by: {slug: $slug}) { area { value unit } facts(field: AREA) {
  id value unit since until isOwn isPreferred isPinned rank confidence source { slug } owner { slug } } } }"""
CONFLICTS = """{ conflicts(kind: ZONE, field: AREA, first: 100) { totalCount nodes {
  kind field entity { slug } statements { value isPreferred } } } }"""


async def facts(database: Database, slug: str, viewer: Viewer = EDITOR) -> list[dict[str, Any]]:
    answer = await run(database, FACTS, {"slug": slug}, viewer)
    found: list[dict[str, Any]] = answer["data"]["zone"]["facts"]
    return found


async def shown(database: Database, slug: str) -> str | None:
    """The area that the record shows; the statement that is marked as preferred must say the same."""
    answer = await run(database, FACTS, {"slug": slug}, EDITOR)
    zone = answer["data"]["zone"]
    value = None if zone["area"] is None else str(zone["area"]["value"])
    preferred = [one["value"] for one in zone["facts"] if one["isPreferred"]]
    assert value == (preferred[0] if preferred else None)
    return value


async def conflicts(database: Database, viewer: Viewer = ANONYMOUS) -> dict[str, list[str]]:
    """Slug -> the values that stand against each other, as the viewer sees them."""
    answer = await run(database, CONFLICTS, viewer=viewer)
    nodes = answer["data"]["conflicts"]["nodes"]
    assert answer["data"]["conflicts"]["totalCount"] == len(nodes)
    return {node["entity"]["slug"]: sorted(one["value"] for one in node["statements"]) for node in nodes}


async def test_a_value_of_which_nobody_else_speaks_is_the_records_own(graph_copy: Database) -> None:
    source = await make_source(graph_copy, "gazette", "OFFICIAL")
    await make_zone(graph_copy, "z", source_id=source)
    (only,) = await facts(graph_copy, "z")
    assert only["id"] is None
    assert (only["value"], only["unit"], only["source"]) == ("150", "ACRE", {"slug": "gazette"})
    assert only["isPreferred"]
    assert only["isOwn"]


async def test_facts_without_a_field_give_every_field_that_has_a_value(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", city="Lahore")
    query = '{ entity(by: {slug: "z"}) { facts { field value } } }'
    answer = await run(graph_copy, query)
    found = {one["field"]: one["value"] for one in answer["data"]["entity"]["facts"]}
    assert found == {"AREA": "150", "CITY": "Lahore", "MODALITY": "GEOGRAPHICAL", "REGIME": "STZ"}


async def test_another_sources_word_stands_beside_the_records_own(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z")
    said = await change(graph_copy, ASSERT, NORTH, input=area("z", "140"))
    assert said["assertion"]["owner"] == {"slug": "north"}
    found = {one["value"]: one for one in await facts(graph_copy, "z")}
    assert found["150"]["isOwn"]
    assert found["150"]["isPreferred"]
    assert not found["140"]["isPreferred"]
    assert await shown(graph_copy, "z") == "150"


RULE: list[tuple[str, dict[str, Any], list[tuple[Viewer, str, str | None, dict[str, Any]]], str]] = [
    ("newest", {"source": "news-2021"}, [(EDITOR, "140", "news-2022", {})], "140"),
    ("older", {"source": "news-2022"}, [(EDITOR, "140", "news-2021", {})], "150"),
    ("register", {"source": "register"}, [(EDITOR, "140", "news-2022", {})], "150"),
    ("register comes", {"source": "news-2022"}, [(EDITOR, "140", "register", {})], "140"),
    ("gazette", {"source": "news-2022"}, [(EDITOR, "140", "gazette", {})], "140"),
    ("a partner names a register", {}, [(NORTH, "140", "register", {})], "150"),
    ("owner", {"owner": NORTH}, [(EDITOR, "140", "news-2022", {})], "150"),
    ("owner comes", {"owner": NORTH, "value": None}, [
        (SOUTH, "130", None, {}), (NORTH, "140", None, {}),
    ], "140"),
    ("owner first", {"owner": NORTH}, [(NORTH, "140", None, {}), (SOUTH, "130", None, {})], "140"),
    ("register before owner", {"owner": NORTH}, [(EDITOR, "140", "register", {})], "140"),
    ("nobody's record, a partner's word", {}, [(NORTH, "140", "news-2022", {})], "150"),
    ("rank", {"source": "news-2022"}, [(EDITOR, "140", "news-2021", {"rank": 1})], "140"),
    ("period", {"source": "news-2022"}, [(EDITOR, "140", "news-2021", {"since": "2023-01-01"})], "140"),
    ("later period", {"source": "news-2022"}, [
        (EDITOR, "140", "news-2021", {"since": "2023-01-01"}),
        (EDITOR, "130", "news-2021", {"since": "2023-01-02"}),
    ], "130"),
    ("tie: what was recorded last", {"source": "news-2021"}, [
        (EDITOR, "140", "news-2022", {}), (EDITOR, "130", "news-2022-too", {}),
    ], "130"),
]  # fmt: skip


@pytest.mark.parametrize(("own", "said", "preferred"), [case[1:] for case in RULE], ids=[c[0] for c in RULE])
async def test_the_rule_of_preference(
    own: dict[str, Any],
    said: list[tuple[Viewer, str, str | None, dict[str, Any]]],
    preferred: str,
    graph_copy: Database,
) -> None:
    sources: dict[str | None, UUID | None] = {None: None}
    for slug, kind, published in (
        ("news-2021", "NEWS", "2021-01-15"), ("news-2022", "NEWS", "2022-03-23"),
        ("register", "REGISTRY", "2019-01-01"), ("news-2022-too", "NEWS", "2022-03-23"),
        ("gazette", "OFFICIAL", "2018-01-01"),
    ):  # fmt: skip
        sources[slug] = await make_source(graph_copy, slug, kind, published)
    columns = {"source_id": sources[own.get("source")]}
    if "owner" in own:
        columns["owner_id"] = own["owner"].partner_id
    if "value" in own:
        columns |= {"area_value": None, "area_unit": None}
    await make_zone(graph_copy, "z", **columns)
    for viewer, value, source, more in said:
        named = {} if source is None else {"source": str(sources[source])}
        await change(graph_copy, ASSERT, viewer, input=area("z", value, **named, **more))
    assert await shown(graph_copy, "z") == preferred


async def test_a_pin_decides_until_it_is_taken_away(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", owner_id=NORTH.partner_id)
    said = await change(graph_copy, ASSERT, SOUTH, input=area("z", "140"))
    id_ = said["assertion"]["id"]
    assert await shown(graph_copy, "z") == "150"
    pinned = await change(graph_copy, PIN, id=id_, reason="seen on the plan")
    assert pinned["assertion"]["pin"] == {"reason": "seen on the plan", "by": None}
    assert await shown(graph_copy, "z") == "140"
    await change(graph_copy, ASSERT, NORTH, input=area("z", "160"))
    assert await shown(graph_copy, "z") == "140"
    await change(graph_copy, UNPIN, id=id_)
    assert await shown(graph_copy, "z") == "160"
    assert await refused(graph_copy, UNPIN, id=id_) == "BAD_USER_INPUT"
    async with owner_of(graph_copy) as connection:
        kept = await connection.fetch(
            "SELECT pin_reason FROM preference_history WHERE pinned_id = $1", UUID(id_)
        )
    assert "seen on the plan" in {row["pin_reason"] for row in kept}


async def test_what_is_taken_back_leaves_the_record_as_it_was(graph_copy: Database) -> None:
    news = await make_source(graph_copy, "news", "NEWS", "2999-01-01")
    zone = await make_zone(graph_copy, "z")
    said = await change(graph_copy, ASSERT, input=area("z", "140", source=str(news)))
    assert await shown(graph_copy, "z") == "140"
    await change(graph_copy, WITHDRAW, id=said["assertion"]["id"])
    assert await shown(graph_copy, "z") == "150"
    async with owner_of(graph_copy) as connection:
        for table in ("assertion", "preference", "conflict"):
            assert not await connection.fetchval(f"SELECT count(*) FROM {table} WHERE entity_id = $1", zone)
        believed = await connection.fetch("SELECT value FROM assertion_history WHERE entity_id = $1", zone)
        columns = await connection.fetch("SELECT area_value FROM entity_history WHERE id = $1", zone)
    assert {"140", "150"} == {row["value"] for row in believed}
    assert {140, 150} == {row["area_value"] for row in columns}


async def test_a_field_without_a_value_is_empty_again_once_all_is_taken_back(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", area_value=None, area_unit=None)
    said = await change(graph_copy, ASSERT, NORTH, input=area("z", "140"))
    assert said["entity"]["area"] == {"value": "140", "unit": "ACRE"}
    await change(graph_copy, WITHDRAW, NORTH, id=said["assertion"]["id"])
    assert await shown(graph_copy, "z") is None


async def test_a_source_may_say_that_there_is_no_value_any_more(graph_copy: Database) -> None:
    """Islamabad Technopolis: 150 acres, then 140, then withdrawn."""
    sources = [
        await make_source(graph_copy, f"n{year}", "NEWS", f"{year}-10-01") for year in (2021, 2022, 2025)
    ]
    await make_zone(graph_copy, "z", source_id=sources[0])
    await change(graph_copy, ASSERT, input=area("z", "140", source=str(sources[1])))
    assert await shown(graph_copy, "z") == "140"
    await change(graph_copy, ASSERT, input=area("z", None, source=str(sources[2])))
    assert await shown(graph_copy, "z") is None
    assert [one["value"] for one in await facts(graph_copy, "z")] == ["150", "140", None]
    answer = await run(graph_copy, CONFLICTS)
    (node,) = [one for one in answer["data"]["conflicts"]["nodes"] if one["entity"]["slug"] == "z"]
    assert len(node["statements"]) == 3


async def test_a_hidden_statement_shows_nowhere(graph_copy: Database) -> None:
    news = await make_source(graph_copy, "news", "NEWS", "2999-01-01")
    await make_zone(graph_copy, "z", area_value=None, area_unit=None)
    hidden = area("z", "140", source=str(news), audience="OWNER")
    said = await change(graph_copy, ASSERT, NORTH, input=hidden)
    assert await shown(graph_copy, "z") is None
    assert await facts(graph_copy, "z", ANONYMOUS) == []
    assert await facts(graph_copy, "z", SOUTH) == []
    assert [one["value"] for one in await facts(graph_copy, "z", NORTH)] == ["140"]
    assert await refused(graph_copy, PIN, id=said["assertion"]["id"], reason="no") == "BAD_USER_INPUT"
    assert await shown(graph_copy, "z") is None


@pytest.mark.parametrize("make", [Database, Unwalled])
async def test_a_conflict_is_visible_to_those_who_see_two_statements(
    make: type[Database], graph_copy: Database
) -> None:
    await make_zone(graph_copy, "open")
    await make_zone(graph_copy, "half")
    await make_zone(graph_copy, "hidden", audience="OWNER")
    await change(graph_copy, ASSERT, NORTH, input=area("open", "140"))
    await change(graph_copy, ASSERT, NORTH, input=area("half", "140", audience="PARTNERS"))
    await change(graph_copy, ASSERT, input=area("hidden", "140"))
    seen = {"anonymous": {"open"}, "partner": {"open", "half"}, "editor": {"open", "half", "hidden"}}
    asked = make(graph_copy.dsn)
    await asked.open()
    for name, viewer in VIEWERS.items():
        found = await conflicts(asked, viewer)
        assert {slug for slug in found if slug in ("open", "half", "hidden")} == seen[name]
        statements = await run(
            asked, '{ assertions(where: {entity: {slug: {eq: "hidden"}}}) { totalCount } }', viewer=viewer
        )
        assert bool(statements["data"]["assertions"]["totalCount"]) == (name == "editor")
    await asked.close()


async def test_an_assertion_of_a_hidden_record_is_hidden(graph_copy: Database) -> None:
    await make_zone(graph_copy, "hidden", audience="OWNER")
    said = await change(graph_copy, ASSERT, input=area("hidden", "140"))
    query = "query($id: ID!) { node(id: $id) { id ... on Assertion { value entity { slug } } } }"
    for viewer, is_seen in ((ANONYMOUS, False), (NORTH, False), (EDITOR, True)):
        answer = await run(graph_copy, query, {"id": said["assertion"]["id"]}, viewer)
        assert (answer["data"]["node"] is not None) == is_seen
        async with owner_of(graph_copy) as connection, acting(connection, viewer):
            found = await connection.fetchval(
                "SELECT count(*) FROM assertion WHERE id = $1", UUID(said["assertion"]["id"])
            )
            assert bool(found) == is_seen


@pytest.mark.parametrize(
    ("own", "said", "is_conflict"),
    [
        ((100, "HECTARE"), ("1000000", "SQUARE_METRE"), False),
        ((100, "HECTARE"), ("1000000.01", "SQUARE_METRE"), True),
        ((150, "ACRE"), ("150.00", "ACRE"), False),
        ((150, "ACRE"), ("150", "KANAL"), True),
    ],
)
async def test_areas_are_compared_in_square_metres(
    own: tuple[int, str], said: tuple[str, str], is_conflict: bool, graph_copy: Database
) -> None:
    await make_zone(graph_copy, "z", area_value=own[0], area_unit=own[1])
    await change(graph_copy, ASSERT, NORTH, input=area("z", *said))
    assert ("z" in await conflicts(graph_copy)) == is_conflict


@pytest.mark.parametrize(
    ("value", "unit", "is_conflict"),
    [
        ("2019-01-01", "YEAR", False),
        ("2019-05-01", "MONTH", False),
        ("2019-05-17", "DAY", False),
        ("2018-01-01", "YEAR", True),
        ("2019-06-01", "MONTH", True),
        ("2019-05-18", None, True),
    ],
)
async def test_dates_agree_as_far_as_they_are_known(
    value: str, unit: str | None, is_conflict: bool, graph_copy: Database
) -> None:
    slug = "company-0"
    async with owner_of(graph_copy) as connection:
        await connection.execute(
            "UPDATE entity SET founded_on = '2019-05-17', founded_on_precision = 'DAY' WHERE slug = $1", slug
        )
    said = {"entity": {"slug": slug}, "field": "FOUNDED_ON", "value": value, "unit": unit}
    await change(graph_copy, ASSERT, NORTH, input=said)
    answer = await run(
        graph_copy, "{ conflicts(kind: COMPANY, field: FOUNDED_ON) { nodes { field } } }", viewer=EDITOR
    )
    assert bool(answer["data"]["conflicts"]["nodes"]) == is_conflict


async def test_statements_about_different_times_do_not_disagree(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", area_value=None, area_unit=None)
    await change(graph_copy, ASSERT, NORTH, input=area("z", "140", until="2021-12-31"))
    await change(graph_copy, ASSERT, NORTH, input=area("z", "150", since="2022-01-01"))
    assert "z" not in await conflicts(graph_copy)
    await change(graph_copy, ASSERT, SOUTH, input=area("z", "150", since="2021-12-31"))
    assert "z" in await conflicts(graph_copy)
    (first, *_) = await facts(graph_copy, "z")
    assert (first["since"], first["until"]) == (None, "2021-12-31")


async def test_money_and_areas_keep_every_digit(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", area_value=None, area_unit=None)
    exact = "123456789012345678.900000000000000001"
    said = await change(graph_copy, ASSERT, NORTH, input=area("z", exact))
    assert said["assertion"]["value"] == exact
    assert said["entity"]["area"]["value"] == exact
    budget = {"entity": {"slug": "program-0"}, "field": "BUDGET", "value": exact, "unit": "PKR"}
    said = await change(graph_copy, ASSERT, NORTH, input=budget)
    assert (said["assertion"]["value"], said["assertion"]["unit"]) == (exact, "PKR")


async def test_whoever_writes_the_column_states_the_records_own_word(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", owner_id=NORTH.partner_id)
    news = await make_source(graph_copy, "register", "REGISTRY")
    await change(graph_copy, ASSERT, input=area("z", "140", source=str(news)))
    async with owner_of(graph_copy) as connection:
        await connection.execute("UPDATE entity SET area_value = 155 WHERE slug = 'z'")
    assert {one["value"]: one["isOwn"] for one in await facts(graph_copy, "z")} == {"155": True, "140": False}
    assert await shown(graph_copy, "z") == "140"
    async with owner_of(graph_copy) as connection:
        await connection.execute("UPDATE entity SET area_value = NULL, area_unit = NULL WHERE slug = 'z'")
    assert [one["value"] for one in await facts(graph_copy, "z")] == ["140"]
    assert await shown(graph_copy, "z") == "140"


async def test_a_record_that_is_hidden_hides_its_own_word(graph_copy: Database) -> None:
    zone = await make_zone(graph_copy, "z")
    await change(graph_copy, ASSERT, NORTH, input=area("z", "140"))
    async with owner_of(graph_copy) as connection:
        await connection.execute("UPDATE entity SET audience = 'OWNER' WHERE id = $1", zone)
        own = await connection.fetchrow(
            "SELECT audience, value FROM assertion WHERE entity_id = $1 AND is_own", zone
        )
    assert (own["audience"], own["value"]) == ("OWNER", "150")


async def test_statements_at_once_leave_one_preferred_value(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", area_value=None, area_unit=None)
    speakers = [NORTH, SOUTH, EDITOR] * 4
    said = [area("z", str(100 + index), since=f"20{10 + index}-01-01") for index in range(len(speakers))]
    await asyncio.gather(
        *(change(graph_copy, ASSERT, viewer, input=one) for viewer, one in zip(speakers, said, strict=True))
    )
    assert await shown(graph_copy, "z") == "111"
    assert sum(one["isPreferred"] for one in await facts(graph_copy, "z")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assertion SET rank = 9",
        "UPDATE assertion SET is_own = true",
        "UPDATE preference SET pinned_id = NULL",
        "DELETE FROM conflict",
        "INSERT INTO assertion (entity_id, field, value, rank) SELECT id, 'AREA', '1', 9 FROM entity LIMIT 1",
        "SELECT derive_preference(id, 'AREA') FROM entity LIMIT 1",
        "SELECT * FROM entity_merge",
    ],
)
async def test_a_partner_cannot_rank_pin_or_derive(statement: str, graph_copy: Database) -> None:
    async with owner_of(graph_copy) as connection, acting(connection, NORTH):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_a_partner_speaks_only_in_its_own_name_of_what_it_sees(graph_copy: Database) -> None:
    seen, hidden = (
        await make_zone(graph_copy, "seen"),
        await make_zone(graph_copy, "hidden", audience="OWNER"),
    )
    insert = "INSERT INTO assertion (entity_id, field, value, owner_id) VALUES ($1, 'AREA', '1', $2)"
    async with owner_of(graph_copy) as connection:
        for zone, owner, is_allowed in (
            (seen, NORTH.partner_id, True), (seen, SOUTH.partner_id, False), (seen, None, False),
            (hidden, NORTH.partner_id, False),
        ):  # fmt: skip
            async with acting(connection, NORTH):
                if is_allowed:
                    await connection.execute(insert, zone, owner)
                    continue
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(insert, zone, owner)


@pytest.mark.parametrize("role", ["triplehelix_reader", "triplehelix_partner"])
async def test_conflicts_of_a_kind_are_found_by_an_index(role: str, graph_copy: Database) -> None:
    async with owner_of(graph_copy) as connection:
        await connection.execute(
            "INSERT INTO conflict (entity_id, field, kind) SELECT id, 'CITY', kind FROM entity "
            "ON CONFLICT DO NOTHING"
        )
        await connection.execute("ANALYZE conflict")
        await connection.execute("SET enable_seqscan = off")
        await connection.execute(f"SET ROLE {role}")
        plan = await connection.fetch(
            "EXPLAIN SELECT * FROM conflict WHERE kind = 'ZONE' AND field = 'AREA' "
            "ORDER BY entity_id LIMIT 25"
        )
    assert any("ix_conflict_kind" in row[0] for row in plan)


async def test_the_database_finds_the_same_columns_as_the_declarations(graph_copy: Database) -> None:
    async with owner_of(graph_copy) as connection:
        rows = await connection.fetch(
            "SELECT code, c.* FROM unnest($1::text[]) AS code, "
            "LATERAL fact_columns((SELECT to_jsonb(e) FROM entity e LIMIT 1), code) AS c",
            list(FACT_COLUMNS),
        )
    found = {row["code"]: (row["value_column"], row["unit_column"]) for row in rows}
    assert found == {code: (one.value, one.unit) for code, one in FACT_COLUMNS.items()}


def test_personal_fields_are_nobody_elses_to_speak_of() -> None:
    for kind, model in kind_models().items():
        personal = {name for name, info in model.declared.items() if info["personal"]}
        personal |= set(PERSONAL_COLUMNS) if kind is Kind.EXPERT else set()
        assert bool(personal) is (kind is Kind.EXPERT)
        assert not personal & {one.value for one in FACT_COLUMNS.values() if kind in one.kinds}
    assert {columns.value for columns in FACT_COLUMNS.values()} <= set(Entity.__table__.c.keys())


async def test_conflicts_are_paged_and_priced(ask: Ask) -> None:
    every = await ask(
        "{ conflicts(kind: INVESTOR, first: 100) { totalCount edges { cursor node { entity { slug } } } } }"
    )
    edges = every["data"]["conflicts"]["edges"]
    assert every["data"]["conflicts"]["totalCount"] == len(edges) > 1
    after = """query($c: String) {
      conflicts(kind: INVESTOR, first: 1, after: $c) { edges { node { entity { slug } } } } }"""
    second = await ask(after, {"c": edges[0]["cursor"]})
    assert second["data"]["conflicts"]["edges"] == [{"node": edges[1]["node"]}]
    assert second["extensions"]["cost"]["nodes"] == 1


async def test_who_says_again_what_is_not_preferred_changes_nothing(graph_copy: Database) -> None:
    await make_zone(graph_copy, "z", owner_id=NORTH.partner_id)
    register = await make_source(graph_copy, "register", "REGISTRY")
    await change(graph_copy, ASSERT, input=area("z", "140", source=str(register)))
    # Its own word at first, another one, none, and one again: each is news once.
    for value, first in (("150", "UNCHANGED"), ("160", "UPDATED"), (None, "UPDATED"), ("160", "UPDATED")):
        item = {"slug": "z", "area": value and {"value": value, "unit": "ACRE"}}
        said = [await saved(graph_copy, "Zone", item) for _ in range(3)]
        assert [one["outcome"] for one in said] == [first, "UNCHANGED", "UNCHANGED"], value
        assert len({one["version"] for one in said}) == 1
        own = [one["value"] for one in await facts(graph_copy, "z") if one["isOwn"]]
        assert own == ([value] if value else [])
        assert await shown(graph_copy, "z") == "140"
