"""Facts: periods, computed days, keys, versions, parts that are seen with what they belong to, and indexes.

That every field, filter, order and group of each fact is right is shown by the oracle (tests/test_oracle.py);
here are the rules that belong to one of them, each on both sides of its limit.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

import schema as api
from models.database import Database
from tests import graph
from tests.conftest import EDITOR, NORTH, PATIENT, Ask, run
from tests.graph_facts import NUMBERS
from tests.row_security import acting

PATH = {"search_path": "live, common"}
COMPANY, OTHER = graph.uuid_of(3000), graph.uuid_of(3001)


@pytest.fixture
async def writer(fresh_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """An editor's connection to a graph of its own."""
    connection = await asyncpg.connect(fresh_dsn, server_settings=PATH)
    await graph.load(connection)
    await connection.execute("SET ROLE triplehelix_editor")
    yield connection
    await connection.close()


@pytest.fixture
async def mine(writer: asyncpg.Connection, fresh_dsn: str) -> AsyncIterator[Ask]:
    """Asks what the writer writes to."""
    database = Database(fresh_dsn, **PATIENT)
    await database.open()

    async def ask(query: str, variables: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        return await run(database, query, variables, **options)

    yield ask
    await database.close()


async def insert(connection: asyncpg.Connection, table: str, **row: Any) -> Any:
    """The id of a new row."""
    names, places = ", ".join(row), ", ".join(f"${n}" for n in range(1, len(row) + 1))
    sql = f"INSERT INTO {table} ({names}) SELECT {places} RETURNING id"
    kinds = await connection.fetch(
        "SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute "
        "WHERE attrelid = $1::regclass",
        table,
    )
    types = {kind["attname"]: kind["type"] for kind in kinds}
    listed = ", ".join(f"(${n}::text)::{types[name]}" for n, name in enumerate(row, 1))
    values = [None if value is None else str(value) for value in row.values()]
    return await connection.fetchval(sql.replace(f"SELECT {places}", f"SELECT {listed}"), *values)


DAY = "2020-01-01"
HELD = {"holder_id": COMPANY, "holder_kind": "COMPANY", "type": "ZONE_ENTERPRISE", "slug": "one"}


# -- periods and days --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "status", "is_held"),
    [
        ("2020-01-31", "PENDING", False),
        ("2020-02-01", "VALID", True),
        ("2021-01-31", "VALID", True),
        ("2021-02-01", "EXPIRED", False),
    ],
)
async def test_a_licence_is_held_from_its_first_to_its_last_day(
    writer: asyncpg.Connection, mine: Ask, day: str, status: str, is_held: bool
) -> None:
    await insert(writer, "licence", **HELD, issued_on="2020-02-01", expires_on="2021-01-31")
    answer = await mine(
        """query ($day: Date) { licence(by: {slug: "one"}, asOf: $day) { status isExpired }
        licences(asOf: $day, where: {slug: {eq: "one"}}) { totalCount }
        companies(asOf: $day, where: {licences: {some: {slug: {eq: "one"}}}, recordStatus: {isNull: false}}) {
            totalCount } }""",
        {"day": day},
        viewer=EDITOR,
    )
    data = answer["data"]
    assert data["licence"] == {"status": status, "isExpired": status == "EXPIRED"}
    assert data["licences"]["totalCount"] == data["companies"]["totalCount"] == int(is_held)


async def test_a_licence_that_was_taken_back_is_not_held_from_that_day_on(
    writer: asyncpg.Connection, mine: Ask
) -> None:
    await insert(writer, "licence", **HELD, issued_on="2020-02-01", revoked_on="2020-06-01")
    query = """query ($day: Date) { licences(asOf: $day, where: {slug: {eq: "one"}}) { nodes { status } } }"""
    for day, statuses in (("2020-05-31", ["VALID"]), ("2020-06-01", []), (None, ["REVOKED"])):
        answer = await mine(query, {"day": day}, viewer=EDITOR)
        assert [node["status"] for node in answer["data"]["licences"]["nodes"]] == statuses, day


