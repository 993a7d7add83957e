"""Literals instead of variables: one plan serves them all, with the answers that the complete path gives.

`pytest tests/test_literals.py -k processor -s` prints what such requests cost.
"""

import random
import string
import time
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from graphql import GraphQLError, Lexer, Source, TokenKind
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest

import schema as api
from models.database import Database
from resolvers.viewer import ANONYMOUS, Viewer
from schema.literals import MAX_TEXT, scan
from tests.conftest import VIEWERS, Ask
from tests.corpus import cases
from tests.operations import generate
from web.answers import formatted
from web.metrics import Metrics

LITERALS = (TokenKind.INT, TokenKind.FLOAT, TokenKind.STRING, TokenKind.BLOCK_STRING)
ID = "00000000-0000-7000-8000-0000000003e8"
LIST = """query Q($city: String) {
  companies(first: %s, where: {
    name: {contains: %s}, employeeCount: {gte: %s}, recordStatus: {in: [ACTIVE, INACTIVE]}
    or: [{city: {eq: $city}}, {city: {isNull: true}}, {slug: {in: [%s, "company-1"]}}]
    foundedOn: {gt: %s}
  }) { nodes { ...Named zones(first: 2, where: {
    area: {lt: %s}, not: {createdAt: {gt: %s}}
  }) { nodes { name } } } } }
fragment Named on Company { id slug names(lang: %s) { value } }"""


def shown(result: Any) -> bytes:
    """What a client would see of a result."""
    errors = [formatted(error, "a-request") for error in result.errors or ()]
    return orjson.dumps([result.data, errors, result.extensions])


async def complete(
    database: Database, text: str, variables: dict[str, Any] | None = None, viewer: Viewer = ANONYMOUS
) -> Any:
    """What the complete path gives, by a schema of its own."""
    context = api.make_context(viewer, database, "a-request")
    return await api.schema.execute(text, variable_values=variables, context_value=context)


class Client:
    """Asks a schema of its own as the server does."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.schema = api.build_schema()

    async def quick(
        self, text: str, variables: dict[str, Any] | None = None, viewer: Viewer = ANONYMOUS
    ) -> Any:
        """The short way's result; None where it left the document to the complete path."""
        context = api.make_context(viewer, self.database, "a-request")
        return await self.schema.fast.answer(text, None, variables, context)

    async def ask(
        self, text: str, variables: dict[str, Any] | None = None, viewer: Viewer = ANONYMOUS
    ) -> bool:
        """Asks, and says whether the short way answered."""
        result = await self.quick(text, variables, viewer)
        if result is not None:
            return True
        context = api.make_context(viewer, self.database, "a-request")
        await self.schema.execute(text, variable_values=variables, context_value=context)
        return False


@pytest.fixture
def client(graph_database: Database) -> Client:
    return Client(graph_database)


# -- the scanner reads what graphql-core reads -------------------------------------------------------

PIECES = (
    *('"', '""', '"""', "\\", '\\"', '\\"""', "\\u00e9", "\\u{1F680}", "\\n", "#", "\n", "\r", "é", "🚀"),
    *("1", "0", "-", "01", "1.5", "-0", "2e10", "1E-3", ".", "...", "e5", "a1", "_9", "name", "$", "@", "("),
    *("{", "}", ":", ",", " ", "\t", "[", "]", "'", "x", '"text"', '"""block"""', "-12", ")", "\ufeff"),
)  # fmt: skip


def tokens(text: str) -> list[tuple[int, int]]:
    """The literals' begins and ends by graphql-core's lexer."""
    lexer = Lexer(Source(text))
    found = []
    while lexer.advance().kind is not TokenKind.EOF:
        if lexer.token.kind in LITERALS:
            found.append((lexer.token.start, lexer.token.end))
    return found


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_the_scanner_finds_the_literals_that_the_lexer_finds(text: str) -> None:
    # What follows a document's last literal is never nothing: at least a brace.
    text += " }"
    try:
        expected = tokens(text)
    except GraphQLError:
        return
    found = scan(text)
    given_ = [] if found is None else list(zip(found.starts, found.literals, strict=True))
    assert given_ == [(start, text[start:end]) for start, end in expected]


