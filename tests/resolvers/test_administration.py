"""What the owner looks up: sellers by name, all reasons, and what owners have set."""

import json
from typing import Any

from domain.facts import Actor
from domain.words import Role
from gateways.carriers.port import LabelOutcome
from tests.labels import Postman, awaited, with_carrier
from tests.market import OWNER, Market, customer, seller
from tests.resolvers.test_policies import NEW, publish

SELLERS = """query S($f: SellerFilter, $first: Int, $after: String) {
  sellers(filter: $f, first: $first, after: $after) {
    totalCount nodes { name } edges { cursor } pageInfo { hasNextPage } } }"""
NAMES = ("Aal", "aalto", "Ärger", "Zebra", "ärmel", "Zack & Co")
EVENTS = """query E($f: OwnerEventFilter) { ownerEvents(filter: $f) {
  nodes { action subjectId actorId at changes { name before after } } } }"""


async def sellers(market: Market, start: str | None = None, **window: Any) -> Any:
    given = None if start is None else {"nameStartsWith": start}
    return (await market.data(OWNER, SELLERS, f=given, **window))["sellers"]


def names(found: dict[str, Any]) -> list[str]:
    return [seller["name"] for seller in found["nodes"]]


async def test_sellers_are_listed_by_name_and_found_by_its_beginning(market: Market) -> None:
    for n, name in enumerate(NAMES):
        await market.rows("insert into seller (id, handle, name) values ($1, $1, $2)", f"seller_{n}", name)
    assert names(await sellers(market)) == ["Aal", "aalto", "Zack & Co", "Zebra", "Ärger", "ärmel"]
    for start, found in (
        ("AAL", ["Aal", "aalto"]),
        (" aalt", ["aalto"]),
        ("är", ["Ärger", "ärmel"]),
        ("Zack &", ["Zack & Co"]),
        ("nobody", []),
        ("%", []),
        (" ", []),
        ("", []),
    ):
        assert names(await sellers(market, start)) == found, start
    for given, found in (
        ({"ids": ["seller_3", "seller_0", "seller_0", "seller_none"]}, ["Aal", "Zebra"]),
        ({"ids": ["seller_3", "seller_0"], "nameStartsWith": "Z"}, ["Zebra"]),
        ({"ids": []}, []),
    ):
        assert names((await market.data(OWNER, SELLERS, f=given))["sellers"]) == found, given
    first = await sellers(market, first=4)
    assert (first["totalCount"], first["pageInfo"]) == (6, {"hasNextPage": True})
    assert names(await sellers(market, first=4, after=first["edges"][-1]["cursor"])) == ["Ärger", "ärmel"]


