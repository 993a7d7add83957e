"""From records to the rows of the staging tables, with every check that needs no look at other records.

A record that names an unknown region, vertical, field, source or partner is refused here, whole. Not its
business: SQL, and whether a record exists already (exchange/entity_rows.py).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from exchange.fields import COLUMNS_OF, REQUIRED_OF
from exchange.isced import ISCED_FIELDS
from exchange.record import (
    Area,
    Direction,
    Identifier,
    Money,
    NameRecord,
    PartialDate,
    Problem,
    ProblemCode,
    Record,
    columns,
)
from exchange.script import script_of
from exchange.slugs import slug_of
from exchange.values import closest, plain, shown
from models.vocabulary import (
    ORGANIZATIONS,
    SPHERE_OF_KIND,
    Audience,
    DatePrecision,
    IdentifierScheme,
    InstitutionType,
    Kind,
    RecordStatus,
)

SURE_SCHEMES = frozenset(set(IdentifierScheme) - {
    IdentifierScheme.ISNI, IdentifierScheme.WIKIDATA, IdentifierScheme.GRID,
    IdentifierScheme.DOI, IdentifierScheme.CROSSREF_FUNDER,
})  # fmt: skip
"""Schemes of which an entity has one value: two values mean two entities. In the others registries share
and double values, so that a further identifier must not contradict them."""

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a record may refer to by a code or a slug."""

    regions: Collection[str]
    verticals: Collection[str]
    sources: dict[str, UUID]
    partners: Mapping[str, UUID]


@dataclass(slots=True)
class Staged:
    """The rows of one batch by staging table; `n` is a record's place in the batch.

    `values` are by column of table `entity`; `groups` are the sets of columns of the fields that occur.
    """

    values: list[dict[str, object]] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)
    names: list[Row] = field(default_factory=list)
    identifiers: list[Row] = field(default_factory=list)
    domains: list[Row] = field(default_factory=list)
    statuses: list[Row] = field(default_factory=list)
    assertions: list[Row] = field(default_factory=list)
    relations: list[Row] = field(default_factory=list)
    groups: set[tuple[str, ...]] = field(default_factory=set)


def stage(record: Record, n: int, known: Known, staged: Staged) -> list[Problem]:
    """Adds the record's rows, or returns why it is refused."""
    fields, problems = _completed(record)
    problems += _unknown_codes(record, fields, known)
    problems += _unknown_sources(record, known)
    problems += _unknown_partners(record, known)
    if problems:
        return problems
    kind_columns = COLUMNS_OF[record.kind]
    given = {name: kind_columns[name] for name in fields}
    values: dict[str, object] = {}
    for name, value in fields.items():
        names = given[name]
        if value is None:
            values |= dict.fromkeys(names)
        elif len(names) > 1:
            values |= columns({name: value})
        else:
            values[names[0]] = value
    missing = [name for name in REQUIRED_OF[record.kind] if values.get(name) is None]
    defaults = _defaults(record.kind)
    missing = [name for name in missing if name not in defaults]
    staged.groups |= set(given.values())
    staged.values.append(defaults | values)
    identifiers = _sorted(record.identifiers or ())
    staged.records.append(
        (
            n,
            record.row,
            label_of(record),
            str(record.kind),
            record.id,
            record.slug,
            known.sources[record.source] if record.source else None,
            [names[0] for names in given.values()],
            missing,
            record.names is not None,
            record.identifiers is not None,
            slug_of(_all_names(record, values.get("name"))),
        )
    )
    staged.names += _name_rows(n, record, values.get("name"))
    for place, one in enumerate(identifiers, start=1):
        partner = known.partners[one.partner] if one.partner else None
        is_sure = one.scheme in SURE_SCHEMES
        staged.identifiers.append((n, place, str(one.scheme), one.value, partner, is_sure))
    staged.domains += [(n, domain) for domain in record.matches_domains]
    _stage_facts(record, n, known, staged)
    return []


def label_of(record: Record) -> str | None:
    """How reports name the record."""
    return None if record.key is None else str(record.key)


