"""An identity provider for tests: keys, tokens, and an HTTP server on a free port that publishes the keys."""

import asyncio
import json
import time
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from tests.listening import listening

AUDIENCE = "https://triplehelix.example"
RSA = {kid: RSAKey.generate_key(2048, {"kid": kid}) for kid in ("one", "two", "stranger")}
EC = ECKey.generate_key("P-256", {"kid": "ec"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})


class Provider:
    """Publishes `keys`; `asked` are the paths that were fetched, `documents` and `broken` what is
    answered instead."""

    def __init__(self) -> None:
        self.url = ""
        self.keys: list[Any] = [RSA["one"], EC, ED]
        self.asked: list[str] = []
        self.documents: dict[str, Any] = {}
        self.broken: bytes | None = None

    def document(self, path: str) -> Any:
        if path in self.documents:
            return self.documents[path]
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.keys]}
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        return None

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode()
        self.asked.append(path)
        found = self.document(path)
        body = json.dumps(found).encode()
        status = b"200 OK" if found is not None else b"404 Not Found"
        whole = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
            status,
            len(body),
            body,
        )
        writer.write(self.broken if self.broken is not None else whole)
        await writer.drain()

    def claims(self, **claims: Any) -> dict[str, Any]:
        """Those of a good token; a claim that is given as None is left out."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": AUDIENCE, "sub": "sync", "iat": now, "exp": now + 300}
        found = usual | {"azp": "nightly", "scope": "openid entities:write bulk admin"} | claims
        return {name: value for name, value in found.items() if value is not None}

    def token(self, *, key: Any = RSA["one"], alg: str = "RS256", header: Any = None, **claims: Any) -> str:
        """A token, good unless something else is asked for."""
        whole = {"alg": alg, "typ": "at+jwt", "kid": key.kid} | (header or {})
        said = {name: value for name, value in whole.items() if value is not None}
        with warnings.catch_warnings(action="ignore", category=SecurityWarning):
            return jwt.encode(said, self.claims(**claims), key, [alg], default_type=None)


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    """A provider that answers on 127.0.0.1."""
    found = Provider()
    async with listening(found.answer) as found.url:
        yield found
