"""Matching: against Python on random worlds, in cases where the order is obvious, properties and limits.

The second way to every score is tests/random_matches.py.
"""

import random
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from models.vocabulary import Kind
from resolvers import matching
from resolvers.viewer import ANONYMOUS
from resolvers.viewer import Viewer as Asking
from tests import graph
from tests.conftest import EDITOR, NORTH, Ask, clone, run
from tests.random_matches import DAY, DEFAULTS, Matcher, Parts, Viewer, World, load_facts, make
from tests.random_paths import entity, load
from tests.unwalled import Unwalled

WORLDS = 40
WHO: dict[str, tuple[Asking, Viewer]] = {
    "reader": (ANONYMOUS, Viewer("reader")),
    "partner": (NORTH, Viewer("partner", NORTH.partner_id)),
    "editor": (EDITOR, Viewer("editor")),
}
SELECTED = """totalCount pageInfo { hasNextPage endCursor } edges { cursor score node { id } parts {
    skills { score weight matches { wanted { id } held { id } kinship steps worth isRequired
        wantedLevel level } }
    field { score weight matches { wanted { id } held { id } worth }
            verticals { vertical { code } organization { id } worth } }
    place { score weight how km } period { score weight availability opensOn closesOn }
    language { score weight wanted spoken }
    affiliation { score weight organization { id } relation { id } } } }"""
ASKED = {
    "matchExperts": ("need", "program", "company"),
    "matchPrograms": ("expert", "company", "university"),
    "matchNeeds": ("expert", "university"),
}


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    rng = random.Random(47)
    return [make(rng, number) for number in range(WORLDS)]


@pytest.fixture(scope="module")
async def dsn(postgres: EmbeddedPostgres, migrated: str, worlds: list[World]) -> str:
    """A database with all the random worlds."""
    found = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(found, server_settings={"search_path": "live, common"})
    await load(connection, [one.graph for one in worlds])
    await load_facts(connection, worlds)
    await connection.execute("ANALYZE")
    await connection.close()
    return found


@pytest.fixture(scope="module")
async def database(dsn: str) -> AsyncIterator[Database]:
    made = Database(dsn)
    await made.open()
    yield made
    await made.close()


@pytest.fixture(scope="module")
async def unwalled(dsn: str) -> AsyncIterator[Database]:
    """The same without row security: what the compiler's own conditions let through."""
    made = Unwalled(dsn)
    await made.open()
    yield made
    await made.close()


async def ask_match(
    database: Database, name: str, kind: str, subject: UUID, who: Asking = ANONYMOUS, **options: Any
) -> dict[str, Any]:
    """The connection of a match."""
    query = f"""query ($id: ID!, $first: Int, $after: String, $weights: MatchWeights, $day: Date) {{
        {name}({kind}: {{id: $id}}, first: $first, after: $after, weights: $weights, asOf: $day)
        {{ {SELECTED} }} }}"""
    answer = await run(database, query, {"id": str(subject), "day": DAY.isoformat(), **options}, who)
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"][name]
    return found


def subjects(world: World, viewer: Viewer) -> list[tuple[str, str, UUID]]:
    """Every question that can be asked of a world: field, argument, id."""
    rows = {kind: world.of_kind(kind.upper()) for kind in ("program", "company", "expert", "university")}
    rows["need"] = world.facts["need"]
    return [
        (name, kind, row["id"])
        for name, kinds in ASKED.items()
        for kind in kinds
        for row in rows[kind]
        if viewer.sees(row)
    ]


def expected(matcher: Matcher, name: str, kind: str, subject: UUID) -> dict[UUID, tuple[float, Parts]]:
    if name == "matchExperts":
        return matcher.experts(kind, subject)
    return matcher.openings("PROGRAM" if name == "matchPrograms" else "NEED", kind, subject)