@pytest.mark.parametrize(
    ("status", "fulfilled_on", "day", "days"),
    [
        ("OPEN", None, "2021-03-01", None),
        ("OPEN", None, "2021-03-02", 1),
        ("FULFILLED", "2021-03-10", "2021-03-09", 8),
        ("FULFILLED", "2021-03-10", "2021-03-10", None),
        ("FULFILLED", None, "2021-05-01", None),
        ("DROPPED", None, "2021-05-01", None),
    ],
)
@pytest.mark.parametrize("table", ["directive", "commitment"])
async def test_what_is_overdue_follows_from_the_day(
    writer: asyncpg.Connection,
    mine: Ask,
    table: str,
    status: str,
    fulfilled_on: str | None,
    day: str,
    days: int | None,
) -> None:
    who = "issuer" if table == "directive" else "made_by"
    row = {f"{who}_id": COMPANY, f"{who}_kind": "COMPANY", "slug": "one", "text": "Do it.", "status": status}
    await insert(writer, table, **row, due_on="2021-03-01", fulfilled_on=fulfilled_on)
    query = f'query ($day: Date) {{ {table}(by: {{slug: "one"}}, asOf: $day) {{ isOverdue daysOverdue }} }}'
    answer = await mine(query, {"day": day}, viewer=EDITOR)
    assert answer["data"][table] == {"isOverdue": days is not None, "daysOverdue": days}


async def test_the_versions_of_an_incentive_follow_each_other_and_never_overlap(
    writer: asyncpg.Connection, mine: Ask
) -> None:
    zone = {"offered_by_id": graph.uuid_of(6000), "offered_by_kind": "ZONE", "kind": "INCOME_TAX"}
    row = zone | {"code": "tax", "name": "Tax", "legal_reference": "An act"}
    await insert(writer, "incentive", **row, valid_from="2020-01-01", valid_until="2020-12-31")
    await insert(writer, "incentive", **row, valid_from="2021-01-01")
    with pytest.raises(asyncpg.ExclusionViolationError):
        await insert(writer, "incentive", **row, valid_from="2020-12-31", valid_until="2020-12-31")
    await insert(writer, "incentive", **(row | {"code": "other"}), valid_from="2020-12-31")
    query = """query ($day: Date) { incentives(asOf: $day, where: {code: {eq: "tax"}}) {
        nodes { validFrom isInForce } } }"""
    for day, begins in (("2019-12-31", []), ("2020-12-31", ["2020-01-01"]), ("2021-01-01", ["2021-01-01"])):
        answer = await mine(query, {"day": day}, viewer=EDITOR)
        assert answer["data"]["incentives"]["nodes"] == [
            {"validFrom": begin, "isInForce": True} for begin in begins
        ]


async def test_exports_are_found_by_group_of_markets(ask: Ask) -> None:
    answer = await ask(
        """{ marketGroup(code: "GCC") { countries exports(first: 100) { nodes { market marketGroups } } }
        exportStatistics(first: 100, where: {marketGroups: {has: "GCC"}}) { nodes { market } } }""",
        viewer=EDITOR,
    )
    group = answer["data"]["marketGroup"]
    assert group["countries"] == ["AE", "BH", "KW", "OM", "QA", "SA"]
    expected = sorted(
        row["market"] for row in graph.facts()["export_statistic"] if row["market"] in group["countries"]
    )
    assert expected
    assert sorted(node["market"] for node in group["exports"]["nodes"]) == expected
    assert sorted(node["market"] for node in answer["data"]["exportStatistics"]["nodes"]) == expected
    assert group["exports"]["nodes"][0]["marketGroups"] == ["GCC", "MIDDLE_EAST"]


# -- records of their own ------------------------------------------------------------------------------


@pytest.mark.parametrize(("singular", "name"), [(one, cls.__name__) for one, _, cls in api.FACTS])
async def test_a_fact_is_found_by_id_by_slug_and_as_a_node(ask: Ask, singular: str, name: str) -> None:
    table = api.CATALOG.types[name].table
    id_, slug = str(graph.uuid_of(NUMBERS[table])), f"{table.replace('_', '-')}-0"
    answer = await ask(
        f"""query ($id: ID!, $slug: String!) {{
        byId: {singular}(by: {{id: $id}}) {{ id slug }} bySlug: {singular}(by: {{slug: $slug}}) {{ id slug }}
        node(id: $id) {{ __typename id ... on Fact {{ slug }} }} }}""",
        {"id": id_, "slug": slug},
        viewer=EDITOR,
    )
    found = {"id": id_, "slug": slug}
    assert answer["data"] == {"byId": found, "bySlug": found, "node": {"__typename": name} | found}


async def test_a_hidden_fact_looks_like_a_missing_one(ask: Ask) -> None:
    count = 0
    for singular, _, cls in api.FACTS:
        table = api.CATALOG.types[cls.__name__].table
        hidden = [row["id"] for row in graph.facts()[table] if row["audience"] != "PUBLIC"]
        count += len(hidden)
        for id_ in map(str, [*hidden, graph.uuid_of(77)]):
            answer = await ask(f'{{ {singular}(by: {{id: "{id_}"}}) {{ id }} node(id: "{id_}") {{ id }} }}')
            assert answer["data"] == {singular: None, "node": None}
    assert count > len(api.FACTS)


