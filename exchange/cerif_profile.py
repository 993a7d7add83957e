"""The words of CERIF in the OpenAIRE profile, and what each is here; for reading and for writing.

Source: OpenAIRE Guidelines for CRIS Managers 1.2 and https://w3id.org/cerif/vocab/OrganisationTypes. Not its
business: records (exchange/cerif_entry.py, exchange/cerif_export.py).
"""

from collections.abc import Mapping

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
CONSORTIUM: Mapping[str, str | None] = {
    "Partner": None,
    "Contractor": "contractor",
    "InkindContributor": "in-kind contributor",
    "Member": "member of the consortium",
}
TEAM: Mapping[str, str | None] = {
    "PrincipalInvestigator": "principal investigator",
    "Contact": "contact",
    "Member": "team member",
}
"""Element -> title of PARTICIPATES_IN; a coordinating organization RUNS the project."""
LINKS = (
    ("Affiliation", Role.EMPLOYED_BY, Direction.OUT, None),
    ("Funder", Role.FUNDS, Direction.IN, None),
    ("Organizer", Role.CONVENED, Direction.IN, None),
    ("Sponsor", Role.RELATED_TO, Direction.OUT, "sponsor"),
    ("Partner", Role.RELATED_TO, Direction.OUT, "partner"),
)
"""Element that holds an org unit -> role, where the record stands in it, and title."""


def source_slug(partner: str | None) -> str:
    """The slug of the source that vouches for what a partner's system exports."""
    return f"cris-{partner}" if partner else "cris"
