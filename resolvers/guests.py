"""Guests' links: customers without an account request one, and exchange it for a token."""

from dataclasses import replace
from typing import Protocol

from domain.errors import Refused, refuse
from domain.refusals import Refusal
from domain.withdrawal import hash_of
from engine.reads import Row
from resolvers.context import Info
from resolvers.mutations import user_errors
from services import guests
from services.guests import Guests, LinkWish


class AccessWish(Protocol):
    """The input of `requestOrderAccess`, and of `declareWithdrawalWithoutAccount`."""

    def wanted(self, caller: str) -> LinkWish: ...


class AccessLink(Protocol):
    """The input of `redeemOrderAccess`."""

    @property
    def secret(self) -> str: ...


async def request_access(info: Info, input: AccessWish) -> Row:
    """Keep a wish for a link."""
    try:
        await guests.request(_guests(info), input.wanted(str(info.context.caller)), info.context.now)
    except Refused as refused:
        return {"user_errors": _errors(info, refused), "accepted": False}
    return {"user_errors": [], "accepted": True}


async def declare_withdrawal(info: Info, input: AccessWish) -> Row:
    """Keep a withdrawal that somebody declares who shows no link; the worker does the rest."""
    now = info.context.now
    try:
        wanted = replace(input.wanted(str(info.context.caller)), locale=info.context.locale)
        stated = await guests.declare(_guests(info), wanted, now)
    except Refused as refused:
        return {"user_errors": _errors(info, refused), "statement": None, "hash": None, "declared_at": None}
    return {"user_errors": [], "statement": stated.text, "hash": hash_of(stated.text), "declared_at": now}


async def redeem_access(info: Info, input: AccessLink) -> Row:
    """Exchange a link for a token."""
    try:
        made = await guests.redeem(_guests(info), input.secret, info.context.now)
    except Refused as refused:
        return {"user_errors": _errors(info, refused), "token": None, "expires_at": None, "order_id": None}
    return {"user_errors": [], "token": made.token, "expires_at": made.expires_at, "order_id": made.order_id}


def _errors(info: Info, refused: Refused) -> list[Row]:
    info.context.refusals.extend(blocker.code for blocker in refused.blockers)
    return user_errors(refused)


def _guests(info: Info) -> Guests:
    if info.context.guests is None:
        message = "This marketplace mails no links to orders: sign in to your account, or write to the marketplace."
        raise refuse(Refusal.LINKS_OFF, message)
    return info.context.guests
