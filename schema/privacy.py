"""Privacy: a person is found, previewed and erased by the owner."""

from typing import Annotated

import strawberry

from domain.law import KeptGround
from domain.words import Subject
from resolvers import privacy
from resolvers.context import Info
from schema.inputs.base import repeatable
from schema.payloads import Payload
from schema.people import Customer
from schema.scalars import DateTime

_CUSTOMER = "The customer."


@strawberry.type(description="Something of a person that is under way, so that the person cannot be erased yet.")
class OpenMatter:
    subject: Subject = strawberry.field(description="What it is.")
    id: strawberry.ID = strawberry.field(description="Its id.")
    number: str = strawberry.field(description="Its number or reference, or its id if it has neither.")


@strawberry.type(description="What the law keeps of one row about a person who is erased. No query shows its values.")
class KeptRecord:
    source: str = strawberry.field(description="The table of the row.")
    columns: list[str] = strawberry.field(description="The columns that are kept.")
    ground: KeptGround = strawberry.field(description="Why they are kept.")
    until: DateTime = strawberry.field(description="The time at which they are deleted.")


@strawberry.type(description="What erasing a person finds and keeps.")
class Erasure:
    customer_id: strawberry.ID = strawberry.field(description=_CUSTOMER)
    erased_at: DateTime | None = strawberry.field(description="The time at which the person was erased, if so.")
    open: list[OpenMatter] = strawberry.field(
        description="What has to end first: goods, money and decisions that are under way, at most fifty. Empty if the "
        "person can be erased, or was."
    )
    kept: list[KeptRecord] = strawberry.field(
        description="What the law keeps, or would keep, the first to go first. All else about the person is gone."
    )


@strawberry.input(description="The input of `erasePerson`.")
class ErasePersonInput:
    customer_id: strawberry.ID = strawberry.field(description=_CUSTOMER)
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutation `erasePerson`.")
class ErasePersonPayload(Payload):
    erasure: Erasure | None = strawberry.field(description="What was kept; null if the command was refused.")


@strawberry.type
class PrivacyQuery:
    @strawberry.field(description="The customers with an email address, in any case. For the owner only.")
    async def customers(
        self,
        info: Info,
        email: Annotated[str, strawberry.argument(description="The whole email address.")],
    ) -> list[Customer]:
        return await privacy.customers(info, email)

    @strawberry.field(
        description="What `erasePerson` would find and keep now, or has kept; null if there is no such customer. For "
        "the owner only. Nothing is written."
    )
    async def preview_erasure(
        self, info: Info, customer_id: Annotated[strawberry.ID, strawberry.argument(description=_CUSTOMER)]
    ) -> Erasure | None:
        return await privacy.preview(info, str(customer_id))


@strawberry.type
class PrivacyMutation:
    @strawberry.mutation(
        description="Erase a person: pseudonyms take the place of name and subject everywhere, and texts about the "
        "person are deleted. For the owner. It is refused while goods or money of the person are under way. It cannot "
        "be undone."
    )
    async def erase_person(self, info: Info, input: ErasePersonInput) -> ErasePersonPayload:
        return await privacy.erase(info, input)
