"""The command that prints a token."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.common import database_url_of, seconds, secret_of, with_database
from settings import OperatorError, Settings

if TYPE_CHECKING:
    from domain.facts import Actor


class Seat(StrEnum):
    """The role that a token is made for."""

    OWNER = "owner"
    SELLER = "seller"
    CUSTOMER = "customer"


def token(
    role: Annotated[Seat, typer.Option(help="The role of the token.")],
    sub: Annotated[str | None, typer.Option(help="The caller's id; by default somebody in the database.")] = None,
    seller: Annotated[
        str | None, typer.Option(help="The seller's handle or id, with --role seller; by default as for --sub.")
    ] = None,
    ttl: Annotated[str, typer.Option(help="How long the token is valid, such as 90s, 30m, 8h or 7d.")] = "8h",
    only: Annotated[
        list[str] | None,
        typer.Option(help="The only allowed root field, such as createOrder; may be repeated."),
    ] = None,
    action: Annotated[
        list[str] | None,
        typer.Option(help="The only allowed action, such as CONFIRM_REQUEST; may be repeated. Reading is not limited."),
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Allow no action at all: the token reads.")] = False,
) -> None:
    """Print a token for the header `authorization: Bearer …`."""
    if action and read_only:
        raise typer.BadParameter("goes without --action.", param_hint="--read-only")
    if seller is not None and role is not Seat.SELLER:
        raise typer.BadParameter("goes with --role seller only.", param_hint="--seller")
    if sub is not None and not sub.strip():
        raise typer.BadParameter("must not be empty.", param_hint="--sub")
    lifetime = seconds(ttl, "--ttl")
    _check_names(only or (), action or ())
    settings = Settings.read(os.environ)
    secret = secret_of(settings)
    if secret is None:
        raise OperatorError("Tokens are signed by the identity provider: JWKS is set and SECRET is not.")
    actions = frozenset(action or ()) if action or read_only else None
    actor = replace(seated_as(settings, role, sub, seller), actions=actions)
    made = token_for(settings, secret, actor, lifetime, only=only or ())
    typer.echo(_accepted(settings, secret, made))


def _check_names(fields: Sequence[str], actions: Sequence[str]) -> None:
    """Raise BadParameter for a name that does not exist: the token would be good for nothing."""
    if not fields and not actions:
        return
    from schema import build  # it takes a second

    _check_known(fields, build.root_fields(), "root field", "--only")
    _check_known(actions, build.actions(), "action", "--action")


def _check_known(names: Sequence[str], known: frozenset[str], kind: str, option: str) -> None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.7)
            ask = f" Did you mean {near[0]}?" if near else ""
            raise typer.BadParameter(f"{name!r} is no {kind}.{ask}", param_hint=option)


def _accepted(settings: Settings, secret: str, made: str) -> str:
    """The token, as a server with these settings accepts it. Raises OperatorError."""
    from app.auth.tokens import Verifier
    from engine import Unauthenticated

    verifier = Verifier(secret=secret, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
    try:
        asyncio.run(verifier.identify(made))
    except Unauthenticated as fault:
        raise OperatorError(f"The server would refuse this token. {fault.message}") from fault
    return made


def seated_as(settings: Settings, role: Seat, sub: str | None, seller: str | None) -> "Actor":
    """The actor of a token; a person who is not named is looked up in the database. Raises OperatorError."""
    from domain.facts import Actor
    from domain.words import Role
    from services import people

    if role is Seat.OWNER:
        return Actor(Role.OWNER, sub or role.value)
    if role is Seat.CUSTOMER:
        known = sub or asyncio.run(with_database(database_url_of(settings), people.seats)).customer
        return Actor(Role.CUSTOMER, _found(known, "There is no customer yet: name one with --sub."))
    if seller is None:
        found = asyncio.run(with_database(database_url_of(settings), people.seats))
        id = _found(found.seller, "There is no seller yet: run `python server.py demo`, or import orders.")
        return Actor(Role.SELLER, sub or found.handle or role.value, id)
    named = asyncio.run(with_database(database_url_of(settings), lambda: people.seller_named(seller)))
    return Actor(Role.SELLER, sub or seller, _found(named, f"There is no seller {seller!r}."))


def _found(found: str | None, otherwise: str) -> str:
    if found is None:
        raise OperatorError(otherwise)
    return found


def token_for(settings: Settings, secret: str, actor: "Actor", ttl: float, *, only: Sequence[str] = ()) -> str:
    """A token that this server accepts."""
    from app.auth.tokens import mint

    return mint(secret, actor, ttl=ttl, issuer=settings.jwt_issuer, audience=settings.jwt_audience, only=only)
