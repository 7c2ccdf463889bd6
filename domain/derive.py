"""Statuses that are calculated from other statuses and from units. Nothing else sets them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.words import (
    PAID_REFUNDS,
    SENT,
    ItemStatus,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundState,
    RefundStatus,
    RequestStatus,
    ReturnStatus,
    TransactionType,
    WaitingOn,
)


@dataclass(frozen=True, slots=True)
class Units:
    """The units of one order item: `ordered = active + cancel_held + canceled + return_held + returned`."""

    active: int
    cancel_held: int = 0
    canceled: int = 0
    return_held: int = 0
    returned: int = 0

    @property
    def ordered(self) -> int:
        """How many units were bought."""
        return self.active + self.cancel_held + self.canceled + self.return_held + self.returned

    @property
    def remaining(self) -> int:
        """How many units are still to be sent or kept: the active and the held ones."""
        return self.active + self.cancel_held + self.return_held


def seller_order_status(packages: Iterable[tuple[PackageStatus, Sequence[Units]]]) -> OrderStatus:
    """The status of one seller's part of an order, from its packages, each with the units of its items.

    A package of which every unit was canceled or returned does not count, wherever it is.
    """
    packages = list(packages)
    counting = {status for status, items in packages if any(units.remaining for units in items)}
    if not counting:
        returned = any(units.returned for _, items in packages for units in items)
        return OrderStatus.REFUNDED if returned else OrderStatus.CANCELED
    if counting == {PackageStatus.DELIVERED}:
        return OrderStatus.DELIVERED
    return OrderStatus.WAITING_PACKAGING if counting.isdisjoint(SENT) else OrderStatus.SHIPPING


def order_status(parts: Sequence[OrderStatus]) -> OrderStatus:
    """The status of an order, from its sellers' parts. Canceled and refunded parts count only if all parts are."""
    open_parts = {status for status in parts if status not in (OrderStatus.CANCELED, OrderStatus.REFUNDED)}
    if not open_parts:
        return OrderStatus.REFUNDED if OrderStatus.REFUNDED in parts else OrderStatus.CANCELED
    return open_parts.pop() if len(open_parts) == 1 else OrderStatus.SHIPPING


def item_status(units: Units) -> ItemStatus:
    """The status of an order item: an open request first, then what has become of its units."""
    if units.cancel_held:
        return ItemStatus.CANCEL_REQUESTED
    if units.return_held:
        return ItemStatus.RETURN_REQUESTED
    if not units.active:
        return ItemStatus.RETURNED if units.returned else ItemStatus.CANCELED
    if units.returned:
        return ItemStatus.PARTLY_RETURNED
    return ItemStatus.PARTLY_CANCELED if units.canceled else ItemStatus.ACTIVE


_GOODS_WAIT_FOR = {
    ReturnStatus.AWAITING: WaitingOn.CUSTOMER,
    ReturnStatus.RECEIVED: WaitingOn.SELLER,
    ReturnStatus.LOST: WaitingOn.OWNER,
}


def waiting_on(
    transaction: TransactionType,
    status: RequestStatus,
    plan: PlanStatus | None,
    *,
    escalated: bool = False,
    goods: ReturnStatus | None = None,
) -> WaitingOn:
    """The party that is expected to act on a request; of one that is escalated, the owner instead of the seller.

    `goods` is where the goods are that the money of an approved return waits for.
    """
    if status is RequestStatus.APPROVED:
        return _GOODS_WAIT_FOR.get(goods, WaitingOn.SYSTEM) if goods else WaitingOn.SYSTEM
    if status is not RequestStatus.WAITING:
        return WaitingOn.NONE
    if transaction is TransactionType.REFUND or plan is PlanStatus.CONFIRMATION_WAITING:
        return WaitingOn.OWNER if escalated else WaitingOn.SELLER
    return WaitingOn.SYSTEM if plan is PlanStatus.WAITING else WaitingOn.OWNER


def refund_state(
    plan: PlanStatus,
    refunds: Sequence[RefundStatus],
    *,
    held: bool = False,
    short: bool = False,
    disputed: Sequence[RefundStatus] = (),
) -> RefundState:
    """The state of all refunds of a plan together; a plan whose money is held has none yet.

    `short` says that they fall short of its total, `disputed` has the statuses of those that wait for a dispute.
    """
    if held:
        return RefundState.HELD
    if short or RefundStatus.FAILED in refunds:
        return RefundState.NEEDS_ATTENTION
    if disputed:
        return RefundState.DISPUTED
    if any(status not in PAID_REFUNDS for status in refunds):
        return RefundState.IN_PROGRESS
    return RefundState.DONE if refunds or plan is PlanStatus.COMPLETED else RefundState.NONE
