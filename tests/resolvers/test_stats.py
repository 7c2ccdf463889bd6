"""`returnStats`: whose figures are shown to whom, in which bounds, and that they add up."""

from typing import Any

from domain.figures import MOST_DAYS
from domain.words import RefundState
from resolvers.stats import WAITS
from tests import figures
from tests.goods import act, confirmed, delivered
from tests.goods import settings as terms
from tests.market import OWNER, Market, Order, Part, customer, seller

FIGURES = """orderedUnits canceledUnits returnedUnits returnRate opened confirmed rejected withdrawn expired completed
  deadlinesBroken refunded { amount currency }"""
TIMES = "count median p95 buckets { from to count }"
STATS = f"""query S($f: ReturnStatsFilter!) {{ returnStats(filter: $f) {{
  from to zone totals {{ {FIGURES} }} days {{ day figures {{ {FIGURES} }} }}
  timeToAnswer {{ {TIMES} }} timeToReceive {{ {TIMES} }} timeToRefund {{ {TIMES} }}
  deadlinesBroken {{ deadline count }} reasons {{ reason {{ handle label }} units }}
  products {{ seller {{ handle }} sku name units }}
  sellers {{ seller {{ name }} orderedUnits returnedUnits returnRate }}
  moneyWaiting {{ state plans total {{ amount currency }} }} }} }}"""
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


async def shown(market: Market, actor: Any, **given: str) -> Any:
    return (await market.data(actor, STATS, f=MARCH | given))["returnStats"]


async def refused(market: Market, actor: Any, **given: str) -> str:
    answer = await market.ask(actor, STATS, f=MARCH | given)
    return str(answer["errors"][0]["extensions"]["code"])


async def traded(market: Market) -> tuple[Order, Order]:
    """A return of the north, thirty hours on its way and in money; one of the south in dollars, held; cancellations."""
    await terms(market, "ON_RECEIPT")
    north = await delivered(market)
    shipment = await confirmed(market, north, lamp=1)
    market.clock.pass_by(hours=30)
    await act(market, OWNER, "receiveReturn", shipment["id"])
    await market.work()
    south = await market.order(Part("south", {"cup": (3, "2.50")}), currency="USD")
    await market.move(south, "south", "SHIPPED", "DELIVERED")
    asked = await market.request(south, cup=2)
    assert (await market.do(seller(south, "south"), "confirmRequest", requestId=asked["id"]))["userErrors"] == []
    other = await market.order(Part("south", {"cup": (1, "2.50")}), currency="USD")
    await market.apply(await market.request(other, cup=1))
    market.clock.pass_by(seconds=3)
    await market.work()
    await market.request(await market.order(), bulb=1)
    market.clock.pass_by(days=4)  # nobody has decided
    await market.work()
    await figures.counted(market)
    return north, south


async def test_the_owner_is_shown_all_and_a_seller_its_own(market: Market) -> None:
    north, south = await traded(market)
    march = await shown(market, OWNER)
    assert march["zone"] == figures.ZONE
    assert march["totals"] == {
        "orderedUnits": 2 + 3 + 1 + 3,
        "canceledUnits": 1,
        "returnedUnits": 1,
        "returnRate": 1111,
        **dict.fromkeys(("rejected", "withdrawn", "expired"), 0),
        "opened": 4,
        "confirmed": 3,
        "completed": 2,
        "deadlinesBroken": 1,
        "refunded": [{"amount": "10.00", "currency": "EUR"}, {"amount": "2.50", "currency": "USD"}],
    }
    assert [day["day"] for day in march["days"]] == [f"2026-03-{n:02}" for n in range(1, 32)]
    for name in ("orderedUnits", "returnedUnits", "canceledUnits", "opened", "confirmed", "completed"):
        assert sum(day["figures"][name] for day in march["days"]) == march["totals"][name]
    day = next(day["figures"] for day in march["days"] if day["figures"]["returnedUnits"])
    assert day["refunded"] == march["totals"]["refunded"], "each currency by itself"
    assert march["timeToReceive"] == {
        "count": 1,
        "median": 30 * 3600,
        "p95": round((24 + 12 * 0.95) * 3600),
        "buckets": [{"from": 24 * 3600, "to": 36 * 3600, "count": 1}],
    }
    assert [(one["reason"]["handle"], one["units"]) for one in march["reasons"]] == [
        ("does_not_fit", 3),
        ("changed_mind", 2),
    ]
    assert [(one["sku"], one["name"], one["units"]) for one in march["products"]] == [
        ("cup", "Cup", 3),
        ("bulb", "Bulb", 1),
        ("lamp", "Lamp", 1),
    ]
    assert [
        (one["seller"]["name"], one["orderedUnits"], one["returnedUnits"], one["returnRate"])
        for one in march["sellers"]
    ] == [
        ("North", 5, 1, 2000),
        ("South", 4, 0, 0),
    ]
    assert march["deadlinesBroken"] == [{"deadline": "ANSWER", "count": 1}]
    assert march["moneyWaiting"] == [{"state": "HELD", "plans": 1, "total": {"amount": "5.00", "currency": "USD"}}]
    for order, handle in ((north, "north"), (south, "south")):
        clerk = seller(order, handle)
        own = await shown(market, clerk)
        assert own == await shown(market, OWNER, sellerId=order.sellers[handle])
        assert own == await shown(market, clerk, sellerId=order.sellers[handle])
        assert {one["seller"]["handle"] for one in own["products"]} == {handle}
    north_alone, south_alone = [
        await shown(market, seller(each, h)) for each, h in ((north, "north"), (south, "south"))
    ]
    for name in ("orderedUnits", "opened", "confirmed", "completed"):
        assert north_alone["totals"][name] + south_alone["totals"][name] == march["totals"][name]
    nothing = await shown(market, seller(north, "north"), sellerId=south.sellers["south"])
    assert (nothing["totals"]["orderedUnits"], nothing["products"], nothing["moneyWaiting"]) == (0, [], [])
    assert nothing == await shown(market, OWNER, sellerId="")
    returns = (await shown(market, OWNER, transaction="REFUND"))["totals"]
    assert (returns["opened"], returns["orderedUnits"], returns["canceledUnits"]) == (2, 9, 0)


async def test_a_question_has_bounds(market: Market) -> None:
    assert await refused(market, customer("ada")) == "FORBIDDEN"
    assert await refused(market, None) == "UNAUTHENTICATED"
    for bad in ({"to": "2026-02-28"}, {"to": "2027-03-02"}):
        assert await refused(market, OWNER, **bad) == "BAD_INPUT", bad
    for bad in ({"to": "2026-02-30"}, {"to": "20260330"}, {"to": "tomorrow"}):
        answer = await market.ask(OWNER, STATS, f=MARCH | bad)
        assert "such as 2026-01-31" in answer["errors"][0]["message"], bad
    assert await market.data(OWNER, "query S($f: ReturnStatsFilter!) { returnStats(filter: $f) { zone } }", f=MARCH)
    year = await shown(market, OWNER, to="2027-03-01")
    assert len(year["days"]) == MOST_DAYS
    assert (year["zone"], year["totals"]["returnRate"], year["timeToAnswer"]["median"]) == (None, None, None)


def test_money_waits_in_every_state_that_is_not_over() -> None:
    assert {*RefundState} - {*WAITS} == {RefundState.NONE, RefundState.DONE}
