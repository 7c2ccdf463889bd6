"""The act on parcels."""

from domain.words import Action, Subject
from services.acts.requests import Outcome, expect
from services.inputs import PackageMove
from services.transition import Transition


def update_package_status(step: Transition, ask: PackageMove) -> Outcome:
    """Move a parcel on. A parcel that has left has left: an open request never holds it back."""
    package = step.book.package(ask.package_id)
    expect(package, ask.expected_version)
    step.take(Subject.PACKAGE, Action.UPDATE_PACKAGE_STATUS, package, ask=ask.tracking_number, target=ask.status)
    return {"packages": [package["id"]]}
