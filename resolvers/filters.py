"""What `where`, `orderBy`, `groupBy` and EntityRef mean: coerced input becomes conditions and keys.

Shared by GraphQL reads and exports: a coerced `where` needs no selection. Limits of depth and number of
conditions are checked here, since they shape the statement.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphql import SelectionSetNode

from resolvers import mapping, plan
from resolvers.arguments import Argument, Given
from resolvers.errors import BadUserInput, Code, LimitExceeded
from resolvers.limits import ReadLimits
from resolvers.mapping import Catalog, Column, TypeMap, Value
from resolvers.paging import roles_of
from resolvers.units import check_order, check_sums

if TYPE_CHECKING:
    from resolvers.planner import Planner


_SQL = {
    Value.TEXT: "text",
    Value.ENUM: "text",
    Value.ID: "uuid",
    Value.INT: "int",
    Value.BIGINT: "bigint",
    Value.FLOAT: "float",
    Value.DECIMAL: "numeric",
    Value.BOOLEAN: "bool",
    Value.DATE: "date",
    Value.DATETIME: "timestamptz",
    Value.TEXTS: "text",
}
_CONVERT = {
    Value.TEXT: "text",
    Value.ENUM: "enum",
    Value.ID: "id",
    Value.INT: "int",
    Value.BIGINT: "int",
    Value.FLOAT: "float",
    Value.DECIMAL: "decimal",
    Value.BOOLEAN: "boolean",
    Value.DATE: "date",
    Value.DATETIME: "datetime",
    Value.TEXTS: "text",
}
LIST_OPERATORS = frozenset({"in", "notIn", "hasSome", "hasEvery"})
CURRENT = "recordStatus"


def sql_type(column: Column) -> str:
    """The SQL type that a value of the column is bound as."""
    return _SQL[column.value]


def sortable(field: mapping.Field | None) -> Column | None:
    """The column by which a field is filtered and ordered: itself, or a composite's main part."""
    if isinstance(field, mapping.Composite) and field.sort:
        # The part is never null inside the object, but the whole object may be.
        return replace(field.parts[field.sort], is_not_null=False)
    return field if isinstance(field, Column) else None


def _plain(argument: Argument) -> str:
    assert isinstance(argument, Given)
    return str(argument.value)