async def check(
    database: Database, world: World, role: str, asked: tuple[str, str, UUID], weights: Any
) -> int:
    """Compares an answer with the second way; the number of its matches."""
    who, viewer = WHO[role]
    wanted = expected(Matcher(world, viewer, DAY, DEFAULTS | (weights or {})), *asked)
    answer = await ask_match(database, *asked, who, first=100, weights=weights)
    edges = answer["edges"]
    assert {UUID(edge["node"]["id"]) for edge in edges} == set(wanted), (asked, role)
    assert answer["totalCount"] == len(wanted)
    order = [(-edge["score"], edge["node"]["id"]) for edge in edges]
    assert order == sorted(order)
    for edge in edges:
        score, parts = wanted[UUID(edge["node"]["id"])]
        found = {name: part and part["score"] for name, part in edge["parts"].items()}
        assert found == pytest.approx(parts, abs=1e-4), (asked, role, edge)
        assert edge["score"] == pytest.approx(score, abs=1e-4)
        for name, part in edge["parts"].items():
            assert part is None or part["weight"] == (DEFAULTS | (weights or {}))[name]
    return len(edges)


def questions(worlds: list[World], seed: int) -> list[tuple[World, str, tuple[str, str, UUID], Any]]:
    rng = random.Random(seed)
    made = []
    for world in worlds:
        role = rng.choice(list(WHO))
        weights = rng.choice([None, {name: rng.choice([0, 0.5, 3, 10]) for name in DEFAULTS} | {"skills": 1}])
        every = subjects(world, WHO[role][1])
        made += [(world, role, asked, weights) for asked in rng.sample(every, min(8, len(every)))]
    return made


async def test_matches_are_those_of_the_rules_for_every_viewer(
    database: Database, worlds: list[World]
) -> None:
    counts = [await check(database, *one) for one in questions(worlds, 1)]
    assert len(counts) > 250
    assert sum(count > 1 for count in counts) > 100
    assert sum(count == 0 for count in counts) > 20


async def test_the_compilers_own_conditions_give_the_same_without_row_security(
    unwalled: Database, worlds: list[World]
) -> None:
    # Programs are looked up by their fields in a function that asks PostgreSQL who asks: it holds in itself.
    asked = [
        one
        for one in questions(worlds, 2)
        if one[1] == "reader" or (one[1], one[2][0]) == ("partner", "matchNeeds")
    ]
    asked += [one for one in questions(worlds, 2) if (one[1], one[2][0]) == ("partner", "matchExperts")]
    assert sum([await check(unwalled, *one) for one in asked]) > 200


# -- order that is obvious, and properties ------------------------------------------------------------


class Story:
    """A company in Karachi with a need that is told by hand, and the persons who could meet it."""

    def __init__(self, connection: asyncpg.Connection, number: int) -> None:
        self.connection, self.first = connection, 0x60_0000_0000 + number * 10_000
        self.numbers = iter(range(1, 10_000))

    def id_(self) -> UUID:
        return graph.uuid_of(self.first + next(self.numbers))

    async def insert(self, table: str, **row: Any) -> UUID:
        row = {"id": self.id_()} | row
        places = ", ".join(f"${place + 1}" for place in range(len(row)))
        await self.connection.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", *row.values()
        )
        return UUID(str(row["id"]))

    async def skill(self, label: str, above: UUID | None = None) -> UUID:
        code = f"{label}-{self.first}"
        return await self.insert("skill", scheme="LOCAL", code=code, label=label, broader_id=above)

    async def company(self, **columns: Any) -> UUID:
        return await self.insert("entity", **entity(self.id_(), Kind.COMPANY, **PLACED | columns))

    async def expert(self, *skills: tuple[UUID, str | None], **columns: Any) -> UUID:
        told = {"availability": "OPEN", "availability_audience": "PUBLIC"} | PLACED | columns
        id_ = await self.insert("entity", **entity(self.id_(), Kind.EXPERT, **told))
        for skill, level in skills:
            await self.has(id_, skill, level)
        return id_

    async def has(self, expert: UUID, skill: UUID, level: str | None = None) -> None:
        await self.insert("expert_skill", expert_id=expert, skill_id=skill, level=level)

    async def need(self, by: UUID, *skills: tuple[UUID, str | None, bool], **columns: Any) -> UUID:
        row = {"posted_by_kind": "COMPANY", "kind": "VACANCY", "title": "Wanted"} | columns
        id_ = await self.insert("need", posted_by_id=by, **row)
        for skill, level, is_required in skills:
            await self.insert("need_skill", need_id=id_, skill_id=skill, level=level, is_required=is_required)
        return id_

    async def tie(self, role: str, expert: UUID, company: UUID, since: date, until: date | None) -> UUID:
        ends = {
            "subject_id": expert,
            "subject_kind": "EXPERT",
            "object_id": company,
            "object_kind": "COMPANY",
        }
        return await self.insert("relation", role=role, valid=asyncpg.Range(since, until), **ends)


