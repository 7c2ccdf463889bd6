"""The mutations' inputs. Each says which object it names (`target`) and what the services read (`parse`)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import strawberry

import models
from domain.errors import Path, refuse
from domain.facts import Arrived, Loss, Moved, Proof, Receipt, Split
from domain.identifiers import identifier
from domain.words import (
    AdjustmentKind,
    Bearer,
    Disposition,
    GoodsCondition,
    PackageStatus,
    RefundTrigger,
    Refusal,
    Rest,
    ReturnMethod,
    TransactionType,
)
from schema.scalars import Amount, CurrencyCode, DateTime
from services.commands import Target
from services.currency import is_currency, parse_minor
from services.inputs import (
    AllowanceInput,
    ApplyInput,
    DecisionInput,
    IncomingAddress,
    IncomingItem,
    IncomingMovement,
    IncomingOrder,
    IncomingPackage,
    IncomingPart,
    IncomingPayment,
    ItemInput,
    PackageMove,
    PackageRevert,
    PackageSplit,
    RawAdjustment,
    RawGrade,
    RawInspection,
    RefundInput,
    ReturnInput,
    ReturnMove,
    ShortfallInput,
    UnannouncedInput,
    UnannouncedItem,
    WentBack,
)
from services.intake.validation import REFERENCE, TRACKING, TextLimit, text_problems

_KEY = "Any text, new with every new command. A command that is sent again with its key gets the first result again."
_VERSION = "The version that the decision is based on. If it has changed, the command is refused with STALE_VERSION."


def repeatable() -> str | None:
    """The field that makes it safe to send a command again."""
    return cast("str | None", strawberry.field(default=None, description=_KEY))


def versioned() -> int | None:
    """The field that refuses a decision on what has changed since the caller saw it."""
    return cast("int | None", strawberry.field(default=None, description=_VERSION))


def _check_text(field: str, text: str | None, limit: TextLimit) -> None:
    """Raise `Refused` with what is wrong with a text."""
    for about, sentence in text_problems((field,), text or "", limit):
        raise refuse(Refusal.INVALID_INPUT, sentence, about=about)


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


def _order(id: str, items: Iterable[RequestItemInput] | None) -> Target:
    """An order, of which items are named, with the reasons given for them."""
    return Target(models.Order, id, "orderId", tuple(identifier(item.reason) for item in items or ()))


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
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return _order(self.order_id, self.items)

    def parse(self) -> ReturnInput:
        return ReturnInput(tuple(item.parse() for item in self.items), self.policy_version, self.transaction)


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


@strawberry.input(
    description="Something that a plan adds to the amounts of its units, or keeps from them. A DEDUCTION names an "
    "item, an ALLOWANCE an item or a seller's part for its shipping, SHIPPING a seller's part, a REVERSAL what it "
    "gives back; a FEE names nothing."
)
class AdjustmentInput:
    kind: AdjustmentKind = strawberry.field(description="What it is.")
    amount: Amount = strawberry.field(
        description="The amount, more than zero, in the order's currency. The kind says whether it is added or kept."
    )
    reason: str = strawberry.field(default="", description="Why, required. The customer will read it.")
    bearer: Bearer = strawberry.field(
        default=Bearer.SELLER,
        description="The party that bears it, or gets it. A seller decides at its own expense only.",
    )
    order_item_id: strawberry.ID | None = strawberry.field(default=None, description="The item that it is about.")
    seller_order_id: strawberry.ID | None = strawberry.field(
        default=None, description="The seller's part whose shipping it is about."
    )
    reverses_id: strawberry.ID | None = strawberry.field(
        default=None, description="The fee or deduction of an earlier plan that is given back, whole or in part."
    )

    def parse(self) -> RawAdjustment:
        return RawAdjustment(
            self.kind,
            self.amount,
            self.reason,
            self.bearer,
            order_item_id=self.order_item_id,
            seller_order_id=self.seller_order_id,
            reverses_id=self.reverses_id,
        )


def _adjustments() -> list[AdjustmentInput] | None:
    description = (
        "What is added to the amounts of the accepted units, or kept from them, each within what is left of the item, "
        "the shipping or the fee that it names. An empty list is refused."
    )
    return cast("list[AdjustmentInput] | None", strawberry.field(default=None, description=description))


def _raw(adjustments: list[AdjustmentInput] | None) -> tuple[RawAdjustment, ...]:
    if adjustments is not None and not adjustments:
        message = "Leave `adjustments` out to add nothing and to keep nothing."
        raise refuse(Refusal.INVALID_INPUT, message, about=("adjustments",))
    return tuple(each.parse() for each in adjustments or ())


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
    adjustments: list[AdjustmentInput] | None = _adjustments()
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        if self.request_id is not None and self.order_id is None:
            return Target(models.CancellationRequest, self.request_id, "requestId")
        if self.order_id is not None and self.request_id is None:
            return _order(self.order_id, self.items)
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
            adjustments=_raw(self.adjustments),
        )


@strawberry.input(description="The input of `refundAllowance`: money that goes back without units.")
class RefundAllowanceInput:
    order_id: strawberry.ID = strawberry.field(description="The order.")
    adjustments: list[AdjustmentInput] = strawberry.field(
        description="What is paid back of one seller's part, and why: ALLOWANCE, SHIPPING or REVERSAL, at least one."
    )
    note: str | None = strawberry.field(
        default=None,
        description="What seller and owner read about the allowance in the journal; the customer does not.",
    )
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Order, self.order_id, "orderId")

    def parse(self) -> AllowanceInput:
        return AllowanceInput(tuple(each.parse() for each in self.adjustments), self.note)


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
    adjustments: list[AdjustmentInput] | None = _adjustments()
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
            adjustments=_raw(self.adjustments),
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


@strawberry.input(description="The input of `updatePackageStatus`.")
class UpdatePackageStatusInput:
    package_id: strawberry.ID = strawberry.field(description="The package.")
    status: PackageStatus = strawberry.field(description="The new status.")
    tracking_number: str | None = strawberry.field(default=None, description="The carrier's tracking number.")
    despite_requests: bool | None = strawberry.field(
        default=None,
        description="True lets a seller ship a package although a cancellation of units in it waits to be decided; "
        "sellers are refused otherwise.",
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Package, self.package_id, "packageId")

    def parse(self) -> PackageMove:
        move = PackageMove(
            self.package_id, self.status, self.tracking_number, self.expected_version, bool(self.despite_requests)
        )
        _check_text("trackingNumber", move.tracking_number, TRACKING)
        return move


@strawberry.input(description="The input of `revertPackageStatus`.")
class RevertPackageStatusInput:
    package_id: strawberry.ID = strawberry.field(description="The package.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Package, self.package_id, "packageId")

    def parse(self) -> PackageRevert:
        return PackageRevert(self.package_id, self.expected_version)


@strawberry.input(description="Units of an item that go into another package.")
class SplitItemInput:
    order_item_id: strawberry.ID = strawberry.field(description="The item.")
    quantity: int = strawberry.field(description="The number of units that go into the new package, at least one.")


@strawberry.input(description="The input of `splitPackage`.")
class SplitPackageInput:
    package_id: strawberry.ID = strawberry.field(description="The package.")
    items: list[SplitItemInput] = strawberry.field(
        description="The units that go into the new package; at least one unit must stay in this one."
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Package, self.package_id, "packageId")

    def parse(self) -> PackageSplit:
        moved = tuple(Moved(item.order_item_id, item.quantity) for item in self.items)
        return PackageSplit(self.package_id, Split(moved), self.expected_version)


@strawberry.input(description="An address.")
class AddressInput:
    name: str = strawberry.field(description="The person or company at the address.")
    lines: list[str] = strawberry.field(
        description="The lines between the name and the city: street, house, floor; at least one and at most six."
    )
    country: str = strawberry.field(description="The country: two letters of ISO 3166-1.")
    postal_code: str | None = strawberry.field(default=None, description="The postal code, if the address has one.")
    city: str | None = strawberry.field(default=None, description="The city, if the address has one.")
    region: str | None = strawberry.field(
        default=None, description="The state, province or region, if the address names one."
    )

    def parse(self) -> IncomingAddress:
        return IncomingAddress(
            name=self.name,
            lines=tuple(self.lines),
            country=self.country,
            postal_code=self.postal_code,
            city=self.city,
            region=self.region,
        )


def _return_id() -> strawberry.ID:
    return cast("strawberry.ID", strawberry.field(description="The return shipment."))


def _shared_note() -> str | None:
    description = "A note on the goods. Everybody who sees the return reads it."
    return cast("str | None", strawberry.field(default=None, description=description))


@strawberry.input(
    description="The input of `sendReturn`. A customer's tracking number moves the goods only; if the money waits for "
    "their sending, it goes back once the seller or the owner sends this mutation, too."
)
class SendReturnInput:
    return_id: strawberry.ID = _return_id()
    tracking_number: str | None = strawberry.field(default=None, description="The carrier's tracking number.")
    drop_off: str | None = strawberry.field(
        default=None, description="What proves that the goods were dropped off, such as the number of a receipt."
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.ReturnShipment, self.return_id, "returnId")

    def parse(self) -> ReturnMove[Proof]:
        proof = Proof(_spelled(self.tracking_number), _spelled(self.drop_off))
        _check_text("trackingNumber", proof.tracking_number, TRACKING)
        _check_text("dropOff", proof.drop_off, TRACKING)
        return ReturnMove(self.return_id, proof, self.expected_version)


def _spelled(text: str | None) -> str | None:
    return identifier(text) if text else text


@strawberry.input(description="The units of one item that came out of a package.")
class ReceivedItemInput:
    order_item_id: strawberry.ID = strawberry.field(description="The order item.")
    received: int = strawberry.field(description="The number of its units that have arrived.")
    wrong: int = strawberry.field(default=0, description="The number of units in whose place something else has come.")


@strawberry.input(description="The input of `receiveReturn`.")
class ReceiveReturnInput:
    return_id: strawberry.ID = _return_id()
    items: list[ReceivedItemInput] | None = strawberry.field(
        default=None,
        description="What has arrived; of an item that is left out, nothing has. If the whole list is left out, "
        "everything that was to come has arrived. An empty list is refused.",
    )
    note: str | None = _shared_note()
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.ReturnShipment, self.return_id, "returnId")

    def parse(self) -> ReturnMove[Receipt]:
        arrived = None
        if self.items is not None:
            arrived = tuple(Arrived(item.order_item_id, item.received, item.wrong) for item in self.items)
        return ReturnMove(self.return_id, Receipt(arrived), self.expected_version, self.note)


@strawberry.input(description="How some units of one item came back.")
class ReturnGradeInput:
    order_item_id: strawberry.ID = strawberry.field(description="The order item.")
    quantity: int = strawberry.field(description="The number of its units.")
    condition: GoodsCondition = strawberry.field(description="The condition that they are in.")
    disposition: Disposition = strawberry.field(description="What becomes of them.")
    deduction: Amount | None = strawberry.field(
        default=None,
        description="What is kept for their condition, of all these units together, in the order's currency. Possible "
        "while the money waits for the goods.",
    )
    reason: str | None = strawberry.field(
        default=None,
        description="Why something is kept, or why the units are not paid back. The customer will read it.",
    )


@strawberry.input(description="The input of `inspectReturn`.")
class InspectReturnInput:
    return_id: strawberry.ID = _return_id()
    grades: list[ReturnGradeInput] = strawberry.field(
        description="The grades, which cover each unit that has arrived and is not graded yet exactly once."
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.ReturnShipment, self.return_id, "returnId")

    def parse(self) -> ReturnMove[RawInspection]:
        grades = tuple(
            RawGrade(
                grade.order_item_id,
                grade.quantity,
                grade.condition,
                grade.disposition,
                grade.deduction,
                grade.reason,
            )
            for grade in self.grades
        )
        return ReturnMove(self.return_id, RawInspection(grades), self.expected_version)


@strawberry.input(description="The input of `loseReturn`.")
class LoseReturnInput:
    return_id: strawberry.ID = _return_id()
    bearer: Bearer | None = strawberry.field(
        default=None,
        description="The party that bears the loss: then the customer is paid back. If left out, the money stays held "
        "until the goods turn up or `waiveReturn` pays it back.",
    )
    note: str | None = _shared_note()
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.ReturnShipment, self.return_id, "returnId")

    def parse(self) -> ReturnMove[Loss]:
        return ReturnMove(self.return_id, Loss(self.bearer), self.expected_version, self.note)


@strawberry.input(description="The input of `waiveReturn`.")
class WaiveReturnInput:
    return_id: strawberry.ID = _return_id()
    note: str | None = _shared_note()
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.ReturnShipment, self.return_id, "returnId")

    def parse(self) -> ReturnMove[None]:
        return ReturnMove(self.return_id, None, self.expected_version, self.note)


@strawberry.input(
    description="The input of `receiveUnannounced`: `orderId`, or `returnId` for goods of a return that has expired."
)
class ReceiveUnannouncedInput:
    items: list[RequestItemInput] = strawberry.field(
        description="The units of one seller that have arrived; reasons are those for returns."
    )
    order_id: strawberry.ID | None = strawberry.field(default=None, description="The order that the goods are of.")
    return_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The expired or canceled return shipment that the goods are of; their return follows it.",
    )
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        if (self.order_id is None) is (self.return_id is None):
            message = "Send either `orderId` or `returnId`."
            raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("orderId",))
        named = _order(self.order_id or "", self.items)
        if self.return_id is not None:
            return replace(named, model=models.ReturnShipment, id=self.return_id, about="returnId")
        return named

    def parse(self) -> UnannouncedInput:
        items = tuple(UnannouncedItem(item.order_item_id, item.quantity, item.reason, item.note) for item in self.items)
        return UnannouncedInput(items, self.return_id)


@strawberry.input(description="A fee of return settings: either `percent`, or `amount` with `currency`.")
class ReturnFeeInput:
    name: str = strawberry.field(description="The name, which adjustments show as their `rule`.")
    percent: int | None = strawberry.field(
        default=None, description="The share of what the goods bring, in basis points, from 1 to 10000."
    )
    amount: Amount | None = strawberry.field(default=None, description="The amount, kept once a return.")
    currency: CurrencyCode | None = strawberry.field(default=None, description="The currency of the amount.")
    bearer: Bearer = strawberry.field(default=Bearer.SELLER, description="The party that gets the fee.")


@strawberry.input(description="How returns go.")
class ReturnTermsInput:
    trigger: RefundTrigger = strawberry.field(description="What the money waits for.")
    method: ReturnMethod = strawberry.field(default=ReturnMethod.MAIL, description="How the goods come back.")
    ship_by_days: int = strawberry.field(default=14, description="The days that a customer has to send the goods.")
    grace_days: int = strawberry.field(default=3, description="The days after that until the return expires.")
    inspection_days: int = strawberry.field(
        default=7, description="The days after which goods that arrived count as new."
    )
    transit_days: int = strawberry.field(default=21, description="The days after which goods under way count as lost.")
    fees: list[ReturnFeeInput] | None = strawberry.field(
        default=None,
        description="What is kept of the money when a customer sends goods back; nothing if the list is left out. An "
        "empty list is refused.",
    )
    address: AddressInput | None = strawberry.field(default=None, description="The address that the goods go to.")


@strawberry.input(description="The input of `setReturnSettings`.")
class SetReturnSettingsInput:
    seller_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The seller. If left out, the settings are for every seller without settings of its own.",
    )
    terms: ReturnTermsInput | None = strawberry.field(
        default=None,
        description="How returns that are requested from now on go. If left out, there are no such settings any more.",
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `retryRefund`.")
class RetryRefundInput:
    refund_id: strawberry.ID = strawberry.field(description="The refund.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Refund, self.refund_id, "refundId")

    def parse(self) -> RefundInput:
        return RefundInput(self.refund_id, expected_version=self.expected_version)


@strawberry.input(description="The input of `settleRefund`.")
class SettleRefundInput:
    refund_id: strawberry.ID = strawberry.field(description="The refund.")
    reference: str = strawberry.field(default="", description="The reference of the payment outside the gateway.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Refund, self.refund_id, "refundId")

    def parse(self) -> RefundInput:
        settled = RefundInput(self.refund_id, self.reference, self.expected_version)
        _check_text("reference", settled.reference, REFERENCE)
        return settled


@strawberry.input(description="The input of `settleShortfall`.")
class SettleShortfallInput:
    plan_id: strawberry.ID = strawberry.field(description="The plan.")
    reference: str = strawberry.field(
        default="", description="The reference of the movement at the gateway that paid the rest, required."
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.CancellationPlan, self.plan_id, "planId")

    def parse(self) -> ShortfallInput:
        settled = ShortfallInput(self.plan_id, self.reference, self.expected_version)
        _check_text("reference", settled.reference, REFERENCE)
        return settled


@strawberry.input(description="The input of `pauseRefunds`.")
class PauseRefundsInput:
    reason: str = strawberry.field(default="", description="Why nothing is to be sent, required.")
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `resumeRefunds`.")
class ResumeRefundsInput:
    note: str | None = strawberry.field(default=None, description="What has come of the incident.")
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The customer of a new order. A customer with a new subject is created.")
class CustomerInput:
    subject: str = strawberry.field(description="The subject (claim `sub`) of the customer's tokens.")
    name: str = strawberry.field(description="The name that people read.")
    email: str | None = strawberry.field(default=None, description="The email address, if it is known.")
    phone: str | None = strawberry.field(default=None, description="The telephone number, if it is known.")


@strawberry.input(
    description="Units of a new order's item that were canceled before it came in, and what was paid back for them. "
    "They stand in a completed plan of origin INTAKE."
)
class WentBackInput:
    quantity: int = strawberry.field(description="The number of units.")
    reason: str = strawberry.field(description="The handle of the reason, also of one that is no longer offered.")
    amount: Amount = strawberry.field(description="What was paid back for the goods; 0 if nothing was.")
    shipping: Amount | None = strawberry.field(
        default=None, description="What was paid back of the seller's shipping beside it."
    )


@strawberry.input(
    description="Money that went back to a payment before the order came in. What went back to all payments is what "
    "went back for all items."
)
class MovementInput:
    reference: str = strawberry.field(
        description="Its reference at the payment's gateway; no other order may state it."
    )
    amount: Amount = strawberry.field(description="The amount.")
    at: DateTime | None = strawberry.field(default=None, description="The time at which it went back, if it is known.")


@strawberry.input(description="An item of a new order.")
class OrderItemInput:
    sku: str = strawberry.field(description="The seller's stock keeping unit.")
    name: str = strawberry.field(description="The product's name.")
    quantity: int = strawberry.field(description="The number of units bought.")
    unit_price: Amount = strawberry.field(description="The price of one unit before discount.")
    discount: Amount | None = strawberry.field(default=None, description="The discount of all units together.")
    tax: Amount | None = strawberry.field(
        default=None,
        description="The tax of all units together. It is added to the price, or with `taxIncluded` a share of it.",
    )
    image_url: str | None = strawberry.field(default=None, description="The address of a picture.")
    weight_grams: int | None = strawberry.field(
        default=None, description="The weight of one unit in grams, if it is known."
    )
    canceled_before: WentBackInput | None = strawberry.field(
        default=None, description="The units that were canceled before the order came in."
    )


@strawberry.input(description="A package of a new order.")
class PackageInput:
    items: list[OrderItemInput] = strawberry.field(description="The items in the package.")


@strawberry.input(description="The part of a new order that one seller fulfills.")
class SellerOrderInput:
    seller: str = strawberry.field(description="The seller's handle. A seller with a new handle is created.")
    seller_name: str = strawberry.field(description="The seller's name that people read.")
    shipping: Amount | None = strawberry.field(default=None, description="What the customer pays for shipping.")
    packages: list[PackageInput] = strawberry.field(description="The packages that the seller is to send.")


@strawberry.input(description="A captured payment of a new order.")
class PaymentInput:
    method: str = strawberry.field(description="The method, such as `card`.")
    captured: Amount = strawberry.field(description="The amount that was captured.")
    provider: str = strawberry.field(default="ledger", description="The gateway that pays refunds back.")
    reference: str = strawberry.field(
        default="", description="The payment's id at that gateway. No other order may have it without `paymentTotal`."
    )
    payment_total: Amount | None = strawberry.field(
        default=None,
        description="What the payment captured for several orders together. Each of them states the same total, and "
        "what they captured adds up to no more than it.",
    )
    paid_at: DateTime | None = strawberry.field(
        default=None, description="The time at which the customer paid, if it is known."
    )
    instrument: str | None = strawberry.field(
        default=None,
        description="What the customer recognizes, such as `Visa •••• 4242`. A whole card number is refused.",
    )
    paid_back_before: list[MovementInput] | None = strawberry.field(
        default=None,
        description="What went back to the payment before the order came in; nothing if the list is left out. An empty "
        "list is refused.",
    )


@strawberry.input(description="The input of `createOrder`: a paid order.")
class CreateOrderInput:
    number: str = strawberry.field(description="The number that people read; no other order may have it.")
    currency: CurrencyCode = strawberry.field(description="The currency of all amounts.")
    placed_at: DateTime = strawberry.field(description="The time at which the customer placed the order.")
    customer: CustomerInput = strawberry.field(description="The customer who placed the order.")
    seller_orders: list[SellerOrderInput] = strawberry.field(description="The sellers' parts of the order.")
    payments: list[PaymentInput] = strawberry.field(
        description="The payments, in the order in which refunds fill them."
    )
    shipping_address: AddressInput | None = strawberry.field(
        default=None, description="The address that the order is delivered to. The sellers read it."
    )
    billing_address: AddressInput | None = strawberry.field(
        default=None, description="The address that the order is billed to. The sellers do not read it."
    )
    country: str | None = strawberry.field(
        default=None,
        description="The country that the order is delivered to: two letters of ISO 3166-1. If left out, it is that of "
        "the shipping address.",
    )
    tax_included: bool = strawberry.field(
        default=False, description="Whether prices include the tax. Then the taxes of the items are shares of prices."
    )
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Order, "", "number")

    def parse(self) -> IncomingOrder:
        if not is_currency(self.currency):
            message = "This is not an ISO 4217 currency code with a minor unit."
            raise refuse(Refusal.INVALID_INPUT, message, about=("currency",))
        return IncomingOrder(
            number=self.number,
            currency=self.currency,
            placed_at=self.placed_at,
            customer_subject=self.customer.subject,
            customer_name=self.customer.name,
            customer_email=self.customer.email,
            customer_phone=self.customer.phone,
            parts=tuple(self._part(part, ("sellerOrders", str(n))) for n, part in enumerate(self.seller_orders)),
            payments=tuple(self._payment(payment, ("payments", str(n))) for n, payment in enumerate(self.payments)),
            shipping_address=self.shipping_address.parse() if self.shipping_address else None,
            billing_address=self.billing_address.parse() if self.billing_address else None,
            country=self.country,
            tax_included=self.tax_included,
        )

    def _payment(self, payment: PaymentInput, at: Path) -> IncomingPayment:
        total = payment.payment_total
        return IncomingPayment(
            method=payment.method,
            provider=payment.provider,
            reference=payment.reference,
            captured_minor=self._minor(payment.captured, (*at, "captured")),
            total_minor=None if total is None else self._minor(total, (*at, "paymentTotal")),
            paid_at=payment.paid_at,
            instrument=payment.instrument,
            paid_back=self._paid_back(payment, (*at, "paidBackBefore")),
        )

    def _paid_back(self, payment: PaymentInput, at: Path) -> tuple[IncomingMovement, ...]:
        if payment.paid_back_before == []:
            raise refuse(Refusal.INVALID_INPUT, "This list is empty: leave it out if nothing went back.", about=at)
        return tuple(
            IncomingMovement(
                reference=movement.reference,
                amount_minor=self._minor(movement.amount, (*at, str(n), "amount")),
                at=movement.at,
            )
            for n, movement in enumerate(payment.paid_back_before or ())
        )

    def _part(self, part: SellerOrderInput, at: Path) -> IncomingPart:
        packages = tuple(
            IncomingPackage(
                tuple(
                    self._item(item, (*at, "packages", str(n), "items", str(k))) for k, item in enumerate(package.items)
                )
            )
            for n, package in enumerate(part.packages)
        )
        return IncomingPart(part.seller, part.seller_name, self._minor(part.shipping, (*at, "shipping")), packages)

    def _item(self, item: OrderItemInput, at: Path) -> IncomingItem:
        return IncomingItem(
            sku=item.sku,
            name=item.name,
            quantity=item.quantity,
            unit_price_minor=self._minor(item.unit_price, (*at, "unitPrice")),
            discount_minor=self._minor(item.discount, (*at, "discount")),
            tax_minor=self._minor(item.tax, (*at, "tax")),
            image_url=item.image_url,
            weight_grams=item.weight_grams,
            canceled=self._went_back(item.canceled_before, (*at, "canceledBefore")),
        )

    def _went_back(self, back: WentBackInput | None, at: Path) -> WentBack | None:
        if back is None:
            return None
        return WentBack(
            quantity=back.quantity,
            reason=back.reason,
            amount_minor=self._minor(back.amount, (*at, "amount")),
            shipping_minor=self._minor(back.shipping, (*at, "shipping")),
        )

    def _minor(self, amount: Amount | None, about: Path) -> int:
        if amount is None:
            return 0
        try:
            return parse_minor(amount, self.currency)
        except ValueError as fault:
            raise refuse(Refusal.INVALID_INPUT, f"{fault}.", about=about) from None
