"""Inputs of the acts on requests."""

from collections.abc import Iterable
from typing import cast

import strawberry

import models
from domain.errors import refuse
from domain.identifiers import identifier
from domain.law import Basis
from domain.refusals import Refusal
from domain.words import Rest, TransactionType
from schema.inputs.adjustments import AdjustmentInput, adjustments_field, raw_adjustments
from schema.inputs.base import repeatable, versioned
from services.commands import Target
from services.inputs import ApplyInput, DecisionInput, ItemInput, ReturnInput


@strawberry.input(description="Some units of one order item, with the reason why they are to be canceled or returned.")
class RequestItemInput:
    order_item_id: strawberry.ID = strawberry.field(description="The order item.")
    quantity: int = strawberry.field(description="The number of units.")
    reason: str = strawberry.field(description="The handle of the reason.")
    note: str | None = strawberry.field(
        default=None, description="A note that explains the reason. The customer reads it, too."
    )

    def parse(self) -> ItemInput:
        return ItemInput(self.order_item_id, self.quantity, self.reason, self.note)


def order_of(id: str, items: Iterable[RequestItemInput] | None) -> Target:
    """An order, of which items are named, with the reasons given for them."""
    return Target(models.Order, id, "orderId", tuple(identifier(item.reason) for item in items or ()))


def _terms_version() -> int | None:
    description = (
        "The version of the terms that was shown, such as by a preview, 0 for none. If another one is in force by now, "
        "the command is refused with POLICY_OUTDATED."
    )
    return cast("int | None", strawberry.field(default=None, description=description))


@strawberry.input(description="The input of `requestReturn`.")
class RequestReturnInput:
    order_id: strawberry.ID = strawberry.field(description="The order.")
    items: list[RequestItemInput] = strawberry.field(description="The units to be canceled or returned.")
    policy_version: str | None = strawberry.field(
        default=None, description="The version of the return policy that the customer has accepted."
    )
    transaction: TransactionType | None = strawberry.field(
        default=None,
        description="The transaction type. If left out, each item's package decides: CANCEL before it is shipped, "
        "REFUND after.",
    )
    terms_version: int | None = _terms_version()
    basis: Basis | None = strawberry.field(
        default=None,
        description="What a return is based on, VOLUNTARY if left out. CONFORMITY says that the goods are faulty or "
        "not what was sold: no fee is kept. A withdrawal by law, STATUTORY, is declared with `declareWithdrawal`.",
    )
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return order_of(self.order_id, self.items)

    def parse(self) -> ReturnInput:
        items = tuple(item.parse() for item in self.items)
        basis = self.basis or Basis.VOLUNTARY
        return ReturnInput(items, self.policy_version, self.terms_version, self.transaction, basis)


class _OfRequest:
    """What the inputs about one request have in common; each declares its fields itself, in its own order."""

    request_id: strawberry.ID
    expected_version: int | None

    def target(self) -> Target:
        return Target(models.CancellationRequest, self.request_id, "requestId")

    def parse(self) -> DecisionInput:
        return DecisionInput(self.request_id, self.expected_version)


@strawberry.input(description="The input of `withdrawRequest`.")
class WithdrawRequestInput(_OfRequest):
    request_id: strawberry.ID = strawberry.field(description="The request.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The accepted units of one order item.")
class AcceptedItemInput:
    order_item_id: strawberry.ID = strawberry.field(description="The order item.")
    quantity: int = strawberry.field(description="The number of units that are accepted.")


def _accepted(items: list[AcceptedItemInput] | None) -> tuple[tuple[str, int], ...] | None:
    return None if items is None else tuple((item.order_item_id, item.quantity) for item in items)


def _rest() -> Rest | None:
    description = (
        "What becomes of the units that are not accepted, RELEASE if left out. Refused if every unit is accepted."
    )
    return cast("Rest | None", strawberry.field(default=None, description=description))


def _rest_reason() -> str | None:
    description = (
        "Why the rest is not accepted. The customer will read it. Required if the rest is released; refused if every "
        "unit is accepted."
    )
    return cast("str | None", strawberry.field(default=None, description=description))


