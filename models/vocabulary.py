"""The closed vocabularies: every enum of the domain with a description per value.

They are the single source for the CHECK constraints of the tables, the enums of the GraphQL schema and
the `role_type` rows. Open vocabularies (regions, verticals) are tables, filled by models/seed.py.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Vocabulary(StrEnum):
    """Base of the enums: a member is declared as `NAME = "NAME", "description"`."""

    description: str

    def __new__(cls, value: str, description: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class Sphere(Vocabulary):
    """The three spheres of the triple helix."""

    ACADEMIA = "ACADEMIA", "Universities and what belongs to them."
    INDUSTRY = "INDUSTRY", "Companies and investors."
    GOVERNMENT = "GOVERNMENT", "Ministries, authorities, provincial and local bodies."


class RecordStatus(Vocabulary):
    """Whether a record is current. Lists give ACTIVE and INACTIVE unless asked for more."""

    ACTIVE = "ACTIVE", "In operation."
    INACTIVE = "INACTIVE", "No longer in operation; the record stays valid."
    WITHDRAWN = "WITHDRAWN", "The record should not have existed or was taken back."
    MERGED = "MERGED", "The record was a duplicate; see its successor."


class Audience(Vocabulary):
    """Who may see a record or a personal field."""

    PUBLIC = "PUBLIC", "Everybody."
    PARTNERS = "PARTNERS", "Partners with a key."
    OWNER = "OWNER", "Only the partner who maintains the record."


class NameType(Vocabulary):
    """What kind of name a name is."""

    OFFICIAL = "OFFICIAL", "The name in law or statute."
    LABEL = "LABEL", "The usual name in a language."
    ALIAS = "ALIAS", "Another name in use."
    ACRONYM = "ACRONYM", "Initials."


class DatePrecision(Vocabulary):
    """How precisely a date is known. A date known to its year is given as January 1st."""

    DAY = "DAY", "The day is known."
    MONTH = "MONTH", "Only month and year are known."
    YEAR = "YEAR", "Only the year is known."


class SourceKind(Vocabulary):
    """Where a statement comes from."""

    REGISTRY = "REGISTRY", "A public register."
    NEWS = "NEWS", "A news report."
    PARTNER = "PARTNER", "A partner of the platform."
    OFFICIAL = "OFFICIAL", "An official publication: a gazette, an act, a government page."
    SYNTHETIC = "SYNTHETIC", "Invented for samples and tests; says nothing about the world."


class IdentifierScheme(Vocabulary):
    """The registers whose identifiers are understood."""

    ROR = "ROR", "Research Organization Registry."
    ORCID = "ORCID", "Open Researcher and Contributor ID (a person)."
    ISNI = "ISNI", "International Standard Name Identifier, ISO 27729."
    LEI = "LEI", "Legal Entity Identifier, ISO 17442."
    WIKIDATA = "WIKIDATA", "Wikidata item."
    DOI = "DOI", "Digital Object Identifier."
    GRID = "GRID", "Global Research Identifier Database (frozen in 2021)."
    CROSSREF_FUNDER = "CROSSREF_FUNDER", "Crossref Funder Registry."
    PK_NTN = "PK_NTN", "Pakistan: National Tax Number."
    PK_SEC = "PK_SEC", "Pakistan: registration with the Securities and Exchange Commission."
    PK_HEC = "PK_HEC", "Pakistan: Higher Education Commission's code."
    PARTNER = "PARTNER", "A partner's own key; unique per partner."


class UniversityType(Vocabulary):
    """Who runs a university."""

    PUBLIC = "PUBLIC", "A public university."
    PRIVATE = "PRIVATE", "A private university."
    MILITARY = "MILITARY", "A university of the armed forces."
    OTHER = "OTHER", "Another or unknown form."


class InstitutionType(Vocabulary):
    """What a non-teaching organization is."""

    FACILITY = "FACILITY", "A laboratory, observatory or other facility."
    NONPROFIT = "NONPROFIT", "A non-profit organization."
    HEALTHCARE = "HEALTHCARE", "A hospital or other care provider."
    ARCHIVE = "ARCHIVE", "A library, museum or archive."
    FUNDER = "FUNDER", "An organization that funds."
    OTHER = "OTHER", "Anything else."


class SizeClass(Vocabulary):
    """Size of a company by the thresholds of the Special Technology Zones Authority."""

    STARTUP = "STARTUP", "1 to 20 employees."
    SME = "SME", "21 to 250 employees."
    LARGE = "LARGE", "251 to 1,000 employees."
    ANCHOR = "ANCHOR", "More than 1,000 employees."


class FundingStage(Vocabulary):
    """How far a company's funding has come."""

    BOOTSTRAPPED = "BOOTSTRAPPED", "No outside money."
    PRE_SEED = "PRE_SEED", "Before the first priced round."
    SEED = "SEED", "Seed round."
    SERIES_A = "SERIES_A", "Series A."
    SERIES_B = "SERIES_B", "Series B."
    SERIES_C_PLUS = "SERIES_C_PLUS", "Series C or later."
    PUBLIC_MARKET = "PUBLIC_MARKET", "Listed on an exchange."


