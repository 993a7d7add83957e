"""Records as one viewer sees them on one day: their fields, links, short lists and relations.

Not its business: conditions (where.py), pages (pages.py) and GraphQL (answers.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from models.vocabulary import ROLE_RULES, Role
from resolvers.mapping import Catalog, Children, Column, Composite, Direction, Related, ToOne, TypeMap
from resolvers.viewer import Viewer
from tests.oracle import facts, readiness, sight, truth
from tests.oracle.tables import Row, Tables


@dataclass(frozen=True)
class Record:
    """A row of a type, seen on a day (None: all times)."""

    type: TypeMap
    row: Row
    day: date | None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes the record itself: its type's key."""
        return tuple(self.row[column] for column in self.type.key)


@dataclass(frozen=True)
class Edge:
    """A record in a list; of related records with the relation and the end it is read from."""

    node: Record
    relation: Record | None = None
    direction: str | None = None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What breaks ties: the node's key, then the relation's id."""
        return (*self.node.identity, *(self.relation.identity if self.relation else ()))


@dataclass(frozen=True)
class World:
    """The tables, through the eyes of a viewer, today."""

    tables: Tables
    catalog: Catalog
    viewer: Viewer
    today: date

    def rows(self, target: TypeMap, rows: Iterable[Row]) -> Iterator[Row]:
        """Those rows that are of the type and that the viewer may see."""
        for row in rows:
            is_of_kind = not target.kinds or row["kind"] in target.kinds
            is_shown = truth.is_shown(self.tables, self.viewer, target, row)
            if is_of_kind and is_shown and sight.may_see(self.viewer, row):
                yield row

    def all(self, target: TypeMap, day: date | None) -> list[Record]:
        """All visible records of a type; of those with a period, the ones that hold on the day."""
        found = self.rows(target, self.tables.rows[target.table])
        return [Record(target, row, day) for row in found if sight.lasts(target.table, row, day)]

    def find(self, target: TypeMap, column: str, value: Any, day: date | None) -> Record | None:
        """The one visible record with this value in a column, whatever its status."""
        found = self.rows(target, self.tables.where(target.table, column, value))
        return next((Record(self.concrete(target, row), row, day) for row in found), None)

    def concrete(self, target: TypeMap, row: Row) -> TypeMap:
        """The type of the row itself, where the target is an interface."""
        return self.catalog.types[target.concrete[row["kind"]]] if target.concrete else target

    def value(self, record: Record, field: Column) -> Any:
        """The value of a scalar field, as Python has it; None where it is missing or hidden."""
        if field.expression is None:
            return sight.stored(self.viewer, record.row, field)
        if (record.type.table, field.name) in facts.COMPUTED:
            day = self.today if record.day is None else record.day
            return facts.COMPUTED[record.type.table, field.name](self.tables, record.row, day)
        if field.name.endswith("_audience"):
            return self._consent(record, field.name)
        return getattr(self, f"_{field.name}")(record)

    def plain(self, record: Record, api: str) -> Any:
        """The value by which a field filters, orders and groups: an object's `sort` part stands for it."""
        return self.value(record, plain_column(record.type, api))

    def composite(self, record: Record, field: Composite) -> Record | None:
        """An object made of the row's own columns; missing where its main column is."""
        test = field.parts[field.test] if field.test is not None else None
        if test is not None and self.value(record, test) is None:
            return None
        return record

    def _readiness_score(self, record: Record) -> int:
        return readiness.score(self, record)

    def _consent(self, record: Record, audience: str) -> str | None:
        if not sight.admits(self.viewer, "OWNER", record.row["owner_id"]):
            return None
        unset = {"email_audience": "OWNER", "availability_audience": "PARTNERS"}
        return record.row[audience] or unset.get(audience, "PUBLIC")

    def _since(self, record: Record) -> date | None:
        begin: date | None = record.row["valid"] and record.row["valid"].lower
        return begin

    def _until(self, record: Record) -> date | None:
        end: date | None = record.row["valid"] and record.row["valid"].upper
        return None if end is None else end - timedelta(days=1)

    def _value(self, record: Record) -> str | None:
        return truth.text_of(record.row["own"] if "own" in record.row else truth.stored(record.row))

    def _is_preferred(self, record: Record) -> bool:
        return record.row["id"] is None or truth.is_chosen(self.tables, record.row, "assertion_id")

    def _is_pinned(self, record: Record) -> bool:
        return truth.is_chosen(self.tables, record.row, "pinned_id")

    def _is_disputed(self, record: Record) -> bool:
        return truth.is_disputed(self.tables, record.row["id"])

    def _status(self, record: Record) -> str | None:
        periods = [
            row
            for row in self.tables.where("zone_status", "zone_id", record.row["id"])
            if sight.may_see(self.viewer, row) and (record.day is None or sight.contains(row, record.day))
        ]
        last = max(
            periods,
            key=lambda row: (row["valid"].lower or date.min, row["recorded_from"], row["id"]),
            default=None,
        )
        return None if last is None else str(last["status"])

    def link(self, record: Record, field: ToOne) -> Record | None:
        """The linked record, of any status; None where the viewer may not see it."""
        target = self.catalog.types[field.target]
        if not sight.may_know(self.viewer, record.row, field.personal):
            return None
        return self.find(target, field.remote, record.row[field.local], record.day)

    def children(self, record: Record, field: Children, day: date | None) -> list[Edge]:
        """Records of the target that name this one in a column."""
        target = self.catalog.types[field.target]
        local = record.row[field.local]
        rows = [
            row
            for value in (local if field.in_array else [local])
            for row in self.tables.where(target.table, field.remote, value)
            if sight.lasts(target.table, row, day) and sight.may_know(self.viewer, row, field.personal)
        ]
        return [Edge(Record(target, row, day)) for row in self.rows(target, rows)]

    def related(
        self,
        record: Record,
        field: Related,
        day: date | None,
        roles: list[str] | None = None,
        kinds: list[str] | None = None,
        direction: str | None = None,
    ) -> list[Edge]:
        """Every relation of the field that holds on the day and whose other end the viewer may see."""
        target, relation_type = self.catalog.types[field.target], self.catalog.types["Relation"]
        own_id, found = record.row["id"], []
        wanted = Direction(direction) if direction is not None else field.direction
        for mine, other in (("subject_id", "object_id"), ("object_id", "subject_id")):
            end = Direction.OUT if mine == "subject_id" else Direction.IN
            for relation in self.rows(relation_type, self.tables.where("relation", mine, own_id)):
                role = Role(relation["role"])
                is_symmetric = ROLE_RULES[role].is_symmetric
                if field.roles and role not in field.roles:
                    continue
                if roles is not None and role not in roles:
                    continue
                if not is_symmetric and wanted not in (Direction.BOTH, end):
                    continue
                if not sight.holds(relation, day):
                    continue
                for row in self.rows(target, self.tables.where("entity", "id", relation[other])):
                    if kinds is None or row["kind"] in kinds:
                        read = Direction.BOTH if is_symmetric else end
                        node = Record(target, row, day)
                        found.append(Edge(node, Record(relation_type, relation, day), str(read)))
        return found

    def made_concrete(self, edge: Edge) -> Edge:
        """The edge with its node as the type that the node itself has."""
        return replace(edge, node=replace(edge.node, type=self.concrete(edge.node.type, edge.node.row)))


def plain_column(type_map: TypeMap, api: str) -> Column:
    """The column that stands for a field in filters, orders and groups."""
    field = type_map.fields[api]
    if isinstance(field, Composite):
        assert field.sort is not None
        return field.parts[field.sort]
    assert isinstance(field, Column)
    return field


def json_value(value: Any) -> Any:
    """How a Python value stands in the answer; instants are compared apart."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | float | str | list) or value is None:
        return value
    return str(value)