PLACED = {"country": "PK", "subdivision": "PK-SD", "city": "Karachi", "latitude": 24.86, "longitude": 67.01}
LAHORE = {"subdivision": "PK-PB", "city": "Lahore", "latitude": 31.55, "longitude": 74.34}
BERLIN = {"country": "DE", "subdivision": None, "city": "Berlin", "latitude": 52.52, "longitude": 13.4}
_stories = iter(range(1, 1000))


@pytest.fixture
async def story(dsn: str) -> AsyncIterator[Story]:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    yield Story(connection, next(_stories))
    await connection.close()


async def ranked(
    database: Database, need: UUID, who: Asking = ANONYMOUS, **options: Any
) -> dict[UUID, float]:
    """Experts for a need with their scores, best first."""
    answer = await ask_match(database, "matchExperts", "need", need, who, first=100, **options)
    return {UUID(edge["node"]["id"]): edge["score"] for edge in answer["edges"]}


async def test_skills_order_as_a_person_would(database: Database, story: Story) -> None:
    databases = await story.skill("databases")
    postgres = await story.skill("PostgreSQL", databases)
    tuning = await story.skill("tuning PostgreSQL", postgres)
    cooking = await story.skill("cooking")
    need = await story.need(await story.company(), (postgres, "ADVANCED", True))
    expected = [
        await story.expert((postgres, "EXPERT")),
        await story.expert((tuning, "EXPERT")),
        await story.expert((postgres, None)),
        await story.expert((postgres, "INTERMEDIATE")),
        await story.expert((databases, "EXPERT")),
        await story.expert((postgres, "BASIC")),
    ]
    await story.expert((cooking, "EXPERT"))
    found = await ranked(database, need)
    assert list(found) == expected
    assert len(set(found.values())) == len(expected)


async def test_required_skills_come_before_welcome_ones(database: Database, story: Story) -> None:
    python, german, charm = [await story.skill(label) for label in ("Python", "German", "charm")]
    need = await story.need(
        await story.company(), (python, None, True), (german, None, True), (charm, None, False)
    )
    all_three = await story.expert((python, None), (german, None), (charm, None))
    both = await story.expert((python, None), (german, None))
    one_and_charm = await story.expert((python, None), (charm, None))
    one = await story.expert((german, None))
    only_charm = await story.expert((charm, None))
    assert list(await ranked(database, need)) == [all_three, both, one_and_charm, one, only_charm]


async def test_the_nearer_the_better_unless_any_place_will_do(database: Database, story: Story) -> None:
    skill = await story.skill("surveying")
    company = await story.company()
    here, there = (
        await story.need(company, (skill, None, True)),
        await story.need(company, (skill, None, True), is_remote=True),
    )
    expected = [
        await story.expert((skill, None)),
        await story.expert((skill, None), city="Hyderabad", latitude=25.39, longitude=68.37),
        await story.expert((skill, None), **LAHORE),
        await story.expert((skill, None), **BERLIN),
    ]
    found = await ranked(database, here)
    assert list(found) == expected
    assert len(set(found.values())) == 4
    assert len(set((await ranked(database, there)).values())) == 1


async def test_the_open_come_before_the_busy_but_advisers_mentor(database: Database, story: Story) -> None:
    skill, company = await story.skill("selling"), await story.company()
    job = await story.need(company, (skill, None, True))
    advice = await story.need(company, (skill, None, True), kind="MENTORING")
    people = [await story.expert((skill, None), availability=a) for a in ("OPEN", "PART_TIME", "ADVISORY")]
    assert list(await ranked(database, job)) == people
    assert len(set((await ranked(database, advice)).values())) == 1


