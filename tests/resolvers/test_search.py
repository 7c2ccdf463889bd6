"""Search: every column by everybody, how texts are compared, and that nobody finds by what it may not read."""

import pytest

from domain.facts import Actor
from domain.words import Role
from resolvers.search import LONGEST, SEARCHED
from tests.market import OWNER, Market, Order, Part, customer, opened, seller
from tests.services.messages.rows import written
from tests.services.test_visibility import shared

_BESIDE = """
insert into return_shipment (id, kind, method, status, order_id, seller_id, request_id, created_at, updated_at, version)
select replace(id, 'request', 'return'), 'BY_CUSTOMER', 'MAIL', 'AWAITING', order_id, seller_id, id, now(), now(), 1
from cancellation_request;
insert into return_line (id, shipment_id, order_item_id, seller_id, position, expected)
select replace(l.id, 'line', 'returnline'), replace(l.request_id, 'request', 'return'), l.order_item_id, l.seller_id, 1,
  1
from request_item l;
insert into return_label (id, shipment_id, order_id, seller_id, position, status, carrier, attempt_count, leased,
  created_at, updated_at, version)
select replace(id, 'return', 'label'), id, order_id, seller_id, 1, 'ISSUED', 'slip', 0, false, now(), now(), 1
from return_shipment;
insert into withdrawal (id, number, status, order_id, seller_order_id, seller_id, customer_id, declared_by, declared_at,
  locale, statement, hash, refund_due_at, updated_at, version)
select replace(id, 'request', 'withdrawal'), number || '/W1', 'DECLARED', order_id, seller_order_id, seller_id,
  customer_id, 'CUSTOMER', now(), 'en', 'I withdraw.', '', now(), now(), 1 from cancellation_request
"""
LISTS = ("orders", "packages", "requests", "plans", "returnShipments", "withdrawals", "refunds", "messages")
FOUND = {name: f"query Q($t: String) {{ {name}(filter: {{ search: $t }}) {{ totalCount }} }}" for name in LISTS}
HITS = "query Q($t: String!) { search(text: $t) { kind number text matched node { __typename id } } }"
ALL = {"owner", "ada", "guest", "north", "south"}
NORTHS = ALL - {"south"}
BUYERS = {"owner", "ada", "guest"}
COLUMNS = {
    "order.number": (ALL, "orders", "ORDER_NUMBER"),
    "customer.name": (ALL, "orders", "CUSTOMER_NAME"),
    "customer.email": ({"owner", "ada"}, "orders", "CUSTOMER_EMAIL"),
    "shipping_address.name": (ALL, "orders", "RECIPIENT"),
    "billing_address.name": (BUYERS, "orders", "BILLED_TO"),
    "package.number": (NORTHS, "packages", "PACKAGE_NUMBER"),
    "package.tracking_number": (NORTHS, "orders", "TRACKING_NUMBER"),
    "order_item.sku": (NORTHS, "requests plans", "SKU"),
    "order_item.name": (NORTHS, "returnShipments", "ITEM_NAME"),
    "cancellation_request.number": (NORTHS, "requests plans", "REQUEST_NUMBER"),
    "request_item.note": (NORTHS, "requests plans", "NOTE"),
    "return_shipment.number": (NORTHS, "returnShipments", "RETURN_NUMBER"),
    "return_shipment.tracking_number": (NORTHS, "requests plans", "TRACKING_NUMBER"),
    "return_label.tracking_number": (NORTHS, "returnShipments plans", "TRACKING_NUMBER"),
    "withdrawal.number": (NORTHS, "withdrawals", "WITHDRAWAL_NUMBER"),
    "message.address": ({"owner"}, "messages", None),
    "message.subject": ({"owner"}, "messages", None),
}
"""Every column that is searched: who finds by it, the lists in which it finds, and what the root field says of it."""
_NORTHS_PART = "order_id = $1 and seller_id = $2"
WHERE = {
    **dict.fromkeys({column.partition(".")[0] for column in COLUMNS}, _NORTHS_PART),
    **dict.fromkeys(("shipping_address", "billing_address"), "order_id = $1"),
    "order": "id = $1",
    "customer": 'id = (select customer_id from "order" where id = $1)',
    "request_item": "seller_id = $2 and $1 <> ''",
    "message": f"{_NORTHS_PART} and audience = 'SELLER'",
}
_ANYTHING = "from (select set_config('session_replication_role', 'replica', true)) no_trigger"
"""Of an update, which then may change what a customer has declared."""
NEEDLE = "Zw\u00f6lf-4711"


async def world(market: Market) -> tuple[Order, dict[str, Actor]]:
    """An order of two sellers with a row of everything, and everybody; eve and her guest have another order."""
    order, other = await shared(market), await market.order(customer="eve")
    for statement in _BESIDE.split(";"):
        await market.rows(statement)
    await written(market)
    people = {"owner": OWNER, "ada": customer("ada"), "eve": customer("eve")}
    guests = {"guest": _guest(order), "strange guest": _guest(other)}
    sellers = {handle: seller(order, handle) for handle in ("north", "south")}
    return order, {**people, **guests, **sellers}


