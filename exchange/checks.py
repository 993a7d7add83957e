"""The checks of a record that need no look at other records, and what follows from what it says.

It may name no region, vertical, field of education, source or partner that is unknown here. Not its
business: values as such (exchange/values.py), and what only the tables know (exchange/refusal.py).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from exchange.fields import REQUIRED_OF
from exchange.isced import ISCED_FIELDS
from exchange.record import Problem, ProblemCode, Record
from exchange.values import closest, shown
from models.vocabulary import ORGANIZATIONS, SPHERE_OF_KIND, Audience, InstitutionType, Kind, RecordStatus


@dataclass(frozen=True, slots=True)
class Known:
    """What a record may refer to by a code or a slug."""

    regions: Collection[str]
    verticals: Collection[str]
    sources: dict[str, UUID]
    partners: Mapping[str, UUID]


def check(record: Record, known: Known) -> tuple[dict[str, object], list[Problem]]:
    """The record's fields with what follows from them, and everything that is wrong with the record."""
    fields, problems = _completed(record)
    problems += _unknown_codes(record, fields, known)
    problems += _unknown_sources(record, known)
    problems += _unknown_partners(record, known)
    return fields, problems


def label_of(record: Record) -> str | None:
    """How reports name the record."""
    return None if record.key is None else str(record.key)


def defaults_of(kind: Kind) -> dict[str, object]:
    """What a new record has where its source says nothing."""
    found: dict[str, object] = {"record_status": RecordStatus.ACTIVE, "audience": Audience.PUBLIC}
    if kind in SPHERE_OF_KIND:
        found["sphere"] = SPHERE_OF_KIND[kind]
    if kind in ORGANIZATIONS:
        found["is_funder"] = False
    if kind is Kind.INSTITUTION:
        found["type"] = InstitutionType.OTHER
    return found


def _completed(record: Record) -> tuple[dict[str, object], list[Problem]]:
    """The fields with what follows from them, and what is wrong in them."""
    fields, problems = dict(record.fields), []
    if record.kind is Kind.COMPANY:
        # A company was founded and established at one time, and has a column for each of the two words.
        pair = ("founded_on", "established_on")
        said = [fields[name] for name in pair if name in fields]
        if len(said) == 2 and said[0] != said[1]:
            message = "foundedOn and establishedOn of a company differ."
            problems.append(
                _refused(record, ProblemCode.VALUE_INVALID, message, "Give one of them.", pair[0])
            )
        elif said:
            fields |= dict.fromkeys(pair, said[0])
    defaults = defaults_of(record.kind)
    for name in [name for name, value in fields.items() if value is None]:
        if name in defaults and name != "sphere":
            fields[name] = defaults[name]
        elif name in REQUIRED_OF[record.kind]:
            message = f"A record of kind {record.kind} cannot be without {name}."
            hint = "Give a value, or leave the key out to keep the one it has."
            problems.append(_refused(record, ProblemCode.FIELD_MISSING, message, hint, name))
    return fields, problems


def _refused(record: Record, code: ProblemCode, message: str, hint: str, where: str) -> Problem:
    return Problem(record.row, label_of(record), code, message, hint, where)


def _unknown_codes(record: Record, fields: Mapping[str, object], known: Known) -> Iterator[Problem]:
    codes: tuple[tuple[str, Collection[str], str], ...] = (
        ("country", known.regions, "region"),
        ("subdivision", known.regions, "region"),
        ("residence_country", known.regions, "region"),
        ("verticals", known.verticals, "vertical"),
        ("fields", ISCED_FIELDS, "field of ISCED-F 2013"),
    )
    for name, choices, what in codes:
        value = fields.get(name)
        for code in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
            if code not in choices:
                hint = closest(code, choices, "See the list of regions, verticals and fields in the API.")
                message = f"There is no {what} {shown(code)}."
                yield _refused(record, ProblemCode.UNKNOWN_CODE, message, hint, name)


def _unknown_sources(record: Record, known: Known) -> Iterator[Problem]:
    relations = (relation.source_key for relation in record.statements)
    statuses = (status.source_key for status in record.statuses)
    assertions = (assertion.source_key for assertion in record.assertions)
    slugs = dict.fromkeys([record.source, *relations, *statuses, *assertions])
    for slug in slugs:
        if slug is not None and slug not in known.sources:
            otherwise = "Give the SOURCE line before the lines that name it."
            hint = closest(slug, known.sources, otherwise)
            message = f"There is no source {shown(slug)}."
            yield _refused(record, ProblemCode.UNKNOWN_SOURCE, message, hint, "source")


def _unknown_partners(record: Record, known: Known) -> Iterator[Problem]:
    targets = (relation.target.identifier for relation in record.statements)
    gone = () if record.patch is None else record.patch.identifiers
    for one in dict.fromkeys([*(record.identifiers or ()), *gone, *targets]):
        if one is not None and one.partner is not None and one.partner not in known.partners:
            hint = closest(one.partner, known.partners, "Make it first: triplehelix key create.")
            message = f"There is no partner {shown(one.partner)}."
            yield _refused(record, ProblemCode.UNKNOWN_PARTNER, message, hint, "identifiers")
