"""Persisted documents: an operation that names its document by a hash gets the document's text.

Two ways to name one: `documentId` (GraphQL over HTTP, appendix "Persisted Documents") for documents that the
operator ships, and Apollo's `extensions.persistedQuery` for those that a client told us before. Running an
operation, and whether its document is valid, are not the business of this module.
"""

import hashlib
import re
import sys
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resolvers.errors import BadUserInput, Code
from web.operation import Operation, invalid

MAX_TEXTS = 1000
"""Most documents that clients may leave here, in each process."""
MAX_BYTES = 5_000_000
"""Most memory that their texts may take, in bytes."""
PREFIX = "sha256:"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def shipped(*folders: Path) -> dict[str, str]:
    """The texts of the files `*.graphql` in some folders by the lowercase hex SHA-256 of their bytes.

    A missing folder has none. Raises ValueError for a file that is not UTF-8.
    """
    found = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.graphql"))):
        content = path.read_bytes()
        try:
            found[hashlib.sha256(content).hexdigest()] = content.decode("utf-8")
        except UnicodeDecodeError:
            raise ValueError(f"{path} is not UTF-8: save it as UTF-8 or remove it.") from None
    return found


class Persisted:
    """Documents by the SHA-256 of their text: those of the operator for good, those of clients bounded.

    What clients left is forgotten in the order of last use; a client then sends the text once more, which
    Apollo's protocol foresees.
    """

    def __init__(
        self, trusted: Mapping[str, str], *, texts: int = MAX_TEXTS, text_bytes: int = MAX_BYTES
    ) -> None:
        self._trusted = dict(trusted)
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._texts = texts
        self._most = text_bytes
        self._bytes = 0

    def __len__(self) -> int:
        """How many documents of clients are kept."""
        return len(self._kept)

    def resolve(self, operation: Operation) -> Operation:
        """The operation with its document; one that carries it is checked against its hash, if it has one.

        Raises:
            BadUserInput: DOCUMENT_UNKNOWN (404) for a documentId that is not shipped;
                PERSISTED_QUERY_NOT_FOUND (200, which Apollo's clients expect) for a hash without a document;
                BODY_INVALID for a hash that is malformed or not that of the document.
        """
        if operation.document_id is not None:
            text = self._trusted.get(operation.document_id.removeprefix(PREFIX))
            if text is None or not operation.document_id.startswith(PREFIX):
                raise BadUserInput(
                    "No document with this documentId is shipped with the platform.",
                    code=Code.DOCUMENT_UNKNOWN,
                    hint="Send sha256: and the lowercase hex SHA-256 of a shipped document, or send query.",
                    http_status=404,
                )
            return Operation(text, operation.variables, operation.name, operation.extensions)
        sha256 = _hash(operation)
        if sha256 is None:
            return operation
        known = self._find(sha256)
        if not operation.query:
            if known is None:
                raise BadUserInput(
                    "PersistedQueryNotFound",
                    code=Code.PERSISTED_QUERY_NOT_FOUND,
                    hint="Send the hash together with query once; then the hash alone is enough.",
                    http_status=200,
                )
            return Operation(known, operation.variables, operation.name, operation.extensions)
        # A document that is kept under the hash was hashed when it came.
        if operation.query != known and sha256 != hashlib.sha256(operation.query.encode()).hexdigest():
            raise invalid(
                "sha256Hash is not the SHA-256 of query.", "Hash the text of query in UTF-8, as it is sent."
            )
        return operation

    def keep(self, operation: Operation) -> None:
        """Remembers the document of a resolved operation that came with a hash and was found valid."""
        sha256 = _hash(operation)
        if sha256 is None or self._find(sha256) is not None:
            return
        size = _memory(operation.query)
        if size > self._most:
            return
        self._kept[sha256] = operation.query
        self._bytes += size
        while len(self._kept) > self._texts or self._bytes > self._most:
            _, forgotten = self._kept.popitem(last=False)
            self._bytes -= _memory(forgotten)

    def _find(self, sha256: str) -> str | None:
        found = self._kept.get(sha256)
        if found is None:
            return self._trusted.get(sha256)
        self._kept.move_to_end(sha256)
        return found


def _memory(text: str) -> int:
    """What a text takes in memory: one letter beyond Latin makes each character of it two or four bytes."""
    return sys.getsizeof(text)


def _hash(operation: Operation) -> str | None:
    """The hash of Apollo's extension, None where the operation has none."""
    if operation.extensions is None or operation.extensions.get("persistedQuery") is None:
        return None
    asked: Any = operation.extensions["persistedQuery"]
    if not isinstance(asked, dict) or asked.get("version") != 1:
        raise invalid(
            "persistedQuery must be an object of version 1.", 'Send {"version": 1, "sha256Hash": ...}.'
        )
    sha256 = asked.get("sha256Hash")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise invalid(
            "sha256Hash must be a SHA-256 in lowercase hex.", "It has 64 characters, 0 to 9, a to f."
        )
    return sha256
