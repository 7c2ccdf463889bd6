"""What becomes of a cancellation that waits while its package leaves, and of what its seller has not sent yet."""

from typing import Any

from domain.facts import Actor
from tests.market import OWNER, POLICY, Market, Order, Part, customer, seller

IN_TWO = Part("north", {"lamp": (2, "10.00"), "bulb": (1, "3.50")}, apart=("bulb",))
ADA = customer("ada")
_ACTIONS = "allowedActions { action enabled requires blockers { code message } }"
_REQUEST = (
    "id number status transaction waitingOn dueAt submissionId openedBy plan { status } predecessor { id }"
    " successors { id } items { quantity note reason { handle } orderItem { sku } }"
)
_CONVERTED = f"request {{ {_REQUEST} }} returnRequest {{ {_REQUEST} }} rest {{ {_REQUEST} }}"


async def test_a_request_whose_rest_waits_for_the_same_items_is_not_offered_to_be_converted(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    part = [{"orderItemId": order.items["lamp"], "quantity": 1}]
    way: dict[str, Any] = {"transaction": "CANCEL", "confirm": True, "accept": part, "rest": "KEEP_WAITING"}
    assert (await market.do(OWNER, "applyCancellation", requestId=request["id"], **way))["userErrors"] == []
    await market.move(order, "north", "SHIPPED")
    offered = "query A($id: ID!) { request(id: $id) { allowedActions { action blockers { code } } } }"
    for open_elsewhere in (True, False):
        found = (await market.data(ADA, offered, id=request["id"]))["request"]["allowedActions"]
        codes = next(
            [one["code"] for one in each["blockers"]] for each in found if each["action"] == "CONVERT_TO_RETURN"
        )
        payload = await market.do(ADA, "convertToReturn", requestId=request["id"])
        assert codes == [one["code"] for one in payload["userErrors"]] == (["REQUEST_OPEN"] if open_elsewhere else [])
        if open_elsewhere:
            (rest,) = await market.rows("select id from cancellation_request where predecessor_id = $1", request["id"])
            await market.do(ADA, "withdrawRequest", requestId=rest["id"])


async def test_a_request_and_an_order_contradict_each_other(market: Market) -> None:
    request = await market.request(await market.order(), lamp=1)
    both: dict[str, Any] = {"transaction": "CANCEL", "confirm": True, "requestId": request["id"]}
    payload = await market.do(OWNER, "applyCancellation", **both, orderId=(await market.order()).id)
    assert [one["code"] for one in payload["userErrors"]] == ["CONTRADICTORY_INPUT"]


async def offered(market: Market, actor: Actor, request: str, action: str) -> dict[str, Any]:
    """One action on a request, as it is shown to an actor."""
    text = f"query R($id: ID!) {{ request(id: $id) {{ {_ACTIONS} }} }}"
    found = (await market.data(actor, text, id=request))["request"]["allowedActions"]
    return next(dict(offer) for offer in found if offer["action"] == action)


async def applied(market: Market, request: str, **given: Any) -> Any:
    return await market.do(
        OWNER,
        "applyCancellation",
        f"requests {{ {_REQUEST} }} plans {{ status dueAt }}",
        **{"transaction": "CANCEL", "confirm": True, "requestId": request, **given},
    )


async def converted(market: Market, request: str, actor: Actor = ADA) -> Any:
    payload = await market.do(actor, "convertToReturn", _CONVERTED, requestId=request)
    assert payload["userErrors"] == []
    return payload


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(".".join(error["field"]), each["code"]) for error in payload["userErrors"] for each in error["blockers"]]


async def units(market: Market, order: Order) -> dict[str, tuple[int, ...]]:
    rows = await market.rows("select * from order_item where order_id = $1", order.id)
    names = ("active", "cancel_held", "canceled", "return_held", "returned")
    return {row["sku"]: tuple(row[name] for name in names) for row in rows}


# Apply after the hand-over.