@pytest.mark.parametrize(
    "text", ['{ a(b: "', '{ a(b: """x', '{ a(b: "x\ny")}', '{ a(b: "x', "{ a }", "{ a(b: \x01I, c: 2) }"]
)
def test_what_is_not_clear_is_not_looked_at(text: str) -> None:
    assert scan(text) is None


def test_long_documents_are_not_looked_at() -> None:
    assert scan('{ a(b: "%s") }' % ("x" * (MAX_TEXT - 13))) is not None
    assert scan('{ a(b: "%s") }' % ("x" * MAX_TEXT)) is None


@pytest.mark.parametrize("piece", ['"""\\"""', '"', '\\"""', "1", "-", "1.", '""', "#", "\\", '"a" ', "1e"])
def test_no_text_makes_the_scanner_slow(piece: str) -> None:
    # Counted, not timed: every match begins where the one before has ended, and none goes back.
    text = piece * (MAX_TEXT // len(piece) // 2)
    found = scan('"' + text)
    assert found is None or sum(map(len, found.literals)) <= len(text) + 1


# -- both ways give the same -------------------------------------------------------------------------


def other(literal: str, rng: random.Random) -> str:
    """Another literal of the same class, now and then one that does not fit."""
    if literal[0] != '"':
        if "." in literal or "e" in literal.lower():
            return rng.choice(["0.5", "-1e3", "2.25E+1", "67.0", "1e999"])
        return rng.choice(
            ["1", "2", "3", "5", "0", "-7", "500", "501", "2147483647", "-2147483648", "2147483648"]
        )
    return rng.choice(
        [
            literal, literal, literal, '""', '"zero"', '"o\'brien"', '"a \\"quoted\\" \\\\ text"',
            '"\\u062c\\u0627"', '"\\u{1F680}"', '"🚀 rocket"', '"جامعہ"', '"""block "text" here"""', '"\\q"',
            '"""\n    two\n      lines\n  """', '"2020-02-01"', '"2020-02-30"', '"12.50"',
            '"00000000-0000-7000-8000-0000000003e8"',
        ]
    )  # fmt: skip


def sibling(text: str, rng: random.Random) -> str:
    """The document with other literals."""
    scanned = scan(text)
    assert scanned is not None
    for start, literal in reversed(list(zip(scanned.starts, scanned.literals, strict=True))):
        if rng.random() < 0.6:
            text = text[:start] + other(literal, rng) + text[start + len(literal) :]
    return text


async def compare(
    client: Client, texts: Sequence[str], variables: dict[str, Any] | None, viewer: Viewer
) -> int:
    """Asks one document after the other; how many were answered on the short way."""
    taken = 0
    for text in texts:
        quick = await client.quick(text, variables, viewer)
        whole = await complete(client.database, text, variables, viewer)
        if quick is None:
            await client.ask(text, variables, viewer)
        else:
            taken += 1
            assert shown(quick) == shown(whole), text
    return taken


@pytest.mark.parametrize("case", [c for c in cases() if scan(c.read(".graphql"))], ids=lambda case: case.name)
async def test_the_corpus_with_other_literals_is_answered_alike(client: Client, case: Any) -> None:
    rng = random.Random(case.name)
    text = case.read(".graphql")
    texts = [text, *(sibling(text, rng) for _ in range(3))]
    await compare(client, texts, case.variables, VIEWERS[case.viewer])


async def test_generated_operations_with_other_literals_are_answered_alike(client: Client) -> None:
    rng = random.Random(5)
    taken = 0
    for _ in range(60):
        operation = generate(api.schema._schema, api.CATALOG, rng)
        if scan(operation.text):
            texts = [operation.text, *(sibling(operation.text, rng) for _ in range(3))]
            taken += await compare(client, texts, operation.variables, rng.choice(list(VIEWERS.values())))
    assert taken > 20


async def test_a_nested_where_with_any_literals_is_answered_alike(client: Client) -> None:
    rng = random.Random(3)
    usual = ("3", '"w"', "1", '"company-2"', '"1990-01-01"', "20.5", '"2090-01-01T00:00:00Z"', '"en"')
    texts = [LIST % usual]
    for _ in range(60):
        values = [value if rng.random() < 0.8 else other(value, rng) for value in usual]
        texts.append(LIST % tuple(values))
    assert await compare(client, texts, {"city": "Karachi"}, ANONYMOUS) > 20
    assert await compare(client, texts, None, ANONYMOUS) > 20


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('{ companies(first: 2, where: {slug: {eq: "a"}}) { totalCount } }',) * 2,
        ("{ companies(first: 2) { totalCount } }", "{ companies(first: 2147483648) { totalCount } }"),
        ("{ companies(first: 2) { totalCount } }", "{ companies(first: 501) { totalCount } }"),
        ("{ companies(first: 2) { totalCount } }", "{ companies(first: 2.0) { totalCount } }"),
        ("{ companies(first: 2) { totalCount } }", '{ companies(first: "2") { totalCount } }'),
        ('{ a: entity(by: {slug: "a"}) { id } }', '{ a: entity(by: {slug: "\\q"}) { id } }'),
        ('{ x: node(id: "00000000-0000-7000-8000-0000000003e8") { id } }', '{ x: node(id: "no") { id } }'),
        (
            '{ y: zones(after: "a", first: 1) { totalCount } x: node(id: "ID") { id } }'.replace("ID", ID),
            '{ y: zones(after: "bbbbbbb", first: 100) { totalCount } x: node(id: "nothing") { id } }',
        ),
        ('{ zones(asOf: "2020-01-01") { totalCount } }', '{ zones(asOf: "2020-02-30") { totalCount } }'),
        # The same field twice is one field, or none where the arguments differ.
        (
            "{ zones(first: 1) { nodes { id } } zones(first: 1) { totalCount } }",
            "{ zones(first: 1) { nodes { id } } zones(first: 2) { totalCount } }",
        ),
        (
            "query($n: Int = 1) { zones(first: $n) { nodes { id } } }",
            "query($n: Int = 2) { zones(first: $n) { nodes { id } } }",
        ),
        ('{ __type(name: "Zone") { name } }', '{ __type(name: "Company") { name } }'),
    ],
)  # fmt: skip
async def test_a_literal_that_cannot_be_used_gives_the_same_error(
    client: Client, good: str, bad: str
) -> None:
    for text in (good, sibling(good, random.Random(1)), good + " "):
        await client.ask(text)
    quick = await client.quick(bad)
    whole = shown(await complete(client.database, bad))
    assert quick is None or shown(quick) == whole
    assert b"@0" not in whole
    if quick is None:
        context = api.make_context(ANONYMOUS, client.database, "a-request")
        assert shown(await client.schema.execute(bad, context_value=context)) == whole


