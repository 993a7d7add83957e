"""The columns of our CSV: which each kind has, and how a cell becomes part of a line of our NDJSON shape.

Columns are named as the API's fields; a value of several parts has a column for each part (`area.value`).
Not its business: rows and files (exchange/csv_file.py), and whether a value is right (exchange/line.py).
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Any

from exchange.csv_cells import split, unescaped
from exchange.fact_fields import SHAPES
from exchange.fields import FIELDS_OF, camel
from exchange.values import FieldSpec, FieldType
from models.vocabulary import ROLE_RULES, IdentifierScheme, Kind, NameType

NULL = "\\N"
"""A cell that empties its field; an empty cell says nothing."""
KIND = "kind"
PARTS = {
    FieldType.MONEY: ("amount", "currency"),
    FieldType.AREA: ("value", "unit"),
    FieldType.LOCATION: ("latitude", "longitude"),
}
Put = Callable[[dict[str, Any], str], None]
"""Puts what a cell says into the object of a line."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_LANG = re.compile(r"(.*)@([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)", re.DOTALL)
_PERIOD = re.compile(r"(.*?)\s*\[([0-9-]*)\.\.([0-9-]*)\]", re.DOTALL)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@cache
def columns_of(kind: str) -> Mapping[str, Put]:
    """The columns of a kind of entities or facts, in the order of its template; raises KeyError."""
    if kind in SHAPES:
        shape = SHAPES[kind]
        found = {"id": _plain("id"), "slug": _plain("slug")}
        for name in (*shape.entities, *shape.facts):
            found[camel(name)] = _reference(camel(name))
        for name, (spec, _) in shape.fields.items():
            found |= _field(camel(name), spec)
        return found | {"source": _plain("source")}
    if kind not in FIELDS_OF:
        raise KeyError(kind)
    of = Kind(kind)
    found = {"id": _plain("id"), "slug": _plain("slug"), "identifiers": _listed("identifiers", _identifier)}
    for name, spec in FIELDS_OF[of].items():
        found |= _field(name, spec)
    found["names"] = _listed("names", partial(_name, of_type=NameType.LABEL))
    for of_type in (NameType.OFFICIAL, NameType.ALIAS, NameType.ACRONYM):
        found[f"names.{of_type}"] = _listed("names", partial(_name, of_type=of_type))
    if of is Kind.ZONE:
        found["statuses"] = _listed("statuses", lambda text: _timed(text, "status", str))
    for role, rule in ROLE_RULES.items():
        for place, side in ((0, "to"), (1, "from")):
            if any(pair[place] is of for pair in rule.pairs):
                column = f"relations.{role}" + (".from" if side == "from" else "")
                found[column] = _listed("relations", _relation(str(role), side))
    return found | {"source": _plain("source")}


def all_columns() -> frozenset[str]:
    """The columns of any kind."""
    return frozenset(column for kind in KINDS for column in columns_of(kind))


KINDS = (*map(str, FIELDS_OF), *SHAPES)


def _field(name: str, spec: FieldSpec) -> dict[str, Put]:
    parts = PARTS.get(spec.type)
    if parts is not None:
        kind = FieldType.FLOAT if spec.type is FieldType.LOCATION else FieldType.TEXT
        return {f"{name}.{part}": _part(name, part, kind) for part in parts}
    if spec.is_list:

        def put_list(found: dict[str, Any], cell: str) -> None:
            found[name] = None if cell == NULL else split(unescaped(cell))

        return {name: put_list}

    def put(found: dict[str, Any], cell: str) -> None:
        found[name] = None if cell == NULL else _scalar(spec.type, unescaped(cell))

    return {name: put}


def _plain(name: str) -> Put:
    def put(found: dict[str, Any], cell: str) -> None:
        found[name] = None if cell == NULL else unescaped(cell)

    return put


def _part(name: str, part: str, kind: FieldType) -> Put:
    def put(found: dict[str, Any], cell: str) -> None:
        if cell == NULL:
            found.setdefault(name, None)
            return
        value = found.get(name) or {}
        found[name] = value | {part: _scalar(kind, unescaped(cell))}

    return put


def _listed(name: str, item: Callable[[str], object]) -> Put:
    """Several columns may fill one list."""

    def put(found: dict[str, Any], cell: str) -> None:
        given = [] if cell == NULL else [item(text) for text in split(unescaped(cell))]
        found[name] = [*found.get(name, ()), *given]

    return put


def _reference(name: str) -> Put:
    def put(found: dict[str, Any], cell: str) -> None:
        found[name] = None if cell == NULL else refer(unescaped(cell))

    return put


def _scalar(kind: FieldType, text: str) -> object:
    """The JSON value of a cell; what does not look right stays a text, which the line then refuses."""
    if kind is FieldType.INTEGER and _INTEGER.fullmatch(text):
        return int(text)
    if kind is FieldType.FLOAT and _NUMBER.fullmatch(text):
        return Decimal(text)
    if kind is FieldType.BOOLEAN and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text


def _identifier(text: str) -> dict[str, str]:
    """`ROR:05bbbc791`; a partner's own key names the partner: `PARTNER:slug:key`."""
    scheme, _, value = text.partition(":")
    found = {"scheme": scheme.strip(), "value": value.strip()}
    if scheme == IdentifierScheme.PARTNER:
        partner, _, own = value.partition(":")
        found |= {"partner": partner.strip(), "value": own.strip()}
    return found


def _name(text: str, of_type: NameType) -> dict[str, str]:
    """`جامعہ کراچی@ur`."""
    found = _LANG.fullmatch(text)
    value = {"value": text} if found is None else {"value": found[1], "lang": found[2]}
    return value | {"type": str(of_type)}


def refer(text: str) -> dict[str, object]:
    """A record by its id, by `SCHEME:value`, else by its slug."""
    if _UUID.fullmatch(text):
        return {"id": text.lower()}
    if text.partition(":")[0] in list(IdentifierScheme):
        return {"identifier": _identifier(text)}
    return {"slug": text}


def _timed(text: str, key: str, value: Callable[[str], object]) -> dict[str, object]:
    """`what [since..until]`, either of them empty, or without the period."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        return {key: value(text)}
    period = {"since": found[2], "until": found[3]}
    return {key: value(found[1])} | {name: day for name, day in period.items() if day}


def _relation(role: str, side: str) -> Callable[[str], dict[str, object]]:
    return lambda text: {"role": role} | _timed(text, side, refer)