async def test_a_cancellation_applied_after_the_hand_over_is_put_to_the_seller_at_once(market: Market) -> None:
    for last in ("SHIPPED", "DELIVERY_FAILED"):
        order = await market.order()
        request = await market.request(order, lamp=2, bulb=1)
        await market.move(order, "north", *dict.fromkeys(("SHIPPED", last)))
        assert (await offered(market, OWNER, request["id"], "APPLY_CANCELLATION"))["enabled"]
        payload = await applied(market, request["id"])
        assert payload["userErrors"] == []
        assert payload["plans"] == [{"status": "CONFIRMATION_WAITING", "dueAt": None}]
        assert payload["requests"][0]["waitingOn"] == "SELLER"
        confirmed = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
        assert confirmed["userErrors"] == []
        await market.work()
        assert await units(market, order) == {"lamp": (0, 0, 2, 0, 0), "bulb": (0, 0, 1, 0, 0)}
        (row,) = await market.rows('select status, refunded_minor from "order" where id = $1', order.id)
        assert row == {"status": "CANCELED", "refunded_minor": 2840}


async def test_a_part_of_a_shipped_package_is_not_recalled(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    await market.move(order, "north", "SHIPPED")
    offer = await offered(market, OWNER, request["id"], "APPLY_CANCELLATION")
    assert [each["code"] for each in offer["blockers"]] == ["PACKAGE_NOT_WHOLE"]
    assert codes(await applied(market, request["id"])) == [("input", "PACKAGE_NOT_WHOLE")]


async def test_only_the_units_that_are_left_in_a_package_count_for_its_recall(market: Market) -> None:
    order = await market.order()
    await market.apply(await market.request(order, bulb=1))
    market.clock.pass_by(seconds=3)
    await market.work()
    request = await market.request(order, lamp=2)
    await market.move(order, "north", "SHIPPED")
    assert (await offered(market, OWNER, request["id"], "APPLY_CANCELLATION"))["enabled"]
    assert (await applied(market, request["id"]))["userErrors"] == []


async def test_of_a_package_that_has_left_all_is_accepted_or_nothing(market: Market) -> None:
    order = await market.order(IN_TWO)
    request = await market.request(order, lamp=2, bulb=1)
    await market.move(order, "north", "SHIPPED")
    given = {"rest": "RELEASE", "restReason": "One has gone."}
    lamp, bulb = ({"orderItemId": order.items[sku], "quantity": 1} for sku in ("lamp", "bulb"))
    part = await applied(market, request["id"], accept=[lamp, bulb], **given)
    assert codes(part) == [("input.accept", "PACKAGE_NOT_WHOLE")]
    unsent = await applied(market, request["id"], accept=[bulb], **given)
    assert codes(unsent) == [("input.override", "SELLER_HAS_SHIPPED")]
    over = await applied(market, request["id"], accept=[bulb], override=True, note="It never left.", **given)
    assert (over["userErrors"], over["plans"][0]["status"]) == ([], "WAITING")


async def test_a_preview_of_a_recall_shows_what_comes_back_if_the_seller_agrees(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    await market.move(order, "north", "SHIPPED")
    text = """query P($input: ApplyCancellationInput!) { previewCancellation(input: $input) {
      plans { total { amount } tenders { amount { amount } } } userErrors { code } } }"""
    asked = {"transaction": "CANCEL", "confirm": True, "requestId": request["id"]}
    seen = (await market.data(OWNER, text, input=asked))["previewCancellation"]
    assert seen["userErrors"] == []
    assert seen["plans"] == [{"total": {"amount": "28.40"}, "tenders": [{"amount": {"amount": "28.40"}}]}]


async def test_a_delivery_in_spite_of_a_recall_leaves_ways_on_for_everybody(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    await market.move(order, "north", "SHIPPED")
    await applied(market, request["id"])
    await market.move(order, "north", "DELIVERED")
    confirm = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    assert codes(confirm) == [("input", "PACKAGE_DELIVERED")]
    for actor, action in ((seller(order, "north"), "REJECT_REQUEST"), (OWNER, "REJECT_REQUEST")):
        assert (await offered(market, actor, request["id"], action))["enabled"]
    for actor in (ADA, OWNER):
        assert (await offered(market, actor, request["id"], "CONVERT_TO_RETURN"))["enabled"]
    payload = await converted(market, request["id"])
    assert payload["request"]["plan"]["status"] == "VOIDED"


async def test_a_recalled_package_may_be_delivered_in_spite_of_it(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    await market.move(order, "north", "SHIPPED")
    await applied(market, request["id"])
    await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    await market.move(order, "north", "DELIVERED")
    (row,) = await market.rows('select status from "order" where id = $1', order.id)
    assert row["status"] == "CANCELED"


# Convert to a return.


async def test_a_cancellation_is_converted_with_its_units_reasons_and_notes(market: Market) -> None:
    for actor in (ADA, OWNER):
        order = await market.order()
        item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "other_cancel", "note": "Too bright"}
        asked = await market.do(
            ADA, "requestReturn", "requests { id submissionId }", orderId=order.id, items=[item], policyVersion=POLICY
        )
        (request,) = asked["requests"]
        await market.move(order, "north", "SHIPPED")
        payload = await converted(market, request["id"], actor)
        old, new = payload["request"], payload["returnRequest"]
        assert (old["status"], old["waitingOn"], old["successors"]) == ("CONVERTED", "NONE", [{"id": new["id"]}])
        assert (new["status"], new["transaction"], new["waitingOn"]) == ("WAITING", "REFUND", "SELLER")
        assert (new["predecessor"]["id"], new["submissionId"]) == (request["id"], request["submissionId"])
        assert new["number"] != old["number"]
        line = {"quantity": 1, "note": "Too bright", "reason": {"handle": "other_cancel"}, "orderItem": {"sku": "lamp"}}
        assert (new["items"], payload["rest"], new["openedBy"]) == ([line], None, "CUSTOMER")
        assert await units(market, order) == {"lamp": (1, 0, 0, 1, 0), "bulb": (1, 0, 0, 0, 0)}
        confirmed = await market.do(seller(order, "north"), "confirmRequest", requestId=new["id"])
        assert confirmed["userErrors"] == []
        await market.work()
        assert (await units(market, order))["lamp"] == (1, 0, 0, 0, 1)


async def test_what_was_asked_for_in_time_is_converted_after_the_window(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    market.clock.pass_by(days=20)
    assert (await converted(market, request["id"]))["returnRequest"]["status"] == "WAITING"


async def test_what_has_not_left_stays_a_cancellation(market: Market) -> None:
    order = await market.order(IN_TWO)
    request = await market.request(order, lamp=2, bulb=1)
    before = await market.data(OWNER, "query R($id: ID!) { request(id: $id) { dueAt } }", id=request["id"])
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(hours=1)
    payload = await converted(market, request["id"])
    rest, back = payload["rest"], payload["returnRequest"]
    assert [(line["orderItem"]["sku"], line["quantity"]) for line in back["items"]] == [("lamp", 2)]
    assert [(line["orderItem"]["sku"], line["quantity"]) for line in rest["items"]] == [("bulb", 1)]
    assert (rest["transaction"], rest["waitingOn"], rest["dueAt"]) == ("CANCEL", "OWNER", before["request"]["dueAt"])
    assert rest["predecessor"]["id"] == back["predecessor"]["id"] == request["id"]
    assert await units(market, order) == {"lamp": (0, 0, 0, 2, 0), "bulb": (0, 1, 0, 0, 0)}
    over = await applied(market, rest["id"], override=True, note="It never left.")
    assert over["userErrors"] == []


async def test_a_live_plan_is_voided_by_a_conversion(market: Market) -> None:
    order = await market.order(IN_TWO)
    request = await market.request(order, lamp=2, bulb=1)
    await market.apply(request)
    await market.move(order, "north", "SHIPPED")
    payload = await converted(market, request["id"])
    assert payload["request"]["plan"]["status"] == "VOIDED"
    assert (payload["rest"]["waitingOn"], payload["rest"]["plan"]) == ("OWNER", None)
    market.clock.pass_by(seconds=3)
    await market.work()
    assert await market.rows("select id from refund where order_id = $1", order.id) == []


async def test_a_conversion_is_repeated_by_its_key_and_judged_by_its_version(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    await market.move(order, "north", "SHIPPED")
    stale = await market.do(ADA, "convertToReturn", _CONVERTED, requestId=request["id"], expectedVersion=7)
    assert codes(stale) == [("input.expectedVersion", "STALE_VERSION")]
    assert (stale["request"]["id"], stale["returnRequest"], stale["rest"]) == (request["id"], None, None)
    given = {"requestId": request["id"], "expectedVersion": request["version"], "idempotencyKey": "once"}
    first = await market.do(ADA, "convertToReturn", _CONVERTED, **given)
    second = await market.do(ADA, "convertToReturn", _CONVERTED, **given)
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["returnRequest"] is not None
    assert first["returnRequest"] == second["returnRequest"]


# Warned before shipping.

_ADVICE = (
    "query O($id: ID!) { order(id: $id) { packages {"
    " advice { code units message } allowedActions { action requires } } } }"
)


async def test_a_package_says_that_a_cancellation_waits_for_as_long_as_it_does(market: Market) -> None:
    order = await market.order()

    async def advice(actor: Actor) -> Any:
        (package,) = (await market.data(actor, _ADVICE, id=order.id))["order"]["packages"]
        offers = {offer["action"]: offer["requires"] for offer in package["allowedActions"]}
        return package["advice"], offers["UPDATE_PACKAGE_STATUS"]

    clerk = seller(order, "north")
    assert await advice(clerk) == ([], [])
    request = await market.request(order, lamp=2)
    message = "A cancellation of 2 units waits: this package should not leave before it is decided."
    said = [{"code": "CANCELLATION_WAITING", "units": 2, "message": message}]
    assert await advice(clerk) == (said, ["despiteRequests"])
    assert await advice(OWNER) == (said, [])
    refused = await market.do(clerk, "updatePackageStatus", packageId=order.packages["north"], status="SHIPPED")
    assert codes(refused) == [("input.despiteRequests", "CANCELLATION_WAITING")]
    packed = await market.do(clerk, "updatePackageStatus", packageId=order.packages["north"], status="READY_TO_SHIP")
    assert packed["userErrors"] == []
    await market.do(ADA, "withdrawRequest", requestId=request["id"])
    assert await advice(clerk) == ([], [])
    sent = await market.do(clerk, "updatePackageStatus", packageId=order.packages["north"], status="SHIPPED")
    assert sent["userErrors"] == []


async def test_the_owner_ships_without_being_asked(market: Market) -> None:
    order = await market.order()
    await market.request(order, lamp=2)
    sent = await market.do(OWNER, "updatePackageStatus", packageId=order.packages["north"], status="SHIPPED")
    assert sent["userErrors"] == []


# A seller's unsent second package.


async def test_the_owner_cancels_a_second_package_with_a_note_in_the_journal(market: Market) -> None:
    order = await market.order(IN_TWO)
    await market.move(order, "north", "SHIPPED")
    item = {"orderItemId": order.items["bulb"], "quantity": 1, "reason": "changed_mind"}
    asked = await market.do(ADA, "requestReturn", orderId=order.id, items=[item], policyVersion=POLICY)
    assert codes(asked) == [("input.items.0", "SELLER_HAS_SHIPPED")]
    assert "ask the marketplace" in asked["userErrors"][0]["message"]
    given: dict[str, Any] = {"transaction": "CANCEL", "confirm": True, "orderId": order.id, "items": [item]}
    refused = await market.do(OWNER, "applyCancellation", **given)
    assert codes(refused) == [("input.override", "SELLER_HAS_SHIPPED")]
    assert "override: true" in refused["userErrors"][0]["message"]
    done = await market.do(
        OWNER, "applyCancellation", "requests { id } plans { status }", override=True, note="It is still here.", **given
    )
    assert (done["userErrors"], done["plans"]) == ([], [{"status": "WAITING"}])
    await in_the_journal(market, done["requests"][0]["id"], "It is still here.")
    market.clock.pass_by(seconds=3)
    await market.work()
    assert (await units(market, order))["bulb"] == (0, 0, 1, 0, 0)


async def test_the_owner_applies_what_waited_in_a_second_package_with_a_note(market: Market) -> None:
    order = await market.order(IN_TWO)
    request = await market.request(order, bulb=1)
    await market.move(order, "north", "SHIPPED")
    assert {"override", "note"} <= set((await offered(market, OWNER, request["id"], "APPLY_CANCELLATION"))["requires"])
    done = await applied(market, request["id"], override=True, note="The seller has agreed.")
    assert (done["userErrors"], done["plans"][0]["status"]) == ([], "WAITING")
    await in_the_journal(market, request["id"], "The seller has agreed.")
    market.clock.pass_by(seconds=3)
    await market.work()
    assert (await units(market, order))["bulb"] == (0, 0, 1, 0, 0)


async def in_the_journal(market: Market, request: str, note: str) -> None:
    rows = await market.rows(
        "select data->>'note' as note from event where subject_id = $1 and action = 'APPLY_CANCELLATION'", request
    )
    assert rows == [{"note": note}]
