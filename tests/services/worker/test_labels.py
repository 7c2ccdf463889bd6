"""The worker's protocol with carriers, step by step: a label is bought once, and voided if it is not used."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.actions import Action
from domain.tables import TABLE
from domain.words import Role, Subject
from gateways.carriers.port import CarrierUnknown, LabelAnswer, LabelOrder, LabelOutcome
from services.worker.due import Worker
from services.worker.labels import Labels
from services.worker.reconcile import reconcile
from tests.goods import act, confirmed, delivered, sent, settings, shown
from tests.labels import ADDRESS, LABEL, Postman, awaited, labels_go_every_way, labels_of, leased
from tests.market import OWNER, Market, customer, opened, seller

LOST, NO = CarrierUnknown("down"), LabelOutcome.REFUSED
WITHIN = 20.0
"""Seconds in which a worker does what is due, however busy the machine is."""
OPEN_PLANS = "select from cancellation_plan where transaction = 'CANCEL' and status <> 'COMPLETED'"


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url, carrier="slip") as market:
        yield market


@pytest.fixture
def postman(market: Market) -> Postman:
    one = Postman()
    market.worker.carriers = {"slip": one}
    return one


async def the_label(market: Market, shipment: dict[str, Any]) -> dict[str, Any]:
    (label,) = await labels_of(market, shipment)
    return label


async def later(market: Market, **time: float) -> None:
    market.clock.pass_by(**(time or {"minutes": 10}))
    await market.work()


async def withdrawn(market: Market, shipment: dict[str, Any]) -> None:
    payload = await market.do(customer("ada"), "withdrawRequest", requestId=shipment["request"]["id"])
    assert payload["userErrors"] == [], payload


async def on_label(market: Market, mutation: str, label: dict[str, Any], **more: Any) -> Any:
    return await market.do(OWNER, mutation, f"label {{ {LABEL} }}", labelId=label["id"], **more)


async def test_a_label_is_bought_once_for_goods_that_wait_to_be_sent(market: Market, postman: Postman) -> None:
    _, shipment = await awaited(market)
    assert (await the_label(market, shipment))["status"] == "PENDING"
    await market.work()
    label = await the_label(market, shipment)
    assert (label["status"], label["trackingNumber"], label["url"]) == (
        "ISSUED",
        "TRACK-pkg_0",
        f"/labels/{label['id']}.pdf",
    )
    await later(market, days=3)
    assert postman.asked == ["register", "buy"]
    assert postman.bought == ["pkg_0"]


@pytest.mark.parametrize(
    "terms",
    [
        {"method": "DROP_OFF", "address": ADDRESS},
        {"method": "IN_STORE", "address": ADDRESS},
        {"method": "MAIL", "address": None},
    ],
    ids=["dropped off", "in store", "no address"],
)
async def test_no_label_is_bought_for_other_goods(market: Market, postman: Postman, terms: dict[str, Any]) -> None:
    await settings(market, "ON_RECEIPT", **terms)
    shipment = await confirmed(market, await delivered(market), lamp=2)
    await market.work()
    assert await labels_of(market, shipment) == []
    assert postman.asked == []


async def test_without_a_carrier_there_is_no_label_and_none_can_be_added(database_url: str) -> None:
    async with opened(database_url) as market:
        order, shipment = await awaited(market)
        assert await labels_of(market, shipment) == []
        assert "ADD_LABEL" not in {offer["action"] for offer in shipment["allowedActions"]}
        payload = await market.do(seller(order, "north"), "addLabel", returnId=shipment["id"])
        assert [error["code"] for error in payload["userErrors"]] == ["NO_CARRIER"]


@pytest.mark.parametrize(
    "lost", [["answer lost"], [None, "answer lost"], [None, LOST]], ids=["register", "buy", "early"]
)
async def test_after_a_lost_answer_the_carrier_is_asked_before_anything_is_bought(
    market: Market, postman: Postman, lost: list[Any]
) -> None:
    _, shipment = await awaited(market)
    postman.script = list(lost)
    await market.work()
    label = await the_label(market, shipment)
    assert (label["status"], label["url"]) == ("UNKNOWN", None)
    asked = len(postman.asked)
    await later(market)
    assert postman.asked[asked] == "find"
    assert (await the_label(market, shipment))["status"] == "ISSUED"
    assert postman.bought == ["pkg_0"]
    assert len(postman.packages) == 1


async def test_a_call_that_outlives_its_lease_buys_nothing_once_another_has_registered_the_package(
    market: Market, postman: Postman
) -> None:
    """Two packages are known to the carrier then, and one label is bought."""
    _, shipment = await awaited(market)
    slow = await leased(market)
    assert await leased(market) is None
    await market.work()
    await Labels(market.worker.commands, market.worker.carriers).execute(slow)
    await later(market)
    assert len(postman.packages) == 2
    assert postman.bought == ["pkg_0"]
    assert (await the_label(market, shipment))["status"] == "ISSUED"


async def test_a_refused_label_is_retried_by_the_owner_and_keeps_its_package(market: Market, postman: Postman) -> None:
    order, shipment = await awaited(market)
    postman.script = [None, NO]
    await market.work()
    label = await the_label(market, shipment)
    assert (label["status"], label["message"]) == ("FAILED", "No money.")
    assert {offer["action"] for offer in label["allowedActions"] if offer["enabled"]} == {"RETRY_LABEL", "VOID_LABEL"}
    payload = await market.do(seller(order, "north"), "retryLabel", labelId=label["id"])
    assert payload["userErrors"][0]["code"] == "ROLE_NOT_ALLOWED"
    payload = await on_label(market, "retryLabel", label, expectedVersion=label["version"])
    assert (payload["userErrors"], payload["label"]["status"]) == ([], "PENDING")
    await later(market)
    assert (await the_label(market, shipment))["status"] == "ISSUED"
    assert postman.bought == ["pkg_0"]


@pytest.mark.parametrize("ending", ["withdrawn", "expired", "waived"])
async def test_a_label_is_voided_when_the_goods_are_not_expected_any_more(
    market: Market, postman: Postman, ending: str
) -> None:
    order, shipment = await awaited(market)
    await market.work()
    if ending == "withdrawn":
        await withdrawn(market, shipment)
    elif ending == "waived":
        await act(market, seller(order, "north"), "waiveReturn", shipment["id"])
    else:
        await market.rows("update return_shipment set due_at = '2000-01-01'")
        await market.work()
    await later(market)
    assert (await the_label(market, shipment))["status"] == "VOIDED"
    assert postman.voided == postman.bought == ["pkg_0"]


async def test_a_label_that_is_not_bought_yet_is_voided_without_a_call(market: Market, postman: Postman) -> None:
    order, shipment = await awaited(market)
    await sent(market, order, shipment)
    assert (await the_label(market, shipment))["status"] == "VOIDED"
    await later(market)
    assert postman.asked == []


async def test_a_label_of_goods_that_were_sent_is_not_voided(market: Market, postman: Postman) -> None:
    order, shipment = await awaited(market)
    await market.work()
    await sent(market, order, shipment)
    await later(market)
    assert (await the_label(market, shipment))["status"] == "ISSUED"
    assert postman.voided == []


async def test_a_label_whose_return_ended_while_it_was_unknown_is_bought_at_most_once_and_voided(
    market: Market, postman: Postman
) -> None:
    _, shipment = await awaited(market)
    postman.script = [None, "answer lost"]
    await market.work()
    await withdrawn(market, shipment)
    assert (await the_label(market, shipment))["status"] == "UNKNOWN"
    await later(market)
    assert (await the_label(market, shipment))["status"] == "VOIDED"
    assert postman.voided == postman.bought == ["pkg_0"]


async def test_voiding_has_an_unknown_of_its_own(market: Market, postman: Postman) -> None:
    _, shipment = await awaited(market)
    await market.work()
    postman.script = [None, "answer lost"]
    payload = await on_label(market, "voidLabel", await the_label(market, shipment))
    assert payload["label"]["status"] == "VOIDING"
    await market.work()
    assert (await the_label(market, shipment))["status"] == "VOID_UNKNOWN"
    await later(market)
    assert (await the_label(market, shipment))["status"] == "VOIDED"
    assert postman.voided == ["pkg_0"]


async def test_a_void_that_was_accepted_is_asked_about_later(market: Market, postman: Postman) -> None:
    _, shipment = await awaited(market)
    await market.work()
    postman.script = [None, LabelOutcome.VOIDING]
    await on_label(market, "voidLabel", await the_label(market, shipment))
    await market.work()
    await later(market)
    assert (await the_label(market, shipment))["status"] == "VOIDING"
    postman.voided.append("pkg_0")
    await later(market, hours=2)
    assert (await the_label(market, shipment))["status"] == "VOIDED"
    assert postman.asked[-1] == "find"


async def test_a_used_label_is_not_voided(market: Market, postman: Postman) -> None:
    """The carrier says so; once it has reported a scan, the command is refused before it is asked."""
    _, shipment = await awaited(market)
    await market.work()
    postman.used.add("pkg_0")
    await on_label(market, "voidLabel", await the_label(market, shipment))
    await market.work()
    label = await the_label(market, shipment)
    assert (label["status"], label["message"]) == ("ISSUED", "It was used.")
    await market.rows("update return_label set scanned_at = now()")
    payload = await on_label(market, "voidLabel", label)
    assert [error["code"] for error in payload["userErrors"]] == ["LABEL_USED"]
    assert postman.voided == []


async def test_a_label_that_nobody_works_on_is_named_by_reconcile(market: Market, postman: Postman) -> None:
    _, shipment = await awaited(market)
    found = await reconcile({}, market.clock())
    assert found.differences == []
    found = await reconcile({}, market.clock() + timedelta(days=1))
    (label,) = await labels_of(market, shipment)
    assert [(one.kind, one.about) for one in found.differences if one.about == label["id"]] == [("STUCK", label["id"])]


async def test_each_package_of_a_shipment_has_its_own_label(market: Market, postman: Postman) -> None:
    order, shipment = await awaited(market)
    for actor in (seller(order, "north"), OWNER):
        payload = await market.do(
            actor, "addLabel", "label { status }", returnId=shipment["id"], idempotencyKey="one more"
        )
        assert (payload["userErrors"], payload["label"]) == ([], {"status": "PENDING"})
        again = await market.do(
            actor, "addLabel", "label { status }", returnId=shipment["id"], idempotencyKey="one more"
        )
        assert again["replayed"]
    await market.work()
    labels = await labels_of(market, shipment)
    assert [(label["position"], label["status"]) for label in labels] == [(1, "ISSUED"), (2, "ISSUED"), (3, "ISSUED")]
    assert sorted(postman.bought) == ["pkg_0", "pkg_1", "pkg_2"]
    assert len({label["trackingNumber"] for label in labels}) == 3


async def test_labels_of_a_shipment_are_limited_and_void_ones_count(market: Market, postman: Postman) -> None:
    """A carrier asks for each that it has sold, void or not: adding and voiding in turn must end, too."""
    _, shipment = await awaited(market)
    for _ in range(19):
        await on_label(market, "voidLabel", (await labels_of(market, shipment))[-1])
        assert (await market.do(OWNER, "addLabel", returnId=shipment["id"]))["userErrors"] == []
    offers = {offer["action"]: offer["blockers"] for offer in (await shown(market, shipment["id"]))["allowedActions"]}
    assert offers["ADD_LABEL"] == [{"code": "TOO_MANY_LABELS"}]
    payload = await market.do(OWNER, "addLabel", returnId=shipment["id"])
    assert [error["code"] for error in payload["userErrors"]] == ["TOO_MANY_LABELS"]
    assert len(await labels_of(market, shipment)) == 20


@pytest.mark.parametrize("way", ["sent", "received"])
async def test_a_slip_of_goods_that_have_left_the_customer_counts_as_used(
    market: Market, postman: Postman, way: str
) -> None:
    order, shipment = await awaited(market)
    await market.work()
    if way == "sent":
        await sent(market, order, shipment)
    else:
        await act(market, seller(order, "north"), "receiveReturn", shipment["id"])
    label = await the_label(market, shipment)
    assert {offer["action"] for offer in label["allowedActions"] if offer["enabled"]} == set()
    payload = await on_label(market, "voidLabel", label)
    assert [error["code"] for error in payload["userErrors"]] == ["LABEL_USED"]
    assert (await the_label(market, shipment))["status"] == "ISSUED"


async def test_a_carriers_label_that_was_not_scanned_is_voided_though_goods_were_sent(
    market: Market, postman: Postman
) -> None:
    """The customer may have sent them with another label; the carrier knows whether this one was used."""
    order, shipment = await awaited(market)
    await market.rows("update return_label set carrier = 'other'")
    market.worker.carriers = {"other": postman}
    await market.work()
    await sent(market, order, shipment)
    label = await the_label(market, shipment)
    assert "VOID_LABEL" in {offer["action"] for offer in label["allowedActions"] if offer["enabled"]}
    assert (await on_label(market, "voidLabel", label))["userErrors"] == []


async def test_no_label_is_added_to_goods_that_are_under_way(market: Market, postman: Postman) -> None:
    order, shipment = await awaited(market)
    await sent(market, order, shipment)
    payload = await market.do(OWNER, "addLabel", returnId=shipment["id"])
    assert [error["code"] for error in payload["userErrors"]] == ["LABEL_NOT_WANTED"]


async def test_a_carrier_that_is_not_set_up_buys_nothing(market: Market) -> None:
    market.worker.carriers = {}
    _, shipment = await awaited(market)
    await market.work()
    label = await the_label(market, shipment)
    assert (label["status"], label["message"]) == ("FAILED", "No carrier named 'slip' is set up here.")


async def test_events_of_labels_stand_in_the_timeline_of_their_shipment(market: Market, postman: Postman) -> None:
    _, shipment = await awaited(market)
    await market.work()
    query = "query T($id: ID!) { returnShipment(id: $id) { timeline { subject action } } }"
    events = (await market.data(customer("ada"), query, id=shipment["id"]))["returnShipment"]["timeline"]
    of_labels = [event["action"] for event in events if event["subject"] == "LABEL"]
    assert of_labels == ["ORDER_LABEL", "BUY_LABEL", "ISSUE_LABEL"]


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SELLER])
async def test_a_carriers_words_are_not_for_customers(market: Market, postman: Postman, role: Role) -> None:
    order, shipment = await awaited(market)
    postman.script = [NO]
    await market.work()
    actor = customer("ada") if role is Role.CUSTOMER else seller(order, "north")
    query = "query M($id: ID!) { returnShipment(id: $id) { labels { message } } }"
    (label,) = (await market.data(actor, query, id=shipment["id"]))["returnShipment"]["labels"]
    assert label["message"] == (None if role is Role.CUSTOMER else "No such street.")


_TAKEN = """
select subject, action, coalesce(from_status, ''), to_status, actor_role from event
where subject = 'LABEL' or action = 'SEND_RETURN'
"""


async def test_every_edge_of_labels_is_taken_by_each_of_its_roles(database_url: str) -> None:
    async with opened(database_url) as market:
        await labels_go_every_way(market)
        taken = {tuple(row.values()) for row in await market.rows(_TAKEN)}
    expected = {
        (str(edge.subject), str(edge.action), str(edge.source or ""), str(edge.target), str(role))
        for edge in TABLE
        for role in edge.roles
        if edge.subject is Subject.LABEL or (edge.action is Action.SEND_RETURN and role is Role.SYSTEM)
    }
    assert expected - taken == set()


async def test_no_transaction_is_open_while_a_carrier_is_called(market: Market) -> None:
    """Between two transactions, not in one: locks would be held for as long as a carrier takes."""
    watching = Watching(market)
    market.worker.carriers = {"slip": watching}
    _, shipment = await awaited(market)
    await market.work()
    await on_label(market, "voidLabel", await the_label(market, shipment))
    await market.work()
    assert (await the_label(market, shipment))["status"] == "VOIDED"
    assert watching.asked == ["register", "buy", "find", "void"]
    assert watching.transactions == []


class Watching(Postman):
    """A carrier that looks, whenever it is called, which other transactions are open."""

    def __init__(self, market: Market) -> None:
        super().__init__()
        self.market = market
        self.transactions: list[Any] = []

    async def register(self, order: LabelOrder) -> LabelAnswer:
        await self._look()
        return await super().register(order)

    async def buy(self, order: LabelOrder, reference: str) -> LabelAnswer:
        await self._look()
        return await super().buy(order, reference)

    async def void(self, key: str, reference: str) -> LabelAnswer:
        await self._look()
        return await super().void(key, reference)

    async def _look(self) -> None:
        self.transactions += await self.market.rows(
            "select state, query from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and xact_start is not null"
        )


async def test_a_carrier_that_never_answers_holds_up_no_refund(market: Market, postman: Postman) -> None:
    for _ in range(4):
        await awaited(market)
    postman.script = ["never answers"] * 8
    worker = Worker(market.one.commands, market.worker.gateways, market.one.notifier, carriers={"slip": postman})
    running = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(WITHIN):
            while not postman.asked:
                await market.rows("select 1")
            for _ in range(2):  # the first could still be paid by a task that has not come to a label
                await market.apply(await market.request(await market.order(), lamp=1))
                market.clock.pass_by(seconds=3)
                while await market.rows(OPEN_PLANS):
                    await market.rows("select 1")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert postman.asked == ["register"]
