"""Strawberry types made of data: the inputs, connections, edges and groups that follow from declarations.

They are most of the schema and no Python code names their attributes, so they are described to Strawberry
directly: its decorators would make a dataclass of each and compile source text for every one, a good part of
a start. What is derived is the business of schema/derive.py and its like.
"""

from collections.abc import Mapping
from dataclasses import MISSING
from functools import cache
from types import SimpleNamespace
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

Fields = dict[str, tuple[Any, str, list[StrawberryArgument]]]
"""API name -> annotation, description, arguments."""
_PYTHON_WORDS = ("and", "or", "not", "in", "from")


@cache
def annotated(annotation: Any) -> StrawberryAnnotation:
    """The annotation as Strawberry keeps it: one for all fields that have it, so that it is resolved once."""
    return StrawberryAnnotation(annotation)


def argument(
    name: str, annotation: Any, description: str, default: Any = strawberry.UNSET
) -> StrawberryArgument:
    """An argument of a derived field."""
    return StrawberryArgument(name, None, annotated(annotation), description=description, default=default)


def build(
    name: str,
    description: str,
    fields: Fields,
    *,
    is_input: bool,
    defaults: Mapping[str, Any] | None = None,
    interface: Any = None,
) -> Any:
    """A Strawberry type from API name -> (annotation, description, arguments).

    `defaults` are of an input's fields by API name. An output type may have one `interface`, whose fields
    come first.
    """
    base = SimpleNamespace if interface is None else interface
    cls: Any = type(name, (base,), {"__doc__": description})
    inherited: StrawberryObjectDefinition | None = getattr(interface, "__strawberry_definition__", None)
    made = list(inherited.fields) if inherited else []
    missing = strawberry.UNSET if is_input else MISSING
    for api, (annotation, text, arguments) in fields.items():
        one = StrawberryField(
            python_name=f"{api}_" if api in _PYTHON_WORDS else api,
            graphql_name=api,
            type_annotation=annotated(annotation),
            origin=cls,
            description=text,
            default=(defaults or {}).get(api, missing),
        )
        one.arguments = arguments
        made.append(one)
    cls.__strawberry_definition__ = StrawberryObjectDefinition(
        name=name,
        is_input=is_input,
        is_interface=False,
        origin=cls,
        description=description,
        interfaces=[inherited] if inherited else [],
        extend=False,
        directives=(),
        is_type_of=None,
        resolve_type=None,
        fields=made,
    )
    return cls
