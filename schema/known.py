"""A query that the fast path may answer, and how its variables are coerced.

Made once for each operation by schema/fast.py and schema/literals.py; says nothing about how it runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, NonNullTypeNode, OperationDefinitionNode, get_variable_values
from graphql.language import NamedTypeNode

from resolvers.reads import Operation

Coerce = Callable[[Mapping[str, Any]], dict[str, Any] | None]
_SCALARS: dict[str, type] = {"Int": int, "String": str, "ID": str, "Boolean": bool}


@dataclass(frozen=True, slots=True)
class Known:
    """A query that may take the fast path, and how its variables are coerced (None: not by us)."""

    operation: Operation
    coerce: Coerce


def _is_int32(value: int) -> bool:
    return -(2**31) <= value < 2**31


def coercer(schema: GraphQLSchema, node: OperationDefinitionNode) -> Coerce:
    """Coerces built-in scalars by their exact Python type; everything else is graphql-core's work."""
    definitions = node.variable_definitions or ()
    plain: list[tuple[str, type, bool]] = []
    for definition in definitions:
        is_required = isinstance(definition.type, NonNullTypeNode)
        inner = definition.type.type if isinstance(definition.type, NonNullTypeNode) else definition.type
        if not isinstance(inner, NamedTypeNode) or definition.default_value is not None:
            break
        scalar = _SCALARS.get(inner.name.value)
        if scalar is None:
            break
        plain.append((definition.variable.name.value, scalar, is_required))

    def complete(given: Mapping[str, Any]) -> dict[str, Any] | None:
        found = get_variable_values(schema, definitions, dict(given))
        return None if isinstance(found, list) else found.coerced

    if len(plain) < len(definitions):
        return complete

    def coerce(given: Mapping[str, Any]) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        for name, scalar, is_required in plain:
            if name not in given:
                if is_required:
                    return None
                continue
            value = given[name]
            if value is None:
                if is_required:
                    return None
            elif type(value) is not scalar or (type(value) is int and not _is_int32(value)):
                return complete(given)
            found[name] = value
        return found

    return coerce
