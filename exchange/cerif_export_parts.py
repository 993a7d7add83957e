"""What elements of CERIF consist of: markup, ids and identifiers, and links to other records.

Where the profile's schema has a form, a length or a number of times, what does not fit is left out. Not its
business: which parts an entity has (exchange/cerif_export.py).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from itertools import islice
from typing import Any

from exchange.cerif_profile import (
    COUNTERPARTS,
    FOLDERS,
    FORMATS,
    FUNDING_TYPE,
    MAX_COUNTERPARTS,
    MAX_ID,
    SHARED,
    SURE,
    engagement,
)
from exchange.record import Direction
from models.vocabulary import ORGANIZATIONS, Kind, Role

Row = Mapping[str, Any]
"""One object of our NDJSON shape."""


class Xml(str):
    """Markup, in which texts are escaped already."""

    __slots__ = ()


# Characters that XML 1.0 does not have (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ADDRESSES = {"https://ror.org/": "RORID", "https://orcid.org/": "ORCID"}
_SCHEMES = {str(scheme): tag for tag, scheme in {**SURE, **SHARED}.items()}
_PREFIX = {tag: prefix for prefix, tag in _ADDRESSES.items()} | {"FundRefID": "https://doi.org/10.13039/"}
_SCHEMES_OF = {
    "OrgUnit": ("RORID", "GRID", "ISNI", "FundRefID"),
    "Person": ("ORCID", "ISNI"),
    "Funding": ("GrantDOI",),
}
"""The identifiers that an element has, in their order."""
_ENTITIES = {folder: name for name, folder in FOLDERS.items()}
_TERMS = {
    (record, other, str(role), "to" if direction is Direction.OUT else "from", title): term
    for (record, other, term), (role, direction, title) in COUNTERPARTS.items()
}


def element_name(row: Row) -> str | None:
    """The element of a kind; None where the profile has none."""
    kind = str(row.get("kind"))
    if kind in ORGANIZATIONS:
        return "OrgUnit"
    if kind == Kind.PROGRAM:
        return {"RESEARCH_PROJECT": "Project", "FUNDING": "Funding"}.get(str(row.get("programKind")))
    return {str(Kind.EXPERT): "Person", str(Kind.MEETING): "Event"}.get(kind)


def listed(row: Row, key: str) -> Sequence[Row]:
    return row.get(key) or ()


def _escaped(value: object) -> str:
    return escape(_NOT_XML.sub("\ufffd", str(value)))


def tag(name: str, *content: object, **attributes: object) -> Xml:
    """An element of texts and elements; nothing where it would be empty and say nothing."""
    stated = {key: value for key, value in attributes.items() if value is not None}
    inner = "".join(one if isinstance(one, Xml) else _escaped(one) for one in content if one is not None)
    if not inner and (not stated or "lang" in stated):
        return Xml("")
    shown = "".join(f' {"xml:lang" if key == "lang" else key}="{_escaped(v)}"' for key, v in stated.items())
    return Xml(f"<{name}{shown}>{inner}</{name}>")


def identifiers(row: Row, name: str) -> Iterator[Xml]:
    """The preferred one of each scheme: the profile has room for one, others would be called uncertain.

    One that has not the form which the profile's schema takes is left out.
    """
    for kind in _SCHEMES_OF.get(name, ()):
        values = (one["value"] for one in listed(row, "identifiers") if _SCHEMES.get(one["scheme"]) == kind)
        if (value := next(values, None)) is not None:
            if kind == "ISNI":
                value = " ".join(value[start : start + 4] for start in range(0, len(value), 4))
            if FORMATS[kind].fullmatch(shown := f"{_PREFIX.get(kind, '')}{value}"):
                yield tag(kind, shown)


def related(row: Row, role: str, side: str) -> Iterator[Row]:
    return (one for one in listed(row, "relations") if one["role"] == role and side in one)


def element_of(other: Row, usual: str | None = None) -> str | None:
    """The element of another end: by its kind, else by how it is known, else the usual one."""
    if "kind" in other:
        return element_name(other)
    known = other.get("identifier") or {}
    if known.get("scheme") == "ORCID":
        return "Person"
    return _ENTITIES.get(str(known.get("value")).partition("/")[0], usual)


def links(row: Row, partner: str | None, element: str, role: str, side: str, name: str) -> Iterator[Xml]:
    """The links of this role whose other end is a `name`, each in an `element`."""
    for one in related(row, role, side):
        if element_of(one[side], name) == name:
            yield link(one, side, element, name, partner)


def counterparts(name: str, row: Row, partner: str | None) -> Iterator[Xml]:
    """Relations for which only the other end has an element of its own."""
    found = (
        link(one, side, "Link", other, partner, type=term)
        for one in listed(row, "relations")
        for side in ("to", "from")
        if side in one and (other := element_of(one[side])) is not None
        if (term := _term(name, other, one, side)) is not None
    )
    yield from islice(found, MAX_COUNTERPARTS)


def _term(name: str, other: str, relation: Row, side: str) -> str | None:
    role, title = relation["role"], relation.get("title")
    if role == Role.RELATED_TO:
        # True in both directions, and kept in any.
        side = "from"
    elif role == Role.PARTICIPATES_IN and side == "to" and name in ("OrgUnit", "Person"):
        title = engagement(name, title).title
    else:
        title = None
    return _TERMS.get((name, other, role, side, title))


def link(relation: Row, side: str, element: str, name: str, partner: str | None, **said: str) -> Xml:
    """An `element` with a `name` in it: as much of the other end as finds it."""
    other = relation[side]
    known_by = [other["identifier"]] if other.get("identifier") else []
    stated = list(identifiers({"identifiers": known_by}, name))
    if stated and name == "Funding":
        stated.insert(0, FUNDING)
    inner = tag(name, *stated, id=id_of(name, other, known_by, partner))
    return tag(element, inner, startDate=relation.get("since"), endDate=relation.get("until"), **said)


def id_of(name: str, row: Row, known_by: Sequence[Row], partner: str | None) -> str | None:
    """The key that the partner has for it, else its slug; with the folder of its element."""
    for one in known_by:
        if one["scheme"] == "PARTNER" and partner is not None and one.get("partner") == partner:
            return str(one["value"])
    local = row.get("slug") or row.get("id")
    if local and len(found := f"{FOLDERS[name]}/{local}") > MAX_ID:
        # Cut, and still another than those that begin alike.
        return f"{found[: MAX_ID - 17]}-{sha256(found.encode()).hexdigest()[:16]}"
    return found if local else None


FUNDING = tag("Type", f"{FUNDING_TYPE}#FundingProgramme", xmlns=FUNDING_TYPE)
"""What every funding begins with that says more than its id."""
