"""Writes rows as CERIF XML in the OpenAIRE profile 1.2: org units, persons, projects, fundings, events.

Rows are objects of our NDJSON shape (docs/importing.md). The inverse of exchange/cerif_entry.py; what the
profile has no word for is left out, as are kinds that it does not have. Each element is a payload of its own
(for OAI-PMH). Not its business: which rows, and who may see them (the caller's).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from exchange.cerif_export_parts import (
    FUNDING,
    Row,
    Xml,
    counterparts,
    element_name,
    element_of,
    id_of,
    identifiers,
    link,
    links,
    listed,
    related,
    tag,
)
from exchange.cerif_profile import ENGAGEMENTS, NAMESPACE, ORGANIZATION_TYPE, engagement
from models.vocabulary import Kind, Role

HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<CERIF xmlns="{NAMESPACE}">\n'.encode()
TAIL = b"</CERIF>\n"
"""What stands before and after the records of a file."""

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
# What is an address for the profile's schema: a URI that needs no escaping.
_URI = re.compile(r"[a-z][a-z0-9+.-]*:(?:[^\s<>\"{}|\\^`\[\]%]|%[0-9A-Fa-f]{2})+", re.IGNORECASE)


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
    name = element_name(row)
    if name is None:
        return None
    id_ = id_of(name, row, listed(row, "identifiers"), partner)
    parts = (*_WRITERS[name](row, partner), *counterparts(name, row, partner))
    return f"{tag(name, *parts, xmlns=NAMESPACE, id=id_)}\n".encode()


# Each entity, its parts in the order of the profile's schema -------------------------------------------


def _org_unit(row: Row, partner: str | None) -> Iterator[Xml]:
    kind = str(row["kind"])
    word = _TYPES.get((kind, row.get("type") or row.get("level"))) or _TYPES.get((kind, None))
    if word:
        yield tag("Type", f"{ORGANIZATION_TYPE}#{word}", scheme=ORGANIZATION_TYPE)
    yield from _names(row, "Name")
    yield from identifiers(row, "OrgUnit")
    yield from _address(row.get("website"))
    yield from links(row, partner, "PartOf", Role.PART_OF, "to", "OrgUnit")


def _person(row: Row, partner: str | None) -> Iterator[Xml]:
    family, given = row.get("familyName"), row.get("givenName")
    names = [tag("FamilyNames", family or (None if given else row.get("name"))), tag("FirstNames", given)]
    aliases = [one["value"] for one in listed(row, "names") if one.get("type") == "ALIAS"]
    yield tag("PersonName", *names, tag("OtherNames", aliases[0] if aliases else None))
    yield from identifiers(row, "Person")
    yield from _address(f"mailto:{row['email']}" if row.get("email") else None, row.get("website"))
    yield from links(row, partner, "Affiliation", Role.EMPLOYED_BY, "to", "OrgUnit")


def _project(row: Row, partner: str | None) -> Iterator[Xml]:
    yield from _names(row, "Title")
    yield tag("StartDate", row.get("startsOn"))
    yield tag("EndDate", row.get("endsOn"))
    taking_part = [
        (one, name, engagement(name, one.get("title")))
        for one in related(row, Role.PARTICIPATES_IN, "from")
        if (name := element_of(one["from"], "OrgUnit")) in ("OrgUnit", "Person")
    ]
    coordinators = links(row, partner, "Coordinator", Role.RUNS, "from", "OrgUnit")
    for group, first in (("Consortium", coordinators), ("Team", ())):
        members = [
            link(one, "from", place.tag, name, partner)
            for place in ENGAGEMENTS
            if place.group == group
            for one, name, found in taking_part
            if found is place
        ]
        yield tag(group, *first, *members)
    for funder in links(row, partner, "By", Role.FUNDS, "from", "OrgUnit"):
        yield tag("Funded", funder)
    for funding in links(row, partner, "As", Role.PARTICIPATES_IN, "to", "Funding"):
        yield tag("Funded", funding)
    yield tag("Abstract", row.get("description"), lang="und")


def _funding(row: Row, partner: str | None) -> Iterator[Xml]:
    yield FUNDING
    yield from _names(row, "Name")
    if budget := row.get("budget"):
        yield tag("Amount", budget["amount"], currency=budget["currency"])
    yield from identifiers(row, "Funding")
    yield tag("Description", row.get("description"))
    yield from links(row, partner, "Funder", Role.FUNDS, "from", "OrgUnit")
    # The profile has room for one; the other wholes tell of this part in links.
    yield from islice(links(row, partner, "PartOf", Role.PARTICIPATES_IN, "to", "Funding"), 1)
    if row.get("startsOn") or row.get("endsOn"):
        yield tag("Duration", startDate=row.get("startsOn"), endDate=row.get("endsOn"))


def _event(row: Row, partner: str | None) -> Iterator[Xml]:
    yield from _names(row, "Name")
    yield tag("Place", row.get("place"))
    yield tag("Country", row.get("country"))
    # A day that is known only by its month or year has no place.
    if len(held := str(row.get("heldOn") or "")) == len("2021-11-04"):
        yield tag("StartDate", held)
    yield tag("Description", row.get("description"))
    yield from links(row, partner, "Organizer", Role.CONVENED, "from", "OrgUnit")
    for name in ("Sponsor", "Partner"):
        for side in ("to", "from"):
            for one in related(row, Role.RELATED_TO, side):
                other = element_of(one[side], "OrgUnit")
                if one.get("title") == name.lower() and other in ("OrgUnit", "Project"):
                    yield link(one, side, name, other, partner)


_WRITERS = {
    "OrgUnit": _org_unit,
    "Person": _person,
    "Project": _project,
    "Funding": _funding,
    "Event": _event,
}

# Parts ---------------------------------------------------------------------------------------------


def _names(row: Row, element: str) -> Iterator[Xml]:
    """The first acronym, then the shown name and the other labels; the profile has no aliases."""
    names, shown = listed(row, "names"), row.get("name")
    acronyms = [one["value"] for one in names if one.get("type") == "ACRONYM"]
    yield tag("Acronym", acronyms[0] if acronyms else None)
    labels = [(one["value"], one.get("lang")) for one in names if one.get("type") not in ("ACRONYM", "ALIAS")]
    if shown is not None and shown not in [value for value, _ in labels] and shown not in acronyms:
        labels = [(shown, None), *labels]
    for value, lang in labels:
        yield tag(element, value, lang=lang)


def _address(*addresses: str | None) -> Iterator[Xml]:
    for address in addresses:
        if address is not None and _URI.fullmatch(address):
            yield tag("ElectronicAddress", address)