# -- what the tables refuse -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "good", "bad"),
    [
        ("licence", {**HELD, "issued_on": DAY, "expires_on": DAY}, {"expires_on": "2019-12-31"}),
        ("licence", {**HELD, "issued_on": DAY, "revoked_on": DAY}, {"revoked_on": "2019-12-31"}),
        ("licence", HELD, {"holder_kind": "ZONE"}),
        (
            "funding_round",
            {"company_id": COMPANY, "stage": "SEED", "amount": "0.01", "currency": "PKR"},
            {"amount": "0"},
        ),
        ("funding_round", {"company_id": COMPANY, "stage": "SEED"}, {"amount": "5"}),
        (
            "export_statistic",
            {"year": "1900", "market": "AE", "vertical": "AI", "amount": "0", "currency": "AED"},
            {"year": "1899"},
        ),
        (
            "export_statistic",
            {"year": "2020", "market": "AE", "vertical": "AI", "amount": "1", "currency": "AED"},
            {"vertical": None},
        ),
        (
            "commitment",
            {"made_by_id": COMPANY, "made_by_kind": "COMPANY", "made_to_id": OTHER, "made_to_kind": "COMPANY",
             "text": "x"},
            {"made_to_id": COMPANY},
        ),
        (
            "commitment",
            {"made_by_id": COMPANY, "made_by_kind": "COMPANY", "text": "x", "status": "FULFILLED",
             "fulfilled_on": "2020-01-01"},
            {"status": "OPEN"},
        ),
        (
            "need",
            {"posted_by_id": COMPANY, "posted_by_kind": "COMPANY", "kind": "VACANCY", "title": "x",
             "places": "1"},
            {"places": "0"},
        ),
    ],
)  # fmt: skip
async def test_a_fact_that_cannot_be_is_refused(
    writer: asyncpg.Connection, table: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await insert(writer, table, **{**good, **bad})
    await insert(writer, table, **good)


async def test_a_currency_must_exist(writer: asyncpg.Connection) -> None:
    row = {"company_id": COMPANY, "stage": "SEED", "amount": "1"}
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await insert(writer, "funding_round", **row, currency="ABC")
    await insert(writer, "funding_round", **row, currency="BHD")


# -- parts are seen with what they belong to -------------------------------------------------------------


async def test_a_persons_skills_are_seen_as_far_as_the_person_lets_them(
    writer: asyncpg.Connection, mine: Ask
) -> None:
    expert = await writer.fetchval(
        "SELECT id FROM entity WHERE kind = 'EXPERT' AND audience = 'PUBLIC' LIMIT 1"
    )
    await writer.execute("UPDATE entity SET skills_audience = NULL, owner_id = $2 WHERE id = $1", expert,
                         graph.PARTNERS["south"])  # fmt: skip
    await writer.execute("DELETE FROM expert_skill WHERE expert_id = $1", expert)
    skill = await writer.fetchval("SELECT id FROM skill WHERE audience = 'PUBLIC' LIMIT 1")
    await writer.execute("INSERT INTO expert_skill (expert_id, skill_id) VALUES ($1, $2)", expert, skill)
    query = """query ($expert: ID!, $skill: ID!) {
        expert(by: {id: $expert}) { skills { totalCount groupBy(by: [LEVEL]) { count } } }
        experts(where: {id: {eq: $expert}, skills: {some: {}}, recordStatus: {isNull: false}}) { totalCount }
        skill(by: {id: $skill}) { experts(where: {expert: {id: {eq: $expert}}}) { totalCount } } }"""
    for audience, reader, partner in (
        (None, 1, 1), ("PARTNERS", 0, 1), ("OWNER", 0, 0), ("PUBLIC", 1, 1),
    ):  # fmt: skip
        await writer.execute("UPDATE entity SET skills_audience = $2 WHERE id = $1", expert, audience)
        for viewer, seen in ((None, reader), (NORTH, partner), (EDITOR, 1)):
            options = {"viewer": viewer} if viewer else {}
            answer = await mine(query, {"expert": str(expert), "skill": str(skill)}, **options)
            data = answer["data"]
            assert data["expert"]["skills"]["totalCount"] == seen, (audience, viewer)
            assert len(data["expert"]["skills"]["groupBy"]) == seen
            assert data["experts"]["totalCount"] == seen
            assert data["skill"]["experts"]["totalCount"] == seen


async def test_parts_take_the_audience_and_owner_of_what_they_belong_to(writer: asyncpg.Connection) -> None:
    need = await writer.fetchval("SELECT need_id FROM need_skill LIMIT 1")
    for audience, owner in (("OWNER", graph.PARTNERS["north"]), ("PUBLIC", None), ("PARTNERS", None)):
        await writer.execute(
            "UPDATE need SET audience = $2, owner_id = $3 WHERE id = $1", need, audience, owner
        )
        rows = await writer.fetch(
            "SELECT DISTINCT audience, owner_id FROM need_skill WHERE need_id = $1", need
        )
        assert [tuple(row) for row in rows] == [(audience, owner)]
    # Nobody can open a part beyond what it belongs to.
    await writer.execute("UPDATE need_skill SET audience = 'PUBLIC' WHERE need_id = $1", need)
    found = await writer.fetchval("SELECT DISTINCT audience FROM need_skill WHERE need_id = $1", need)
    assert found == "PARTNERS"


async def test_every_change_of_a_fact_is_logged_and_kept(writer: asyncpg.Connection) -> None:
    id_ = await insert(writer, "licence", **HELD)
    await writer.execute("UPDATE licence SET number = 'L' WHERE id = $1", id_)
    log = await writer.fetch("SELECT verb, kind FROM change WHERE record_id = $1 ORDER BY seq", id_)
    assert [tuple(row) for row in log] == [("CREATED", "LICENCE"), ("UPDATED", "LICENCE")]
    kept = await writer.fetch("SELECT number, version FROM licence_history WHERE id = $1", id_)
    assert [tuple(row) for row in kept] == [(None, 1)]
    assert await writer.fetchval("SELECT version FROM licence WHERE id = $1", id_) == 2


# -- search ----------------------------------------------------------------------------------------------


async def test_skills_and_needs_are_found_by_words_in_any_spelling(ask: Ask) -> None:
    answer = await ask(
        """{ skills(where: {labels: {contains: "CAFE"}}) { nodes { label } }
        other: skills(first: 100, where: {labels: {matches: "lernen maschinelles"}}) { nodes { altLabels } }
        needs(first: 100, where: {title: {contains: "MACHINE"}}) { nodes { title } } }""",
        viewer=NORTH,
    )
    data = answer["data"]
    assert {node["label"] for node in data["skills"]["nodes"]} <= {"Café management"}
    assert all("Maschinelles Lernen" in node["altLabels"] for node in data["other"]["nodes"])
    assert data["other"]["nodes"]
    assert all("achine" in node["title"] for node in data["needs"]["nodes"])


@pytest.mark.parametrize(
    ("function", "index"),
    [("skill_ids_labelled", "ix_skill_labels_folded"), ("need_ids_titled", "ix_need_title_folded")],
)
@pytest.mark.parametrize("viewer", [NORTH, EDITOR], ids=lambda viewer: viewer.role)
async def test_the_lookup_reads_its_index_under_the_real_roles(
    writer: asyncpg.Connection, function: str, index: str, viewer: Any
) -> None:
    await writer.execute("RESET ROLE")
    table = "skill" if "skill" in function else "need"
    columns = "scheme, code, label" if table == "skill" else "posted_by_id, posted_by_kind, kind, title"
    values = (
        "'LOCAL', 'X' || n, md5(n::text)"
        if table == "skill"
        else f"'{COMPANY}', 'COMPANY', 'VACANCY', md5(n::text)"
    )
    await writer.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(1, 20000) n")
    await writer.execute(f"ANALYZE {table}")
    body = await writer.fetchval(
        "SELECT prosrc FROM pg_proc WHERE proname = $1 AND pronamespace = 'live'::regnamespace", function
    )
    async with acting(writer, viewer):
        found = await writer.fetch(f"SELECT * FROM {function}(ARRAY['%c4ca4238%'])")
        assert len(found) == 1
        # The function's body runs as the editor, whose policy admits every row.
        await writer.execute("RESET ROLE")
        await writer.execute("SET LOCAL ROLE triplehelix_editor")
        statement = body.replace("(patterns)", "(ARRAY['%c4ca4238%'])").replace("patterns[1]", "'%c4ca4238%'")
        plan = json.loads(await writer.fetchval(f"EXPLAIN (FORMAT JSON) {statement}"))
    assert index in json.dumps(plan)
