"""The schema as a contract: printed, driven by the tables, one statement a root field."""

import re
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType

from domain import words
from domain.lifecycle import TABLE
from domain.words import Role
from resolvers.context import Context
from schema.build import build
from tests.market import INPUTS, OWNER, POLICY, Market, Part, customer, seller

WEBHOOKS = {  # which are no edge of any table: they change what is told, not what happens
    "createWebhookEndpoint",
    "updateWebhookEndpoint",
    "rotateWebhookSecret",
    "deleteWebhookEndpoint",
    "replayWebhookDeliveries",
}


def test_there_is_one_mutation_for_each_action_that_a_person_may_take() -> None:
    people = {edge.action for edge in TABLE if edge.roles - {Role.SYSTEM}}
    mutation = build()._schema.mutation_type
    assert mutation is not None
    acts = set(mutation.fields) - WEBHOOKS
    assert {re.sub(r"(?=[A-Z])", "_", name).upper() for name in acts} == {action.value for action in people}
    assert set(INPUTS) == acts
    assert set(mutation.fields) >= WEBHOOKS


def test_every_enum_value_says_what_it_means() -> None:
    types = build()._schema.type_map
    for name in ("Role", "PackageStatus", "RequestStatus", "PlanStatus", "RefundStatus", "Action", "ErrorCode"):
        kind = types[name]
        assert isinstance(kind, GraphQLEnumType)
        assert all(value.description for value in kind.values.values()), name
    assert len(types["ErrorCode"].values) == len(words.Refusal)  # type: ignore[attr-defined]  # an enum type


def test_every_root_field_is_described() -> None:
    schema = build()._schema
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        assert isinstance(root, GraphQLObjectType)
        assert all(field.description for field in root.fields.values()), root.name


async def test_the_tables_are_published_as_they_are(market: Market) -> None:
    text = "{ transitions { subject action transaction from to who conditions { kind code message } effects } }"
    rules = (await market.data(None, text))["transitions"]
    assert len(rules) == len(TABLE)
    for rule, edge in zip(rules, TABLE, strict=True):
        assert (rule["action"], rule["from"], rule["to"]) == (edge.action, edge.source, edge.target)
        assert set(rule["who"]) == {str(role) for role in edge.roles}
        assert [one["message"] for one in rule["conditions"]] == [one.sentence for one in edge.when + edge.given]


_ORDER = """id number status totals { captured { amount } } customer { name } payments { method }
  sellerOrders { seller { name } packages { number items { sku } } }
  items { sku package { status } eligibility { quantity blockers { code } reasons { handle } } }
  requests { number items { orderItem { name } reason { label } } plan { total { amount } refunds { status } } }
  plans { lines { total { amount } } } timeline { action actor { role } } allowedActions { action enabled }"""
_REQUEST = """id status allowedActions { action blockers { message } } items { orderItem { package { status } } }
  seller { name } customer { name } order { number } timeline { to } plan { status allowedActions { action } }"""
READS = {
    "order": f'{{ order(id: "%(order)s") {{ {_ORDER} }} }}',
    "orders": f"{{ orders {{ totalCount edges {{ cursor node {{ {_ORDER} }} }} pageInfo {{ hasNextPage }} }} }}",
    "request": f'{{ request(id: "%(request)s") {{ {_REQUEST} }} }}',
    "requests": f"{{ requests {{ totalCount nodes {{ {_REQUEST} }} }} }}",
    "plan": '{ plan(id: "%(plan)s") { lines { orderItem { sku } } refunds { attempts { number } } } }',
    "plans": "{ plans { nodes { request { number order { number } } allowedActions { action } } } }",
    "refunds": "{ refunds { nodes { payment { method } attempts { number } } } }",
    "node": '{ node(id: "%(order)s") { ... on Order { items { sku package { number } } } } }',
    "events": "{ events { nodes { action request { number } order { number } } } }",
    "latestCursor": "{ latestCursor }",
    "reasons": "{ reasons { label } }",
    "returnPolicy": "{ returnPolicy { text } }",
    "transitions": "{ transitions { action } }",
    "webhookEndpoints": "{ webhookEndpoints { url actions } }",
    "webhookDeliveries": "{ webhookDeliveries { totalCount nodes { body endpoint { url } } } }",
}
FREE = ("reasons", "returnPolicy", "transitions")


