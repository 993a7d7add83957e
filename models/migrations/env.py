"""Alembic environment: runs one branch of migrations on a connection that models/revisions.py prepared.

The branch (`common` or `graph`) and the PostgreSQL schema come in `config.attributes`; there is no
alembic.ini.
"""

from typing import Any

from alembic import context
from alembic.operations import Operations

from models import Base
from models.base import COMMON
from models.migrations.ddl import refresh_generated

attributes = context.config.attributes
COMMON_TABLES = {"migration"} | {
    table.name for table in Base.metadata.tables.values() if table.schema == COMMON
}
is_common = attributes["branch"] == COMMON


def include_name(name: str | None, type_: str, parents: Any) -> bool:
    """Only tables of the branch's own schema are compared."""
    if type_ == "schema":
        return name == COMMON if is_common else name is None
    return True


def include_object(item: object, name: str | None, type_: str, reflected: bool, other: object) -> bool:
    """Leaves the other branch's tables out."""
    table = item if type_ == "table" else getattr(item, "table", None)
    if not is_common and getattr(table, "name", None) in COMMON_TABLES:
        # `common` is on the search path, so reflection reports its tables as if they were unqualified.
        return False
    is_shared = bool(getattr(table, "schema", None) == COMMON)
    return is_shared is bool(is_common)


context.configure(
    connection=attributes["connection"],
    target_metadata=Base.metadata,
    version_table="migration",
    version_table_schema=attributes["schema"],
    include_schemas=is_common,
    include_name=include_name,
    include_object=include_object,
    transaction_per_migration=False,
)
with context.begin_transaction():
    is_first = not is_common and context.get_context().get_current_revision() is None
    attributes["is_first"] = is_first and not attributes.get("is_downgrade")
    context.run_migrations()
    if attributes.pop("is_first"):
        with Operations.context(context.get_context()):
            refresh_generated()
