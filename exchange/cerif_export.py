"""Writes rows as CERIF XML in the OpenAIRE profile 1.2: org units, persons, projects, fundings, events.

Rows are objects of our NDJSON shape (docs/importing.md). The inverse of exchange/cerif_entry.py; what the
profile has no word for is left out, as are kinds that it does not have. Each element is a payload of its own
(for OAI-PMH). Not its business: which rows, and who may see them (the caller's).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from exchange.cerif_profile import (
    CONSORTIUM,
    FOLDERS,
    FUNDING_TYPE,
    NAMESPACE,
    ORGANIZATION_TYPE,
    SHARED,
    SURE,
    TEAM,
)
from models.vocabulary import ORGANIZATIONS, Kind

Row = Mapping[str, Any]
"""One object of our NDJSON shape."""


class Xml(str):
    """Markup, in which texts are escaped already."""

    __slots__ = ()


HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<CERIF xmlns="{NAMESPACE}">\n'.encode()
TAIL = b"</CERIF>\n"
"""What stands before and after the records of a file."""

# Characters that XML 1.0 does not have (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES: Mapping[tuple[str, str | None], str] = {
    (Kind.UNIVERSITY, None): "University",
    (Kind.COMPANY, None): "Company",
    (Kind.INVESTOR, None): "Company",
    (Kind.GOVERNMENT_BODY, None): "Government",
    (Kind.GOVERNMENT_BODY, "INTERNATIONAL"): "Intergovernmental",
    (Kind.INSTITUTION, "FACILITY"): "ResearchInstitute",
    (Kind.INSTITUTION, "NONPROFIT"): "PrivateNonProfit",
    (Kind.INSTITUTION, "HEALTHCARE"): "NationalHealthService",
}
_ADDRESSES = {"https://ror.org/": "RORID", "https://orcid.org/": "ORCID"}
_SCHEMES = {str(scheme): tag for tag, scheme in {**SURE, **SHARED}.items()}
_PREFIX = {tag: prefix for prefix, tag in _ADDRESSES.items()} | {"FundRefID": "https://doi.org/10.13039/"}
_OF_ORGANIZATIONS = ("RORID", "GRID", "ISNI", "FundRefID")


def write(rows: Iterable[Row], partner: str | None = None) -> Iterator[bytes]:
    """A file of all rows that the profile has elements for; of `partner` see `element`."""
    yield HEAD
    for row in rows:
        if (found := element(row, partner)) is not None:
            yield found
    yield TAIL


def element(row: Row, partner: str | None = None) -> bytes | None:
    """One record as an element and a line break; None where the profile has none for its kind.

    Its id is the key that this partner has for it (with the element's folder: `OrgUnits/123`), where there is
    one, else the folder and the slug.
    """
    name = _name(row)
    if name is None:
        return None
    id_ = _id(name, row, _list(row, "identifiers"), partner)
    return f"{_tag(name, *_WRITERS[name](row, partner), xmlns=NAMESPACE, id=id_)}\n".encode()


def _name(row: Row) -> str | None:
    kind = str(row.get("kind"))
    if kind in ORGANIZATIONS:
        return "OrgUnit"
    if kind == Kind.PROGRAM:
        return {"RESEARCH_PROJECT": "Project", "FUNDING": "Funding"}.get(str(row.get("programKind")))
    return {str(Kind.EXPERT): "Person", str(Kind.MEETING): "Event"}.get(kind)


# Each entity, its parts in the order of the profile's schema -------------------------------------------


def _org_unit(row: Row, partner: str | None) -> Iterator[Xml]:
    kind = str(row["kind"])
    word = _TYPES.get((kind, row.get("type") or row.get("level"))) or _TYPES.get((kind, None))
    if word:
        yield _tag("Type", f"{ORGANIZATION_TYPE}#{word}", scheme=ORGANIZATION_TYPE)
    yield from _names(row, "Name")
    yield from _identifiers(row, _OF_ORGANIZATIONS)
    yield from _address(row.get("website"))
    yield from _links(row, partner, "PartOf", "PART_OF", "to", "OrgUnit")


def _person(row: Row, partner: str | None) -> Iterator[Xml]:
    family, given = row.get("familyName"), row.get("givenName")
    names = [_tag("FamilyNames", family or (None if given else row.get("name"))), _tag("FirstNames", given)]
    aliases = [one["value"] for one in _list(row, "names") if one.get("type") == "ALIAS"]
    yield _tag("PersonName", *names, _tag("OtherNames", aliases[0] if aliases else None))
    yield from _identifiers(row, ("ORCID", "ISNI"))
    yield from _address(f"mailto:{row['email']}" if row.get("email") else None, row.get("website"))
    yield from _links(row, partner, "Affiliation", "EMPLOYED_BY", "to", "OrgUnit")


def _project(row: Row, partner: str | None) -> Iterator[Xml]:
    yield from _names(row, "Title")
    yield _tag("StartDate", row.get("startsOn"))
    yield _tag("EndDate", row.get("endsOn"))
    coordinators = _links(row, partner, "Coordinator", "RUNS", "from", "OrgUnit")
    groups: dict[str, list[Xml]] = {"Consortium": [*coordinators], "Team": []}
    for one in _relations(row, "PARTICIPATES_IN", "from"):
        group, tag, name = _participation(one)
        groups[group].append(_link(one, "from", tag, name, partner))
    for name, links in groups.items():
        yield _tag(name, *links)
    for link in _links(row, partner, "By", "FUNDS", "from", "OrgUnit"):
        yield _tag("Funded", link)
    for link in _links(row, partner, "As", "PARTICIPATES_IN", "to", "Funding"):
        yield _tag("Funded", link)
    yield _tag("Abstract", row.get("description"), lang="und")


def _participation(relation: Row) -> tuple[str, str, str]:
    """The group, the element in it, and what takes part: a person or an organization."""
    title, other = relation.get("title"), relation["from"]
    one = other.get("identifier") or {}
    is_person = one.get("scheme") == "ORCID" or str(one.get("value")).startswith(f"{FOLDERS['Person']}/")
    for group, titles in (("Consortium", CONSORTIUM), ("Team", TEAM)):
        for tag, known in titles.items():
            if known is not None and known == title:
                return group, tag, "Person" if is_person or group == "Team" else "OrgUnit"
    return ("Team", "Member", "Person") if is_person else ("Consortium", "Partner", "OrgUnit")


def _funding(row: Row, partner: str | None) -> Iterator[Xml]:
    yield _tag("Type", f"{FUNDING_TYPE}#FundingProgramme", xmlns=FUNDING_TYPE)
    yield from _names(row, "Name")
    if budget := row.get("budget"):
        yield _tag("Amount", budget["amount"], currency=budget["currency"])
    yield from _identifiers(row, ("GrantDOI",))
    yield _tag("Description", row.get("description"))
    yield from _links(row, partner, "Funder", "FUNDS", "from", "OrgUnit")
    yield from _links(row, partner, "PartOf", "PARTICIPATES_IN", "to", "Funding")
    if row.get("startsOn") or row.get("endsOn"):
        yield _tag("Duration", startDate=row.get("startsOn"), endDate=row.get("endsOn"))


def _event(row: Row, partner: str | None) -> Iterator[Xml]:
    yield from _names(row, "Name")
    for tag, key in (("Place", "place"), ("Country", "country"), ("StartDate", "heldOn")):
        yield _tag(tag, row.get(key))
    yield _tag("Description", row.get("description"))
    yield from _links(row, partner, "Organizer", "CONVENED", "from", "OrgUnit")


_WRITERS = {
    "OrgUnit": _org_unit,
    "Person": _person,
    "Project": _project,
    "Funding": _funding,
    "Event": _event,
}

# Parts ---------------------------------------------------------------------------------------------


def _list(row: Row, key: str) -> Sequence[Row]:
    return row.get(key) or ()


def _escaped(value: object) -> str:
    return escape(_NOT_XML.sub("\ufffd", str(value)))


def _tag(name: str, *content: object, **attributes: object) -> Xml:
    """An element of texts and elements; nothing where it would be empty and say nothing."""
    stated = {key: value for key, value in attributes.items() if value is not None}
    inner = "".join(one if isinstance(one, Xml) else _escaped(one) for one in content if one is not None)
    if not inner and (not stated or "lang" in stated):
        return Xml("")
    shown = "".join(f' {"xml:lang" if key == "lang" else key}="{_escaped(v)}"' for key, v in stated.items())
    return Xml(f"<{name}{shown}>{inner}</{name}>")


def _names(row: Row, tag: str) -> Iterator[Xml]:
    """The first acronym, then the shown name and the other labels; the profile has no aliases."""
    listed, shown = _list(row, "names"), row.get("name")
    acronyms = [one["value"] for one in listed if one.get("type") == "ACRONYM"]
    yield _tag("Acronym", acronyms[0] if acronyms else None)
    labels = [
        (one["value"], one.get("lang")) for one in listed if one.get("type") not in ("ACRONYM", "ALIAS")
    ]
    if shown is not None and shown not in [value for value, _ in labels] and shown not in acronyms:
        labels = [(shown, None), *labels]
    for value, lang in labels:
        yield _tag(tag, value, lang=lang)


def _identifiers(row: Row, tags: Sequence[str]) -> Iterator[Xml]:
    """The preferred one of each scheme: the profile has room for one, others would be called uncertain."""
    for tag in tags:
        for one in _list(row, "identifiers"):
            if _SCHEMES.get(one["scheme"]) == tag:
                yield _tag(tag, f"{_PREFIX.get(tag, '')}{one['value']}")
                break


def _address(*addresses: str | None) -> Iterator[Xml]:
    for address in addresses:
        yield _tag("ElectronicAddress", address)


def _relations(row: Row, role: str, side: str) -> Iterator[Row]:
    return (one for one in _list(row, "relations") if one["role"] == role and side in one)


def _links(row: Row, partner: str | None, tag: str, role: str, side: str, name: str) -> Iterator[Xml]:
    for one in _relations(row, role, side):
        yield _link(one, side, tag, name, partner)


def _link(relation: Row, side: str, tag: str, name: str, partner: str | None) -> Xml:
    other = relation[side]
    identifiers = [other["identifier"]] if other.get("identifier") else []
    stated = _identifiers({"identifiers": identifiers}, tuple(SURE) + tuple(SHARED))
    inner = _tag(name, *stated, id=_id(name, other, identifiers, partner))
    return _tag(tag, inner, startDate=relation.get("since"), endDate=relation.get("until"))


def _id(name: str, row: Row, identifiers: Sequence[Row], partner: str | None) -> str | None:
    for one in identifiers:
        if one["scheme"] == "PARTNER" and partner is not None and one.get("partner") == partner:
            return str(one["value"])
    local = row.get("slug") or row.get("id")
    return f"{FOLDERS[name]}/{local}" if local else None
