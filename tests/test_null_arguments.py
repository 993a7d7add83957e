"""An optional argument that is null is planned as one that is left out: generated clients send such nulls.

Only `asOf` says something by being null (all times), which tests/test_time.py has.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import GraphQLField, Undefined, get_named_type, is_non_null_type, validate

import schema as api
from resolvers.arguments import shaping_variables
from resolvers.reads import Planned
from schema.execution import Document, operation_of
from schema.limits import DocumentLimits, parse_document

SCHEMA = api.schema._schema
LITERALS = {"EntityRef": '{slug: "x"}', "FactRef": '{slug: "x"}', "String": '"x"', "ID": '"x"', "Int": "1"}
"""Type -> what stands for an argument that must be given; of an enum its first value does."""


def fields_of(type_: Any) -> Mapping[str, GraphQLField]:
    found: Mapping[str, GraphQLField] = getattr(get_named_type(type_), "fields", {})
    return found


def literal(type_: Any) -> str:
    named = get_named_type(type_)
    one = LITERALS.get(named.name) or next(iter(named.values))
    return f"[{one}]" if "[" in str(type_) else str(one)


def selection(type_: Any) -> str:
    """Something of a type that shows which records are meant."""
    fields = fields_of(type_)
    plain = [name for name in ("id", "totalCount", "count") if name in fields]
    nodes = f"nodes {selection(fields['nodes'].type)}" if "nodes" in fields else ""
    return f"{{ __typename {' '.join(plain)} {nodes} }}" if fields else ""


def call(name: str, field: GraphQLField, inner: str | None = None, null: str | None = None) -> str:
    """The field with what it needs, what is selected below it, and an argument that is null."""
    needed = {
        argument: literal(given.type)
        for argument, given in field.args.items()
        if is_non_null_type(given.type) and given.default_value is Undefined
    }
    if null is not None:
        needed[null] = "null"
    arguments = ", ".join(f"{argument}: {value}" for argument, value in needed.items())
    return f"{name}{f'({arguments})' if arguments else ''} {inner or selection(field.type)}"


def places(root: str, field: GraphQLField) -> Iterator[tuple[str, GraphQLField, str]]:
    """Where arguments stand at a root field, in its records and groups: a text with a gap, what fills it."""
    yield "{ GAP }", field, root
    below = fields_of(field.type)
    if "groupBy" in below:
        yield f"{{ {call(root, field, '{ GAP }')} }}", below["groupBy"], "groupBy"
    for name, inner in fields_of(below["nodes"].type).items() if "nodes" in below else ():
        if inner.args:
            yield f"{{ {call(root, field, '{ nodes { GAP } }')} }}", inner, name


def optional(field: GraphQLField) -> list[str]:
    return [name for name, one in field.args.items() if not is_non_null_type(one.type) and name != "asOf"]


def planned(text: str) -> tuple[object, ...]:
    """What is planned of a document, to be compared."""
    node = parse_document(text, DocumentLimits())
    assert validate(SCHEMA, node) == [], text
    found: Planned = api.schema.reads.planned(
        operation_of(Document(node, shaping_variables(node)), text, None), {}
    )
    failed = [(key, str(error)) for key, _, error in found.failed]
    return found.roots, failed, found.price.total


@pytest.mark.parametrize("root", list(api.CATALOG.query))
def test_a_null_plans_as_nothing_does(root: str) -> None:
    assert SCHEMA.query_type is not None
    for around, field, name in places(root, SCHEMA.query_type.fields[root]):
        without = planned(around.replace("GAP", call(name, field)))
        for argument in optional(field):
            text = around.replace("GAP", call(name, field, null=argument))
            assert planned(text) == without, text
