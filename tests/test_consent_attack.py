"""Nothing that people keep to themselves shows: two worlds that differ in it alone give the same answers.

Asked by an anonymous reader and by another partner, of every filter, order, group and way that the schema
has (tests/attacks.py), and of operations made at random; errors, prices and cursors are compared too.
"""

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from resolvers.errors import TripleHelixError
from resolvers.viewer import ANONYMOUS, Viewer
from tests.attacks import Attack, attacks, in_the_past
from tests.conftest import EDITOR, NORTH, PATIENT, run
from tests.export_attacks import ExportAttack, export_attacks
from tests.exports import exported
from tests.hidden_worlds import Worlds, make_worlds
from tests.operations import generate
from tests.row_security import SOUTH

BUILT: GraphQLSchema = build_schema(api.schema.as_str())
ATTACKS = attacks(BUILT)
Both = tuple[Database, Database, Worlds]
asked = pytest.mark.parametrize(
    ("audience", "viewer"),
    [("OWNER", ANONYMOUS), ("OWNER", SOUTH), ("PARTNERS", ANONYMOUS)],
    ids=["owner-anonymous", "owner-another-partner", "partners-anonymous"],
)
GENERATED = 150
EXPORTS = export_attacks(BUILT)


@pytest.fixture(scope="module")
async def worlds(postgres: EmbeddedPostgres, graph_template: str) -> AsyncIterator[dict[str, Both]]:
    """By audience: both worlds, open."""
    found = {}
    for audience in ("OWNER", "PARTNERS"):
        made = await make_worlds(postgres.dsn, graph_template, audience)
        both = Database(made.one, **PATIENT), Database(made.other, **PATIENT)
        for one in both:
            await one.open()
        found[audience] = (*both, made)
    yield found
    for one, other, _ in found.values():
        await one.close()
        await other.close()


def every(both: Both) -> list[Attack]:
    """All attacks on two worlds."""
    return [*ATTACKS, *in_the_past(both[2].before.isoformat())]


async def answers(both: Both, attack: Attack, viewer: Viewer) -> list[dict[str, Any]]:
    """What each world answers."""
    return [await run(one, attack.text, dict(attack.variables), viewer) for one in both[:2]]


@asked
async def test_no_question_of_the_schema_tells_what_is_hidden(
    worlds: dict[str, Both], audience: str, viewer: Viewer
) -> None:
    learned = []
    for attack in every(worlds[audience]):
        one, other = await answers(worlds[audience], attack, viewer)
        if one != other:
            learned.append(attack.name)
    assert learned == []


@pytest.mark.parametrize("viewer", [EDITOR, NORTH], ids=["editor", "owner"])
async def test_who_may_know_gets_different_answers_from_the_two_worlds(
    worlds: dict[str, Both], viewer: Viewer
) -> None:
    """Otherwise the attacks would ask nothing."""
    silent = []
    for attack in every(worlds["OWNER"]):
        one, other = await answers(worlds["OWNER"], attack, viewer)
        # An error with a code is an answer; one without would mean that nothing was asked.
        if not all(error["code"] for error in one.get("errors", [])):
            silent.append(f"{attack.name}: {one['errors']}")
        if attack.is_telling and one == other:
            silent.append(attack.name)
    assert silent == []


@asked
async def test_no_generated_question_tells_what_is_hidden(
    worlds: dict[str, Both], audience: str, viewer: Viewer
) -> None:
    learned, asked, number = [], 0, 0
    while asked < GENERATED:
        number += 1
        made = generate(BUILT, api.CATALOG, random.Random(number))
        if "xpert" not in made.text and "entit" not in made.text:
            continue
        asked += 1
        one, other = await answers(worlds[audience], Attack(str(number), made.text, made.variables), viewer)
        if one != other:
            learned.append(made.text)
    assert learned == []


async def files(both: Both, attack: ExportAttack, viewer: Viewer) -> list[bytes | str]:
    """The file that each world gives, or the error."""
    found: list[bytes | str] = []
    for one in both[:2]:
        try:
            found.append(await exported(one, attack.kind, attack.form, viewer, **attack.wishes))
        except TripleHelixError as error:
            found.append(f"{error.code} {error.message}")
    return found


@asked
async def test_no_export_tells_what_is_hidden(worlds: dict[str, Both], audience: str, viewer: Viewer) -> None:
    learned = []
    for attack in EXPORTS:
        one, other = await files(worlds[audience], attack, viewer)
        if one != other:
            learned.append(attack.name)
    assert learned == []


@pytest.mark.parametrize("viewer", [EDITOR, NORTH], ids=["editor", "owner"])
async def test_who_may_know_gets_different_files(worlds: dict[str, Both], viewer: Viewer) -> None:
    silent = []
    for attack in EXPORTS:
        one, other = await files(worlds["OWNER"], attack, viewer)
        if attack.is_telling and one == other:
            silent.append(attack.name)
    assert silent == []