async def test_what_the_owner_sets_is_noted_with_what_was_before(market: Market) -> None:
    label = [{"locale": "en", "label": "A gift"}]
    made = await market.do(
        OWNER, "upsertReason", "reason { id }", handle="gift", transaction="CANCEL", labels=label, idempotencyKey="k"
    )
    for _ in range(2):  # the second time nothing changes
        await market.do(OWNER, "upsertReason", handle="gift", active=False)
    await market.do(
        OWNER, "upsertReason", handle="gift", transaction="CANCEL", labels=label, idempotencyKey="k"
    )  # the answer of the first time
    policy = (await publish(market, **NEW))["returnPolicy"]
    await market.do(OWNER, "setReturnSettings", terms={"trigger": "ON_RECEIPT", "shipByDays": 9})
    await market.do(OWNER, "setReturnSettings", terms={"trigger": "ON_RECEIPT", "shipByDays": 10})
    await market.do(OWNER, "setReturnSettings", terms=None)
    await market.do(OWNER, "setReturnSettings", terms=None)
    rules = [{"name": "All", "terms": {"trigger": "ON_RECEIPT"}}]
    draft = (await market.do(OWNER, "draftTerms", "terms { id }", rules=rules))["terms"]["id"]
    rules.insert(0, {"name": "Gifts", "matcher": {"tags": ["gift"]}, "terms": {"trigger": "ON_INSPECTION"}})
    await market.do(OWNER, "draftTerms", id=draft, rules=rules, note="Gifts")
    await market.do(OWNER, "publishTerms", id=draft)
    await market.do(OWNER, "publishTerms", id=draft)  # refused, so not noted
    other = (await market.do(OWNER, "draftTerms", "terms { id }", rules=rules[:1], note="Gifts"))["terms"]["id"]
    await market.do(OWNER, "discardTerms", id=other)
    await market.do(OWNER, "pauseRefunds", reason="The bank is down")
    await market.do(OWNER, "pauseRefunds", reason="Refused, so not noted")
    await market.do(OWNER, "resumeRefunds", note="It is up")
    events = (await market.data(OWNER, EVENTS))["ownerEvents"]["nodes"][::-1]
    assert {event["actorId"] for event in events} == {OWNER.id}
    seen = [
        (event["action"], {one["name"]: (one["before"], one["after"]) for one in event["changes"]}) for event in events
    ]
    assert [action for action, _ in seen] == [
        *["UPSERT_REASON"] * 2,
        "PUBLISH_RETURN_POLICY",
        *["SET_RETURN_SETTINGS"] * 3,
        *("DRAFT_TERMS", "DRAFT_TERMS", "PUBLISH_TERMS", "DRAFT_TERMS", "DISCARD_TERMS"),
        "PAUSE_REFUNDS",
        "RESUME_REFUNDS",
    ]
    assert seen[0][1]["labels"] == (None, json.dumps({"en": "A gift"}, separators=(",", ":")))
    assert seen[1][1] == {"active": ("true", "false")}
    assert seen[2][1]["version"] == (None, '"2026-02"')
    assert seen[4][1] == {"ship_by_days": ("9", "10")}
    assert seen[5][1]["trigger"] == ('"ON_RECEIPT"', None)
    assert seen[6][1].keys() == {"order", "rule All"}
    assert seen[7][1].keys() == {"note", "order", "rule Gifts"}
    assert (seen[7][1]["note"], seen[7][1]["order"]) == ((None, '"Gifts"'), ('["All"]', '["Gifts","All"]'))
    assert seen[8][1].keys() == {"number", "effective_at", "order", "rule All", "rule Gifts"}
    assert (seen[8][1]["number"], seen[8][1]["order"]) == ((None, "4"), (None, '["Gifts","All"]'))
    assert {name: before for name, (before, after) in seen[10][1].items() if after is None} == {
        **{name: after for name, (_, after) in seen[9][1].items()},
        "status": '"DRAFT"',
    }
    assert seen[11][1] == {"reason": (None, '"The bank is down"')}
    assert seen[12][1] == {"reason": ('"The bank is down"', None), "note": (None, '"It is up"')}
    for id, count in ((made["reason"]["id"], 2), (policy["id"], 1), (draft, 3), ("reason_1", 0)):
        found = await market.data(OWNER, EVENTS, f={"subjectId": id})
        assert len(found["ownerEvents"]["nodes"]) == count
    handles = {one["handle"] for one in (await market.data(OWNER, "{ allReasons { handle } }"))["allReasons"]}
    assert handles >= {"gift", "retired", "sold_out"}


DONE = """query D($who: String!, $after: Cursor) { events(filter: { actorId: $who }, orderBy: AT_DESC, after: $after,
  first: 2) { pageInfo { endCursor hasNextPage } nodes { action actor { id } } } }"""


