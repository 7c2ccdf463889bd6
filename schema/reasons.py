"""The mutation by which the owner creates and changes reasons."""

import strawberry

from domain.words import ReasonAudience, TransactionType
from resolvers import reasons
from resolvers.context import Info
from schema.inputs.base import repeatable, versioned
from schema.payloads import Payload
from schema.terms import CancellationReason

_AS_IT_IS = "If left out, it stays as it is"


@strawberry.input(description="A text in one language.")
class ReasonLabelInput:
    locale: str = strawberry.field(description="The language, as BCP 47 writes it, such as `de` or `pt-BR`.")
    label: str = strawberry.field(description="The text in that language.")


@strawberry.input(
    description="The input of `upsertReason`. A new reason needs a transaction type and labels. Of a reason that "
    "exists, what is left out stays as it is."
)
class UpsertReasonInput:
    handle: str = strawberry.field(
        description="The name for programs: small letters and digits, with single hyphens or underscores between. A "
        "reason of this handle is changed; if there is none, it is created."
    )
    transaction: TransactionType | None = strawberry.field(
        default=None,
        description="The type of requests that the reason is for. It cannot change while requests name the reason. A "
        "reason of another type has another id.",
    )
    labels: list[ReasonLabelInput] | None = strawberry.field(
        default=None,
        description=f"The texts that people choose, one for each language; they replace all texts. {_AS_IT_IS}. "
        "Requests keep the texts that they were made with.",
    )
    needs_note: bool | None = strawberry.field(
        default=None, description=f"Whether a note is required with the reason. {_AS_IT_IS}; false for a new reason."
    )
    active: bool | None = strawberry.field(
        default=None, description=f"Whether the reason is offered. {_AS_IT_IS}; true for a new reason."
    )
    position: int | None = strawberry.field(
        default=None,
        description=f"The position in the list, from 0 to 10000. {_AS_IT_IS}; the last one for a new reason.",
    )
    audiences: list[ReasonAudience] | None = strawberry.field(
        default=None,
        description=f"The people whom the reason is offered to; at least one. {_AS_IT_IS}; CUSTOMER and OWNER for a "
        "new reason.",
    )
    goods_with_customer: bool | None = strawberry.field(
        default=None,
        description="Whether the customer has the goods of such a return, and so is to send them. "
        f"{_AS_IT_IS}; true for a new reason.",
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutation `upsertReason`.")
class ReasonPayload(Payload):
    reason: CancellationReason | None = strawberry.field(
        description="The reason as it is now; null if the command was refused."
    )


@strawberry.type
class ReasonQuery:
    @strawberry.field(
        description="All reasons in the order of their list, also those that are not offered. For the owner only."
    )
    async def all_reasons(self, info: Info) -> list[CancellationReason]:
        return await reasons.every(info)


@strawberry.type
class ReasonMutation:
    @strawberry.mutation(
        description="Create or change a reason for requests. For the owner. It is offered within seconds."
    )
    async def upsert_reason(self, info: Info, input: UpsertReasonInput) -> ReasonPayload:
        return await reasons.upsert(info, input)
