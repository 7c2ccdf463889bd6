"""Statuses that follow from others, told once more as tables by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.derive import Units, item_status, order_status, refund_state, seller_order_status, waiting_on
from domain.facts import Window
from domain.words import (
    ItemStatus,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundState,
    RefundStatus,
    RequestStatus,
    TransactionType,
    WaitingOn,
)

K, S, P, R, W = PackageStatus, OrderStatus, PlanStatus, RefundStatus, WaitingOn
KEPT, CANCELED, RETURNED = Units(active=1), Units(active=0, canceled=1), Units(active=0, returned=1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("packages", "status"),
    [
        ([(K.PREPARING, [KEPT])], S.WAITING_PACKAGING),
        ([(K.READY_TO_SHIP, [KEPT]), (K.PREPARING, [KEPT])], S.WAITING_PACKAGING),
        ([(K.SHIPPED, [KEPT]), (K.PREPARING, [KEPT])], S.SHIPPING),
        ([(K.DELIVERED, [KEPT]), (K.PREPARING, [KEPT])], S.SHIPPING),
        ([(K.DELIVERY_FAILED, [KEPT])], S.SHIPPING),
        ([(K.DELIVERED, [KEPT])], S.DELIVERED),
        ([(K.DELIVERED, [KEPT]), (K.CANCELED, [CANCELED])], S.DELIVERED),
        ([(K.PREPARING, [KEPT]), (K.CANCELED, [CANCELED])], S.WAITING_PACKAGING),
        ([(K.CANCELED, [CANCELED])], S.CANCELED),
        ([(K.DELIVERED, [RETURNED])], S.REFUNDED),
        ([(K.DELIVERED, [RETURNED, CANCELED])], S.REFUNDED),
        ([(K.DELIVERED, [Units(active=0, return_held=1), CANCELED])], S.DELIVERED),
        ([(K.PREPARING, [Units(active=0, cancel_held=1)])], S.WAITING_PACKAGING),
        # An emptied package does not count, wherever it is.
        ([(K.DELIVERY_FAILED, [RETURNED]), (K.DELIVERED, [KEPT])], S.DELIVERED),
        ([(K.DELIVERY_FAILED, [RETURNED, KEPT]), (K.DELIVERED, [KEPT])], S.SHIPPING),
        ([(K.DELIVERY_FAILED, [Units(active=0, return_held=1)]), (K.DELIVERED, [KEPT])], S.SHIPPING),
        ([(K.SHIPPED, [CANCELED]), (K.DELIVERED, [KEPT])], S.DELIVERED),
        ([(K.SHIPPED, [RETURNED]), (K.PREPARING, [KEPT])], S.WAITING_PACKAGING),
        ([(K.DELIVERED, [RETURNED]), (K.SHIPPED, [KEPT])], S.SHIPPING),
        ([(K.SHIPPED, [RETURNED]), (K.DELIVERY_FAILED, [CANCELED])], S.REFUNDED),
        ([(K.SHIPPED, [CANCELED]), (K.DELIVERY_FAILED, [CANCELED])], S.CANCELED),
    ],
)
def test_a_sellers_part_follows_from_its_packages_and_their_units(
    packages: list[tuple[PackageStatus, list[Units]]], status: OrderStatus
) -> None:
    assert seller_order_status(packages) is status


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([S.WAITING_PACKAGING], S.WAITING_PACKAGING),
        ([S.DELIVERED, S.DELIVERED], S.DELIVERED),
        ([S.DELIVERED, S.CANCELED], S.DELIVERED),
        ([S.DELIVERED, S.REFUNDED], S.DELIVERED),
        ([S.DELIVERED, S.WAITING_PACKAGING], S.SHIPPING),
        ([S.SHIPPING, S.WAITING_PACKAGING], S.SHIPPING),
        ([S.CANCELED, S.CANCELED], S.CANCELED),
        ([S.CANCELED, S.REFUNDED], S.REFUNDED),
        ([S.REFUNDED], S.REFUNDED),
    ],
)
def test_an_order_follows_from_its_sellers_parts(parts: list[OrderStatus], status: OrderStatus) -> None:
    assert order_status(parts) is status


@pytest.mark.parametrize(
    ("units", "status"),
    [
        (KEPT, ItemStatus.ACTIVE),
        (Units(active=1, cancel_held=1, return_held=1), ItemStatus.CANCEL_REQUESTED),
        (Units(active=1, return_held=1, canceled=1), ItemStatus.RETURN_REQUESTED),
        (Units(active=1, canceled=1), ItemStatus.PARTLY_CANCELED),
        (Units(active=1, canceled=1, returned=1), ItemStatus.PARTLY_RETURNED),
        (CANCELED, ItemStatus.CANCELED),
        (RETURNED, ItemStatus.RETURNED),
        (Units(active=0, canceled=1, returned=1), ItemStatus.RETURNED),
    ],
)
def test_a_line_shows_what_is_open_first(units: Units, status: ItemStatus) -> None:
    assert item_status(units) is status


def test_the_units_of_a_line_are_counted_whole() -> None:
    units = Units(active=1, cancel_held=2, canceled=4, return_held=8, returned=16)
    assert (units.ordered, units.remaining) == (31, 11)


@pytest.mark.parametrize("plan", [None, *P])
@pytest.mark.parametrize("transaction", TransactionType)
@pytest.mark.parametrize(
    "status", [s for s in RequestStatus if s not in (RequestStatus.WAITING, RequestStatus.APPROVED)]
)
def test_a_request_that_is_over_waits_for_nobody(
    transaction: TransactionType, status: RequestStatus, plan: PlanStatus | None
) -> None:
    assert waiting_on(transaction, status, plan) is W.NONE
    assert waiting_on(transaction, RequestStatus.APPROVED, plan) is W.SYSTEM


@pytest.mark.parametrize("plan", [None, *P])
def test_a_request_that_is_open_waits_for_one_party(plan: PlanStatus | None) -> None:
    by_plan = {P.WAITING: W.SYSTEM, P.CONFIRMATION_WAITING: W.SELLER}
    expected = by_plan.get(plan, W.OWNER) if plan else W.OWNER
    assert waiting_on(TransactionType.CANCEL, RequestStatus.WAITING, plan) is expected
    assert waiting_on(TransactionType.REFUND, RequestStatus.WAITING, plan) is W.SELLER


@pytest.mark.parametrize(
    ("plan", "refunds", "state"),
    [
        (P.WAITING, [], RefundState.NONE),
        (P.COMPLETED, [], RefundState.DONE),
        (P.APPROVED, [R.PENDING], RefundState.IN_PROGRESS),
        (P.APPROVED, [R.SUCCEEDED, R.UNKNOWN], RefundState.IN_PROGRESS),
        (P.APPROVED, [R.FAILED, R.PROCESSING], RefundState.NEEDS_ATTENTION),
        (P.COMPLETED, [R.SUCCEEDED, R.FAILED], RefundState.NEEDS_ATTENTION),
        (P.COMPLETED, [R.SUCCEEDED, R.SETTLED_MANUALLY], RefundState.DONE),
        (P.APPROVED, [R.SETTLED_MANUALLY], RefundState.DONE),
    ],
)
def test_all_refunds_of_a_plan_are_one_word(plan: PlanStatus, refunds: list[RefundStatus], state: RefundState) -> None:
    assert refund_state(plan, refunds) is state


def test_a_return_window_closes_after_its_last_moment() -> None:
    assert Window(None).is_open(NOW)
    assert Window(NOW).is_open(NOW)
    assert not Window(NOW).is_open(NOW + timedelta(microseconds=1))
