"""What computed fields say they need is what they read: each is asked for with nothing else to bring its columns."""

from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type, is_object_type

from domain.words import DisputeStatus
from engine.compat.strawberry import graphql_schema
from engine.execution.computed import computation_of
from gateways.payments.port import ShownDispute
from schema.build import build
from services.worker.gateway_reports import tell_dispute
from tests import goods
from tests.labels import Postman, awaited, with_carrier
from tests.market import OWNER, Market, Part, customer, seller
from tests.services.messages.rows import written
from tests.services.test_visibility import shared
from tests.withdrawals import declared

TYPES = graphql_schema(build()).type_map
INSIDE = {
    "RequestItem": ("request", "items"),
    "PlanLine": ("plan", "lines"),
    "RefundAttempt": ("refund", "attempts"),
    "Event": ("order", "timeline"),
    "OrderTotals": ("order", "totals"),
    "PlanAdjustment": ("plan", "adjustments"),
    "ReturnLine": ("return", "lines"),
    "Address": ("order", "shippingAddress"),
    "PackageAdvice": ("package", "advice"),
    "WithdrawalItem": ("withdrawal", "items"),
}
"""Types without an id of their own: whose, and under which field."""
ELSEWHERE = {
    *("RequestUpdate", "PlanUpdate", "OrderUpdate", "ReturnShipmentUpdate", "TransitionRule", "Tender", "PreviewPlan"),
    *("ReturnGrade", "ReturnSettings", "ConvertToReturnPayload", "RefundAllowancePayload", "RefundPause", "OwnerEvent"),
    *(
        "RequestResult",
        "RequestReturnPayload",
        "CancellationRequestPayload",
        "ApplyCancellationPayload",
        "ConfirmRequestPayload",
    ),
    *("ConvertToReturnPayload", "TermsMatcher", "TermsPrice", "TermsRule", "TermsExplanation", "TermsDifference"),
    *("MessagePreferences", "SavedView"),
    *("WithdrawalUpdate", "DeclareWithdrawalPayload", "WithdrawalsPayload"),
    *("ReturnStats", "ReturnFigures", "TimeBucket", "ProductFigure", "SellerFigure", "WaitingMoney"),
}
"""Of these the rows come from elsewhere; tests of streams, previews and messages select their fields."""


def computed_fields() -> list[tuple[str, str]]:
    return [
        (name, field_name)
        for name, kind in TYPES.items()
        if isinstance(kind, GraphQLObjectType) and name not in ELSEWHERE
        for field_name, field in kind.fields.items()
        if computation_of(field)
    ]


def selected(name: str, field: GraphQLField, depth: int = 0) -> str:
    """A field with every leaf of its type, and of the types below that have no id."""
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return name
    assert isinstance(kind, GraphQLObjectType)
    below = [
        selected(one, its, depth + 1)
        for one, its in kind.fields.items()
        if is_leaf_type(get_named_type(its.type)) or (depth < 2 and "id" not in kind.fields and _is_value(its))
    ]
    return f"{name} {{ {' '.join(below)} }}"


def _is_value(field: GraphQLField) -> bool:
    kind: Any = get_named_type(field.type)
    return is_object_type(kind) and "id" not in kind.fields


@pytest.fixture(scope="module")
def fields() -> list[tuple[str, str]]:
    return computed_fields()


async def is_disputed(market: Market) -> None:
    """The bank tells of a dispute of one payment."""
    (payment,) = await market.rows("select provider, reference, currency from payment order by id limit 1")
    shown = ShownDispute(
        reference="du_1",
        payments=(payment["reference"],),
        status=DisputeStatus.OPEN,
        amount_minor=100,
        currency=payment["currency"],
        opened_at=market.clock(),
    )
    assert await tell_dispute(market.worker.commands, payment["provider"], shown)


async def test_every_computed_field_can_be_asked_for_alone(market: Market, fields: list[tuple[str, str]]) -> None:
    order = await shared(market)
    await goods.settings(market, "ON_RECEIPT", fees=[{"name": "Restocking", "percent": 1000}])
    await goods.confirmed(market, await goods.delivered(market), lamp=1)
    await with_a_past(market)
    with_carrier(market, Postman())
    await awaited(market)
    await is_disputed(market)
    await declared(market, await market.order())
    await written(market)
    ids = {
        kind: [row["id"] for row in await market.rows(f'select id from "{table}"')]
        for kind, table in (
            ("order", "order"), ("part", "seller_order"), ("package", "package"), ("item", "order_item"),
            ("payment", "payment"), ("request", "cancellation_request"), ("plan", "cancellation_plan"),
            ("customer", "customer"), ("refund", "refund"), ("reason", "cancellation_reason"),
            ("policy", "return_policy"), ("return", "return_shipment"), ("label", "return_label"),
            ("movement", "external_movement"), ("dispute", "dispute"), ("seller", "seller"), ("message", "message"),
            ("terms", "terms_version"), ("withdrawal", "withdrawal"),
        )
    }  # fmt: skip
    assert len(fields) >= 25
    for name, field_name in fields:
        kind: Any = TYPES[name]
        prefix, below = INSIDE.get(name, (getattr(kind.extensions["strawberry-definition"].origin, "prefix", ""), ""))
        body = selected(field_name, kind.fields[field_name])
        if below:
            owner = next(one for one in TYPES if getattr(_origin(one), "prefix", "") == prefix)
            body = f"... on {owner} {{ {below} {{ {body} }} }}"
        else:
            body = f"... on {name} {{ {body} }}"
        for id in ids[prefix][:3]:
            for actor in (OWNER, customer("ada"), seller(order, "north")):
                answer = await market.ask(actor, f"query Q($id: ID!) {{ node(id: $id) {{ {body} }} }}", id=id)
                assert "errors" not in answer, (name, field_name, answer)


async def with_a_past(market: Market) -> None:
    """An order of which a unit went back before it came in."""
    part = Part("north", {"lamp": (2, "10.00")}).input()
    part["packages"][0]["items"][0]["canceledBefore"] = {"quantity": 1, "reason": "changed_mind", "amount": "10.00"}
    paid = {"method": "card", "captured": "20.00", "reference": "past"}
    moved = {"reference": "re-1", "amount": "10.00"}
    await market.order(sellerOrders=[part], payments=[paid | {"paidBackBefore": [moved]}])


def _origin(name: str) -> Any:
    return getattr(TYPES[name].extensions.get("strawberry-definition"), "origin", None)
