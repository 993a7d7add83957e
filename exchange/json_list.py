"""Reads the objects of a JSON list one by one, however large the file: plain, .gz or the .zip of a release.

Memory is bounded by the largest object (1 MB each, where the caller says no more). A broken object is
reported with line and column, and reading goes on at the next object that looks right. Not its business:
what the objects mean.
"""

import codecs
import gzip
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson

from exchange.record import Problem, ProblemCode, UnreadableFile

MAX_OBJECT = 1_000_000
"""The longest object that is read, in characters."""

MAX_WASTED = 256_000_000
"""Characters that are parsed in vain before a file is given up: in one that is made to be hard to read, each
object inside a broken one would be tried, and each to its far end."""

LooksRight = Callable[[dict[str, Any]], bool]

DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile)
"""What reading from `opened` raises where compressed data is damaged or cut off."""

_CHUNK = 256 * 1024
_BETWEEN = re.compile(r"[\s,]*")
_NEXT_OBJECT = re.compile(r"\{")
_DECODER = json.JSONDecoder()


class Readable(Protocol):
    """What bytes are read from: a file, a compressed one, a member of an archive."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where the list cannot be read, and why."""

    line: int
    column: int
    code: ProblemCode
    reason: str
    is_last: bool = False
    """Whether nothing after it is read."""

    def problem(self, row: int) -> Problem:
        """As a problem of the row that was to be there."""
        where = f"line {self.line}, column {self.column}"
        message = f"The record cannot be read at {where}: {self.reason}."
        which = "before" if self.is_last else "around"
        hint = f"Correct the file at this place or download it again; the records {which} it are imported."
        return Problem(row, None, self.code, message, hint)


@contextmanager
def opened(path: Path, prefer: str = "", suffix: str = ".json") -> Iterator[Readable]:
    """The bytes of a file, or of the one inside a .gz or .zip, told by content and not by name.

    Of several files with this suffix in a .zip the one whose name contains `prefer` is taken. Raises
    OSError and UnreadableFile.
    """
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if start[:2] == b"\x1f\x8b":
            with gzip.open(file) as unpacked:
                yield unpacked
        elif start == b"PK\x03\x04":
            try:
                archive = zipfile.ZipFile(file)
            except zipfile.BadZipFile:
                raise UnreadableFile(f"{path.name} is a damaged .zip file.", "Download it again.") from None
            with archive, archive.open(_member(path, archive, prefer, suffix)) as unpacked:
                yield unpacked
        else:
            yield file


def _member(path: Path, archive: zipfile.ZipFile, prefer: str, suffix: str) -> zipfile.ZipInfo:
    listed = [m for m in archive.infolist() if m.filename.endswith(suffix) and "__MACOSX" not in m.filename]
    preferred = [m for m in listed if prefer and prefer in m.filename.rpartition("/")[2]]
    if len(preferred) == 1:
        return preferred[0]
    if len(listed) == 1:
        return listed[0]
    names = ", ".join(m.filename for m in listed[:5]) or "none"
    raise UnreadableFile(
        f"{path.name} does not tell which {suffix} file in it to read (there: {names}).",
        f"Unpack it and give the {suffix} file.",
    )


class _Window:
    """The part of the text that is in memory; `position` is where reading stands in it."""

    def __init__(self, stream: Readable, largest: int) -> None:
        self.stream = stream
        self.largest = largest
        # Bytes that are not UTF-8 become lone surrogates, so that only the object they are in is lost.
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self.text = ""
        self.position = 0
        self.line, self.column = 1, 1
        self.is_complete = False
        self.failure: str | None = None
        self.wasted = 0

    def more(self) -> bool:
        """Drops what was read and appends a chunk; False once the end of the file was seen before."""
        if self.is_complete:
            return False
        try:
            chunk = self.stream.read(_CHUNK)
        except DAMAGED as error:
            self.failure = str(error) or "the compressed data is damaged"
            chunk = b""
        self.is_complete = not chunk
        self.line, self.column = self.place(self.position)
        self.text = self.text[self.position :] + self.decoder.decode(chunk, self.is_complete)
        self.position = 0
        return True

    def place(self, position: int) -> tuple[int, int]:
        """Line and column of a position in the window, both from 1."""
        lines = self.text.count("\n", 0, position)
        if not lines:
            return self.line, self.column + position
        return self.line + lines, position - self.text.rindex("\n", 0, position)

    def skip(self) -> str:
        """Steps over spaces and commas; the character there, or nothing at the end of the file."""
        while True:
            found = _BETWEEN.match(self.text, self.position)
            self.position = found.end() if found else self.position
            if self.position < len(self.text):
                return self.text[self.position]
            if not self.more():
                return ""

    def decode(self) -> tuple[Any, int]:
        """The object at the position and where it ends. Raises ValueError and RecursionError."""
        while True:
            try:
                return _DECODER.raw_decode(self.text, self.position)
            except (ValueError, RecursionError) as error:
                if len(self.text) - self.position > self.largest or not self.more():
                    self.wasted += self._cost(error)
                    raise

    def _cost(self, error: Exception) -> int:
        """Characters parsed in vain. The json module counts lines from the start, sixteen times as fast."""
        if isinstance(error, json.JSONDecodeError):
            return error.pos - self.position + error.pos // 16
        return len(self.text) - self.position

    def is_given_up(self) -> bool:
        """Whether so much was in vain that no more is read."""
        if self.wasted > MAX_WASTED:
            self.failure, self.is_complete = "too much of the file is broken to go on", True
            self.position = len(self.text)
        return self.wasted > MAX_WASTED


