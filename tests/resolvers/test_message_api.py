"""Messages in the API: who sees which, templates from draft to mail, what is refused of them, and sending again."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

import asyncpg
import pytest
from tortoise.connection import get_connection

from database.embedded import Cluster
from domain.facts import Actor
from domain.messages import KINDS
from domain.words import Role
from services.messages.facts import facts_of_request
from services.messages.rendering import render
from services.messages.templates import built_in
from services.messages.values import VARIABLES, Recipient, Values, Waiting, digest_of, examples, values_of
from services.messages.worker import MessageWorker
from tests.databases import fresh
from tests.market import OWNER, Market, Order, customer, opened, seller
from tests.services.messages.sink import Sink, deliver, mailing, sinking

ADA, EVE = "ada@example.org", "eve@example.org"
LIST = """query L($filter: MessageFilter) { messages(filter: $filter) { totalCount nodes {
  id type audience address state answer templateVersion subject request { number } order { number } } } }"""
OF_REQUEST = "query R($id: ID!) { request(id: $id) { messages { audience address subject text answer } } }"
TEMPLATE = "template { id version publishedAt subject }"
PREVIEW = """query P($input: PreviewMessageInput!) { previewMessage(input: $input) {
  subject text html userErrors { code field message } } }"""
GOOD = {
    "type": "REQUEST_OPENED",
    "audience": "CUSTOMER",
    "locale": "en",
    "subject": "We have it: {{ request.number }}",
    "text": "Hello {{ customer.name }}{% for item in items %}, {{ item.quantity }} {{ item.name }}{% endfor %}",
    "mjml": '{% extends "layout.mjml" %}{% block body %}<mj-text>{{ customer.name }}</mj-text>{% endblock %}',
}


@pytest.fixture(scope="module")
async def market(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[Market]:
    """One market for all tests of this file."""
    async with fresh(administration, cluster, template) as url, opened(url) as one:
        yield one


@pytest.fixture(scope="module")
async def sink() -> AsyncIterator[Sink]:
    async with sinking() as sink:
        yield sink


@pytest.fixture(scope="module")
async def mail(market: Market, sink: Sink) -> AsyncIterator[MessageWorker]:
    async with mailing(market, sink.url) as worker:
        await worker.making.make()
        yield worker


@pytest.fixture(scope="module")
async def sold(market: Market, mail: MessageWorker) -> tuple[Order, dict[str, Any]]:
    """An order of Ada's with a return that its seller has been asked about; Eve has one as well."""
    for name in ("eve", "ada"):
        order = await market.order(customer=name)
        await market.rows(
            "update customer set email = $1, name = $2 where subject = $3", f"{name}@example.org", f"{name} <b>", name
        )
        payload = await market.do(
            OWNER, "setSellerEmail", "seller { email }", sellerId=order.sellers["north"], email=" orders@NORTH.example "
        )
        assert payload["seller"] == {"email": "orders@NORTH.example"}
        await market.move(order, "north", "SHIPPED", "DELIVERED")
        request = await market.request(order, lamp=1)
    await deliver(mail)
    return order, request


async def listed(market: Market, **given: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await market.data(OWNER, LIST, filter=given or None))["messages"]["nodes"]
    return nodes


async def test_the_owner_finds_messages_by_request_recipient_and_state(
    market: Market, sold: tuple[Order, dict[str, Any]]
) -> None:
    _, request = sold
    assert len(await listed(market)) == 4
    assert {one["audience"] for one in await listed(market, requestId=request["id"])} == {"CUSTOMER", "SELLER"}
    (hers,) = await listed(market, address=f" {ADA} ", state=["SENT", "FAILED"])
    assert (hers["type"], hers["request"]["number"]) == ("REQUEST_OPENED", request["number"])
    assert await listed(market, address="nobody@example.org") == []
    assert await listed(market, state=["BOUNCED"]) == []


async def test_everybody_sees_the_messages_to_themselves_and_no_others(
    market: Market, sold: tuple[Order, dict[str, Any]]
) -> None:
    order, request = sold
    for actor, audiences in (
        (OWNER, ["CUSTOMER", "SELLER"]),
        (customer("ada"), ["CUSTOMER"]),
        (seller(order, "north"), ["SELLER"]),
    ):
        found = (await market.data(actor, OF_REQUEST, id=request["id"]))["request"]["messages"]
        assert sorted(one["audience"] for one in found) == audiences
    (message,) = await listed(market, address=ADA)
    node = "query N($id: ID!) { node(id: $id) { ... on Message { subject } } }"
    assert (await market.data(customer("ada"), node, id=message["id"]))["node"] is not None
    assert (await market.data(customer("eve"), node, id=message["id"]))["node"] is None
    assert (await market.data(seller(order, "north"), node, id=message["id"]))["node"] is None
    for query in ("messages { totalCount }", "messageTemplates { subject }", "messageVariables { path }"):
        answer = await market.ask(customer("ada"), f"{{ {query} }}")
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    email = "query S($id: ID!) { node(id: $id) { ... on Seller { email } } }"
    for actor, shown in ((OWNER, True), (seller(order, "north"), True), (customer("ada"), False)):
        found = await market.data(actor, email, id=order.sellers["north"])
        assert (found["node"]["email"] is not None) is shown


