"""Inputs of the acts on labels."""

import strawberry

import models
from schema.inputs.base import repeatable, versioned
from schema.inputs.returns import return_id_field
from services.commands import Target
from services.inputs import LabelInput, ReturnMove


@strawberry.input(description="The input of `addLabel`.")
class AddLabelInput:
    return_id: strawberry.ID = return_id_field()
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.ReturnShipment, self.return_id, "returnId")

    def parse(self) -> ReturnMove[None]:
        return ReturnMove(self.return_id, None, self.expected_version)


class _OfLabel:
    """What the inputs of mutations on one label have in common."""

    label_id: strawberry.ID
    expected_version: int | None

    def target(self) -> Target:
        return Target(models.ReturnLabel, self.label_id, "labelId")

    def parse(self) -> LabelInput:
        return LabelInput(self.label_id, self.expected_version)


@strawberry.input(description="The input of `retryLabel`.")
class RetryLabelInput(_OfLabel):
    label_id: strawberry.ID = strawberry.field(description="The label.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `voidLabel`.")
class VoidLabelInput(_OfLabel):
    label_id: strawberry.ID = strawberry.field(description="The label.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()
