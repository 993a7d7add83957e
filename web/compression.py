"""Compresses answers for clients that accept gzip, where it pays.

Which answers those are and how little work is spent on them is said here (docs/settings.md has the costs).
Files of the explorer are compressed once, in web/explorer.py, and event streams never.
"""

import asyncio
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Coding = Literal["identity", "gzip"]

# BREACH guesses a secret from the length of compressed answers that also hold what the attacker chose, and
# needs a browser that sends the victim's credential with a forged request. None does so here: a credential is
# a header that pages of other origins cannot set, and answers without one hold nothing secret. Answers with
# errors, which repeat what was sent, are not compressed. What is left is a partner's program that puts a
# stranger's text into a mutation and reads private fields in the same answer: it can send
# Accept-Encoding: identity.

LEVEL = 1
"""zlib's quickest: higher levels take up to twice the time for a tenth less."""
ASIDE_BYTES = 100_000
"""From this size on another thread compresses (half a millisecond and more), so that nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Compression:
    """Answers of `least` bytes or more are compressed."""

    least: int

    def coding(self, body: bytes, accept_encoding: str | None) -> Coding | None:
        """How a body travels; None where that does not depend on what the client accepts."""
        if len(body) < self.least:
            return None
        return "gzip" if accept_encoding and takes_gzip(accept_encoding) else "identity"


async def compressed(body: bytes) -> bytes:
    """The body in gzip's format, always the same bytes for the same body."""
    return await asyncio.to_thread(gzipped, body) if len(body) >= ASIDE_BYTES else gzipped(body)


@lru_cache(maxsize=100)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip, and at least as gladly as no compression (RFC 9110, section 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        weights["gzip" if name == "x-gzip" else name] = weight
    gzip = weights.get("gzip", weights.get("*", 0.0))
    return 0.0 < gzip <= 1.0 and gzip >= weights.get("identity", 0.0)


def gzipped(body: bytes) -> bytes:
    """As `compressed`, in this thread."""
    # A window as large as the body is all that can be used, and zlib clears its tables for each body: with
    # its usual window an answer of 1 kB takes twice to five times as long. 16 means gzip's format.
    window = min(max((len(body) - 1).bit_length(), 12), 15)
    stream = zlib.compressobj(LEVEL, zlib.DEFLATED, 16 + window, min(window - 6, 8))
    return stream.compress(body) + stream.flush()
