"""The root fields that act. Each is one business act; a refusal is data in `userErrors`."""

import strawberry

import models
from domain.words import Action
from resolvers.context import Info
from resolvers.mutations import Show, carry_out, take_in
from schema import inputs, payloads
from services.acts import packages, refunds, requests

REQUEST = {"request": Show(models.CancellationRequest, "requests")}
REQUESTS = {"requests": Show(models.CancellationRequest, "requests", many=True, columns=("submission_id",))}
PLAN = {"plan": Show(models.CancellationPlan, "plans")}
PLANS = {"plans": Show(models.CancellationPlan, "plans", many=True)}
PACKAGE = {"package": Show(models.Package, "packages")}
REFUND = {"refund": Show(models.Refund, "refunds")}
ORDER = {"order": Show(models.Order, "orders")}


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Return Selected Items: ask to cancel or return units. The owner may on a customer's behalf."
    )
    async def request_return(self, info: Info, input: inputs.RequestReturnInput) -> payloads.RequestReturnPayload:
        found = await carry_out(info, Action.REQUEST_RETURN, input, requests.request_return, REQUESTS)
        found["submission_id"] = found["requests"][0]["submission_id"] if found["requests"] else None
        return found

    @strawberry.mutation(description="Take a waiting request back.")
    async def withdraw_request(
        self, info: Info, input: inputs.WithdrawRequestInput
    ) -> payloads.CancellationRequestPayload:
        return await carry_out(info, Action.WITHDRAW_REQUEST, input, requests.withdraw_request, REQUEST)

    @strawberry.mutation(description="Cancel/Return Selected Items, Apply, Yes: the owner's decision.")
    async def apply_cancellation(
        self, info: Info, input: inputs.ApplyCancellationInput
    ) -> payloads.ApplyCancellationPayload:
        act = requests.apply_cancellation
        return await carry_out(info, Action.APPLY_CANCELLATION, input, act, REQUESTS | PLANS)

    @strawberry.mutation(
        description="The seller agrees to a return, whole or in part, or to cancel a parcel that has left."
    )
    async def confirm_request(self, info: Info, input: inputs.ConfirmRequestInput) -> payloads.ConfirmRequestPayload:
        return await carry_out(info, Action.CONFIRM_REQUEST, input, requests.confirm_request, REQUEST | PLAN)

    @strawberry.mutation(description="The seller or the owner says no, and why.")
    async def reject_request(self, info: Info, input: inputs.RejectRequestInput) -> payloads.CancellationRequestPayload:
        return await carry_out(info, Action.REJECT_REQUEST, input, requests.reject_request, REQUEST)

    @strawberry.mutation(description="Move a parcel on.")
    async def update_package_status(
        self, info: Info, input: inputs.UpdatePackageStatusInput
    ) -> payloads.PackagePayload:
        act = packages.update_package_status
        return await carry_out(info, Action.UPDATE_PACKAGE_STATUS, input, act, PACKAGE)

    @strawberry.mutation(description="Send a failed refund again.")
    async def retry_refund(self, info: Info, input: inputs.RetryRefundInput) -> payloads.RefundPayload:
        return await carry_out(info, Action.RETRY_REFUND, input, refunds.retry_refund, REFUND)

    @strawberry.mutation(description="Record that a refund was paid outside the gateway.")
    async def settle_refund(self, info: Info, input: inputs.SettleRefundInput) -> payloads.RefundPayload:
        return await carry_out(info, Action.SETTLE_REFUND, input, refunds.settle_refund, REFUND)

    @strawberry.mutation(description="Take in a paid order, from the owner's systems.")
    async def create_order(self, info: Info, input: inputs.CreateOrderInput) -> payloads.OrderPayload:
        return await take_in(info, input, ORDER)
