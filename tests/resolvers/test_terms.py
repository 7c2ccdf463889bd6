"""Terms by the API: written, published, shown, and in force for eligibility, previews and requests alike."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.facts import Actor
from services.commands import Commands
from tests import goods, terms
from tests.labels import ADDRESS, Postman, labels_of, with_carrier
from tests.market import OWNER, Market, customer, seller
from tests.terms import codes

ELIGIBLE = """query E($id: ID!) { order(id: $id) { market allowedActions { action enabled blockers { code } }
  items { sku category tags eligibility { transaction quantity until exemption blockers { code } } } } }"""
OFFERED = "query O($id: ID!) { returnShipment(id: $id) { allowedActions { action blockers { code } } } }"
PREVIEW = f"""query P($input: RequestReturnInput!) {{ previewReturn(input: $input) {{
  plans {{ {terms.FROZEN} total {{ amount }} lines {{ orderItem {{ sku }} }} }}
  userErrors {{ code field message }} }} }}"""


async def eligible(market: Market, order: Any, actor: Actor | None = None) -> dict[str, Any]:
    """The eligibility of an order's items by sku, for its customer or somebody else."""
    found = await market.data(actor or customer(order.customer), ELIGIBLE, id=order.id)
    return {item["sku"]: item["eligibility"] for item in found["order"]["items"]}


async def test_a_second_market_has_its_own_window_label_and_exemption(market: Market) -> None:
    version = await terms.published(market, *terms.MARKETS)
    assert (version["number"], version["status"], version["inForce"], version["findings"]) == (1, "PUBLISHED", True, [])
    goods_sold: dict[str, dict[str, Any]] = {
        "shoe": {"category": "shoes"},
        "razor": {"category": "care", "tags": ["sealed", "new"]},
    }
    french, german = [await terms.sold(market, place, **goods_sold) for place in ("fr", "de")]
    market.clock.pass_by(days=20)
    elsewhere = await terms.sold(market, None, shoe={})

    at_home, abroad = await eligible(market, german), await eligible(market, french)
    assert [at_home[sku]["blockers"] for sku in at_home] == [[{"code": "RETURN_WINDOW_CLOSED"}]] * 2
    assert abroad["shoe"]["blockers"] == []
    assert abroad["shoe"]["quantity"] == 1
    until = datetime.fromisoformat(abroad["shoe"]["until"]) - datetime.fromisoformat(at_home["shoe"]["until"])
    assert until == timedelta(days=16)
    assert abroad["razor"]["exemption"] == "HYGIENE"
    assert {"code": "EXEMPT"} in abroad["razor"]["blockers"]
    assert codes(await terms.requested(market, german, "shoe")) == ["RETURN_WINDOW_CLOSED"]
    assert "EXEMPT" in codes(await terms.requested(market, french, "razor"))

    shown = (await market.data(customer("ada"), PREVIEW, input=terms.asked(french, "shoe")))["previewReturn"]
    assert shown["userErrors"] == []
    said = {**shown["plans"][0]["returnTerms"], "windows": [{"basis": "VOLUNTARY", "days": 30}]}
    assert said == {
        "version": 1,
        "rule": "France",
        "trigger": "ON_RECEIPT",
        "shipByDays": 14,
        "freeLabel": True,
        "exemption": None,
        "windows": [{"basis": "VOLUNTARY", "days": 30}],
    }
    (request,) = (await terms.requested(market, french, "shoe", termsVersion=1))["requests"]
    assert request["returnTerms"] == said
    (request,) = (await terms.requested(market, elsewhere, "shoe"))["requests"]
    assert request["returnTerms"] is None


async def test_the_owner_opens_an_exempt_return_with_a_note(market: Market) -> None:
    await terms.published(market, terms.HYGIENE)
    order = await terms.sold(market, "fr", razor={"tags": ["sealed"]})
    given = terms.asked(order, "razor")
    assert codes(await market.do(OWNER, "requestReturn", **given)) == ["NOTE_REQUIRED"]
    given["items"][0]["note"] = "It arrived broken"
    payload = await market.do(OWNER, "requestReturn", f"requests {{ {terms.FROZEN} }}", **given)
    assert payload["userErrors"] == []
    assert payload["requests"][0]["returnTerms"]["exemption"] == "HYGIENE"


