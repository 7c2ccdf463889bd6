"""What the API shows of goods on their way back: to whom, in lists and streams, and before anything happens."""

from typing import Any

import pytest

from domain.facts import Actor
from domain.words import Role
from gateways.carriers.port import LabelOutcome
from tests import goods
from tests.labels import Postman, awaited, with_carrier
from tests.market import OWNER, POLICY, Market, customer, seller
from tests.resolvers.test_filtered_streams import telling

TRIGGERS = ("ON_CONFIRM", "ON_SHIPMENT", "ON_RECEIPT", "ON_INSPECTION")
FEES: list[dict[str, Any]] = [{"name": "Restocking", "percent": 1250}]
MONEY = "total { amount } lines { total { amount } } adjustments { rule amount { amount } }"
PREVIEW = f"""query P($input: RequestReturnInput!) {{ previewReturn(input: $input) {{
  plans {{ {MONEY} tenders {{ amount {{ amount }} }} }} userErrors {{ code }} }} }}"""
PLAN = f"""query S($id: ID!) {{ returnShipment(id: $id) {{ request {{ plan {{
  {MONEY} refunds {{ amount {{ amount }} }} }} }} }} }}"""
LIST = """query L($filter: ReturnFilter, $orderBy: ReturnOrder! = CREATED_AT_ASC) {
  returnShipments(filter: $filter, orderBy: $orderBy) { totalCount nodes { id } } }"""
UPDATES = """subscription S($filter: ReturnFilter) {
  returnShipmentUpdates(filter: $filter) { action from to leaves returnShipment { id status } } }"""


@pytest.mark.parametrize("trigger", TRIGGERS)
async def test_each_trigger_pays_to_the_cent_what_was_previewed(market: Market, trigger: str) -> None:
    await goods.settings(market, trigger, fees=FEES)
    order = await goods.delivered(market, units=3, price="3.33")
    line = {"orderItemId": order.items["lamp"], "quantity": 2, "reason": "does_not_fit"}
    asked = {"orderId": order.id, "items": [line], "policyVersion": POLICY}
    foreseen = (await market.data(customer("ada"), PREVIEW, input=asked))["previewReturn"]
    assert foreseen["userErrors"] == []
    shipment = await goods.confirmed(market, order, lamp=2)
    clerk = seller(order, "north")
    await goods.act(market, clerk, "sendReturn", shipment["id"], trackingNumber="1Z")
    await goods.act(market, clerk, "receiveReturn", shipment["id"])
    await goods.act(market, clerk, "inspectReturn", shipment["id"], grades=[goods.grade(order, 2)])
    plan = (await market.data(OWNER, PLAN, id=shipment["id"]))["returnShipment"]["request"]["plan"]
    (previewed,) = foreseen["plans"]
    assert previewed.pop("tenders") == plan.pop("refunds")
    assert previewed == plan
    assert plan["total"]["amount"] == "5.83"  # 6.66 less an eighth, rounded down


async def test_a_shipment_is_shown_to_its_customer_its_seller_and_the_owner_alone(market: Market) -> None:
    await goods.settings(market, "ON_RECEIPT")
    order = await goods.delivered(market)
    shipment = await goods.confirmed(market, order, lamp=1)
    text = "query S($id: ID!) { returnShipment(id: $id) { id } returnShipments { nodes { id } } node(id: $id) { id } }"
    stranger = Actor(Role.SELLER, "south-clerk", "seller_00000000000000000000000000")
    for actor in (OWNER, customer("ada"), seller(order, "north")):
        data = await market.data(actor, text, id=shipment["id"])
        assert data["returnShipment"] == data["node"] == {"id": shipment["id"]}
        assert data["returnShipments"]["nodes"] == [{"id": shipment["id"]}]
    for actor in (customer("bob"), stranger):
        data = await market.data(actor, text, id=shipment["id"])
        assert (data["returnShipment"], data["node"], data["returnShipments"]["nodes"]) == (None, None, [])
    answer = await market.ask(seller(order, "north"), "{ returnSettings { trigger } }")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    settings = (await market.data(OWNER, "{ returnSettings { trigger seller { id } } }"))["returnSettings"]
    assert settings == [{"trigger": "ON_RECEIPT", "seller": None}]


async def test_a_list_is_filtered_by_what_is_on_a_package_and_by_where_goods_are(market: Market) -> None:
    await goods.settings(market, "ON_RECEIPT")
    order = await goods.delivered(market)
    first, second = [await goods.confirmed(market, order, lamp=1) for _ in range(2)]
    await goods.sent(market, order, second, trackingNumber="jd-0815")

    async def found(**conditions: Any) -> list[str]:
        listed = (await market.data(OWNER, LIST, filter=conditions))["returnShipments"]
        assert listed["totalCount"] == len(listed["nodes"])
        return [node["id"] for node in listed["nodes"]]

    assert await found() == [first["id"], second["id"]]
    assert await found(scanned=f" {first['number'].lower()}") == [first["id"]]
    assert await found(scanned="JD-08") == [second["id"]]
    assert await found(scanned="LAMP ") == [first["id"], second["id"]]
    assert await found(scanned="lam") == []
    assert await found(status=["IN_TRANSIT"]) == [second["id"]]
    assert await found(status=["AWAITING", "IN_TRANSIT"], orderId=order.id) == [first["id"], second["id"]]
    assert await found(kind="TO_SENDER") == []
    assert await found(requestId=first["request"]["id"]) == [first["id"]]
    assert await found(dueBefore=first["dueAt"]) == []
    by_deadline = (await market.data(OWNER, LIST, orderBy="DUE_AT_DESC"))["returnShipments"]["nodes"]
    assert [node["id"] for node in by_deadline] == [second["id"], first["id"]]


