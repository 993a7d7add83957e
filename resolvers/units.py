"""Amounts of different currencies are never added, compared or put in order.

A field whose numbers have a unit (mapping.Composite.unit names the field that says which) is aggregated
only where the groups are of one unit, and ordered only where the list is. Not its business: conversion.
"""

from collections.abc import Iterable

from resolvers import plan
from resolvers.errors import BadUserInput, Code
from resolvers.mapping import Column, Composite, TypeMap


def check_sums(target: TypeMap, aggregated: Iterable[str], by: Iterable[str], where: plan.Condition) -> None:
    """Raises CURRENCY_MIXED where a group would mix units: neither grouped by the unit nor fixed to one."""
    grouped = set(by)
    for name in aggregated:
        unit = _unit(target, name)
        if unit is not None and unit not in grouped and not _fixes(where, target, unit):
            raise BadUserInput(
                f"{name} would be added up or compared over different currencies.",
                code=Code.CURRENCY_MIXED,
                hint=f'Add {_key(unit)} to by, or fix it: where: {{{unit}: {{eq: "USD"}}}}.',
            )


def check_order(target: TypeMap, ordered: Iterable[str], where: plan.Condition) -> None:
    """Raises CURRENCY_MIXED where a list would be ordered by numbers of different units."""
    for name in ordered:
        unit = _unit(target, name)
        if unit is not None and not _fixes(where, target, unit):
            raise BadUserInput(
                f"{name} would be put in order over different currencies.",
                code=Code.CURRENCY_MIXED,
                hint=f'Fix the currency: where: {{{unit}: {{eq: "USD"}}}}.',
            )


def _unit(target: TypeMap, name: str) -> str | None:
    field = target.fields[name]
    return field.unit if isinstance(field, Composite) else None


def _key(api: str) -> str:
    """The name of a field in an enum of fields."""
    return "".join(f"_{c}" if c.isupper() else c for c in api).upper()


def _fixes(where: plan.Condition, target: TypeMap, unit: str) -> bool:
    """Whether every row that meets the condition has the same value in the field."""
    match where:
        case plan.All(conditions=parts):
            return any(_fixes(part, target, unit) for part in parts)
        case plan.Compare(column=column, operator="eq"):
            field = target.fields[unit]
            return isinstance(field, Column) and column == field
    return False
