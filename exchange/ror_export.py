"""Writes organizations in the shape of the Research Organization Registry, schema version 2.

Rows are objects of our NDJSON shape (docs/importing.md). The inverse of exchange/ror_entry.py, as far as the
registry's shape has a place: what it has no word for is left out. Not its business: which rows, and who may
see them (the caller's).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import pycountry

from exchange.ror_entry import TYPES
from models.vocabulary import Kind

Row = Mapping[str, Any]
"""One object of our NDJSON shape."""

HEAD, BETWEEN, TAIL = b"[\n", b",\n", b"\n]\n"
"""What stands before, between and after the records of a file."""

_TYPES: Mapping[str, tuple[str, ...]] = {
    Kind.UNIVERSITY: ("education",),
    Kind.COMPANY: ("company",),
    Kind.GOVERNMENT_BODY: ("government",),
    Kind.INVESTOR: ("company", "funder"),
}
_NAMES = {"LABEL": "label", "OFFICIAL": "label", "ALIAS": "alias", "ACRONYM": "acronym"}
_SCHEMES = {"ISNI": "isni", "WIKIDATA": "wikidata", "GRID": "grid", "CROSSREF_FUNDER": "fundref"}
_STATUSES = {"ACTIVE": "active", "INACTIVE": "inactive", "WITHDRAWN": "withdrawn", "MERGED": "withdrawn"}
_RELATIONS = {
    ("PART_OF", "to"): "parent",
    ("PART_OF", "from"): "child",
    ("SUCCEEDS", "to"): "predecessor",
    ("SUCCEEDS", "from"): "successor",
    ("RELATED_TO", "to"): "related",
    ("RELATED_TO", "from"): "related",
}


def write(rows: Iterable[Row]) -> Iterator[bytes]:
    """A file of all organizations among the rows: a JSON list, one record a line."""
    before = HEAD
    for row in rows:
        if (found := record(row)) is not None:
            yield before + orjson.dumps(found)
            before = BETWEEN
    yield TAIL if before is BETWEEN else HEAD + TAIL


def record(row: Row) -> dict[str, Any] | None:
    """One record; None for what is no organization. `id` is null where there is no ROR id."""
    types = _types(row)
    if types is None:
        return None
    identifiers = _list(row, "identifiers")
    website = row.get("website")
    found: dict[str, Any] = {
        "id": _ror_id({"identifier": one} for one in identifiers),
        "domains": list(row.get("domains") or ()),
        "established": _year(row.get("establishedOn") or row.get("foundedOn")),
        "external_ids": _external_ids(identifiers),
        "links": [{"type": "website", "value": website}] if website else [],
        "locations": _locations(row),
        "names": _names(row),
        "relationships": list(_relationships(row)),
        "status": _STATUSES.get(str(row.get("recordStatus")), "active"),
        "types": types,
    }
    dates = {"created": row.get("createdAt"), "last_modified": row.get("updatedAt")}
    if any(dates.values()):
        found["admin"] = {
            name: {"date": str(date)[:10], "schema_version": "2.1"} for name, date in dates.items() if date
        }
    return found


def _list(row: Row, key: str) -> Sequence[Row]:
    return row.get(key) or ()


def _types(row: Row) -> list[str] | None:
    kind = str(row.get("kind"))
    own = (str(row.get("type") or "other").lower(),) if kind == Kind.INSTITUTION else _TYPES.get(kind)
    if own is None:
        return None
    stated = [one for one in row.get("sourceTypes") or () if one in TYPES]
    return stated or list(dict.fromkeys([*own, *(("funder",) if row.get("isFunder") else ())]))


def _ror_id(references: Iterable[Row]) -> str | None:
    for reference in references:
        one = reference.get("identifier") or {}
        if one.get("scheme") == "ROR":
            return f"https://ror.org/{one['value']}"
    return None


def _year(date: object) -> int | None:
    return int(str(date)[:4]) if date else None


def _external_ids(identifiers: Sequence[Row]) -> list[dict[str, Any]]:
    found: dict[str, list[str]] = {}
    for one in identifiers:
        if name := _SCHEMES.get(one["scheme"]):
            value = str(one["value"])
            if name == "isni":
                value = " ".join(value[start : start + 4] for start in range(0, 16, 4))
            found.setdefault(name, []).append(value)
    # The order of a row's identifiers says which one is preferred, where it says anything.
    return [{"type": name, "all": values, "preferred": values[0]} for name, values in found.items()]


def _names(row: Row) -> list[dict[str, Any]]:
    """All names; the one that is shown is ROR's display name."""
    shown, found = row.get("name"), list[dict[str, Any]]()
    for one in _list(row, "names"):
        found.append(
            {"value": one["value"], "lang": one.get("lang"), "types": [_NAMES[one.get("type", "LABEL")]]}
        )
    if shown:
        same = [one for one in found if one["value"] == shown]
        if not same:
            same = [{"value": shown, "lang": None, "types": ["label"]}]
            found = [*same, *found]
        same[0]["types"].append("ror_display")
    return found


def _locations(row: Row) -> list[dict[str, Any]]:
    country, subdivision = row.get("country"), row.get("subdivision")
    if not country:
        return []
    point, named = row.get("location") or {}, pycountry.countries.get(alpha_2=country)
    # pycountry has no types.
    part = pycountry.subdivisions.get(code=subdivision) if subdivision else None  # type: ignore[no-untyped-call]
    details = {
        "country_code": country,
        "country_name": getattr(named, "common_name", named.name) if named else country,
        "country_subdivision_code": str(subdivision).partition("-")[2] if subdivision else None,
        "country_subdivision_name": part.name if part else None,
        "lat": point.get("latitude"),
        "lng": point.get("longitude"),
        "name": row.get("city"),
    }
    return [{"geonames_id": None, "geonames_details": details}]


def _relationships(row: Row) -> Iterator[dict[str, Any]]:
    """Those whose other end has a ROR id; a reference may carry the other's `name`."""
    for one in _list(row, "relations"):
        side = "to" if "to" in one else "from"
        type_, other = _RELATIONS.get((one["role"], side)), one.get(side) or {}
        if type_ and (ror := _ror_id([other])):
            yield {"type": type_, "id": ror, "label": other.get("name") or ""}
