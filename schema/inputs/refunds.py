"""Inputs of the acts on refunds, and of their pause."""

import strawberry

import models
from domain.identifiers import identifier
from schema.inputs.base import check_text, repeatable, versioned
from services.commands import Target
from services.inputs import RefundInput, ShortfallInput
from services.intake.validation import REFERENCE


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
        return Target(models.Refund, self.refund_id, "refundId", reference=identifier(self.reference))

    def parse(self) -> RefundInput:
        settled = RefundInput(self.refund_id, self.reference, self.expected_version)
        check_text("reference", settled.reference, REFERENCE)
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
        return Target(models.CancellationPlan, self.plan_id, "planId", reference=identifier(self.reference))

    def parse(self) -> ShortfallInput:
        settled = ShortfallInput(self.plan_id, self.reference, self.expected_version)
        check_text("reference", settled.reference, REFERENCE)
        return settled


@strawberry.input(description="The input of `pauseRefunds`.")
class PauseRefundsInput:
    reason: str = strawberry.field(default="", description="Why nothing is to be sent, required.")
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `resumeRefunds`.")
class ResumeRefundsInput:
    note: str | None = strawberry.field(default=None, description="What has come of the incident.")
    idempotency_key: str | None = repeatable()
