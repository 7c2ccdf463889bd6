"""The schema as a contract: described, in agreement with the tables, and with one statement a root field."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    Undefined,
    ast_from_value,
    get_named_type,
    is_required_input_field,
    print_ast,
)

from domain.actions import OwnerAction, action_of
from domain.lifecycle import TABLE
from domain.refusals import Refusal
from domain.words import Role
from engine.compat.strawberry import graphql_schema
from resolvers.context import Context
from schema.build import build
from tests.market import INPUTS, OWNER, POLICY, Market, Part, customer, seller

TERMS = {
    *("upsertReason", "publishReturnPolicy", "setReturnSettings", "draftTerms", "publishTerms"),
    *("discardTerms", "pauseRefunds", "resumeRefunds", "erasePerson", "startExport", "issueToken", "revokeTokens"),
}
MESSAGES = {
    *("saveMessageTemplate", "publishMessageTemplate", "resendMessage", "setSellerEmail"),
    *("clearBounce", "setMessagePreferences"),
}
VIEWS = {"saveView", "deleteView"}
BULK = {"confirmRequests", "rejectRequests", "applyCancellations"}  # each is one action, several times
GUESTS = {
    "requestOrderAccess",
    "redeemOrderAccess",
    "declareWithdrawalWithoutAccount",
}  # nothing happens to an order by them
WEBHOOKS = {  # no edge of any table: they change what is posted, not what happens
    "createWebhookEndpoint",
    "updateWebhookEndpoint",
    "rotateWebhookSecret",
    "deleteWebhookEndpoint",
    "replayWebhookDeliveries",
}


def test_each_action_that_a_person_may_take_has_one_mutation() -> None:
    for_people = {edge.action for edge in TABLE if edge.roles - {Role.SYSTEM}}
    mutation = graphql_schema(build()).mutation_type
    assert mutation is not None
    acts = set(mutation.fields) - WEBHOOKS - TERMS - MESSAGES - VIEWS - GUESTS - BULK
    assert set(map(action_of, acts)) == for_people
    assert set(map(action_of, TERMS | MESSAGES | WEBHOOKS)) >= set(OwnerAction)
    assert set(INPUTS) == acts | TERMS | MESSAGES | WEBHOOKS | VIEWS
    assert set(mutation.fields) >= GUESTS


def test_every_enum_value_says_what_it_means() -> None:
    types = graphql_schema(build()).type_map
    for name in ("Role", "PackageStatus", "RequestStatus", "PlanStatus", "RefundStatus", "Action", "ErrorCode"):
        kind = types[name]
        assert isinstance(kind, GraphQLEnumType)
        assert all(value.description for value in kind.values.values()), name
    codes = types["ErrorCode"]
    assert isinstance(codes, GraphQLEnumType)
    assert len(codes.values) == len(Refusal)


def test_every_root_field_is_described() -> None:
    schema = graphql_schema(build())
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        assert isinstance(root, GraphQLObjectType)
        assert all(field.description for field in root.fields.values()), root.name


SAID_BY_ITS_TYPE = {"filter", "orderBy", "input"}


def undescribed(type_: GraphQLNamedType) -> Iterator[str]:
    if not type_.description:
        yield type_.name
    if isinstance(type_, GraphQLEnumType):
        yield from (f"{type_.name}.{name}" for name, value in type_.values.items() if not value.description)
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        yield from (f"{type_.name}.{name}" for name, field in type_.fields.items() if not field.description)
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            for argument, value in field.args.items():
                if argument not in SAID_BY_ITS_TYPE and not value.description:
                    yield f"{type_.name}.{name}({argument})"


def test_every_type_field_argument_and_value_is_described() -> None:
    types = graphql_schema(build()).type_map
    ours = [type_ for name, type_ in types.items() if not name.startswith("__")]
    assert {text for type_ in ours for text in undescribed(type_)} == {"Query", "Mutation", "Subscription"}


def test_every_description_is_a_sentence_or_two() -> None:
    descriptions = re.findall(r'"""\s*(.*?)\s*"""', build().as_str(), re.DOTALL)
    assert len(descriptions) > 600
    assert [text for text in descriptions if not (text[-1] == "." and len(text) < 300)] == []


def test_a_package_is_never_called_otherwise() -> None:
    assert "parcel" not in build().as_str().lower()


async def test_the_tables_are_published_as_they_are(market: Market) -> None:
    text = "{ transitions { subject action transaction from to who conditions { kind code message } effects } }"
    rules = (await market.data(None, text))["transitions"]
    assert len(rules) == len(TABLE)
    for rule, edge in zip(rules, TABLE, strict=True):
        assert (rule["action"], rule["from"], rule["to"]) == (edge.action, edge.source, edge.target)
        assert set(rule["who"]) == {str(role) for role in edge.roles}
        assert [condition["message"] for condition in rule["conditions"]] == [
            guard.sentence for guard in edge.when + edge.given
        ]


def paths_of(type_: GraphQLInputObjectType, within: str = "") -> Iterator[tuple[str, GraphQLInputField]]:
    """The fields of an input and of the inputs in it, by their paths; an address is one field."""
    for name, field in type_.fields.items():
        yield f"{within}{name}", field
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLInputObjectType) and inner.name != "AddressInput":
            yield from paths_of(inner, f"{within}{name}.")


async def test_the_table_of_the_terms_is_published_and_is_what_a_draft_takes(market: Market) -> None:
    text = "{ termsFields { path kind needed least most longest default choices { value } deadline } }"
    rows = {row["path"]: row for row in (await market.data(None, text))["termsFields"]}
    rule = graphql_schema(build()).type_map["TermsRuleInput"]
    assert isinstance(rule, GraphQLInputObjectType)
    taken = dict(paths_of(rule))
    assert set(rows) == set(taken) - {"matcher", "terms"}
    for path, row in rows.items():
        field, inner = taken[path], get_named_type(taken[path].type)
        assert row["needed"] == is_required_input_field(field), path
        assert row["default"] == (None if field.default_value in (None, Undefined) else written(field)), path
        assert [choice["value"] for choice in row["choices"]] == list(getattr(inner, "values", ())), path
        assert (row["kind"] == "FLAG") == (inner.name == "Boolean"), path
        assert (row["kind"] in ("DAYS", "SHARE")) == (inner.name == "Int"), path
    assert rows["terms.windows.days"] | {"deadline": "WINDOW", "least": 0, "most": 3650} == rows["terms.windows.days"]


def written(field: GraphQLInputField) -> str:
    """The default of a field as a document writes it."""
    node = ast_from_value(field.default_value, field.type)
    assert node is not None
    return print_ast(node)


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
    "returnPolicies": "{ returnPolicies { texts { locale } } }",
    "allReasons": "{ allReasons { label } }",
    "sellers": "{ sellers { totalCount nodes { name } } }",
    "ownerEvents": "{ ownerEvents { totalCount nodes { changes { name } } } }",
    "gateways": "{ gateways { name waiting failed unknown lastError lastErrorAt } }",
    "carriers": "{ carriers { name waiting failed unknown lastError lastErrorAt } }",
    "longestTokenDays": "{ longestTokenDays }",
    "termsFields": "{ termsFields { path } }",
    "transitions": "{ transitions { action } }",
    "exports": "{ exports { id state } }",
    "webhookEndpoints": "{ webhookEndpoints { url actions } }",
    "webhookDeliveries": "{ webhookDeliveries { totalCount nodes { body endpoint { url } } } }",
}
FREE = ("reasons", "returnPolicy", "termsFields", "transitions", "longestTokenDays")


@pytest.fixture
async def busy(market: Market) -> dict[str, str]:
    """Several orders with requests and plans. Returns the ids of one of each."""
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
async def test_a_root_field_takes_one_statement(market: Market, busy: dict[str, str], field: str) -> None:
    counted = Counted(market)
    await market.one.reference.fresh()
    data = await counted.run(READS[field] % busy)
    assert data[field] or field in ("exports", "webhookEndpoints", "carriers", "longestTokenDays")
    assert counted.statements == (0 if field in FREE else 1)


async def test_two_root_fields_take_two_statements(market: Market, busy: dict[str, str]) -> None:
    counted = Counted(market)
    await counted.run("{ orders { nodes { id } } requests { nodes { id } } }")
    assert counted.statements == 2


@pytest.mark.parametrize(
    ("shown", "statements"),
    [("userErrors { code }", 0), ("replayed requests { id }", 1), ("requests { id } plans { id }", 1)],
)
async def test_only_the_selected_fields_of_a_payload_are_read(market: Market, shown: str, statements: int) -> None:
    counted = Counted(market)
    order = await market.order()
    wanted = f'{{ orderItemId: "{order.items["lamp"]}", quantity: 1, reason: "changed_mind" }}'
    given = f'orderId: "{order.id}", items: [{wanted}], transaction: CANCEL, confirm: true'
    data = await counted.run(f"mutation {{ applyCancellation(input: {{ {given} }}) {{ {shown} }} }}")
    assert counted.statements == statements
    for name in ("requests", "plans"):
        assert len(data["applyCancellation"].get(name, ["?"])) == 1


async def test_a_submission_id_can_be_selected_without_its_requests(market: Market) -> None:
    order = await market.order()
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}
    values = {"orderId": order.id, "items": [item], "policyVersion": POLICY}
    payload = await market.do(customer("ada"), "requestReturn", "submissionId", **values)
    rows = await market.rows("select submission_id from cancellation_request where order_id = $1", order.id)
    assert [{"submission_id": payload["submissionId"]}] == rows


class Counted:
    """Runs operations as the owner and counts the statements of each, as the context counts them."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.statements = -1

    async def run(self, text: str) -> Any:
        application = self.market.one
        context = Context(
            viewer=OWNER,
            locale="en",
            commands=application.commands,
            journal=application.journal,
            reference=application.reference,
        )
        engine = application.engine
        answer = await engine.execute(engine.document(text), None, {}, context)
        assert "errors" not in answer, answer
        self.statements = context.statements
        return answer["data"]


