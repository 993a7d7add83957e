"""Access tokens of a partner's own identity provider: what is taken, and each thing that can be wrong."""

import asyncio
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx2
import pytest

from exchange.outbound import Outbound
from models.database import Database
from models.embedded import EmbeddedPostgres
from resolvers.errors import BadUserInput, Conflict, TripleHelixError
from resolvers.issuers import add_issuer, list_issuers, revoke_issuer
from resolvers.keys import create_key
from tests.conftest import clone
from tests.idp import AUDIENCE, EC, ED, RSA, Provider, provider
from tests.stub_app import AbsentDatabase, Clock, application, client, serving
from tests.test_sockets import peer
from web.jwks import KeySets
from web.keyring import KeyRing
from web.tokens import Tokens

LOCAL = ["127.0.0.1"]
SCOPES = ["entities:write", "bulk", "webhooks"]
ALGORITHMS = ["RS256", "ES256", "EdDSA", "Ed25519"]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.jwks.FETCH_SECONDS", 60.0)


@pytest.fixture(scope="module")
async def dsn(postgres: EmbeddedPostgres, migrated: str) -> str:
    """A database whose issuers this module may change."""
    return await clone(postgres.dsn, migrated)


@pytest.fixture
async def idp() -> AsyncIterator[Provider]:
    async with provider() as found:
        yield found


