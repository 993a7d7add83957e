"""From records to the rows of the staging tables.

Not its business: what is wrong with a record (exchange/checks.py), SQL, and whether a record exists
already (exchange/entity_rows.py).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from exchange.author import Author
from exchange.checks import Known, check, defaults_of, label_of
from exchange.fields import COLUMNS_OF, FIELDS_OF, REQUIRED_OF
from exchange.patch import Patch
from exchange.record import (
    Area,
    Direction,
    Identifier,
    Money,
    NameRecord,
    PartialDate,
    Problem,
    Record,
    columns,
)
from exchange.script import script_of
from exchange.slugs import slug_of
from exchange.values import plain
from models import FACT_COLUMNS
from models.vocabulary import (
    DatePrecision,
    IdentifierScheme,
)

SURE_SCHEMES = frozenset(set(IdentifierScheme) - {
    IdentifierScheme.ISNI, IdentifierScheme.WIKIDATA, IdentifierScheme.GRID,
    IdentifierScheme.DOI, IdentifierScheme.CROSSREF_FUNDER,
})  # fmt: skip
"""Schemes of which an entity has one value: two values mean two entities. In the others registries share
and double values, so that a further identifier must not contradict them."""

Row = tuple[object, ...]


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
    gone_names: list[Row] = field(default_factory=list)
    gone_identifiers: list[Row] = field(default_factory=list)
    groups: set[tuple[str, ...]] = field(default_factory=set)


def stage(record: Record, n: int, known: Known, author: Author, staged: Staged) -> list[Problem]:
    """Adds the record's rows, or returns why it is refused."""
    fields, problems = check(record, known)
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
    defaults = defaults_of(record.kind)
    missing = [name for name in missing if name not in defaults]
    staged.groups |= set(given.values())
    staged.values.append(defaults | values)
    identifiers = _sorted(record.identifiers or ())
    patch = record.patch or Patch()
    columns_given = [names[0] for names in given.values()]
    if record.source is not None or patch.clears_source:
        columns_given.append("source_id")
    staged.records.append(
        (
            n,
            record.row,
            label_of(record),
            str(record.kind),
            record.id,
            record.slug,
            known.sources[record.source] if record.source else None,
            columns_given,
            missing,
            record.names is not None and "names" not in patch.added,
            record.identifiers is not None and "identifiers" not in patch.added,
            None if record.patch is None else patch.has_statuses and "statuses" not in patch.added,
            slug_of(_all_names(record, values.get("name"))),
            author.owner_id,
            author.partner_id,
            author.is_word,
            patch.expected_version,
        )
    )
    staged.names += _name_rows(n, record, values.get("name"))
    for place, one in enumerate(identifiers, start=1):
        partner = known.partners[one.partner] if one.partner else None
        is_sure = one.scheme in SURE_SCHEMES
        staged.identifiers.append((n, place, str(one.scheme), one.value, partner, is_sure))
    staged.domains += [(n, domain) for domain in record.matches_domains]
    _stage_facts(record, n, known, staged)
    staged.gone_names += [(n, *one) for one in patch.names]
    staged.gone_identifiers += [
        (n, one.scheme, one.value, known.partners[one.partner] if one.partner else None)
        for one in patch.identifiers
    ]
    return []


def shared_keys(record: Record) -> Iterator[object]:
    """Everything by which two records of a file may turn out to be one, or claim the same thing."""
    yield from record.keys


def _sorted(identifiers: Iterable[Identifier]) -> list[Identifier]:
    return sorted(dict.fromkeys(identifiers), key=lambda one: one.scheme not in SURE_SCHEMES)


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
        period = period_of(status.since, status.until)
        staged.statuses.append((n, str(status.status), *period, source(status.source_key)))
    for one in record.assertions:
        value, unit = stated(one.value)
        period = period_of(one.since, one.until)
        staged.assertions.append((n, fact_code(one.field), value, unit, *period[:2], source(one.source_key)))
    gone = () if record.patch is None else record.patch.relations
    for relation, is_gone in [*((one, False) for one in record.relations), *((one, True) for one in gone)]:
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
                *period_of(relation.since, relation.until),
                relation.title,
                relation.is_exclusive,
                relation.confidence,
                source(relation.source_key),
                is_gone,
            )
        )


def period_of(
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


def fact_code(name: str) -> str:
    """The code of a field of which several sources may speak; of names and personal fields the name itself,
    from which nothing follows."""
    return name.upper() if name.upper() in FACT_COLUMNS else name


def stated(value: object) -> tuple[str, str | None]:
    """A field's value as an assertion keeps it: JSON, and the unit, currency or precision beside it."""
    if isinstance(value, PartialDate):
        return orjson.dumps(value.date).decode(), str(value.precision)
    if isinstance(value, Area):
        return orjson.dumps(plain(value.value)).decode(), str(value.unit)
    if isinstance(value, Money):
        return orjson.dumps(plain(value.amount)).decode(), value.currency
    return orjson.dumps(plain(value)).decode(), None


def implied_assertions(n: int, record: Record, source_id: UUID | None) -> Iterator[Row]:
    """What a record says of an entity that another source vouches for, field by field; nothing personal."""
    personal = {spec.name for spec in FIELDS_OF[record.kind].values() if spec.is_personal}
    for name, value in record.fields.items():
        if value is not None and name not in personal:
            yield n, fact_code(name), *stated(value), None, None, source_id
    if record.names:
        listed = [{"value": name.value, "lang": name.lang, "type": str(name.type)} for name in record.names]
        yield n, "names", orjson.dumps(listed).decode(), None, None, None, source_id
