"""Tokens of staff, sellers and systems: the owner issues and revokes them. It is noted; no row holds a token."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.actions import OwnerAction
from domain.errors import not_found, refuse
from domain.facts import Actor
from domain.identifiers import identifier, unseen_character
from domain.refusals import Refusal
from domain.returns import Json
from domain.words import Role
from models import Seller
from models.ids import new_id
from services.guests import SignsToken
from services.owner_events import Setter, note

LONGEST_SUBJECT = 200
"""Characters of a `sub`; a token with more is not accepted."""

# Of two who revoke at once, the one with the earlier clock may be the later to write.
_REVOKE = """
insert into token_revocation as t (subject, revoked_at) values ($1, $2)
on conflict (subject) do update set revoked_at = greatest(t.revoked_at, excluded.revoked_at)
"""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs tokens, and for how many days at most."""

    sign: SignsToken
    longest: int


@dataclass(frozen=True, slots=True)
class TokenWish:
    """A token that the owner wants. Without `actions` it allows all that the role may do."""

    role: Role
    subject: str
    seller_id: str | None
    actions: Sequence[str] | None
    days: int


class IssuedToken(NamedTuple):
    """A token, and when it expires."""

    token: str
    expires_at: datetime


async def issue(
    db: BaseDBAsyncClient, wish: TokenWish, issuer: Issuer, by: Setter, *, known: Collection[str]
) -> IssuedToken:
    """Note who gets a token and for what, and sign it; `known` are the actions that there are. Raises `Refused`."""
    _check(wish, issuer, by.actor, known)
    if wish.seller_id is not None and not await Seller.filter(id=wish.seller_id).using_db(db).exists():
        raise not_found("seller", about=("sellerId",))
    actions = None if wish.actions is None else frozenset(wish.actions)
    actor = Actor(wish.role, _holder(wish.subject), wish.seller_id, actions=actions)
    lasts = timedelta(days=wish.days)
    after: dict[str, Json] = {
        "role": str(actor.role),
        "subject": actor.id,
        "seller_id": actor.seller_id,
        "actions": None if actions is None else list[Json](sorted(actions)),
        "expires_at": (by.now + lasts).isoformat(),
    }
    await note(db, by, OwnerAction.ISSUE_TOKEN, new_id("token"), after=after)
    return IssuedToken(issuer.sign(actor, ttl=lasts.total_seconds()), by.now + lasts)


def _check(wish: TokenWish, issuer: Issuer, by: Actor, known: Collection[str]) -> None:
    if wish.role not in (Role.SELLER, Role.OWNER):
        raise _invalid("Only tokens of owners and sellers are issued: a customer's come from the shop.", "role")
    if (wish.role is Role.SELLER) is (wish.seller_id is None):
        raise _invalid("A seller's token names the seller, and no other does.", "sellerId")
    _holder(wish.subject)
    if not 1 <= wish.days <= issuer.longest:
        raise _invalid(f"A token is issued for 1 to {issuer.longest} days.", "days")
    unknown = sorted(set(wish.actions or ()) - set(known))
    if unknown:
        message = f"There is no action {unknown[0]}: an action is named as its mutation is, in capitals."
        raise _invalid(message, "actions")
    if by.actions is not None and (wish.actions is None or not by.actions.issuperset(wish.actions)):
        message = "Your token does not allow all of this: it issues tokens for its own actions."
        raise refuse(Refusal.ACTION_NOT_ALLOWED, message, about=("actions",))


def _holder(subject: str) -> str:
    """The person or system that a `sub` names, in its one spelling. Raises `Refused`."""
    spelled = identifier(subject)
    if not spelled or len(spelled) > LONGEST_SUBJECT or not subject.isprintable() or unseen_character(spelled):
        message = f"Name whose token it is, with at most {LONGEST_SUBJECT} characters, all printable."
        raise _invalid(message, "subject")
    return spelled


async def revoke(db: BaseDBAsyncClient, subject: str, by: Setter) -> datetime:
    """Let no token of an owner or a seller with this `sub` be accepted that was issued until now. Raises `Refused`."""
    holder = _holder(subject)
    await db.execute_query(_REVOKE, [holder, by.now])
    after: dict[str, Json] = {"subject": holder, "revoked_at": by.now.isoformat()}
    await note(db, by, OwnerAction.REVOKE_TOKENS, new_id("token"), after=after)
    return by.now


def _invalid(message: str, field: str) -> Exception:
    return refuse(Refusal.INVALID_INPUT, message, about=(field,))