async def test_a_mutation_is_accepted_exactly_if_its_action_is_offered(market: Market) -> None:
    """For each role and action on a request: enabled means accepted, blocked means refused with the same codes."""
    text = "query Q($id: ID!) { request(id: $id) { allowedActions { action enabled blockers { code } } } }"
    attempts: dict[str, tuple[str, dict[str, Any]]] = {
        "WITHDRAW_REQUEST": ("withdrawRequest", {}),
        "REJECT_REQUEST": ("rejectRequest", {"reason": "No"}),
        "CONFIRM_REQUEST": ("confirmRequest", {"note": "The seller is silent."}),
        "APPLY_CANCELLATION": ("applyCancellation", {"transaction": "CANCEL", "confirm": True}),
    }
    for ships in (False, True):
        for role in ("customer", "seller", "owner"):
            for action, (mutation, values) in attempts.items():
                order = await market.order()
                if ships:
                    await market.move(order, "north", "SHIPPED")
                request = await market.request(order, lamp=1)
                actor = {"customer": customer("ada"), "seller": seller(order, "north"), "owner": OWNER}[role]
                offers = (await market.data(actor, text, id=request["id"]))["request"]["allowedActions"]
                offer = next((offer for offer in offers if offer["action"] == action), None)
                payload = await market.do(actor, mutation, requestId=request["id"], **values)
                codes = [blocker["code"] for error in payload["userErrors"] for blocker in error["blockers"]]
                if offer is None:
                    assert codes in (["ROLE_NOT_ALLOWED"], ["CONTRADICTORY_INPUT"]), (role, action, codes)
                else:
                    assert codes == [blocker["code"] for blocker in offer["blockers"]], (role, action)
                    assert offer["enabled"] is (not codes)