@pytest.fixture
async def owner(dsn: str, idp: Provider) -> AsyncIterator[asyncpg.Connection]:
    """The tables' owner, with the provider registered for the partner north."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("TRUNCATE common.issuer, common.api_key")
    await create_key(connection, "north", partner_name="North", label="x")
    await create_key(connection, "south", partner_name="South", label="x")
    await register(connection, idp, "idp")
    yield connection
    await connection.close()


async def register(owner: asyncpg.Connection, idp: Provider, name: str, **given: Any) -> None:
    options: dict[str, Any] = {"url": idp.url, "audience": AUDIENCE, "jwks_uri": f"{idp.url}/keys"}
    options |= {"algorithms": ALGORITHMS, "scopes": SCOPES, "claims": {"azp": "nightly"}}
    await add_issuer(owner, name, given.pop("partner", "north"), **options | given)


@pytest.fixture
async def database(dsn: str, owner: asyncpg.Connection) -> AsyncIterator[Database]:
    found = Database(dsn)
    await found.open()
    yield found
    await found.close()


class Checked:
    """A key ring with tokens, on a clock of its own."""

    def __init__(self, database: Any, **options: Any) -> None:
        self.clock = Clock()
        self.clock.now = 1000.0
        self.key_sets = KeySets(Outbound(LOCAL), clock=self.clock)
        self.tokens = Tokens(database, self.key_sets, clock=self.clock, **options)
        self.ring = KeyRing(database, self.tokens, clock=self.clock)

    async def viewer(self, token: str) -> Any:
        return await self.ring.viewer(f"Bearer {token}")

    async def code(self, token: str) -> str:
        with pytest.raises(TripleHelixError) as refused:
            await self.viewer(token)
        assert token not in refused.value.message
        return str(refused.value.code)


@pytest.fixture
async def checked(database: Database) -> AsyncIterator[Checked]:
    found = Checked(database)
    async with found.key_sets.running():
        yield found


# What is taken.


@pytest.mark.parametrize(
    ("key", "alg"), [(RSA["one"], "RS256"), (EC, "ES256"), (ED, "EdDSA"), (ED, "Ed25519")]
)
async def test_a_token_stands_for_the_partner_within_its_scopes(
    checked: Checked, idp: Provider, key: Any, alg: str
) -> None:
    ends = int(time.time()) + 300
    viewer = await checked.viewer(idp.token(key=key, alg=alg, exp=ends))
    assert (viewer.role, viewer.partner, viewer.partner_name, viewer.sandbox) == (
        "partner",
        "north",
        "North",
        False,
    )
    # `openid` is no scope of ours, and `admin` is more than the issuer may give.
    assert set(viewer.scopes) == {"entities:write", "bulk"}
    assert viewer.key_prefix == "token:idp"
    assert viewer.expires_at.timestamp() == ends


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["other", AUDIENCE]},
        {"iat": None, "nbf": None},
        {"azp": ["other", "nightly"]},
        {"scope": None},
        {"scope": None, "scp": ["bulk", 3]},
        {"scope": 7},
    ],
)
async def test_other_shapes_of_claims_are_taken(
    checked: Checked, idp: Provider, claims: dict[str, Any]
) -> None:
    viewer = await checked.viewer(idp.token(**claims))
    usual = "scope" not in claims
    assert set(viewer.scopes) == (
        {"entities:write", "bulk"} if usual else {"bulk"} if "scp" in claims else set()
    )


@pytest.mark.parametrize("typ", [None, "JWT", "at+jwt", "application/at+jwt", "AT+JWT"])
async def test_types_of_access_tokens_are_taken(checked: Checked, idp: Provider, typ: str | None) -> None:
    assert (await checked.viewer(idp.token(header={"typ": typ}))).partner == "north"


async def test_one_provider_serves_several_partners_by_a_claim(
    checked: Checked, idp: Provider, owner: asyncpg.Connection
) -> None:
    await register(owner, idp, "south", partner="south", claims={"azp": "south"}, test=True)
    viewer = await checked.viewer(idp.token(azp="south"))
    assert (viewer.partner, viewer.key_prefix, viewer.sandbox) == ("south", "token:south", True)
    assert (await checked.viewer(idp.token())).partner == "north"
    assert await checked.code(idp.token(azp="third")) == "TOKEN_UNMAPPED"
    assert await checked.code(idp.token(azp=["south", "nightly"])) == "TOKEN_UNMAPPED"


async def test_keys_are_found_by_discovery(
    database: Database, idp: Provider, owner: asyncpg.Connection
) -> None:
    await owner.execute("UPDATE common.issuer SET jwks_uri = NULL")
    assert (await Checked(database).viewer(idp.token())).partner == "north"
    assert idp.asked == ["/.well-known/openid-configuration", "/keys"]
    real, idp.url = idp.url, "https://elsewhere.example"
    assert await Checked(database).code(Provider.token(_at(real))) == "TOKEN_KEYS_UNAVAILABLE"
    idp.url = real


def standing() -> tuple[Clock, int]:
    """A wall clock that stands at the second that it is, and that second."""
    now, at = Clock(), int(time.time())
    now.now = float(at)
    return now, at


def _at(url: str) -> Provider:
    found = Provider()
    found.url = url
    return found


# What is refused.


def part(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def forged(idp: Provider, header: Any, signature: str = "", claims: Any = None) -> str:
    return f"{part(header)}.{part(idp.claims() if claims is None else claims)}.{signature}"


def signed_with_the_public_key(idp: Provider) -> str:
    """As an issuer would sign whose secret were the text of its public key."""
    secret = RSA["one"].as_pem(private=False)
    said = forged(idp, {"alg": "HS256", "typ": "JWT", "kid": "one"}).removesuffix(".")
    made = hmac.digest(secret, said.encode(), "sha256")
    return f"{said}.{urlsafe_b64encode(made).decode().rstrip('=')}"


WRONG: dict[str, tuple[Any, str]] = {
    "none": (lambda idp: forged(idp, {"alg": "none", "kid": "one"}), "TOKEN_ALGORITHM"),
    "None": (lambda idp: forged(idp, {"alg": "None", "kid": "one"}, "x"), "TOKEN_ALGORITHM"),
    "no alg": (lambda idp: forged(idp, {"kid": "one"}, "x"), "TOKEN_ALGORITHM"),
    "alg of a list": (lambda idp: forged(idp, {"alg": ["RS256"], "kid": "one"}, "x"), "TOKEN_ALGORITHM"),
    "shared secret": (lambda idp: signed_with_the_public_key(idp), "TOKEN_ALGORITHM"),
    "algorithm not registered": (lambda idp: idp.token(alg="RS512"), "TOKEN_ALGORITHM"),
    "another key's algorithm": (
        lambda idp: idp.token(key=EC, alg="ES256", header={"kid": "one"}),
        "TOKEN_INVALID",
    ),
    "signed by a stranger": (
        lambda idp: idp.token(key=RSA["stranger"], header={"kid": "one"}),
        "TOKEN_INVALID",
    ),
    "signature cut": (lambda idp: idp.token()[:-8], "TOKEN_INVALID"),
    "no signature": (lambda idp: idp.token().rpartition(".")[0] + ".", "TOKEN_INVALID"),
    "claims changed": (
        lambda idp: ".".join(
            (idp.token().split(".")[0], part(idp.claims(azp="south")), idp.token().split(".")[2])
        ),
        "TOKEN_INVALID",
    ),
    "key unknown": (lambda idp: idp.token(key=RSA["stranger"]), "TOKEN_KEY_UNKNOWN"),
    "no kid": (lambda idp: idp.token(header={"kid": None}), "TOKEN_KEY_UNKNOWN"),
    "key in the token": (
        lambda idp: idp.token(
            key=RSA["stranger"], header={"jwk": RSA["stranger"].as_dict(private=False), "kid": "x"}
        ),
        "TOKEN_KEY_UNKNOWN",
    ),
    "issuer unknown": (lambda idp: idp.token(iss="https://other.example"), "TOKEN_ISSUER"),
    "issuer with a slash": (lambda idp: idp.token(iss=idp.url + "/"), "TOKEN_ISSUER"),
    "no issuer": (lambda idp: idp.token(iss=None), "TOKEN_ISSUER"),
    "issuer a list": (lambda idp: idp.token(iss=[idp.url]), "TOKEN_ISSUER"),
    "audience wrong": (lambda idp: idp.token(aud="https://other.example"), "TOKEN_AUDIENCE"),
    "audiences wrong": (lambda idp: idp.token(aud=["a", {"b": 1}]), "TOKEN_AUDIENCE"),
    "no audience": (lambda idp: idp.token(aud=None), "TOKEN_AUDIENCE"),
    "expired": (lambda idp: idp.token(exp=int(time.time()) - 31), "TOKEN_EXPIRED"),
    "no end": (lambda idp: idp.token(exp=None), "TOKEN_INVALID"),
    "end a text": (lambda idp: idp.token(exp="2100"), "TOKEN_INVALID"),
    "end true": (lambda idp: idp.token(exp=True), "TOKEN_INVALID"),
    "end beyond all": (lambda idp: idp.token(exp=10**400), "TOKEN_INVALID"),
    "not yet": (lambda idp: idp.token(nbf=int(time.time()) + 3600), "TOKEN_NOT_YET_VALID"),
    "made tomorrow": (lambda idp: idp.token(iat=int(time.time()) + 86_400), "TOKEN_NOT_YET_VALID"),
    "claim missing": (lambda idp: idp.token(azp=None), "TOKEN_UNMAPPED"),
    "claim other": (lambda idp: idp.token(azp="other"), "TOKEN_UNMAPPED"),
    "an id token's type": (lambda idp: idp.token(header={"typ": "id+jwt"}), "TOKEN_INVALID"),
    "type a number": (lambda idp: forged(idp, {"alg": "RS256", "typ": 1}, "x"), "TOKEN_INVALID"),
    "crit": (lambda idp: forged(idp, {"alg": "RS256", "crit": ["b64"], "b64": False}, "x"), "TOKEN_INVALID"),
    "no JSON": (lambda _: "abc.def.ghi", "TOKEN_INVALID"),
    "a list": (lambda _: f"{part([])}.{part([])}.x", "TOKEN_INVALID"),
    "deep": (lambda idp: forged(idp, {"alg": "RS256"}, "x", "[" * 3000), "TOKEN_INVALID"),
}


@pytest.mark.parametrize(("make", "code"), WRONG.values(), ids=WRONG.keys())
async def test_each_wrong_token_has_its_code(checked: Checked, idp: Provider, make: Any, code: str) -> None:
    await checked.viewer(idp.token())
    token = make(idp)
    for _ in range(2):
        assert await checked.code(token) == code
        assert checked.ring.known(f"Bearer {token}") is None


async def test_the_key_of_one_issuer_signs_nothing_of_another(
    checked: Checked, idp: Provider, owner: asyncpg.Connection
) -> None:
    async with provider() as other:
        other.keys = [RSA["two"]]
        await register(owner, other, "other", partner="south")
        assert (await checked.viewer(other.token(key=RSA["two"]))).partner == "south"
        assert await checked.code(idp.token(key=RSA["two"])) == "TOKEN_KEY_UNKNOWN"
        assert await checked.code(other.token(key=RSA["one"])) == "TOKEN_KEY_UNKNOWN"
        assert await checked.code(idp.token(key=RSA["two"], header={"kid": "one"})) == "TOKEN_INVALID"


@pytest.mark.parametrize(("late", "code"), [(29, None), (31, "TOKEN_EXPIRED")])
async def test_clocks_may_differ_by_so_much(
    database: Database, idp: Provider, late: int, code: str | None
) -> None:
    now, at = standing()
    checked = Checked(database, now=now)
    expired = idp.token(iat=at - 300, exp=at - late)
    early = idp.token(nbf=at + late, iat=at + late, exp=at + 300)
    if code is None:
        assert (await checked.viewer(expired)).partner == (await checked.viewer(early)).partner == "north"
    else:
        assert await checked.code(expired) == code
        assert await checked.code(early) == "TOKEN_NOT_YET_VALID"


def test_what_is_too_long_or_of_another_form_is_no_token() -> None:
    ring = KeyRing(AbsentDatabase(), Tokens(AbsentDatabase(), KeySets(Outbound())))
    for text in (
        "a" * 4000 + "." + "b" * 4000 + "." + "c" * 300,
        "a.b",
        "a.b.c.d.e",
        "a..c",
        ".b.c",
        "a.b.c=",
    ):
        with pytest.raises(TripleHelixError) as refused:
            asyncio.run(ring.viewer(f"Bearer {text}"))
        assert refused.value.code == "KEY_MALFORMED"
    with pytest.raises(TripleHelixError) as refused:
        asyncio.run(ring.viewer(None, "a.b.c"))
    assert refused.value.code == "KEY_MALFORMED"


# Keys that are kept.


async def test_keys_are_fetched_once_and_again_for_an_unknown_one_at_most_each_minute(
    checked: Checked, idp: Provider
) -> None:
    await asyncio.gather(*(checked.viewer(idp.token(jti=str(number))) for number in range(20)))
    assert idp.asked == ["/keys"]
    idp.keys = [RSA["two"], RSA["one"]]
    for second, code, asked in ((59, "TOKEN_KEY_UNKNOWN", 1), (60, None, 2)):
        checked.clock.now = 1000.0 + second
        if code is None:
            assert (await checked.viewer(idp.token(key=RSA["two"]))).partner == "north"
        else:
            assert await checked.code(idp.token(key=RSA["two"])) == code
        assert len(idp.asked) == asked
    for number in range(50):
        assert await checked.code(idp.token(key=RSA["stranger"], jti=str(number))) == "TOKEN_KEY_UNKNOWN"
    assert len(idp.asked) == 2


async def test_old_keys_are_fetched_beside_the_request(checked: Checked, idp: Provider) -> None:
    await checked.viewer(idp.token())
    idp.keys = [EC]
    checked.clock.now += 3600
    # The known key still answers this one; what the provider withdrew is gone for the next.
    await checked.viewer(idp.token(jti="1"))
    await asyncio.gather(*checked.key_sets._running.values())
    assert await checked.code(idp.token(jti="2")) == "TOKEN_KEY_UNKNOWN"


async def test_a_verified_token_asks_for_nothing_until_it_must_be_verified_again(
    checked: Checked, idp: Provider
) -> None:
    token = idp.token()
    assert checked.ring.known(f"Bearer {token}") is None
    viewer = await checked.viewer(token)
    assert checked.ring.known(f"Bearer {token}") == viewer
    idp.keys = [EC]
    checked.clock.now += 61
    assert await checked.code(idp.token(key=RSA["stranger"])) == "TOKEN_KEY_UNKNOWN"
    checked.clock.now += 238
    assert await checked.viewer(token) == viewer
    checked.clock.now += 2
    assert await checked.code(token) == "TOKEN_KEY_UNKNOWN"


async def test_a_token_ends_while_it_is_kept(database: Database, idp: Provider) -> None:
    now, at = standing()
    checked = Checked(database, now=now, skew=5)
    token = idp.token(iat=at, exp=at + 10)
    await checked.viewer(token)
    now.now += 14
    assert checked.ring.known(f"Bearer {token}") is not None
    now.now += 2
    assert checked.ring.known(f"Bearer {token}") is None
    assert await checked.code(token) == "TOKEN_EXPIRED"


@pytest.mark.parametrize(
    "broken",
    [
        b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"keys\":1",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"keys\":1}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b" " * 300_000,
        b"",
    ],
)  # fmt: skip
async def test_a_provider_that_gives_no_keys_is_no_reason_to_believe_a_token(
    checked: Checked, idp: Provider, broken: bytes
) -> None:
    idp.broken = broken
    for _ in range(3):
        assert await checked.code(idp.token()) == "TOKEN_KEYS_UNAVAILABLE"
    assert len(idp.asked) == 1
    idp.broken = None
    checked.clock.now += 10
    assert (await checked.viewer(idp.token())).partner == "north"


async def test_keys_that_are_none_for_signatures_are_passed_over(checked: Checked, idp: Provider) -> None:
    weak = {"kty": "oct", "kid": "one", "k": "c2VjcmV0"}
    idp.documents["/keys"] = {
        "keys": [
            weak,
            "text",
            {"kty": "RSA", "kid": "one"},
            RSA["one"].as_dict(private=False) | {"use": "enc"},
            RSA["two"].as_dict(private=False) | {"alg": "RS512"},
            EC.as_dict(private=False),
        ]
    }
    assert (await checked.viewer(idp.token(key=EC, alg="ES256"))).partner == "north"
    assert await checked.code(idp.token()) == "TOKEN_KEY_UNKNOWN"
    assert await checked.code(idp.token(key=RSA["two"])) == "TOKEN_INVALID"


async def test_a_private_address_is_not_asked_for_keys(database: Database, idp: Provider) -> None:
    checked = Checked(database)
    checked.tokens._key_sets = KeySets(Outbound())
    assert await checked.code(idp.token()) == "TOKEN_KEYS_UNAVAILABLE"
    assert idp.asked == []


# Issuers.


async def test_a_revoked_issuer_ends_within_a_second(
    checked: Checked, idp: Provider, owner: asyncpg.Connection
) -> None:
    token = idp.token()
    await checked.viewer(token)
    await revoke_issuer(owner, "idp")
    checked.clock.now += 0.9
    await checked.viewer(token)
    checked.clock.now += 0.1
    assert checked.ring.known(f"Bearer {token}") is None
    assert await checked.code(token) == "TOKEN_ISSUER"
    assert (await list_issuers(owner))[0].revoked_at is not None
    with pytest.raises(BadUserInput):
        await revoke_issuer(owner, "nobody")


@pytest.mark.parametrize(
    "given",
    [
        {"partner": "nobody"},
        {"name": "Not A Name"},
        {"audience": ""},
        {"algorithms": ["HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"scopes": ["everything"]},
        {"claims": {"": "x"}},
        {"claims": {"azp": ""}},
    ],
)
async def test_an_issuer_that_cannot_be_is_refused(
    owner: asyncpg.Connection, idp: Provider, given: dict[str, Any]
) -> None:
    with pytest.raises(BadUserInput):
        await register(owner, idp, given.pop("name", "second"), **given)
    assert [one.name for one in await list_issuers(owner)] == ["idp"]


async def test_an_issuer_is_registered_once_and_each_act_is_noted(
    owner: asyncpg.Connection, idp: Provider
) -> None:
    for name, more in (("idp", {"claims": {"azp": "x"}}), ("second", {})):
        with pytest.raises(Conflict):
            await register(owner, idp, name, **more)
    await revoke_issuer(owner, "idp")
    await register(owner, idp, "second")
    rows = await owner.fetch(
        "SELECT action, target FROM common.audit WHERE action ~ '^issuer' ORDER BY id DESC LIMIT 2"
    )
    assert [tuple(row) for row in rows] == [("issuer.add", "second"), ("issuer.revoke", "idp")]


# Over the wire.

ASKER = {"query": "{ asker { role partner sandbox } }"}


async def test_a_token_is_answered_as_its_partner_or_not_at_all(
    owner: asyncpg.Connection, dsn: str, idp: Provider
) -> None:
    good, wrong = idp.token(), idp.token(aud="other")
    app = application(Database(dsn), outbound_allowed="127.0.0.1")
    async with serving(app) as place, httpx2.AsyncClient(timeout=60) as http:
        url = f"http://{place[0]}:{place[1]}/graphql"
        for _ in range(3):  # The third goes the short way.
            found = await http.post(url, json=ASKER, headers={"authorization": f"Bearer {good}"})
            assert found.json()["data"]["asker"] == {"role": "partner", "partner": "north", "sandbox": False}
            refused = await http.post(url, json=ASKER, headers={"authorization": f"Bearer {wrong}"})
            assert (refused.status_code, "data" in refused.json()) == (401, False)
            assert refused.json()["errors"][0]["extensions"]["code"] == "TOKEN_AUDIENCE"
            assert refused.headers["www-authenticate"].startswith("Bearer")
        events = {"accept": "text/event-stream", "authorization": f"Bearer {wrong}"}
        refused = await http.post(url, json={"query": "subscription { tick }"}, headers=events)
        assert refused.status_code == 401
        async with peer(place) as socket:
            await socket.begin({"authorization": f"Bearer {good}"})
            await socket.subscribe(ASKER["query"])
            assert (await socket.hear())["payload"]["data"]["asker"]["partner"] == "north"
        async with peer(place) as socket:
            await socket.say({"type": "connection_init", "payload": {"authorization": f"Bearer {wrong}"}})
            code, reason = await socket.closed()
            assert (code, reason[:14]) == (4403, "TOKEN_AUDIENCE")


async def test_without_a_database_a_token_is_neither_believed_nor_ignored(idp: Provider) -> None:
    async with client(application(outbound_allowed="127.0.0.1")) as api:
        answer = await api.post("/graphql", json=ASKER, headers={"authorization": f"Bearer {idp.token()}"})
        assert answer.status_code == 503
        assert answer.json()["errors"][0]["extensions"]["code"] == "DATABASE_UNAVAILABLE"
