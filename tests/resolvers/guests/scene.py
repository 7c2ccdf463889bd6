"""Orders of customers without an account, and the links to them."""

import re
from itertools import count
from typing import Any

from services.messages.worker import MessageWorker
from tests.market import JSON, Market, Order
from tests.services.messages.sink import Sink, deliver

SITE = "https://returns.lumen.example"
SETTINGS: dict[str, Any] = {"smtp_url": "folder", "public_url": SITE, "order_links_per_hour": 30}
REQUEST = """mutation R($input: RequestOrderAccessInput!) { requestOrderAccess(input: $input) {
  accepted userErrors { code field message } } }"""
DECLARE = """mutation D($input: DeclareWithdrawalWithoutAccountInput!) {
  declareWithdrawalWithoutAccount(input: $input) { statement hash declaredAt userErrors { code field message } } }"""
REDEEM = """mutation R($input: RedeemOrderAccessInput!) { redeemOrderAccess(input: $input) {
  token expiresAt orderId userErrors { code field message } } }"""
_numbers = count(1)


async def bought(market: Market) -> tuple[Order, str]:
    """An order of a new customer, and the customer's address."""
    name = f"gus{next(_numbers)}"
    order = await market.order(customer=name)
    await market.rows("update customer set email = $1 where subject = $2", f"{name.title()}@Example.org", name)
    return order, f"{name}@example.org"


async def requested(market: Market, number: str, email: str) -> dict[str, Any]:
    """The payload of a request for a link, by somebody without a token."""
    found = await market.data(None, REQUEST, input={"orderNumber": number, "email": email})
    return dict(found["requestOrderAccess"])


async def redeemed(market: Market, secret: str) -> dict[str, Any]:
    return dict((await market.data(None, REDEEM, input={"secret": secret}))["redeemOrderAccess"])


def secrets_in(sink: Sink, email: str) -> list[str]:
    """The secrets of all links that have arrived for an address."""
    found = []
    for got in sink.got:
        if email in [recipient.lower() for recipient in got.recipients]:
            found += re.findall(rf"{SITE}/find-my-order#(\S+)", got.text)
    return found


async def linked(market: Market, mail: MessageWorker, sink: Sink) -> tuple[Order, str]:
    """An order, and the secret of a link to it."""
    order, email = await bought(market)
    assert await requested(market, order.number, email) == {"accepted": True, "userErrors": []}
    await deliver(mail)
    (secret,) = secrets_in(sink, email)
    return order, secret


async def asked_as(market: Market, token: str, query: str, **variables: Any) -> Any:
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"} | JSON
    answer = (await market.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)).json()
    assert "errors" not in answer, answer
    return answer["data"]
