"""Computed fields of changes and of their log: the cursors after which a reader goes on."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, select, text

from resolvers import cursors
from resolvers.json_text import cursor_text, quoted, raw
from resolvers.mapping import Row, Scope

_TAG = cursors.tag("Change", [], "changes")


def cursor(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """The place of the change in the feed, as `changes` gives it for an edge."""
    return cursor_text(cursors.VERSION, _TAG, [cast(row["xid"], Text), cast(row["seq"], Text)])


def log_state(row: Row | None, scope: Scope, arguments: Mapping[str, ColumnElement[Any]]) -> Select[Any]:  # noqa: ARG001 - the shape of Derived.rows
    """One row of cursors: behind everything that is committed, and behind what is no longer kept."""
    horizon = raw("((pg_snapshot_xmin(pg_current_snapshot())::text)::bigint - 1)::text")
    end = cursor_text(cursors.VERSION, _TAG, [horizon, quoted(str(2**63 - 1))])
    start = cursor_text(cursors.VERSION, _TAG, [raw("f.xid::text"), raw("f.seq::text")])
    kept = select(start).select_from(text("change_floor f")).where(raw("f.xid <> 0")).scalar_subquery()
    return select(end.label("end_cursor"), kept.label("start_cursor"))