async def test_items_of_different_rules_are_returned_by_requests_of_their_own(market: Market) -> None:
    cheap = {
        "name": "Cheap",
        "matcher": {"price": {"currency": "EUR", "to": "10.00"}},
        "terms": {"trigger": "ON_RECEIPT"},
    }
    dear = {"name": "Dear", "terms": {"trigger": "ON_INSPECTION"}}
    await terms.published(market, cheap, dear)
    order = await terms.sold(market, "de", sock={}, coat={"unitPrice": "90.00"}, hat={})
    payload = await terms.requested(market, order, "sock", "coat", "hat")
    assert payload["userErrors"] == []
    assert [
        (request["returnTerms"]["rule"], [item["orderItem"]["sku"] for item in request["items"]])
        for request in payload["requests"]
    ] == [("Cheap", ["sock", "hat"]), ("Dear", ["coat"])]
    arrived = [{"orderItemId": order.items[sku], "quantity": 1, "reason": "does_not_fit"} for sku in ("sock", "coat")]
    other = await terms.sold(market, "de", sock={}, coat={"unitPrice": "90.00"})
    for item, sku in zip(arrived, ("sock", "coat"), strict=True):
        item["orderItemId"] = other.items[sku]
    clerk = seller(other, "north")
    refused = await market.do(clerk, "receiveUnannounced", orderId=other.id, items=arrived)
    assert codes(refused) == ["CONTRADICTORY_INPUT"]
    assert codes(await market.do(clerk, "receiveUnannounced", orderId=other.id, items=arrived[:1])) == []


async def test_the_seller_has_the_time_of_the_rule_and_then_what_it_says_happens(market: Market) -> None:
    quick = {**terms.FRANCE, "terms": {**terms.FRANCE["terms"], "responseDays": 1, "atDeadline": "APPROVE"}}
    await terms.published(market, quick)
    order = await terms.sold(market, "fr", shoe={})
    (request,) = (await terms.requested(market, order, "shoe"))["requests"]
    status = "query R($id: ID!) { request(id: $id) { status dueAt } }"
    due = (await market.data(OWNER, status, id=request["id"]))["request"]["dueAt"]
    assert datetime.fromisoformat(due) - market.clock.now == timedelta(days=1)
    await market.rows("update cancellation_request set due_at = '2020-01-01' where id = $1", request["id"])
    await market.work()
    assert (await market.data(OWNER, status, id=request["id"]))["request"]["status"] == "APPROVED"


async def test_settings_are_rules_and_a_change_of_them_is_the_next_version(market: Market) -> None:
    await terms.published(market, *terms.MARKETS)
    order = await terms.sold(market, None, shoe={})
    north = order.sellers["north"]
    await goods.settings(market, "ON_RECEIPT")
    await goods.settings(market, "ON_SHIPMENT", north)
    version = (await market.data(OWNER, f"{{ terms {{ {terms.VERSION} }} }}"))["terms"]
    assert version["number"] == 3
    assert [rule["name"] for rule in version["rules"]] == [
        *("Hygiene in France", "Germany", "France", "Seller north", "Marketplace")
    ]
    shown = "{ returnSettings { version trigger terms { version rule } seller { id handle } } }"
    found = (await market.data(OWNER, shown))["returnSettings"]
    assert found == [
        {"version": 1, "trigger": "ON_RECEIPT", "seller": None, "terms": {"version": 3, "rule": "Marketplace"}},
        {
            "version": 1,
            "trigger": "ON_SHIPMENT",
            "seller": {"id": north, "handle": "north"},
            "terms": {"version": 3, "rule": "Seller north"},
        },
    ]
    (request,) = (await terms.requested(market, order, "shoe"))["requests"]
    assert (request["returnTerms"]["rule"], request["returnTerms"]["trigger"]) == ("Seller north", "ON_SHIPMENT")
    await goods.settings(market, None, north)
    assert [row["seller"] for row in (await market.data(OWNER, shown))["returnSettings"]] == [None]
    assert (await market.data(OWNER, "{ terms { number } }"))["terms"] == {"number": 4}


