"""Empty is not all: a walk over every input of the schema. Null or absent is absent; `[]`, 0 and "" choose nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,
)

from app.commands.printing import SDL
from tests import goods, terms, withdrawals
from tests.market import OWNER, POLICY, Market, customer, seller
from tests.services.messages.rows import written

SCHEMA: GraphQLSchema = build_schema(SDL.read_text())
EMPTY_TEXTS = {"String": "", "ID": "", "Cursor": "", "DateTime": "", "Decimal": "", "CurrencyCode": ""}
PAGES = {"first", "last", "after", "before"}


def empty_of(field: GraphQLInputField | GraphQLArgument) -> Any:
    """The empty value of an input's type; None if it has none (a boolean, a word, an input object)."""
    kind = get_nullable_type(field.type)
    return [] if isinstance(kind, GraphQLList) else EMPTY_TEXTS.get(get_named_type(kind).name)


def lists() -> dict[str, GraphQLField]:
    """The root fields that show pages."""
    assert SCHEMA.query_type
    fields = SCHEMA.query_type.fields
    return {name: field for name, field in fields.items() if str(field.type).endswith("Connection!")}


def filters() -> Iterator[tuple[str, str, Any]]:
    """(root field, its argument, `{empty: value}`) of everything that narrows a list."""
    for root, field in lists().items():
        for name, argument in field.args.items():
            kind = get_named_type(argument.type)
            if name == "filter" and "first" in field.args:
                assert isinstance(kind, GraphQLInputObjectType)
                for inner, condition in kind.fields.items():
                    if (empty := empty_of(condition)) is not None:
                        yield root, name, {inner: empty}
            elif "first" in field.args and name not in PAGES and (empty := empty_of(argument)) is not None:
                yield root, name, empty


def choices() -> set[str]:
    """Every list that a mutation takes."""
    return {
        f"{kind.name}.{name}"
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLInputObjectType)
        and not kind.name.endswith("Filter")
        and kind.name != "PreviewWithdrawalInput"  # a query has it, with the items of the mutation
        for name, field in kind.fields.items()
        if isinstance(get_nullable_type(field.type), GraphQLList)
        and (kind.name, name) != ("IssueTokenInput", "actions")  # none is the narrowest choice: the token only reads
    }


@pytest.fixture
async def busy(market: Market) -> Market:
    """A market in which every list has an entry."""
    create = """mutation C($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
      userErrors { message } } }"""
    await market.data(OWNER, create, input={"url": "https://93.184.215.14/hook"})
    order = await market.order()
    await market.apply(await market.request(order, lamp=1))
    await goods.settings(market, "ON_RECEIPT")
    await terms.drafted(market)
    await goods.confirmed(market, await goods.delivered(market), lamp=1)
    await withdrawals.declared(market, await market.order())
    market.clock.pass_by(seconds=3)
    await market.work()
    await market.rows(
        "insert into webhook_delivery (id, endpoint_id, event_id, type, body, state, attempts, created_at, updated_at)"
        " select 'delivery_1', id, 1, 'refund.succeeded', '{}', 'FAILED', 1, now(), now() from webhook_endpoint"
    )
    await written(market)
    return market


def listing(root: str, argument: str) -> str:
    assert SCHEMA.query_type
    kind = SCHEMA.query_type.fields[root].args[argument].type
    return f"query L($value: {kind}) {{ {root}({argument}: $value) {{ nodes {{ __typename }} }} }}"


async def test_an_empty_condition_finds_nothing_and_an_absent_one_everything(busy: Market) -> None:
    walked = list(filters())
    assert len(walked) > 25
    for root, argument, empty in walked:
        text = listing(root, argument)
        absent = dict.fromkeys(empty) if argument == "filter" else None
        if empty in (
            {"placedAfter": ""},
            {"placedBefore": ""},
            {"createdAfter": ""},
            {"createdBefore": ""},
            {"dueBefore": ""},
            {"refundDueBefore": ""},
            {"declaredAfter": ""},
            {"declaredBefore": ""},
        ):
            assert (await busy.ask(OWNER, text, value=empty))["errors"], (root, empty)  # no time at all
        else:
            found = (await busy.data(OWNER, text, value=empty))[root]["nodes"]
            assert found == [], (root, empty)
        assert (await busy.data(OWNER, text, value=absent))[root]["nodes"], (root, absent)