def _guest(order: Order) -> Actor:
    return Actor(Role.CUSTOMER, "access_1", order_id=order.id)


async def finders(market: Market, actors: dict[str, Actor], query: str, text: str) -> set[str]:
    """Who finds anything."""
    found: set[str] = set()
    for name, actor in actors.items():
        ((answer,),) = [(await market.data(actor, query, t=text)).values()]
        if answer["totalCount"] if isinstance(answer, dict) else answer:
            found.add(name)
    return found


async def test_everybody_finds_by_what_it_may_read_and_by_nothing_else(market: Market) -> None:
    order, actors = await world(market)
    assert set(COLUMNS) == {f"{one.model._meta.db_table}.{column}" for one in SEARCHED for column in one.columns}
    for column, (allowed, names, matched) in COLUMNS.items():
        table, field = column.split(".")
        values = (order.id, order.sellers["north"]) if "$2" in WHERE[table] else (order.id,)
        before = await market.rows(f'select {field} as text from "{table}" where {WHERE[table]}', *values)
        changed = f'update "{table}" set {field} = {{}} {_ANYTHING} where'
        await market.rows(changed.format(f"'x {NEEDLE} y'") + f" {WHERE[table]}", *values)
        asking = {who: actor for who, actor in actors.items() if names != "messages" or who == "owner"}
        for name in names.split():
            assert await finders(market, asking, FOUND[name], "ZWOLF-47") == allowed, f"{column} in {name}"
            if name == "plans":  # south's plan of the same order is another
                assert await market.data(OWNER, FOUND[name], t="ZWOLF-47") == {"plans": {"totalCount": 1}}, column
        hits = (await market.data(OWNER, HITS, t="WÖLF-471"))["search"]
        assert {hit["matched"] for hit in hits} == ({matched} if matched else set()), column
        assert await finders(market, actors, HITS, "WÖLF-471") == (allowed if matched else set()), column
        await market.rows(f"{changed.format('$1')} {field} = 'x {NEEDLE} y'", before[0]["text"])
        for name in names.split():
            assert await finders(market, asking, FOUND[name], "ZWOLF-47") == set(), f"{column} in {name}"


async def test_a_sellers_hits_are_its_own_orders_also_of_a_customer_who_buys_elsewhere(market: Market) -> None:
    order = await market.order()
    await market.order(Part("west", {"chair": (1, "30.00")}))
    query = '{ search(text: "ada", first: 1) { number } }'
    assert await market.data(seller(order, "north"), query) == {"search": [{"number": order.number}]}


@pytest.mark.parametrize("shown", [False, True], ids=["as a rule", "SELLERS_SEE_CUSTOMERS"])
async def test_sellers_find_by_an_address_if_the_marketplace_shows_it_to_them(database_url: str, shown: bool) -> None:
    async with opened(database_url, sellers_see_customers=shown) as market:
        order = await market.order(person={"email": "ada@example.org"})
        for query in (FOUND["orders"], HITS):
            found = await finders(market, {"north": seller(order, "north")}, query, "ada@example")
            assert found == ({"north"} if shown else set())
        await market.rows("update customer set name = 'Ada of the longer name'")
        (hit,) = (await market.data(seller(order, "north"), HITS, t="ada"))["search"]
        assert hit["text"] == ("ada@example.org" if shown else "Ada of the longer name")


TEXTS = {
    "100050": True,  # anywhere in a number
    "#r-100": True,
    "0050": True,
    "#": True,
    "#R": True,
    "R-": False,  # two letters at the beginning only, of a text or a word
    "Straße": True,
    "STRASSE": True,
    "strasse  grün": True,
    "grun": True,
    "gr": True,
    "rü": False,
    "Łódź": True,
    "łodz": True,
    "50 stras": False,  # no text goes over into the next
    "%": False,
    "_____": False,
    "\\": False,
    "'; --": False,
    "\u0301": False,
    " ": False,
    "": False,
}


async def test_texts_are_compared_without_case_and_accents_and_by_nothing_but_their_letters(market: Market) -> None:
    order = await market.order()
    await market.rows("update \"order\" set number = '#R-100050' where id = $1", order.id)
    await market.rows("update customer set name = 'Straße Grün Łódź'")
    found = {text: (await market.data(OWNER, FOUND["orders"], t=text))["orders"]["totalCount"] == 1 for text in TEXTS}
    assert found == TEXTS
    assert (await market.data(OWNER, FOUND["orders"], t=None))["orders"]["totalCount"] == 1


