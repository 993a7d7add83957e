"""Scopes: what a key may do beyond reading is asked of every write, and said where it is missing."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.database import Database
from resolvers.errors import Forbidden, TripleHelixError, Unauthenticated
from resolvers.scopes import ALLOWS, Scope, require
from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import EDITOR, NORTH, SCOPES, run

ACCESS = (Path(__file__).parents[1] / "docs" / "access.md").read_text()
FACT = """mutation { assertFact(input: {entity: {slug: "nobody"}, field: CITY, value: "Karachi"}) {
  assertion { id } } }"""
MERGE = """mutation { mergeEntities(input: {survivor: {slug: "a"}, duplicate: {slug: "b"}, reason: "one"}) {
  survivor { id } } }"""
PIN = """mutation { pinFact(input: {assertion: "00000000-0000-0000-0000-000000000000", reason: "right"}) {
  assertion { id } } }"""


def test_the_page_explains_every_scope_as_the_program_does() -> None:
    rows = dict(re.findall(r"^\| `([a-z:]+)` \| (.+)\. \|$", ACCESS, re.MULTILINE))
    assert {name: text[0].lower() + text[1:] for name, text in rows.items()} == {
        str(scope): allowed for scope, allowed in ALLOWS.items()
    }
    assert set(SCOPES) == set(Scope)


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_is_asked_for_by_name(scope: Scope) -> None:
    require(replace(NORTH, scopes=frozenset({scope})), scope)
    with pytest.raises(Forbidden) as refused:
        require(replace(NORTH, scopes=frozenset(set(Scope) - {scope})), scope)
    assert (refused.value.code, refused.value.http_status) == ("SCOPE_MISSING", 403)
    assert scope in str(refused.value.hint)
    assert refused.value.extensions["scope"] == scope
    with pytest.raises(Unauthenticated):
        require(ANONYMOUS, scope)


def test_a_scope_that_does_not_exist_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="is not a valid Scope"):
        require(NORTH, "write")
    assert not issubclass(ValueError, TripleHelixError)


def without(viewer: Viewer, scope: str) -> Viewer:
    return replace(viewer, scopes=viewer.scopes - {scope})


@pytest.mark.parametrize(
    ("document", "viewer", "code"),
    [
        (FACT, without(NORTH, "entities:write"), "SCOPE_MISSING"),
        (FACT, without(EDITOR, "entities:write"), "SCOPE_MISSING"),
        (FACT, replace(NORTH, scopes=frozenset({"entities:write"})), "NOT_FOUND"),
        (FACT, ANONYMOUS, "UNAUTHENTICATED"),
        (MERGE, without(EDITOR, "admin"), "SCOPE_MISSING"),
        (MERGE, replace(EDITOR, scopes=frozenset({"admin"})), "NOT_FOUND"),
        (MERGE, NORTH, "FORBIDDEN"),
        (PIN, without(EDITOR, "admin"), "SCOPE_MISSING"),
        (PIN, NORTH, "FORBIDDEN"),
    ],
)
async def test_a_mutation_asks_for_its_scope(
    graph_database: Database, document: str, viewer: Viewer, code: str
) -> None:
    answer: dict[str, Any] = await run(graph_database, document, viewer=viewer)
    assert [error["code"] for error in answer["errors"]] == [code]
