"""The root fields of mutations. Each is one business act; a refusal is data in `userErrors`."""

import strawberry

from engine import Cost
from resolvers import bulk, mutations, pauses, returns
from resolvers.context import Info
from schema import inputs, payloads

_EACH = Cost(counts=("input", "requests"))


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Return Selected Items: request that units be canceled or returned. The owner may do so for a "
        "customer."
    )
    async def request_return(self, info: Info, input: inputs.RequestReturnInput) -> payloads.RequestReturnPayload:
        return await mutations.request_return(info, input)

    @strawberry.mutation(description="Withdraw a request that is not decided yet.")
    async def withdraw_request(
        self, info: Info, input: inputs.WithdrawRequestInput
    ) -> payloads.CancellationRequestPayload:
        return await mutations.withdraw_request(info, input)

    @strawberry.mutation(
        description="Cancel/Return Selected Items, Apply, Yes: the owner decides that units are canceled, or opens a "
        "return on a customer's behalf."
    )
    async def apply_cancellation(
        self, info: Info, input: inputs.ApplyCancellationInput
    ) -> payloads.ApplyCancellationPayload:
        return await mutations.apply_cancellation(info, input)

    @strawberry.mutation(
        description="The seller, or the owner for a seller who does not answer, confirms a return, whole or in part, "
        "or the cancellation of a shipped package. If that is for a part of the package, it says that these units were "
        "left out."
    )
    async def confirm_request(self, info: Info, input: inputs.ConfirmRequestInput) -> payloads.ConfirmRequestPayload:
        return await mutations.confirm_request(info, input)

    @strawberry.mutation(description="The seller or the owner rejects a request, and says why.")
    async def reject_request(self, info: Info, input: inputs.RejectRequestInput) -> payloads.CancellationRequestPayload:
        return await mutations.reject_request(info, input)

    @strawberry.mutation(
        description="Confirm several requests, each as `confirmRequest` does, whole.", metadata={"cost": _EACH}
    )
    async def confirm_requests(self, info: Info, input: inputs.ConfirmRequestsInput) -> payloads.RequestResultsPayload:
        return await bulk.confirm_requests(info, input)

    @strawberry.mutation(description="Reject several requests, each as `rejectRequest` does.", metadata={"cost": _EACH})
    async def reject_requests(self, info: Info, input: inputs.RejectRequestsInput) -> payloads.RequestResultsPayload:
        return await bulk.reject_requests(info, input)

    @strawberry.mutation(
        description="Apply several waiting cancellations, each as `applyCancellation` does, whole.",
        metadata={"cost": _EACH},
    )
    async def apply_cancellations(
        self, info: Info, input: inputs.ApplyCancellationsInput
    ) -> payloads.RequestResultsPayload:
        return await bulk.apply_cancellations(info, input)

    @strawberry.mutation(
        description="Turn a waiting cancellation whose package has been shipped into a return: what has been shipped "
        "is to be returned, the rest goes on waiting to be canceled."
    )
    async def convert_to_return(
        self, info: Info, input: inputs.ConvertToReturnInput
    ) -> payloads.ConvertToReturnPayload:
        return await mutations.convert_to_return(info, input)

    @strawberry.mutation(
        description="Pay money back without units: as goodwill or for a defect, for shipping, or what was kept before. "
        "For the owner. It opens a request that has no items, with its plan."
    )
    async def refund_allowance(self, info: Info, input: inputs.RefundAllowanceInput) -> payloads.RefundAllowancePayload:
        return await mutations.refund_allowance(info, input)

    @strawberry.mutation(description="Move a package to another status.")
    async def update_package_status(
        self, info: Info, input: inputs.UpdatePackageStatusInput
    ) -> payloads.PackagePayload:
        return await mutations.update_package_status(info, input)

    @strawberry.mutation(
        description="Take the last change of a package's status back, within the time that the marketplace has set. It "
        "is refused once a return relies on the status."
    )
    async def revert_package_status(
        self, info: Info, input: inputs.RevertPackageStatusInput
    ) -> payloads.PackagePayload:
        return await mutations.revert_package_status(info, input)

    @strawberry.mutation(
        description="Put units of a package that has not been shipped into a new package. An item whose units go into "
        "two packages is cut in two, which are priced as the one line that was sold."
    )
    async def split_package(self, info: Info, input: inputs.SplitPackageInput) -> payloads.SplitPackagePayload:
        return await mutations.split_package(info, input)

    @strawberry.mutation(description="Send a failed refund again.")
    async def retry_refund(self, info: Info, input: inputs.RetryRefundInput) -> payloads.RefundPayload:
        return await mutations.retry_refund(info, input)

    @strawberry.mutation(description="Record that a refund was paid outside the gateway.")
    async def settle_refund(self, info: Info, input: inputs.SettleRefundInput) -> payloads.RefundPayload:
        return await mutations.settle_refund(info, input)

    @strawberry.mutation(
        description="Name the movement at a gateway that paid what a plan's refunds fall short of. For the owner."
    )
    async def settle_shortfall(self, info: Info, input: inputs.SettleShortfallInput) -> payloads.PlanPayload:
        return await mutations.settle_shortfall(info, input)

    @strawberry.mutation(
        description="Stop the sending of all refunds, in an incident. For the owner. Refunds in doubt are still looked "
        "up, and refunds that are due wait."
    )
    async def pause_refunds(self, info: Info, input: inputs.PauseRefundsInput) -> payloads.RefundPausePayload:
        return await pauses.pause(info, input)

    @strawberry.mutation(description="Let refunds be sent again, at once. For the owner.")
    async def resume_refunds(self, info: Info, input: inputs.ResumeRefundsInput) -> payloads.RefundPausePayload:
        return await pauses.resume(info, input)

    @strawberry.mutation(
        description="Record how the goods of a return were sent. By the seller or the owner, also that the proof of it "
        "has been checked: then the money goes back if it waits for no more."
    )
    async def send_return(self, info: Info, input: inputs.SendReturnInput) -> payloads.ReturnShipmentPayload:
        return await mutations.send_return(info, input)

    @strawberry.mutation(
        description="Record which units of a return have arrived. What has not goes on in a return of its own while "
        "the money is held."
    )
    async def receive_return(self, info: Info, input: inputs.ReceiveReturnInput) -> payloads.ReceiveReturnPayload:
        return await mutations.receive_return(info, input)

    @strawberry.mutation(description="Grade the units of a return that have arrived.")
    async def inspect_return(self, info: Info, input: inputs.InspectReturnInput) -> payloads.ReturnShipmentPayload:
        return await mutations.inspect_return(info, input)

    @strawberry.mutation(description="Record that the goods of a return are lost. For the owner.")
    async def lose_return(self, info: Info, input: inputs.LoseReturnInput) -> payloads.ReturnShipmentPayload:
        return await mutations.lose_return(info, input)

    @strawberry.mutation(description="Pay a return back without waiting for the goods, or for their inspection.")
    async def waive_return(self, info: Info, input: inputs.WaiveReturnInput) -> payloads.ReturnShipmentPayload:
        return await mutations.waive_return(info, input)

    @strawberry.mutation(
        description="Order a label for one more package of a return shipment, which may cost money. For the seller and "
        "the owner."
    )
    async def add_label(self, info: Info, input: inputs.AddLabelInput) -> payloads.LabelPayload:
        return await mutations.add_label(info, input)

    @strawberry.mutation(description="Order a label again that the carrier has refused. For the owner.")
    async def retry_label(self, info: Info, input: inputs.RetryLabelInput) -> payloads.LabelPayload:
        return await mutations.retry_label(info, input)

    @strawberry.mutation(description="Void a label that is not wanted any more, and was not used. For the owner.")
    async def void_label(self, info: Info, input: inputs.VoidLabelInput) -> payloads.LabelPayload:
        return await mutations.void_label(info, input)

    @strawberry.mutation(
        description="Record goods that have arrived without an approved return: a return is opened for the customer."
    )
    async def receive_unannounced(
        self, info: Info, input: inputs.ReceiveUnannouncedInput
    ) -> payloads.ReceiveUnannouncedPayload:
        return await mutations.receive_unannounced(info, input)

    @strawberry.mutation(
        description="Set how returns go that are requested from now on, of one seller or of all. For the owner. "
        "Without settings no goods are asked for, and the money goes back when a return is confirmed."
    )
    async def set_return_settings(
        self, info: Info, input: inputs.SetReturnSettingsInput
    ) -> payloads.ReturnSettingsPayload:
        return await returns.set_settings(info, input)

    @strawberry.mutation(description="Create a paid order. For the owner's systems.")
    async def create_order(self, info: Info, input: inputs.CreateOrderInput) -> payloads.OrderPayload:
        return await mutations.create_order(info, input)
