"""The public keys of identity providers: fetched, kept, and fetched anew, never by the will of a token alone.

A known key id is answered from memory; an unknown one makes the keys be fetched again, at most once a minute.
What the keys are used for is the business of web/tokens.py; what may be called, of exchange/outbound.py.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key
from structlog import get_logger

from exchange.outbound import Outbound, Refused, Unreachable
from resolvers.errors import Code, Unavailable
from resolvers.issuers import Issuer

log = get_logger("triplehelix.tokens")

AGAIN_SECONDS = 60.0
"""How long an unknown key id must wait until the keys are fetched again."""
RETRY_SECONDS = 10.0
"""The same after an attempt that failed."""
STALE_SECONDS = 3600.0
"""Keys older than this are fetched again beside the request that finds them old."""
TRUSTED_SECONDS = 24 * 3600.0
"""Keys that could not be fetched again for so long are not believed any more."""
FETCH_SECONDS = 5.0
MOST_BYTES = 256_000
MOST_KEYS = 100
LEAST_RSA_BITS = 2048
WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(slots=True)
class _Kept:
    """The keys of one provider by their id; `tried_at` is the last attempt, `failed` what became of it."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    fetched_at: float | None = None
    tried_at: float | None = None
    failed: bool = False


class _Unusable(Exception):
    """What the provider answered is no set of keys."""


class KeySets:
    """The keys of all providers."""

    def __init__(self, outbound: Outbound, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._outbound = outbound
        self._clock = clock
        self._kept: dict[tuple[str, str | None], _Kept] = {}
        self._running: dict[tuple[str, str | None], asyncio.Task[None]] = {}
        self.fetches = 0
        """How often keys were asked for; tests count with it."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Fetches as long as the context lasts."""
        try:
            yield
        finally:
            tasks = list(self._running.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._outbound.close()

    async def find(self, issuer: Issuer, kid: str) -> Key | None:
        """The key of this id, None where the provider has none such.

        Raises Unavailable TOKEN_KEYS_UNAVAILABLE where the provider does not give its keys.
        """
        kept = self._kept.setdefault((issuer.url, issuer.jwks_uri), _Kept())
        now = self._clock()
        age = None if kept.fetched_at is None else now - kept.fetched_at
        if kid in kept.keys and age is not None and age < TRUSTED_SECONDS:
            if age >= STALE_SECONDS and self._is_due(kept, now):
                self._fetch(issuer, kept)
            return kept.keys[kid]
        if self._is_due(kept, now):
            await asyncio.shield(self._fetch(issuer, kept))
        elif (running := self._running.get((issuer.url, issuer.jwks_uri))) is not None:
            await asyncio.shield(running)
        if kept.failed:
            raise Unavailable(
                "The keys of the token's issuer cannot be read now.",
                code=Code.TOKEN_KEYS_UNAVAILABLE,
                hint="Try again in a few seconds.",
            )
        return kept.keys.get(kid)

    def _is_due(self, kept: _Kept, now: float) -> bool:
        pause = RETRY_SECONDS if kept.failed else AGAIN_SECONDS
        return kept.tried_at is None or now - kept.tried_at >= pause

    def _fetch(self, issuer: Issuer, kept: _Kept) -> "asyncio.Task[None]":
        """One fetch at a time serves all who wait for it."""
        source = (issuer.url, issuer.jwks_uri)
        task = self._running.get(source)
        if task is None:
            kept.tried_at = self._clock()
            task = asyncio.create_task(self._refresh(issuer, kept))
            self._running[source] = task
            task.add_done_callback(lambda _: self._running.pop(source, None))
        return task

    async def _refresh(self, issuer: Issuer, kept: _Kept) -> None:
        self.fetches += 1
        try:
            address = issuer.jwks_uri or await self._discovered(issuer.url)
            kept.keys = _keys_of(await self._document(address))
            kept.fetched_at, kept.failed = self._clock(), False
        except (Refused, Unreachable, _Unusable) as error:
            kept.failed = True
            log.warning("keys of an issuer cannot be read", issuer=issuer.name, reason=str(error))

    async def _discovered(self, url: str) -> str:
        found = await self._document(url.rstrip("/") + WELL_KNOWN)
        if found.get("issuer") != url:
            raise _Unusable("The configuration found there is another issuer's.")
        address = found.get("jwks_uri")
        if not isinstance(address, str):
            raise _Unusable("The configuration names no jwks_uri.")
        return address

    async def _document(self, address: str) -> dict[str, Any]:
        accept = [("Accept", "application/json")]
        reply = await self._outbound.request(
            "GET", address, headers=accept, seconds=FETCH_SECONDS, most_bytes=MOST_BYTES
        )
        if reply.status != 200 or reply.is_cut:
            raise _Unusable(f"It answers {reply.status}{' at too great length' if reply.is_cut else ''}.")
        try:
            found = json.loads(reply.body)
        except (ValueError, RecursionError) as error:
            raise _Unusable("It answers no JSON.") from error
        if not isinstance(found, dict):
            raise _Unusable("It answers no object.")
        return found


def _keys_of(document: Mapping[str, Any]) -> dict[str, Key]:
    """The public keys for signatures that have an id; all others are passed over."""
    given = document.get("keys")
    if not isinstance(given, list) or len(given) > MOST_KEYS:
        raise _Unusable("It answers no list of keys.")
    found: dict[str, Key] = {}
    for one in given:
        if not isinstance(one, dict) or one.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        kid = one.get("kid")
        if not isinstance(kid, str) or one.get("use", "sig") != "sig":
            continue
        try:
            key = import_key(one)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        is_short = isinstance(key, RSAKey) and key.raw_value.key_size < LEAST_RSA_BITS
        if isinstance(key, RSAKey | ECKey | OKPKey) and not is_short:
            found[kid] = key
    return found
