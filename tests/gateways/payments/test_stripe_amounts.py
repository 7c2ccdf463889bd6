"""Money crosses into Stripe's units and back without a unit lost."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateways.payments.stripe_amounts import STRIPE_EXPONENT, STRIPE_STEP, NotForStripe, from_stripe, to_stripe
from tests.examples import examples

_OURS = {"ISK": 0, "UGX": 0, "JPY": 0, "KWD": 3, "TND": 3, "MGA": 2, "CLF": 4}


def exponent(currency: str) -> int:
    return _OURS.get(currency, 2)


@pytest.mark.parametrize(
    ("currency", "ours", "stripes"),
    [
        ("BRL", 1234, 1234),
        ("usd", 1000, 1000),
        ("JPY", 500, 500),
        ("ISK", 5, 500),
        ("UGX", 5, 500),
        ("HUF", 1050, 1050),
        ("TWD", 80045, 80045),
        ("MGA", 1000, 10),
        ("KWD", 5120, 5120),
        ("TND", 10, 10),
        ("CLF", 12300, 123),
    ],
)
def test_an_amount_is_counted_as_stripe_counts_it(currency: str, ours: int, stripes: int) -> None:
    assert to_stripe(ours, currency, exponent) == stripes
    assert from_stripe(stripes, currency, exponent) == ours


@pytest.mark.parametrize(("currency", "ours"), [("KWD", 5124), ("TND", 5), ("MGA", 150), ("CLF", 12345)])
def test_an_amount_is_refused_rather_than_rounded(currency: str, ours: int) -> None:
    with pytest.raises(NotForStripe):
        to_stripe(ours, currency, exponent)


def test_whole_kronur_only_even_where_ours_have_decimals() -> None:
    assert to_stripe(500, "ISK", lambda currency: 2) == 500
    with pytest.raises(NotForStripe):
        to_stripe(4010, "ISK", lambda currency: 2)


@settings(deadline=None, max_examples=examples(200))
@given(
    amount=st.integers(1, 10**15),
    currency=st.sampled_from(sorted({*STRIPE_EXPONENT, *STRIPE_STEP, "BRL", "HUF", "TWD"})),
    decimals=st.integers(0, 4),
)
def test_what_stripe_takes_comes_back_the_same(amount: int, currency: str, decimals: int) -> None:
    try:
        sent = to_stripe(amount, currency, lambda code: decimals)
    except NotForStripe:
        assume(False)
    assert sent % STRIPE_STEP.get(currency, 1) == 0
    assert from_stripe(sent, currency, lambda code: decimals) == amount
