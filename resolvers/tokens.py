"""Tokens that the owner issues and revokes."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.errors import refuse
from domain.refusals import Refusal
from domain.words import Role
from engine.reads import Row
from resolvers.context import Info
from resolvers.owner import answer, setter
from services import tokens
from services.tokens import Issuer, TokenWish

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.tokens import IssueTokenInput, RevokeTokensInput


def longest(info: Info) -> int:
    """The most days of a token that is issued here; 0 if none is."""
    info.context.only(Role.OWNER)
    issuer = info.context.issuer
    return issuer.longest if issuer else 0


async def issue(info: Info, input: "IssueTokenInput", known: Collection[str]) -> Row:
    """Issue a token. Only this answer has it: one that repeats it for its key has none, as no row holds it."""
    wish = TokenWish(input.role, input.subject, input.seller_id, input.actions, input.days)
    made: list[str] = []

    async def act(db: BaseDBAsyncClient) -> dict[str, str]:
        issued = await tokens.issue(db, wish, _issuer(info), setter(info), known=known)
        made.append(issued.token)
        return {"expires_at": issued.expires_at.isoformat()}

    async def show(_: Info, issued: dict[str, str] | None) -> Row:
        return {"token": made[0] if made else None, "expires_at": issued and issued["expires_at"]}

    return await answer(info, "issueToken", input, act, show)


async def revoke(info: Info, input: "RevokeTokensInput") -> Row:
    """Revoke the tokens of a person or system. This process knows at once, the others within seconds."""

    async def act(db: BaseDBAsyncClient) -> dict[str, str]:
        return {"revoked_at": (await tokens.revoke(db, input.subject, setter(info))).isoformat()}

    async def show(_: Info, revoked: dict[str, str] | None) -> Row:
        return {"revoked_at": revoked and revoked["revoked_at"]}

    payload = await answer(info, "revokeTokens", input, act, show)
    info.context.reference.expire()
    return payload


def _issuer(info: Info) -> Issuer:
    """Raises `Refused` where no tokens are issued, and for a token of a few root fields: one that it issues has all."""
    issuer = info.context.issuer
    if issuer is None:
        raise refuse(Refusal.TOKENS_ISSUED_ELSEWHERE)
    if info.context.fields is not None:
        message = "A token that is for some root fields only issues no others."
        raise refuse(Refusal.ACTION_NOT_ALLOWED, message)
    return issuer
