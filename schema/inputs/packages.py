"""Inputs of the acts on packages."""

import strawberry

import models
from domain.facts import Moved, Split
from domain.words import PackageStatus
from schema.inputs.base import check_text, repeatable, versioned
from services.commands import Target
from services.inputs import PackageMove, PackageRevert, PackageSplit
from services.intake.validation import TRACKING


@strawberry.input(description="The input of `updatePackageStatus`.")
class UpdatePackageStatusInput:
    package_id: strawberry.ID = strawberry.field(description="The package.")
    status: PackageStatus = strawberry.field(description="The new status.")
    tracking_number: str | None = strawberry.field(default=None, description="The carrier's tracking number.")
    despite_requests: bool | None = strawberry.field(
        default=None,
        description="True lets a seller ship a package although a cancellation of units in it waits to be decided; "
        "sellers are refused otherwise.",
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Package, self.package_id, "packageId")

    def parse(self) -> PackageMove:
        move = PackageMove(
            self.package_id, self.status, self.tracking_number, self.expected_version, bool(self.despite_requests)
        )
        check_text("trackingNumber", move.tracking_number, TRACKING)
        return move


@strawberry.input(description="The input of `revertPackageStatus`.")
class RevertPackageStatusInput:
    package_id: strawberry.ID = strawberry.field(description="The package.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Package, self.package_id, "packageId")

    def parse(self) -> PackageRevert:
        return PackageRevert(self.package_id, self.expected_version)


@strawberry.input(description="Units of an item that go into another package.")
class SplitItemInput:
    order_item_id: strawberry.ID = strawberry.field(description="The item.")
    quantity: int = strawberry.field(description="The number of units that go into the new package, at least one.")


@strawberry.input(description="The input of `splitPackage`.")
class SplitPackageInput:
    package_id: strawberry.ID = strawberry.field(description="The package.")
    items: list[SplitItemInput] = strawberry.field(
        description="The units that go into the new package; at least one unit must stay in this one."
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Package, self.package_id, "packageId")

    def parse(self) -> PackageSplit:
        moved = tuple(Moved(item.order_item_id, item.quantity) for item in self.items)
        return PackageSplit(self.package_id, Split(moved), self.expected_version)
