"""What stands in the file of each list: the table of its columns, the query that reads them, and the file's spelling.

A column is a field of the API, so it shows what the person would see there, and nothing where the person may not look.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from typing import NamedTuple

from domain.returns import Json
from domain.words import ExportedList

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel takes the file for the code page of its computer."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate instead of showing it."""


class ExportColumn(NamedTuple):
    """A column of a file: its name, and the path of its field from a row of the list."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as the API has it: its root field, filter and order, with the columns of its file.

    Rows come in the order of a moment that no row ever changes, so each comes once while others are written.
    """

    field: str
    filter: str
    order: str
    columns: tuple[ExportColumn, ...]
    owner_only: bool = False


def _columns(**paths: str) -> tuple[ExportColumn, ...]:
    return tuple(ExportColumn(name, path) for name, path in paths.items())


_NEWEST = "CREATED_AT_DESC"
_ORDER = {"order_number": "order.number"}
_REQUEST = {"request_number": "request.number"}
_SELLER = {"seller": "seller.name"}
_PLAN_TOTAL = {"total": "plan.total.amount", "currency": "plan.total.currency"}

LISTS: Mapping[ExportedList, Listing] = {
    ExportedList.ORDERS: Listing(
        "orders",
        "OrderFilter",
        "PLACED_AT_DESC",
        _columns(
            id="id",
            number="number",
            status="status",
            placed_at="placedAt",
            market="market",
            country="country",
            customer="customer.name",
            sellers="sellerOrders.seller.name",
            skus="items.sku",
            quantities="items.quantity",
            disputed="disputed",
            items="totals.items.amount",
            discount="totals.discount.amount",
            tax="totals.tax.amount",
            shipping="totals.shipping.amount",
            captured="totals.captured.amount",
            refunded="totals.refunded.amount",
            currency="currency",
        ),
    ),
    ExportedList.REQUESTS: Listing(
        "requests",
        "RequestFilter",
        _NEWEST,
        _columns(
            id="id",
            number="number",
            **_ORDER,
            transaction="transaction",
            status="status",
            waiting_on="waitingOn",
            basis="basis",
            opened_by="openedBy",
            **_SELLER,
            customer="customer.name",
            skus="items.orderItem.sku",
            quantities="items.quantity",
            accepted="items.acceptedQuantity",
            reasons="items.reason.handle",
            notes="items.note",
            rejection="rejection.reason",
            created_at="createdAt",
            due_at="dueAt",
            escalated_at="escalatedAt",
            updated_at="updatedAt",
            **_PLAN_TOTAL,
        ),
    ),
    ExportedList.PLANS: Listing(
        "plans",
        "PlanFilter",
        _NEWEST,
        _columns(
            id="id",
            **_ORDER,
            **_REQUEST,
            transaction="transaction",
            status="status",
            refund_state="refundState",
            origin="origin",
            **_SELLER,
            created_by="createdBy",
            created_at="createdAt",
            due_at="dueAt",
            updated_at="updatedAt",
            total="total.amount",
            shortfall="shortfall.amount",
            currency="total.currency",
        ),
    ),
    ExportedList.PACKAGES: Listing(
        "packages",
        "PackageFilter",
        "PLACED_AT_DESC",
        _columns(
            id="id",
            number="number",
            **_ORDER,
            placed_at="order.placedAt",
            status="status",
            **_SELLER,
            customer="order.customer.name",
            skus="items.sku",
            quantities="items.quantity",
            tracking_number="trackingNumber",
            shipped_at="shippedAt",
            delivered_at="deliveredAt",
            delivery_assumed="deliveryAssumed",
            return_until="returnUntil",
        ),
    ),
    ExportedList.REFUNDS: Listing(
        "refunds",
        "RefundFilter",
        _NEWEST,
        _columns(
            id="id",
            **_ORDER,
            request_number="plan.request.number",
            status="status",
            disputed="disputed",
            provider="payment.provider",
            method="payment.method",
            reference="externalReference",
            created_at="createdAt",
            updated_at="updatedAt",
            amount="amount.amount",
            currency="amount.currency",
        ),
        owner_only=True,
    ),
    ExportedList.RETURN_SHIPMENTS: Listing(
        "returnShipments",
        "ReturnFilter",
        _NEWEST,
        _columns(
            id="id",
            number="number",
            **_ORDER,
            **_REQUEST,
            kind="kind",
            method="method",
            status="status",
            **_SELLER,
            skus="lines.orderItem.sku",
            expected="lines.expected",
            received="lines.received",
            missing="lines.missing",
            tracking_number="trackingNumber",
            created_at="createdAt",
            ship_by="shipBy",
            due_at="dueAt",
            sent_at="sentAt",
            received_at="receivedAt",
            inspected_at="inspectedAt",
            ended_at="endedAt",
        ),
    ),
    ExportedList.WITHDRAWALS: Listing(
        "withdrawals",
        "WithdrawalFilter",
        "DECLARED_AT_DESC",
        _columns(
            id="id",
            number="number",
            **_ORDER,
            **_SELLER,
            customer="customer.name",
            status="status",
            declared_by="declaredBy",
            declared_at="declaredAt",
            refund_due_at="refundDueAt",
            overdue_at="overdueAt",
            requests="requests.number",
        ),
    ),
}
"""The table: docs/exports.md prints it."""


@cache
def query_of(exported: ExportedList) -> str:
    """The query of a page, and of the number of all rows if `counted`."""
    listing = LISTS[exported]
    arguments = f"filter: $filter, orderBy: {listing.order}, first: $rows, after: $after"
    shows = (
        f"nodes {{ {_selection([column.path for column in listing.columns])} }} pageInfo {{ hasNextPage endCursor }}"
    )
    return (
        f"query Export($filter: {listing.filter}, $after: String, $rows: Int!, $counted: Boolean!) "
        f"{{ list: {listing.field}({arguments}) {{ totalCount @include(if: $counted) {shows} }} }}"
    )


def _selection(paths: Sequence[str]) -> str:
    """The fields at some paths, those below one field together."""
    below: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        below.setdefault(name, []).extend([rest] if rest else [])
    return " ".join(f"{name} {{ {_selection(rest)} }}" if rest else name for name, rest in below.items())


def head_of(exported: ExportedList) -> bytes:
    """The line of the names, which begins the file."""
    return (BYTE_ORDER_MARK + _lines([[column.name for column in LISTS[exported].columns]])).encode()


def rows_of(exported: ExportedList, nodes: Sequence[Mapping[str, Json]]) -> bytes:
    """The lines of some rows of a list."""
    paths = [column.path.split(".") for column in LISTS[exported].columns]
    return _lines([[_cell(node, path) for path in paths] for node in nodes]).encode()


def _lines(rows: Sequence[Sequence[str]]) -> str:
    file = StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()


def _cell(node: Mapping[str, Json], path: Sequence[str]) -> str:
    """The text at a path, several parted by "; ". One that a spreadsheet would calculate is made a text."""
    texts = list(_texts(node, path))
    text = "; ".join(texts) if any(texts) else ""
    return f"'{text}" if text.startswith(FORMULA) else text


def _texts(value: Json, path: Sequence[str]) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _texts(value[path[0]], path[1:])
    elif isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one, path) if one is not None else ("",)
