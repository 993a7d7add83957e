"""The closed vocabularies of facts: licences, incentives, rounds, promises, skills, needs.

Part of the single source of enums (models/vocabulary.py); verticals, regions, currencies and market
groups are open vocabularies, which are tables filled by models/seed.py.
"""

from models.vocabulary import Kind, Vocabulary


class LicenceType(Vocabulary):
    """What a licence allows its holder to be."""

    ZONE_DEVELOPER = "ZONE_DEVELOPER", "Develops and runs a zone."
    CO_ZONE_DEVELOPER = "CO_ZONE_DEVELOPER", "Develops a part of a zone beside its developer."
    ZONE_ENTERPRISE = "ZONE_ENTERPRISE", "Works in a zone as an enterprise."


class LicenceStatus(Vocabulary):
    """Where a licence stands on a day; follows from its dates."""

    PENDING = "PENDING", "Issued for a later day."
    VALID = "VALID", "In force."
    EXPIRED = "EXPIRED", "Its last day has passed."
    REVOKED = "REVOKED", "Taken back before its last day."


class IncentiveKind(Vocabulary):
    """What an incentive gives relief from, or gives."""

    INCOME_TAX = "INCOME_TAX", "Tax on income, profit and turnover."
    SALES_TAX = "SALES_TAX", "Sales tax and duties on supplies."
    CUSTOMS_DUTY = "CUSTOMS_DUTY", "Customs duties and taxes on imports."
    PROPERTY_TAX = "PROPERTY_TAX", "Tax on land and buildings."
    DIVIDEND_TAX = "DIVIDEND_TAX", "Tax on dividends and capital gains."
    FOREIGN_EXCHANGE = "FOREIGN_EXCHANGE", "Accounts in foreign currency, repatriation of capital and profit."
    INFRASTRUCTURE = "INFRASTRUCTURE", "Land, buildings, energy, connectivity."
    REGULATORY = "REGULATORY", "Easier rules: one window, labour law, sandboxes."


class RoundStage(Vocabulary):
    """What kind of round of funding it was."""

    PRE_SEED = "PRE_SEED", "Before the first priced round."
    SEED = "SEED", "Seed round."
    SERIES_A = "SERIES_A", "Series A."
    SERIES_B = "SERIES_B", "Series B."
    SERIES_C_PLUS = "SERIES_C_PLUS", "Series C or later."
    BRIDGE = "BRIDGE", "Between two priced rounds."
    DEBT = "DEBT", "A loan."
    GRANT = "GRANT", "Money that buys no share."
    PUBLIC_OFFERING = "PUBLIC_OFFERING", "Listing on an exchange."
    UNKNOWN = "UNKNOWN", "The source does not say."


class FollowUpStatus(Vocabulary):
    """What became of a directive or commitment. That it is overdue follows from its dates."""

    OPEN = "OPEN", "Not done yet."
    FULFILLED = "FULFILLED", "Done."
    DROPPED = "DROPPED", "Given up or overtaken by events."


class SkillScheme(Vocabulary):
    """The classifications of skills and fields of knowledge."""

    ESCO = "ESCO", "European Skills, Competences, Qualifications and Occupations."
    ISCED_F = "ISCED_F", "Fields of education and training of UNESCO, 2013."
    LOCAL = "LOCAL", "Skills that no published scheme has; a partner's own words."


class SkillType(Vocabulary):
    """What a skill is."""

    COMPETENCE = "COMPETENCE", "Being able to do something."
    KNOWLEDGE = "KNOWLEDGE", "Knowing something."
    LANGUAGE = "LANGUAGE", "A language."
    TRANSVERSAL = "TRANSVERSAL", "A competence of use in all work."
    GROUP = "GROUP", "A heading under which others stand."
    FIELD = "FIELD", "A field of education and training."


class SkillLevel(Vocabulary):
    """How well someone commands a skill, or must."""

    BASIC = "BASIC", "Works under guidance."
    INTERMEDIATE = "INTERMEDIATE", "Works alone."
    ADVANCED = "ADVANCED", "Solves what is new."
    EXPERT = "EXPERT", "Leads and teaches others."


class NeedKind(Vocabulary):
    """What is needed."""

    VACANCY = "VACANCY", "Someone to employ."
    INTERNSHIP = "INTERNSHIP", "Students for a time."
    RESEARCH_PROBLEM = "RESEARCH_PROBLEM", "A problem to be solved by research."
    MENTORING = "MENTORING", "Advice."
    FUNDING = "FUNDING", "Money."


class FactType(Vocabulary):
    """The facts that are not entities, as the change log and files name them."""

    LICENCE = "LICENCE", "A licence of a holder, mostly for a zone."
    INCENTIVE = "INCENTIVE", "A version of an incentive."
    FUNDING_ROUND = "FUNDING_ROUND", "A company's round of funding."
    EXPORT_STATISTIC = "EXPORT_STATISTIC", "What was sold to a market in a year."
    DIRECTIVE = "DIRECTIVE", "An instruction given at a meeting."
    COMMITMENT = "COMMITMENT", "A promise of one to another."
    SKILL = "SKILL", "A skill or field of knowledge."
    NEED = "NEED", "What someone looks for."


ORIGINS_OF_INCENTIVES = (Kind.ZONE, Kind.CLUSTER, Kind.PROGRAM, Kind.GOVERNMENT_BODY)
"""Who or what can offer an incentive."""


class ImportStatus(Vocabulary):
    """How an import stands."""

    QUEUED = "QUEUED", "The file is stored and waits for its turn."
    RUNNING = "RUNNING", "It runs; where its server ended, another one takes it up."
    SUCCEEDED = "SUCCEEDED", "Every row was taken."
    SUCCEEDED_IN_PART = "SUCCEEDED_IN_PART", "The file was read to its end; some rows were refused."
    FAILED = "FAILED", "It stopped; the batches before stay."
    CANCELLED = "CANCELLED", "It was called off; the batches before stay."