async def test_goods_that_are_done_with_are_not_found_by_their_sku(market: Market) -> None:
    await goods.settings(market, "ON_RECEIPT")
    order = await goods.delivered(market)
    done, open_one = [await goods.confirmed(market, order, lamp=1) for _ in range(2)]
    clerk = seller(order, "north")
    await goods.act(market, clerk, "waiveReturn", done["id"])
    text = "query L($scanned: String) { returnShipments(filter: { scanned: $scanned }) { nodes { id } } }"
    for actor, seen in (
        (clerk, [{"id": open_one["id"]}]),
        (Actor(Role.SELLER, "south-clerk", "seller_00000000000000000000000000"), []),
        (customer("ada"), [{"id": open_one["id"]}]),
        (customer("bob"), []),
    ):
        assert (await market.data(actor, text, scanned="lamp"))["returnShipments"]["nodes"] == seen
    found = (await market.data(clerk, text, scanned=done["number"]))["returnShipments"]["nodes"]
    assert found == [{"id": done["id"]}]


async def test_goods_whose_label_is_in_trouble_are_found(market: Market) -> None:
    with_carrier(market, Postman(script=[LabelOutcome.REFUSED, None, "answer lost"]))
    order, refused = await awaited(market)
    _, doubtful = await awaited(market)
    _, fine = await awaited(market)
    await market.worker.label_one()
    text = "query L($wanted: Boolean) { returnShipments(filter: { labelTrouble: $wanted }) { nodes { id } } }"
    everybody = (OWNER, customer("ada"), seller(order, "north"))

    async def found(actor: Actor, wanted: bool | None) -> set[str]:
        return {node["id"] for node in (await market.data(actor, text, wanted=wanted))["returnShipments"]["nodes"]}

    assert [await found(actor, True) for actor in everybody] == [{refused["id"]}] * 3
    await market.worker.label_one()
    assert await found(OWNER, True) == {refused["id"], doubtful["id"]}
    assert await found(OWNER, False) == {fine["id"]}
    assert await found(OWNER, None) == {refused["id"], doubtful["id"], fine["id"]}
    assert await found(customer("bob"), True) == set()


async def test_a_stream_tells_of_each_change_of_the_goods(market: Market) -> None:
    await goods.settings(market, "ON_RECEIPT")
    order = await goods.delivered(market)
    async with telling(market, UPDATES) as received, telling(market, UPDATES, status=["AWAITING"]) as waiting:
        shipment = await goods.confirmed(market, order, lamp=1)
        assert await received.next() == ("OPEN_RETURN", None, "AWAITING", False)
        assert await waiting.next() == ("OPEN_RETURN", None, "AWAITING", False)
        await goods.sent(market, order, shipment)
        assert await received.next() == ("SEND_RETURN", "AWAITING", "IN_TRANSIT", False)
        assert await waiting.next() == ("SEND_RETURN", "AWAITING", "IN_TRANSIT", True)
        await goods.act(market, seller(order, "north"), "receiveReturn", shipment["id"])
        assert await received.next() == ("RECEIVE_RETURN", "IN_TRANSIT", "RECEIVED", False)


async def test_what_is_offered_is_what_is_accepted(market: Market) -> None:
    await goods.settings(market, "ON_SHIPMENT")
    order = await goods.delivered(market)
    shipment = await goods.confirmed(market, order, lamp=1)
    actions = "query A($id: ID!) { returnShipment(id: $id) { allowedActions { action enabled requires } } }"

    async def offered(actor: Actor) -> set[str]:
        shown = (await market.data(actor, actions, id=shipment["id"]))["returnShipment"]["allowedActions"]
        return {one["action"] for one in shown if one["enabled"]}

    clerk = seller(order, "north")
    assert await offered(customer("ada")) == {"SEND_RETURN"}
    assert await offered(clerk) == {"SEND_RETURN", "RECEIVE_RETURN", "WAIVE_RETURN"}
    await goods.sent(market, order, shipment)
    assert await offered(customer("ada")) == set()
    assert await offered(clerk) == {"SEND_RETURN", "RECEIVE_RETURN", "WAIVE_RETURN"}
    assert await offered(OWNER) == {"SEND_RETURN", "RECEIVE_RETURN", "WAIVE_RETURN", "LOSE_RETURN"}
    await goods.act(market, clerk, "sendReturn", shipment["id"])
    assert await offered(clerk) == {"RECEIVE_RETURN", "WAIVE_RETURN"}
    await goods.act(market, clerk, "receiveReturn", shipment["id"])
    assert await offered(clerk) == {"INSPECT_RETURN", "WAIVE_RETURN"}
    withdrawing = "query R($id: ID!) { request(id: $id) { allowedActions { action enabled blockers { code } } } }"
    shown = (await market.data(customer("ada"), withdrawing, id=shipment["request"]["id"]))["request"]
    assert [one["enabled"] for one in shown["allowedActions"] if one["action"] == "WITHDRAW_REQUEST"] == [False]
