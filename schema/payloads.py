"""What mutations answer: the objects as they are now, or why nothing has changed."""

import strawberry

from domain.words import Refusal
from schema.common import Blocker
from schema.orders import Order, Package
from schema.plans import CancellationPlan, Refund
from schema.requests import CancellationRequest

_REPLAYED = "Whether this command had been carried out before, under the same idempotency key."


@strawberry.type(description="Why a command was refused, for one input. A refused command has changed nothing.")
class UserError:
    code: Refusal
    field: list[str] = strawberry.field(
        description='The path in the arguments, such as ["input", "items", "1", "quantity"].'
    )
    message: str
    blockers: list[Blocker] = strawberry.field(description="Every condition that failed here.")


@strawberry.type
class Payload:
    user_errors: list[UserError]
    replayed: bool = strawberry.field(description=_REPLAYED)


@strawberry.type
class RequestReturnPayload(Payload):
    submission_id: strawberry.ID | None
    requests: list[CancellationRequest] = strawberry.field(description="One for each seller and type.")


@strawberry.type
class CancellationRequestPayload(Payload):
    request: CancellationRequest | None


@strawberry.type
class ApplyCancellationPayload(Payload):
    requests: list[CancellationRequest]
    plans: list[CancellationPlan]


@strawberry.type
class ConfirmRequestPayload(Payload):
    request: CancellationRequest | None
    plan: CancellationPlan | None


@strawberry.type
class PackagePayload(Payload):
    package: Package | None


@strawberry.type
class RefundPayload(Payload):
    refund: Refund | None


@strawberry.type
class OrderPayload(Payload):
    order: Order | None
