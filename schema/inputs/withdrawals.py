"""Inputs of withdrawals from a contract."""

from dataclasses import replace
from typing import cast

import strawberry

import models
from domain.law import ObjectionGround
from domain.withdrawal import REASONS, Objection
from schema.inputs.base import repeatable, versioned
from services.acts.verification import VerificationInput
from services.acts.withdrawals import ObjectionInput, WithdrawalInput
from services.commands import Target


@strawberry.input(description="Some units of one order item that the customer withdraws from.")
class WithdrawnItemInput:
    order_item_id: strawberry.ID = strawberry.field(description="The order item.")
    quantity: int = strawberry.field(description="The number of units.")


def _items() -> list[WithdrawnItemInput] | None:
    description = (
        "The units that the customer withdraws from. If the list is left out, everything of the order that is not "
        "canceled or returned. An empty list is refused."
    )
    return cast("list[WithdrawnItemInput] | None", strawberry.field(default=None, description=description))


def _receipt_to() -> str | None:
    description = (
        "The email address that the receipt is to go to. If left out, the one that is known of the customer; the "
        "statement names it."
    )
    return cast("str | None", strawberry.field(default=None, description=description))


class _OfOrder:
    """What the two steps have in common; each declares its fields itself, in its own order."""

    order_id: strawberry.ID
    items: list[WithdrawnItemInput] | None
    receipt_to: str | None

    def target(self) -> Target:
        return Target(models.Order, self.order_id, "orderId", tuple(REASONS.values()))

    def parse(self) -> WithdrawalInput:
        items = None if self.items is None else tuple((each.order_item_id, each.quantity) for each in self.items)
        return WithdrawalInput(items, self.receipt_to)


@strawberry.input(description="The input of `previewWithdrawal`.")
class PreviewWithdrawalInput(_OfOrder):
    order_id: strawberry.ID = strawberry.field(description="The order.")
    items: list[WithdrawnItemInput] | None = _items()
    receipt_to: str | None = _receipt_to()

    @property
    def idempotency_key(self) -> None:
        """Nothing is written, so there is nothing to repeat."""


@strawberry.input(description="The input of `declareWithdrawal`: that of the preview, with the hash that it has shown.")
class DeclareWithdrawalInput(_OfOrder):
    order_id: strawberry.ID = strawberry.field(description="The order.")
    hash: str = strawberry.field(
        description="The hash of the statement that the customer confirms, as `previewWithdrawal` has shown it. A "
        "statement is declared once: sent again with its hash, it gets the first result again."
    )
    items: list[WithdrawnItemInput] | None = _items()
    receipt_to: str | None = _receipt_to()
    idempotency_key: str | None = repeatable()

    def parse(self) -> WithdrawalInput:
        return replace(super().parse(), hash=self.hash)

    def preview(self) -> PreviewWithdrawalInput:
        """The first step again."""
        return PreviewWithdrawalInput(order_id=self.order_id, items=self.items, receipt_to=self.receipt_to)


@strawberry.input(description="The input of `objectToWithdrawal`.")
class ObjectToWithdrawalInput:
    request_id: strawberry.ID = strawberry.field(description="A request that follows from the withdrawal.")
    ground: ObjectionGround = strawberry.field(description="Why the withdrawal has no effect.")
    note: str | None = strawberry.field(default=None, description="What the owner should know of it.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.CancellationRequest, self.request_id, "requestId")

    def parse(self) -> ObjectionInput:
        return ObjectionInput(self.request_id, Objection(self.ground, self.note), self.expected_version)


class _OfUnverified:
    """What verifying and rejecting have in common; each declares its fields itself."""

    withdrawal_id: strawberry.ID
    expected_version: int | None

    def target(self) -> Target:
        return Target(models.Withdrawal, self.withdrawal_id, "withdrawalId", tuple(REASONS.values()))

    def parse(self) -> VerificationInput:
        return VerificationInput(self.withdrawal_id, self.expected_version)


@strawberry.input(description="The input of `verifyWithdrawal`.")
class VerifyWithdrawalInput(_OfUnverified):
    withdrawal_id: strawberry.ID = strawberry.field(description="A withdrawal that is to be verified.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `rejectWithdrawal`.")
class RejectWithdrawalInput(_OfUnverified):
    withdrawal_id: strawberry.ID = strawberry.field(description="A withdrawal that is to be verified.")
    note: str | None = strawberry.field(
        default=None, description="How it is known that the statement is not the customer's. Required of the owner."
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def parse(self) -> VerificationInput:
        return replace(super().parse(), note=self.note)