async def test_who_worked_there_or_in_the_business_comes_first(database: Database, story: Story) -> None:
    skill = await story.skill("welding")
    company = await story.company(verticals=["AI"])
    alike, other = await story.company(verticals=["AI"]), await story.company(verticals=["FINTECH"])
    need = await story.need(company, (skill, None, True), verticals=["AI"])
    founder, still, once, stranger = [await story.expert((skill, None)) for _ in range(4)]
    await story.tie("FOUNDED", founder, company, date(2015, 1, 1), None)
    await story.tie("EMPLOYED_BY", still, alike, date(2015, 1, 1), None)
    await story.tie("EMPLOYED_BY", once, alike, date(2015, 1, 1), date(2018, 1, 1))
    await story.tie("EMPLOYED_BY", stranger, other, date(2015, 1, 1), None)
    assert list(await ranked(database, need)) == [founder, still, once, stranger]


async def test_languages_count_by_their_share(database: Database, story: Story) -> None:
    skill = await story.skill("interpreting")
    need = await story.need(await story.company(), (skill, None, True), languages=["de", "ur"])
    people = [
        await story.expert((skill, None), languages=spoken) for spoken in (["ur", "de"], ["de"], ["en"])
    ]
    assert list(await ranked(database, need)) == people


async def test_a_wanted_skill_more_never_lowers_a_score(database: Database, story: Story) -> None:
    rng = random.Random(5)
    tree = [await story.skill("root")]
    for number in range(9):
        tree.append(await story.skill(f"s{number}", rng.choice([None, *tree])))
    wanted = [(skill, rng.choice([None, "BASIC", "EXPERT"]), rng.random() < 0.5) for skill in tree[3:7]]
    need = await story.need(await story.company(), *wanted)
    expert = await story.expert((tree[3], "BASIC"))
    before = (await ranked(database, need))[expert]
    for skill in rng.sample([*tree[:3], *tree[4:]], len(tree) - 1):
        await story.has(expert, skill, rng.choice([None, "BASIC", "ADVANCED"]))
        after = (await ranked(database, need))[expert]
        assert after >= before
        before = after
    assert before > 0.5


@pytest.mark.parametrize("part", list(DEFAULTS))
async def test_a_weight_of_zero_takes_a_part_out(database: Database, worlds: list[World], part: str) -> None:
    changed = 0
    for world in worlds[:12]:
        for row in world.facts["need"]:
            if not Viewer("editor").sees(row):
                continue
            answer = await ask_match(
                database, "matchExperts", "need", row["id"], EDITOR, first=100, weights={part: 0}
            )
            for edge in answer["edges"]:
                counted = [
                    (DEFAULTS[name], found["score"])
                    for name, found in edge["parts"].items()
                    if name != part and found is not None
                ]
                mean = sum(w * s for w, s in counted) / sum(w for w, _ in counted)
                assert edge["score"] == pytest.approx(mean, abs=2e-4)
                told = edge["parts"][part]
                changed += told is not None and abs(told["score"] - mean) > 0.01
    assert changed > 3


HIDDEN: list[dict[str, Any]] = [
    {"availability_audience": "PARTNERS"},
    {"availability_audience": None},
    {"availability": "NOT_AVAILABLE"},
    {"availability": None},
    {"skills_audience": "OWNER"},
    {"audience": "OWNER"},
    {"record_status": "WITHDRAWN"},
]


@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
async def test_who_states_no_availability_to_the_caller_is_not_even_counted(
    database: Database, story: Story, hidden: dict[str, Any]
) -> None:
    skill = await story.skill("singing")
    need = await story.need(await story.company(), (skill, None, True))
    shown = await story.expert((skill, "BASIC"))
    expert = await story.expert((skill, "EXPERT"), **hidden)
    assert list(await ranked(database, need)) == [shown]
    count = await ask_match(database, "matchExperts", "need", need, first=1)
    assert count["totalCount"] == 1
    for name in ("matchNeeds", "matchPrograms"):
        if hidden.keys() & {"availability", "availability_audience", "skills_audience"}:
            assert (await ask_match(database, name, "expert", expert))["edges"] == []


