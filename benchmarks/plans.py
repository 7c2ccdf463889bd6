"""How PostgreSQL goes about every list of the schema: the statements behind them, and EXPLAIN of each."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient

import database
from app.application import Application
from app.auth.tokens import mint
from app.workers import now
from benchmarks.market import customer_of, id_of, seller_of
from domain.facts import Actor
from domain.words import Role
from engine.reads import reading
from settings import Settings

SECRET = "a secret of the benchmarks, long enough for HS256"
BIG = re.compile(
    r'Seq Scan on "?(order|seller_order|package|order_item|payment|cancellation_request|request_item'
    r"|cancellation_plan|daily_figure|plan_line|refund|event|return_shipment|return_line|return_label|owner_event"
    r'|withdrawal)"? '
)
"""A line of a plan that reads a table that grows with the orders from end to end."""
SORTED = {
    "orders": ["PLACED_AT_DESC", "PLACED_AT_ASC"],
    "packages": ["PLACED_AT_DESC", "PLACED_AT_ASC"],
    "requests": ["CREATED_AT_DESC", "CREATED_AT_ASC", "UPDATED_AT_DESC", "UPDATED_AT_ASC", "DUE_AT_ASC", "DUE_AT_DESC"],
    "plans": ["CREATED_AT_DESC", "CREATED_AT_ASC"],
    "refunds": ["CREATED_AT_DESC"],
    "returnShipments": ["CREATED_AT_DESC", "CREATED_AT_ASC", "DUE_AT_ASC", "DUE_AT_DESC"],
    "withdrawals": ["DECLARED_AT_DESC", "DECLARED_AT_ASC", "REFUND_DUE_AT_ASC", "REFUND_DUE_AT_DESC"],
    "events": ["AT_ASC", "AT_DESC"],
    "sellers": [""],
    "ownerEvents": [""],
    "termsVersions": ["CREATED_AT_DESC", "CREATED_AT_ASC"],
}
SHOWN = {
    "orders": "id number items { name package { status } eligibility { quantity } } requests { id } timeline { to }",
    "packages": "id number order { number customer { name } } items { sku } allowedActions { enabled }",
    "requests": "id order { number } customer { name } items { orderItem { sku } } plan { status }"
    " allowedActions { enabled }",
    "plans": "id request { number } lines { orderItem { sku } } refunds { payment { method } }",
    "refunds": "id payment { method } attempts { number }",
    "returnShipments": "id number order { number } lines { expected } request { plan { status } }",
    "withdrawals": "id number order { number } items { quantity } requests { plan { status } }",
    "sellers": "id name",
    "ownerEvents": "action actorId changes { name }",
    "termsVersions": "id number status inForce",
    "events": "to order { number } request { number } plan { status }",
}


_FURTHER = """
insert into return_shipment (id, kind, method, status, order_id, seller_id, request_id, tracking_number, due_at,
  created_at, updated_at, version)
select replace(q.id, 'request', 'return'), 'BY_CUSTOMER', 'MAIL', 'INSPECTED', q.order_id, q.seller_id, q.id,
  'JD' || q.id, q.created_at + interval '9 days', q.created_at, q.created_at, 1 from cancellation_request q;
insert into return_line (id, shipment_id, order_item_id, seller_id, position, expected)
select replace(l.id, 'line', 'returnline'), replace(l.request_id, 'request', 'return'), l.order_item_id, l.seller_id, 1,
  1
from request_item l;
insert into return_label (id, shipment_id, order_id, seller_id, position, status, carrier, attempt_count, leased,
  created_at, updated_at, version)
select replace(s.id, 'return', 'label'), s.id, s.order_id, s.seller_id, 1,
  case when right(s.id, 4) = '7777' then 'FAILED' else 'ISSUED' end, 'slip', 0, false, s.created_at, s.created_at, 1
from return_shipment s;
insert into withdrawal (id, number, status, order_id, seller_order_id, seller_id, customer_id, declared_by, declared_at,
  locale, statement, hash, refund_due_at, overdue_at, updated_at, version)
select replace(q.id, 'request', 'withdrawal'), q.number || '/W1', 'COMPLETED', q.order_id, q.seller_order_id,
  q.seller_id, q.customer_id, 'CUSTOMER', q.created_at, 'en', 'I withdraw.', '', q.created_at + interval '14 days',
  case when right(q.id, 4) = '7777' then q.created_at end, q.created_at, 1 from cancellation_request q;
