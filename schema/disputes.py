"""Disputes: a customer asks the bank to give the money of a payment back."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry

from domain.words import DisputeStatus
from engine.execution.computed import Needs, computed
from resolvers.context import Info
from schema.common import VERSION, Money, Node, amount_of
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.orders import Order


def _reference(row: dict[str, Any], info: Info) -> str | None:
    reference: str = row["reference"]
    return reference if info.context.sees_references else None


def _evidence_due_at(row: dict[str, Any], info: Info) -> str | None:
    due_at: str | None = row["evidence_due_at"]
    return due_at if info.context.sees_references else None


@strawberry.type(
    description="A dispute: the customer has asked the bank to give a payment back. While one is open, nothing is sent "
    "back to the payment."
)
class Dispute(Node):
    prefix: ClassVar[str] = "dispute"
    status: DisputeStatus = strawberry.field(description="The status of the dispute.")
    order: Annotated["Order", strawberry.lazy("schema.orders")] = strawberry.field(
        description="The order that was paid with the payment; each order that shares the payment has a dispute."
    )
    amount: Money = amount_of("amount_minor", description="The disputed amount, of all orders of the payment together.")
    reason: str | None = strawberry.field(description="The reason, in the gateway's own words, if it is known.")
    opened_at: DateTime = strawberry.field(description="The time at which the customer disputed the payment.")
    closed_at: DateTime | None = strawberry.field(
        description="The time at which Retour learned of the bank's decision; null before."
    )
    version: int = strawberry.field(description=VERSION)
    reference: str | None = computed(
        _reference,
        needs=Needs("reference"),
        description="The id of the dispute at the gateway; null for all but the owner.",
    )
    evidence_due_at: DateTime | None = computed(
        _evidence_due_at,
        needs=Needs("evidence_due_at"),
        description="The time by which the gateway wants the marketplace's evidence, if it wants any; null for all but "
        "the owner.",
    )
