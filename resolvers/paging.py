"""Which page of a list is asked for: first/after/last/before and the role argument, with their limits."""

from collections.abc import Mapping
from typing import Any

from models.vocabulary import Role
from resolvers import mapping, plan
from resolvers.arguments import Argument, Given
from resolvers.cursors import null_mask
from resolvers.errors import BadUserInput, Code
from resolvers.limits import ReadLimits
from resolvers.mapping import TypeMap


def page_of(
    limits: ReadLimits,
    arguments: Mapping[str, Argument],
    types: tuple[str, ...],
    cursor_tag: str,
    is_nested: bool,
) -> plan.Page:
    values = {k: a for k, a in arguments.items() if isinstance(a, Given) and a.value is not None}
    for one, other in (("first", "last"), ("after", "before"), ("first", "before"), ("last", "after")):
        if one in values and other in values:
            raise BadUserInput(
                f"{one} and {other} cannot be given together.",
                code=Code.PAGE_SIZE,
                hint="Page forward with first and after, or backward with last and before.",
            )
    is_backward = "last" in values or "before" in values
    name = "last" if is_backward else "first"
    size = limits.page_nested if is_nested else limits.page_default
    if name in values:
        size = values[name].value
        if not 1 <= size <= limits.page_most:
            raise BadUserInput(
                f"{name} must be between 1 and {limits.page_most}; it is {size}.",
                code=Code.PAGE_SIZE,
                hint=f"Ask for at most {limits.page_most} and page on with a cursor.",
            )
    given = values.get("before" if is_backward else "after")
    if not isinstance(given, Given):
        return plan.Page(size, is_backward, None, ())
    argument = "before" if is_backward else "after"
    binds = tuple(
        plan.Bind(given.source, "cursor", sql, argument, part, (cursor_tag, types))
        for part, sql in enumerate(types)
    )
    mask = null_mask(given.value)
    if mask is None or len(mask) != len(types) or any(mask[len(types) - 1 :]):
        mask = (False,) * len(types)
    return plan.Page(size, is_backward, binds, mask)


def roles_of(field: Any, arguments: Mapping[str, Argument]) -> tuple[str, ...]:
    own = tuple(str(role) for role in field.roles) if isinstance(field, mapping.Related) else ()
    given = arguments.get("role")
    if not isinstance(given, Given) or given.value is None:
        return own
    asked = tuple(str(role) for role in given.value)
    wrong = [role for role in asked if own and role not in own]
    if wrong or not asked:
        raise BadUserInput(
            f"The role {wrong[0]} does not occur in this list."
            if wrong
            else "role must name at least one role.",
            hint=f"Roles of this list: {', '.join(own or tuple(str(role) for role in Role))}.",
        )
    return asked


def tie_types(field: Any, target: TypeMap) -> tuple[str, ...]:
    if isinstance(field, mapping.Related):
        return ("uuid", "uuid")
    if isinstance(field, (mapping.Search, mapping.Match)):
        return ("float", "uuid")
    return tuple(
        {"id": "uuid", "entity_id": "uuid", "xid": "bigint", "seq": "bigint"}.get(column, "text")
        for column in target.key
    )


def within(argument: Argument, name: str, most: int, code: Code) -> int:
    """A number of 1 to `most`."""
    assert isinstance(argument, Given)
    value = int(argument.value)
    if not 1 <= value <= most:
        raise BadUserInput(
            f"{name} must be between 1 and {most}; it is {value}.",
            code=code,
            hint=f"Ask for 1 to {most}.",
            argument=name,
        )
    return value
