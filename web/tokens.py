"""Access tokens of partners' identity providers: a signed JWT becomes a viewer, or an error with its code.

Checked are the algorithm against the issuer's list, the key by its id, signature, issuer, audience, times and
claims; nothing that the token says decides how it is checked. Providers are registered by
resolvers/issuers.py, their keys fetched by web/jwks.py.
"""

import asyncio
import json
import re
import time
import warnings
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jws import JWSRegistry, deserialize_compact
from structlog import get_logger

from models.database import UNREACHABLE
from resolvers.errors import Code, Unauthenticated, Unavailable
from resolvers.issuers import ALGORITHMS, SELECT, Issuer, issuer_of
from resolvers.keys import digest
from resolvers.viewer import Viewer
from web.jwks import KeySets

log = get_logger("triplehelix.tokens")

TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
MOST_CHARACTERS = 8192
TYPES = (None, "jwt", "at+jwt", "application/jwt", "application/at+jwt")
"""`typ` of access tokens (RFC 9068) and of providers that say only JWT; others are not for this use."""
FRESH_SECONDS = 1.0
"""How long the list of issuers is believed: a revocation takes effect in every process within this time."""
MOST_SECONDS = 253_402_300_800.0
"""The end of the year 9999, the last that a date can hold."""
VERIFIED_SECONDS = 300.0
"""How long a token that was verified is not verified again, so that a key withdrawn by its issuer ends."""


