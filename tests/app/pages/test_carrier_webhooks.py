"""What a carrier reports: signed, late, twice and in any order, about packages of ours and of nobody."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from gateways.carriers.port import CarrierUnknown, Scan
from services.worker.labels import Labels
from tests.gateways.carriers import events
from tests.gateways.carriers.events import SCANNED
from tests.goods import act, shown
from tests.labels import Postman, awaited, labels_of, leased
from tests.market import OWNER, START, Market, customer, opened, seller

SECRET = "the webhook secret of the tests"


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    options = {"carrier": "easypost", "easypost_api_key": "EZTK", "easypost_webhook_secret": SECRET}
    async with opened(database_url, **options) as market:
        market.worker.carriers = {"easypost": Postman("easypost")}
        yield market


async def labeled(market: Market, trigger: str = "ON_SHIPMENT") -> tuple[Any, dict[str, Any]]:
    """A return whose label was bought; the order and the shipment."""
    order, shipment = await awaited(market, trigger)
    await market.work()
    market.clock.pass_by(hours=2)
    return order, shipment


def event(id: str = "evt_1", *at: str, package: str | None = "pkg_0", status: str = "in_transit") -> bytes:
    return events.tracker_event(id, *at or (SCANNED,), package=package, status=status)


def signature(body: bytes, secret: str = SECRET) -> str:
    return events.signature(body, secret)


async def reported(market: Market, body: bytes, signed: str | None = None) -> tuple[int, str]:
    headers = {"x-hmac-signature": signature(body) if signed is None else signed}
    answer = await market.http.post("/webhooks/easypost", content=body, headers=headers)
    return answer.status_code, answer.text


async def test_the_first_scan_says_that_the_goods_are_under_way_and_pays(market: Market) -> None:
    _order, shipment = await labeled(market)
    assert await reported(market, event()) == (200, "noted\n")
    found = await shown(market, shipment["id"])
    assert (found["status"], found["request"]["plan"]["refundState"]) == ("IN_TRANSIT", "IN_PROGRESS")
    (label,) = await labels_of(market, shipment)
    assert label["status"] == "ISSUED"
    payload = await market.do(OWNER, "voidLabel", labelId=label["id"])
    assert [error["code"] for error in payload["userErrors"]] == ["LABEL_USED"]


async def test_a_scan_is_the_proof_that_a_typed_number_is_not(market: Market) -> None:
    _order, shipment = await labeled(market)
    await act(market, customer("ada"), "sendReturn", shipment["id"], trackingNumber="1Z")
    assert (await shown(market, shipment["id"]))["request"]["plan"]["refundState"] == "HELD"
    assert await reported(market, event()) == (200, "noted\n")
    assert (await shown(market, shipment["id"]))["request"]["plan"]["refundState"] == "IN_PROGRESS"


async def test_money_that_waits_for_the_goods_is_not_paid_by_a_scan(market: Market) -> None:
    _, shipment = await labeled(market, "ON_RECEIPT")
    assert await reported(market, event()) == (200, "noted\n")
    found = await shown(market, shipment["id"])
    assert (found["status"], found["request"]["plan"]["refundState"]) == ("IN_TRANSIT", "HELD")


async def test_scans_twice_and_in_any_order_end_the_same(market: Market) -> None:
    """Also what comes after the goods have been received."""
    ends = set()
    ago = {"evt_a": timedelta(minutes=60), "evt_b": timedelta(minutes=30)}
    for n, order_of_events in enumerate(permutations([*ago, *ago], 4)):
        if n % 6:
            continue
        order, shipment = await labeled(market)
        (row,) = await market.rows(
            "select external_reference as package from return_label where shipment_id = $1", shipment["id"]
        )
        for id in order_of_events:
            body = event(f"{id}_{n}", str(market.clock() - ago[id]), package=row["package"])
            assert (await reported(market, body))[0] == 200
        await act(market, seller(order, "north"), "receiveReturn", shipment["id"])
        late = event(f"late_{n}", str(market.clock()), package=row["package"], status="delivered")
        assert await reported(market, late) == (200, "nothing new\n")
        found = await shown(market, shipment["id"])
        count = "select count(*) as n from event where return_shipment_id = $1 and action = $2"
        (sent,) = await market.rows(count, shipment["id"], "SEND_RETURN")
        ends.add((found["status"], found["request"]["plan"]["total"]["amount"], sent["n"]))
    assert len(ends) == 1
    assert {end[2] for end in ends} == {1}


async def scanned_at(market: Market) -> datetime | None:
    (row,) = await market.rows("select scanned_at from return_label")
    at: datetime | None = row["scanned_at"]
    return at


async def test_the_first_scan_counts_whichever_is_reported_first(market: Market) -> None:
    await labeled(market)
    assert await reported(market, event("evt_b", "2026-03-02T10:30:00Z")) == (200, "noted\n")
    assert await reported(market, event("evt_a", SCANNED)) == (200, "nothing new\n")
    assert await reported(market, event("evt_c", "2026-03-02T10:45:00Z")) == (200, "nothing new\n")
    assert await scanned_at(market) == datetime(2026, 3, 2, 10, tzinfo=UTC)


async def test_a_carrier_whose_clock_is_a_little_ahead_has_scanned_just_now(market: Market) -> None:
    await labeled(market)
    assert await reported(market, event("evt_1", "2026-03-02T11:10:00Z")) == (200, "noted\n")
    assert await scanned_at(market) == market.clock()


async def test_what_was_scanned_before_the_label_was_ordered_is_another_package(market: Market) -> None:
    """Carriers give their tracking numbers out again. The label was ordered at nine, and clocks differ a little."""
    _, shipment = await labeled(market)
    before = await market.fingerprint()
    for id, at in {"evt_old": "2025-03-02T10:00:00Z", "evt_early": "2026-03-02T08:49:59Z"}.items():
        assert await reported(market, event(id, at)) == (200, "nothing new\n")
    assert await market.fingerprint() == before
    assert await reported(market, event("evt_first", "2026-03-02T08:50:00Z")) == (200, "noted\n")
    assert await scanned_at(market) == START
    found = await shown(market, shipment["id"])
    assert (found["status"], found["request"]["plan"]["refundState"]) == ("IN_TRANSIT", "IN_PROGRESS")


async def test_of_old_and_new_scans_in_one_report_the_first_new_one_counts(market: Market) -> None:
    await labeled(market)
    assert await reported(market, event("evt_b", "2026-03-02T10:30:00Z")) == (200, "noted\n")
    assert await reported(market, event("evt_a", SCANNED, "2026-03-01T10:00:00Z")) == (200, "nothing new\n")
    assert await scanned_at(market) == datetime(2026, 3, 2, 10, tzinfo=UTC)


async def test_an_event_that_is_sent_again_is_nothing_new(market: Market) -> None:
    _, _shipment = await labeled(market)
    assert await reported(market, event()) == (200, "noted\n")
    before = await market.fingerprint()
    assert await reported(market, event()) == (200, "nothing new\n")
    assert await market.fingerprint() == before


async def test_of_ten_copies_that_come_at_once_one_is_news(market: Market) -> None:
    await labeled(market)
    answers = await asyncio.gather(*(reported(market, event()) for _ in range(10)))
    assert sorted(answers) == [(200, "noted\n"), *[(200, "nothing new\n")] * 9]


@pytest.mark.parametrize("ending", ["withdrawn", "expired"])
async def test_a_scan_after_the_end_of_the_return_is_only_noted(market: Market, ending: str) -> None:
    _, shipment = await labeled(market)
    if ending == "withdrawn":
        assert (await market.do(customer("ada"), "withdrawRequest", requestId=shipment["request"]["id"]))[
            "userErrors"
        ] == []
    else:
        await market.rows("update return_shipment set due_at = '2000-01-01'")
        await market.work()
    status = (await shown(market, shipment["id"]))["status"]
    assert (await reported(market, event()))[0] == 200
    assert (await shown(market, shipment["id"]))["status"] == status
    (row,) = await market.rows("select scanned_at from return_label")
    assert row["scanned_at"] is not None


GOOD = event()
REJECTED: dict[str, tuple[bytes, str | None]] = {
    "forged": (GOOD, signature(GOOD, "a guess")),
    "unsigned": (GOOD, ""),
    "a signature of no letters": (GOOD, "hmac-sha256-hex=\xe9\xfc"),
    "of another body": (GOOD, signature(event("evt_2"))),
    "of a foreign account": (GOOD, signature(GOOD, "the webhook secret of another account")),
    "dated in the future": (event("evt_1", "2026-03-02T11:10:01Z"), None),
    "not JSON": (b"scanned!", None),
    "not an event": (b"[]", None),
    "without a tracker": (b'{"description": "tracker.updated", "id": "evt_1", "result": null}', None),
    "an id with a NUL": (event(package="pkg\0"), None),
    "a long id": (event("e" * 201), None),
}


@pytest.mark.parametrize("what", REJECTED)
async def test_what_is_not_to_be_believed_is_rejected_and_changes_nothing(market: Market, what: str) -> None:
    await labeled(market)
    before = await market.fingerprint()
    body, signed = REJECTED[what]
    headers = {b"x-hmac-signature": (signature(body) if signed is None else signed).encode("latin-1")}
    answer = await market.http.post("/webhooks/easypost", content=body, headers=headers)
    assert (answer.status_code, answer.text.split(":")[0]) == (400, "rejected")
    assert await market.fingerprint() == before


@pytest.mark.parametrize(
    "body",
    [
        event(package="pkg_of_nobody"),
        event(package=None),
        event(status="pre_transit"),
        event("evt_1", "yesterday"),
        json.dumps({"id": "evt_1", "description": "batch.updated", "result": {}}).encode(),
    ],
    ids=["a package of nobody", "no package", "not handed over", "no date", "another kind"],
)
async def test_what_is_not_about_a_scan_of_ours_is_nothing_new(market: Market, body: bytes) -> None:
    await labeled(market)
    before = await market.fingerprint()
    assert await reported(market, body) == (200, "nothing new\n")
    assert await market.fingerprint() == before


async def test_a_package_of_another_carrier_is_none_of_its_business(market: Market) -> None:
    await labeled(market)
    await market.rows("update return_label set carrier = 'slip'")
    before = await market.fingerprint()
    assert await reported(market, event()) == (200, "nothing new\n")
    assert await market.fingerprint() == before


async def test_a_report_that_is_too_large_is_not_read(market: Market) -> None:
    assert (await reported(market, b" " * (256 * 1024 + 1)))[0] == 413


async def test_without_a_secret_there_is_no_such_page(database_url: str) -> None:
    async with opened(database_url) as market:
        assert (await reported(market, GOOD))[0] == 404


async def test_what_is_not_reported_is_asked_for_now_and_then(market: Market) -> None:
    postman = Postman("easypost")
    market.worker.carriers = {"easypost": postman}
    _, shipment = await labeled(market)
    for script in ([CarrierUnknown("down")], []):
        postman.script = list(script)
        market.clock.pass_by(days=1)
        await market.work()
        assert (await shown(market, shipment["id"]))["status"] == "AWAITING"
    postman.seen = (Scan(market.clock()), Scan(market.clock() - timedelta(hours=1)))
    market.clock.pass_by(days=1)
    await market.work()
    found = await shown(market, shipment["id"])
    assert (found["status"], found["request"]["plan"]["refundState"]) == ("IN_TRANSIT", "DONE")
    asked = postman.asked.count("scans")
    assert asked >= 3
    market.clock.pass_by(days=5)
    await market.work()
    assert postman.asked.count("scans") == asked


async def test_a_scan_of_the_future_or_of_before_is_not_believed_when_the_carrier_is_asked_either(
    market: Market,
) -> None:
    """The poll leaves it out and asks again."""
    postman = Postman("easypost")
    market.worker.carriers = {"easypost": postman}
    _, shipment = await labeled(market)
    ahead = market.clock() + timedelta(days=2)
    postman.seen = (Scan(START - timedelta(minutes=11)), Scan(ahead), Scan(ahead + timedelta(days=900)))
    market.clock.pass_by(days=1)
    await market.work()
    assert (await shown(market, shipment["id"]))["status"] == "AWAITING"
    assert await scanned_at(market) is None
    market.clock.pass_by(days=1)
    await market.work()
    assert (await shown(market, shipment["id"]))["status"] == "IN_TRANSIT"
    assert await scanned_at(market) == ahead


async def test_a_label_is_not_asked_about_once_a_scan_would_tell_nothing(market: Market) -> None:
    postman = Postman("easypost")
    market.worker.carriers = {"easypost": postman}
    order, shipment = await labeled(market, "ON_RECEIPT")
    await act(market, seller(order, "north"), "receiveReturn", shipment["id"])
    market.clock.pass_by(days=1)
    await market.work()
    assert "scans" not in postman.asked
    assert await market.rows("select id from return_label where due_at is not null") == []


async def test_a_label_that_is_voided_while_its_scans_are_asked_for_is_voided(market: Market) -> None:
    postman = Postman("easypost")
    market.worker.carriers = {"easypost": postman}
    _, shipment = await labeled(market)
    market.clock.pass_by(days=1)
    call = await leased(market)
    assert (await market.do(OWNER, "voidLabel", labelId=call.label_id))["userErrors"] == []
    await Labels(market.worker.commands, market.worker.carriers).execute(call)
    await market.work()
    (label,) = await labels_of(market, shipment)
    assert label["status"] == "VOIDED"
    assert postman.voided == ["pkg_0"]
