"""Links for customers without an account: requested by order number and email address, exchanged for a token."""

from dataclasses import replace

import strawberry

from domain.errors import refuse
from domain.identifiers import identifier
from domain.mail_addresses import mail_address
from domain.refusals import Refusal
from domain.texts import has_web_address
from resolvers import guests
from resolvers.context import Info
from schema.inputs.base import check_text
from schema.payloads import UserError
from schema.scalars import DateTime
from services.guests import LinkWish
from services.intake.validation import ADDRESSEE, NUMBER

_WHY = "Why the command was refused; empty if it was carried out. It tells nothing of any order."

_LINKED = "This {} reads like the address of a web page: write it without one, and with a space after each full stop."
_FIELDS = {"orderNumber": "order number", "name": "name"}


@strawberry.input(description="The input of `requestOrderAccess`.")
class RequestOrderAccessInput:
    order_number: str = strawberry.field(description="The number of the order, in small or capital letters.")
    email: str = strawberry.field(description="The email address that the order was placed with.")

    def wanted(self, caller: str) -> LinkWish:
        """What is kept of it. Raises Refused."""
        return _wish(self.order_number, self.email, caller)


@strawberry.input(description="The input of `declareWithdrawalWithoutAccount`.")
class DeclareWithdrawalWithoutAccountInput:
    order_number: str = strawberry.field(description="The number of the order, in small or capital letters.")
    name: str = strawberry.field(description="The name of the person who withdraws.")
    email: str = strawberry.field(description="The email address that the receipt is to go to.")

    def wanted(self, caller: str) -> LinkWish:
        """What is kept of it. Raises Refused."""
        check_text("name", self.name, ADDRESSEE)
        for field, typed in (("orderNumber", self.order_number), ("name", self.name)):
            if has_web_address(typed):  # the receipt repeats it, to an address of the caller's choice
                raise refuse(Refusal.INVALID_INPUT, _LINKED.format(_FIELDS[field]), about=(field,))
        return replace(_wish(self.order_number, self.email, caller), name=self.name.strip())


def _wish(order_number: str, email: str, caller: str) -> LinkWish:
    check_text("orderNumber", order_number, NUMBER)
    address = mail_address(email)
    if address is None:
        message = "This is not an email address: write it as name@example.org."
        raise refuse(Refusal.INVALID_INPUT, message, about=("email",))
    return LinkWish(identifier(order_number), address, caller)


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


@strawberry.type(description="The result of the mutation `declareWithdrawalWithoutAccount`.")
class DeclareWithdrawalWithoutAccountPayload:
    user_errors: list[UserError] = strawberry.field(description=_WHY)
    statement: str | None = strawberry.field(
        description="What was declared, byte for byte, as the receipt has it; null if the command was refused. Nobody "
        "learns here whether there is such an order."
    )
    hash: str | None = strawberry.field(
        description="The SHA-256 of the statement's bytes in UTF-8, as hexadecimal digits."
    )
    declared_at: DateTime | None = strawberry.field(
        description="The time at which the statement arrived, from which the withdrawal counts once it is verified."
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
        description="Withdraw from the contracts of an order without an account and without a link. A receipt goes to "
        "the address that is given, and a link to the customer of the order; the withdrawal is UNVERIFIED until "
        "`verifyWithdrawal`. The answer is the same whether or not there is such an order. Needs no token."
    )
    async def declare_withdrawal_without_account(
        self, info: Info, input: DeclareWithdrawalWithoutAccountInput
    ) -> DeclareWithdrawalWithoutAccountPayload:
        return await guests.declare_withdrawal(info, input)

    @strawberry.mutation(
        description="Exchange the secret of a link for a token that holds for an hour. A link works once, within 24 "
        "hours. Needs no token."
    )
    async def redeem_order_access(self, info: Info, input: RedeemOrderAccessInput) -> RedeemOrderAccessPayload:
        return await guests.redeem_access(info, input)
