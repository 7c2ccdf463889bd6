"""What the owner reads and does about the return policy."""

import strawberry

from resolvers import policies
from resolvers.context import Info
from schema.inputs.base import repeatable
from schema.payloads import Payload
from schema.scalars import DateTime
from schema.terms import ReturnPolicy

_AS_BEFORE = "If left out, as in the version that is in force now."


@strawberry.input(description="The text of a version of the return policy in one language.")
class PolicyTextInput:
    locale: str = strawberry.field(description="The language, as BCP 47 writes it, such as `de` or `pt-BR`.")
    text: str = strawberry.field(description="The text in that language; at most 20,000 characters.")


@strawberry.input(description="The input of `publishReturnPolicy`.")
class PublishReturnPolicyInput:
    version: str = strawberry.field(
        description="The name of the version, at most 32 characters. No other version may have it."
    )
    texts: list[PolicyTextInput] = strawberry.field(description="The texts, one for each language.")
    window_days: int | None = strawberry.field(
        default=None,
        description=f"The number of days after delivery in which a return can be requested. {_AS_BEFORE}",
    )
    response_days: int | None = strawberry.field(
        default=None, description=f"The number of days in which a request should be decided. {_AS_BEFORE}"
    )
    refund_days: int | None = strawberry.field(
        default=None, description=f"The number of days in which the money is usually back. {_AS_BEFORE}"
    )
    effective_at: DateTime | None = strawberry.field(
        default=None,
        description="The time from which on the version is in force; not in the past. If left out, at once. Of two "
        "versions of one time the one published later counts.",
    )
    replaces: str | None = strawberry.field(
        default=None,
        description="The version that was published last when this one was written. If another one was published "
        "since, the command is refused with STALE_VERSION.",
    )
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutation `publishReturnPolicy`.")
class ReturnPolicyPayload(Payload):
    return_policy: ReturnPolicy | None = strawberry.field(
        description="The version that was published; null if the command was refused."
    )


@strawberry.type
class PolicyQuery:
    @strawberry.field(
        description="All versions of the return policy, the one published last first. For the owner only."
    )
    async def return_policies(self, info: Info) -> list[ReturnPolicy]:
        return await policies.versions(info)


@strawberry.type
class PolicyMutation:
    @strawberry.mutation(
        description="Publish a version of the return policy, which never changes afterwards. For the owner. Customers "
        "accept it from its time on; requests keep the version that was accepted."
    )
    async def publish_return_policy(self, info: Info, input: PublishReturnPolicyInput) -> ReturnPolicyPayload:
        return await policies.publish(info, input)