async def test_a_page_of_no_entries_has_none_and_an_empty_cursor_is_none(busy: Market) -> None:
    for root, field in lists().items():
        for name in PAGES & field.args.keys():
            empty = 0 if name in ("first", "last") else ""
            answer = await busy.ask(OWNER, listing(root, name), value=empty)
            if empty == 0 and "errors" not in answer:
                assert answer["data"][root]["nodes"] == [], (root, name)
            else:
                assert answer["errors"][0]["extensions"]["code"].startswith(("BAD_", "CURSOR_")), (root, name, answer)


async def test_an_empty_choice_is_refused_and_changes_nothing(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    returned = await market.request(order, bulb=1)
    create = """mutation C($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
      userErrors { message } endpoint { id } } }"""
    made = await market.data(OWNER, create, input={"url": "https://93.184.215.14/hook"})
    endpoint = made["createWebhookEndpoint"]["endpoint"]["id"]
    sold: dict[str, Any] = {
        "number": "X-1",
        "currency": "EUR",
        "placedAt": "2026-01-31T12:00:00Z",
        "customer": {"subject": "ada", "name": "Ada"},
        "payments": [{"method": "card", "captured": "1.00"}],
    }
    part = {"seller": "north", "sellerName": "North"}
    lamp = {"sku": "lamp", "name": "Lamp", "quantity": 1, "unitPrice": "1.00"}
    address = {"name": "Ada", "lines": [], "country": "DE"}
    unsent = await market.order()
    await goods.settings(market, "ON_INSPECTION")
    lamps = await goods.delivered(market)
    expected = await goods.confirmed(market, lamps, lamp=1)
    arrived = await goods.confirmed(market, lamps, lamp=1)
    await goods.act(market, OWNER, "receiveReturn", arrived["id"])
    cases: dict[str, tuple[str, list[dict[str, Any]]]] = {
        "AddressInput.lines": (
            "createOrder",
            [
                sold | {"sellerOrders": [part | {"packages": [{"items": [lamp]}]}], name: address}
                for name in ("shippingAddress", "billingAddress")
            ],
        ),
        "RequestReturnInput.items": ("requestReturn", [{"orderId": order.id, "policyVersion": POLICY, "items": []}]),
        "ApplyCancellationInput.items": (
            "applyCancellation",
            [
                {"orderId": order.id, "transaction": "CANCEL", "confirm": True, "items": []},
                {"orderId": order.id, "transaction": "CANCEL", "confirm": True, "items": None},
                {"requestId": request["id"], "transaction": "CANCEL", "confirm": True, "items": []},
                {"requestId": "", "transaction": "CANCEL", "confirm": True},
            ],
        ),
        "ApplyCancellationInput.accept": (
            "applyCancellation",
            [{"requestId": request["id"], "transaction": "CANCEL", "confirm": True, "accept": []}],
        ),
        "ApplyCancellationInput.adjustments": (
            "applyCancellation",
            [{"requestId": request["id"], "transaction": "CANCEL", "confirm": True, "adjustments": []}],
        ),
        "ConfirmRequestInput.adjustments": ("confirmRequest", [{"requestId": returned["id"], "adjustments": []}]),
        **{
            f"{name[0].upper()}{name[1:]}Input.requests": (name, [{"requests": []}])
            for name in ("confirmRequests", "rejectRequests", "applyCancellations")
        },
        "DeclareWithdrawalInput.items": ("declareWithdrawal", [{"orderId": order.id, "hash": "", "items": []}]),
        "RefundAllowanceInput.adjustments": ("refundAllowance", [{"orderId": lamps.id, "adjustments": []}]),
        "ConfirmRequestInput.items": ("confirmRequest", [{"requestId": returned["id"], "items": []}]),
        "SplitPackageInput.items": ("splitPackage", [{"packageId": unsent.packages["north"], "items": []}]),
        "ReceiveReturnInput.items": ("receiveReturn", [{"returnId": expected["id"], "items": []}]),
        "InspectReturnInput.grades": ("inspectReturn", [{"returnId": arrived["id"], "grades": []}]),
        "ReceiveUnannouncedInput.items": (
            "receiveUnannounced",
            [{"orderId": lamps.id, "items": []}, {"items": []}, {"orderId": "", "items": []}],
        ),
        "ReturnTermsInput.fees": ("setReturnSettings", [{"terms": {"trigger": "ON_RECEIPT", "fees": []}}]),
        "WorkingDaysInput.deadlines": (
            "setReturnSettings",
            [{"terms": {"trigger": "ON_RECEIPT", "workingDays": {"country": "DE", "deadlines": []}}}],
        ),
        "ReturnTermsInput.windows": ("setReturnSettings", [{"terms": {"trigger": "ON_RECEIPT", "windows": []}}]),
        "DraftTermsInput.rules": ("draftTerms", [{"rules": []}]),
        **{
            f"TermsMatcherInput.{name}": (
                "draftTerms",
                [{"rules": [{"name": "One", "terms": {"trigger": "ON_RECEIPT"}, "matcher": {name: []}}]}],
            )
            for name in ("markets", "sellerIds", "countries", "categories", "tags", "bases")
        },
        "OrderItemInput.tags": (
            "createOrder",
            [{**sold, "sellerOrders": [{**part, "packages": [{"items": [lamp | {"tags": []}]}]}]}],
        ),
        "CreateOrderInput.sellerOrders": ("createOrder", [{**sold, "sellerOrders": []}]),
        "CreateOrderInput.payments": ("createOrder", [{**sold, "payments": [], "sellerOrders": []}]),
        "PaymentInput.paidBackBefore": (
            "createOrder",
            [{**sold, "sellerOrders": [], "payments": [{"method": "card", "captured": "1", "paidBackBefore": []}]}],
        ),
        "SellerOrderInput.packages": ("createOrder", [{**sold, "sellerOrders": [{**part, "packages": []}]}]),
        "PackageInput.items": ("createOrder", [{**sold, "sellerOrders": [{**part, "packages": [{"items": []}]}]}]),
        "CreateWebhookEndpointInput.actions": (
            "createWebhookEndpoint",
            [{"url": "https://93.184.215.14/2", "actions": []}],
        ),
        "UpdateWebhookEndpointInput.actions": (
            "updateWebhookEndpoint",
            [
                {"endpointId": endpoint, "actions": []},
                {"endpointId": endpoint, "actions": ["CREATE_ORDER"], "allActions": True},
            ],
        ),
        "SetMessagePreferencesInput.unwanted": ("setMessagePreferences", [{"unwanted": []}]),
        "UpsertReasonInput.labels": ("upsertReason", [{"handle": "changed_mind", "labels": []}]),
        "UpsertReasonInput.audiences": ("upsertReason", [{"handle": "changed_mind", "audiences": []}]),
        "PublishReturnPolicyInput.texts": ("publishReturnPolicy", [{"version": "x", "texts": []}]),
        "ReplayWebhookDeliveriesInput.deliveryIds": (
            "replayWebhookDeliveries",
            [{"endpointId": endpoint, "deliveryIds": []}, {"endpointId": endpoint}],
        ),
    }
    assert cases.keys() == choices()  # a new list needs a case here
    before = await market.fingerprint()
    for coordinate, (mutation, inputs) in cases.items():
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        text = f"mutation M($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code field }} }} }}"
        others = {"confirmRequest": seller(order, "north"), "setMessagePreferences": customer("ada")}
        actor = others.get(mutation, OWNER)
        for input in inputs:
            for key in (None, ""):  # an empty key is no key: it is refused, too
                payload = await market.data(actor, text, input={**input, "idempotencyKey": key})
                assert payload[mutation]["userErrors"], (coordinate, input)
    assert await market.fingerprint() == before


async def test_leaving_the_items_out_accepts_all_of_them(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=2, bulb=1)
    shows = "request { items { acceptedQuantity } } plan { total { amount } }"
    payload = await market.do(seller(order, "north"), "confirmRequest", shows, requestId=request["id"], items=None)
    assert payload["request"]["items"] == [{"acceptedQuantity": 2}, {"acceptedQuantity": 1}]
    assert payload["plan"]["total"] == {"amount": "28.40"}


async def test_an_endpoint_takes_all_actions_again(market: Market) -> None:
    create = """mutation C($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
      userErrors { message } endpoint { id actions } } }"""
    update = create.replace("mutation C", "mutation U").replace("Create", "Update").replace("create", "update")
    made = await market.data(OWNER, create, input={"url": "https://93.184.215.14/h", "actions": ["CREATE_ORDER"]})
    endpoint = made["createWebhookEndpoint"]["endpoint"]
    assert endpoint["actions"] == ["CREATE_ORDER"]
    changed = await market.data(OWNER, update, input={"endpointId": endpoint["id"], "allActions": True})
    assert changed["updateWebhookEndpoint"] == {"userErrors": [], "endpoint": {"id": endpoint["id"], "actions": []}}
