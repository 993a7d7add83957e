"""Conditions in SQL: who may see a row, and every filter.

Part of the printer (resolvers/sql.py): it owns the names of table aliases and the statement's binds.
Comparisons with null are false, so that `not` and `ne` count missing values as different.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy import types as sqltypes
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.dialects.postgresql.asyncpg import AsyncpgString

from models import Base
from models.history import RECORDED_TABLES, current, rights_of
from resolvers import lookups, mapping, plan
from resolvers.json_text import quoted, raw
from resolvers.known import known_rows
from resolvers.mapping import Column, Scope, TypeMap
from resolvers.quantifiers import has_child, has_related
from resolvers.references import id_of
from resolvers.rights import may_know, may_see
from resolvers.viewer import ViewerLevel, ViewerRole


class _BoundText(AsyncpgString):
    # The dialect casts every bound string to VARCHAR, and text[] has no && and @> with varchar[].
    __visit_name__ = "TEXT"


_TYPES: dict[str, Any] = {
    "text": _BoundText(),
    "uuid": sqltypes.Uuid(),
    "int": sqltypes.Integer(),
    "bigint": sqltypes.BigInteger(),
    "float": sqltypes.Double(),
    "numeric": sqltypes.Numeric(),
    "bool": sqltypes.Boolean(),
    "date": sqltypes.Date(),
    "timestamptz": sqltypes.DateTime(timezone=True),
}


FOUND_BY = ("eq", "in", "lt", "lte", "gt", "gte", "contains", "startsWith", "matches", "has", "hasSome")
"""Operators that a missing value never meets."""


class Table:
    """A table under an alias; `table["column"]` is its column by name."""

    def __init__(self, source: FromClause, name: str) -> None:
        self.source = source
        self.name = name

    def __getitem__(self, column: str, /) -> ColumnElement[Any]:
        return raw(f"{self.name}.{column}", self.source.c[column].type)


class Conditions:
    """Prints conditions for one level of viewer and collects the binds."""

    def __init__(self, catalog: mapping.Catalog, level: ViewerLevel) -> None:
        self.catalog = catalog
        self.role: ViewerRole = "partner" if level == "unpersonal" else level
        self.knows_persons = level != "unpersonal"
        """False for a partner to whom what is open to partners of a person is closed."""
        self.known_at: plan.Bind | None = None
        """The instant at which the rows of the root field in print were believed; None: now."""
        self._binds: list[tuple[plan.Bind, ColumnElement[Any]]] = []
        self._count = 0

    # -- names and binds ---------------------------------------------------------------------------

    def name(self) -> str:
        """A new alias."""
        self._count += 1
        return f"t{self._count}"

    def part(self, table: str) -> Table:
        """A table by name, under a new alias: as it is, or as it was believed at `known_at`."""
        name = self.name()
        return Table(self._rows(table, name), name)

    def _rows(self, table: str, name: str) -> FromClause:
        if self.known_at is not None and table in RECORDED_TABLES:
            return known_rows(Base.metadata.tables[table], name, self.param(self.known_at))
        return Base.metadata.tables[table].alias(name)

    def _right(self, column: str) -> str:
        """The column that says who may see a row: as it is today, also for what was believed before."""
        return column if self.known_at is None else current(column)

    def named(self, query: Select[Any] | CompoundSelect[Any]) -> Table:
        """The rows of a query, under a new alias."""
        name = self.name()
        return Table(query.subquery(name), name)

    def rights(self, table: str) -> tuple[str, ...]:
        """The columns that rows of what was believed have beside those of the table itself."""
        return () if self.known_at is None else tuple(map(current, rights_of(Base.metadata.tables[table])))

    def table(self, target: TypeMap) -> Table:
        """The table of a type, under a new alias."""
        return self.part(target.table)

    def param(self, bind: plan.Bind) -> ColumnElement[Any]:
        """The bound parameter; equal binds share one."""
        for known, parameter in self._binds:
            if known == bind:
                return parameter
        base = bind.sql.removesuffix("[]")
        type_ = ARRAY(_TYPES[base]) if bind.sql.endswith("[]") else _TYPES[base]
        parameter = bindparam(f"b{len(self._binds)}", type_=type_)
        self._binds.append((bind, parameter))
        return parameter

    def bind_of(self, name: str) -> plan.Bind:
        """The bind behind a parameter's name."""
        return self._binds[int(name[1:])][0]

    def day(self, as_of: plan.Bind | None) -> ColumnElement[Any] | None:
        """The day of an asOf; None for all times."""
        return None if as_of is None else self.param(as_of)

    def _today(self) -> ColumnElement[Any]:
        return self.param(plan.Bind(plan.TODAY, "date", "date", "asOf"))

    # -- rights ------------------------------------------------------------------------------------

    def audience(self, row: mapping.Row) -> ColumnElement[bool]:
        """Whether the viewer may see a row with `audience` and `owner_id`."""
        return may_see(self.role, row, self.partner, self._right)

    def partner(self) -> ColumnElement[Any]:
        """The id of the viewer's partner."""
        return self.param(plan.Bind(plan.PARTNER, "partner", "uuid", "viewer"))

    def scope(self, as_of: plan.Bind | None) -> Scope:
        """What a computed field may depend on beside its row."""
        known_at = None if self.known_at is None else self.param(self.known_at)
        return Scope(
            self.audience,
            self.day(as_of),
            self._today,
            self._rows,
            self.role,
            self.partner,
            known_at,
            self.knows_persons,
        )

    def visible(self, row: mapping.Row, target: TypeMap) -> list[ColumnElement[bool]]:
        """The conditions on every row of a type: its kinds and who may see it."""
        found: list[ColumnElement[bool]] = []
        if len(target.kinds) == 1:
            found.append(row["kind"] == quoted(f"{target.kinds[0]}"))
        elif target.kinds and len(target.kinds) < len(self._all_kinds()):
            found.append(row["kind"].in_([quoted(f"{kind}") for kind in target.kinds]))
        if target.has_audience and target.table in RECORDED_TABLES:
            found.append(self.audience(row))
        elif target.has_audience:
            # What has no history is read as it is now, with knownAt too.
            found.append(may_see(self.role, row, self.partner, str))
        if target.shown is not None:
            found.append(target.shown(self, row))
        return found

    def _all_kinds(self) -> tuple[str, ...]:
        return self.catalog.types["Entity"].kinds if "Entity" in self.catalog.types else ()

    def value(self, column: Column, row: mapping.Row, as_of: plan.Bind | None) -> ColumnElement[Any]:
        """A column's SQL as the viewer may read it: a personal field only within its own audience."""
        if column.expression is not None:
            value = column.expression(row, self.scope(as_of))
        else:
            value = row[column.name]
        may_know = self.may_know(column.personal, row, column.default_audience)
        return value if may_know is None else case((may_know, value))

    def may_know(
        self, personal: str | None, row: mapping.Row, default: str = "PUBLIC"
    ) -> ColumnElement[bool] | None:
        """Whether the viewer is within the audience of a personal field of a row; None: always."""
        if personal is None:
            return None
        return may_know(self.role, row, self.partner, self._right, (personal, default), self.knows_persons)

    # -- filters -----------------------------------------------------------------------------------

    def condition(
        self, condition: plan.Condition, row: mapping.Row, as_of: plan.Bind | None
    ) -> ColumnElement[bool]:
        """A condition on a row."""
        match condition:
            case plan.All(conditions=parts):
                return and_(true(), *(self.condition(part, row, as_of) for part in parts))
            case plan.AnyOf(conditions=parts):
                return or_(false(), *(self.condition(part, row, as_of) for part in parts))
            case plan.Not(condition=inner):
                return self.condition(inner, row, as_of).is_not(true())
            case plan.IsCurrent():
                current = [quoted(f"{status}") for status in ("ACTIVE", "INACTIVE")]
                return row["record_status"].in_(current)
            case plan.Compare():
                return self._compare(condition, row, as_of)
            case plan.HasRelated():
                exists = has_related(self, condition, row)
                return exists if condition.is_some else ~exists
            case plan.HasChild():
                exists = has_child(self, condition, row)
                return exists if condition.is_some else ~exists
            case plan.Near(target=target, centre=centre, km=km, personal=personal):
                found = func.entity_ids_near(id_of(self, centre, target), self.param(km)).table_valued("id")
                name = self.name()
                ids = select(raw(f"{name}.id")).select_from(found.render_derived(name=name))
                may_know = self.may_know(personal, row)
                return row["id"].in_(ids) if may_know is None else and_(may_know, row["id"].in_(ids))
            case plan.HasPart(table=name, remote=remote, equal=equal, personal=personal):
                part = self.part(name)
                may_know = self.may_know(personal, row)
                query: Select[Any] = (
                    select(raw("1")).select_from(part.source).where(part[remote] == row["id"])
                )
                for column, bind in equal:
                    query = query.where(part[column] == self.param(bind))
                return query.exists() if may_know is None else and_(may_know, query.exists())
            case plan.LinkedTo(field=field, target=target, condition=inner):
                table = self.table(target)
                may_know = self.may_know(field.personal, row)
                query = select(raw("1")).select_from(table.source)
                query = query.where(table[field.remote] == row[field.local])
                query = query.where(*self.visible(table, target), self.condition(inner, table, as_of))
                return query.exists() if may_know is None else and_(may_know, query.exists())

    def _compare(
        self, condition: plan.Compare, row: mapping.Row, as_of: plan.Bind | None
    ) -> ColumnElement[bool]:
        column, operator, bind = condition.column, condition.operator, condition.bind
        may_know = self.may_know(column.personal, row, column.default_audience)
        if may_know is not None and operator in FOUND_BY:
            # Beside the bare column an index of it serves; what is hidden meets neither form.
            bare = replace(condition, column=replace(column, personal=None))
            return and_(may_know, self._compare(bare, row, as_of))
        value = self.value(column, row, as_of)
        if isinstance(bind, bool):
            missing: ColumnElement[bool] = value.is_(None)
            if operator == "isEmpty":
                missing = func.coalesce(func.cardinality(value), raw("0")) == raw("0")
            return missing if bind else ~missing
        given = self.param(bind)
        if operator in ("contains", "startsWith", "matches"):
            return lookups.text(self, column, value, operator, given, row)
        match operator:
            case "eq":
                return value == given
            case "ne":
                return value.is_distinct_from(given)
            case "in":
                return value == func.any(given)
            case "notIn":
                return (value == func.any(given)).is_not(true())
            case "lt":
                return value < given
            case "lte":
                return value <= given
            case "gt":
                return value > given
            case "gte":
                return value >= given
            case "has":
                return lookups.overlaps(self, column, value, array([given]), row)
            case "hasSome":
                return lookups.overlaps(self, column, value, given, row)
            case "hasEvery":
                # A missing list shows as an empty one, which has all of none.
                return or_(value.op("@>", is_comparison=True)(given), func.cardinality(given) == raw("0"))
        raise AssertionError(operator)
