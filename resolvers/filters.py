"""Filters of lists → conditions on tables. A filter's field that is None restricts nothing."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from domain.words import Word
from engine.conditions import AccessPath, ByOwner, Column, Condition, Fragment, Part, PerValue, Selective, Value
from services.visibility import ORDERS_OF_A_SELLER

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.lists import EventFilter, OrderFilter, PlanFilter, RefundFilter, RequestFilter


def orders(given: "OrderFilter | None") -> Condition | None:
    """Of an OrderFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _by_seller(given.seller_id),
            _among("status", given.status),
            _waiting(given.has_open_request),
            _of("customer_id", given.customer_id),
            _compared(_from("placed_at"), given.placed_after),
            _compared(_until("placed_at"), given.placed_before),
            _numbered(_NUMBER, given.number_starts_with),
        ]
    )


def requests(given: "RequestFilter | None") -> Condition | None:
    """Of a RequestFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _equal("transaction", given.transaction),
            _among("waiting_on", given.waiting_on),
            _of("order_id", given.order_id),
            _owned("seller_id", given.seller_id),
            _of("customer_id", given.customer_id),
            _of("submission_id", given.submission_id),
            _compared(_from("created_at"), given.created_after),
            _compared(_until("created_at"), given.created_before),
            _numbered(_EITHER_NUMBER, given.number_starts_with),
        ]
    )


def plans(given: "PlanFilter | None") -> Condition | None:
    """Of a PlanFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _equal("transaction", given.transaction),
            _among("refund_state", given.refund_state),
            _of("order_id", given.order_id),
            _owned("seller_id", given.seller_id),
        ]
    )


def refunds(given: "RefundFilter | None") -> Condition | None:
    """Of a RefundFilter."""
    if given is None:
        return None
    return Condition.all([_among("status", given.status), _of("order_id", given.order_id)])


def events(given: "EventFilter | None") -> Condition | None:
    """Of an EventFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _equal("subject", given.subject),
            _among("action", given.action),
            _of("order_id", given.order_id),
            _of("request_id", given.request_id),
            _of("plan_id", given.plan_id),
        ]
    )


def deliveries(endpoint_id: str | None, states: Sequence[Word] | None) -> Condition:
    """Of the arguments of webhookDeliveries."""
    return Condition.all([_owned("endpoint_id", endpoint_id), _among("state", states)])


_WAITING = Fragment(
    "exists (select 1 from cancellation_request q where q.order_id = ", Column("id"), " and q.status = 'WAITING')"
)
_NONE_WAITING = Fragment("not ", _WAITING)
_OF_SELLER = Fragment(
    "exists (select 1 from seller_order b where b.order_id = ", Column("id"), " and b.seller_id = ", Value(0), ")"
)


def _starts_with(number: Part) -> Fragment:
    """A number begins with the value, which is in capitals: a range, so an index serves it in any language."""
    capitals = Fragment("upper(", number, ' collate "C")')
    return Fragment(capitals, " >= ", Value(0), " and ", capitals, " < ", Value(0), " || chr(1114111)")


_NUMBER = _starts_with(Column("number"))
_EITHER_NUMBER = Fragment(
    Column("id"),
    " = any(array(select n.id from cancellation_request n where ",
    _starts_with("n.number"),
    ' union all select n.id from cancellation_request n where n.order_id = any(array(select o.id from "order" o where ',
    _starts_with("o.number"),
    "))))",
)
"""The number of a request or of its order does: looked up first, for few of so many requests have it."""


def _equal(column: str, value: str | None, *paths: AccessPath) -> Condition | None:
    return None if value is None else Condition.equal(column, str(value), *paths)


def _of(column: str, value: str | None) -> Condition | None:
    """Rows that belong to something which few belong to."""
    return _equal(column, value, Selective())


def _owned(column: str, value: str | None) -> Condition | None:
    """Rows that belong to somebody or something which many belong to."""
    return _equal(column, value, ByOwner(column))


def _among(column: str, values: Sequence[Word] | None) -> Condition | None:
    if values is None:
        return None
    texts = list(dict.fromkeys(map(str, values)))  # each once: a page is gathered from the rows of each
    return Condition.among(column, texts, PerValue(column))


@cache
def _from(column: str) -> Fragment:
    return Fragment(Column(column), " >= ", Value(0))


@cache
def _until(column: str) -> Fragment:
    return Fragment(Column(column), " < ", Value(0))


def _compared(fragment: Fragment, moment: datetime | None) -> Condition | None:
    return None if moment is None else Condition(fragment, (moment,))


def _numbered(fragment: Fragment, start: str | None) -> Condition | None:
    """Rows by the start of their number; people type it in small letters or paste it with a space."""
    if start is None:
        return None
    capitals = _capitals(start.strip())
    return Condition(fragment, (capitals,), (Selective(),)) if capitals else Condition.any(())


def _capitals(text: str) -> str:
    """The letters A to Z as capitals, as PostgreSQL's upper() makes them in the collation C; others stay."""
    return "".join(char.upper() if char.isascii() else char for char in text)


def _waiting(wanted: bool | None) -> Condition | None:
    return None if wanted is None else Condition(_WAITING if wanted else _NONE_WAITING)


def _by_seller(seller_id: str | None) -> Condition | None:
    return None if seller_id is None else Condition(_OF_SELLER, (str(seller_id),), (ORDERS_OF_A_SELLER,))