@pytest.mark.parametrize("field", ["location", "languages"])
async def test_a_hidden_place_or_language_counts_as_none(
    database: Database, story: Story, field: str
) -> None:
    skill = await story.skill("rowing")
    need = await story.need(await story.company(), (skill, None, True), languages=["ur"])
    silent = {"languages": None} if field == "languages" else dict.fromkeys(PLACED)
    shown = await story.expert((skill, None), languages=["ur"])
    hidden = await story.expert((skill, None), **{"languages": ["ur"], f"{field}_audience": "OWNER"})
    none = await story.expert((skill, None), **{"languages": ["ur"]} | silent)
    found = await ranked(database, need)
    assert list(found) == [shown, hidden, none]
    assert found[hidden] == found[none] < found[shown]
    assert (await ranked(database, need, EDITOR))[hidden] == found[shown]


async def test_a_hidden_residence_changes_nothing(database: Database, story: Story) -> None:
    skill = await story.skill("dancing")
    need = await story.need(await story.company(**BERLIN), (skill, None, True), country="PK", city="Quetta")
    nowhere = dict.fromkeys(PLACED)
    shown = await story.expert((skill, None), **nowhere, residence_country="PK")
    told = nowhere | {"residence_country": "PK", "residence_country_audience": "OWNER"}
    hidden, silent = await story.expert((skill, None), **told), await story.expert((skill, None), **nowhere)
    found = await ranked(database, need)
    assert list(found) == [shown, hidden, silent]
    assert found[hidden] == found[silent] < found[shown]
    seen = await ranked(database, need, EDITOR)
    assert seen[hidden] == seen[shown]


# -- pages, limits, errors, price ---------------------------------------------------------------------


async def test_pages_follow_each_other_with_their_evidence(
    database: Database, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    skill = await story.skill("counting")
    need = await story.need(await story.company(), (skill, "EXPERT", True))
    people = [
        await story.expert((skill, level)) for level in ("EXPERT", "ADVANCED", "BASIC") for _ in range(3)
    ]
    whole = await ask_match(database, "matchExperts", "need", need, first=100)
    assert [UUID(edge["node"]["id"]) for edge in whole["edges"]] == people
    assert whole["pageInfo"]["hasNextPage"] is False
    edges: list[Any] = []
    after = None
    for _ in range(5):
        page = await ask_match(database, "matchExperts", "need", need, first=2, after=after)
        edges += page["edges"]
        assert page["totalCount"] == len(people)
        after = page["pageInfo"]["endCursor"]
    assert edges == whole["edges"]
    monkeypatch.setattr(matching, "DEPTH", len(people))
    assert await counted(database, need) == len(people)
    monkeypatch.setattr(matching, "DEPTH", len(people) - 1)
    assert await counted(database, need) == len(people) - 1


async def counted(database: Database, need: UUID) -> int:
    """How many matches are counted, by a document that has no plan yet."""
    query = f'{{ m{next(_stories)}: matchExperts(need: {{id: "{need}"}}) {{ totalCount }} }}'
    answer = await run(database, query)
    (found,) = answer["data"].values()
    return int(found["totalCount"])


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("matchExperts", "BAD_USER_INPUT"),
        ('matchExperts(need: {slug: "need-0"}, company: {slug: "company-0"})', "BAD_USER_INPUT"),
        ("matchExperts(need: null)", "BAD_USER_INPUT"),
        ('matchExperts(need: {slug: "nothing"})', "ENTITY_UNKNOWN"),
        ('matchExperts(need: {id: "x"})', "BAD_USER_INPUT"),
        ('matchExperts(program: {slug: "company-0"})', "ENTITY_UNKNOWN"),
        ('matchNeeds(university: {identifier: {scheme: ROR, value: "x"}})', "IDENTIFIER_INVALID"),
        ('matchPrograms(company: {slug: "company-0"}, first: 0)', "PAGE_SIZE"),
        ('matchPrograms(company: {slug: "company-0"}, first: 1001)', "PAGE_SIZE"),
        ('matchPrograms(company: {slug: "company-0"}, after: "x")', "INVALID_CURSOR"),
        ('matchPrograms(company: {slug: "company-0"}, weights: {skills: -0.1})', "BAD_USER_INPUT"),
        ('matchPrograms(company: {slug: "company-0"}, weights: {place: 10.1})', "BAD_USER_INPUT"),
        (
            'matchPrograms(company: {slug: "company-0"}, weights: {skills: 0, field: 0, place: 0, period: 0, '
            "language: 0, affiliation: 0})",
            "BAD_USER_INPUT",
        ),
    ],
)
async def test_bad_input_has_a_code_and_leaves_the_rest_of_the_answer(
    ask: Ask, field: str, code: str
) -> None:
    answer = await ask(
        f"{{ m: {field} {{ totalCount }} roles(first: 1) {{ nodes {{ code }} }} }}", viewer=EDITOR
    )
    (error,) = answer["errors"]
    assert (error["code"], error["path"]) == (code, ["m"])
    assert answer["data"]["m"] is None
    assert len(answer["data"]["roles"]["nodes"]) == 1


