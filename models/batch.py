"""Sends the statements of migrations that return nothing many at a time.

A migration makes hundreds of tables, rights and triggers; alone, each would wait for PostgreSQL three times.
Which migrations run, and in what transaction, is the business of models.revisions.
"""

import re
import sys
from types import FrameType
from typing import Any, NamedTuple

from asyncpg import PostgresError
from sqlalchemy import Connection, Engine, event

from models.migrations import FOLDER

_RETURNS_NOTHING = re.compile(r"\s*(CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT|SET LOCAL|RESET)\b", re.IGNORECASE)
_MIGRATION = re.compile(rf"{re.escape(str(FOLDER))}/\w+/\d+_\w+\.py$")
_SAVEPOINT = "before_batch"


class _Statement(NamedTuple):
    text: str
    place: str


class Batch:
    """The statements on an engine's one connection that wait to be sent.

    They are sent before any statement that is not of their sort, and by `send`, which whoever commits calls
    before.
    """

    def __init__(self, engine: Engine) -> None:
        self._waiting: list[_Statement] = []
        self._is_alone = False
        event.listen(engine, "do_execute", self._take, named=True)
        event.listen(engine, "rollback", lambda _: self._waiting.clear())

    def send(self, connection: Connection) -> None:
        """Sends what waits, in one message.

        Raises what SQLAlchemy raises when the failing statement is executed alone, with a note that names the
        migration's file and line.
        """
        statements, self._waiting = self._waiting, []
        if not statements:
            return
        text = "\n;\n".join(statement.text for statement in statements)
        adapted: Any = connection.connection.dbapi_connection
        try:
            adapted.run_async(
                lambda driver: driver.execute(
                    f"SAVEPOINT {_SAVEPOINT};\n{text}\n;\nRELEASE SAVEPOINT {_SAVEPOINT}"
                )
            )
        except PostgresError:
            # PostgreSQL does not say which of them failed.
            adapted.run_async(lambda driver: driver.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}"))
            self._one_by_one(connection, statements)

    def _one_by_one(self, connection: Connection, statements: list[_Statement]) -> None:
        self._is_alone = True
        try:
            for statement in statements:
                try:
                    connection.exec_driver_sql(statement.text)
                except Exception as error:
                    error.add_note(statement.place)
                    raise
        finally:
            self._is_alone = False

    def _take(self, *, statement: str, parameters: object, context: Any, **_: object) -> bool:
        """Keeps a statement for later (True), or has it executed now, after those that wait (False)."""
        if self._is_alone:
            return False
        connection = context.root_connection
        # The first statement of a transaction goes the usual way, which begins it.
        is_within = connection.connection.driver_connection.is_in_transaction()
        if is_within and not parameters and _RETURNS_NOTHING.match(statement):
            self._waiting.append(_Statement(statement, _place()))
            return True
        self.send(connection)
        return False


def _place() -> str:
    """File and line of the migration that is running, for a message."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if _MIGRATION.match(frame.f_code.co_filename):
            return f"{frame.f_code.co_filename}, line {frame.f_lineno}"
        frame = frame.f_back
    return str(FOLDER)