insert into seller (id, handle, name) select 'seller_further_' || n, 'further-' || n, 'Further ' || n
from generate_series(1, 6000) n;
insert into owner_event (at, actor_id, action, subject_id, data)
select now() - n * interval '1 minute', 'olga', 'UPSERT_REASON', 'reason_further_' || n % 90,
  '{"active": [true, false]}'
from generate_series(1, 6000) n;
insert into terms_version (id, status, based_on, rules, findings, specific, created_at, updated_at, version)
select 'terms_further_' || n, 'DRAFT', 0, '[]', '[]', false, now() - n * interval '1 minute', now(), 1
from generate_series(1, 6000) n;
analyze return_shipment, return_line, return_label, withdrawal, seller, owner_event, terms_version;
select gin_clean_pending_list(i.oid) from pg_class i join pg_am a on a.oid = i.relam where a.amname = 'gin'
"""
_NO_FURTHER = """
truncate return_shipment, return_line, return_label, owner_event cascade;
delete from withdrawal;
delete from seller where handle like 'further-%';
delete from terms_version where id like 'terms_further_%'
"""


class Listed(NamedTuple):
    """A list as somebody asks for it, in a market of so many orders."""

    orders: int
    name: str
    who: str
    given: str
    order: str

    @property
    def actor(self) -> Actor:
        """Who asks: an owner, whom the order in the middle of the market concerns, or a seller that none does."""
        middle = self.orders // 2
        return {
            "owner": Actor(Role.OWNER, "olga"),
            "seller": Actor(Role.SELLER, "clerk", seller_of(middle, 0)),
            "newcomer": Actor(Role.SELLER, "clerk", "seller_newcomer"),
            "customer": Actor(Role.CUSTOMER, customer_of(middle)),
        }[self.who]

    @property
    def text(self) -> str:
        """The query."""
        arguments = [f"filter: {{ {self.given} }}"] * bool(self.given) + [f"orderBy: {self.order}"] * bool(self.order)
        listed = f"({', '.join(arguments)})" if arguments else ""
        return f"{{ {self.name}{listed} {{ nodes {{ {SHOWN[self.name]} }} }} }}"

    @property
    def few_pages(self) -> int:
        """The pages that it may read if there is nothing to list."""
        return SEARCHED_PAGES if "search: " in self.given else FEW_PAGES


def filters(orders: int) -> dict[str, list[str]]:
    """Every filter of every list, and none."""
    middle, seller = id_of("order", orders // 2), seller_of(orders // 2, 1)
    after, customer = id_of("order", orders // 2 + 1), id_of("customer", 7)
    return {
        "orders": ["", "status: [DELIVERED]", "hasOpenRequest: true", "hasOpenRequest: false",
                   "disputed: true", "disputed: false",
                   f'sellerId: "{seller}"', f'customerId: "{customer}"',
                   'placedAfter: "2026-01-01T00:00:00Z", placedBefore: "2999-01-01T00:00:00Z"',
                   'numberStartsWith: "N77"', 'search: "77"', 'search: "customer-7@"'],
        "packages": ["", "status: [DELIVERED]", "status: [PREPARING, READY_TO_SHIP, SHIPPED]", f'orderId: "{middle}"',
                     f'sellerId: "{seller}"', 'placedAfter: "2026-01-01T00:00:00Z"',
                     'placedBefore: "2999-01-01T00:00:00Z"', 'search: "T77"'],
        "requests": ["", "status: [WAITING]", "status: [WAITING, APPROVED]", "transaction: REFUND",
                     "waitingOn: [SELLER]", f'orderId: "{middle}"', f'sellerId: "{seller}"',
                     f'customerId: "{customer}"', 'submissionId: "submission_1"',
                     'createdAfter: "2026-01-01T00:00:00Z"', 'numberStartsWith: "RQ-1000"',
                     'dueBefore: "2999-01-01T00:00:00Z"', "escalated: true", "escalated: false",
                     "allowance: true", "allowance: false", 'reason: ["damaged"]', 'search: "sku-77"'],
        "plans": ["", "status: [COMPLETED]", "transaction: CANCEL", "refundState: [DONE]", f'orderId: "{after}"',
                  f'sellerId: "{seller}"', 'createdAfter: "2026-01-01T00:00:00Z"', 'search: "N77"'],
        "refunds": ["", "status: [SUCCEEDED]", f'orderId: "{after}"', 'createdBefore: "2999-01-01T00:00:00Z"',
                    'search: "N77"'],
        "returnShipments": ["", "status: [INSPECTED]", "status: [INSPECTED, AWAITING]", "kind: BY_CUSTOMER",
                            f'orderId: "{middle}"', f'requestId: "{id_of("request", orders // 2)}"',
                            f'sellerId: "{seller}"', 'createdAfter: "2026-01-01T00:00:00Z"',
                            'createdBefore: "2999-01-01T00:00:00Z"', 'dueBefore: "2000-01-01T00:00:00Z"',
                            'scanned: "RS-1000010"', 'search: "1000010"'],
        "sellers": ["", 'nameStartsWith: "shop 1"', f'ids: ["{seller}"]'],
        "withdrawals": ["", "status: [COMPLETED]", "status: [COMPLETED, DECLARED]", f'orderId: "{middle}"',
                        f'sellerId: "{seller}"', 'refundDueBefore: "2000-01-01T00:00:00Z"', "overdue: true",
                        'declaredAfter: "2026-01-01T00:00:00Z"',
                        "overdue: false", 'search: "1000010/W1"'],
        "ownerEvents": ["", f'subjectId: "{id_of("reason", 1)}"', 'actorId: "olga"'],
        "termsVersions": ["", "status: [DRAFT]", "status: [DRAFT, PUBLISHED]"],
        "events": ["", "subject: REQUEST", "action: [REQUEST_RETURN]", f'orderId: "{middle}"'],
    }  # fmt: skip


_OWNERS = ("refunds", "sellers", "ownerEvents", "termsVersions")
"""The lists that only the owner may ask for."""


def lists(orders: int) -> Iterator[Listed]:
    """Every list with each of its filters, in each of its orders, by everybody who may ask for it."""
    for name, filtered in filters(orders).items():
        for who in ("owner",) if name in _OWNERS else ("owner", "seller", "customer"):
            for given in filtered:
                for order in SORTED[name] if not given else SORTED[name][:1]:
                    yield Listed(orders, name, who, given, order)


_RARE = [
    ("orders", "owner", "status: [CANCELED]"),
    ("orders", "owner", "status: [REFUNDED, CANCELED]"),
    ("orders", "owner", 'sellerId: "seller_newcomer"'),
    ("orders", "owner", 'sellerId: "seller_newcomer", status: [DELIVERED]'),
    ("orders", "owner", "disputed: true"),
    ("orders", "owner", 'search: "nothing"'),
    ("orders", "seller", 'search: "nothing"'),
    ("orders", "newcomer", 'search: "nothing"'),
    ("orders", "newcomer", ""),
    ("orders", "newcomer", "status: [DELIVERED]"),
    ("orders", "newcomer", "status: [DELIVERED, WAITING_PACKAGING], hasOpenRequest: true"),
    ("packages", "owner", "status: [DELIVERY_FAILED]"),
    ("packages", "owner", "status: [DELIVERY_FAILED, CANCELED]"),
    ("packages", "owner", 'sellerId: "seller_newcomer"'),
    ("packages", "owner", 'sellerId: "seller_newcomer", status: [DELIVERED]'),
    ("packages", "owner", 'search: "nothing"'),
    ("packages", "seller", "status: [DELIVERY_FAILED]"),
    ("packages", "seller", "status: [DELIVERY_FAILED, CANCELED]"),
    ("packages", "seller", 'search: "nothing"'),
    ("packages", "newcomer", ""),
    ("packages", "newcomer", "status: [DELIVERED]"),
    ("requests", "owner", "status: [REJECTED]"),
    ("requests", "owner", "status: [REJECTED, WITHDRAWN]"),
    ("requests", "owner", "status: [REJECTED], waitingOn: [CUSTOMER]"),
    ("requests", "seller", "status: [REJECTED]"),
    ("requests", "seller", "status: [REJECTED], waitingOn: [SELLER]"),
    ("requests", "owner", "waitingOn: [CUSTOMER, OWNER]"),
    ("requests", "seller", "waitingOn: [CUSTOMER, OWNER]"),
    ("requests", "owner", "escalated: true"),
    ("requests", "seller", "escalated: true"),
    ("requests", "owner", "allowance: true"),
    ("requests", "owner", 'dueBefore: "2000-01-01T00:00:00Z"'),
    ("requests", "seller", 'dueBefore: "2000-01-01T00:00:00Z"'),
    ("requests", "owner", 'dueBefore: "2000-01-01T00:00:00Z", waitingOn: [OWNER, SELLER]'),
    ("requests", "owner", 'search: "nothing"'),
    ("requests", "owner", 'reason: ["nothing"]'),
    ("requests", "newcomer", ""),
    ("requests", "newcomer", "status: [WAITING]"),
    ("plans", "owner", "status: [WAITING]"),
    ("plans", "owner", "refundState: [NEEDS_ATTENTION]"),
    ("plans", "seller", "status: [WAITING]"),
    ("plans", "owner", 'search: "nothing"'),
    ("plans", "seller", 'search: "nothing"'),
    ("plans", "newcomer", ""),
    ("plans", "newcomer", "refundState: [DONE]"),
    ("refunds", "owner", "status: [FAILED]"),
    ("refunds", "owner", 'search: "nothing"'),
    ("returnShipments", "owner", "status: [RECEIVED]"),
    ("returnShipments", "owner", "status: [RECEIVED, AWAITING]"),
    ("returnShipments", "owner", "kind: TO_SENDER"),
    ("returnShipments", "owner", 'sellerId: "seller_newcomer"'),
    ("returnShipments", "owner", 'scanned: "nothing"'),
    ("returnShipments", "owner", 'dueBefore: "2000-01-01T00:00:00Z"'),
    ("returnShipments", "owner", 'search: "nothing"'),
    ("returnShipments", "seller", "status: [RECEIVED]"),
    ("returnShipments", "seller", 'scanned: "nothing"'),
    ("returnShipments", "newcomer", ""),
    ("withdrawals", "owner", "status: [DECLARED]"),
    ("withdrawals", "owner", "status: [DECLARED], overdue: true"),
    ("withdrawals", "owner", 'search: "nothing"'),
    ("withdrawals", "newcomer", ""),
    ("sellers", "owner", 'nameStartsWith: "nobody"'),
    ("sellers", "owner", 'ids: ["seller_none"]'),
    ("ownerEvents", "owner", 'subjectId: "reason_x"'),
    ("termsVersions", "owner", "status: [PUBLISHED]"),
    ("events", "newcomer", ""),
    ("events", "owner", 'actorId: "nobody"'),
    ("ownerEvents", "owner", 'actorId: "nobody"'),
]
_SORTED_LAST = ("search: ", "reason: ")
"""Filters that look their rows up before any are sorted: one order tells of all."""
FEW_PAGES = 40
"""Of 8 kB, that a list of nothing may read: the way down some indexes."""
SEARCHED_PAGES = 150
"""The same of a search, which goes down the indexes of a dozen tables, once for each piece of the text."""


def rare(orders: int) -> Iterator[Listed]:
    """Lists of which the market has nothing, in each of their orders: a plan by averages would look through all.

    But for a seller's own requests of one kind in the order of their changes or deadlines: these are looked through.
    """
    for name, who, given in _RARE:
        for order in SORTED[name][:1] if given.startswith(_SORTED_LAST) else SORTED[name]:
            if who != "seller" or order not in ("UPDATED_AT_DESC", "UPDATED_AT_ASC", "DUE_AT_ASC", "DUE_AT_DESC"):
                yield Listed(orders, name, who, given, order)


@contextmanager
def noted() -> Iterator[list[tuple[str, list[Any]]]]:
    """The statements of reads that are sent while the block lasts, with their values."""
    sent: list[tuple[str, list[Any]]] = []
    run = reading.fetch_row

    async def noting(db: BaseDBAsyncClient, statement: str, values: list[Any]) -> Any:
        sent.append((statement, values))
        return await run(db, statement, values)

    reading.fetch_row = noting
    try:
        yield sent
    finally:
        reading.fetch_row = run


class Sent(NamedTuple):
    """The statement that a list sends, its values, and whether it was answered in time."""

    statement: str
    values: list[Any]
    answered: bool


async def sent_by(one: Application, listed: Listed) -> Sent:
    """What a list sends. `one` has its database open."""
    return await sent_for(one, listed.actor, listed.text)


async def sent_for(one: Application, actor: Actor, text: str) -> Sent:
    """What a query of one statement sends for somebody."""
    context = await one.context({"authorization": f"Bearer {mint(SECRET, actor, ttl=600)}"}, None)
    with noted() as sent:
        answer = await one.engine.execute(one.engine.document(text), None, None, context)
    ((statement, values),) = sent
    return Sent(statement, values, "errors" not in answer)


async def plans_of(connection: asyncpg.Connection, statement: str, values: Sequence[Any]) -> list[list[str]]:
    """The plan for these values, and the one that a prepared statement settles on, for values it does not know."""
    custom = [row[0] for row in await connection.fetch(f"explain {statement}", *values)]
    return [custom, await generic(connection, statement, len(values))]


async def generic(connection: asyncpg.Connection, statement: str, count: int) -> list[str]:
    """The generic plan of a statement with so many parameters."""
    return await _generic(connection, statement, ["null"] * count, "explain")


async def executed(connection: asyncpg.Connection, statement: str, values: Sequence[Any]) -> list[str]:
    """How a statement is carried out for these values by its generic plan, which does not know them."""
    return await _generic(connection, statement, map(_literal, values), "explain (analyze, buffers, costs off)")


async def _generic(connection: asyncpg.Connection, statement: str, values: Iterable[str], how: str) -> list[str]:
    await connection.execute(f"set plan_cache_mode = force_generic_plan; prepare asked as {statement}")
    given = ", ".join(values)
    try:
        for _ in range(2):  # at first it reads the catalog, too
            rows = await connection.fetch(f"{how} execute asked{given and f'({given})'}")
    finally:
        await connection.execute("deallocate asked; reset plan_cache_mode")
    return [row[0] for row in rows]


def _literal(value: Any) -> str:
    """One of our values as SQL has it; none has a quotation mark."""
    return f"array[{', '.join(map(_literal, value))}]" if isinstance(value, list) else f"'{value}'"


def pages_read(plan: Sequence[str]) -> int:
    """How many pages a statement has read, by the uppermost line that says so."""
    line = next(line for line in plan if "Buffers: shared" in line)
    return sum(int(count) for count in re.findall(r"(?:hit|read)=(\d+)", line))


def scans(plan: Sequence[str]) -> list[str]:
    """The lines of a plan that read a big table from end to end."""
    return [line.strip() for line in plan if BIG.search(line)]


async def add_further(url: str) -> None:
    """Add what the operations that are measured do without: a return shipment a request, sellers, owners' changes."""
    await _execute(url, _FURTHER)


