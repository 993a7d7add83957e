"""Secrets of webhooks: how they are made, sealed for the database, and sign a message.

Secrets and signatures are those of the Standard Webhooks specification: `whsec_` and base64, HMAC-SHA256 over
id, time and body. A secret must be stored so that it can sign; with a key of the server it is encrypted, and
without one it lies in the database as it is, in a table that only the delivering role reads.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX = "whsec_"
RANDOM_BYTES = 32
NONCE_BYTES = 12
PLAIN, ENCRYPTED = b"\x00", b"\x01"


class Unreadable(Exception):
    """A secret was encrypted with another key of the server than there is now."""


class Seal:
    """Seals secrets with a key of the server, or leaves them as they are where there is none."""

    def __init__(self, key: str | None = None) -> None:
        digest = hashlib.sha256(b"triplehelix webhooks\x00" + key.encode()).digest() if key else None
        self._cipher = None if digest is None else AESGCM(digest)

    def close(self, secret: str, webhook_id: UUID) -> bytes:
        """What is stored of a secret; it opens for this webhook only."""
        if self._cipher is None:
            return PLAIN + secret.encode()
        nonce = os.urandom(NONCE_BYTES)
        return ENCRYPTED + nonce + self._cipher.encrypt(nonce, secret.encode(), webhook_id.bytes)

    def open(self, sealed: bytes, webhook_id: UUID) -> str:
        """The secret; one that was stored before there was a key is read too. Raises Unreadable."""
        if sealed[:1] == PLAIN:
            return sealed[1:].decode()
        nonce, rest = sealed[1 : NONCE_BYTES + 1], sealed[NONCE_BYTES + 1 :]
        if self._cipher is None:
            raise Unreadable
        try:
            return self._cipher.decrypt(nonce, rest, webhook_id.bytes).decode()
        except InvalidTag as error:
            raise Unreadable from error


def new_secret() -> str:
    """A secret of 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(RANDOM_BYTES)).decode()


def headers(message_id: str, timestamp: int, body: bytes, live: Sequence[str]) -> list[tuple[str, str]]:
    """The three headers of a message, with a signature for each secret that is live."""
    return [
        ("webhook-id", message_id),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", " ".join(_signature(one, message_id, timestamp, body) for one in live)),
    ]


def _signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
