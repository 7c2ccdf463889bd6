"""A bank in Stripe's place, whose book a test writes."""

import pytest

from tests.market import Market
from tests.services.worker.test_movements import Book


@pytest.fixture
def bank(market: Market) -> Book:
    """In Stripe's place."""
    one = Book("stripe")
    market.worker.gateways = {"stripe": one}
    return one
