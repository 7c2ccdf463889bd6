"""What is measured: five operations as the three seats of the marketplace send them, and whom they concern."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from typing import Any

import typer

from benchmarks.market import FREE, ORDERS_OF_A_CUSTOMER, WAITING, customer_of, id_of, seller_of
from domain.facts import Actor
from domain.words import Role

Case = tuple[Actor, dict[str, Any]]
"""Who asks, and the variables."""

_ORDER_DETAILS = """query OrderDetails($id: ID!) { order(id: $id) {
  id number status placedAt version
  customer { name email }
  totals { items { amount currency } shipping { amount currency } captured { amount currency } }
  payments { method captured { amount currency } }
  packages { id number status trackingNumber deliveredAt seller { name } }
  items { id sku name imageUrl quantity active status unitPrice { amount currency } total { amount currency }
    package { number } eligibility { transaction quantity until } }
  requests { id number status transaction waitingOn items { quantity orderItem { sku } reason { label } } }
} }"""

_DASHBOARD = """query Dashboard($first: Int!) { requests(filter: { status: [WAITING] }, first: $first) {
  nodes { id number transaction status waitingOn dueAt createdAt version
    order { id number status placedAt } customer { name }
    items { quantity note reason { handle label } orderItem { sku name imageUrl unitPrice { amount currency } } }
    plan { status total { amount currency } }
    allowedActions { action enabled } }
  pageInfo { hasNextPage endCursor }
} }"""

_MY_ORDERS = """query MyOrders($first: Int!) { orders(first: $first) {
  nodes { id number status placedAt totals { captured { amount currency } }
    packages { status } items { name imageUrl quantity status } requests { id status } }
  pageInfo { hasNextPage endCursor }
} }"""

_REQUEST_RETURN = """mutation RequestReturn($input: RequestReturnInput!) { requestReturn(input: $input) {
  requests { id number status transaction waitingOn dueAt
    items { quantity reason { label } orderItem { sku status } } }
  userErrors { code field message } replayed
} }"""

_CONFIRM_REQUEST = """mutation ConfirmRequest($input: ConfirmRequestInput!) { confirmRequest(input: $input) {
  request { id number status waitingOn version }
  plan { id status refundState total { amount currency }
    lines { quantity total { amount currency } orderItem { sku } } }
  userErrors { code field message } replayed
} }"""


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of request. `cases` yields (actor, variables) for a market of so many orders, beginning at a place.

    What writes uses each order once: who asks for `count` cases from `start` on shares none with another range.
    """

    name: str
    title: str
    document: str
    cases: Callable[[int, int], Iterator[Case]]
    bar: float
    writes: bool = False

    @property
    def batch(self) -> int:
        """Requests that are measured at once: there are not so many orders to write."""
        return 120 if self.writes else 300

    def take(self, orders: int, start: int, count: int) -> list[Case]:
        """So many cases from a place on."""
        return list(islice(self.cases(orders, start), count))


CUSTOMERS = 50
"""Of whom the readers are: few enough that every server keeps their tokens."""


def _spread(orders: int, count: int) -> Iterator[int]:
    """Orders all over the market, of the same few customers at every size of it, again and again."""
    step = max(orders // count, 1)
    return cycle(list(range(step // 2 + 1, orders + 1, step))[:count])


def _details(orders: int, start: int) -> Iterator[Case]:
    for n in islice(_spread(orders, CUSTOMERS), start, None):
        near = (n - 1) // ORDERS_OF_A_CUSTOMER * ORDERS_OF_A_CUSTOMER + 1 + (start * 7 + n) % ORDERS_OF_A_CUSTOMER
        n = min(near, orders)
        yield Actor(Role.CUSTOMER, customer_of(n)), {"id": id_of("order", n)}


def _lists(orders: int, start: int, first: int = 20) -> Iterator[Case]:
    for n in islice(_spread(orders, CUSTOMERS), start, None):
        yield Actor(Role.CUSTOMER, customer_of(n)), {"first": first}


def _dashboards(orders: int, start: int, first: int = 20) -> Iterator[Case]:
    for n in islice(_spread(orders, CUSTOMERS), start, None):
        yield Actor(Role.SELLER, "clerk", seller_of(n, 1)), {"first": first}


def _returns(orders: int, start: int) -> Iterator[Case]:
    for n in range(4 * start + FREE, orders + 1, 4):
        item = {"orderItemId": id_of("item", 3 * n - 2), "quantity": 1, "reason": "does-not-fit"}
        values = {"orderId": id_of("order", n), "items": [item], "policyVersion": "2026-01"}
        yield Actor(Role.CUSTOMER, customer_of(n)), {"input": {**values, "idempotencyKey": f"return-{n}"}}


def _confirmations(orders: int, start: int) -> Iterator[Case]:
    for n in range(4 * (start + 1) + WAITING, orders + 1, 4):
        values = {"requestId": id_of("request", n), "idempotencyKey": f"confirm-{n}"}
        yield Actor(Role.SELLER, "clerk", seller_of(n, 1)), {"input": values}


DETAILS = Operation("order_details", "order details", _ORDER_DETAILS, _details, 1.0)
DASHBOARD = Operation("dashboard", "dashboard, 20 requests", _DASHBOARD, _dashboards, 1.5)
MY_ORDERS = Operation("my_orders", "my orders, 20", _MY_ORDERS, _lists, 1.5)
RETURN = Operation("request_return", "requestReturn", _REQUEST_RETURN, _returns, 1.5, writes=True)
CONFIRM = Operation("confirm_request", "confirmRequest", _CONFIRM_REQUEST, _confirmations, 2.0, writes=True)
OPERATIONS = (DETAILS, DASHBOARD, MY_ORDERS, RETURN, CONFIRM)


def chosen(names: str) -> tuple[Operation, ...]:
    """Those of these names, with commas between them; all, where nothing is said. Raises typer.BadParameter."""
    wanted = names.split(",") if names else [one.name for one in OPERATIONS]
    if unknown := set(wanted) - {one.name for one in OPERATIONS}:
        there = ", ".join(one.name for one in OPERATIONS)
        raise typer.BadParameter(f"No operation is called {', '.join(sorted(unknown))}: there are {there}.")
    return tuple(one for one in OPERATIONS if one.name in wanted)


PAGES_OF_100 = {
    DASHBOARD: Operation("dashboard_100", "dashboard, 100 requests", _DASHBOARD, partial(_dashboards, first=100), 0),
    MY_ORDERS: Operation("my_orders_100", "my orders, 100", _MY_ORDERS, partial(_lists, first=100), 0),
}
"""By the same page of 20."""
