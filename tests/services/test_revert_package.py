"""The last change of a package's status is taken back: what comes back with it, and what forbids it."""

from typing import Any

import pytest
from orjson import loads

from tests.market import OWNER, Market, Order, Part, customer, opened, seller
from tests.services.test_races import codes
from tests.services.test_shipped_meanwhile import IN_TWO

PACKAGE = """id status version trackingNumber shippedAt deliveredAt deliveryAssumed returnUntil
  sellerOrder { status order { status } } allowedActions { action enabled blockers { code } }"""
ADA = customer("ada")


async def package(market: Market, order: Order) -> dict[str, Any]:
    text = f"query O($id: ID!) {{ order(id: $id) {{ packages {{ {PACKAGE} }} }} }}"
    return dict((await market.data(seller(order, "north"), text, id=order.id))["order"]["packages"][0])


def offer(shown: dict[str, Any]) -> list[str]:
    """Why the change cannot be taken back, as it is shown; nothing if it can."""
    found = next(each for each in shown["allowedActions"] if each["action"] == "REVERT_PACKAGE_STATUS")
    assert found["enabled"] is not bool(found["blockers"])
    return [blocker["code"] for blocker in found["blockers"]]


def known(shown: dict[str, Any]) -> dict[str, Any]:
    """What is known of a package, besides its version and what can be done with it."""
    return {name: value for name, value in shown.items() if name not in ("version", "allowedActions")}


async def revert(market: Market, order: Order, *, by: Any = None, **more: Any) -> dict[str, Any]:
    given = {"packageId": order.packages["north"], **more}
    return dict(
        await market.do(by or seller(order, "north"), "revertPackageStatus", f"package {{ {PACKAGE} }}", **given)
    )


async def refused(market: Market, order: Order, *wanted: str) -> None:
    """It is refused, as the package says that it would be, and nothing changes."""
    before = await market.fingerprint()
    assert offer(await package(market, order)) == list(wanted)
    assert codes(await revert(market, order)) == list(wanted)
    assert await market.fingerprint() == before


WAYS = (
    ("READY_TO_SHIP",),
    ("READY_TO_SHIP", "PREPARING"),
    ("SHIPPED",),
    ("READY_TO_SHIP", "SHIPPED"),
    ("SHIPPED", "DELIVERED"),
    ("SHIPPED", "DELIVERY_FAILED"),
    ("SHIPPED", "DELIVERY_FAILED", "SHIPPED"),
    ("SHIPPED", "DELIVERY_FAILED", "DELIVERED"),
)


@pytest.mark.parametrize("way", WAYS, ids="-".join)
async def test_the_last_change_is_taken_back_with_all_that_it_replaced(market: Market, way: tuple[str, ...]) -> None:
    order = await market.order()
    for n, status in enumerate(way):
        before = await package(market, order)
        given: dict[str, Any] = {"packageId": order.packages["north"], "trackingNumber": f"T{n}", "status": status}
        assert (await market.do(seller(order, "north"), "updatePackageStatus", **given))["userErrors"] == []
        market.clock.pass_by(minutes=30)
    assert offer(await package(market, order)) == []
    payload = await revert(market, order, by=OWNER)
    assert payload["userErrors"] == []
    assert known(payload["package"]) == known(before)
    assert payload["package"]["version"] == before["version"] + 2
    (event,) = await market.rows("select * from event where action = 'REVERT_PACKAGE_STATUS'")
    assert (event["from_status"], event["to_status"]) == (way[-1], before["status"])
    await refused(market, order, "NOTHING_TO_REVERT")


