"""How the process logs: one line an event by structlog, for people on a terminal and as JSON elsewhere.

Never logged: variables, query strings, keys, bodies. So uvicorn's access log is off (it prints the query
string of a GET), tracebacks come without local variables, and what the database says of a value without its
text. What is worth a line is decided where it happens.
"""

import logging
import sys
import traceback
from typing import Literal, TextIO

import structlog
from asyncpg import DataError, IntegrityConstraintViolationError
from asyncpg.exceptions import DataError as ServerDataError
from structlog.typing import EventDict, WrappedLogger

LogFormat = Literal["auto", "console", "json"]

QUOTING = (DataError, ServerDataError, IntegrityConstraintViolationError)
"""Exceptions whose text repeats a value that a client sent."""


def configure(level: str = "info", form: LogFormat = "auto", stream: TextIO | None = None) -> None:
    """Set up the logs of this process; `auto` is console on a terminal and json elsewhere."""
    out = stream or sys.stderr
    console = form == "console" or (form == "auto" and out.isatty())
    number = logging.getLevelNamesMapping()[level.upper()]
    last = (
        structlog.dev.ConsoleRenderer(colors=out.isatty()) if console else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            add_traceback,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    # At level info uvicorn prints the query string of every websocket handshake.
    logging.getLogger("uvicorn.error").setLevel(max(number, logging.WARNING))
    # Strawberry logs each error that a client caused as a traceback.
    logging.getLogger("strawberry.execution").setLevel(logging.CRITICAL)


def add_traceback(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by the text of the traceback: frames and messages, no local variables."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_describe(link) for link in _chain(error))
    return event


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links[::-1]


def _describe(error: BaseException) -> str:
    text = "(text withheld: it quotes a value)" if isinstance(error, QUOTING) else str(error)
    return "".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__name__}: {text}"
