"""Draws a plan as a tree of lines, for people. Reads plans, decides nothing.

A line says which rows or value a response key stands for; what is read of each row stands below it.
"""

from collections.abc import Iterator

from resolvers import mapping, plan
from resolvers.mapping import Direction

_STEP = "  "


def draw(root: plan.Root) -> Iterator[str]:
    """The lines of one root field."""
    if root.known_at is None:
        yield from _node(root.key, root.node)
        return
    first, *below = _node(root.key, root.node)
    yield f"{first}, as known at {source_text(root.known_at)}"
    yield from below


def source_text(bind: plan.Bind) -> str:
    """Where a bound value comes from: a literal, `$variable.key`, today, the viewer's partner."""
    return _source(bind.source) + ("" if bind.part is None else f"[{bind.part}]")


def _source(source: plan.Source) -> str:
    match source:
        case plan.Constant(value=value):
            return f'"{value}"' if isinstance(value, str) else str(value)
        case plan.Several(items=items):
            return f"[{', '.join(map(_source, items))}]"
        case plan.Variable():
            path = ".".join(map(str, source.path))
            return path.removeprefix("@") if path.startswith("@") else f"${path}"


def _node(key: str, node: plan.Node) -> Iterator[str]:
    match node:
        case plan.Connection():
            yield f"{key}: {_connection(node)}"
            for name, output in node.outputs:
                yield from _indented(_output(name, output))
        case plan.Linked(field=field, selection=selection):
            yield f"{key}: the {selection.type.name} whose {field.remote} is its {field.local}"
            yield from _indented(_selection(selection))
        case plan.Listed(field=field, selection=selection):
            relation = "is one of its" if field.in_array else "is its"
            chosen = "".join(f", {column} in {source_text(bind)}" for column, bind in node.equal)
            rows = f"all {selection.type.name} whose {field.remote} {relation} {field.local}{chosen}"
            yield f"{key}: {rows}, by {', '.join(field.order)}"
            yield from _indented(_selection(selection))
        case plan.Found(selection=selection):
            by = _found(node.equal, node.identifier)
            yield f"{key}: the {selection.type.name} with {by}{_day(node.as_of)}"
            yield from _indented(_selection(selection))
        case plan.FoundAny(selections=selections, id=id_):
            yield f"{key}: the record{'' if node.separator is None else 's'} with id {source_text(id_)}"
            for selection in selections:
                yield from _indented([f"as {selection.type.name}"])
                yield from _indented(_indented(_selection(selection)))
        case plan.Paths():
            yield f"{key}: {_paths(node)}{_day(node.as_of)}"
            yield from _indented(_path_part(node.outputs))
        case plan.Derived(field=field, selection=selection):
            named = [f"{name} {_found(*by)}" for name, _, by in node.references]
            named += [f"{name} {source_text(bind)}" for name, _, bind in node.codes]
            of = f" of {', '.join(named)}" if named else ""
            first = "" if node.size is None else f"first {node.size} "
            yield f"{key}: {first}{field.target} computed by {field.rows.__name__}{of}{_day(node.as_of)}"
            yield from _indented(_selection(selection))
        case plan.Object(entries=entries):
            yield f"{key}: {{{', '.join(_scalar(name, part) for name, part in entries)}}}"
        case plan.Scalar() | plan.TypeName():
            yield _scalar(key, node)


def _indented(lines: "Iterator[str] | list[str]") -> Iterator[str]:
    return (_STEP + line for line in lines)


def _scalar(key: str, node: plan.Scalar | plan.TypeName) -> str:
    if isinstance(node, plan.TypeName):
        return key
    column = node.column
    what = "computed" if column.expression else column.name
    if column.personal:
        what += f" within {column.personal}"
    return key if what == key else f"{key} ({what})"


def _selection(selection: plan.Selection) -> Iterator[str]:
    line: list[str] = []
    for entry in selection.entries:
        only = f" [only {', '.join(entry.kinds)}]" if entry.kinds else ""
        drawn = list(_node(entry.key + only, entry.node))
        if isinstance(entry.node, (plan.Scalar, plan.TypeName, plan.Object)):
            line += drawn
            continue
        if line:
            yield ", ".join(line)
            line = []
        yield from drawn
    if line:
        yield ", ".join(line)


def _output(key: str, output: plan.Output) -> Iterator[str]:
    match output:
        case plan.Selection():
            yield key
            yield from _indented(_selection(output))
        case plan.Edge(entries=entries):
            yield key
            for name, item in entries:
                if isinstance(item, str):
                    yield f"{_STEP}{name}"
                elif isinstance(item, (plan.Selection, plan.PathPart)):
                    below = _selection(item) if isinstance(item, plan.Selection) else _path_part(item)
                    yield f"{_STEP}{name}"
                    yield from _indented(_indented(below))
                else:
                    yield from _indented(_node(name, item))
        case plan.Group(keys=keys, size=size, order=order):
            by = ", ".join(column.name for column in keys)
            ordered = ", ".join(f"{name} {'desc' if down else 'asc'}" for name, down in order)
            yield f"{key}: at most {size} groups by {by}, ordered by {ordered}"
        case plan.TypeName():
            yield key
        case tuple():
            yield f"{key}: {{{', '.join(name for name, _ in output)}}}"
        case _:
            yield key if key == output else f"{key} ({output})"


