"""What the search finds, in which order, and where it stops: asked of its function under the roles.

Who may see what is asked in tests/test_security.py, the indexes in tests/test_indexes.py, real names in
tests/test_import_world.py.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from models.embedded import EmbeddedPostgres
from resolvers.sources import SEARCH_DEPTH
from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import EDITOR, clone
from tests.row_security import acting

NAMES = (
    "University of Karachi", "Karachi Institute of Design", "Institute of Karachi Textiles", "Arachi Foods",
    "Universität Zürich", "Xi An Works", "Xian Works", "Aan Works", "جامعہ کراچی",
)  # fmt: skip


@pytest.fixture
async def names(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[asyncpg.Connection]:
    """A database of public clusters with these names and one that only editors see."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    await name_all(connection, list(NAMES))
    await name_all(connection, ["Quibble Works"], audience="OWNER")
    yield connection
    await connection.close()


async def name_all(
    connection: asyncpg.Connection, values: list[str], kind: str = "CLUSTER", audience: str = "PUBLIC"
) -> None:
    """Makes one entity of each name."""
    await connection.execute(
        """
        WITH made AS (
            INSERT INTO entity (kind, slug, name, audience)
            SELECT $2, lower($2) || '-' || gen_random_uuid(), value, $3 FROM unnest($1::text[]) AS value
            RETURNING id, name
        )
        INSERT INTO entity_name (entity_id, value) SELECT id, name FROM made
        """,
        values, kind, audience,
    )  # fmt: skip


async def found(
    connection: asyncpg.Connection, text: str, kinds: list[str] | None = None, viewer: Viewer = ANONYMOUS
) -> list[str]:
    """The names that a viewer finds, best first."""
    async with acting(connection, viewer):
        rows = await connection.fetch(
            "SELECT matched FROM search_names($1, $2, $3) ORDER BY score DESC, matched",
            text, kinds, SEARCH_DEPTH,
        )  # fmt: skip
    return [row["matched"] for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("university of karachi", ["University of Karachi"]),
        ("karachi, University", ["University of Karachi"]),
        ("institute karachi", ["Karachi Institute of Design", "Institute of Karachi Textiles"]),
        ("karachi institute", ["Karachi Institute of Design", "Institute of Karachi Textiles"]),
        ("universitat zurich", ["Universität Zürich"]),
        ("جامعة كراچي", ["جامعہ کراچی"]),
        ("arachi foods", ["Arachi Foods"]),
    ],
)
async def test_every_word_is_found_in_any_order_and_nothing_that_is_only_alike(
    names: asyncpg.Connection, text: str, expected: list[str]
) -> None:
    assert await found(names, text) == expected


async def test_a_name_that_begins_so_and_a_whole_word_come_before_a_piece_of_one(
    names: asyncpg.Connection,
) -> None:
    assert (await found(names, "karachi"))[0] == "Karachi Institute of Design"
    arachi = await found(names, "arachi")
    assert (arachi[0], len(arachi)) == ("Arachi Foods", 4)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("univercity of karachi", "University of Karachi"),
        ("karchi university", "University of Karachi"),
        ("karachi institut of desing", "Karachi Institute of Design"),
        ("جامعہ کراچئ", "جامعہ کراچی"),
    ],
)
async def test_where_no_name_has_the_words_the_most_alike_comes_first(
    names: asyncpg.Connection, text: str, first: str
) -> None:
    assert (await found(names, text))[0] == first
    assert await found(names, "zzzz qqqq") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ["Aan Works", "Arachi Foods"]),
        ("xi", ["Xian Works", "Xi An Works"]),
        ("xi an", ["Xi An Works"]),
        ("b", []),
        ("!!! -", []),
        ("%", []),
        ("_", []),
    ],
)
async def test_one_or_two_characters_are_the_beginning_of_a_name(
    names: asyncpg.Connection, text: str, expected: list[str]
) -> None:
    assert await found(names, text) == expected


async def test_what_is_hidden_does_not_count_as_found(names: asyncpg.Connection) -> None:
    assert await found(names, "quibble works", viewer=EDITOR) == ["Quibble Works"]
    hidden = await found(names, "quibble works")
    assert hidden
    assert "Quibble Works" not in hidden


async def test_an_entity_is_found_once_by_the_best_of_its_names(names: asyncpg.Connection) -> None:
    await names.execute(
        "INSERT INTO entity_name (entity_id, value) "
        "SELECT id, 'Karachi University' FROM entity WHERE name = 'University of Karachi'"
    )
    assert await found(names, "karachi university") == ["Karachi University"]


@pytest.mark.parametrize("text", ["works", "wo", "w", "workz", "works 77", "zzzz"])
async def test_a_rare_kind_and_a_common_one_are_searched_alike(names: asyncpg.Connection, text: str) -> None:
    await name_all(names, [f"Works {number}" for number in range(500)], kind="MEETING")
    rare = await found(names, text, ["MEETING"])
    await name_all(names, ["Another"], kind="MEETING")
    assert await found(names, text, ["MEETING"]) == rare
    assert (rare == []) == (text == "zzzz")


async def test_the_search_gives_no_more_than_a_thousand(names: asyncpg.Connection) -> None:
    await name_all(names, [f"Plenty {number}" for number in range(SEARCH_DEPTH)])
    assert len(await found(names, "plenty")) == SEARCH_DEPTH
    await name_all(names, ["Plenty"])
    many = await found(names, "plenty")
    assert (len(many), many[0]) == (SEARCH_DEPTH, "Plenty")


@pytest.mark.parametrize(("others", "is_found"), [(9_999, True), (10_000, False)])
async def test_of_names_that_begin_so_ten_thousand_are_looked_at(
    names: asyncpg.Connection, others: int, is_found: bool
) -> None:
    await name_all(names, [f"Ox {number:05}" for number in range(others)])
    await name_all(names, ["Ox Zoo", *("Meeting" for _ in range(501))], kind="MEETING")
    assert (await found(names, "ox", ["MEETING"]) == ["Ox Zoo"]) == is_found
    # Its own name finds it all the same.
    assert await found(names, "ox zoo", ["MEETING"]) == ["Ox Zoo"]
