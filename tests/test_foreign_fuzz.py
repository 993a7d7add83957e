"""Readers of foreign files on damaged and distorted input: only coded problems, never an exception.

What they do yield can be staged for the database. Random changes of valid files: bytes lost, doubled and
flipped, and values in the right place that are of any other kind.
"""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange import cerif, gleif, orcid
from exchange.author import Author
from exchange.checks import Known
from exchange.entity_rows import prepare
from exchange.record import Problem, ProblemCode, Record, SourceRecord, UnreadableFile
from exchange.writer import Item
from models import seed
from tests import foreign

PARTNER = "example"
SOME_ID = UUID(int=1)
KNOWN = Known(
    regions=frozenset(row[0] for row in seed.regions()),
    verticals=frozenset(row[0] for row in seed.VERTICALS),
    sources=dict.fromkeys(("gleif", "orcid", "cris-example"), SOME_ID),
    partners={PARTNER: SOME_ID},
)
READERS: dict[str, Callable[[io.BytesIO], Iterator[Item]]] = {
    "cerif": lambda stream: cerif.read_stream(stream, PARTNER),
    "orcid": orcid.read_stream,
    "gleif": gleif.read_stream,
}
VALID = {
    "cerif": foreign.oai(*foreign.ALL),
    "orcid": json.dumps([foreign.orcid(), foreign.orcid()]).encode(),
    "gleif": "\n".join([json.dumps(foreign.gleif())] * 2).encode(),
}
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(name: str, data: bytes) -> list[Item]:
    """Reads the data and holds everything against what readers promise."""
    try:
        items = list(READERS[name](io.BytesIO(data)))
    except UnreadableFile:
        return []
    for item in items:
        if isinstance(item, Problem):
            assert item.code in ProblemCode
            assert item.message
            assert item.hint
        else:
            assert isinstance(item, Record | SourceRecord)
    prepare([item for item in items if isinstance(item, Record)], KNOWN, Author())
    return items


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """The data after one to six changes."""
    found = bytearray(data)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(len(found) - 1, 0)))
        length = draw(st.integers(0, 40))
        part = bytes(found[start : start + length])
        match draw(st.integers(0, 4)):
            case 0:
                del found[start : start + length]
            case 1:
                found[start:start] = part * draw(st.integers(1, 3))
            case 2:
                found[start:start] = draw(st.binary(max_size=8))
            case 3:
                found[start : start + length] = draw(st.text(max_size=8)).encode("utf-8", "surrogatepass")
            case _:
                del found[start:]
    return bytes(found)


@pytest.mark.parametrize("name", READERS)
@MANY
@given(data=st.data())
def test_damage_is_told_and_raises_nothing(name: str, data: st.DataObject) -> None:
    check(name, data.draw(damaged(VALID[name])))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


@pytest.mark.parametrize("name", ["orcid", "gleif"])
@MANY
@given(data=st.data())
def test_values_of_any_kind_in_any_place_raise_nothing(name: str, data: st.DataObject) -> None:
    found: Any = foreign.orcid() if name == "orcid" else foreign.gleif()
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from([place for place in places(found) if place]))
        inner = found
        for key in path:
            inner = inner[key]
        inner[last] = data.draw(ANYTHING)
    items = check(name, json.dumps([found]).encode())
    # The record, or why not: nothing is passed over in silence.
    assert [item for item in items if not isinstance(item, SourceRecord)]


PIECES = [
    "OrgUnits/1", "2020-03", "https://ror.org/05bbbc791", "PKR", "1250000.50", "Grant 5", "Karachi",
    "#University", "Erika", "mailto:", "startDate", "Funding", "OrgUnit", "Person", "Name", "Consortium",
]  # fmt: skip


@MANY
@given(data=st.data())
def test_texts_of_any_kind_in_any_element_raise_nothing(data: st.DataObject) -> None:
    text = "".join(foreign.ALL)
    for _ in range(data.draw(st.integers(1, 4))):
        piece = data.draw(st.sampled_from(PIECES))
        other = data.draw(st.sampled_from(PIECES) | st.text("abc019-/.:é ", max_size=150))
        text = text.replace(piece, other)
    items = check("cerif", foreign.cerif(text))
    assert [item for item in items if not isinstance(item, SourceRecord)]