async def test_a_template_goes_from_draft_to_mail_and_stays_as_it_is(
    market: Market, mail: MessageWorker, sink: Sink, sold: tuple[Order, dict[str, Any]]
) -> None:
    order, request = sold
    made = (await market.data(OWNER, PREVIEW, input={**GOOD, "requestId": request["id"]}))["previewMessage"]
    assert (made["subject"], made["text"]) == (f"We have it: {request['number']}", "Hello ada <b>, 1 Lamp\n")
    assert "ada &lt;b&gt;" in made["html"]
    draft = (await market.do(OWNER, "saveMessageTemplate", TEMPLATE, **GOOD))["template"]
    again = (await market.do(OWNER, "saveMessageTemplate", TEMPLATE, **{**GOOD, "subject": "Ours"}))["template"]
    assert (again["id"], again["version"], again["publishedAt"]) == (draft["id"], 1, None)
    payload = await market.do(OWNER, "publishMessageTemplate", TEMPLATE, templateId=draft["id"])
    assert payload["template"]["publishedAt"]
    payload = await market.do(OWNER, "publishMessageTemplate", TEMPLATE, templateId=draft["id"])
    assert payload["userErrors"][0]["code"] == "WRONG_STATUS"
    later = (await market.do(OWNER, "saveMessageTemplate", TEMPLATE, **GOOD))["template"]
    assert (later["version"], later["publishedAt"]) == (2, None)
    await market.request(order, bulb=1)
    await deliver(mail)
    assert sink.to(ADA)[-1].subject == "Ours"
    assert (await listed(market, address=ADA))[0]["templateVersion"] == 1
    shown = (await market.data(OWNER, "{ messageTemplates { version subject } }"))["messageTemplates"]
    assert len(shown) == 2 * len(KINDS) + 2
    for narrowed, count in (("type: REQUEST_OPENED", 4), ("type: DECISION_OVERDUE, audience: OWNER", 2)):
        found = await market.data(OWNER, f"{{ messageTemplates({narrowed}) {{ version }} }}")
        assert len(found["messageTemplates"]) == count


async def test_a_published_template_that_fails_is_passed_over(
    market: Market, mail: MessageWorker, sink: Sink, sold: tuple[Order, dict[str, Any]]
) -> None:
    order, _ = sold
    template = "template { id }"
    broken = {**GOOD, "type": "REQUEST_REJECTED", "subject": "{% if request.rejection %}{{ nothing }}{% endif %}x"}
    draft = (await market.do(OWNER, "saveMessageTemplate", template, **broken))["template"]
    await market.do(OWNER, "publishMessageTemplate", template, templateId=draft["id"])
    (waiting,) = [
        one
        for one in await market.rows("select id, status from cancellation_request where order_id = $1", order.id)
        if one["status"] == "WAITING"
    ][:1]
    payload = await market.do(seller(order, "north"), "rejectRequest", requestId=waiting["id"], reason="Too old.")
    assert payload["userErrors"] == []
    await deliver(mail)
    assert sink.to(ADA)[-1].subject.endswith("was rejected")
    assert "Too old." in sink.to(ADA)[-1].text


async def test_a_message_is_sent_again_as_it_was(
    market: Market, mail: MessageWorker, sink: Sink, sold: tuple[Order, dict[str, Any]]
) -> None:
    message = (await listed(market, address=EVE))[0]
    payload = await market.do(OWNER, "resendMessage", "message { state attempts }", messageId=message["id"])
    assert payload["message"] == {"state": "PENDING", "attempts": 0}
    payload = await market.do(OWNER, "resendMessage", "message { id }", messageId=message["id"])
    assert payload["userErrors"][0]["code"] == "WRONG_STATUS"
    await deliver(mail)
    first, second = sink.to(EVE)
    assert first.content == second.content


