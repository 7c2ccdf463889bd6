"""The evidence that answers a payment dispute: one request, one statement, and a file of it for the owner alone."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pypdfium2
import pytest

from app.auth.tokens import mint
from app.pages.evidence.file import draw
from app.pages.evidence.page import DOCUMENT
from app.pages.evidence.paper import ENDS_HERE, MOST_LINES
from domain.facts import Actor
from domain.words import DisputeStatus, Role
from gateways.payments.port import ShownDispute
from resolvers.context import Context
from services.worker.gateway_reports import tell_dispute
from tests.goods import act, confirmed, delivered, grade, sent, settings
from tests.labels import HOME
from tests.market import OWNER, SECRET, Market, Order, customer, opened, seller


@pytest.fixture(scope="module")
async def market(administration: Any, cluster: Any, template: str) -> AsyncIterator[Market]:
    """One market for the tests of this file: none looks at another's orders."""
    from tests.databases import fresh

    async with fresh(administration, cluster, template) as url, opened(url) as market:
        yield market


async def asked(market: Market, id: str, actor: Actor | None = OWNER, **claims: Any) -> httpx.Response:
    headers = {} if actor is None else {"authorization": f"Bearer {mint(SECRET, actor, ttl=86400 * 365, **claims)}"}
    return await market.http.get(f"/orders/{id}/evidence", headers=headers)


async def shown(market: Market, order: Order) -> dict[str, Any]:
    return dict((await market.data(OWNER, DOCUMENT, id=order.id))["order"])


def text_of(pdf: bytes) -> str:
    """The text of all pages, a space for every break of a line."""
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


async def disputed(market: Market) -> Order:
    """An order with a return that was inspected with a deduction, its money gone back, and a rejected one."""
    await settings(market, "ON_INSPECTION")
    order = await delivered(market, units=3, price="10.00")
    shipment = await sent(market, order, await confirmed(market, order, lamp=2), trackingNumber="00340434161094042557")
    await act(market, seller(order, "north"), "receiveReturn", shipment["id"])
    torn = grade(order, 1, condition="DAMAGED", deduction="2.00", reason="The shade is torn.")
    await act(market, seller(order, "north"), "inspectReturn", shipment["id"], grades=[grade(order, 1), torn])
    await market.work()
    rest = await market.request(order, lamp=1)
    payload = await market.do(seller(order, "north"), "rejectRequest", requestId=rest["id"], reason="It was used.")
    assert payload["userErrors"] == []
    await settings(market, None)
    dispute = ShownDispute(
        reference=f"du_{order.number}",
        payments=(f"{order.number}/0",),
        status=DisputeStatus.OPEN,
        amount_minor=3400,
        currency="EUR",
        opened_at=market.clock(),
        reason="product_not_received",
    )
    assert await tell_dispute(market.worker.commands, "ledger", dispute)
    return order


async def test_one_request_has_everything(market: Market) -> None:
    order = await shown(market, await disputed(market))
    (payment,), (package,), (shipment,) = order["payments"], order["packages"], order["returnShipments"]
    (plan,) = order["plans"]
    (refund,) = plan["refunds"]
    (attempt,) = refund["attempts"]
    assert payment["reference"].startswith("N-")
    assert [each["reason"] for each in payment["disputes"]] == ["product_not_received"]
    assert refund["payment"]["reference"] == payment["reference"]
    assert package["status"] == "DELIVERED"
    assert package["deliveredAt"]
    assert shipment["trackingNumber"] == "00340434161094042557"
    assert [each["reason"] for each in shipment["lines"][0]["grades"]] == [None, "The shade is torn."]
    assert {request["acceptedPolicy"]["version"] for request in order["requests"]} == {"2026-01"}
    assert [request["rejection"] for request in order["requests"]] == [None, {"by": "SELLER", "reason": "It was used."}]
    assert (attempt["outcome"], refund["externalReference"]) == ("SUCCEEDED", attempt["gatewayReference"])
    assert {event["actor"]["id"] for event in order["timeline"]} >= {"ada", "olga"}


async def test_it_takes_one_statement_however_much_there_is(market: Market) -> None:
    small, large = await delivered(market), await disputed(market)
    for order in (small, large):
        one = market.one
        context = Context(
            viewer=OWNER, locale="en", commands=one.commands, journal=one.journal, reference=one.reference
        )
        answer = await one.engine.execute(one.engine.document(DOCUMENT), None, {"id": order.id}, context)
        assert "errors" not in answer
        assert context.statements == 1


