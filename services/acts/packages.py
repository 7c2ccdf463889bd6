"""The act on packages."""

from domain.words import Action
from services.inputs import ChangedIds, PackageMove
from services.transition import Transition, expect_version


def update_package_status(transition: Transition, input: PackageMove) -> ChangedIds:
    """Move a package on. An open request never holds a package back."""
    package = transition.order_book.package(input.package_id)
    expect_version(package, input.expected_version)
    transition.take(Action.UPDATE_PACKAGE_STATUS, package, given=input.tracking_number, target=input.status)
    return {"packages": [package.id]}