@strawberry.input(
    description="The input of `applyCancellation`: either `requestId` for a waiting request, or `orderId` with `items`."
)
class ApplyCancellationInput:
    transaction: TransactionType = strawberry.field(
        description="CANCEL to cancel; REFUND to open a return on the customer's behalf."
    )
    confirm: bool = strawberry.field(
        default=False, description='The answer to "Order Cancel?". CANCEL requires it to be true.'
    )
    request_id: strawberry.ID | None = strawberry.field(default=None, description="The waiting request.")
    order_id: strawberry.ID | None = strawberry.field(default=None, description="The order, if there is no request.")
    items: list[RequestItemInput] | None = strawberry.field(
        default=None, description="The units of that order to be canceled or returned; at least one."
    )
    accept: list[AcceptedItemInput] | None = strawberry.field(
        default=None,
        description="The units of the request to be canceled; of an item that is left out, none is. If the whole list "
        "is left out, all units are canceled. An empty list accepts nothing and is refused.",
    )
    rest: Rest | None = _rest()
    rest_reason: str | None = _rest_reason()
    override: bool | None = strawberry.field(
        default=None,
        description="True cancels units of an unsent package although the seller has already shipped another part of "
        "the order; `note` must say why. It is not needed if a shipped package is recalled along with them: then the "
        "seller is asked about all of them.",
    )
    note: str | None = strawberry.field(
        default=None,
        description="A note on the decision, kept in the journal; required with an `override` that is needed.",
    )
    adjustments: list[AdjustmentInput] | None = adjustments_field()
    terms_version: int | None = _terms_version()
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        if self.request_id is not None and self.order_id is None:
            return Target(models.CancellationRequest, self.request_id, "requestId")
        if self.order_id is not None and self.request_id is None:
            return order_of(self.order_id, self.items)
        message = "Send either `requestId`, or `orderId` with `items`."
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("requestId",))

    def parse(self) -> ApplyInput:
        items = None if self.items is None else tuple(item.parse() for item in self.items)
        return ApplyInput(
            self.transaction,
            self.confirm,
            self.request_id,
            items,
            self.expected_version,
            accepted=_accepted(self.accept),
            rest=self.rest,
            rest_reason=self.rest_reason,
            override=bool(self.override),
            note=self.note,
            adjustments=raw_adjustments(self.adjustments),
            terms_version=self.terms_version,
        )


@strawberry.input(description="The input of `confirmRequest`.")
class ConfirmRequestInput(_OfRequest):
    request_id: strawberry.ID = strawberry.field(description="The request.")
    items: list[AcceptedItemInput] | None = strawberry.field(
        default=None,
        description="The accepted units of a return; of an item that is left out, none is. If the whole list is "
        "left out, all units are accepted. An empty list accepts nothing and is refused.",
    )
    rest: Rest | None = _rest()
    rest_reason: str | None = _rest_reason()
    note: str | None = strawberry.field(
        default=None,
        description="What seller and owner read about the decision in the journal; the customer does not. "
        "Required if the owner confirms for the seller.",
    )
    adjustments: list[AdjustmentInput] | None = adjustments_field()
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def parse(self) -> DecisionInput:
        return DecisionInput(
            self.request_id,
            self.expected_version,
            accepted=_accepted(self.items),
            rest=self.rest,
            rest_reason=self.rest_reason,
            note=self.note,
            adjustments=raw_adjustments(self.adjustments),
        )


@strawberry.input(description="The input of `rejectRequest`.")
class RejectRequestInput(_OfRequest):
    request_id: strawberry.ID = strawberry.field(description="The request.")
    reason: str = strawberry.field(default="", description="Why the request is rejected. The customer will read it.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def parse(self) -> DecisionInput:
        return DecisionInput(self.request_id, self.expected_version, reason=self.reason)


@strawberry.input(description="The input of `convertToReturn`.")
class ConvertToReturnInput(_OfRequest):
    request_id: strawberry.ID = strawberry.field(description="The waiting cancellation.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()
