"""What an idempotency key holds to: what an input says, whatever a later version lets it say as well."""

from dataclasses import MISSING, field, fields, make_dataclass
from typing import Any

import pytest
from strawberry import ID

from resolvers.keyed_inputs import hash_of
from schema import inputs, webhooks
from tests.market import Market, seller

INPUTS = [
    kind
    for module in (inputs, webhooks)
    for name, kind in sorted(vars(module).items())
    if name.endswith("Input") and hasattr(kind, "__strawberry_definition__")
]


def least(kind: type[Any]) -> dict[str, Any]:
    """What an input must be given."""
    return {one.name: [f"the {one.name}"] for one in fields(kind) if one.default is MISSING}


@pytest.mark.parametrize("kind", INPUTS, ids=lambda kind: kind.__name__)
def test_a_field_that_is_left_out_says_the_same_as_its_default(kind: type[Any]) -> None:
    optional = {one.name: one.default for one in fields(kind) if one.default is not MISSING}
    assert hash_of(kind(**least(kind))) == hash_of(kind(**least(kind), **optional))


@pytest.mark.parametrize("kind", INPUTS, ids=lambda kind: kind.__name__)
def test_every_field_that_says_something_counts(kind: type[Any]) -> None:
    plain = hash_of(kind(**least(kind)))
    others = {hash_of(kind(**{**least(kind), one.name: "something else"})) for one in fields(kind)}
    assert len(others - {plain}) == len(fields(kind))


@pytest.mark.parametrize("kind", INPUTS, ids=lambda kind: kind.__name__)
def test_an_optional_field_of_a_later_version_changes_no_hash(kind: type[Any]) -> None:
    first = [(one.name, Any, field(default=one.default)) for one in fields(kind)]
    later = make_dataclass("Later", [("added", Any, None), *first, ("zero", Any, 0)], kw_only=True)
    assert hash_of(later(**least(kind))) == hash_of(kind(**least(kind)))
    assert hash_of(later(**least(kind), added="now")) != hash_of(kind(**least(kind)))


def test_a_hash_is_what_it_was_in_the_version_before() -> None:
    accepted = [inputs.AcceptedItemInput(order_item_id=ID("oi_1"), quantity=2)]
    said = inputs.ConfirmRequestInput(request_id=ID("rq_1"), items=accepted, idempotency_key="k")
    assert hash_of(said) == "7bc81a193ee25c315d44f6f0d1ad62adbce3d834337886142743ab4d80225f39"


async def test_null_and_absent_are_one_command_and_an_empty_list_is_another(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=1)
    given: dict[str, Any] = {"requestId": request["id"], "idempotencyKey": "k"}
    clerk = seller(order, "north")
    nulls: dict[str, Any] = {"items": None, "expectedVersion": None}
    for values, replayed in (given, False), (given | nulls, True):
        payload = await market.do(clerk, "confirmRequest", **values)
        assert (payload["userErrors"], payload["replayed"]) == ([], replayed)
    other = await market.do(clerk, "confirmRequest", **given, items=[])
    assert [one["code"] for one in other["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]
