"""groupBy: the keys, sums and extremes that follow from a type's columns."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.types.arguments import StrawberryArgument

from resolvers import mapping
from resolvers.mapping import Value
from schema.build import Fields, argument, build
from schema.declare import declared, later, list_of
from schema.derive import columns, once, snake_upper
from schema.enums import Direction, GroupOrderField, members

_OUTPUTS: dict[Value, Any] = {
    Value.TEXT: str,
    Value.ID: strawberry.ID,
    Value.INT: int,
    Value.FLOAT: float,
    Value.DECIMAL: Decimal,
    Value.BOOLEAN: bool,
    Value.DATE: datetime.date,
    Value.DATETIME: datetime.datetime,
}
_NUMBERS = (Value.INT, Value.FLOAT, Value.DECIMAL)
_ORDERED = (*_NUMBERS, Value.DATE, Value.DATETIME)


def group_keys(cls: type) -> Any:
    """`CompanyGroupKey`."""
    grouped = columns(declared(cls), lambda column: column.is_groupable)
    return once(
        cls,
        "group_keys",
        lambda: members(
            f"{cls.__name__}GroupKey",
            f"What {cls.__name__} records are grouped by.",
            {snake_upper(api): (api, f"By `{api}`.") for api in grouped},
        ),
    )


@strawberry.input(description="One key of an order of groups.")
class GroupOrder:
    """Order of groups."""

    field: GroupOrderField = strawberry.field(description="The number of records, or the keys.")
    direction: Direction = strawberry.field(
        default=Direction("ASC"), description="Smallest or largest first."
    )


def group_arguments(cls: type) -> list[StrawberryArgument]:
    keys = later(f"{cls.__name__}GroupKey", lambda: group_keys(cls))
    return [
        argument("by", list_of(keys), "The fields whose values make the groups."),
        argument("first", int, "How many groups, 1 to 1000.", 100),
        argument("orderBy", list_of(GroupOrder) | None, "The order; without it the largest groups first."),
    ]


def group_type(cls: type) -> Any:
    """`CompanyGroup` with its keys, sums and extremes."""

    def make() -> Any:
        name, found = cls.__name__, declared(cls)
        keys = columns(found, lambda column: column.is_groupable)
        numbers = columns(found, lambda column: column.value in _NUMBERS)
        ordered = columns(found, lambda column: column.value in _ORDERED and column.name != "id")
        fields: Fields = {
            "keys": (
                _values(f"{name}Keys", f"The values that the records of a group of {name} share.", keys),
                "The group's values; null for fields that were not grouped by.",
                [],
            ),
            "count": (int, "How many records the group has.", []),
        }
        if numbers:
            text = f"Sums over a group of {name} records; missing values do not count."
            sums = _values(f"{name}Sums", text, numbers, is_sum=True)
            fields["sum"] = (sums, "Sums over the group.", [])
        if ordered:
            extremes = _values(
                f"{name}Extremes", f"Smallest or largest values in a group of {name}.", ordered
            )
            fields["min"] = (extremes, "Smallest values in the group.", [])
            fields["max"] = (extremes, "Largest values in the group.", [])
        return build(f"{name}Group", f"A group of {name} records.", fields, is_input=False)

    return once(cls, "group", make)


def _values(name: str, text: str, columns: Mapping[str, mapping.Column], *, is_sum: bool = False) -> Any:
    fields: Fields = {}
    for api, column in columns.items():
        output: Any = column.vocabulary or _OUTPUTS[column.value]
        if is_sum and column.value is Value.INT:
            output = Decimal
        fields[api] = (output | None, f"Of `{api}`.", [])
    return build(name, text, fields, is_input=False)
