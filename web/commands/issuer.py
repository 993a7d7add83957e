"""`triplehelix issuer`: registers, lists and revokes identity providers whose access tokens are taken.

What is registered is the business of resolvers/issuers.py.
"""

from typing import Annotated

import asyncpg
import typer

from exchange.outbound import Outbound, Refused
from resolvers import issuers
from resolvers.scopes import Scope
from settings import load
from web.commands.options import DatabaseUrl, DataDir, with_connection

app = typer.Typer(help="Register, list and revoke identity providers of partners.", no_args_is_help=True)


@app.command("add")
def issuer_add(
    name: Annotated[str, typer.Argument(help="A name for it, such as karachi-university-idp.")],
    partner: Annotated[str, typer.Option(help="Slug of the partner for whom its tokens stand.")],
    url: Annotated[str, typer.Option(help="Its URL, as tokens carry it in iss.")],
    audience: Annotated[str, typer.Option(help="What tokens for this platform carry in aud.")],
    jwks_uri: Annotated[
        str | None, typer.Option(help="Where its keys are; found by OpenID discovery if not given.")
    ] = None,
    algorithm: Annotated[list[str] | None, typer.Option(help="Taken signatures; RS256 and ES256.")] = None,
    claim: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE that a token must carry too, such as azp=sync.")
    ] = None,
    scope: Annotated[list[Scope] | None, typer.Option(help="What its tokens may be allowed at most.")] = None,
    test: Annotated[bool, typer.Option("--test", help="Its tokens are for the sandbox.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Register an identity provider: its tokens are then taken as the partner's."""
    outbound = Outbound(load().outbound_allowed)
    for address in (url, *([] if jwks_uri is None else [jwks_uri])):
        try:
            outbound.check(address)
        except Refused as error:
            raise typer.BadParameter(f"{address}: {error}") from None
    claims = dict(one.partition("=")[::2] for one in claim or ())

    async def add(connection: asyncpg.Connection) -> issuers.Issuer:
        return await issuers.add_issuer(
            connection,
            name,
            partner,
            url=url,
            audience=audience,
            jwks_uri=jwks_uri,
            algorithms=algorithm or issuers.USUAL,
            claims=claims,
            scopes=scope or (),
            test=test,
        )

    added = with_connection(data_dir, database_url, add)
    typer.echo(f"Tokens of {added.url} for {added.audience} stand for {added.partner}.")


@app.command("list")
def issuer_list(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Show every provider, for whom its tokens stand and what they may be allowed."""
    for one in with_connection(data_dir, database_url, issuers.list_issuers):
        state = "valid" if one.revoked_at is None else f"revoked {one.revoked_at:%Y-%m-%d}"
        claims = ",".join(f"{name}={value}" for name, value in one.claims) or "none"
        scopes = ",".join(sorted(one.scopes)) or "none"
        typer.echo("  ".join((one.name, one.partner, state, one.url, one.audience, claims, scopes)))


@app.command("revoke")
def issuer_revoke(
    name: Annotated[str, typer.Argument(help="Its name as `issuer list` shows it.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Take tokens of a provider no longer, within a second on every running server."""

    async def revoke(connection: asyncpg.Connection) -> issuers.Issuer:
        return await issuers.revoke_issuer(connection, name)

    gone = with_connection(data_dir, database_url, revoke)
    typer.echo(f"Tokens of {gone.name} are taken no longer.")