def shared_keys(record: Record) -> Iterator[object]:
    """Everything by which two records of a file may turn out to be one, or claim the same thing."""
    yield from record.keys


def _sorted(identifiers: Iterable[Identifier]) -> list[Identifier]:
    return sorted(dict.fromkeys(identifiers), key=lambda one: one.scheme not in SURE_SCHEMES)


def _defaults(kind: Kind) -> dict[str, object]:
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
    defaults = _defaults(record.kind)
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
    relations = (relation.source_key for relation in record.relations)
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
    targets = (relation.target.identifier for relation in record.relations)
    for one in dict.fromkeys([*(record.identifiers or ()), *targets]):
        if one is not None and one.partner is not None and one.partner not in known.partners:
            hint = closest(one.partner, known.partners, "Make it first: triplehelix key create.")
            message = f"There is no partner {shown(one.partner)}."
            yield _refused(record, ProblemCode.UNKNOWN_PARTNER, message, hint, "identifiers")


def _all_names(record: Record, display: object) -> Iterator[str]:
    if isinstance(display, str):
        yield display
    for name in record.names or ():
        yield name.value


def _name_rows(n: int, record: Record, display: object) -> Iterator[Row]:
    names = record.names or ()
    for place, name in enumerate(names):
        yield n, place, name.value, name.lang, name.script, str(name.type), False
    if isinstance(display, str) and all(name.value != display for name in names):
        name = NameRecord(display, None, script_of(display))
        yield n, len(names), name.value, None, name.script, str(name.type), True


def _stage_facts(record: Record, n: int, known: Known, staged: Staged) -> None:
    def source(slug: str | None) -> UUID | None:
        return known.sources[slug] if slug else None

    for status in record.statuses:
        period = _period(status.since, status.until)
        staged.statuses.append((n, str(status.status), *period, source(status.source_key)))
    for one in record.assertions:
        value, unit = stated(one.value)
        period = _period(one.since, one.until)
        staged.assertions.append((n, one.field, value, unit, *period[:2], source(one.source_key)))
    for relation in record.relations:
        target = relation.target
        identifier = target.identifier
        staged.relations.append(
            (
                n,
                relation.direction is Direction.OUT,
                str(relation.role),
                target.id,
                target.slug,
                str(identifier.scheme) if identifier else None,
                identifier.value if identifier else None,
                known.partners[identifier.partner] if identifier and identifier.partner else None,
                *_period(relation.since, relation.until),
                relation.title,
                source(relation.source_key),
            )
        )


def _period(
    since: PartialDate | None, until: PartialDate | None
) -> tuple[dt.date | None, dt.date | None, str]:
    """First day, first day after the last one, and the coarser precision of the two."""
    known = {end.precision for end in (since, until) if end is not None}
    order = (DatePrecision.YEAR, DatePrecision.MONTH, DatePrecision.DAY)
    precision = next((one for one in order if one in known), DatePrecision.DAY)
    before: dt.date | None = None
    if until is not None and until.last_day < dt.date.max:
        before = until.last_day + dt.timedelta(days=1)
    return since.date if since else None, before, str(precision)


def stated(value: object) -> tuple[str, str | None]:
    """A field's value as an assertion keeps it: JSON, and the unit or currency beside it."""
    if isinstance(value, Area):
        return orjson.dumps(plain(value.value)).decode(), str(value.unit)
    if isinstance(value, Money):
        return orjson.dumps(plain(value.amount)).decode(), value.currency
    return orjson.dumps(plain(value)).decode(), None


def implied_assertions(n: int, record: Record, source_id: UUID | None) -> Iterator[Row]:
    """What a record says of an entity that another source vouches for, field by field."""
    for name, value in record.fields.items():
        if value is not None:
            yield n, name, *stated(value), None, None, source_id
    if record.names:
        listed = [{"value": name.value, "lang": name.lang, "type": str(name.type)} for name in record.names]
        yield n, "names", orjson.dumps(listed).decode(), None, None, None, source_id