class IssuerDatabase(Protocol):
    """What this module needs of models.database.Database."""

    def admin(self) -> AbstractAsyncContextManager[Any]:
        """A connection that may read the issuers."""


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token that was found good: until when (wall clock), for which issuer, and when that was seen."""

    viewer: Viewer
    ends: float
    issuer: Issuer
    at: float


class Tokens:
    """Turns tokens into viewers, with a bounded memory of those that were verified just now.

    `skew` is how many seconds the clocks of issuers may differ from ours.
    """

    def __init__(
        self,
        database: IssuerDatabase,
        key_sets: KeySets,
        *,
        skew: float = 30.0,
        max_cached: int = 1000,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._key_sets = key_sets
        self._skew = skew
        self._max_cached = max_cached
        self._clock = clock
        self._now = now
        self._issuers: frozenset[Issuer] = frozenset()
        self._read_at: float | None = None
        self._reading: asyncio.Task[None] | None = None
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()

    def known(self, token: str) -> Viewer | None:
        """The viewer of a token that was verified just now, without asking anybody."""
        return self._known(digest(token)) if self._is_fresh() else None

    async def viewer(self, token: str) -> Viewer:
        """The viewer of a token.

        Raises:
            Unauthenticated: a code TOKEN_... for each thing that can be wrong (401).
            Unavailable: where issuers or their keys cannot be read now (503).
        """
        if not self._is_fresh():
            await self._read_issuers()
        wanted = digest(token)
        found = self._known(wanted)
        if found is not None:
            return found
        issuer, claims = await self._verify(token)
        viewer = _viewer_of(issuer, claims)
        ends = float(claims["exp"]) + self._skew
        self._verified[wanted] = _Verified(viewer, ends, issuer, self._clock())
        self._verified.move_to_end(wanted)
        if len(self._verified) > self._max_cached:
            self._verified.popitem(last=False)
        return viewer

    def _known(self, wanted: bytes) -> Viewer | None:
        found = self._verified.get(wanted)
        if found is None or found.issuer not in self._issuers or found.ends <= self._now():
            return None
        return found.viewer if self._clock() - found.at < VERIFIED_SECONDS else None

    def _is_fresh(self) -> bool:
        return self._read_at is not None and self._clock() - self._read_at < FRESH_SECONDS

    async def _read_issuers(self) -> None:
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(lambda _: setattr(self, "_reading", None))
        await asyncio.shield(self._reading)

    async def _read(self) -> None:
        asked = self._clock()
        try:
            async with self._database.admin() as connection:
                rows = await connection.fetch(SELECT + "WHERE i.revoked_at IS NULL")
        except UNREACHABLE as error:
            log.warning("issuers cannot be read", error=type(error).__name__)
            raise Unavailable("Tokens cannot be checked now.", hint="Try again in a few seconds.") from error
        self._issuers, self._read_at = frozenset(map(issuer_of, rows)), asked

    async def _verify(self, token: str) -> tuple[Issuer, dict[str, Any]]:
        header, claims = _opened(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            hint = "Have tokens signed with a private key."
            raise _wrong("Its algorithm is not taken.", Code.TOKEN_ALGORITHM, hint)
        issuers = [one for one in self._issuers if one.url == claims.get("iss")]
        if not issuers:
            hint = "Its claim iss must be the URL of an issuer that is registered here, to the letter."
            raise _wrong("Its issuer is not registered.", Code.TOKEN_ISSUER, hint)
        issuers = [one for one in issuers if algorithm in one.algorithms]
        if not issuers:
            hint = "Ask the operator which algorithms are registered for the issuer."
            raise _wrong("Its algorithm is not taken.", Code.TOKEN_ALGORITHM, hint)
        issuers = await self._signed(token, issuers, algorithm, kid)
        self._check_times(claims)
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        issuers = [one for one in issuers if one.audience in named]
        if not issuers:
            hint = "Ask your identity provider for a token with the audience that is registered here."
            raise _wrong("It is meant for others.", Code.TOKEN_AUDIENCE, hint)
        issuers = [one for one in issuers if all(_has(claims, *claim) for claim in one.claims)]
        if len(issuers) != 1:
            hint = "Its claims must be those that the issuer is registered with, of one partner."
            raise _wrong("It stands for no partner.", Code.TOKEN_UNMAPPED, hint)
        return issuers[0], claims

    async def _signed(self, token: str, issuers: list[Issuer], algorithm: str, kid: object) -> list[Issuer]:
        """Those of the issuers whose key has signed the token."""
        found = False
        signers = []
        for issuer in issuers:
            key = await self._key_sets.find(issuer, kid) if isinstance(kid, str) else None
            if key is None:
                continue
            found = True
            registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
            try:
                # That an older name of an algorithm is still in use is the issuer's business.
                with warnings.catch_warnings(action="ignore", category=SecurityWarning):
                    if (key.alg or algorithm) == algorithm:
                        deserialize_compact(token, key, registry=registry)
                        signers.append(issuer)
            except (JoseError, ValueError, TypeError):
                continue
        if not found:
            hint = "Get a new token: its issuer publishes no key of this id (kid)."
            raise _wrong("Its key is not known.", Code.TOKEN_KEY_UNKNOWN, hint)
        if not signers:
            raise _wrong("Its signature is not its issuer's.")
        return signers

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self._now()
        if _time(claims, "exp") + self._skew <= now:
            raise _wrong("It has expired.", Code.TOKEN_EXPIRED, "Get a new token.")
        if max(_time(claims, "nbf", now), _time(claims, "iat", now)) - self._skew > now:
            hint = "Compare the clock of your identity provider."
            raise _wrong("It is not valid yet.", Code.TOKEN_NOT_YET_VALID, hint)


def _time(claims: dict[str, Any], name: str, default: float | None = None) -> float:
    """A time in seconds since 1970; without a default it must be there."""
    found = claims.get(name, default)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < MOST_SECONDS:
        raise _wrong(f"Its claim {name} is no time.")
    return float(found)


def is_token(text: str) -> bool:
    """Whether the text has the form of a signed JWT."""
    return len(text) <= MOST_CHARACTERS and TOKEN.fullmatch(text) is not None


def _opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims as the token says them, not yet believed."""
    found = []
    for part in token.split(".")[:2]:
        try:
            value = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        except (ValueError, RecursionError):
            raise _wrong("It cannot be read.") from None
        if not isinstance(value, dict):
            raise _wrong("It cannot be read.")
        found.append(value)
    header, claims = found
    kind = header.get("typ")
    if "crit" in header or (kind.lower() if isinstance(kind, str) else kind) not in TYPES:
        raise _wrong("It is no access token.")
    return header, claims


def _has(claims: dict[str, Any], name: str, value: str) -> bool:
    found = claims.get(name)
    return value in found if isinstance(found, list) else found == value


def _viewer_of(issuer: Issuer, claims: dict[str, Any]) -> Viewer:
    said = claims.get("scope", claims.get("scp"))
    scopes = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
    return Viewer(
        role="partner",
        partner_id=issuer.partner_id,
        partner=issuer.partner,
        partner_name=issuer.partner_name,
        # What is a scope elsewhere (openid) is none here; what the issuer may not give is left out.
        scopes=issuer.scopes & frozenset(one for one in scopes if isinstance(one, str)),
        key_prefix=f"token:{issuer.name}",
        sandbox=issuer.is_test,
        expires_at=datetime.fromtimestamp(float(claims["exp"]), UTC),
    )


def _wrong(
    what: str,
    code: Code = Code.TOKEN_INVALID,
    hint: str = "Send an access token of your identity provider just as it was issued.",
) -> Unauthenticated:
    return Unauthenticated(f"The token is refused. {what}", code=code, hint=hint)
