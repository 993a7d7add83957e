"""CSV with the columns of templates: each row becomes a line of our NDJSON shape, and is read as one.

RFC 4180 in UTF-8, with commas. A row may span lines inside quotes; where a quote is not closed, only its line
is lost. Memory is bounded by MAX_LINE. Not its business: what a cell says (exchange/csv_columns.py).
"""

import csv
import io
from collections import deque
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

from exchange.csv_cells import escaped, unescaped
from exchange.csv_columns import KIND, KINDS, all_columns, columns_of
from exchange.fact_fields import FactRecord
from exchange.fields import FIELDS_OF
from exchange.line import read_line
from exchange.ndjson import MAX_LINE, Lines, lines, opened
from exchange.record import Problem, ProblemCode, Record, SourceRecord, UnreadableFile
from exchange.values import closest, shown

Row = Sequence[str] | Problem


def read(path: Path) -> Iterator[Record | SourceRecord | FactRecord | Problem]:
    """Each row as a record or its problems; `row` is the line on which it begins, the header's is 1.

    Raises OSError, and UnreadableFile where the header cannot be used.
    """
    with opened(path) as stream:
        rows = read_rows(stream)
        header = _header(path.name, next(rows, (1, ()))[1])
        for row, cells in rows:
            if isinstance(cells, Problem):
                yield cells
            elif any(cells) and len(cells) != len(header):
                message = f"The row has {len(cells)} cells and the header {len(header)}."
                hint = "Put cells that have commas or line breaks into double quotes."
                yield Problem(row, None, ProblemCode.SHAPE_INVALID, message, hint)
            elif any(cells):
                yield from _record(row, header, cells)


def pick(path: Path, wanted: Container[int]) -> Iterator[bytes]:
    """The header and the rows with these numbers; no cell of it is a formula."""
    with opened(path) as stream:
        for row, cells in read_rows(stream, is_lenient=True):
            if (row == 1 or row in wanted) and not isinstance(cells, Problem):
                text = io.StringIO(newline="")
                csv.writer(text).writerow([escaped(unescaped(cell)) for cell in cells])
                yield text.getvalue().encode()


def read_rows(stream: Lines, *, is_lenient: bool = False) -> Iterator[tuple[int, Row]]:
    """The cells of each row with the line on which it begins, or why they cannot be read.

    With `is_lenient` there are cells also of what is not quite CSV or UTF-8.
    """
    source = lines(stream)
    again: deque[tuple[int, bytes]] = deque()
    while (found := again.popleft() if again else next(source, None)) is not None:
        row, line = found
        if isinstance(line, Problem):
            yield row, line
            continue
        taken, size, is_open = [(row, line)], len(line), line.count(b'"') % 2 == 1
        while is_open and size <= MAX_LINE:
            following = again.popleft() if again else next(source, None)
            if following is None:
                break
            if isinstance(following[1], Problem):
                yield following[0], following[1]
                break
            taken.append((following[0], following[1]))
            size += len(following[1])
            is_open ^= following[1].count(b'"') % 2 == 1
        cells = _open_quote(row) if is_open else _cells(row, b"".join(text for _, text in taken))
        if isinstance(cells, Problem):
            # The quote may stand on this line by mistake: those after it are read for themselves.
            again.extendleft(reversed(taken[1:]))
            if is_lenient:
                cells = next(csv.reader([line.decode(errors="replace").rstrip("\r\n")]), [])
        yield row, cells


def _open_quote(row: int) -> Problem:
    hint = "Close it; a double quote inside a cell is written twice, in a cell within double quotes."
    return Problem(row, None, ProblemCode.SHAPE_INVALID, "A double quote is not closed.", hint)


def _cells(row: int, line: bytes) -> Row:
    try:
        text = line.decode().removesuffix("\n").removesuffix("\r")
        return next(csv.reader([text], strict=True), [])
    except UnicodeDecodeError as error:
        message = f"Line {row} is not UTF-8 at byte {error.start + 1}."
        hint = "Save the file as CSV UTF-8."
        return Problem(row, None, ProblemCode.ENCODING_INVALID, message, hint)
    except csv.Error as error:
        hint = "Write it as RFC 4180 says: commas, and double quotes around cells that have commas or quotes."
        return Problem(row, None, ProblemCode.SHAPE_INVALID, f"The row is not CSV: {error}.", hint)


def _header(name: str, cells: Row) -> list[str]:
    if isinstance(cells, Problem):
        raise UnreadableFile(f"The header of {name} cannot be read: {cells.message}", cells.hint)
    header = [cell.strip() for cell in cells]
    if not any(header):
        raise UnreadableFile(
            f"{name} has no header.", "Begin with a template: GET /import/template/company.csv."
        )
    if len(header) == 1 and (found := next((mark for mark in ";\t|" if mark in header[0]), None)):
        raise UnreadableFile(f"The columns of {name} are separated by {found!r}.", "Save it with commas.")
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise UnreadableFile(f"{name} has the column {shown(twice)} twice.", "Give each column one name.")
    if KIND not in header:
        raise UnreadableFile(f"{name} has no column kind.", "Give one, with COMPANY or the like in each row.")
    known = all_columns() | {KIND}
    unknown = [column for column in header if column not in known]
    if unknown:
        hint = " ".join(closest(column, sorted(known), "") for column in unknown[:5]).strip()
        raise UnreadableFile(
            f"No kind has the column{'s' if unknown[1:] else ''} {', '.join(map(shown, unknown[:5]))}.",
            hint or "The template of a kind has all its columns: GET /import/template/company.csv.",
        )
    return header


def _record(
    row: int, header: Sequence[str], cells: Sequence[str]
) -> Iterator[Record | SourceRecord | FactRecord | Problem]:
    given = {column: cell.strip() for column, cell in zip(header, cells, strict=True) if cell.strip()}
    kind = given.pop(KIND, None)
    found: dict[str, Any] = {} if kind is None else {KIND: kind}
    if kind not in KINDS:
        # The line says which kinds there are.
        yield from read_line(row, found, FIELDS_OF)
        return
    puts = columns_of(kind)
    problems = []
    for column, cell in given.items():
        if column in puts:
            puts[column](found, cell)
        else:
            hint = closest(column, puts, f"Leave it empty in a row of {kind}.")
            message = f"{kind} has no column {shown(column)}."
            problems.append(Problem(row, given.get("slug"), ProblemCode.FIELD_UNKNOWN, message, hint, column))
    items = list(read_line(row, found, FIELDS_OF))
    if problems:
        yield from problems
        yield from (item for item in items if isinstance(item, Problem))
    else:
        yield from items
