"""Declarative pieces of types that stand on no table, and of the fields that give them.

The fields of such a type name columns of the SQL text that computes it (resolvers/derived.py); what that
text says is in resolvers/.
"""

from collections.abc import Sequence
from typing import Any, get_args

from strawberry.types.arguments import StrawberryArgument

from resolvers import mapping
from schema.declare import Declaration, lazy_name, lazy_type, unwrap
from schema.fields import made_by, value_of


def scalar(description: str) -> Any:
    """A scalar: the column of the same name."""

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        plain, is_optional = unwrap(at.annotation)
        kind, vocabulary = value_of(plain)
        return mapping.Column(at.name, kind, is_not_null=not is_optional, vocabulary=vocabulary), None

    return made_by(declare, description)


def record(description: str, remote: str = "id") -> Any:
    """The record whose `remote` is the column `<name>_<remote>`."""

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        plain, _ = unwrap(at.annotation)
        made = mapping.ToOne(lazy_name(plain), f"{at.name}_{remote}", remote)
        return made, ("link", lazy_type(plain), lazy_name(plain), False)

    return made_by(declare, description)


def records(description: str, order: tuple[str, ...]) -> Any:
    """The records whose ids are in the column `<name>_ids`."""

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        (item,) = get_args(at.annotation)
        return mapping.Parts(lazy_name(item), f"{at.name}_ids", "id", order, in_array=True), None

    return made_by(declare, description)


def derived(field: mapping.Derived, description: str, arguments: Sequence[StrawberryArgument] = ()) -> Any:
    """An object, or a list of objects, that an SQL text computes of the row."""
    made = made_by(lambda _: (field, None), description)
    made.arguments = list(arguments)
    return made