class Filters:
    """Reads coerced input against the catalog; `is_past` where rows are read as they were believed."""

    def __init__(self, catalog: Catalog, limits: ReadLimits, *, is_past: bool = False) -> None:
        self.catalog = catalog
        self.limits = limits
        self.is_past = is_past

    # -- orderBy -----------------------------------------------------------------------------------

    def order_keys(
        self, target: TypeMap, argument: Argument | None, where: plan.Condition
    ) -> tuple[plan.OrderKey, ...]:
        """The keys of an `orderBy`; the row's own key breaks ties and is added by the printer."""
        if not isinstance(argument, list):
            return ()
        if len(argument) > self.limits.order_keys:
            raise LimitExceeded(
                f"orderBy takes at most {self.limits.order_keys} keys; {len(argument)} were given.",
                code=Code.FILTER_LIMIT,
                hint="Leave out the keys that do not matter.",
            )
        keys = []
        for item in argument:
            assert isinstance(item, dict)
            name = _plain(item["field"])
            check_order(target, [name], where)
            column = sortable(target.fields[name])
            assert column is not None
            keys.append(
                plan.OrderKey(column, _plain(item["direction"]) == "DESC", _plain(item["nulls"]) == "LAST")
            )
        return tuple(keys)

    # -- where -------------------------------------------------------------------------------------

    def condition(self, target: TypeMap, where: Argument | None, as_of: plan.Bind | None) -> plan.Condition:
        """The condition of a list: the given `where`, and current records unless it asks for others."""
        count = [0]
        given = self._where(target, where, as_of, 1, count) if isinstance(where, dict) else plan.TRUE
        is_entity = bool(target.kinds)
        if is_entity and not _mentions_status(where):
            return plan.All((plan.IsCurrent(), given) if given != plan.TRUE else (plan.IsCurrent(),))
        return given

    def _where(
        self,
        target: TypeMap,
        where: Mapping[str, Argument],
        as_of: plan.Bind | None,
        depth: int,
        count: list[int],
    ) -> plan.Condition:
        if depth > self.limits.where_depth:
            raise LimitExceeded(
                f"where is nested at most {self.limits.where_depth} deep.",
                code=Code.FILTER_LIMIT,
                hint="Flatten it: conditions side by side already mean and.",
            )
        found: list[plan.Condition] = []
        for name, argument in where.items():
            if isinstance(argument, Given) and argument.value is None:
                raise BadUserInput(
                    f"where.{name} is null.",
                    hint="To ask for missing values use isNull: true; else leave it out.",
                )
            if name in ("and", "or"):
                assert isinstance(argument, list)
                parts = tuple(
                    self._where(target, item, as_of, depth + 1, count)
                    for item in argument
                    if isinstance(item, dict)
                )
                found.append(plan.All(parts) if name == "and" else plan.AnyOf(parts))
            elif name == "not":
                assert isinstance(argument, dict)
                found.append(plan.Not(self._where(target, argument, as_of, depth + 1, count)))
            else:
                assert isinstance(argument, dict)
                found.append(self._field(target, name, argument, as_of, depth, count))
        return found[0] if len(found) == 1 else plan.All(tuple(found))

    def _field(
        self,
        target: TypeMap,
        name: str,
        argument: Mapping[str, Argument],
        as_of: plan.Bind | None,
        depth: int,
        count: list[int],
    ) -> plan.Condition:
        if name == "near":
            self._count(count)
            if self.is_past:
                # The index of places knows only where records lie now.
                raise BadUserInput(
                    "near and knownAt do not go together: near asks where records lie now.",
                    hint="Leave knownAt out, or filter by subdivision, city or country instead of near.",
                )
            km = argument["km"]
            assert isinstance(km, Given)
            centre = self.reference(argument["entity"], "near.entity")
            bind = plan.Bind(km.source, "km", "float", "where.near.km")
            location = target.fields["location"]
            assert isinstance(location, mapping.Composite)
            personal = next(iter(location.parts.values())).personal
            return plan.Near(self.catalog.types["Entity"], centre, bind, personal)
        field = target.fields[name]
        if isinstance(field, (mapping.Related, mapping.Children)):
            return self._listed(field, argument, as_of, depth, count)
        if isinstance(field, mapping.ToOne):
            linked = self.catalog.types[field.target]
            return plan.LinkedTo(field, linked, self._where(linked, argument, as_of, depth + 1, count))
        if isinstance(field, mapping.Parts):
            self._count(count)
            table = self.catalog.types[field.target].table
            return plan.HasPart(table, field.remote, self._identifier(argument), field.personal)
        column = sortable(field)
        assert column is not None, f"{target.name}.{name} has no filter"
        conditions = [
            self._compare(column, name, operator, value, count) for operator, value in argument.items()
        ]
        return conditions[0] if len(conditions) == 1 else plan.All(tuple(conditions))

    def _compare(
        self, column: Column, name: str, operator: str, argument: Argument, count: list[int]
    ) -> plan.Condition:
        self._count(count)
        assert isinstance(argument, Given)
        if argument.value is None:
            raise BadUserInput(
                f"where.{name}.{operator} is null.",
                hint=f"To ask for missing values write {name}: {{isNull: true}}; else leave {operator} out.",
            )
        if operator in ("isNull", "isEmpty"):
            return plan.Compare(column, operator, bool(argument.value))
        is_list = operator in LIST_OPERATORS
        convert = _CONVERT[column.value] + ("[]" if is_list else "")
        if operator in ("contains", "startsWith", "matches"):
            convert = "text"
        sql = sql_type(column) + ("[]" if is_list else "")
        return plan.Compare(
            column, operator, plan.Bind(argument.source, convert, sql, f"where.{name}.{operator}")
        )

    def _listed(
        self,
        field: mapping.Related | mapping.Children,
        argument: Mapping[str, Argument],
        as_of: plan.Bind | None,
        depth: int,
        count: list[int],
    ) -> plan.Condition:
        target = self.catalog.types[field.target]
        roles = roles_of(field, argument) if isinstance(field, mapping.Related) else ()
        found: list[plan.Condition] = []
        for name in ("some", "none"):
            where = argument.get(name)
            if isinstance(where, dict):
                self._count(count)
                inner = self._where(target, where, as_of, depth + 1, count)
                if target.kinds and not _mentions_status(where):
                    inner = plan.All((plan.IsCurrent(), inner))
                is_some = name == "some"
                if isinstance(field, mapping.Related):
                    found.append(plan.HasRelated(field, is_some, roles, inner, target, as_of))
                else:
                    found.append(plan.HasChild(field, is_some, inner, target, as_of))
        if not found:
            raise BadUserInput(
                "A filter through a list needs some or none.",
                hint="Write {some: {}} for any record, {none: {}} for no record.",
            )
        return found[0] if len(found) == 1 else plan.All(tuple(found))

    def _count(self, count: list[int]) -> None:
        count[0] += 1
        if count[0] > self.limits.where_conditions:
            raise LimitExceeded(
                f"where has at most {self.limits.where_conditions} conditions.",
                code=Code.FILTER_LIMIT,
                hint="Use in for many values of one field, or ask in several operations.",
            )

    # -- identifiers, references, single values ------------------------------------------------------

    def _identifier(self, argument: Mapping[str, Argument]) -> tuple[tuple[str, plan.Bind], ...]:
        scheme, value = argument["scheme"], argument.get("value")
        assert isinstance(scheme, Given)
        equal = [("scheme", plan.Bind(scheme.source, "enum", "text", "scheme"))]
        if isinstance(value, Given) and value.value is not None:
            bind = plan.Bind(value.source, "identifier", "text", "identifier.value", detail=str(scheme.value))
            equal.append(("value", bind))
        return tuple(equal)

    def reference(self, by: Argument, argument: str) -> plan.Reference:
        """An EntityRef as equalities of columns, or as (scheme, value, partner's slug) of an identifier."""
        assert isinstance(by, dict)
        name, given = next(iter(by.items()))
        if name == "id":
            assert isinstance(given, Given)
            return (("id", plan.Bind(given.source, "id", "uuid", f"{argument}.id")),), None
        if name == "slug":
            assert isinstance(given, Given)
            return (("slug", plan.Bind(given.source, "text", "text", f"{argument}.slug")),), None
        assert isinstance(given, dict)
        equal = dict(self._identifier(given))
        scheme, partner = given["scheme"], given.get("partner")
        assert isinstance(scheme, Given)
        has_partner = isinstance(partner, Given) and partner.value is not None
        if (str(scheme.value) == "PARTNER") != has_partner:
            raise BadUserInput(
                "A PARTNER identifier names its partner, others do not."
                if has_partner
                else "A PARTNER identifier needs the partner's slug.",
                hint='Write {scheme: PARTNER, partner: "slug", value: "key"}.',
            )
        bind = None
        if isinstance(partner, Given) and has_partner:
            bind = plan.Bind(partner.source, "text", "text", f"{argument}.identifier.partner")
        return (), (equal["scheme"], equal["value"], bind)

    def equal(self, column: Column, name: str, given: Argument) -> plan.Bind:
        """The bind of an equality."""
        assert isinstance(given, Given)
        return plan.Bind(given.source, _CONVERT[column.value], sql_type(column), name)

    def narrowed(
        self,
        field: mapping.Many,
        target: TypeMap,
        arguments: Mapping[str, Argument],
        condition: plan.Condition,
    ) -> plan.Condition:
        """The condition, and the equalities that a root list's own arguments ask for."""
        found = [condition]
        for name, api in field.narrowed.items():
            given, column = arguments.get(name), target.fields[api]
            if isinstance(given, Given) and given.value is not None:
                assert isinstance(column, Column)
                found.append(plan.Compare(column, "eq", self.equal(column, name, given)))
        return condition if len(found) == 1 else plan.All(tuple(found))

    def equal_any(self, argument: str, name: str, given: Argument) -> plan.Bind:
        """The bind of a list of which a column must be one."""
        assert isinstance(given, Given)
        is_enum = any(isinstance(item, str) and type(item) is not str for item in given.value)
        return plan.Bind(given.source, "enum[]" if is_enum else "text[]", "text[]", f"{name}.{argument}")

    def list_of(self, given: Argument | None, convert: str, sql: str, where: str) -> plan.Bind | None:
        """The bind of an optional list argument."""
        if not isinstance(given, Given) or given.value is None:
            return None
        return plan.Bind(given.source, convert, sql, where)

    # -- groupBy -------------------------------------------------------------------------------------

    def group(
        self,
        planner: "Planner",
        target: TypeMap,
        arguments: Mapping[str, Argument],
        sets: list[SelectionSetNode | None],
        where: plan.Condition,
    ) -> plan.Group:
        """The groups of a list: keys by API name, aggregates of the selected columns."""
        by, size = arguments["by"], arguments["first"]
        assert isinstance(by, Given)
        assert isinstance(size, Given)
        if not 1 <= size.value <= self.limits.page_most:
            raise BadUserInput(
                f"first must be between 1 and {self.limits.page_most}; it is {size.value}.",
                code=Code.PAGE_SIZE,
                hint="Group by fewer fields or filter the list.",
            )
        names = list(dict.fromkeys(str(name) for name in by.value))
        if not names:
            raise BadUserInput(
                "groupBy needs at least one field in by.", hint="For a plain count use totalCount."
            )
        columns = {name: sortable(target.fields[name]) for name in names}
        given = arguments.get("orderBy")
        order = tuple(
            (_plain(item["field"]), _plain(item["direction"]) == "DESC")
            for item in (given if isinstance(given, list) else [])
            if isinstance(item, dict)
        ) or (("COUNT", True),)
        group_type = f"{target.name}Group"
        entries: list[tuple[str, plan.GroupOutput]] = []
        for key, nodes in planner.collect(group_type, sets).items():
            name = nodes[0].name.value
            if name in ("count", "__typename"):
                entries.append(
                    (key, plan.GroupOutput("count" if name == "count" else "typename", (), group_type))
                )
                continue
            part = {"keys": "Keys", "sum": "Sums"}.get(name, "Extremes")
            inner = planner.collect(f"{target.name}{part}", [node.selection_set for node in nodes])
            columns_of: list[tuple[str, Column | plan.TypeName | None]] = []
            if name != "keys":
                check_sums(
                    target, {n[0].name.value for n in inner.values()} & set(target.fields), names, where
                )
            for inner_key, inner_nodes in inner.items():
                inner_name = inner_nodes[0].name.value
                if inner_name == "__typename":
                    columns_of.append((inner_key, plan.TypeName(f"{target.name}{part}")))
                elif name == "keys" and inner_name not in columns:
                    columns_of.append((inner_key, None))
                else:
                    columns_of.append((inner_key, sortable(target.fields[inner_name])))
            what: Any = name
            entries.append((key, plan.GroupOutput(what, tuple(columns_of))))
        keys = tuple(column for column in columns.values() if column is not None)
        return plan.Group(keys, size.value, order, tuple(entries))


def _mentions_status(where: Argument | None) -> bool:
    if not isinstance(where, dict):
        return False
    for name, argument in where.items():
        if name == CURRENT:
            return True
        nested = argument if name in ("and", "or") else [argument] if name == "not" else []
        if isinstance(nested, list) and any(_mentions_status(item) for item in nested):
            return True
    return False
