"""Every ask about a label that cannot be met is refused by a code, at its input, and changes nothing."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from domain.facts import Actor
from domain.words import Role
from gateways.carriers.port import LabelOutcome
from tests.goods import act, sent
from tests.labels import Postman, awaited, labels_of
from tests.market import OWNER, Market, customer, opened, seller

Row = tuple[str, Actor, str, dict[str, Any], str, str]
"""What is wrong, who asks, the mutation, its input, the code, the path of the input."""
NOT_THERE = "label_00000000000000000000000000"


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url, carrier="slip") as market:
        yield market


@dataclass(slots=True)
class Scene:
    """Shipments that wait to be sent, each with one label in the status of its name; and others."""

    clerk: Actor
    shipments: dict[str, dict[str, Any]]
    labels: dict[str, dict[str, Any]]
    full: dict[str, Any]
    sent: dict[str, Any]
    waived: dict[str, Any]


async def staged(market: Market) -> Scene:
    """A label in each status in which people can find it."""
    postman = Postman()
    market.worker.carriers = {"slip": postman}
    shipments: dict[str, dict[str, Any]] = {}
    scripts: dict[str, list[Any]] = {"issued": [], "failed": [LabelOutcome.REFUSED], "unknown": [None, "answer lost"]}
    for name, script in scripts.items():
        order, shipments[name] = await awaited(market)
        postman.script = script
        while await market.worker.label_one():
            pass
    for name in ("pending", "voided"):
        order, shipments[name] = await awaited(market)
    labels = {name: (await labels_of(market, shipment))[0] for name, shipment in shipments.items()}
    assert (await market.do(OWNER, "voidLabel", labelId=labels["voided"]["id"]))["userErrors"] == []
    order, full = await awaited(market)
    for _ in range(19):
        assert (await market.do(OWNER, "addLabel", returnId=full["id"]))["userErrors"] == []
    order, gone = await awaited(market)
    labels["sent"] = (await labels_of(market, gone))[0]
    await sent(market, order, gone)
    await market.rows("update return_label set status = 'ISSUED' where id = $1", labels["sent"]["id"])
    order, waived = await awaited(market)
    await act(market, OWNER, "waiveReturn", waived["id"])
    order, scanned = await awaited(market)
    labels["scanned"] = (await labels_of(market, scanned))[0]
    await market.rows(
        "update return_label set status = 'ISSUED', scanned_at = now() where id = $1", labels["scanned"]["id"]
    )
    return Scene(seller(order, "north"), shipments, labels, full, gone, waived)


def adding(scene: Scene) -> Iterator[Row]:
    clerk = scene.clerk
    yield "a customer", customer("ada"), "addLabel", {"returnId": scene.full["id"]}, "ROLE_NOT_ALLOWED", ""
    yield "too many", clerk, "addLabel", {"returnId": scene.full["id"]}, "TOO_MANY_LABELS", ""
    yield "under way", clerk, "addLabel", {"returnId": scene.sent["id"]}, "LABEL_NOT_WANTED", ""
    yield "ended", clerk, "addLabel", {"returnId": scene.waived["id"]}, "LABEL_NOT_WANTED", ""
    stale = {"returnId": scene.shipments["issued"]["id"], "expectedVersion": 9}
    yield "stale", clerk, "addLabel", stale, "STALE_VERSION", "expectedVersion"
    south = Actor(Role.SELLER, "south-clerk", "seller_00000000000000000000000000")
    yield "another seller", south, "addLabel", {"returnId": scene.full["id"]}, "NOT_FOUND", "returnId"
    a_label = {"returnId": scene.labels["issued"]["id"]}
    yield "not a shipment", clerk, "addLabel", a_label, "NOT_FOUND", "returnId"


def voiding(scene: Scene) -> Iterator[Row]:
    for name in ("unknown", "voided"):
        yield name, OWNER, "voidLabel", {"labelId": scene.labels[name]["id"]}, "WRONG_STATUS", ""
    yield "used", OWNER, "voidLabel", {"labelId": scene.labels["scanned"]["id"]}, "LABEL_USED", ""
    yield "a slip of sent goods", OWNER, "voidLabel", {"labelId": scene.labels["sent"]["id"]}, "LABEL_USED", ""
    for actor in (customer("ada"), scene.clerk):
        issued = {"labelId": scene.labels["issued"]["id"]}
        yield actor.role, actor, "voidLabel", issued, "ROLE_NOT_ALLOWED", ""
    yield "not there", OWNER, "voidLabel", {"labelId": NOT_THERE}, "NOT_FOUND", "labelId"
    stale = {"labelId": scene.labels["issued"]["id"], "expectedVersion": 99}
    yield "stale", OWNER, "voidLabel", stale, "STALE_VERSION", "expectedVersion"


def retrying(scene: Scene) -> Iterator[Row]:
    for name in ("pending", "issued", "unknown", "voided", "scanned"):
        yield name, OWNER, "retryLabel", {"labelId": scene.labels[name]["id"]}, "WRONG_STATUS", ""
    failed = {"labelId": scene.labels["failed"]["id"]}
    for actor in (customer("ada"), scene.clerk):
        yield actor.role, actor, "retryLabel", failed, "ROLE_NOT_ALLOWED", ""
    yield "not there", OWNER, "retryLabel", {"labelId": NOT_THERE}, "NOT_FOUND", "labelId"
    yield "stale", OWNER, "retryLabel", failed | {"expectedVersion": 99}, "STALE_VERSION", "expectedVersion"


async def test_every_ask_is_refused_by_its_code_and_changes_nothing(market: Market) -> None:
    scene = await staged(market)
    before = await market.fingerprint()
    for about, actor, mutation, given, code, at in (*adding(scene), *voiding(scene), *retrying(scene)):
        payload = await market.do(actor, mutation, "label { id }", **given)
        found = [(error["code"], error["field"]) for error in payload["userErrors"]]
        assert found == [(code, ["input", *at.split(".")] if at else ["input"])], (mutation, about)
        assert all(len(error["message"]) > 20 for error in payload["userErrors"])
    assert await market.fingerprint() == before


async def test_a_label_is_retried_only_while_its_goods_wait_to_be_sent(market: Market) -> None:
    """A refused label of goods that were sent is void by itself, so there is nothing to retry."""
    postman = Postman(script=[LabelOutcome.REFUSED])
    market.worker.carriers = {"slip": postman}
    order, shipment = await awaited(market)
    await market.work()
    (label,) = await labels_of(market, shipment)
    assert label["status"] == "FAILED"
    await sent(market, order, shipment)
    (label,) = await labels_of(market, shipment)
    assert label["status"] == "VOIDED"


async def test_without_a_carrier_a_refused_label_is_not_retried(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    postman = Postman(script=[LabelOutcome.REFUSED])
    market.worker.carriers = {"slip": postman}
    _, shipment = await awaited(market)
    await market.work()
    (label,) = await labels_of(market, shipment)
    market.one.commands = replace(market.one.commands, terms=replace(market.one.commands.terms, carrier=None))
    payload = await market.do(OWNER, "retryLabel", labelId=label["id"])
    assert [error["code"] for error in payload["userErrors"]] == ["NO_CARRIER"]
