"""Tokens of staff, sellers and systems, which the owner issues and revokes."""

import strawberry

from domain.words import Role
from resolvers import tokens
from resolvers.context import Info
from schema.inputs.base import repeatable
from schema.payloads import Payload
from schema.scalars import DateTime


@strawberry.input(description="The input of `issueToken`.")
class IssueTokenInput:
    role: Role = strawberry.field(description="OWNER or SELLER.")
    subject: str = strawberry.field(description="Who gets the token: the `sub` by which the journal knows the holder.")
    seller_id: strawberry.ID | None = strawberry.field(default=None, description="The seller, for the role SELLER.")
    actions: list[str] | None = strawberry.field(
        default=None,
        description="The actions that the token allows, each named as its mutation: CONFIRM_REQUEST is "
        "`confirmRequest`. Empty for a token that only reads. If left out, all that the role may do.",
    )
    days: int = strawberry.field(description="The days until it expires; at most `longestTokenDays`.")
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutation `issueToken`.")
class IssueTokenPayload(Payload):
    token: str | None = strawberry.field(
        description="The token. Keep it: only this result shows it. null if the command was "
        "refused, and if it is sent again with its key."
    )
    expires_at: DateTime | None = strawberry.field(description="The time at which it expires.")


@strawberry.input(description="The input of `revokeTokens`.")
class RevokeTokensInput:
    subject: str = strawberry.field(description="Whose tokens: the `sub` by which the journal knows the holder.")
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutation `revokeTokens`.")
class RevokeTokensPayload(Payload):
    revoked_at: DateTime | None = strawberry.field(
        description="Tokens that were issued until this time are not accepted; null if the command was refused."
    )


@strawberry.type
class TokenQuery:
    @strawberry.field(
        description="The most days until a token expires that `issueToken` issues; 0 if this server issues none. For "
        "the owner only."
    )
    def longest_token_days(self, info: Info) -> int:
        return tokens.longest(info)


@strawberry.type
class TokenMutation:
    @strawberry.mutation(
        description="Issue a token to somebody of the staff, to a seller or to a system. For the owner, where the "
        "server's settings allow it. A token that names actions issues only tokens for these."
    )
    async def issue_token(self, info: Info, input: IssueTokenInput) -> IssueTokenPayload:
        from schema.build import actions  # it is made of this

        return await tokens.issue(info, input, actions())

    @strawberry.mutation(
        description="Revoke all tokens of owners and sellers with this `sub` that were issued until now, also those of "
        "an identity provider: stop the person there first, as later tokens are accepted. Within ten seconds no server "
        "accepts them, and streams that are open by them end. For the owner only."
    )
    async def revoke_tokens(self, info: Info, input: RevokeTokensInput) -> RevokeTokensPayload:
        return await tokens.revoke(info, input)
