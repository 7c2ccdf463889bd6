"""What an edge of a package writes: when it left and arrived, what it was before, and the plans that waited for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actions import Effect
from domain.facts import SYSTEM, Handover
from domain.lifecycle import Edge
from domain.texts import is_blank
from domain.undo import REPLACED, Former
from domain.words import SENT, PackageStatus, PlanStatus
from models import Package
from services import goods
from services.inputs import Given
from services.writer import Writer

if TYPE_CHECKING:
    from services.transition import Transition


def stamp_shipped(transition: "Transition", package: Package, _edge: Edge, given: Given) -> None:
    """The moment of the first hand-over is shown, that of the last counts; a tracking number may come with any."""
    if package.shipped_at is None:
        package.shipped_at = transition.now
    else:
        package.under_way_since = transition.now
    if isinstance(given, Handover) and not is_blank(given.tracking_number):
        package.tracking_number = given.tracking_number


def stamp_delivered(transition: "Transition", package: Package, _edge: Edge, _given: Given) -> None:
    """The return window starts, by the policy of today."""
    _deliver(transition, package, transition.now, assumed=False)


def assume_delivered(transition: "Transition", package: Package, _edge: Edge, _given: Given) -> None:
    """The return window starts as if the package had arrived when it counts as delivered."""
    since = package.under_way_since or package.shipped_at or transition.order_book.order.placed_at
    delivered_at = transition.terms.calendar.assumed_delivery(since, transition.now)
    _deliver(transition, package, delivered_at, assumed=True)


def _deliver(transition: "Transition", package: Package, at: datetime, *, assumed: bool) -> None:
    """Note a delivery; the return window has the days of today's policy."""
    days = transition.order_book.policy.window_days
    package.delivered_at = at
    package.return_until = transition.terms.calendar.last_moment(at, days)
    if package.delivery_assumed is not assumed:
        package.delivery_assumed = assumed
    goods.start_shipping(transition, package)


def unstamp_delivered(_transition: "Transition", package: Package, _edge: Edge, _given: Given) -> None:
    """The package has not arrived after all, so its return window has not started."""
    package.delivered_at = package.return_until = None
    package.delivery_assumed = False


def keep_former(transition: "Transition", package: Package, edge: Edge, _given: Given) -> None:
    """What the change is about to replace; the status is the new one already."""
    assert isinstance(edge.source, PackageStatus)
    before = {name: getattr(package, name) for name in REPLACED}
    package.former = Former(edge.source, transition.now, package.version, **before).to_json()


def restore_former(_transition: "Transition", package: Package, _edge: Edge, _given: Given) -> None:
    """The package is as it was before the change; the status is the former one already."""
    assert package.former is not None
    former = Former.of_json(package.former)
    for name in REPLACED:
        if getattr(package, name) != getattr(former, name):
            setattr(package, name, getattr(former, name))
    package.former = None


def resume_plans(transition: "Transition", package: Package, edge: Edge, _given: Given) -> None:
    """What its seller was asked about because the package had left, is confirmed automatically again."""
    order_book = transition.order_book
    for plan in order_book.plans:
        if plan.status is PlanStatus.CONFIRMATION_WAITING:
            request = order_book.request(plan.request_id)
            ours = {order_book.item(line.order_item_id).package_id for line in order_book.items_of(request)}
            if package.id in ours and order_book.packages_of(request).isdisjoint(SENT):
                transition.take(edge.action, plan, actor=SYSTEM)


OF_PACKAGES: Mapping[Effect, Writer[Package]] = {
    Effect.STAMP_SHIPPED: stamp_shipped,
    Effect.STAMP_DELIVERED: stamp_delivered,
    Effect.ASSUME_DELIVERED: assume_delivered,
    Effect.UNSTAMP_DELIVERED: unstamp_delivered,
    Effect.KEEP_FORMER: keep_former,
    Effect.RESTORE_FORMER: restore_former,
    Effect.RESUME_PLANS: resume_plans,
}
