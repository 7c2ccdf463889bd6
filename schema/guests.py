"""Links for customers without an account: requested by order number and email address, exchanged for a token."""

import strawberry

from domain.errors import refuse
from domain.identifiers import identifier
from domain.mail_addresses import mail_address
from domain.refusals import Refusal
from resolvers import guests
from resolvers.context import Info
from schema.inputs.base import check_text
from schema.payloads import UserError
from schema.scalars import DateTime
from services.guests import LinkWish
from services.intake.validation import NUMBER

_WHY = "Why the command was refused; empty if it was carried out. It tells nothing of any order."


@strawberry.input(description="The input of `requestOrderAccess`.")
class RequestOrderAccessInput:
    order_number: str = strawberry.field(description="The number of the order, in small or capital letters.")
    email: str = strawberry.field(description="The email address that the order was placed with.")

    def wanted(self, caller: str) -> LinkWish:
        """What is kept of it. Raises Refused."""
        check_text("orderNumber", self.order_number, NUMBER)
        address = mail_address(self.email)
        if address is None:
            message = "This is not an email address: write it as name@example.org."
            raise refuse(Refusal.INVALID_INPUT, message, about=("email",))
        return LinkWish(identifier(self.order_number), address, caller)


@strawberry.input(description="The input of `redeemOrderAccess`.")
class RedeemOrderAccessInput:
    secret: str = strawberry.field(description="The part of the link behind the #.")


@strawberry.type(description="The result of the mutation `requestOrderAccess`.")
class RequestOrderAccessPayload:
    user_errors: list[UserError] = strawberry.field(description=_WHY)
    accepted: bool = strawberry.field(
        description="Whether the request was accepted. If the address is that of the order's customer, a link is "
        "mailed to it; nobody learns here whether it is, or whether there is such an order."
    )


@strawberry.type(description="The result of the mutation `redeemOrderAccess`.")
class RedeemOrderAccessPayload:
    user_errors: list[UserError] = strawberry.field(description=_WHY)
    token: str | None = strawberry.field(
        description="A token that shows one order as its customer sees it; null if the command was refused."
    )
    expires_at: DateTime | None = strawberry.field(description="The time until which the token holds.")
    order_id: strawberry.ID | None = strawberry.field(description="The id of the order that the token shows.")


@strawberry.type
class GuestMutation:
    @strawberry.mutation(
        description="Have a link to an order mailed to its customer, who needs no account and no token for it. The "
        "answer is the same whether or not there is such an order."
    )
    async def request_order_access(self, info: Info, input: RequestOrderAccessInput) -> RequestOrderAccessPayload:
        return await guests.request_access(info, input)

    @strawberry.mutation(
        description="Exchange the secret of a link for a token that holds for an hour. A link works once, within 24 "
        "hours. Needs no token."
    )
    async def redeem_order_access(self, info: Info, input: RedeemOrderAccessInput) -> RedeemOrderAccessPayload:
        return await guests.redeem_access(info, input)
