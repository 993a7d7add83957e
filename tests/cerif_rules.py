"""The rules of OpenAIRE's CERIF profile 1.2 for what is written here, restated for tests.

Source: the XML Schema of the profile 1.2 (github.com/openaire/guidelines-cris-managers, branch develop, CC BY
4.0) with its includes: which parts an element has, in which order, how often, and in which form. Not its
business: parts that are never written; they count as unknown here.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

PROFILE = "{https://www.openaire.eu/cerif-profile/1.2/}"
FUNDING_TYPES = "https://www.openaire.eu/cerif-profile/vocab/OpenAIRE_Funding_Types"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MANY = 1_000_000

LINKED = ("startDate", "endDate")
_DAY = r"\d{4}-\d\d-\d\d"
_ANY = r"(?s).+"
_URI = r"[A-Za-z][A-Za-z0-9+.-]*:(?:[^\s<>\"{}|\\^`%]|%[0-9A-Fa-f]{2})+"
FORMS = {
    "RORID": r"https://ror\.org/0[a-hj-km-np-tv-z\d]{6}\d{2}",
    "GRID": r"grid\.\d{4,}\.[0-9a-f]{1,2}",
    "ISNI": r"\d{4} \d{4} \d{4} \d{3}[\dX]",
    "FundRefID": r"https://doi.org/10\.13039/\d+",
    "ORCID": r"https://orcid\.org/(0000-000((1-[5-9]|2-\d|3-[0-4])\d{3}-\d{3}[\dX]|3-5000-0001)"
    r"|0009-00(0\d-\d{4}-\d{3}[\dX]|10-0000-0000))",
    "GrantDOI": r"10\.\d{4,}(\.\d+)*/\S+",
    "StartDate": _DAY,
    "EndDate": _DAY,
    "Amount": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "ElectronicAddress": _URI,
    "Type": _URI,
}
"""Element -> the form of its text; the others are any text."""
TEXTS = (
    *("Acronym", "Name", "Title", "Description", "Abstract", "Place", "Country"),
    *("FamilyNames", "FirstNames", "OtherNames", *FORMS),
)
PARTS: dict[str, tuple[tuple[str, int], ...]] = {
    "OrgUnit": (
        *(("Type", MANY), ("Acronym", 1), ("Name", MANY), ("RORID", 1), ("GRID", 1), ("ISNI", 1)),
        *(("FundRefID", 1), ("ElectronicAddress", MANY), ("PartOf", MANY), ("Link", MANY)),
    ),
    "Person": (
        *(("PersonName", 1), ("ORCID", 1), ("ISNI", 1), ("ElectronicAddress", MANY)),
        *(("Affiliation", MANY), ("Link", MANY)),
    ),
    "PersonName": (("FamilyNames", 1), ("FirstNames", 1), ("OtherNames", 1)),
    "Project": (
        *(("Acronym", 1), ("Title", MANY), ("StartDate", 1), ("EndDate", 1), ("Consortium", 1), ("Team", 1)),
        *(("Funded", MANY), ("Abstract", MANY), ("Link", MANY)),
    ),
    "Consortium": (
        *(("Coordinator", MANY), ("Partner", MANY), ("Contractor", MANY), ("InkindContributor", MANY)),
        ("Member", MANY),
    ),
    "Team": (("PrincipalInvestigator", MANY), ("Contact", MANY), ("Member", MANY)),
    "Funded": (("By", 1), ("As", 1)),
    "Funding": (
        *(("Type", 1), ("Acronym", 1), ("Name", MANY), ("Amount", 1), ("GrantDOI", 1), ("Description", MANY)),
        *(("Funder", MANY), ("PartOf", 1), ("Duration", 1), ("Link", MANY)),
    ),
    "Event": (
        *(("Acronym", 1), ("Name", MANY), ("Place", 1), ("Country", 1), ("StartDate", 1), ("EndDate", 1)),
        *(("Description", MANY), ("Organizer", MANY), ("Sponsor", MANY), ("Partner", MANY), ("Link", MANY)),
    ),
    "Duration": (),
}
"""Element -> its parts in order, each with how often it may stand."""
_ACTOR = frozenset({"OrgUnit", "Person"})
ENDS: dict[tuple[str, str], frozenset[str]] = {
    ("OrgUnit", "PartOf"): frozenset({"OrgUnit"}),
    ("Person", "Affiliation"): frozenset({"OrgUnit"}),
    ("Funding", "PartOf"): frozenset({"Funding"}),
    ("Funding", "Funder"): _ACTOR,
    ("Funded", "By"): _ACTOR,
    ("Funded", "As"): frozenset({"Funding"}),
    **{("Consortium", tag): _ACTOR for tag, _ in PARTS["Consortium"]},
    **{("Team", tag): frozenset({"Person"}) for tag, _ in PARTS["Team"]},
    **{("Event", tag): frozenset({"OrgUnit", "Project"}) for tag in ("Organizer", "Sponsor", "Partner")},
    **{(name, "Link"): frozenset({"OrgUnit", "Person", "Project", "Funding", "Event"})
       for name in ("OrgUnit", "Person", "Project", "Funding", "Event")},
}  # fmt: skip
"""Element and link in it -> what may stand in the link, once."""
RECORDS = ("OrgUnit", "Person", "Project", "Funding", "Event")


def broken(record: Element) -> list[str]:
    """What a record breaks; nothing where it is valid."""
    name = record.tag.removeprefix(PROFILE)
    if name not in RECORDS or not record.get("id"):
        return [f"{record.tag} is no record with an id"]
    return list(_entity(record, name))


def _entity(element: Element, name: str) -> Iterator[str]:
    if unknown := set(element.keys()) - {"id"}:
        yield f"{name} has {unknown}"
    if len(element.get("id", "")) > 128:
        yield f"the id of {name} is too long"
    yield from _parts(element, name)


def _parts(element: Element, name: str) -> Iterator[str]:
    order = [tag for tag, _ in PARTS[name]]
    tags = [_local(name, part) for part in element]
    if unknown := [tag for tag in tags if tag not in order]:
        yield f"{name} has no {unknown}"
        return
    if tags != sorted(tags, key=order.index):
        yield f"{name} has its parts in the order {tags}"
    yield from (f"{name} has {tags.count(tag)} {tag}" for tag, most in PARTS[name] if tags.count(tag) > most)
    if name == "Funding" and tags and tags[0] != "Type":
        yield "Funding begins with its Type where it has any part"
    if element.text and element.text.strip():
        yield f"{name} has the text {element.text!r}"
    for tag, part in zip(tags, element, strict=True):
        yield from _part(name, tag, part)


def _local(name: str, part: Element) -> str:
    if name == "Funding" and part.tag == f"{{{FUNDING_TYPES}}}Type":
        return "Type"
    tag = part.tag.removeprefix(PROFILE)
    return part.tag if name == "Funding" and tag == "Type" else tag


def _part(name: str, tag: str, part: Element) -> Iterator[str]:
    attributes = dict(part.attrib)
    if tag in TEXTS:
        if len(part) or not re.fullmatch(
            FORMS.get(tag, _ANY), part.text or "", re.ASCII if tag != "ElectronicAddress" else 0
        ):
            yield f"{tag} of {name} is {part.text!r}"
        if tag in ("Name", "Title", "Description", "Abstract"):
            lang = attributes.pop(LANG, None)
            if not re.fullmatch(
                r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", lang or ("" if tag == "Abstract" else "en")
            ):
                yield f"{tag} of {name} is in the language {lang!r}"
        needed = (
            {"Amount": "currency", "Type": "scheme"}.get(tag) if name != "Funding" or tag != "Type" else None
        )
        if needed and not attributes.pop(needed, None):
            yield f"{tag} of {name} says no {needed}"
    elif (name, tag) in ENDS or tag == "Duration":
        for key in LINKED:
            if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", attributes.pop(key, "2000")):
                yield f"{key} of {tag} is {part.get(key)!r}"
        if tag == "Link" and not attributes.pop("type", None):
            yield f"a Link of {name} has no type"
        if tag != "Duration":
            yield from _end(name, tag, part)
    else:
        yield from _parts(part, tag)
    if attributes:
        yield f"{tag} of {name} has {attributes}"


def _end(name: str, tag: str, link: Element) -> Iterator[str]:
    ends = [one.tag.removeprefix(PROFILE) for one in link]
    if len(ends) != 1 or ends[0] not in ENDS[name, tag]:
        yield f"{tag} of {name} holds {ends}"
    else:
        yield from _entity(link[0], ends[0])
