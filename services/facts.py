"""Rows → facts: how the world stands for one subject. Works on a book and on rows that a query has read.

The functions take plain values, so that what a client is shown and what a command decides on are made by
the same code.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain import derive
from domain.facts import Facts, ItemFacts, PackageFacts, PlanFacts, Reason, RefundFacts, RequestFacts, Window
from domain.words import (
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    RequestStatus,
    Subject,
    TransactionType,
    WaitingOn,
)
from services.changes import Row
from services.order_book import Book, moment, units


def package_facts(package: Row, items: Iterable[Row]) -> PackageFacts:
    """A parcel and what is in it."""
    return PackageFacts(PackageStatus(package["status"]), sum(units(item).remaining for item in items))


def item_facts(
    item: Row,
    package: Row,
    seller_order: Row,
    *,
    now: datetime,
    in_open_request: bool,
    policy_version: str = "",
) -> ItemFacts:
    """An order line, for opening a request on it."""
    return ItemFacts(
        package=PackageStatus(package["status"]),
        seller_order=OrderStatus(seller_order["status"]),
        active=item["active"],
        window_open=Window(moment(package["return_until"])).is_open(now),
        in_open_request=in_open_request,
        policy_version=policy_version,
    )


def request_facts(
    request: Row,
    *,
    packages: frozenset[PackageStatus],
    seller_order: Row,
    plan: Row | None,
    held: Mapping[str, int],
    now: datetime,
) -> RequestFacts:
    """A request with the parcels and the plan it depends on."""
    due = moment(request["due_at"])
    return RequestFacts(
        status=RequestStatus(request["status"]),
        transaction=TransactionType(request["transaction"]),
        packages=packages,
        seller_order=OrderStatus(seller_order["status"]),
        plan=PlanStatus(plan["status"]) if plan else None,
        held=held,
        overdue=due is not None and due <= now,
    )


def plan_facts(plan: Row, *, packages: frozenset[PackageStatus], refunds: Iterable[Row]) -> PlanFacts:
    """A plan with the parcels and the refunds it depends on."""
    return PlanFacts(
        status=PlanStatus(plan["status"]),
        transaction=TransactionType(plan["transaction"]),
        packages=packages,
        refunds=tuple(RefundStatus(row["status"]) for row in refunds),
    )


def refund_facts(refund: Row, *, now: datetime) -> RefundFacts:
    """One refund; its lease is over when it is due again."""
    due = moment(refund["due_at"])
    return RefundFacts(RefundStatus(refund["status"]), lease_over=due is None or due <= now)


def reason(row: Row | None) -> Reason | None:
    """A reason as rules read it."""
    if row is None:
        return None
    return Reason(row["handle"], TransactionType(row["transaction"]), row["needs_note"], row["active"])


def request_in_book(book: Book, request: Row, now: datetime) -> RequestFacts:
    """A request as it stands in a book."""
    return request_facts(
        request,
        packages=book.packages_of(request),
        seller_order=book.seller_order(request["seller_order_id"]),
        plan=book.plan_of(request),
        held={row["order_item_id"]: row["quantity"] for row in book.items_of(request)},
        now=now,
    )


def plan_in_book(book: Book, plan: Row) -> PlanFacts:
    """A plan as it stands in a book."""
    request = book.request(plan["request_id"])
    return plan_facts(plan, packages=book.packages_of(request), refunds=book.refunds_of(plan))


def package_in_book(book: Book, package: Row) -> PackageFacts:
    """A parcel as it stands in a book."""
    return package_facts(package, (item for item in book.items if item["package_id"] == package["id"]))


def item_in_book(book: Book, item: Row, now: datetime) -> ItemFacts:
    """An order line as it stands in a book."""
    return item_facts(
        item,
        book.package(item["package_id"]),
        book.seller_order(item["seller_order_id"]),
        now=now,
        in_open_request=any(row["open"] for row in book.request_items if row["order_item_id"] == item["id"]),
        policy_version=book.policy["version"],
    )


def opening_facts(subject: Subject, row: Row) -> Facts:
    """What is not there yet, for the edge that opens it."""
    if subject is Subject.PLAN:
        return PlanFacts(None, TransactionType(row["transaction"]))
    return RefundFacts(None) if subject is Subject.REFUND else PackageFacts(None, 0)


def waiting_on(book: Book, request: Row) -> WaitingOn:
    """Who is expected to act on a request, as it stands in a book."""
    plan = book.plan_of(request)
    return derive.waiting_on(
        TransactionType(request["transaction"]),
        RequestStatus(request["status"]),
        PlanStatus(plan["status"]) if plan else None,
    )
