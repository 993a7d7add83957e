"""Computed fields of changes: the cursor after which a reader goes on."""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast

from resolvers import cursors
from resolvers.json_text import cursor_text
from resolvers.mapping import Row, Scope

_TAG = cursors.tag("Change", [], "changes")


def cursor(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """The place of the change in the feed, as `changes` gives it for an edge."""
    return cursor_text(cursors.VERSION, _TAG, [cast(row["xid"], Text), cast(row["seq"], Text)])