async def test_hits_are_each_thing_once_what_equals_the_text_first_then_the_newest(market: Market) -> None:
    ada = {"name": "Ada", "lines": ["Elm Street 1"], "country": "DE"}
    orders = [await market.order(shippingAddress=ada, billingAddress=ada) for _ in range(4)]
    (equal, *_, newest) = orders
    request = await market.request(newest, lamp=1)
    await market.rows("update order_item set name = 'lamp post', sku = 'lamp post'")
    await market.rows("update order_item set name = 'lamp' where order_id = $1", equal.id)
    numbers = await _numbers(market, "lamp")
    assert numbers == [order.number for order in (equal, *reversed(orders[1:]))]
    (name,) = {hit["matched"] for hit in (await market.data(OWNER, HITS, t="ada"))["search"]}
    assert name == "CUSTOMER_NAME"
    assert await _numbers(market, "lamp", first=2) == [equal.number, newest.number]
    assert await _numbers(market, "lamp", first=0) == []
    (hit,) = (await market.data(OWNER, HITS, t=request["number"]))["search"]
    assert hit == {
        "kind": "REQUEST", "number": request["number"], "text": request["number"], "matched": "REQUEST_NUMBER",
        "node": {"__typename": "CancellationRequest", "id": request["id"]},
    }  # fmt: skip


async def _numbers(market: Market, text: str, first: int = 10) -> list[str]:
    query = "query Q($t: String!, $n: Int!) { search(text: $t, first: $n) { number } }"
    return [hit["number"] for hit in (await market.data(OWNER, query, t=text, n=first))["search"]]


async def test_bad_searches_say_what_is_wrong(market: Market) -> None:
    long, most = "x" * (LONGEST + 1), '{ search(text: "x", first: 51) { number } }'
    answers = [
        await market.ask(OWNER, FOUND["orders"], t=long),
        await market.ask(OWNER, HITS, t=long),
        await market.ask(OWNER, most),
        await market.ask(None, HITS, t="x"),
    ]
    said = [(answer["errors"][0]["extensions"]["code"], answer["errors"][0]["message"]) for answer in answers]
    assert [code for code, _ in said] == ["BAD_INPUT", "BAD_INPUT", "BAD_INPUT", "UNAUTHENTICATED"]
    assert f"at most {LONGEST} characters" in said[0][1] == said[1][1]
    assert "`first` must be from 0 to 50" in said[2][1]


TIMED = {
    **dict.fromkeys(("plans", "refunds", "messages"), "created_at"),
    "packages": "placed_at",
    "withdrawals": "declared_at",
}
"""Lists with the moment that they are narrowed by."""


async def test_what_a_queue_is_narrowed_and_sorted_by_beside_a_search(market: Market) -> None:
    order, _ = await world(market)
    (north, south) = [row["id"] for row in await market.rows("select id from cancellation_request order by seller_id")]
    await market.rows("update cancellation_request set updated_at = now() + interval '1 day' where id = $1", north)
    await market.rows("update request_item set reason_id = 'reason_4' where request_id = $1", south)
    sorted_ = "{ requests(orderBy: UPDATED_AT_ASC) { nodes { id } } }"
    assert [one["id"] for one in (await market.data(OWNER, sorted_))["requests"]["nodes"]] == [south, north]
    by_reason = "query R($reason: [String!]) { requests(filter: { reason: $reason }) { nodes { id } } }"
    for reason, ids in (["damaged"], [south]), (["damaged", "does_not_fit"], [north, south]), (["nothing"], []):
        found = (await market.data(OWNER, by_reason, reason=reason))["requests"]["nodes"]
        assert sorted(one["id"] for one in found) == sorted(ids), reason
    foreign = (await market.data(seller(order, "north"), by_reason, reason=["damaged"]))["requests"]["nodes"]
    assert foreign == []
    await market.rows("update message set created_at = created_at - interval '1 day' where audience = 'SELLER'")
    for direction, first in ("ASC", "SELLER"), ("DESC", "CUSTOMER"):
        listed = f"{{ messages(orderBy: CREATED_AT_{direction}, first: 1) {{ nodes {{ audience }} }} }}"
        assert (await market.data(OWNER, listed))["messages"]["nodes"] == [{"audience": first}]
    for name, column in TIMED.items():
        table = name.removesuffix("s") if name != "plans" else "cancellation_plan"
        rows = await market.rows(f"select min({column}) as since, max({column}) as until, count(*) as n from {table}")
        (since, until, n) = rows[0].values()
        word = column.removesuffix("_at")
        counts = [
            (await market.data(OWNER, f"{{ {name}(filter: {{ {given} }}) {{ totalCount }} }}"))[name]["totalCount"]
            for given in (
                f'{word}After: "{since.isoformat()}"',
                f'{word}Before: "{since.isoformat()}"',
                f'{word}After: "{until.isoformat()}", {word}Before: "2999-01-01T00:00:00Z"',
            )
        ]
        assert counts[:2] == [n, 0], name
        assert 0 < counts[2] <= n, name