async def test_the_owner_downloads_it_as_a_file(market: Market) -> None:
    order = await disputed(market)
    answer = await asked(market, order.id)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    name = f"evidence-{order.number}.pdf"
    assert answer.headers["content-disposition"] == f"attachment; filename={name}; filename*=UTF-8''{name}"
    assert answer.headers["cache-control"] == "no-store"
    text = text_of(answer.content)
    for words in (
        order.number,
        "00340434161094042557",
        "The shade is torn.",
        "by the seller: It was used.",
        "-2.00 EUR",
        "Fourteen days.",
        "Inspect return",
        f"du_{order.number}",
        "18.00 EUR",
    ):
        assert words in text, words
    assert (await asked(market, order.id)).content == answer.content


async def test_names_in_other_letters_stand_in_the_file(market: Market) -> None:
    names = {"name": "Оксана 山田太郎 홍길동", "lines": ["Οδός Ερμού 3"], "city": "东京", "country": "JP"}
    order = await market.order(shippingAddress=HOME, billingAddress=names)
    text = text_of((await asked(market, order.id)).content)
    for words in ("Ada Łęcka", "Оксана 山田太郎 홍길동", "Οδός Ερμού 3", "东京"):
        assert words in text, words


async def test_the_heads_of_tables_stand_in_whole_words(market: Market) -> None:
    """Each column is as wide as the longest word of its head, and the widest table still fits the page."""
    text = text_of((await asked(market, (await disputed(market)).id)).content)
    heads = "Units Accepted Product Reason Note · Product Expected Received Missing Wrong Inspection"
    for head in (*heads.split(" · "), "Units Product Seller Package Unit price Discount Total"):
        assert head in text, head


async def test_a_letter_that_no_font_has_stands_as_its_number(market: Market) -> None:
    order = await shown(market, await market.order())
    named = order | {"customer": order["customer"] | {"name": "<b>דן</b>"}}
    assert "<b>[U+05D3][U+05DF]</b>" in text_of(draw(named))


@pytest.mark.parametrize(
    ("actor", "status", "says"),
    [
        (customer("ada"), 403, "for the owner only"),
        (Actor(Role.SELLER, "north-clerk", "seller_00000000000000000000000000"), 403, "for the owner only"),
        (None, 401, "needs a token"),
    ],
    ids=["the customer", "a seller", "nobody"],
)
async def test_nobody_else_gets_it(market: Market, actor: Actor | None, status: int, says: str) -> None:
    answer = await asked(market, (await market.order()).id, actor)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert b"%PDF" not in answer.content


async def test_a_token_that_does_not_read_orders_gets_no_file(market: Market) -> None:
    order = await market.order()
    assert (await asked(market, order.id, only=["createOrder"])).status_code == 403
    assert (await asked(market, order.id, only=["order"])).status_code == 200


@pytest.mark.parametrize("id", ["order_unknown", "package_1", "%00", "..%2f..%2fetc", "x" * 5000])
async def test_an_id_that_names_no_order_is_not_found(market: Market, id: str) -> None:
    assert (await asked(market, id)).status_code == 404


async def test_the_number_of_an_order_cannot_break_the_header(market: Market) -> None:
    order = await market.order()
    await market.rows('update "order" set number = $2 where id = $1', order.id, 'N"1;\u00e9/../x')
    answer = await asked(market, order.id)
    names = "filename=evidence-N1e_.._x.pdf; filename*=UTF-8''evidence-N%221%3B%C3%A9%2F..%2Fx.pdf"
    assert answer.headers["content-disposition"] == f"attachment; {names}"


async def test_the_file_is_bounded(market: Market) -> None:
    """The journal is what is left out, and the file says so."""
    order = await shown(market, await disputed(market))
    words = {"note": "Very long. " * 1000}
    long = order | {"timeline": [event | words for event in order["timeline"]] * MOST_LINES}
    pdf = draw(long | {"items": [item | {"name": "Lamp " * 1000} for item in order["items"]]})
    assert ENDS_HERE in text_of(pdf)
    assert ENDS_HERE not in text_of(draw(order))
    assert len(pypdfium2.PdfDocument(pdf)) <= 20
