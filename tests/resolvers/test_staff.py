"""A token that names actions does those and no others.

The tests read the schema: a new mutation is tried without a line here.
"""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
)

import models
from domain.actions import Action, action_of
from domain.facts import Actor
from domain.words import Role
from engine.compat.strawberry import graphql_schema
from engine.compat.tortoise import table_name
from models.ids import MODELS_BY_PREFIX, prefix_of
from schema.build import PUBLIC, build
from tests.labels import Postman, awaited, with_carrier
from tests.market import OWNER, Market, customer, seller
from tests.withdrawals import declared

SCHEMA = graphql_schema(build())
assert SCHEMA.mutation_type is not None
MUTATIONS = {name: field for name, field in SCHEMA.mutation_type.fields.items() if name not in PUBLIC}
SHOWING = [name for name, type in SCHEMA.type_map.items() if "allowedActions" in getattr(type, "fields", ())]
SCALARS = {"DateTime": "2026-03-01T10:00:00Z", "Int": 1, "Boolean": True, "Decimal": "1.00"}
SEATS = (OWNER, Actor(Role.SELLER, "clerk", "seller_1"), customer("ada"))


def least(type: GraphQLInputType) -> Any:
    """A value of a type, of the fewest fields."""
    if isinstance(type, GraphQLNonNull):
        return least(type.of_type)
    if isinstance(type, GraphQLList):
        return [least(type.of_type)]
    if isinstance(type, GraphQLInputObjectType):
        return {name: least(given.type) for name, given in type.fields.items() if is_required_input_field(given)}
    if isinstance(type, GraphQLEnumType):
        return next(iter(type.values))
    return SCALARS.get(type.name, "x")


def staff(actor: Actor, *actions: str) -> Actor:
    """Somebody in the same seat whose token names these actions."""
    return Actor(actor.role, actor.id, actor.seller_id, actions=frozenset(actions))


async def refusals(market: Market, actor: Actor, mutation: str) -> list[str]:
    """The codes that a mutation is refused with."""
    type = MUTATIONS[mutation].args["input"].type
    text = f"mutation M($input: {type}) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
    payload = (await market.data(actor, text, input=least(type)))[mutation]
    return [error["code"] for error in payload["userErrors"]]


async def test_no_mutation_does_what_the_token_does_not_name(market: Market) -> None:
    every, before = {action_of(name) for name in MUTATIONS}, await market.fingerprint()
    for mutation in MUTATIONS:
        others = every - {action_of(mutation)}
        found = {seat.role: await refusals(market, staff(seat, *others), mutation) for seat in SEATS}
        assert ["ACTION_NOT_ALLOWED"] in found.values(), mutation
        assert all(codes in (["ACTION_NOT_ALLOWED"], ["ROLE_NOT_ALLOWED"]) for codes in found.values()), mutation
    assert await market.fingerprint() == before


async def test_a_token_that_names_an_action_is_held_to_its_role_and_to_nothing_else(market: Market) -> None:
    for mutation in MUTATIONS:
        for seat in SEATS:
            named = await refusals(market, staff(seat, action_of(mutation)), mutation)
            assert "ACTION_NOT_ALLOWED" not in named, mutation
            assert named == await refusals(market, seat, mutation), mutation


async def test_no_row_offers_what_the_token_does_not_name(market: Market) -> None:
    with_carrier(market, Postman())
    order, _ = await awaited(market)
    canceled = await market.order()
    await market.apply(await market.request(canceled, lamp=1))
    market.clock.pass_by(seconds=3)
    await market.work()
    await declared(market, canceled)
    tables = [table_name(getattr(models, name)) for name in SHOWING]
    ids = [row["id"] for table in tables for row in await market.rows(f'select id from "{table}"')]
    types = {id: MODELS_BY_PREFIX[prefix_of(id)] for id in ids}
    assert set(types.values()) == set(SHOWING)
    shown = "allowedActions { action }"
    nodes = " ".join(f'{id}: node(id: "{id}") {{ ... on {type} {{ {shown} }} }}' for id, type in types.items())
    eligible = f'order(id: "{order.id}") {{ items {{ eligibility {{ quantity }} }} }}'

    async def offers(actor: Actor) -> dict[str, list[str]]:
        found = await market.data(actor, f"{{ {nodes} }}")
        return {id: [each["action"] for each in node["allowedActions"]] for id, node in found.items() if node}

    async def eligibility(actor: Actor) -> list[Any]:
        return [item["eligibility"] for item in (await market.data(actor, f"{{ {eligible} }}"))["order"]["items"]]

    offered: set[str] = set()
    for seat in (OWNER, seller(order, "north"), customer("ada")):
        whole = await offers(seat)
        every = {action for actions in whole.values() for action in actions}
        assert await offers(staff(seat, *every)) == whole, "the control: nothing is missing that is named"
        for lacking in every:
            rest = {id: [action for action in actions if action != lacking] for id, actions in whole.items()}
            assert await offers(staff(seat, *(every - {lacking}))) == rest
        assert any(await eligibility(seat))
        assert not any(await eligibility(staff(seat, *(every - {Action.REQUEST_RETURN, Action.APPLY_CANCELLATION}))))
        offered |= every
    assert offered == {action_of(name) for name in MUTATIONS} & set(Action) - {Action.CREATE_ORDER}


async def test_the_viewer_is_shown_what_its_token_names(market: Market) -> None:
    asked = "{ viewer { actions } }"
    for actions in (None, (), ("CONFIRM_REQUEST", "ASSUME_WHATEVER")):
        actor = OWNER if actions is None else staff(OWNER, *actions)
        expected = None if actions is None else sorted(actions)
        assert (await market.data(actor, asked))["viewer"]["actions"] == expected


async def test_an_unknown_action_widens_nothing(market: Market) -> None:
    typo = staff(OWNER, "CONFIRM_REQEUST", "confirm_request", "*", "")
    assert await refusals(market, typo, "confirmRequest") == ["ACTION_NOT_ALLOWED"]
