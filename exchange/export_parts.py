"""What an entity consists of beside its row, as JSON in the shape of files, in SQL.

Names, identifiers, a zone's statuses, relations that it is the subject of, what other sources say of it: each
with the conditions of who may see it. Not its business: the record's own fields (exchange/export_sql.py).
"""

from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Text, case, cast, func, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from exchange.export_kinds import ExportKind, Part, Scalars
from exchange.values import FieldType
from models.vocabulary import DatePrecision, Role
from resolvers import mapping, plan
from resolvers.conditions import Conditions, Table
from resolvers.json_text import Part as Piece
from resolvers.json_text import concat, quoted, raw
from resolvers.periods import on_day


def partial_date(day: ColumnElement[Any], precision: ColumnElement[Any]) -> ColumnElement[Any]:
    """A date as far as it is known: 2021, 2021-09, 2021-09-11."""
    length = case(
        (precision == quoted(DatePrecision.YEAR), raw("4")),
        (precision == quoted(DatePrecision.MONTH), raw("7")),
        else_=raw("10"),
    )
    return func.left(cast(day, Text), length)


def listed(
    conditions: Conditions, kind: ExportKind, part: Part, row: mapping.Row, as_of: plan.Bind | None
) -> ColumnElement[Any]:
    """The JSON list of a part of the record."""
    match part:
        case Part.NAMES:
            item, query, order = _names(conditions, row)
        case Part.IDENTIFIERS:
            item, query, order = _identifiers(conditions, kind, row)
        case Part.STATUSES:
            item, query, order = _statuses(conditions, row)
        case Part.RELATIONS:
            item, query, order = _relations(conditions, row, as_of)
        case Part.CONNECTIONS:
            item, query, order = _connections(conditions, row, as_of)
        case Part.ASSERTIONS:
            item, query, order = _assertions(conditions, kind, row)
    joined = func.string_agg(concat(item), aggregate_order_by(quoted(","), *order))
    found = query.with_only_columns(joined).scalar_subquery()
    return quoted("[").concat(func.coalesce(found, quoted(""))).concat(quoted("]"))


Listing = tuple[list[Piece], Select[Any], list[ColumnElement[Any]]]
"""An item's JSON, the rows, their order."""


