"""The words of CERIF in the OpenAIRE profile, and what each is here; for reading and for writing.

Source: OpenAIRE Guidelines for CRIS Managers 1.2 and https://w3id.org/cerif/vocab/OrganisationTypes. Not its
business: records (exchange/cerif_entry.py, exchange/cerif_links.py, exchange/cerif_export.py).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from exchange.record import Direction
from models.vocabulary import GovernmentLevel, IdentifierScheme, InstitutionType, Kind, Role

NAMESPACE = "https://www.openaire.eu/cerif-profile/1.2/"
"""That of the profile which is written; all 1.x are read."""
ORGANIZATION_TYPE = "https://w3id.org/cerif/vocab/OrganisationTypes"
FUNDING_TYPE = "https://www.openaire.eu/cerif-profile/vocab/OpenAIRE_Funding_Types"

FOLDERS = {
    "OrgUnit": "OrgUnits",
    "Person": "Persons",
    "Project": "Projects",
    "Funding": "Fundings",
    "Event": "Events",
}
"""Entity -> what stands before the slash in its ids."""
DELETABLE = {
    "Persons": Kind.EXPERT,
    "Projects": Kind.PROGRAM,
    "Fundings": Kind.PROGRAM,
    "Events": Kind.MEETING,
}
"""What a deleted record was; of an org unit it is not told."""

ORGANIZATION_TYPES: dict[str, tuple[Kind, dict[str, object]]] = {
    "University": (Kind.UNIVERSITY, {}),
    "UniversityCollege": (Kind.UNIVERSITY, {}),
    "HigherEducation": (Kind.UNIVERSITY, {}),
    "AcademicInstitute": (Kind.UNIVERSITY, {}),
    "Company": (Kind.COMPANY, {}),
    "SME": (Kind.COMPANY, {}),
    "Commercial": (Kind.COMPANY, {}),
    "Government": (Kind.GOVERNMENT_BODY, {}),
    "Intergovernmental": (Kind.GOVERNMENT_BODY, {"level": GovernmentLevel.INTERNATIONAL}),
    "ResearchInstitute": (Kind.INSTITUTION, {"type": InstitutionType.FACILITY}),
    "StrategicResearchInstitute": (Kind.INSTITUTION, {"type": InstitutionType.FACILITY}),
    "StrategicResearchInsitute": (Kind.INSTITUTION, {"type": InstitutionType.FACILITY}),
    "PrivateNonProfit": (Kind.INSTITUTION, {"type": InstitutionType.NONPROFIT}),
    "Charity": (Kind.INSTITUTION, {"type": InstitutionType.NONPROFIT}),
    "NationalHealthService": (Kind.INSTITUTION, {"type": InstitutionType.HEALTHCARE}),
}
"""Terms of https://w3id.org/cerif/vocab/OrganisationTypes; one of them is misspelt there."""

# Element -> scheme. Those that find one entity only come first; Alternative... elements are uncertain.
SURE = {"RORID": IdentifierScheme.ROR, "ORCID": IdentifierScheme.ORCID}
SHARED = {
    "GrantDOI": IdentifierScheme.DOI,
    "FundRefID": IdentifierScheme.CROSSREF_FUNDER,
    "GRID": IdentifierScheme.GRID,
    "ISNI": IdentifierScheme.ISNI,
}
FORMATS = {
    "RORID": re.compile(r"https://ror\.org/0[a-hj-km-np-tv-z\d]{6}\d{2}", re.ASCII),
    "GRID": re.compile(r"grid\.\d{4,}\.[\da-f]{1,2}", re.ASCII),
    "ISNI": re.compile(r"\d{4} \d{4} \d{4} \d{3}[\dX]", re.ASCII),
    "FundRefID": re.compile(r"https://doi\.org/10\.13039/\d+", re.ASCII),
    "ORCID": re.compile(
        r"https://orcid\.org/(0000-000((1-[5-9]|2-\d|3-[0-4])\d{3}-\d{3}[\dX]|3-5000-0001)"
        r"|0009-00(0\d-\d{4}-\d{3}[\dX]|10-0000-0000))",
        re.ASCII,
    ),
    "GrantDOI": re.compile(r"10\.\d{4,}(\.\d+)*/\S+", re.ASCII),
}
"""Element -> the form in which the profile's schema takes an identifier."""
MAX_ID = 128
"""Characters of an id in the profile's schema."""


