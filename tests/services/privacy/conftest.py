"""A person with a row of every kind, and where the person is looked for."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from domain.words import DisputeStatus
from events.notifier import ProcessNotifier
from gateways.mail.folder import FolderMailer
from gateways.payments.port import ShownDispute
from services.messages.making import Making
from services.messages.reminding import Reminding
from services.messages.sending import Sending
from services.messages.worker import MessageWorker
from services.worker.gateway_reports import tell_dispute
from tests.goods import act, confirmed, grade, settings
from tests.labels import ADDRESS, Postman, with_carrier
from tests.market import OWNER, POLICY, REQUESTS, Market, Order, Part, customer, opened, seller
from tests.services.messages.sink import LETTERHEAD, deliver

SUBJECT = "zorah-quell"
PERSON = {
    "name": "Zorah Quellmann",
    "email": "Zorah.Quell@home.example",
    "phone": "+49 151 23456789",
}
HOME = {
    "name": "Zorah Quellmann",
    "lines": ["Amselgrund 17"],
    "postalCode": "91301",
    "city": "Forchheim",
    "region": "Bayern",
    "country": "DE",
}
Record = Callable[[str, object], None]
TRACES = ("zorah", "quellmann", "23456789", "amselgrund", "91301", "forchheim", "1Z77Q")
"""What would tell who the person is, in lower case but for the tracking number."""
SITE = "https://returns.lumen.example"
LETTER = "Zorah Quellmann from Amselgrund 17 says so."


async def buy(market: Market, units: int = 4) -> Order:
    """An order of the person, delivered, with a tracking number."""
    order = await market.order(
        Part("north", {"lamp": (units, "10.00")}, "4.00"),
        customer=SUBJECT,
        person=PERSON,
        shippingAddress=HOME,
        billingAddress=HOME,
    )
    for status in ("SHIPPED", "DELIVERED"):
        moved = {"packageId": order.packages["north"], "status": status, "trackingNumber": "1Z77Q"}
        payload = await market.do(seller(order, "north"), "updatePackageStatus", **moved)
        assert payload["userErrors"] == [], payload
    return order


def wanted(order: Order) -> dict[str, Any]:
    """The input of a request of the person, with a note, under an idempotency key."""
    items = [{"orderItemId": order.items["lamp"], "quantity": 1, "reason": "damaged", "note": LETTER}]
    return {"orderId": order.id, "items": items, "policyVersion": POLICY, "idempotencyKey": LETTER}


async def asked(market: Market, order: Order) -> dict[str, Any]:
    """A request of the person."""
    payload = await market.do(customer(SUBJECT), "requestReturn", REQUESTS, **wanted(order))
    assert payload["userErrors"] == [], payload
    return dict(payload["requests"][0])


async def lived(market: Market) -> Order:
    """An order of the person about which everything has happened, and has ended."""
    await settings(market, "ON_INSPECTION", method="MAIL", address=ADDRESS)
    with_carrier(market, Postman())
    order = await buy(market)
    rejected = await asked(market, order)
    await done(market, seller(order, "north"), "rejectRequest", requestId=rejected["id"], reason=LETTER)
    market.clock.pass_by(hours=1)
    shipment = await confirmed(market, order, lamp=2)
    await market.work()
    await act(market, customer(SUBJECT), "sendReturn", shipment["id"], trackingNumber="1Z77Q", dropOff=LETTER)
    await act(market, seller(order, "north"), "receiveReturn", shipment["id"], note=LETTER)
    torn = grade(order, 1, condition="DAMAGED", deduction="2.00", reason=LETTER)
    await act(market, seller(order, "north"), "inspectReturn", shipment["id"], grades=[grade(order, 1), torn])
    allowance = {"kind": "ALLOWANCE", "amount": "1.00", "reason": LETTER, "orderItemId": order.items["lamp"]}
    await done(market, OWNER, "refundAllowance", orderId=order.id, adjustments=[allowance], note=LETTER)
    await market.work()
    for status in (DisputeStatus.OPEN, DisputeStatus.WON):
        dispute = ShownDispute(
            reference=f"du_{order.number}",
            payments=(f"{order.number}/0",),
            status=status,
            amount_minor=4400,
            currency="EUR",
            opened_at=market.clock(),
            reason="product_not_received",
        )
        assert await tell_dispute(market.worker.commands, "ledger", dispute)
    for answers in ("refund_attempt", "return_label"):  # gateways and carriers may say anything
        await market.rows(f"update {answers} set message = $1", LETTER)
    await settings(market, None)
    return order


async def done(market: Market, actor: Any, mutation: str, **values: Any) -> None:
    payload = await market.do(actor, mutation, **values)
    assert payload["userErrors"] == [], payload


async def traces(market: Market) -> dict[str, int]:
    """The tables with rows in which the person stands, and how many of them."""
    tables = await market.rows("select tablename as name from pg_tables where schemaname = 'public'")
    like = [f"%{trace}%" for trace in TRACES]
    found = {
        str(table["name"]): await market.rows(
            f'select count(*) as n from "{table["name"]}" t where t::text ilike any($1)', like
        )
        for table in tables
    }
    return {table: rows[0]["n"] for table, rows in found.items() if rows[0]["n"]}


async def customer_id(market: Market) -> str:
    (row,) = await market.rows("select id from customer where subject = $1", SUBJECT)
    return str(row["id"])


async def mail(market: Market, folder: Path) -> None:
    """Make and send the messages of all that has happened, into a folder."""
    making = Making(market.clock, LETTERHEAD)
    sending = Sending(market.clock, FolderMailer(folder), first_pause=0.0)
    await deliver(MessageWorker(making, Reminding(making), sending, ProcessNotifier()))


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market that writes messages to a folder, posts its events and has guests."""
    async with opened(database_url, webhook_private=True, smtp_url="folder", public_url=SITE) as one:
        endpoint = "mutation C($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {"
        await one.data(OWNER, f"{endpoint} userErrors {{ code }} }} }}", input={"url": "http://127.0.0.1:9/hook"})
        yield one
