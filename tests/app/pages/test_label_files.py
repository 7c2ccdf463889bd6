"""The files of labels: everybody who sees a label in the API can print it, and nobody else."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.auth.tokens import mint
from domain.facts import Actor
from domain.words import Role
from tests.gateways.carriers.test_slip import read_code, scanned, text_of
from tests.labels import Postman, awaited, labels_of, with_carrier
from tests.market import OWNER, SECRET, Market, customer, opened, seller


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url, carrier="slip") as market:
        yield market


async def asked(market: Market, path: str, actor: Actor | None, **claims: Any) -> httpx.Response:
    headers = {} if actor is None else {"authorization": f"Bearer {mint(SECRET, actor, ttl=86400 * 365, **claims)}"}
    return await market.http.get(path, headers=headers)


async def slip_of(market: Market) -> tuple[Any, dict[str, Any]]:
    """An order with a label of the built-in carrier, which the worker has issued."""
    from app.parts import carriers_of

    async with carriers_of(market.one.settings) as carriers:
        market.worker.carriers = carriers
        order, shipment = await awaited(market)
        await market.work()
    (label,) = await labels_of(market, shipment)
    return order, label


async def test_customer_seller_and_owner_print_the_slip(market: Market) -> None:
    order, label = await slip_of(market)
    for actor in (customer("ada"), seller(order, "north"), OWNER):
        answer = await asked(market, label["url"], actor)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert scanned(answer.content)["QRCode"] == label["id"]
    assert scanned(answer.content)["Code128"].startswith("RS-")
    assert "Ada Łęcka" in text_of(answer.content)
    assert "Hafenstraße 1" in text_of(answer.content)


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        (customer("bob"), 404),
        (Actor(Role.SELLER, "south-clerk", "seller_00000000000000000000000000"), 404),
        (None, 401),
    ],
    ids=["another customer", "another seller", "nobody"],
)
async def test_nobody_else_prints_it(market: Market, actor: Actor | None, status: int) -> None:
    _, label = await slip_of(market)
    answer = await asked(market, label["url"], actor)
    assert answer.status_code == status
    assert b"%PDF" not in answer.content


async def test_the_code_of_a_slip_is_drawn_alone_for_those_who_see_the_label(market: Market) -> None:
    _, label = await slip_of(market)
    path = label["url"].replace(".pdf", ".svg")
    answer = await asked(market, path, customer("ada"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.headers["cache-control"] == "no-store"
    assert read_code(answer.text) == label["id"]
    assert (await asked(market, path, customer("bob"))).status_code == 404


async def test_a_label_that_is_not_issued_has_no_file(market: Market) -> None:
    market.worker.carriers = {"slip": Postman()}
    _, shipment = await awaited(market)
    (label,) = await labels_of(market, shipment)
    assert label["url"] is None
    answer = await asked(market, f"/labels/{label['id']}.pdf", customer("ada"))
    assert answer.status_code == 404
    assert "not issued" in answer.text


@pytest.mark.parametrize("id", ["label_unknown", "%00", "..%2f..%2fetc", "x" * 5000])
async def test_an_id_that_names_nothing_is_not_found(market: Market, id: str) -> None:
    assert (await asked(market, f"/labels/{id}.pdf", OWNER)).status_code == 404


async def test_a_carriers_own_file_is_where_the_carrier_says(market: Market) -> None:
    market.worker.carriers = {"slip": Postman()}
    _, shipment = await awaited(market)
    await market.work()
    (label,) = await labels_of(market, shipment)
    answer = await asked(market, label["url"], customer("ada"))
    assert (answer.status_code, answer.headers["location"]) == (307, "https://labels.example/pkg_0.pdf")
    shown = "query L($id: ID!) { returnShipment(id: $id) { labels { carrierUrl } } }"
    found = (await market.data(customer("ada"), shown, id=shipment["id"]))["returnShipment"]
    assert found["labels"] == [{"carrierUrl": "https://labels.example/pkg_0.pdf"}]
    assert (await asked(market, label["url"].replace(".pdf", ".svg"), customer("ada"))).status_code == 404


async def test_a_slip_is_printed_on_a_server_without_a_carrier(database_url: str) -> None:
    """Labels that were issued stay good after the carrier was switched off."""
    async with opened(database_url) as market:
        with_carrier(market, Postman())
        _, label = await slip_of(market)
        answer = await asked(market, label["url"], customer("ada"))
    assert scanned(answer.content)["QRCode"] == label["id"]
