"""What a bank and a gateway do by themselves, as the owner sees it: disputes, money paid back elsewhere, shortfalls."""

import json
import time
from dataclasses import dataclass

import httpx
import stripe
from playwright.async_api import expect

from tests.app.pages.test_evidence import text_of
from tests.web.demo_shop import STRIPE_SECRET, Shop
from tests.web.orders import LAMP, OWNER, PlacedOrder, place
from tests.web.test_accessibility import violations
from tests.web.test_product_by_product import open_path
from tests.web.words import ENGLISH, GERMAN, Words, in_both_languages

_REFERENCE = "query P($id: ID!) { order(id: $id) { payments { reference } } }"


@dataclass(frozen=True, slots=True)
class BankWords:
    """What the console says of it. A text with `{}` has a gap."""

    disputed: str
    won: str
    region: str
    evidence: str
    only: str
    elsewhere: str
    by_the_bank: str
    shortfalls: str
    settle: str
    settle_of: str
    reference: str
    required: str
    done: str
    refunded: str


IN_ENGLISH = BankWords(
    disputed="Disputed",
    won="Dispute won",
    region="Disputes and money paid back elsewhere",
    evidence="Evidence file",
    only="Only disputed",
    elsewhere="Paid back elsewhere",
    by_the_bank="Taken by the bank",
    shortfalls="Shortfalls",
    settle="Settle the shortfall",
    settle_of="Settle the shortfall of {}",
    reference="Reference",
    required="Enter the reference of the payment.",
    done="The shortfall of {} is settled.",
    refunded="Refunded",
)
IN_GERMAN = BankWords(
    disputed="Angefochten",
    won="Anfechtung abgewiesen",
    region="Angefochtene Zahlungen und anderswo erstattetes Geld",
    evidence="Beweismappe",
    only="Nur angefochtene",
    elsewhere="Anderswo erstattet",
    by_the_bank="Von der Bank eingezogen",
    shortfalls="Fehlbeträge",
    settle="Fehlbetrag begleichen",
    settle_of="Fehlbetrag begleichen: {}",
    reference="Zahlungsreferenz",
    required="Zahlungsreferenz",
    done="Der Fehlbetrag von {} ist beglichen.",
    refunded="Erstattet",
)


async def stripe_says(shop: Shop, order: PlacedOrder, kind: str, status: str) -> str:
    """Stripe reports a dispute of the order's one payment, about 19.00; its id."""
    (payment,) = (await shop.server.data(OWNER, _REFERENCE, id=order.id))["order"]["payments"]
    now, id = int(time.time()), f"du_{order.number}"
    shown = {
        "object": "dispute",
        "id": id,
        "amount": 1900,
        "currency": "eur",
        "charge": payment["reference"],
        "created": now - 3600,
        "reason": "product_not_received",
        "status": status,
        "evidence_details": {"due_by": now + 864_000},
    }
    event = {"object": "event", "id": f"evt_{kind}_{id}", "type": f"charge.dispute.{kind}", "created": now}
    body = json.dumps({**event, "data": {"object": shown}})
    header = stripe.WebhookSignature.generate_signature_header(body, STRIPE_SECRET, now)
    async with httpx.AsyncClient(base_url=shop.server.address) as http:
        answer = await http.post("/webhooks/stripe", content=body, headers={"stripe-signature": header})
    assert (answer.status_code, answer.text) == (200, "noted\n")
    return id


@in_both_languages(("words", "texts"), (ENGLISH, IN_ENGLISH), (GERMAN, IN_GERMAN))
async def test_a_disputed_order_is_found_and_its_evidence_downloaded(
    shop: Shop, words: Words, texts: BankWords
) -> None:
    order = await place(shop, {LAMP: 1}, provider="stripe")
    id = await stripe_says(shop, order, "created", "needs_response")
    async with shop.signed_in("Owner", words=words) as owner:
        await open_path(owner, "/owner/orders")
        await owner.get_by_text(texts.only).click()
        await expect(owner.get_by_role("row").filter(has_text=order.number)).to_contain_text(texts.disputed)
        await owner.get_by_role("link", name=order.number).click()
        region = owner.get_by_role("region", name=texts.region)
        await expect(region).to_contain_text("product_not_received")
        await expect(region).to_contain_text(id)
        await expect(region).to_contain_text(texts.disputed)
        assert [fault async for fault in violations(owner)] == []
        async with owner.expect_download() as download:
            await owner.get_by_role("button", name=texts.evidence).click()
        file = await download.value
        assert file.suggested_filename == f"evidence-{order.number}.pdf"
        text = text_of((await file.path()).read_bytes())
        assert order.number in text
        assert id in text
        await stripe_says(shop, order, "closed", "won")
        await owner.reload()
        await expect(region).to_contain_text(texts.won)


@in_both_languages(("words", "texts"), (ENGLISH, IN_ENGLISH), (GERMAN, IN_GERMAN))
async def test_a_shortfall_after_a_lost_dispute_is_settled_with_its_movement(
    shop: Shop, words: Words, texts: BankWords
) -> None:
    order = await place(shop, {LAMP: 1}, provider="stripe")
    id = await stripe_says(shop, order, "closed", "lost")
    await order.move("SHIPPED", "DELIVERED")
    number = await order.request("REFUND", lantern=1)
    found = await shop.server.data(OWNER, "query R($n: String!) { request(number: $n) { id } }", n=number)
    await order.do(order.seller, "confirmRequest", "request { id }", requestId=found["request"]["id"])
    async with shop.signed_in("Owner", words=words) as owner:
        await open_path(owner, f"/owner/orders/{order.id}")
        movements = owner.get_by_role("list", name=texts.elsewhere)
        await expect(movements).to_contain_text(texts.by_the_bank)
        await expect(movements).to_contain_text(id)
        await open_path(owner, "/owner/refunds")
        shortfalls = owner.get_by_role("list", name=texts.shortfalls)
        await expect(shortfalls).to_contain_text(number)
        assert [fault async for fault in violations(owner)] == []
        await owner.get_by_role("button", name=texts.settle_of.format(number)).click()
        dialog = owner.get_by_role("dialog", name=texts.settle_of.format(number))
        await dialog.get_by_role("button", name=texts.settle, exact=True).click()
        await expect(dialog.get_by_role("alert")).to_contain_text(texts.required)
        await dialog.get_by_label(texts.reference).fill(id)
        await dialog.get_by_role("button", name=texts.settle, exact=True).click()
        await expect(owner.locator(":focus")).to_contain_text(texts.done.format(number))
        await open_path(owner, f"/owner/orders/{order.id}")
        await expect(owner.get_by_role("article").filter(has_text=number).last).to_contain_text(texts.refunded)
        await expect(shortfalls).to_have_count(0)