async def test_what_a_person_did_is_found_with_the_latest_first(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "READY_TO_SHIP", "SHIPPED", "DELIVERED")
    clerk, found, after = seller(order, "north"), [], None
    while True:
        page = (await market.data(OWNER, DONE, who=clerk.id, after=after))["events"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert [event["actor"]["id"] for event in found] == [clerk.id] * 3
    by_order = "query O($id: ID!) { events(filter: { orderId: $id }) { nodes { action actor { id } } } }"
    whole = (await market.data(OWNER, by_order, id=order.id))["events"]["nodes"]
    assert found == [event for event in whole if event["actor"]["id"] == clerk.id][::-1]
    assert (await market.data(OWNER, DONE, who="nobody"))["events"]["nodes"] == []
    for other in (clerk, customer("ada")):
        (error,) = (await market.ask(other, DONE, who=other.id))["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"


async def test_what_an_owner_does_with_webhooks_and_messages_is_noted_by_who_did_it(market: Market) -> None:
    order, otto = await market.order(), Actor(Role.OWNER, "otto")
    url, north = "https://example.org/hook", order.sellers["north"]
    endpoint = (await market.do(otto, "createWebhookEndpoint", "endpoint { id }", url=url))["endpoint"]["id"]
    await market.do(otto, "createWebhookEndpoint", url=url)  # refused, so not noted
    await market.do(otto, "updateWebhookEndpoint", endpointId=endpoint, active=False)
    await market.do(otto, "rotateWebhookSecret", endpointId=endpoint)
    await market.do(otto, "replayWebhookDeliveries", endpointId=endpoint, failed=True)
    await market.do(otto, "setSellerEmail", sellerId=north, email="north@example.org")
    await market.do(OWNER, "deleteWebhookEndpoint", endpointId=endpoint)
    events = (await market.data(OWNER, EVENTS, f={"actorId": "otto"}))["ownerEvents"]["nodes"]
    assert [(event["action"], event["subjectId"]) for event in events] == [
        ("SET_SELLER_EMAIL", north),
        ("REPLAY_WEBHOOK_DELIVERIES", endpoint),
        ("ROTATE_WEBHOOK_SECRET", endpoint),
        ("UPDATE_WEBHOOK_ENDPOINT", endpoint),
        ("CREATE_WEBHOOK_ENDPOINT", endpoint),
    ]
    assert all(event["changes"] == [] for event in events)
    both = (await market.data(OWNER, EVENTS, f={"actorId": "otto", "subjectId": north}))["ownerEvents"]["nodes"]
    assert [event["action"] for event in both] == ["SET_SELLER_EMAIL"]


STATES = """{ gateways { name waiting failed unknown lastError lastErrorAt }
  carriers { name waiting failed unknown lastError } }"""


def state(name: str, **figures: Any) -> dict[str, Any]:
    return {"name": name, "waiting": 0, "failed": 0, "unknown": 0, "lastError": None, **figures}


async def test_gateways_and_carriers_say_what_is_not_done_and_what_they_said_last(market: Market) -> None:
    idle = await market.data(OWNER, STATES)
    assert idle == {"gateways": [state(name, lastErrorAt=None) for name in ("ledger", "stripe")], "carriers": []}
    postman = Postman(script=[LabelOutcome.REFUSED])
    with_carrier(market, postman)
    await awaited(market)
    while await market.worker.label_one():
        pass
    for _ in range(3):
        await market.apply(await market.request(await market.order(), lamp=1))
    market.clock.pass_by(seconds=3)
    await market.work()
    await market.rows("update refund set status = 'PENDING'")
    await market.rows("update refund set status = 'FAILED' where id = (select min(id) from refund)")
    await awaited(market)
    await market.rows("update refund_attempt set message = 'No.'")
    found = await market.data(OWNER, STATES)
    assert found["gateways"][0].pop("lastErrorAt").startswith("2026-03-02T09:00:03")
    assert found["gateways"][0] == state("ledger", waiting=2, failed=1, lastError="No.")
    assert found["carriers"] == [state("slip", waiting=1, failed=1, lastError="No such street.")]
    for other in (customer("ada"), Actor(Role.SELLER, "clerk", "seller_1")):
        errors = (await market.ask(other, STATES))["errors"]
        assert {error["extensions"]["code"] for error in errors} == {"FORBIDDEN"}
