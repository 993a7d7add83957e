"""What a client asks: one operation, read strictly from a JSON body or a query string.

Text must be UTF-8 without a byte order mark, U+0000 or lone surrogates; JSON must have no NaN, no number
beyond a double and no nesting that could exhaust a recursive reader. Every refusal is BODY_INVALID (400).
Reading the bytes from the network and judging the GraphQL document are not its business.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from resolvers.errors import BadUserInput, Code

MAX_NESTING = 64
"""Deepest arrays and objects in a body: more than any legal `where` has, far below the recursion limit."""

MAX_PARAMETERS = 20
"""Most parameters in a query string; GraphQL over HTTP knows five."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The parameters of a GraphQL request (GraphQL over HTTP, section "Request").

    `query` is empty where the document is only named, by `document_id` or in `extensions`
    (web/persisted.py).
    """

    query: str
    variables: dict[str, Any] | None = None
    name: str | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None


def invalid(message: str, hint: str | None = None) -> BadUserInput:
    """The error of a request that cannot be read."""
    return BadUserInput(message, code=Code.BODY_INVALID, hint=hint)


def decode(raw: bytes | str) -> Any:
    """The value of a strict JSON text.

    Raises:
        BadUserInput: BODY_INVALID for what is not JSON, holds U+0000 or nests deeper than MAX_NESTING.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise invalid(
            f"The JSON text cannot be read: {error.msg} (line {error.lineno}, column {error.colno}).",
            "Send one JSON object in UTF-8, without a byte order mark.",
        ) from None
    holds_nul = (b"\\u0000" if isinstance(raw, bytes) else "\\u0000") in raw  # type: ignore[operator]
    openings = (
        raw.count(b"[") + raw.count(b"{") if isinstance(raw, bytes) else raw.count("[") + raw.count("{")
    )
    if holds_nul or openings > MAX_NESTING:
        _walk(value)
    return value


def from_body(raw: bytes) -> Operation:
    """The operation in a POST body.

    Raises:
        BadUserInput: BODY_INVALID where the body is not an object with the parameters of an operation.
    """
    if not raw:
        raise invalid("The request has no body.", 'Send a JSON object such as {"query": "{ __typename }"}.')
    return from_value(decode(raw))


def from_value(value: Any) -> Operation:
    """The operation in a decoded JSON value: a POST body or the payload of a websocket's subscribe."""
    if isinstance(value, list):
        raise invalid("Batches are not answered.", "Send each operation in a request of its own.")
    if not isinstance(value, dict):
        raise invalid("The body must be a JSON object.", 'For example {"query": "{ __typename }"}.')
    name = value.get("operationName")
    if name is not None and not isinstance(name, str):
        raise invalid("operationName must be a string or null.")
    document_id = value.get("documentId")
    extensions = _object(value.get("extensions"), "extensions")
    return Operation(
        query=_query(value.get("query"), document_id, extensions),
        variables=_object(value.get("variables"), "variables"),
        name=name or None,
        extensions=extensions,
        document_id=document_id,
    )


def from_query_string(raw: bytes) -> Operation:
    """The operation in a GET's query string; variables and extensions are JSON texts.

    Raises:
        BadUserInput: BODY_INVALID where a parameter is missing, given twice or malformed.
    """
    parameters = parse_parameters(raw)
    document_id = parameters.get("documentId")
    extensions = _json_parameter(parameters, "extensions")
    return Operation(
        query=_query(parameters.get("query"), document_id, extensions),
        variables=_json_parameter(parameters, "variables"),
        name=parameters.get("operationName") or None,
        extensions=extensions,
        document_id=document_id,
    )


def parse_parameters(raw: bytes) -> dict[str, str]:
    """The parameters of a query string by name, strictly decoded."""
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except UnicodeDecodeError:
        raise invalid("The query string is not UTF-8.", "Percent-encode it as UTF-8.") from None
    except ValueError:
        raise invalid(f"The query string has more than {MAX_PARAMETERS} parameters.") from None
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise invalid("A parameter is given twice in the query string.", "Give each parameter once.")
    if any("\x00" in text for pair in pairs for text in pair):
        raise invalid("The query string holds the character U+0000.", "Remove it.")
    return parameters


def _query(value: Any, document_id: Any, extensions: dict[str, Any] | None) -> str:
    """The document, empty where it is only named."""
    if value is not None and not isinstance(value, str):
        raise invalid("query must be a string.")
    if document_id is not None:
        if not isinstance(document_id, str):
            raise invalid("documentId must be a string.")
        if value:
            raise invalid("There are both query and documentId.", "Send one of them.")
    elif not value and (extensions is None or extensions.get("persistedQuery") is None):
        raise invalid("The parameter query is missing.", "Send the GraphQL document as query.")
    return value or ""


def _object(value: Any, name: str) -> dict[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise invalid(f"{name} must be a JSON object or null.")
    return value


def _json_parameter(parameters: dict[str, str], name: str) -> dict[str, Any] | None:
    text = parameters.get(name)
    return _object(decode(text), name) if text else None


def _walk(root: Any) -> None:
    """Refuse U+0000 in any string and nesting beyond MAX_NESTING, without recursion."""
    waiting = [(root, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            if "\x00" in value:
                raise invalid(
                    "The JSON text holds the character U+0000.", "PostgreSQL cannot store it; remove it."
                )
            continue
        if not isinstance(value, dict | list):
            continue
        if depth > MAX_NESTING:
            raise invalid(f"The JSON text is nested deeper than {MAX_NESTING} levels.")
        if isinstance(value, dict):
            waiting.extend((key, depth + 1) for key in value)
        waiting.extend(
            (item, depth + 1)
            for item in (value.values() if isinstance(value, dict) else value)
            if isinstance(item, str | dict | list)
        )