async def test_an_error_of_a_known_query_names_its_place_in_the_text(client: Client) -> None:
    text = '{ node(id: %s) { id } other: node(id: "00000000-0000-7000-8000-0000000003e8") { id } }'
    for wrong in ('"a"', '"b"', '"much longer"'):
        quick, whole = await client.quick(text % wrong), await complete(client.database, text % wrong)
        assert quick is None or shown(quick) == shown(whole)
        await client.ask(text % wrong)
    assert quick is not None
    (error,) = quick.errors
    assert error.locations[0].column == 3
    text = '{ other: node(id: %s) { id } node(id: "a") { id } }'
    for length in (1, 2, 30):
        asked = text % orjson.dumps("x" * length).decode()
        quick = await client.quick(asked)
        await client.ask(asked)
    assert [error.locations[0].column for error in quick.errors] == [3, 60]
    assert shown(quick) == shown(await complete(client.database, asked))


# -- what it costs -----------------------------------------------------------------------------------


async def test_ten_thousand_literals_leave_the_caches_small(client: Client) -> None:
    text = (
        '{ company(by: {slug: "%s"}) { name experts(first: 2, where: {name: {ne: "%s"}}) { totalCount } } }'
    )
    rng = random.Random(1)
    before = {name: len(cache) for name, cache in client.schema.caches.items()}
    assert set(before.values()) == {0}
    answered = 0
    for _ in range(10_000):
        word = "".join(rng.choices(string.ascii_letters, k=12))
        answered += await client.ask(text % (word, word[:6]))
    assert answered == 9_999
    after = {name: len(cache) for name, cache in client.schema.caches.items()}
    # One plan for the document that came first, one for all others.
    assert after == {"documents": 1, "queries": 0, "literals": 1, "plans": 2}


