"""Every error a client can see, as one tree with stable codes.

    TripleHelixError
    ├── BadUserInput          BAD_USER_INPUT, INVALID_CURSOR, IDENTIFIER_INVALID, ...
    ├── LimitExceeded         COST_LIMIT, DEPTH_LIMIT, ...
    ├── Unauthenticated       UNAUTHENTICATED, KEY_UNKNOWN, TOKEN_INVALID, ...
    ├── Forbidden             FORBIDDEN, SCOPE_MISSING
    ├── Conflict              CONFLICT, IDEMPOTENCY_KEY_REUSED, KEY_LIMIT
    └── Unavailable           TIMEOUT, DATABASE_UNAVAILABLE, ...

An error has a code, one sentence, a hint that says what to do, and the HTTP status of a request that
fails as a whole. Whatever is not in this tree reaches a client only as INTERNAL with the request's id.
"""

from enum import StrEnum
from typing import Any, ClassVar


class Code(StrEnum):
    """The codes of `extensions.code`; docs/errors.md explains each (a test compares)."""

    BAD_USER_INPUT = "BAD_USER_INPUT"
    INVALID_CURSOR = "INVALID_CURSOR"
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    IDENTIFIER_INVALID = "IDENTIFIER_INVALID"
    IDENTIFIER_TAKEN = "IDENTIFIER_TAKEN"
    ENTITY_UNKNOWN = "ENTITY_UNKNOWN"
    PAGE_SIZE = "PAGE_SIZE"
    CURRENCY_MIXED = "CURRENCY_MIXED"
    DATES_OUT_OF_ORDER = "DATES_OUT_OF_ORDER"
    FIELDS_DISAGREE = "FIELDS_DISAGREE"
    PERIODS_OVERLAP = "PERIODS_OVERLAP"
    RELATION_INVALID = "RELATION_INVALID"
    RELATION_KINDS = "RELATION_KINDS"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    VALUE_INVALID = "VALUE_INVALID"
    BODY_INVALID = "BODY_INVALID"
    DOCUMENT_INVALID = "DOCUMENT_INVALID"
    DOCUMENT_UNKNOWN = "DOCUMENT_UNKNOWN"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    VARIABLES_INVALID = "VARIABLES_INVALID"
    OPERATION_NOT_ALLOWED = "OPERATION_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    FORMAT_UNAVAILABLE = "FORMAT_UNAVAILABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    HEADERS_TOO_LARGE = "HEADERS_TOO_LARGE"
    URI_TOO_LONG = "URI_TOO_LONG"
    REQUEST_TIMEOUT = "REQUEST_TIMEOUT"
    TOKEN_LIMIT = "TOKEN_LIMIT"  # noqa: S105 - the name of a limit, not a secret
    DEPTH_LIMIT = "DEPTH_LIMIT"
    ALIAS_LIMIT = "ALIAS_LIMIT"
    ROOT_FIELD_LIMIT = "ROOT_FIELD_LIMIT"
    FIELD_LIMIT = "FIELD_LIMIT"
    FILTER_LIMIT = "FILTER_LIMIT"
    ITEM_LIMIT = "ITEM_LIMIT"
    COST_LIMIT = "COST_LIMIT"
    RATE_LIMITED = "RATE_LIMITED"
    QUOTA_EXHAUSTED = "QUOTA_EXHAUSTED"
    EXPORT_LIMIT = "EXPORT_LIMIT"
    IMPORT_LIMIT = "IMPORT_LIMIT"
    SUBSCRIPTION_LIMIT = "SUBSCRIPTION_LIMIT"
    SUBSCRIBER_SLOW = "SUBSCRIBER_SLOW"
    RIGHTS_CHANGED = "RIGHTS_CHANGED"
    WEBHOOK_LIMIT = "WEBHOOK_LIMIT"
    KEY_MALFORMED = "KEY_MALFORMED"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    KEY_EXPIRED = "KEY_EXPIRED"
    KEY_REVOKED = "KEY_REVOKED"
    KEY_LIMIT = "KEY_LIMIT"
    TOKEN_INVALID = "TOKEN_INVALID"  # noqa: S105 - the name of an error, not a secret
    TOKEN_ALGORITHM = "TOKEN_ALGORITHM"  # noqa: S105
    TOKEN_ISSUER = "TOKEN_ISSUER"  # noqa: S105
    TOKEN_KEY_UNKNOWN = "TOKEN_KEY_UNKNOWN"  # noqa: S105
    TOKEN_AUDIENCE = "TOKEN_AUDIENCE"  # noqa: S105
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105
    TOKEN_NOT_YET_VALID = "TOKEN_NOT_YET_VALID"  # noqa: S105
    TOKEN_UNMAPPED = "TOKEN_UNMAPPED"  # noqa: S105
    TOKEN_KEYS_UNAVAILABLE = "TOKEN_KEYS_UNAVAILABLE"  # noqa: S105
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    SCOPE_MISSING = "SCOPE_MISSING"
    CONFLICT = "CONFLICT"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    BATCH_REJECTED = "BATCH_REJECTED"
    NOT_FOUND = "NOT_FOUND"
    TIMEOUT = "TIMEOUT"
    DATABASE_BUSY = "DATABASE_BUSY"
    DATABASE_UNAVAILABLE = "DATABASE_UNAVAILABLE"
    INTERNAL = "INTERNAL"


class TripleHelixError(Exception):
    """What every client-visible error has.

    `details` goes into `extensions` beside code and hint (for example the field that a limit names).
    """

    default_code: ClassVar[Code] = Code.INTERNAL
    default_status: ClassVar[int] = 500

    def __init__(
        self,
        message: str,
        *,
        code: Code | None = None,
        hint: str | None = None,
        http_status: int | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint
        self.http_status = http_status or self.default_status
        self.details = details

    @property
    def extensions(self) -> dict[str, Any]:
        """The `extensions` of the GraphQL error: code, hint where there is one, details."""
        found: dict[str, Any] = {"code": str(self.code)}
        if self.hint:
            found["hint"] = self.hint
        return found | self.details


class BadUserInput(TripleHelixError):
    """A value that the API cannot use: a malformed id, cursor, date, filter."""

    default_code = Code.BAD_USER_INPUT
    default_status = 400


class LimitExceeded(TripleHelixError):
    """The request is larger than a stated limit."""

    default_code = Code.COST_LIMIT
    default_status = 400


class Unauthenticated(TripleHelixError):
    """A credential was given and is not valid; never answered as if none had been given."""

    default_code = Code.KEY_UNKNOWN
    default_status = 401


class Forbidden(TripleHelixError):
    """A valid viewer asks for what its scopes do not cover."""

    default_code = Code.FORBIDDEN
    default_status = 403


class Conflict(TripleHelixError):
    """What is asked for cannot be done to the record as it stands now."""

    default_code = Code.CONFLICT
    default_status = 409


class Unavailable(TripleHelixError):
    """The platform cannot answer now; the same request may succeed later."""

    default_code = Code.DATABASE_UNAVAILABLE
    default_status = 503


RAISED = {
    "TH400": Code.BAD_USER_INPUT,
    "TH401": Code.UNAUTHENTICATED,
    "TH404": Code.ENTITY_UNKNOWN,
    "TH410": Code.CURSOR_EXPIRED,
}
"""What SQL functions of the migrations raise about their arguments: SQLSTATE -> code."""


def raised(error: Any) -> BadUserInput | None:
    """The error that a function of ours raised, from the driver's; None for PostgreSQL's own."""
    code = RAISED.get(error.sqlstate or "")
    return None if code is None else BadUserInput(error.message, code=code, hint=error.hint)
