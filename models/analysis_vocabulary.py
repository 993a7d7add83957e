"""The closed vocabularies of computed answers: parts of a readiness, rules and outcomes of an eligibility.

Part of the single source of enums (models/vocabulary.py). What each means in numbers is in docs/analysis.md.
"""

from models.vocabulary import Vocabulary


class ReadinessPart(Vocabulary):
    """What a zone's readiness is made of."""

    LICENCE = "LICENCE", "Someone is licensed to develop it."
    LAND = "LAND", "It has land, of a known area."
    INFRASTRUCTURE = "INFRASTRUCTURE", "It is built, or being built."
    TENANTS = "TENANTS", "Companies work there."
    UNIVERSITY = "UNIVERSITY", "A university is a partner of it or near."
    TALENT = "TALENT", "Experts of its province have the skills that its fields of business seek."


class EligibilityRule(Vocabulary):
    """What is asked of a company that wants an incentive."""

    PERIOD = "PERIOD", "The incentive is in force on the day."
    LICENCE = "LICENCE", "The company holds a licence in the zone on the day."
    SIZE_CLASS = "SIZE_CLASS", "The company is of a size that qualifies."
    VERTICAL = "VERTICAL", "The company works in a field of business that qualifies."
    DURATION = "DURATION", "The time for which one company enjoys it has not run out."
    CONDITIONS = "CONDITIONS", "What else the law asks; only a person can judge it."


class RuleOutcome(Vocabulary):
    """Whether a rule is met."""

    PASS = "PASS", "It is met."
    FAIL = "FAIL", "It is not met."
    UNKNOWN = "UNKNOWN", "The platform does not know enough to tell."


class Eligibility(Vocabulary):
    """Whether a company qualifies for an incentive."""

    ELIGIBLE = "ELIGIBLE", "Every rule is met."
    NOT_ELIGIBLE = "NOT_ELIGIBLE", "At least one rule is not met."
    UNKNOWN = "UNKNOWN", "No rule fails, and of at least one it is not known whether it is met."