class GovernmentLevel(Vocabulary):
    """The level of a government body."""

    FEDERAL = "FEDERAL", "National."
    PROVINCIAL = "PROVINCIAL", "Of a province or state."
    LOCAL = "LOCAL", "Of a district or city."
    INTERNATIONAL = "INTERNATIONAL", "Between states."


class InvestorType(Vocabulary):
    """What kind of investor it is."""

    VENTURE_CAPITAL = "VENTURE_CAPITAL", "A venture capital firm."
    ANGEL = "ANGEL", "A private person or a network of them."
    CORPORATE = "CORPORATE", "The investing arm of a company."
    DEVELOPMENT_FINANCE = "DEVELOPMENT_FINANCE", "A development finance institution."
    PRIVATE_EQUITY = "PRIVATE_EQUITY", "A private equity firm."
    FAMILY_OFFICE = "FAMILY_OFFICE", "A family office."
    GOVERNMENT_FUND = "GOVERNMENT_FUND", "A fund of a government."
    OTHER = "OTHER", "Another form."


class ZoneRegime(Vocabulary):
    """The legal regime of a zone."""

    STZ = "STZ", "Special Technology Zone."
    SEZ = "SEZ", "Special Economic Zone."
    SCIENCE_PARK = "SCIENCE_PARK", "Science or technology park without a zone regime."


class ZoneModality(Vocabulary):
    """Whether a zone is a place."""

    GEOGRAPHICAL = "GEOGRAPHICAL", "A place with boundaries."
    VIRTUAL = "VIRTUAL", "A regime without a place of its own."


class ZoneStatus(Vocabulary):
    """How far a zone has come.

    Sources say declared, notified and functional of different things: they are never merged.
    """

    PROPOSED = "PROPOSED", "Announced or applied for."
    LAND_ALLOCATED = "LAND_ALLOCATED", "Land was set aside."
    APPROVED = "APPROVED", "The competent authority approved it."
    NOTIFIED = "NOTIFIED", "Published in the gazette as a zone."
    UNDER_DEVELOPMENT = "UNDER_DEVELOPMENT", "Being built."
    OPERATIONAL = "OPERATIONAL", "Companies work there."
    SUSPENDED = "SUSPENDED", "Stopped for the time being."
    WITHDRAWN = "WITHDRAWN", "Given up or taken back."


class AreaUnit(Vocabulary):
    """The unit in which a source states an area."""

    ACRE = "ACRE", "4,046.8564224 square metres."
    HECTARE = "HECTARE", "10,000 square metres."
    SQUARE_METRE = "SQUARE_METRE", "One square metre."
    SQUARE_FOOT = "SQUARE_FOOT", "0.09290304 square metres."
    KANAL = "KANAL", "505.857 square metres (Pakistan: an eighth of an acre)."


class ProgramKind(Vocabulary):
    """What a program does."""

    EXPERT_ATTRACTION = "EXPERT_ATTRACTION", "Brings experts in."
    FUNDING = "FUNDING", "Gives money."
    INCUBATION = "INCUBATION", "Incubates or accelerates companies."
    TRAINING = "TRAINING", "Trains people."
    RESEARCH = "RESEARCH", "Supports research."
    RESEARCH_PROJECT = "RESEARCH_PROJECT", "A single research project."
    INTERNSHIP = "INTERNSHIP", "Places students in work."
    POLICY = "POLICY", "Makes or changes rules."
    OTHER = "OTHER", "Anything else."


class Availability(Vocabulary):
    """Whether an expert can be approached. Only who states one is ever matched."""

    OPEN = "OPEN", "Open to offers."
    PART_TIME = "PART_TIME", "Available for part of the time."
    ADVISORY = "ADVISORY", "Available as adviser or mentor."
    NOT_AVAILABLE = "NOT_AVAILABLE", "Not available now."


