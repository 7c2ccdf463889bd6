"""A relation that was not read raises, and never queries; one that was read is there."""

import pytest
from tortoise.exceptions import NoValuesFetched

import models
from models.compat import forward_relations
from tests.market import Market


def test_the_names_of_relations_are_those_of_the_model() -> None:
    assert forward_relations(models.Refund) == {"plan", "payment", "order", "movement"}


async def test_a_relation_that_was_not_read_raises_when_it_is_used(market: Market) -> None:
    await market.apply(await market.request(await market.order(), lamp=1))
    request = await models.CancellationRequest.first()
    assert request is not None
    for relation in [getattr(request, name) for name in ("order", "seller", "plan")]:
        with pytest.raises(NoValuesFetched, match="was not read"):
            _ = relation.id
        with pytest.raises(NoValuesFetched, match="prefetch it"):
            await relation


async def test_a_relation_that_was_read_is_there(market: Market) -> None:
    order = await market.order()
    package = await models.Package.filter(order_id=order.id).select_related("order").first()
    assert package is not None
    assert package.order.id == order.id
