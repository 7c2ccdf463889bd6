"""Filters of lists → conditions on tables. `None` in a filter means: do not care."""

from typing import Any

from engine.context import Condition, Each, Few, Own
from services.visibility import ORDERS_OF_A_SELLER


def orders(given: Any) -> Condition | None:
    """Of an OrderFilter."""
    if given is None:
        return None
    waiting = "exists (select 1 from cancellation_request q where q.order_id = {t}.id and q.status = 'WAITING')"
    return Condition.all(
        [
            _by_seller(given.seller_id),
            _among("status", given.status),
            None
            if given.has_open_request is None
            else Condition(waiting if given.has_open_request else f"not {waiting}"),
            _of("customer_id", given.customer_id),
            _from("placed_at", given.placed_after),
            _until("placed_at", given.placed_before),
            _starts(_numbered("{t}"), given.number_starts_with),
        ]
    )


def requests(given: Any) -> Condition | None:
    """Of a RequestFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _equal("transaction", given.transaction),
            _among("waiting_on", given.waiting_on),
            _of("order_id", given.order_id),
            _own("seller_id", given.seller_id),
            _of("customer_id", given.customer_id),
            _of("submission_id", given.submission_id),
            _from("created_at", given.created_after),
            _until("created_at", given.created_before),
            _starts(_by_either_number(), given.number_starts_with),
        ]
    )


def plans(given: Any) -> Condition | None:
    """Of a PlanFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _equal("transaction", given.transaction),
            _among("refund_state", given.refund_state),
            _of("order_id", given.order_id),
            _own("seller_id", given.seller_id),
        ]
    )


def refunds(given: Any) -> Condition | None:
    """Of a RefundFilter."""
    if given is None:
        return None
    return Condition.all([_among("status", given.status), _of("order_id", given.order_id)])


def events(given: Any) -> Condition | None:
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


def deliveries(endpoint_id: Any, states: list[Any] | None) -> Condition:
    """Of the arguments of webhookDeliveries."""
    return Condition.all([_own("endpoint_id", endpoint_id), _among("state", states)])


def _equal(column: str, value: Any) -> Condition | None:
    return None if value is None else Condition(f'{{t}}."{column}" = {{0}}', (str(value),))


def _of(column: str, value: Any) -> Condition | None:
    """The same of something that few belong to."""
    return None if value is None else Condition(f'{{t}}."{column}" = {{0}}', (str(value),), (Few(),))


def _own(column: str, value: Any) -> Condition | None:
    """The same of whom or what it belongs to, as many others do."""
    return None if value is None else Condition(f'{{t}}."{column}" = {{0}}', (str(value),), (Own(column),))


def _among(column: str, values: list[Any] | None) -> Condition | None:
    if values is None:
        return None
    texts = list(dict.fromkeys(map(str, values)))  # each once, for a page is gathered from one of each
    return Condition(f'{{t}}."{column}" = any({{0}})', (texts,), (Each(column),))


def _from(column: str, moment: Any) -> Condition | None:
    return None if moment is None else Condition(f'{{t}}."{column}" >= {{0}}', (moment,))


def _until(column: str, moment: Any) -> Condition | None:
    return None if moment is None else Condition(f'{{t}}."{column}" < {{0}}', (moment,))


def _starts(sql: str, text: str | None) -> Condition | None:
    return Condition(sql, (text,), (Few(),)) if text else None


def _numbered(table: str) -> str:
    """The number begins with {0}: said as a range, which an index serves whatever the language of the database."""
    number = f'{table}.number collate "C"'
    return f"{number} >= {{0}} and {number} < {{0}} || chr(1114111)"


def _by_either_number() -> str:
    """The number of a request or of its order does: looked up first, for few of so many requests have it."""
    return f"""{{t}}.id = any(array(
        select n.id from cancellation_request n where {_numbered("n")}
        union all
        select n.id from cancellation_request n
        where n.order_id = any(array(select o.id from "order" o where {_numbered("o")}))))"""


def _by_seller(seller_id: str | None) -> Condition | None:
    if seller_id is None:
        return None
    return Condition(
        "exists (select 1 from seller_order b where b.order_id = {t}.id and b.seller_id = {0})",
        (str(seller_id),),
        (ORDERS_OF_A_SELLER,),
    )