async def test_an_assumed_delivery_that_was_corrected_is_assumed_again(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    await market.rows("update package set shipped_at = now() - interval '90 days'")
    market.clock.now = (await market.rows("select now() as now"))[0]["now"]
    await market.work()
    assumed = await package(market, order)
    assert assumed["deliveryAssumed"]
    await refused(market, order, "NOTHING_TO_REVERT")  # nobody has said so
    for status in ("DELIVERED", "DELIVERY_FAILED", "SHIPPED"):
        await market.move(order, "north", status)
        assert known((await revert(market, order))["package"]) == known(assumed)


async def test_a_package_that_has_not_moved_has_nothing_to_take_back(market: Market) -> None:
    await refused(market, await market.order(), "NOTHING_TO_REVERT")


async def test_a_change_can_be_taken_back_for_a_set_time(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(minutes=60)
    await refused(market, order, "REVERT_TOO_LATE")


@pytest.mark.parametrize(("minutes", "wanted"), [(0, ["REVERT_TOO_LATE"]), (90, [])])
async def test_the_time_is_a_setting(database_url: str, minutes: int, wanted: list[str]) -> None:
    async with opened(database_url, revert_minutes=minutes) as market:
        order = await market.order()
        await market.move(order, "north", "SHIPPED")
        market.clock.pass_by(minutes=max(0, minutes - 1))
        assert codes(await revert(market, order)) == wanted


async def test_a_return_relies_on_the_status_while_it_is_open_and_once_it_is_completed(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=1)
    await refused(market, order, "STATUS_RELIED_ON")
    assert (await market.do(ADA, "withdrawRequest", requestId=request["id"]))["userErrors"] == []
    assert offer(await package(market, order)) == []
    request = await market.request(order, lamp=1)
    assert (await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"]))["userErrors"] == []
    await market.work()
    assert (await market.rows("select status from cancellation_request where id = $1", request["id"]))[0][
        "status"
    ] == "COMPLETED"
    await refused(market, order, "STATUS_RELIED_ON")


async def test_a_package_that_was_recalled_stays_shipped(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    await market.move(order, "north", "SHIPPED")
    await market.apply(request)
    assert (await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"]))["userErrors"] == []
    await refused(market, order, "PACKAGE_EMPTY")


@pytest.mark.parametrize("early", [True, False], ids=["applied before", "applied after"])
async def test_a_plan_that_waited_for_the_seller_is_confirmed_by_itself_again(market: Market, early: bool) -> None:
    """The same happens as if the package had never been shipped."""
    order = await market.order()
    request = await market.request(order, lamp=1) if early else await market.request(order, lamp=2, bulb=1)
    if early:
        await market.apply(request)
    await market.move(order, "north", "SHIPPED")
    if not early:
        await market.apply(request)
    market.clock.pass_by(seconds=3)
    await market.work()
    assert await standing(market, request) == ("WAITING", "SELLER", "CONFIRMATION_WAITING", True)
    assert (await revert(market, order))["userErrors"] == []
    assert await standing(market, request) == ("WAITING", "SYSTEM", "WAITING", False)
    market.clock.pass_by(seconds=1)
    await market.work()
    assert await standing(market, request) == ("WAITING", "SYSTEM", "WAITING", False)  # the time begins anew
    market.clock.pass_by(seconds=2)
    await market.work()
    assert (await standing(market, request))[0] == "COMPLETED"
    (event,) = await market.rows("select data from event where action = 'REVERT_PACKAGE_STATUS' and subject = 'PLAN'")
    before, after = loads(event["data"])["request"]
    assert (before[1], after[1]) == ("SELLER", "SYSTEM")


async def test_a_plan_that_waits_for_the_seller_of_another_package_goes_on_waiting(market: Market) -> None:
    order = await market.order(IN_TWO)
    request = await market.request(order, lamp=2, bulb=1)
    await market.apply(request)
    await market.move(order, "north", "SHIPPED")
    await market.move(order, "north", "SHIPPED", package="bulb")
    market.clock.pass_by(seconds=3)
    await market.work()
    for name, plan in (("north", "CONFIRMATION_WAITING"), ("bulb", "WAITING")):
        package_id = order.packages[name]
        payload = await market.do(seller(order, "north"), "revertPackageStatus", packageId=package_id)
        assert payload["userErrors"] == []
        assert (await standing(market, request))[2] == plan


async def standing(market: Market, request: dict[str, Any]) -> tuple[str, str, str, bool]:
    (row,) = await market.rows(
        "select q.status, q.waiting_on, p.status as plan, q.due_at is not null as due from cancellation_request q"
        " join cancellation_plan p on p.request_id = q.id where q.id = $1",
        request["id"],
    )
    return row["status"], row["waiting_on"], row["plan"], row["due"]


async def test_a_version_that_has_passed_is_refused_and_a_key_holds(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    assert codes(await revert(market, order, expectedVersion=1)) == ["STALE_VERSION"]
    first = await revert(market, order, expectedVersion=2, idempotencyKey="once")
    again = await revert(market, order, expectedVersion=2, idempotencyKey="once")
    assert (first["userErrors"], first["replayed"], again["replayed"]) == ([], False, True)
    assert again["package"]["version"] == 3


async def test_others_may_not(market: Market) -> None:
    order, other = await market.order(), await market.order(Part("south", {"lamp": (2, "10.00")}))
    assert codes(await revert(market, order, by=ADA)) == ["ROLE_NOT_ALLOWED"]
    assert codes(await revert(market, order, by=seller(other, "south"))) == ["NOT_FOUND"]
