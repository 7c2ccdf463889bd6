"""Inputs about goods on their way back, and their settings."""

from dataclasses import replace
from typing import cast

import strawberry

import models
from domain.errors import refuse
from domain.facts import Arrived, Loss, Proof, Receipt
from domain.identifiers import identifier
from domain.law import Basis, Exemption
from domain.refusals import Refusal
from domain.terms_table import FIELDS, meaning
from domain.words import AtDeadline, Bearer, Disposition, GoodsCondition, RefundTrigger, ReturnMethod, TermsDeadline
from schema.inputs.base import check_text, repeatable, versioned
from schema.inputs.orders import AddressInput
from schema.inputs.requests import RequestItemInput, order_of
from schema.scalars import Amount, CurrencyCode
from services.commands import Target
from services.inputs import RawGrade, RawInspection, ReturnMove, UnannouncedInput, UnannouncedItem
from services.intake.validation import TRACKING
from services.outcomes import CancellationWanted, FeeWanted, TermsWanted, WorkingDaysWanted


def return_id_field() -> strawberry.ID:
    return cast("strawberry.ID", strawberry.field(description="The return shipment."))


def _shared_note() -> str | None:
    description = "A note on the goods. Everybody who sees the return reads it."
    return cast("str | None", strawberry.field(default=None, description=description))


@strawberry.input(
    description="The input of `sendReturn`. A customer's tracking number moves the goods only; if the money waits for "
    "their sending, it goes back once the seller or the owner sends this mutation, too."
)
class SendReturnInput:
    return_id: strawberry.ID = return_id_field()
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
        check_text("trackingNumber", proof.tracking_number, TRACKING)
        check_text("dropOff", proof.drop_off, TRACKING)
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
    return_id: strawberry.ID = return_id_field()
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
    return_id: strawberry.ID = return_id_field()
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
    return_id: strawberry.ID = return_id_field()
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
    return_id: strawberry.ID = return_id_field()
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
        named = order_of(self.order_id or "", self.items)
        if self.return_id is not None:
            return replace(named, model=models.ReturnShipment, id=self.return_id, about="returnId")
        return named

    def parse(self) -> UnannouncedInput:
        items = tuple(UnannouncedItem(item.order_item_id, item.quantity, item.reason, item.note) for item in self.items)
        return UnannouncedInput(items, self.return_id)


@strawberry.input(description="A fee of terms: either `percent`, or `amount` with `currency`.")
class ReturnFeeInput:
    name: str = strawberry.field(description="The name, which adjustments show as their `rule`.")
    percent: int | None = strawberry.field(
        default=None, description="The share of what the goods bring, in basis points, from 1 to 10000."
    )
    amount: Amount | None = strawberry.field(default=None, description="The amount, kept once a return.")
    currency: CurrencyCode | None = strawberry.field(default=None, description="The currency of the amount.")
    bearer: Bearer = strawberry.field(default=Bearer.SELLER, description="The party that gets the fee.")


@strawberry.input(description="The days after delivery in which a return can be requested.")
class ReturnWindowInput:
    basis: Basis = strawberry.field(default=Basis.VOLUNTARY, description="What the return is based on.")
    days: int = strawberry.field(description="The number of days, from 0 to 3650.")


@strawberry.input(description="What a rule says of cancellations: at least one thing.")
class CancellationTermsInput:
    response_days: int | None = strawberry.field(
        default=None, description=f"{meaning('terms.cancellation.responseDays')} If left out, those of the policy."
    )
    at_deadline: AtDeadline | None = strawberry.field(
        default=None,
        description=f"{meaning('terms.cancellation.atDeadline')} If left out, what the setting AT_DEADLINE says.",
    )

    def parse(self) -> CancellationWanted:
        return CancellationWanted(self.response_days, self.at_deadline)


@strawberry.input(description="Deadlines that count working days, without the public holidays of a place.")
class WorkingDaysInput:
    country: str = strawberry.field(description=f"{meaning('terms.workingDays.country')} A code of ISO 3166-1.")
    deadlines: list[TermsDeadline] = strawberry.field(
        description=f"{meaning('terms.workingDays.deadlines')} An empty list is refused."
    )
    subdivision: str | None = strawberry.field(
        default=None, description=f"{meaning('terms.workingDays.subdivision')} A code of ISO 3166-2, such as BE."
    )

    def parse(self) -> WorkingDaysWanted:
        return WorkingDaysWanted(identifier(self.country).upper(), _spelled(self.subdivision), tuple(self.deadlines))


def _days(name: str) -> int:
    field = FIELDS[f"terms.{name}"]
    return cast("int", strawberry.field(default=field.default, description=field.meaning))


@strawberry.input(description="How returns go.")
class ReturnTermsInput:
    trigger: RefundTrigger = strawberry.field(description=meaning("terms.trigger"))
    method: ReturnMethod = strawberry.field(default=ReturnMethod.MAIL, description=meaning("terms.method"))
    ship_by_days: int = _days("shipByDays")
    grace_days: int = _days("graceDays")
    inspection_days: int = _days("inspectionDays")
    transit_days: int = _days("transitDays")
    fees: list[ReturnFeeInput] | None = strawberry.field(
        default=None,
        description="What is kept of the money when a customer sends goods back; nothing if the list is left out. An "
        "empty list is refused.",
    )
    address: AddressInput | None = strawberry.field(default=None, description="The address that the goods go to.")
    windows: list[ReturnWindowInput] | None = strawberry.field(
        default=None,
        description="The days after delivery in which a return can be requested. For a basis that is not in the list, "
        "and if the list is left out, the days of the return policy hold. An empty list is refused.",
    )
    exemption: Exemption | None = strawberry.field(
        default=None, description="Why customers cannot request a return. The owner can open one with a note."
    )
    free_label: bool = strawberry.field(
        default=True,
        description="Whether a label is bought for the customer where a carrier is set up; if not, the customer pays "
        "the postage.",
    )
    response_days: int | None = strawberry.field(
        default=None,
        description="The days in which the seller should decide. If left out, those of the return policy.",
    )
    at_deadline: AtDeadline | None = strawberry.field(
        default=None,
        description="What happens to a return that the seller has not decided on in time. If left out, what the "
        "setting AT_DEADLINE says.",
    )
    cancellation: CancellationTermsInput | None = strawberry.field(
        default=None,
        description=f"{meaning('terms.cancellation')} If left out, the policy and the setting AT_DEADLINE say it.",
    )
    working_days: WorkingDaysInput | None = strawberry.field(
        default=None, description=f"{meaning('terms.workingDays')} If left out, none does."
    )

    def parse(self) -> TermsWanted:
        fees, windows = self.fees, self.windows
        return TermsWanted(
            trigger=self.trigger,
            method=self.method,
            ship_by_days=self.ship_by_days,
            grace_days=self.grace_days,
            inspection_days=self.inspection_days,
            transit_days=self.transit_days,
            fees=None
            if fees is None
            else tuple(FeeWanted(fee.name, fee.bearer, fee.percent, fee.amount, fee.currency) for fee in fees),
            address=self.address.parse() if self.address else None,
            windows=None if windows is None else tuple((window.basis, window.days) for window in windows),
            exemption=self.exemption,
            free_label=self.free_label,
            response_days=self.response_days,
            at_deadline=self.at_deadline,
            cancellation=self.cancellation.parse() if self.cancellation else None,
            working_days=self.working_days.parse() if self.working_days else None,
        )


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