async def _execute(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


class Explained(NamedTuple):
    """What EXPLAIN says of all lists: how many plans, and which lists do without an index or take too long.

    `pages` is the most that a list of nothing has read.
    """

    orders: int
    plans: int
    wrong: list[str]
    pages: int


async def explained(url: str, orders: int) -> Explained:
    """Explain every list on a market of so many orders, to which further rows are added meanwhile."""
    await add_further(url)
    one = Application(Settings(worker=False, notifier_url="process"), url, SECRET, clock=now)
    await database.open(url)
    connection = await asyncpg.connect(url)
    count, wrong, pages = 0, [], []
    try:
        for listed in lists(orders):
            sent = await sent_by(one, listed)
            plans = await plans_of(connection, sent.statement, sent.values)
            count += len(plans)
            if not sent.answered or any(map(scans, plans)) or not all("Index" in "\n".join(plan) for plan in plans):
                wrong.append(f"{listed.who}: `{listed.text}`")
        for listed in rare(orders):
            sent = await sent_by(one, listed)
            pages.append(pages_read(await executed(connection, sent.statement, sent.values)))
            if not sent.answered or pages[-1] > listed.few_pages:
                wrong.append(f"{listed.who}: `{listed.text}`")
    finally:
        await connection.close()
        await database.close()
        await _execute(url, _NO_FURTHER)
    return Explained(orders, count, wrong, max(pages))