def objects(
    stream: Readable, looks_right: LooksRight, *, largest: int | None = None, may_be_bare: bool = False
) -> Iterator[dict[str, Any] | Broken]:
    """Yields the objects of a JSON list in order, and a Broken for each place that cannot be read.

    With `may_be_bare` the file may also be one object, or several after one another (NDJSON). `largest` is
    in characters, MAX_OBJECT where it is not given. `looks_right` tells an object of the list from one
    nested in a broken neighbour; it is asked only after something was broken. Raises UnreadableFile when
    the file does not start like that.
    """
    window = _Window(stream, largest or MAX_OBJECT)
    start = window.skip()
    is_bare = may_be_bare and start == "{"
    if start != "[" and not is_bare:
        what = "neither a JSON object nor a JSON list" if may_be_bare else "not a JSON list"
        hint = "Give the registry's own file, which starts with [ and an object."
        raise UnreadableFile(f"The file is {what}.", hint)
    window.position += 0 if is_bare else 1
    while True:
        match window.skip():
            case "{":
                yield _object(window, looks_right)
            case "]" if not is_bare:
                return
            case "" if is_bare and window.failure is None:
                return
            case "":
                line, column = window.place(window.position)
                reason = window.failure or "the list is not closed by ]"
                yield Broken(line, column, ProblemCode.FILE_TRUNCATED, reason)
                return
            case _:
                yield _broken(window, window.position, "an object was expected", looks_right)


def _object(window: _Window, looks_right: LooksRight) -> dict[str, Any] | Broken:
    try:
        _, end = window.decode()
    except json.JSONDecodeError as error:
        return _broken(window, error.pos, error.msg, looks_right)
    except (ValueError, RecursionError):
        return _broken(window, window.position, "it is nested too deeply or has a huge number", looks_right)
    start, window.position = window.position, end
    text = window.text[start:end]
    try:
        # The json module only finds the end: it takes NaN and lone surrogates, which orjson refuses.
        found: dict[str, Any] = orjson.loads(text.encode())
    except UnicodeEncodeError as error:
        line, column = window.place(start + error.start)
        return Broken(line, column, ProblemCode.ENCODING_INVALID, "there are bytes that are not UTF-8")
    except orjson.JSONDecodeError as error:
        line, column = window.place(start + error.pos)
        return Broken(line, column, ProblemCode.JSON_INVALID, error.msg)
    if "\\u0000" in text and _has_null_character(found):
        line, column = window.place(start)
        return Broken(line, column, ProblemCode.JSON_INVALID, "a text has the character U+0000")
    return found


def as_list(found: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """The objects as a list of their own, in pieces."""
    before = b"[\n"
    for one in found:
        yield before + orjson.dumps(one)
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"


def _has_null_character(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_null_character(part) for item in value.items() for part in item)
    return isinstance(value, list) and any(map(_has_null_character, value))


def _broken(window: _Window, at: int, reason: str, looks_right: LooksRight) -> Broken:
    line, column = window.place(at)
    window.position += 1
    _find_next(window, looks_right)
    return Broken(line, column, ProblemCode.JSON_INVALID, reason)


def _find_next(window: _Window, looks_right: LooksRight) -> None:
    """Moves on to the next object that looks right, or to the end of the file."""
    while not window.is_given_up():
        found = _NEXT_OBJECT.search(window.text, window.position)
        if found is None:
            window.position = len(window.text)
            if not window.more():
                return
            continue
        window.position = found.start()
        try:
            value, end = window.decode()
        except (ValueError, RecursionError):
            window.position += 1
            continue
        if looks_right(value):
            return
        window.position = end
