"""What is wrong with a row of a file, and with a file as a whole: what readers yield or raise.

Not its business: which rule was broken (exchange/checks.py, exchange/refusal.py).
"""

from dataclasses import dataclass
from enum import StrEnum


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
    PERIODS_OVERLAP = "PERIODS_OVERLAP"
    DATES_OUT_OF_ORDER = "DATES_OUT_OF_ORDER"
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