def _connection(node: plan.Connection) -> str:
    page = node.page
    parts = [_rows(node)]
    if any(isinstance(output, (plan.Edge, plan.Selection, tuple)) for _, output in node.outputs):
        parts.append(f"{'last' if page.is_backward else 'first'} {page.size}")
    if page.cursor is not None:
        parts.append("before a cursor" if page.is_backward else "after a cursor")
    condition = _condition(node.condition)
    if condition != "anything":
        parts.append(f"where {condition}")
    if node.kinds is not None:
        parts.append(f"kind in {source_text(node.kinds)}")
    if node.order:
        keys = [f"{key.column.name}{' desc' if key.is_descending else ''}" for key in node.order]
        parts.append(f"by {', '.join(keys)}")
    return ", ".join(parts) + _day(node.as_of)


def _rows(node: plan.Connection) -> str:
    match node.field:
        case mapping.Related():
            return f"{node.target.name} related by {_roles(node.roles)} {_end(node.direction)}"
        case mapping.Children(local=local, remote=remote, in_array=in_array):
            return f"{node.target.name} whose {remote} is {'one of its' if in_array else 'its'} {local}"
        case mapping.Search():
            return f"{node.target.name} found by {source_text(node.term) if node.term else ''}"
        case mapping.Match():
            assert node.match is not None
            return f"{node.target.name} that fit the {_named(node.match.target, node.match.subject)}"
        case mapping.Feed():
            return "changes in commit order"
        case mapping.Many():
            return f"all {node.target.name}"


def _roles(roles: tuple[str, ...]) -> str:
    return " or ".join(roles) if roles else "any role"


def _end(direction: Direction) -> str:
    return {"OUT": "as subject", "IN": "as object", "BOTH": "at either end"}[direction]


def _found(
    equal: tuple[tuple[str, plan.Bind], ...], identifier: tuple[plan.Bind, plan.Bind, plan.Bind | None] | None
) -> str:
    if identifier is None:
        return " and ".join(f"{column} {source_text(bind)}" for column, bind in equal)
    scheme, value, partner = identifier
    owner = f" of partner {source_text(partner)}" if partner else ""
    return f"identifier {source_text(scheme)} {source_text(value)}{owner}"


def _named(target: mapping.TypeMap, reference: plan.Reference) -> str:
    return f"{target.name} with {_found(*reference)}"


def _paths(node: plan.Paths) -> str:
    ends = [f"the {_named(node.target, end)}" for end in (node.start, node.goal)]
    passed = [
        f", {what} in {source_text(bind)}"
        for what, bind in (("role", node.roles), ("kind", node.kinds))
        if bind is not None
    ]
    return f"first {node.size} paths of at most {node.hops} hops from {' to '.join(ends)}{''.join(passed)}"


def _path_part(part: plan.PathPart) -> Iterator[str]:
    for key, name, inner in part.entries:
        if isinstance(inner, (plan.PathPart, plan.Selection)):
            yield key
            yield from _indented(_path_part(inner) if isinstance(inner, plan.PathPart) else _selection(inner))
        elif inner is None:
            yield key if key == name else f"{key} ({name})"
        else:
            yield from _node(key, inner)


def _day(as_of: plan.Bind | None) -> str:
    return ", at all times" if as_of is None else f", as of {source_text(as_of)}"


def _condition(condition: plan.Condition) -> str:
    match condition:
        case plan.All(conditions=parts):
            texts = [text for text in map(_condition, parts) if text != "anything"]
            return " and ".join(texts) or "anything"
        case plan.AnyOf(conditions=parts):
            return f"({' or '.join(map(_condition, parts))})" if parts else "nothing"
        case plan.Not(condition=inner):
            return f"not ({_condition(inner)})"
        case plan.IsCurrent():
            return "current"
        case plan.Compare(column=column, operator=operator, bind=bind):
            given = str(bind).lower() if isinstance(bind, bool) else source_text(bind)
            return f"{column.name} {operator} {given}"
        case plan.HasRelated(field=field, target=target, condition=inner):
            amount = "some" if condition.is_some else "no"
            ends = f"{_roles(condition.roles)} {_end(field.direction)}"
            return f"{amount} {target.name} related by {ends} ({_condition(inner)})"
        case plan.HasChild(field=field, target=target, condition=inner):
            amount = "some" if condition.is_some else "no"
            return f"{amount} {target.name} by {field.remote} ({_condition(inner)})"
        case plan.Near(target=target, centre=centre, km=km):
            named = _found(*centre)
            return f"within {source_text(km)} km of the {target.name} with {named}"
        case plan.HasPart(table=table, equal=equal):
            values = " and ".join(f"{column} {source_text(bind)}" for column, bind in equal)
            return f"{table} with {values}"
        case plan.LinkedTo(field=field, condition=inner):
            return f"{field.target} by {field.local} ({_condition(inner)})"
