"""The payloads of mutations: the objects as they are now, or why nothing has changed."""

from typing import Any

import strawberry

from domain.refusals import Refusal
from engine.execution.computed import computed
from resolvers.context import Info
from schema.arguments import Locale
from schema.common import Blocker
from schema.orders import Order, Package
from schema.pauses import RefundPause
from schema.plans import CancellationPlan, Refund
from schema.requests import CancellationRequest
from schema.returns import ReturnLabel, ReturnSettings, ReturnShipment
from schema.terms import ReturnPolicy, in_language

_REPLAYED = "Whether an earlier command with the same idempotency key was carried out, and this is its result."
_TERMS_IF_OUTDATED = (
    "The version of the terms that is in force, 0 for none, if the command was refused with POLICY_OUTDATED; otherwise "
    "null. Preview again, and send it."
)
_UNLESS_REFUSED = "as it is now; null if the command was refused for another reason than STALE_VERSION."


@strawberry.type(description="Why a command was refused, for one input. A refused command changes nothing.")
class UserError:
    code: Refusal = strawberry.field(description="The code of the first condition that failed.")
    field: list[str] = strawberry.field(
        description='The path of the input in the arguments, such as ["input", "items", "1", "quantity"].'
    )
    message: str = strawberry.field(description="The sentences of all conditions that failed, for people.")
    blockers: list[Blocker] = strawberry.field(description="Every condition that failed for this input.")


@strawberry.type
class Payload:
    user_errors: list[UserError] = strawberry.field(
        description="Why the command was refused; empty if it was carried out."
    )
    replayed: bool = strawberry.field(description=_REPLAYED)


def _message(row: dict[str, Any], info: Info, *, locale: Locale = None) -> str | None:
    sentence = row["sentence"]
    return None if sentence is None else in_language(sentence, locale or info.context.locale)


@strawberry.type
class SpokenPayload(Payload):
    message: str | None = computed(
        _message, description="What has come of the command, for people; null if it was refused."
    )


@strawberry.type(description="The result of the mutation `requestReturn`.")
class RequestReturnPayload(SpokenPayload):
    submission_id: strawberry.ID | None = strawberry.field(
        description="The id that all requests of this submission share; null if the command was refused."
    )
    requests: list[CancellationRequest] = strawberry.field(
        description="The new requests, one for each seller's part of the order and transaction type."
    )
    return_policy: ReturnPolicy | None = strawberry.field(
        description="The version of the return policy that is in force, if the command was refused with "
        "POLICY_OUTDATED; otherwise null."
    )
    terms_version: int | None = strawberry.field(description=_TERMS_IF_OUTDATED)


@strawberry.type(description="The result of a mutation that changes a request.")
class CancellationRequestPayload(SpokenPayload):
    request: CancellationRequest | None = strawberry.field(description=f"The request {_UNLESS_REFUSED}")


@strawberry.type(description="What came of one request of a list.")
class RequestResult(CancellationRequestPayload):
    request_id: strawberry.ID = strawberry.field(description="The request that was named.")


@strawberry.type(
    description="The result of a mutation that decides several requests. Each is decided for itself: a refusal of one "
    "leaves the others as they are."
)
class RequestResultsPayload:
    user_errors: list[UserError] = strawberry.field(
        description="Why the list as a whole was refused, and nothing has changed; otherwise empty."
    )
    results: list[RequestResult] = strawberry.field(
        description="What came of each request, in the order given; empty if the list was refused."
    )


@strawberry.type(description="The result of the mutation `applyCancellation`.")
class ApplyCancellationPayload(SpokenPayload):
    requests: list[CancellationRequest] = strawberry.field(
        description="The request that was applied, or the new requests, as they are now."
    )
    plans: list[CancellationPlan] = strawberry.field(description="The plans that were opened; a return has none yet.")
    terms_version: int | None = strawberry.field(description=_TERMS_IF_OUTDATED)


@strawberry.type(description="The result of the mutation `confirmRequest`.")
class ConfirmRequestPayload(SpokenPayload):
    request: CancellationRequest | None = strawberry.field(description=f"The request {_UNLESS_REFUSED}")
    plan: CancellationPlan | None = strawberry.field(
        description="The plan that was approved; null if the command was refused."
    )


@strawberry.type(description="The result of the mutation `refundAllowance`.")
class RefundAllowancePayload(SpokenPayload):
    request: CancellationRequest | None = strawberry.field(
        description="The request that was opened; null if the command was refused."
    )
    plan: CancellationPlan | None = strawberry.field(
        description="The plan that was approved; null if the command was refused."
    )


@strawberry.type(description="The result of the mutation `convertToReturn`.")
class ConvertToReturnPayload(SpokenPayload):
    request: CancellationRequest | None = strawberry.field(description=f"The cancellation {_UNLESS_REFUSED}")
    return_request: CancellationRequest | None = strawberry.field(
        description="The return of what has been shipped; null if the command was refused."
    )
    rest: CancellationRequest | None = strawberry.field(
        description="The cancellation of what has not been shipped; null if there is none, or the command was refused."
    )


@strawberry.type(description="The result of a mutation that changes a return shipment.")
class ReturnShipmentPayload(Payload):
    return_shipment: ReturnShipment | None = strawberry.field(description=f"The return shipment {_UNLESS_REFUSED}")


@strawberry.type(description="The result of a mutation that changes a label.")
class LabelPayload(ReturnShipmentPayload):
    label: ReturnLabel | None = strawberry.field(description=f"The label {_UNLESS_REFUSED}")


@strawberry.type(description="The result of the mutation `receiveReturn`.")
class ReceiveReturnPayload(ReturnShipmentPayload):
    missing: ReturnShipment | None = strawberry.field(
        description="The return shipment of what has not arrived, if that goes on in a return of its own."
    )


@strawberry.type(description="The result of the mutation `receiveUnannounced`.")
class ReceiveUnannouncedPayload(Payload):
    return_shipment: ReturnShipment | None = strawberry.field(
        description="The new return shipment; null if the command was refused."
    )


@strawberry.type(description="The result of the mutation `setReturnSettings`.")
class ReturnSettingsPayload(Payload):
    return_settings: ReturnSettings | None = strawberry.field(
        description="The settings as they are now; null if there are none any more, or the command was refused."
    )


@strawberry.type(description="The result of the mutation `splitPackage`.")
class SplitPackagePayload(Payload):
    package: Package | None = strawberry.field(description=f"The package that was split, {_UNLESS_REFUSED}")
    new_package: Package | None = strawberry.field(description="The new package; null if the command was refused.")


@strawberry.type(description="The result of the mutations `pauseRefunds` and `resumeRefunds`.")
class RefundPausePayload(Payload):
    refund_pause: RefundPause | None = strawberry.field(
        description="The pause that was begun or ended; null if the command was refused."
    )


@strawberry.type(description="The result of a mutation that changes the status of a package.")
class PackagePayload(Payload):
    package: Package | None = strawberry.field(description=f"The package {_UNLESS_REFUSED}")


@strawberry.type(description="The result of a mutation that changes a refund.")
class RefundPayload(Payload):
    refund: Refund | None = strawberry.field(description=f"The refund {_UNLESS_REFUSED}")


@strawberry.type(description="The result of the mutation `settleShortfall`.")
class PlanPayload(Payload):
    plan: CancellationPlan | None = strawberry.field(description=f"The plan {_UNLESS_REFUSED}")


@strawberry.type(description="The result of the mutation `createOrder`.")
class OrderPayload(Payload):
    order: Order | None = strawberry.field(description="The new order; null if the command was refused.")
