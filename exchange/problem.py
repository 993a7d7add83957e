"""What is wrong with a row of a file, and with a file as a whole: what readers yield or raise.

Not its business: which rule was broken (exchange/checks.py, exchange/refusal.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class ProblemCode(StrEnum):
    """What can be wrong with a row; docs/importing.md explains each."""

    JSON_INVALID = "JSON_INVALID"
    ENCODING_INVALID = "ENCODING_INVALID"
    LINE_TOO_LONG = "LINE_TOO_LONG"
    FILE_TRUNCATED = "FILE_TRUNCATED"
    XML_INVALID = "XML_INVALID"
    XML_FORBIDDEN = "XML_FORBIDDEN"
    XML_LIMIT = "XML_LIMIT"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    SHAPE_INVALID = "SHAPE_INVALID"
    KIND_UNKNOWN = "KIND_UNKNOWN"
    FIELD_UNKNOWN = "FIELD_UNKNOWN"
    FIELD_MISSING = "FIELD_MISSING"
    VALUE_INVALID = "VALUE_INVALID"
    IDENTIFIER_INVALID = "IDENTIFIER_INVALID"
    KEY_MISSING = "KEY_MISSING"
    KEY_REPEATED = "KEY_REPEATED"
    RELATION_INVALID = "RELATION_INVALID"
    RELATION_KINDS = "RELATION_KINDS"
    RELATION_DANGLING = "RELATION_DANGLING"
    IDENTIFIER_TAKEN = "IDENTIFIER_TAKEN"
    KIND_MISMATCH = "KIND_MISMATCH"
    KEYS_DISAGREE = "KEYS_DISAGREE"
    ORGANIZATION_NOT_MATCHED = "ORGANIZATION_NOT_MATCHED"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    UNKNOWN_SOURCE = "UNKNOWN_SOURCE"
    UNKNOWN_PARTNER = "UNKNOWN_PARTNER"
    REFERENCE_UNKNOWN = "REFERENCE_UNKNOWN"
    NOT_YOURS = "NOT_YOURS"
    NOT_FOUND = "NOT_FOUND"
    SLUG_TAKEN = "SLUG_TAKEN"
    RECORD_MERGED = "RECORD_MERGED"
    CONFLICT = "CONFLICT"
    PERIODS_OVERLAP = "PERIODS_OVERLAP"
    DATES_OUT_OF_ORDER = "DATES_OUT_OF_ORDER"
    FIELDS_DISAGREE = "FIELDS_DISAGREE"
    DATABASE_REFUSED = "DATABASE_REFUSED"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one row; it never costs another row.

    `id` is the row's own key where it could be read; `field` the path inside the row. `is_row_lost` tells a
    row that is not imported from one that is imported without the part in question.
    """

    row: int
    id: str | None
    code: ProblemCode
    message: str
    hint: str
    field: str | None = None
    is_row_lost: bool = True


class UnreadableFile(Exception):
    """The file as a whole is not what the reader takes; `hint` says what to give instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


class Rows:
    """A set of row numbers, one bit a row: of a hundred million rows it takes 12 MB."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._count = 0

    def add(self, row: int) -> None:
        """Takes a row in; a second time changes nothing."""
        byte, bit = divmod(row, 8)
        if byte >= len(self._bits):
            self._bits.extend(bytes(max(byte + 1 - len(self._bits), len(self._bits))))
        if not self._bits[byte] & (1 << bit):
            self._bits[byte] |= 1 << bit
            self._count += 1

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int):
            return False
        byte, bit = divmod(row, 8)
        return byte < len(self._bits) and bool(self._bits[byte] & (1 << bit))

    def __len__(self) -> int:
        return self._count


class Problems(list[Problem]):
    """A list that takes no more than `most` problems in, and everything without it."""

    def __init__(self, problems: Iterable[Problem] = (), most: int | None = None) -> None:
        super().__init__()
        self.most = most
        self._lost = Rows()
        self.extend(problems)

    def append(self, problem: Problem, /) -> None:
        """Keeps the problem where there is room."""
        if self.most is None:
            super().append(problem)
            return
        if problem.is_row_lost:
            self._lost.add(problem.row)
        if len(self) < self.most:
            super().append(problem)

    def extend(self, problems: Iterable[Problem], /) -> None:
        """As `append`, for each."""
        for problem in problems:
            self.append(problem)

    # A list takes more than problems; this one counts what it takes.
    def __iadd__(self, problems: Iterable[Problem], /) -> Self:  # type: ignore[override, misc]
        self.extend(problems)
        return self

    @property
    def lost(self) -> Rows:
        """The rows that were lost, also those whose problems found no room."""
        if self.most is not None:
            return self._lost
        found = Rows()
        for problem in self:
            if problem.is_row_lost:
                found.add(problem.row)
        return found
