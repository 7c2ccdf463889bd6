"""The act on packages."""

from domain.facts import Handover
from domain.words import Action
from services.inputs import ChangedIds, PackageMove
from services.transition import Transition, expect_version


def update_package_status(transition: Transition, input: PackageMove) -> ChangedIds:
    """Move a package on. A waiting cancellation holds back only sellers who have not said `despite_requests`."""
    package = transition.order_book.package(input.package_id)
    expect_version(package, input.expected_version)
    given = Handover(input.tracking_number, input.despite_requests)
    transition.take(Action.UPDATE_PACKAGE_STATUS, package, given=given, target=input.status)
    return {"packages": [package.id]}