class Engagement(NamedTuple):
    """How a project tells who takes part in it: the element, its term in vocabularies, and the title here."""

    group: str
    tag: str
    term: str
    title: str | None


ENGAGEMENTS = (
    Engagement("Consortium", "Coordinator", "Coordinator", "coordinator"),
    Engagement("Consortium", "Partner", "Partner", None),
    Engagement("Consortium", "Contractor", "Contractor", "contractor"),
    Engagement("Consortium", "InkindContributor", "InkindContributor", "in-kind contributor"),
    Engagement("Consortium", "Member", "ConsortiumMember", "member of the consortium"),
    Engagement("Team", "PrincipalInvestigator", "PrincipalInvestigator", "principal investigator"),
    Engagement("Team", "Contact", "OrganisationContact", "contact"),
    Engagement("Team", "Member", "TeamMember", "team member"),
)
"""All are PARTICIPATES_IN, but an organization that coordinates RUNS the project. Teams are of persons."""
LINKS = (
    ("Affiliation", Role.EMPLOYED_BY, Direction.OUT, None),
    ("Funder", Role.FUNDS, Direction.IN, None),
    ("Organizer", Role.CONVENED, Direction.IN, None),
    ("Sponsor", Role.RELATED_TO, Direction.OUT, "sponsor"),
    ("Partner", Role.RELATED_TO, Direction.OUT, "partner"),
)
"""Element that holds an org unit -> role, where the record stands in it, and title."""


_OF_ORGANIZATIONS = {one.title: one for one in ENGAGEMENTS[1:] if one.group == "Consortium"}
_OF_PERSONS = {one.title: one for one in ENGAGEMENTS[:1] + ENGAGEMENTS[2:]}


def engagement(name: str, title: str | None) -> Engagement:
    """Where a `Person` or `OrgUnit` stands that takes part in a project.

    Under a title that the profile does not have, that is among the members of the team, and the partners.
    """
    if name == "Person":
        return _OF_PERSONS.get(title, ENGAGEMENTS[-1])
    return _OF_ORGANIZATIONS.get(title, ENGAGEMENTS[1])


_Counterpart = tuple[tuple[str, str, str], tuple[Role, Direction, str | None]]


def _counterpart(
    record: str, other: str, term: str, role: Role, direction: Direction, title: str | None = None
) -> _Counterpart:
    return (record, other, f"https://w3id.org/cerif/vocab/{term}"), (role, direction, title)


def _counterparts() -> Iterator[_Counterpart]:
    one, out, in_ = _counterpart, Direction.OUT, Direction.IN
    yield one("OrgUnit", "OrgUnit", "InterOrganisationalStructure#Part", Role.PART_OF, in_)
    yield one("OrgUnit", "Project", "OrganisationProjectEngagements#Coordinator", Role.RUNS, out)
    yield one("OrgUnit", "Project", "OrganisationProjectEngagements#Funder", Role.FUNDS, out)
    yield one("OrgUnit", "Funding", "OrganisationFundingRoles#Financier", Role.FUNDS, out)
    yield one("OrgUnit", "Event", "EventRelationshipKinds#Organizer", Role.CONVENED, out)
    yield one("Funding", "Project", "ProjectFundingRelations#Support", Role.PARTICIPATES_IN, in_)
    yield one("Funding", "Funding", "InterFundingRelations#Part", Role.PARTICIPATES_IN, in_)
    for tag in ("Sponsor", "Partner"):
        for record in ("OrgUnit", "Project"):
            yield one(record, "Event", f"EventRelationshipKinds#{tag}", Role.RELATED_TO, in_, tag.lower())
    for engaged in ENGAGEMENTS:
        for record, vocabulary in (("OrgUnit", "OrganisationProjectEngagements"),
                                   ("Person", "PersonProjectEngagements")):  # fmt: skip
            if engagement(record, engaged.title) is engaged:
                term = f"{vocabulary}#{engaged.term}"
                yield one(record, "Project", term, Role.PARTICIPATES_IN, out, engaged.title)


COUNTERPARTS = dict(_counterparts())
"""Record, other end and type of a generic link -> what it says.

The types are the terms that the guidelines name at the element in which the other record tells the same.
"""
MAX_COUNTERPARTS = 1_000
"""Generic links of one record, so that readers take it; each is told by its other end too."""


def source_slug(partner: str | None) -> str:
    """The slug of the source that vouches for what a partner's system exports."""
    return f"cris-{partner}" if partner else "cris"