async def test_documents_that_share_nothing_leave_the_caches_bounded(client: Client) -> None:
    for cache in client.schema.caches.values():
        cache.size = 20
    for number in range(50):
        await client.ask(f'{{ a{number}: company(by: {{slug: "a"}}) {{ name }} }}')
        await client.ask(f'{{ a{number}: company(by: {{slug: "b"}}) {{ name }} }}')
    assert {name: len(cache) for name, cache in client.schema.caches.items()} == {
        "documents": 20,
        "queries": 0,
        "literals": 20,
        "plans": 20,
    }


async def test_documents_with_other_literals_share_their_statement(client: Client) -> None:
    asked: list[str] = []

    class Watched:
        """Keeps the statements' text."""

        async def read_row(self, viewer: Any, sql: str, binds: Any) -> Any:
            asked.append(sql)
            return await database.read_row(viewer, sql, binds)

    database, client.database = client.database, Watched()  # type: ignore[assignment]
    for number in range(8):
        text = '{ companies(first: %d, where: {name: {contains: "%s"}}) { nodes { id } } }'
        await client.ask(text % (3 + number % 2, "x" * number))
    # A page's size is written into the statement; the first document had a plan of its own.
    assert len(set(asked[1:])) == 2
    assert len(client.schema.reads.plans) == 3


async def test_a_known_document_is_not_scanned(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '{ company(by: {slug: "company-1"}) { name } }'
    await client.ask(text)
    monkeypatch.setattr("schema.literals.scan", lambda _: pytest.fail("scanned"))
    assert client.schema.fast.knows(text, None)
    assert await client.ask(text)


async def test_a_sibling_of_a_known_document_is_known(client: Client) -> None:
    text = 'query Named { company(by: {slug: "company-%d"}) { name } }'
    await client.ask(text % 1)
    assert client.schema.fast.knows(text % 2, None)
    assert client.schema.fast.knows(text % 2, "Named")
    assert not client.schema.fast.knows(text % 2, "Other")


async def test_literals_cost_little_more_processor_time_than_variables(client: Client) -> None:
    text = '{ companies(where: {name: {contains: "%s"}, employeeCount: {gte: %s}}) { nodes { id slug } } }'
    asked = "query($n: String, $e: Int)" + text.replace('"%s"', "$n").replace("%s", "$e")

    async def cost(literal: bool, count: int = 200) -> float:
        """Milliseconds a request."""
        for number in range(-3, count):
            if number == 0:
                started = time.process_time()
            word = f"w{number}"
            await (
                client.ask(text % (word, number)) if literal else client.ask(asked, {"n": word, "e": number})
            )
        return (time.process_time() - started) / count * 1000

    literals, variables = await cost(literal=True), await cost(literal=False)
    started = time.process_time()
    for number in range(10):
        await complete(client.database, text % ("z", number))
    parsed = (time.process_time() - started) / 10 * 1000
    print(
        f"\nCPU a request: literals {literals:.3f} ms, variables {variables:.3f} ms, before {parsed:.1f} ms"
    )
    # Parsing, validating and planning anew would be some twenty times as much.
    assert literals < parsed / 3


async def test_operators_see_what_the_caches_hold(client: Client) -> None:
    metrics = Metrics()
    metrics.watch_caches(client.schema.caches)
    for number in range(4):
        await client.ask('{ company(by: {slug: "company-%d"}) { name } }' % number)  # noqa: UP031
    shown = generate_latest(metrics.registry).decode()
    assert 'triplehelix_cache_entries{cache="plans",state="used"} 2.0' in shown
    assert 'triplehelix_cache_entries{cache="literals",state="most"} 500.0' in shown
    assert 'triplehelix_cache_lookups_total{cache="literals",result="hit"} 3.0' in shown
    assert 'triplehelix_cache_lookups_total{cache="literals",result="miss"} 1.0' in shown


async def test_ids_are_priced_and_limited_by_their_number(ask: Ask) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for count in (1, 3, 100):
        answer = await ask(query, {"ids": [ID] * count})
        assert answer["extensions"]["cost"]["nodes"] == count
    refused = await ask(query, {"ids": [ID] * 101})
    assert [error["code"] for error in refused["errors"]] == ["PAGE_SIZE"]
    alone = await ask(query, {"ids": ID})
    assert alone["extensions"]["cost"]["nodes"] == 1