class AgreementType(Vocabulary):
    """The form of an agreement."""

    MOU = "MOU", "Memorandum of understanding."
    CONTRACT = "CONTRACT", "A contract."
    JOINT_VENTURE = "JOINT_VENTURE", "A joint venture."
    LICENCE = "LICENCE", "A licence agreement."
    GRANT = "GRANT", "A grant agreement."
    OTHER = "OTHER", "Another form."


class AgreementStatus(Vocabulary):
    """Where an agreement stands."""

    ANNOUNCED = "ANNOUNCED", "Announced, not signed."
    SIGNED = "SIGNED", "Signed."
    IN_FORCE = "IN_FORCE", "In force."
    ENDED = "ENDED", "Ended as agreed."
    TERMINATED = "TERMINATED", "Ended early."


class ChangeVerb(Vocabulary):
    """What happened to a record."""

    CREATED = "CREATED", "It came into being."
    UPDATED = "UPDATED", "It was changed."
    REMOVED = "REMOVED", "It was withdrawn or ended."
    MERGED = "MERGED", "It was a duplicate and is merged into its successor."


class Kind(Vocabulary):
    """What an entity is."""

    UNIVERSITY = "UNIVERSITY", "A university or other institution of higher education."
    INSTITUTION = "INSTITUTION", "Any organization that is none of the other kinds."
    COMPANY = "COMPANY", "A business, from a one-person firm to an anchor enterprise."
    GOVERNMENT_BODY = "GOVERNMENT_BODY", "A ministry, authority or other public body."
    INVESTOR = "INVESTOR", "Who invests in companies."
    ZONE = "ZONE", "A technology or economic zone or a science park."
    CLUSTER = "CLUSTER", "An innovation cluster."
    EXPERT = "EXPERT", "A person in a professional or public role."
    PROGRAM = "PROGRAM", "A program, scheme or research project."
    AGREEMENT = "AGREEMENT", "An agreement between organizations."
    MEETING = "MEETING", "A meeting at which something was decided."


ORGANIZATIONS = frozenset(
    {Kind.UNIVERSITY, Kind.INSTITUTION, Kind.COMPANY, Kind.GOVERNMENT_BODY, Kind.INVESTOR}
)
ANYTHING = frozenset(Kind)


class Role(Vocabulary):
    """What relates two entities, read from subject to object."""

    EMPLOYED_BY = "EMPLOYED_BY", "The expert works for the organization."
    HOLDS_POST_AT = "HOLDS_POST_AT", "The expert holds a public or titled post at the organization."
    BOARD_MEMBER_OF = "BOARD_MEMBER_OF", "The expert sits on the organization's board."
    STUDIED_AT = "STUDIED_AT", "The expert studied at the university."
    FOUNDED = "FOUNDED", "The expert founded the company."
    TENANT_OF = "TENANT_OF", "The company works in the zone."
    DEVELOPS = "DEVELOPS", "The organization develops the zone."
    HOSTS = "HOSTS", "The organization gives the zone its place."
    SUPERVISES = "SUPERVISES", "The organization supervises the zone, body or program."
    PART_OF = "PART_OF", "The subject is a part of the object."
    RUNS = "RUNS", "The organization runs the program."
    FUNDS = "FUNDS", "The organization pays for the object."
    PARTICIPATES_IN = "PARTICIPATES_IN", "The subject takes part in the program."
    PARTY_TO = "PARTY_TO", "The organization is a party to the agreement."
    CONVENED = "CONVENED", "The subject called or chaired the meeting."
    ATTENDED = "ATTENDED", "The subject took part in the meeting."
    INVESTED_IN = "INVESTED_IN", "The investor put money into the company."
    SPIN_OFF_OF = "SPIN_OFF_OF", "The company came out of the university."
    SUCCEEDS = "SUCCEEDS", "The subject takes the place of the object."
    COLLABORATES_WITH = "COLLABORATES_WITH", "The two work together; true in both directions."
    RELATED_TO = "RELATED_TO", "The two are related in a way the source does not name."


@dataclass(frozen=True, slots=True)
class RoleRule:
    """What a role allows and means.

    `is_event` roles are true from their start on, the others while their period contains the day.
    `pairs` are the kinds that may stand as (subject, object).
    """

    label: str
    inverse_label: str
    pairs: frozenset[tuple[Kind, Kind]]
    is_event: bool = False
    is_symmetric: bool = False


def _pairs(subjects: frozenset[Kind], objects: frozenset[Kind]) -> frozenset[tuple[Kind, Kind]]:
    return frozenset((subject, object_) for subject in subjects for object_ in objects)