@pytest.mark.parametrize(
    "given",
    [
        "weights: {skills: 0}",
        "weights: {skills: 10, field: 10, place: 10, period: 10, language: 10, affiliation: 0}",
        "weights: {skills: 0, field: 0, place: 0, period: 0, language: 0, affiliation: 0.1}",
        "weights: {}",
        "weights: null",
        "first: 1",
        "first: 1000",
        "asOf: null",
        'asOf: "2000-02-29"',
    ],
)
async def test_the_bounds_themselves_are_allowed(ask: Ask, given: str) -> None:
    for name, kinds in ASKED.items():
        selected = "edges { score }" if given == "first: 1000" else SELECTED
        query = f'{{ {name}({kinds[-1]}: {{slug: "{kinds[-1]}-0"}}, {given}) {{ {selected} }} }}'
        assert "errors" not in await ask(query, viewer=EDITOR)


async def test_a_hidden_subject_is_as_unknown_as_one_that_does_not_exist(
    database: Database, story: Story
) -> None:
    hidden = await story.company(audience="OWNER")
    messages = []
    for id_ in (hidden, UUID(int=7)):
        answer = await run(database, f'{{ matchExperts(company: {{id: "{id_}"}}) {{ totalCount }} }}')
        messages += [(error["code"], error["message"]) for error in answer["errors"]]
    assert messages[0] == messages[1]
    assert messages[0][0] == "ENTITY_UNKNOWN"


async def test_the_price_grows_with_the_page_and_its_evidence(ask: Ask) -> None:
    async def price(first: int, inner: str) -> int:
        query = f'{{ matchNeeds(university: {{slug: "university-0"}}, first: {first}) {{ {inner} }} }}'
        answer = await ask(query, viewer=EDITOR)
        return int(answer["extensions"]["cost"]["nodes"])

    assert await price(10, "edges { score }") == 510
    assert await price(20, "nodes { title }") == 520
    assert await price(1, "totalCount") == 500
    assert await price(10, "edges { parts { skills { matches { worth } } } }") == 510 + 10 * 5
    assert await price(10, "edges { parts { skills { matches { held { label } } } } }") == 510 + 10 * 5 * 2
    assert await price(10, "edges { parts { affiliation { organization { name } } } }") == 510 + 10


@pytest.mark.parametrize("who", [ANONYMOUS, NORTH, EDITOR], ids=lambda who: who.role)
async def test_a_match_is_one_statement(database: Database, worlds: list[World], who: Asking) -> None:
    row = next(row for row in worlds[0].facts["need"] if row["audience"] == "PUBLIC")
    before = api.schema.reads.statements
    await ask_match(database, "matchExperts", "need", row["id"], who)
    assert api.schema.reads.statements == before + 1


def test_the_weights_are_those_that_the_documentation_says() -> None:
    text = (Path(__file__).parents[1] / "docs" / "matching.md").read_text(encoding="utf-8")
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    told = {row[0].strip("`"): float(row[1]) for row in rows if row[0].strip("`") in DEFAULTS}
    assert told == DEFAULTS == matching.WEIGHTS
    assert f"The best {matching.DEPTH} are ranked" in text
    assert f"counts {matching.PRICE} nodes" in text
