"""EasyPost's adapter, as far as it is more than the kit: what it sends, and what it makes of answers."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gateways.carriers.easypost import EasyPostCarrier, scans_in
from gateways.carriers.port import CarrierUnknown, LabelAnswer, LabelOutcome, Scan
from tests.gateways.carriers.stand_in import KEY, EasyPostStandIn, running
from tests.gateways.carriers.worlds import an_order, until_known
from tests.gateways.payments.fault_proxy import FaultProxy, Instead


@pytest.fixture
async def server() -> AsyncIterator[EasyPostStandIn]:
    async with running() as server:
        yield server


@pytest.fixture
async def carrier(server: EasyPostStandIn) -> AsyncIterator[EasyPostCarrier]:
    carrier = EasyPostCarrier(KEY, api_base=f"http://127.0.0.1:{server.port}/v2")
    yield carrier
    await carrier.close()


async def test_a_return_is_registered_with_the_addresses_of_the_way_out(
    server: EasyPostStandIn, carrier: EasyPostCarrier
) -> None:
    order = an_order()
    answer = await carrier.register(order)
    (shipment,) = server.of_key(order.key)
    assert answer == LabelAnswer(LabelOutcome.REGISTERED, shipment["id"])
    assert shipment["is_return"] is True
    assert shipment["to_address"] == {
        "name": "Ada Łęcka",
        "street1": "ul. Żabia 3",
        "street2": "m. 7",
        "city": "Warszawa",
        "state": None,
        "zip": "00-001",
        "country": "PL",
    }


async def test_the_cheapest_rate_is_bought(server: EasyPostStandIn, carrier: EasyPostCarrier) -> None:
    order = an_order()
    answer = await until_known(carrier, order)
    (shipment,) = server.of_key(order.key)
    assert shipment["selected_rate"] == {"id": "rate_1"}
    assert answer.tracking_number == shipment["tracking_code"]
    assert answer.url == shipment["postage_label"]["label_url"]


async def test_a_package_without_a_rate_is_refused_with_the_carriers_reason(
    server: EasyPostStandIn, carrier: EasyPostCarrier
) -> None:
    server.no_rates = True
    answer = await until_known(carrier, an_order())
    assert (answer.outcome, answer.message) == (
        LabelOutcome.REFUSED,
        "No carrier offers a rate for this package. Too heavy.",
    )


async def test_an_address_that_is_refused_registers_nothing(server: EasyPostStandIn, carrier: EasyPostCarrier) -> None:
    order = an_order()
    assert order.sender is not None
    for sender in (None, replace(order.sender, lines=())):
        answer = await until_known(carrier, replace(order, sender=sender))
        assert answer.outcome is LabelOutcome.REFUSED
        assert "address" in str(answer.message).lower()
    assert server.shipments == {}


async def test_a_wrong_key_says_nothing_about_the_label(server: EasyPostStandIn) -> None:
    carrier = EasyPostCarrier("EZTK_wrong", api_base=f"http://127.0.0.1:{server.port}/v2")
    with pytest.raises(CarrierUnknown):
        await carrier.register(an_order())
    with pytest.raises(CarrierUnknown):
        await carrier.find("label_1", None)
    await carrier.close()


@pytest.mark.parametrize(
    "code",
    ["SHIPMENT.PURCHASE.IN_PROGRESS", "SHIPMENT.PURCHASE.TIMED_OUT", "SHIPMENT.PURCHASE.NO_RESPONSE"],
)
async def test_a_refusal_in_doubt_is_unknown(server: EasyPostStandIn, code: str) -> None:
    async with FaultProxy(server.port) as proxy:
        carrier = EasyPostCarrier(KEY, api_base=f"{proxy.url}/v2")
        order = an_order()
        reference = (await carrier.register(order)).reference
        assert reference is not None
        proxy.script.append(Instead(422, "error", code))
        with pytest.raises(CarrierUnknown):
            await carrier.buy(order, reference)
        await carrier.close()


async def test_a_tracking_number_is_text_that_a_column_can_hold(
    server: EasyPostStandIn, carrier: EasyPostCarrier
) -> None:
    order = an_order()
    reference = (await until_known(carrier, order)).reference
    (shipment,) = server.of_key(order.key)
    shipment["tracking_code"] = "1Z\0\n999\u202e" + "9" * 400
    found = await carrier.find(order.key, reference)
    assert found is not None
    assert found.tracking_number == "1Z999" + "9" * 195


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://labels.example/1.pdf", "https://a\n.example", 7, None])
async def test_a_file_that_no_browser_may_open_has_no_address(
    server: EasyPostStandIn, carrier: EasyPostCarrier, url: object
) -> None:
    order = an_order()
    reference = (await until_known(carrier, order)).reference
    (shipment,) = server.of_key(order.key)
    for given in (url, f"https://labels.example/{'x' * 2000}"):
        shipment["postage_label"]["label_url"] = given
        found = await carrier.find(order.key, reference)
        assert found is not None
        assert (found.outcome, found.url) == (LabelOutcome.ISSUED, None)


async def test_a_refund_is_final_when_it_says_so(server: EasyPostStandIn, carrier: EasyPostCarrier) -> None:
    order = an_order()
    reference = (await until_known(carrier, order)).reference
    assert reference is not None
    assert (await carrier.void(order.key, reference)).outcome is LabelOutcome.VOIDING
    (shipment,) = server.of_key(order.key)
    shipment["refund_status"] = "refunded"
    assert (await carrier.void(order.key, reference)).outcome is LabelOutcome.VOIDED
    assert server.refunded == [order.key]


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ([{"status": "pre_transit", "datetime": "2026-03-02T10:00:00Z"}], ()),
        ([{"status": "in_transit", "datetime": "2026-03-02T10:00:00Z"}], (Scan(datetime(2026, 3, 2, 10, tzinfo=UTC)),)),
        ([{"status": "in_transit", "datetime": "yesterday"}, {"status": "delivered"}, "scan", None], ()),
        ([{"status": "in_transit", "datetime": "2026-03-02T10:00:00"}], ()),
        ("delivered", ()),
        (None, ()),
    ],
    ids=["not handed over", "handed over", "unreadable", "without a zone", "a text", "nothing"],
)
def test_only_readable_scans_of_the_carrier_count(details: Any, expected: tuple[Scan, ...]) -> None:
    assert scans_in(details) == expected