_EXPERT, _COMPANY, _ZONE = frozenset({Kind.EXPERT}), frozenset({Kind.COMPANY}), frozenset({Kind.ZONE})
_UNIVERSITY, _PROGRAM = frozenset({Kind.UNIVERSITY}), frozenset({Kind.PROGRAM})
_ACTORS = ORGANIZATIONS | _EXPERT
_SAME_KIND = frozenset((kind, kind) for kind in Kind)

ROLE_RULES: dict[Role, RoleRule] = {
    Role.EMPLOYED_BY: RoleRule("employed by", "employs", _pairs(_EXPERT, ORGANIZATIONS)),
    Role.HOLDS_POST_AT: RoleRule("holds a post at", "has as office-holder", _pairs(_EXPERT, ORGANIZATIONS)),
    Role.BOARD_MEMBER_OF: RoleRule("board member of", "has on its board", _pairs(_EXPERT, ORGANIZATIONS)),
    Role.STUDIED_AT: RoleRule("studied at", "alumni", _pairs(_EXPERT, _UNIVERSITY), is_event=True),
    Role.FOUNDED: RoleRule("founded", "founded by", _pairs(_EXPERT, _COMPANY), is_event=True),
    Role.TENANT_OF: RoleRule("tenant of", "tenants", _pairs(_COMPANY, _ZONE)),
    Role.DEVELOPS: RoleRule("develops", "developed by", _pairs(ORGANIZATIONS, _ZONE)),
    Role.HOSTS: RoleRule("hosts", "hosted by", _pairs(ORGANIZATIONS, _ZONE)),
    Role.SUPERVISES: RoleRule(
        "supervises",
        "supervised by",
        _pairs(ORGANIZATIONS, _ZONE | _PROGRAM | frozenset({Kind.GOVERNMENT_BODY})),
    ),
    Role.PART_OF: RoleRule(
        "part of",
        "has as part",
        _pairs(ORGANIZATIONS, ORGANIZATIONS) | _pairs(_ZONE, frozenset({Kind.CLUSTER})),
    ),
    Role.RUNS: RoleRule("runs", "run by", _pairs(ORGANIZATIONS, _PROGRAM)),
    Role.FUNDS: RoleRule("funds", "funded by", _pairs(ORGANIZATIONS, _PROGRAM | _COMPANY | _UNIVERSITY)),
    Role.PARTICIPATES_IN: RoleRule("participates in", "participants", _pairs(ANYTHING, _PROGRAM)),
    Role.PARTY_TO: RoleRule("party to", "parties", _pairs(ORGANIZATIONS, frozenset({Kind.AGREEMENT}))),
    Role.CONVENED: RoleRule(
        "convened", "convened by", _pairs(_ACTORS, frozenset({Kind.MEETING})), is_event=True
    ),
    Role.ATTENDED: RoleRule(
        "attended", "attended by", _pairs(_ACTORS, frozenset({Kind.MEETING})), is_event=True
    ),
    Role.INVESTED_IN: RoleRule(
        "invested in", "investors", _pairs(frozenset({Kind.INVESTOR}) | _COMPANY, _COMPANY), is_event=True
    ),
    Role.SPIN_OFF_OF: RoleRule("spin-off of", "spin-offs", _pairs(_COMPANY, _UNIVERSITY), is_event=True),
    Role.SUCCEEDS: RoleRule(
        "succeeds", "succeeded by", _pairs(ORGANIZATIONS, ORGANIZATIONS) | _SAME_KIND, is_event=True
    ),
    Role.COLLABORATES_WITH: RoleRule(
        "collaborates with", "collaborates with", _pairs(ANYTHING, ANYTHING), is_symmetric=True
    ),
    Role.RELATED_TO: RoleRule("related to", "related to", _pairs(ANYTHING, ANYTHING), is_symmetric=True),
}
EVENT_ROLES = frozenset(role for role, rule in ROLE_RULES.items() if rule.is_event)

SPHERE_OF_KIND: dict[Kind, Sphere] = {
    Kind.UNIVERSITY: Sphere.ACADEMIA,
    Kind.COMPANY: Sphere.INDUSTRY,
    Kind.INVESTOR: Sphere.INDUSTRY,
    Kind.GOVERNMENT_BODY: Sphere.GOVERNMENT,
}
"""The sphere that follows from the kind; zones, clusters, programs, agreements, meetings and persons have
none by default, and an institution's is stated by its source."""
