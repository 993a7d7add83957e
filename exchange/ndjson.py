"""Our own shape for every kind: one JSON object a line, described in docs/importing.md.

Reading is strict: a line with anything unknown or wrong is refused whole, with all its problems at once,
and costs no other line. `write` is the inverse. Not its business: which fields a kind has (passed in),
and whether the things that a line refers to exist (the importer's).
"""

import gzip
import json
import zlib
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import orjson

from exchange.fact_fields import FactRecord, fact_line
from exchange.line import FieldsOf, read_line
from exchange.record import Direction, EntityKey, Problem, ProblemCode, Record, RelationRecord, SourceRecord
from exchange.values import plain

MAX_LINE = 1_000_000
"""The longest line that is read, in bytes."""


class Lines(Protocol):
    """What lines are read from: a file, a compressed one, an upload."""

    def readline(self, size: int, /) -> bytes: ...


class _DuplicateKey(Exception):
    """An object has the same key twice; JSON leaves open which one counts."""


def read(path: Path, fields_of: FieldsOf) -> Iterator[Record | SourceRecord | FactRecord | Problem]:
    """Yields each line of a file, plain or gzip, as a record, a source, or its problems. Raises OSError."""
    with opened(path) as stream:
        yield from read_lines(stream, fields_of)


def pick(path: Path, rows: Container[int]) -> Iterator[bytes]:
    """The lines with these numbers as they are; one that is too long to be read is left out."""
    with opened(path) as stream:
        for row, line in lines(stream):
            if row in rows and isinstance(line, bytes):
                yield line if line.endswith(b"\n") else line + b"\n"


@contextmanager
def opened(path: Path) -> Iterator[Lines]:
    """The bytes of a file, plain or gzip, told by content and not by name."""
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if is_packed:
            with gzip.open(file) as unpacked:
                yield unpacked
        else:
            yield file


def lines(stream: Lines) -> Iterator[tuple[int, bytes | Problem]]:
    """Each line with its number, from 1, or why it cannot be read; a longer one never stands in memory."""
    row = 0
    while True:
        row += 1
        try:
            line = stream.readline(MAX_LINE + 1)
            is_too_long = len(line) > MAX_LINE and not line.endswith(b"\n")
            rest = line
            while is_too_long and rest and not rest.endswith(b"\n"):
                rest = stream.readline(MAX_LINE)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            message = f"The compressed data is damaged or cut off at line {row}."
            hint = "Pack or download the file again; the lines before are imported."
            yield row, Problem(row, None, ProblemCode.FILE_TRUNCATED, message, hint)
            return
        if not line:
            return
        if is_too_long:
            message = f"Line {row} is longer than {MAX_LINE:,} bytes."
            hint = "Give relations in lines of the other entity, or split the record."
            yield row, Problem(row, None, ProblemCode.LINE_TOO_LONG, message, hint)
            continue
        yield row, line.removeprefix(b"\xef\xbb\xbf") if row == 1 else line


def read_lines(stream: Lines, fields_of: FieldsOf) -> Iterator[Record | SourceRecord | FactRecord | Problem]:
    """As `read`, from anything that gives lines. `row` is the line's number, from 1; empty lines count."""
    for row, line in lines(stream):
        found = line if isinstance(line, Problem) or not line.strip() else _decode(row, line)
        if isinstance(found, Problem):
            yield found
        elif isinstance(found, dict):
            yield from read_line(row, found, fields_of)


def _decode(row: int, line: bytes) -> dict[str, Any] | Problem:
    hint = "Correct the line; each line is one JSON object in UTF-8."
    try:
        text = line.decode()
        # orjson refuses what the json module lets pass (NaN, lone surrogates); json keeps decimals exact
        # and shows keys that are given twice.
        orjson.loads(line)
        found = json.loads(text, object_pairs_hook=_unique, parse_float=Decimal)
    except UnicodeDecodeError as error:
        message = f"Line {row} is not UTF-8 at byte {error.start + 1}."
        return Problem(row, None, ProblemCode.ENCODING_INVALID, message, hint)
    except orjson.JSONDecodeError as error:
        message = f"Line {row} is not JSON at column {error.colno}: {error.msg}."
        return Problem(row, None, ProblemCode.JSON_INVALID, message, hint)
    except _DuplicateKey as error:
        message = f"Line {row} gives the key {str(error)[:60]!r} twice in one object."
        return Problem(row, None, ProblemCode.DUPLICATE_KEY, message, "Give it once.")
    except (ValueError, RecursionError):
        message = f"Line {row} is nested too deeply or has a number that is too long."
        return Problem(row, None, ProblemCode.JSON_INVALID, message, hint)
    if not isinstance(found, dict):
        message = f"Line {row} is not a JSON object."
        return Problem(row, None, ProblemCode.SHAPE_INVALID, message, hint)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKey(key)
            seen.add(key)
    return found


def write(item: Record | SourceRecord | FactRecord) -> bytes:
    """One line, newline included, that `read` turns into an equal record (but for its row)."""
    if isinstance(item, FactRecord):
        return orjson.dumps(fact_line(item)) + b"\n"
    return orjson.dumps(_source(item) if isinstance(item, SourceRecord) else _record(item)) + b"\n"


def _present(values: Mapping[str, object]) -> dict[str, object]:
    return {key: plain(value) for key, value in values.items() if value is not None}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _source(source: SourceRecord) -> dict[str, object]:
    return {"kind": "SOURCE"} | _present(
        {
            "slug": source.slug,
            "title": source.title,
            "sourceKind": source.kind,
            "url": source.url,
            "publisher": source.publisher,
            "publishedOn": source.published_on,
            "licence": source.licence,
        }
    )


def _record(record: Record) -> dict[str, object]:
    line: dict[str, object] = {"kind": str(record.kind)} | _present({"id": record.id, "slug": record.slug})
    if record.identifiers is not None:
        line["identifiers"] = [
            _present({"scheme": one.scheme, "value": one.value, "partner": one.partner})
            for one in record.identifiers
        ]
    line |= {_camel(name): plain(value) for name, value in record.fields.items()}
    if record.names is not None:
        line["names"] = [
            _present({"value": name.value, "lang": name.lang, "type": name.type}) | {"script": name.script}
            for name in record.names
        ]
    if record.relations:
        line["relations"] = [_relation(relation) for relation in record.relations]
    if record.statuses:
        line["statuses"] = [
            _present({"status": one.status, "since": one.since, "until": one.until, "source": one.source_key})
            for one in record.statuses
        ]
    if record.assertions:
        line["assertions"] = [
            {"field": _camel(one.field), "value": plain(one.value)}
            | _present({"since": one.since, "until": one.until, "source": one.source_key})
            for one in record.assertions
        ]
    return line | _present({"source": record.source})


def _relation(relation: RelationRecord) -> dict[str, object]:
    side = "to" if relation.direction is Direction.OUT else "from"
    return {"role": str(relation.role), side: _reference(relation.target)} | _present(
        {
            "since": relation.since,
            "until": relation.until,
            "title": relation.title,
            "isExclusive": relation.is_exclusive,
            "confidence": relation.confidence,
            "source": relation.source_key,
        }
    )


def _reference(key: EntityKey) -> dict[str, object]:
    if key.identifier is None:
        return _present({"id": key.id, "slug": key.slug})
    one = key.identifier
    return {"identifier": _present({"scheme": one.scheme, "value": one.value, "partner": one.partner})}