async def test_of_two_who_publish_or_send_again_at_once_one_is_refused(
    market: Market, mail: MessageWorker, sold: tuple[Order, dict[str, Any]]
) -> None:
    draft = (await market.do(OWNER, "saveMessageTemplate", TEMPLATE, **GOOD))["template"]
    message = (await listed(market, address=EVE))[0]
    for mutation, shows, named in (
        ("publishMessageTemplate", TEMPLATE, {"templateId": draft["id"]}),
        ("clearBounce", "message { id }", {"messageId": message["id"]}),
        ("resendMessage", "message { id }", {"messageId": message["id"]}),
    ):
        if mutation == "clearBounce":
            await market.rows("update message set state = 'BOUNCED' where id = $1", message["id"])
        payloads = await asyncio.gather(*(market.do(OWNER, mutation, shows, **named) for _ in range(2)))
        codes = [[error["code"] for error in payload["userErrors"]] for payload in payloads]
        assert sorted(codes) == [[], ["WRONG_STATUS"]], mutation
    await deliver(mail)


async def test_of_two_first_drafts_that_are_saved_at_once_one_remains(market: Market) -> None:
    new = {**GOOD, "locale": "FR-ca"}
    payloads = await asyncio.gather(*(market.do(OWNER, "saveMessageTemplate", TEMPLATE, **new) for _ in range(4)))
    codes = {error["code"] for payload in payloads for error in payload["userErrors"]}
    assert codes <= {"STALE_VERSION"}
    saved = {payload["template"]["id"] for payload in payloads if payload["template"]}
    rows = await market.rows("select id, version from message_template where locale = 'fr-CA'")
    assert [row["version"] for row in rows] == [1]
    assert saved == {rows[0]["id"]}


def paths(values: Values, above: str = "") -> set[str]:
    """The names of all values, as templates write them."""
    found = {f"{above}{name}" for name, value in values.items() if not isinstance(value, Mapping)}
    for name, value in values.items():
        for below in [value] if isinstance(value, Mapping) else value if isinstance(value, list) else []:
            found |= paths(below, f"{above}{name}.")
    return found


async def test_every_type_has_templates_in_both_languages_that_load_nothing_and_every_value_is_documented(
    market: Market, sold: tuple[Order, dict[str, Any]]
) -> None:
    assert set(built_in()) == {(*kind, locale) for kind in KINDS for locale in ("en", "de")}
    for template in built_in().values():
        assert "<link" not in render(template.source, examples(template.locale)).html
    found = await facts_of_request(get_connection("default"), sold[1]["id"])
    assert found is not None
    facts = replace(found, statement="I withdraw from the contract.")
    recipient = Recipient(Role.SELLER, "North", "en", "Lumen Market", UTC)
    digest = digest_of([Waiting("RQ-1", "N-1", "REFUND", None)], 1, recipient)
    documented = [variable.path for variable in VARIABLES]
    assert paths(values_of(facts, recipient)) | paths(digest) == set(documented) == paths(examples("en"))
    assert len(set(documented)) == len(documented)