async def test_each_request_of_a_list_has_its_own_due_time_however_it_is_selected(market: Market) -> None:
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
                assert [offer[key] for offer in node[name]] == [node["dueAt"]] * len(node[name])
                assert node[name]
            assert [offer.get("dueAt") for offer in node["switched"]] == [node["dueAt"] if until else None] * len(
                node["switched"]
            )


async def test_lists_are_searched_by_the_beginning_of_a_number(market: Market) -> None:
    first, second = await market.order(), await market.order()
    made = [await market.request(order, lamp=1) for order in (first, second)]
    by_order = "query Q($n: String) { orders(filter: {numberStartsWith: $n}) { nodes { id } } }"
    by_either = "query Q($n: String) { requests(filter: {numberStartsWith: $n}) { totalCount nodes { id } } }"
    numbers = await market.data(OWNER, "{ requests(orderBy: CREATED_AT_ASC) { nodes { number } } }")
    number = numbers["requests"]["nodes"][0]["number"]

    async def found(text: str) -> tuple[set[str], set[str]]:
        orders = (await market.data(OWNER, by_order, n=text))["orders"]["nodes"]
        requests = (await market.data(OWNER, by_either, n=text))["requests"]
        assert requests["totalCount"] == len(requests["nodes"])
        return {order["id"] for order in orders}, {request["id"] for request in requests["nodes"]}

    everything = {first.id, second.id}, {request["id"] for request in made}
    assert await found("") == (set(), set())  # an empty text chooses nothing
    assert await found(first.number) == ({first.id}, {made[0]["id"]})
    assert await found("N-") == everything
    assert await found(number) == (set(), {made[0]["id"]})
    assert await found("RQ-") == (set(), everything[1])
    assert await found("n-") == await found(" N- \t") == await found("\u00a0n-") == everything
    assert await found(number.lower()) == await found(f" {number} ") == (set(), {made[0]["id"]})
    assert await found(f"{number.lower()}\n") == (set(), {made[0]["id"]})
    await market.rows("""update "order" set number = 'Mixed-ß-1' where id = $1""", first.id)
    for text in ("mixed", "MIXED-ß", " mIxEd-ß-1"):
        assert await found(text) == ({first.id}, {made[0]["id"]}), text
    await market.rows("""update "order" set number = 'BÜCHER-É-1' where id = $1""", first.id)
    for text in ("bücher-é", "BÜCHER", "b\u0075\u0308cher-E\u0301-1 "):
        assert await found(text) == ({first.id}, {made[0]["id"]}), text
    await market.rows("""update "order" set number = 'bücher-é-1' where id = $1""", first.id)
    assert await found("BÜCHER-É") == ({first.id}, {made[0]["id"]})
    for text in ("%", "N_", f"{second.number}0", "n -", "mixed-ss", "\\", "ÿ"):
        assert await found(text) == (set(), set()), text


@pytest.mark.parametrize("text", [" Zoé-1", "Zoé-1\u00a0", "Zoe\u0301-1"])
async def test_an_order_and_a_request_are_found_by_any_spelling_of_their_number(market: Market, text: str) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    for table, id in (('"order"', order.id), ("cancellation_request", request["id"])):
        await market.rows(f"update {table} set number = 'Zoé-1' where id = $1", id)
    query = "query Q($n: String) { order(number: $n) { id } request(number: $n) { id } }"
    assert await market.data(OWNER, query, n=text) == {"order": {"id": order.id}, "request": {"id": request["id"]}}


async def test_one_document_finds_an_order_by_id_and_by_number_in_turn(market: Market) -> None:
    order = await market.order()
    query = "query Q($id: ID, $number: String) { order(id: $id, number: $number) { id } }"
    for _ in range(2):
        for given in ({"id": order.id}, {"number": order.number}, {"id": order.number}, {"number": order.id}):
            found = (await market.data(OWNER, query, **given))["order"]
            assert found == ({"id": order.id} if given in ({"id": order.id}, {"number": order.number}) else None)
