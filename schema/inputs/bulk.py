"""Inputs of decisions on several requests: each is made into the inputs of the single decisions."""

from typing import TypedDict, cast

import strawberry

from domain.words import TransactionType
from schema.inputs.base import versioned
from schema.inputs.requests import ApplyCancellationInput, ConfirmRequestInput, RejectRequestInput
from services.idempotency import key_of_part


@strawberry.input(description="One of several requests that are decided.")
class RequestToDecideInput:
    request_id: strawberry.ID = strawberry.field(description="The request.")
    expected_version: int | None = versioned()


def _repeatable() -> str | None:
    description = (
        "Any text, new with every new list. If the list is sent again with its key, the requests that it has decided "
        "get their first results again, and the others are decided."
    )
    return cast("str | None", strawberry.field(default=None, description=description))


def _requests() -> list[RequestToDecideInput]:
    description = "The requests, each once: at least one, at most a hundred."
    return cast("list[RequestToDecideInput]", strawberry.field(description=description))


class _Said(TypedDict):
    request_id: strawberry.ID
    expected_version: int | None
    idempotency_key: str | None


def _said(request: RequestToDecideInput, key: str | None) -> _Said:
    """What the input of a single decision says of its request, with a key of its own."""
    return {
        "request_id": request.request_id,
        "expected_version": request.expected_version,
        "idempotency_key": key_of_part(key, request.request_id),
    }


@strawberry.input(description="The input of `confirmRequests`.")
class ConfirmRequestsInput:
    requests: list[RequestToDecideInput] = _requests()
    note: str | None = strawberry.field(default=None, description="The note of each, as that of `confirmRequest`.")
    idempotency_key: str | None = _repeatable()

    def singles(self) -> list[ConfirmRequestInput]:
        return [
            ConfirmRequestInput(note=self.note, **_said(request, self.idempotency_key)) for request in self.requests
        ]


@strawberry.input(description="The input of `rejectRequests`.")
class RejectRequestsInput:
    requests: list[RequestToDecideInput] = _requests()
    reason: str = strawberry.field(default="", description="Why they are rejected. The customers will read it.")
    idempotency_key: str | None = _repeatable()

    def singles(self) -> list[RejectRequestInput]:
        return [
            RejectRequestInput(reason=self.reason, **_said(request, self.idempotency_key)) for request in self.requests
        ]


@strawberry.input(description="The input of `applyCancellations`.")
class ApplyCancellationsInput:
    requests: list[RequestToDecideInput] = _requests()
    confirm: bool = strawberry.field(
        default=False, description='The answer to "Order Cancel?" for all of them. It must be true.'
    )
    override: bool | None = strawberry.field(
        default=None, description="That of `applyCancellation`, for each; then `note` must say why."
    )
    note: str | None = strawberry.field(default=None, description="The note of each, as that of `applyCancellation`.")
    idempotency_key: str | None = _repeatable()

    def singles(self) -> list[ApplyCancellationInput]:
        return [
            ApplyCancellationInput(
                transaction=TransactionType.CANCEL,
                confirm=self.confirm,
                override=self.override,
                note=self.note,
                **_said(request, self.idempotency_key),
            )
            for request in self.requests
        ]