async def test_settings_cannot_be_changed_under_a_version_that_is_to_come(market: Market) -> None:
    at = datetime.now(UTC) + timedelta(days=1)
    version = await terms.published(market, terms.GERMANY, at=at.isoformat())
    assert (version["inForce"], version["number"]) == (False, 1)
    payload = await market.do(OWNER, "setReturnSettings", terms={"trigger": "ON_RECEIPT"})
    assert codes(payload) == ["WRONG_STATUS"]
    assert "Version 1" in payload["userErrors"][0]["message"]
    assert (await market.data(OWNER, "{ terms { number } }"))["terms"] is None


async def test_a_version_rules_from_its_moment_on(market: Market) -> None:
    at = datetime.now(UTC) + timedelta(seconds=3)
    await terms.published(market, terms.GERMANY)
    await terms.published(market, terms.FRANCE, at=at.isoformat())
    text = "{ terms { number } }"
    assert (await market.data(OWNER, text))["terms"]["number"] == 1
    await market.rows("select pg_sleep(extract(epoch from $1::timestamptz - clock_timestamp()))", at)
    assert (await market.data(OWNER, text))["terms"]["number"] == 2


@contextmanager
def between(read_and_write: "asyncio.Event", published: "asyncio.Event") -> Iterator[None]:
    """Let a command wait after it has read its order book, until something has been published."""
    conclude = Commands.conclude

    async def waiting(*arguments: Any, **named: Any) -> Any:
        if not read_and_write.is_set():
            read_and_write.set()
            await published.wait()
        return await conclude(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Commands, "conclude", waiting)
        yield


async def test_a_request_freezes_the_one_version_that_it_was_decided_by(market: Market) -> None:
    await terms.published(market, terms.FRANCE)
    order = await terms.sold(market, "fr", shoe={}, hat={})
    later = {**terms.FRANCE, "terms": {**terms.FRANCE["terms"], "shipByDays": 7}}
    read, published = asyncio.Event(), asyncio.Event()
    with between(read, published):
        request = asyncio.create_task(terms.requested(market, order, "shoe", termsVersion=1))
        await read.wait()
        await terms.published(market, later)
        published.set()
        (made,) = (await request)["requests"]
    assert (made["returnTerms"]["version"], made["returnTerms"]["shipByDays"]) == (1, 14)

    outdated = await terms.requested(market, order, "hat", termsVersion=1)
    assert codes(outdated) == ["POLICY_OUTDATED"]
    assert outdated["userErrors"][0]["field"] == ["input", "termsVersion"]
    assert "Version 2" in outdated["userErrors"][0]["message"]
    shown = await market.data(customer("ada"), PREVIEW, input=terms.asked(order, "hat", termsVersion=1))
    assert shown["previewReturn"]["userErrors"][0]["code"] == "POLICY_OUTDATED"
    # The control: what does not say what it was shown is not refused, and has the new version.
    (made,) = (await terms.requested(market, order, "hat"))["requests"]
    assert (made["returnTerms"]["version"], made["returnTerms"]["shipByDays"]) == (2, 7)


async def test_without_terms_a_request_may_say_so(market: Market) -> None:
    order = await terms.sold(market, "fr", shoe={})
    assert codes(await terms.requested(market, order, "shoe", termsVersion=1)) == ["POLICY_OUTDATED"]
    (request,) = (await terms.requested(market, order, "shoe", termsVersion=0))["requests"]
    assert request["returnTerms"] is None


@pytest.mark.parametrize(
    ("carrier", "free", "labels"), [("easypost", True, 1), ("easypost", False, 0), ("slip", False, 1)]
)
async def test_who_pays_the_postage_decides_whether_a_label_is_bought(
    market: Market, carrier: str, free: bool, labels: int
) -> None:
    with_carrier(market, Postman(carrier))
    said = {"trigger": "ON_RECEIPT", "address": ADDRESS, "freeLabel": free}
    await terms.published(market, {"name": "All", "terms": said})
    shipment = await goods.confirmed(market, await goods.delivered(market), lamp=1)
    assert len(await labels_of(market, shipment)) == labels
    shown = await market.data(OWNER, OFFERED, id=shipment["id"])
    (offer,) = [each for each in shown["returnShipment"]["allowedActions"] if each["action"] == "ADD_LABEL"]
    payload = await market.do(OWNER, "addLabel", "label { id }", returnId=shipment["id"])
    assert codes(payload) == ([] if labels else ["NO_CARRIER"])
    assert [blocker["code"] for blocker in offer["blockers"]] == codes(payload)