@pytest.fixture
async def busy(market: Market) -> dict[str, str]:
    """Several orders with requests and plans; the ids of one of each."""
    found: dict[str, str] = {}
    for _ in range(6):
        order = await market.order(Part("north", {"lamp": (2, "10.00")}), Part("south", {"chair": (1, "30.00")}))
        request = await market.request(order, lamp=1)
        plan = await market.apply(request)
        found = {"order": order.id, "request": request["id"], "plan": plan["id"]}
    market.clock.pass_by(seconds=3)
    await market.work()
    return found


@pytest.mark.parametrize("field", READS)
async def test_a_root_field_is_one_statement(market: Market, busy: dict[str, str], field: str) -> None:
    counted = Counted(market)
    await market.one.reference.fresh()
    data = await counted.run(READS[field] % busy)
    assert data[field] or field == "webhookEndpoints"
    assert counted.statements == (0 if field in FREE else 1)


async def test_two_root_fields_are_two_statements(market: Market, busy: dict[str, str]) -> None:
    counted = Counted(market)
    await counted.run("{ orders { nodes { id } } requests { nodes { id } } }")
    assert counted.statements == 2


@pytest.mark.parametrize(
    ("shown", "statements"),
    [("userErrors { code }", 0), ("replayed requests { id }", 1), ("requests { id } plans { id }", 1)],
)
async def test_a_payload_is_read_as_far_as_it_is_asked_for(market: Market, shown: str, statements: int) -> None:
    counted = Counted(market)
    order = await market.order()
    wanted = f'{{ orderItemId: "{order.items["lamp"]}", quantity: 1, reason: "changed_mind" }}'
    given = f'orderId: "{order.id}", items: [{wanted}], transaction: CANCEL, confirm: true'
    data = await counted.run(f"mutation {{ applyCancellation(input: {{ {given} }}) {{ {shown} }} }}")
    assert counted.statements == statements
    for name in ("requests", "plans"):
        assert len(data["applyCancellation"].get(name, ["?"])) == 1


async def test_a_submission_is_named_without_its_requests(market: Market) -> None:
    order = await market.order()
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}
    values = {"orderId": order.id, "items": [item], "policyVersion": POLICY}
    payload = await market.do(customer("ada"), "requestReturn", "submissionId", **values)
    rows = await market.rows("select submission_id from cancellation_request where order_id = $1", order.id)
    assert [{"submission_id": payload["submissionId"]}] == rows