LOOP = "{% for a in items %}"
REFUSED: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("a walk over attributes", {"text": "{{ market.__class__.__mro__ }}"}, {"input.text": "INVALID_INPUT"}),
    ("a walk by brackets", {"text": "{{ order['__class__'] }}"}, {"input.text": "INVALID_INPUT"}),
    ("a method", {"text": "{{ market.format }}"}, {"input.text": "INVALID_INPUT"}),
    ("an attribute in a condition", {"text": "{% if market.upper %}x{% endif %}"}, {"input.text": "INVALID_INPUT"}),
    ("a call", {"mjml": "{{ range(9) }}"}, {"input.mjml": "INVALID_INPUT"}),
    ("a loop that does not end", {"text": "{% for a in market %}" * 9 + "x" + "{% endfor %}" * 9},
     {"input.text": "INVALID_INPUT"}),
    ("loops beyond what Python nests", {"text": LOOP * 30 + "{% endfor %}" * 30}, {"input.text": "INVALID_INPUT"}),
    ("brackets beyond what Python nests", {"text": "{{ " + "(" * 9000}, {"input.text": "INVALID_INPUT"}),
    ("a huge output", {"text": "{% for a in market %}{% for b in market %}" + "x" * 9000 + "{% endfor %}{% endfor %}"},
     {"input.text": "INVALID_INPUT"}),
    ("a product", {"subject": "{{ 'x' * 1000000000 }}"}, {"input.subject": "INVALID_INPUT"}),
    ("a file", {"mjml": "{% include '/etc/passwd' %}"}, {"input.mjml": "INVALID_INPUT"}),
    ("another layout", {"mjml": "{% extends '../../settings.py' %}"}, {"input.mjml": "INVALID_INPUT"}),
    ("a file of MJML's", {"mjml": "<mjml><mj-include path='/etc/passwd'/></mjml>"}, {"input.mjml": "INVALID_INPUT"}),
    ("a macro", {"text": "{% macro f() %}{% endmacro %}"}, {"input.text": "INVALID_INPUT"}),
    ("a filter that is none", {"text": "{{ market|attr('x') }}"}, {"input.text": "INVALID_INPUT"}),
    ("a value that is none", {"text": "{{ order.price }}"}, {"input.text": "INVALID_INPUT"}),
    ("a group of values", {"text": "{{ order }}"}, {"input.text": "INVALID_INPUT"}),
    ("half a tag", {"subject": "{% if"}, {"input.subject": "INVALID_INPUT"}),
    ("what is no MJML", {"mjml": "<p>Hello</p>"}, {"input.mjml": "INVALID_INPUT"}),
    ("more tags than a mail has", {"mjml": "<mjml><mj-body>" + "<b>" * 6000}, {"input.mjml": "INVALID_INPUT"}),
    ("too much of a template", {"mjml": "x" * 20_001}, {"input.mjml": "INVALID_INPUT"}),
    ("no subject", {"subject": "\u202e\n"}, {"input.subject": "INVALID_INPUT"}),
    ("a long subject", {"subject": "x" * 201}, {"input.subject": "INVALID_INPUT"}),
    ("no text", {"text": " \n"}, {"input.text": "INVALID_INPUT"}),
    ("a receipt without the statement", {"type": "WITHDRAWAL_RECEIPT", "text": "Thanks, {{ withdrawal.declared }}"},
     {"input.text": "INVALID_INPUT"}),
    ("a receipt without its time", {"type": "WITHDRAWAL_RECEIPT", "text": "{{ withdrawal.statement }}"},
     {"input.text": "INVALID_INPUT"}),
    ("a link that is left out", {"type": "ORDER_ACCESS", "text": "Look at {{ order.number }}"},
     {"input.text": "INVALID_INPUT"}),
    ("a NUL", {"text": "a\0b"}, {"input.text": "INVALID_INPUT"}),
    ("a language that is none", {"locale": "deutsch_"}, {"input.locale": "INVALID_INPUT"}),
    ("a role that is not written to", {"audience": "SYSTEM"}, {"input.audience": "CONTRADICTORY_INPUT"}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
async def test_a_refused_template_changes_nothing(
    market: Market, values: dict[str, Any], expected: dict[str, str]
) -> None:
    before = await market.fingerprint()
    payload = await market.do(OWNER, "saveMessageTemplate", TEMPLATE, **{**GOOD, **values})
    assert {".".join(error["field"]): error["code"] for error in payload["userErrors"]} == expected
    assert all(error["message"].endswith(".") for error in payload["userErrors"])
    assert payload["template"] is None
    if "\0" not in values.get("text", ""):  # a preview keeps nothing, so it may show what no column could hold
        made = (await market.data(OWNER, PREVIEW, input={**GOOD, **values}))["previewMessage"]
        assert {".".join(error["field"]): error["code"] for error in made["userErrors"]} == expected
    assert await market.fingerprint() == before


OTHERS: list[tuple[str, str, dict[str, Any], dict[str, str]]] = [
    ("no such template", "publishMessageTemplate", {"templateId": "template_0"}, {"input.templateId": "NOT_FOUND"}),
    ("no such message", "resendMessage", {"messageId": "message_0"}, {"input.messageId": "NOT_FOUND"}),
    ("no such bounce", "clearBounce", {"messageId": "message_0"}, {"input.messageId": "NOT_FOUND"}),
    ("no such seller", "setSellerEmail", {"sellerId": "seller_0", "email": ADA}, {"input.sellerId": "NOT_FOUND"}),
    *[(f"the address {email!r}", "setSellerEmail", {"sellerId": "seller_0", "email": email},
       {"input.email": "INVALID_INPUT"})
      for email in ("", "ada", "ada@", "@x.org", "a b@x.org", "a@x", "a@x.org\r\nBcc: b@x.org", "ä@x.org", "a@x..org",
                    "a..b@x.org", '"a"@x.org', "a@[127.0.0.1]", "a@-x.org", "<a@x.org>", "x" * 65 + "@x.org")],
]  # fmt: skip


@pytest.mark.parametrize(("mutation", "values", "expected"), [c[1:] for c in OTHERS], ids=[c[0] for c in OTHERS])
async def test_what_is_refused_of_the_others_changes_nothing(
    market: Market, mutation: str, values: dict[str, Any], expected: dict[str, str]
) -> None:
    before = await market.fingerprint()
    payload = await market.do(OWNER, mutation, **values)
    assert {".".join(error["field"]): error["code"] for error in payload["userErrors"]} == expected
    for actor in (customer("ada"), Actor(Role.SELLER, "clerk", "seller_0")):
        payload = await market.do(actor, mutation, **values)
        assert payload["userErrors"][0]["code"] == "ROLE_NOT_ALLOWED"
    assert await market.fingerprint() == before


UNWANTED: list[tuple[str, Actor, dict[str, Any], dict[str, str]]] = [
    ("a language that is none", customer("ada"), {"locale": "deutsch_"}, {"input.locale": "INVALID_INPUT"}),
    ("no language", customer("ada"), {"locale": ""}, {"input.locale": "INVALID_INPUT"}),
    ("an empty choice", customer("ada"), {"unwanted": []}, {"input.unwanted": "INVALID_INPUT"}),
    ("a receipt", customer("ada"), {"unwanted": ["REQUEST_OPENED"]}, {"input.unwanted": "INVALID_INPUT"}),
    ("a refund", customer("ada"), {"unwanted": ["LABEL_ISSUED", "REFUND_SUCCEEDED"]},
     {"input.unwanted": "INVALID_INPUT"}),
    ("what is for sellers", customer("ada"), {"unwanted": ["DAILY_DIGEST"]}, {"input.unwanted": "INVALID_INPUT"}),
    ("a customer's digest", customer("ada"), {"digest": True}, {"input.digest": "CONTRADICTORY_INPUT"}),
    ("who has bought nothing", customer("nobody"), {"locale": "de"}, {"input": "NOT_FOUND"}),
    ("no such seller", Actor(Role.SELLER, "clerk", "seller_0"), {"digest": True}, {"input": "NOT_FOUND"}),
    ("the owner", OWNER, {"locale": "de"}, {"input": "ROLE_NOT_ALLOWED"}),
]  # fmt: skip


@pytest.mark.parametrize(("actor", "values", "expected"), [c[1:] for c in UNWANTED], ids=[c[0] for c in UNWANTED])
async def test_refused_preferences_change_nothing(
    market: Market, sold: tuple[Order, dict[str, Any]], actor: Actor, values: dict[str, Any], expected: dict[str, str]
) -> None:
    before = await market.fingerprint()
    payload = await market.do(actor, "setMessagePreferences", "preferences { digest }", **values)
    assert {".".join(error["field"]): error["code"] for error in payload["userErrors"]} == expected
    assert payload["preferences"] is None
    assert await market.fingerprint() == before


async def test_what_is_wanted_is_kept_for_oneself_once_and_replaced_as_a_whole(
    market: Market, sold: tuple[Order, dict[str, Any]]
) -> None:
    shows = "preferences { locale digest unwanted }"
    mine = "{ messagePreferences { locale digest unwanted optional owed } }"
    given = {"locale": "PT-br", "unwanted": ["LABEL_ISSUED", "LABEL_ISSUED"]}
    for replayed in (False, True):
        payload = await market.do(
            customer("ada"), "setMessagePreferences", f"replayed {shows}", **given, idempotencyKey="wanted"
        )
        assert payload["preferences"] == {"locale": "pt-BR", "digest": False, "unwanted": ["LABEL_ISSUED"]}
        assert payload["replayed"] is replayed
    hers = (await market.data(customer("eve"), mine))["messagePreferences"]
    assert (hers["locale"], hers["digest"], hers["unwanted"]) == (None, False, [])
    optional = {"REQUEST_COMPLETED", "LABEL_ISSUED", "SHIP_BY_REMINDER", "SHIP_BY_LAST_CALL"}
    assert set(hers["optional"]) == optional
    owed = {
        *("ORDER_ACCESS", "WITHDRAWAL_RECEIPT", "STATEMENT_RECEIPT", "VERIFY_WITHDRAWAL"),
        *("REQUEST_OPENED", "REQUEST_APPROVED"),
        *("REQUEST_REJECTED", "REQUEST_EXPIRED", "REFUND_SUCCEEDED"),
    }
    assert set(hers["owed"]) == owed
    both = ({"locale": "en"}, {"unwanted": ["SHIP_BY_REMINDER"]})
    await asyncio.gather(*(market.do(customer("ada"), "setMessagePreferences", shows, **one) for one in both * 2))
    kept = (await market.data(customer("ada"), mine))["messagePreferences"]
    assert (kept["locale"], kept["unwanted"]) in (("en", []), (None, ["SHIP_BY_REMINDER"]))
    assert len(await market.rows("select 1 from message_preference")) == 1
    assert (await market.ask(OWNER, mine))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