def _text(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(cast(func.to_json(value), Text), quoted("null"))


def _also(key: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A further key with a text, nothing where there is none."""
    return func.coalesce(quoted(f',"{key}":').concat(cast(func.to_json(value), Text)), quoted(""))


def _rows(part: Table) -> Select[Any]:
    return select(raw("1")).select_from(part.source)


def _names(conditions: Conditions, row: mapping.Row) -> Listing:
    name = conditions.part("entity_name")
    keys = ("value", "lang", "type", "script")
    item: list[Piece] = []
    for key in keys:
        item += [f'{"," if item else "{"}"{key}":', _text(name[key])]
    query = _rows(name).where(name["entity_id"] == row["id"])
    return [*item, "}"], query, [name[key] for key in ("type", "lang", "value")]


def _identifiers(conditions: Conditions, kind: ExportKind, row: mapping.Row) -> Listing:
    one, field = conditions.part("identifier"), kind.target.fields["identifiers"]
    assert isinstance(field, mapping.Parts)
    query = _rows(one).where(one["entity_id"] == row["id"])
    may_know = conditions.may_know(field.personal, row)
    if may_know is not None:
        query = query.where(may_know)
    partner = conditions.part("common.partner")
    named = select(partner["slug"]).select_from(partner.source).where(partner["id"] == one["partner_id"])
    item: list[Piece] = ['{"scheme":', _text(one["scheme"]), ',"value":', _text(one["value"])]
    return [*item, _also("partner", named.scalar_subquery()), "}"], query, [one["scheme"], one["value"]]


def _source(conditions: Conditions, of: Table) -> ColumnElement[Any]:
    """The slug of the source of a row, where it may be seen."""
    target = conditions.catalog.types["Source"]
    source = conditions.table(target)
    query = select(source["slug"]).select_from(source.source).where(source["id"] == of["source_id"])
    return query.where(*conditions.visible(source, target)).scalar_subquery()


def _period(part: Table, precision: ColumnElement[Any]) -> list[Piece]:
    """The keys since and until: as coarse as the precision where that means the same, else whole days."""
    first, before = func.lower(part["valid"]), func.upper(part["valid"])
    last = cast(before - raw("1"), Date)

    def known(day: ColumnElement[Any], edge: ColumnElement[Any]) -> ColumnElement[Any]:
        text = cast(day, Text)
        is_year, is_month = (
            (precision == quoted(one)) & (cast(func.date_trunc(quoted(one.lower()), edge), Date) == edge)
            for one in (DatePrecision.YEAR, DatePrecision.MONTH)
        )
        return case((is_year, func.left(text, raw("4"))), (is_month, func.left(text, raw("7"))), else_=text)

    return [_also("since", known(first, first)), _also("until", known(last, before))]


def _statuses(conditions: Conditions, row: mapping.Row) -> Listing:
    one = conditions.part("zone_status")
    query = _rows(one).where(one["zone_id"] == row["id"], conditions.audience(one))
    item: list[Piece] = ['{"status":', _text(one["status"]), *_period(one, one["precision"])]
    return (
        [*item, _also("source", _source(conditions, one)), "}"],
        query,
        [one["starts_on"], one["status"], one["id"]],
    )


def _relations(conditions: Conditions, row: mapping.Row, as_of: plan.Bind | None) -> Listing:
    """Each relation stands with its subject, so that it is told once."""
    relation, target = conditions.part("relation"), conditions.catalog.types["Entity"]
    other = conditions.table(target)
    query = select(raw("1")).select_from(relation.source, other.source)
    query = query.where(relation["subject_id"] == row["id"], other["id"] == relation["object_id"])
    query = query.where(on_day(relation, (), conditions.day(as_of)), conditions.audience(relation))
    query = query.where(*conditions.visible(other, target))
    item: list[Piece] = ['{"role":', _text(relation["role"]), ',"to":{"slug":', _text(other["slug"]), "}"]
    item += _period(relation, relation["precision"])
    is_exclusive = case((relation["is_exclusive"], quoted(',"isExclusive":true')), else_=quoted(""))
    item += [
        _also("title", relation["title"]),
        is_exclusive,
        _also("confidence", relation["confidence"]),
        _also("source", _source(conditions, relation)),
        "}",
    ]
    return item, query, [relation["role"], relation["starts_on"], other["slug"], relation["id"]]


_TOLD_OF_OBJECT = (
    *(Role.PART_OF, Role.SUCCEEDS, Role.RELATED_TO, Role.RUNS, Role.FUNDS, Role.PARTICIPATES_IN),
    *(Role.CONVENED, Role.ATTENDED),
)
"""Roles that foreign formats read from the object's side; of the others a hub may have very many."""
_KNOWN_BY = ("ROR", "ORCID", "ISNI", "GRID", "WIKIDATA", "CROSSREF_FUNDER", "LEI")


def _connections(conditions: Conditions, row: mapping.Row, as_of: plan.Bind | None) -> Listing:
    # Two arms, so that each goes by its own index.
    arms = [_arm(conditions, row, as_of, side) for side in ("to", "from")]
    relation, target = conditions.named(union_all(*arms)), conditions.catalog.types["Entity"]
    other = conditions.table(target)
    query = select(raw("1")).select_from(relation.source, other.source)
    query = query.where(other["id"] == relation["far_id"], *conditions.visible(other, target))
    one, field = conditions.part("identifier"), target.fields["identifiers"]
    assert isinstance(field, mapping.Parts)
    known_by = concat(['{"scheme":', _text(one["scheme"]), ',"value":', _text(one["value"]), "}"])
    named = select(known_by).select_from(one.source).where(one["entity_id"] == other["id"], one["is_active"])
    named = named.where(one["scheme"].in_([quoted(scheme) for scheme in _KNOWN_BY]))
    may_know = conditions.may_know(field.personal, other)
    named = named if may_know is None else named.where(may_know)
    place = func.array_position(raw(f"'{{{','.join(_KNOWN_BY)}}}'::text[]"), one["scheme"])
    named = named.order_by(place, one["value"]).limit(raw("1"))
    found_by = func.coalesce(quoted(',"identifier":').concat(named.scalar_subquery()), quoted(""))
    item: list[Piece] = ['{"role":', _text(relation["role"]), ',"', relation["side"], '":{"slug":']
    item.append(_text(other["slug"]))
    item += [',"kind":', _text(other["kind"]), _also("programKind", other["program_kind"])]
    item += [',"name":', _text(other["name"]), found_by, "}"]
    item += [*_period(relation, relation["precision"]), _also("title", relation["title"]), "}"]
    return item, query, [relation["role"], relation["starts_on"], other["slug"], relation["id"]]


def _arm(conditions: Conditions, row: mapping.Row, as_of: plan.Bind | None, side: str) -> Select[Any]:
    """The relations of which the record is the subject (to another), or the object (from another)."""
    near, far = ("subject_id", "object_id") if side == "to" else ("object_id", "subject_id")
    relation = conditions.part("relation")
    names = ("id", "role", "valid", "starts_on", "precision", "title")
    columns = [relation[name].label(name) for name in names]
    query = select(*columns, relation[far].label("far_id"), quoted(side).label("side"))
    query = query.select_from(relation.source).where(relation[near] == row["id"])
    if side == "from":
        query = query.where(relation["role"].in_([quoted(role) for role in _TOLD_OF_OBJECT]))
    return query.where(on_day(relation, (), conditions.day(as_of)), conditions.audience(relation))


def _assertions(conditions: Conditions, kind: ExportKind, row: mapping.Row) -> Listing:
    """What other sources say; what the record itself said first is not said again, and nothing personal."""
    target = conditions.catalog.types["Assertion"]
    one = conditions.table(target)
    said = {
        api: field.type
        for api, field in kind.fields.items()
        if isinstance(field, Scalars) and not field.is_personal
    }
    text = one["value"].op("#>>")(raw("'{}'::text[]"))

    def of(*types: FieldType) -> ColumnElement[bool]:
        # Beside nothing, an IN of no values would bind its list.
        codes = [quoted(_code(api)) for api, type_ in said.items() if type_ in types]
        return one["field"].in_([quoted(""), *codes])

    def parted(value: str, unit: str) -> ColumnElement[Any]:
        return concat([f'{{"{value}":', _text(text), f',"{unit}":', _text(one["unit"]), "}"])

    value = case(
        (of(FieldType.PARTIAL_DATE), _text(partial_date(text, one["unit"]))),
        (of(FieldType.AREA), parted("value", "unit")),
        (of(FieldType.MONEY), parted("amount", "currency")),
        else_=cast(one["value"], Text),
    )
    name = case(*((one["field"] == quoted(_code(api)), quoted(api)) for api in said))
    source = _source(conditions, one)
    query = _rows(one).where(one["entity_id"] == row["id"], *conditions.visible(one, target))
    query = query.where(~one["is_own"], func.jsonb_typeof(one["value"]) != quoted("null"))
    query = query.where(of(*FieldType), source.is_not(None))
    item: list[Piece] = ['{"field":"', name, '","value":', value]
    item += [*_period(one, quoted(DatePrecision.DAY)), _also("source", source), "}"]
    return item, query, [one["field"], func.lower(one["valid"]), text, one["id"]]


def _code(api: str) -> str:
    return "".join(f"_{c}" if c.isupper() else c for c in api).upper()