class Counted:
    """Runs operations as the owner and counts the statements of each, by the reader's own count."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.statements = -1

    async def run(self, text: str) -> Any:
        engine = self.market.one.engine
        one = self.market.one
        context = Context(
            viewer=OWNER, locale="en", commands=one.commands, journal=one.journal, reference=one.reference
        )
        answer = await engine.execute(engine.document(text), None, {}, context)
        assert "errors" not in answer, answer
        self.statements = context.statements
        return answer["data"]


async def test_what_a_client_is_offered_is_what_it_then_may_do(market: Market) -> None:
    """For each seat and action on a request: enabled means accepted, blocked means refused with those codes."""
    text = "query Q($id: ID!) { request(id: $id) { allowedActions { action enabled blockers { code } } } }"
    tries: dict[str, tuple[str, dict[str, Any]]] = {
        "WITHDRAW_REQUEST": ("withdrawRequest", {}),
        "REJECT_REQUEST": ("rejectRequest", {"reason": "No"}),
        "CONFIRM_REQUEST": ("confirmRequest", {}),
        "APPLY_CANCELLATION": ("applyCancellation", {"transaction": "CANCEL", "confirm": True}),
    }
    for ships in (False, True):
        for role in ("customer", "seller", "owner"):
            for action, (mutation, values) in tries.items():
                order = await market.order()
                if ships:
                    await market.move(order, "north", "SHIPPED")
                request = await market.request(order, lamp=1)
                actor = {"customer": customer("ada"), "seller": seller(order, "north"), "owner": OWNER}[role]
                offers = (await market.data(actor, text, id=request["id"]))["request"]["allowedActions"]
                offer = next((one for one in offers if one["action"] == action), None)
                payload = await market.do(actor, mutation, requestId=request["id"], **values)
                codes = [one["code"] for error in payload["userErrors"] for one in error["blockers"]]
                if offer is None:
                    assert codes in (["ROLE_NOT_ALLOWED"], ["CONTRADICTORY_INPUT"]), (role, action, codes)
                else:
                    assert codes == [one["code"] for one in offer["blockers"]], (role, action)
                    assert offer["enabled"] is (not codes)


async def test_each_request_of_a_list_says_until_when_however_that_is_asked(market: Market) -> None:
    for _ in range(2):
        await market.request(await market.order(), lamp=1)
        market.clock.pass_by(hours=1)
    text = """query Q($until: Boolean!) { requests { nodes { dueAt
      plain: allowedActions { dueAt } aliased: allowedActions { until: dueAt }
      named: allowedActions { ... on AllowedAction { ...Until } }
      switched: allowedActions { action dueAt @include(if: $until) } } } }
      fragment Until on AllowedAction { until: dueAt }"""
    for until in (True, False, True):
        nodes = (await market.data(OWNER, text, until=until))["requests"]["nodes"]
        assert len({node["dueAt"] for node in nodes}) == 2
        for node in nodes:
            for name, key in (("plain", "dueAt"), ("aliased", "until"), ("named", "until")):
                assert [one[key] for one in node[name]] == [node["dueAt"]] * len(node[name])
                assert node[name]
            assert [one.get("dueAt") for one in node["switched"]] == [node["dueAt"] if until else None] * len(
                node["switched"]
            )


async def test_lists_are_searched_by_how_a_number_begins(market: Market) -> None:
    first, second = await market.order(), await market.order()
    asked = [await market.request(one, lamp=1) for one in (first, second)]
    by_order = "query Q($n: String) { orders(filter: {numberStartsWith: $n}) { nodes { id } } }"
    by_either = "query Q($n: String) { requests(filter: {numberStartsWith: $n}) { totalCount nodes { id } } }"
    numbers = await market.data(OWNER, "{ requests(orderBy: CREATED_AT_ASC) { nodes { number } } }")
    number = numbers["requests"]["nodes"][0]["number"]

    async def found(text: str) -> tuple[set[str], set[str]]:
        orders = (await market.data(OWNER, by_order, n=text))["orders"]["nodes"]
        requests = (await market.data(OWNER, by_either, n=text))["requests"]
        assert requests["totalCount"] == len(requests["nodes"])
        return {one["id"] for one in orders}, {one["id"] for one in requests["nodes"]}

    everything = {first.id, second.id}, {one["id"] for one in asked}
    assert await found("") == everything
    assert await found(first.number) == ({first.id}, {asked[0]["id"]})
    assert await found("N-") == everything
    assert await found(number) == (set(), {asked[0]["id"]})
    assert await found("RQ-") == (set(), everything[1])
    for text in ("n-", "%", "N_", f"{first.number}0", "\\", "ÿ"):
        assert await found(text) == (set(), set()), text


async def test_one_document_finds_by_id_and_by_number_in_turns(market: Market) -> None:
    order = await market.order()
    query = "query Q($id: ID, $number: String) { order(id: $id, number: $number) { id } }"
    for _ in range(2):
        for given in ({"id": order.id}, {"number": order.number}, {"id": order.number}, {"number": order.id}):
            found = (await market.data(OWNER, query, **given))["order"]
            assert found == ({"id": order.id} if given in ({"id": order.id}, {"number": order.number}) else None)
