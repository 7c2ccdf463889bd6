"""Our minor units and Stripe's, which differ if ISO 4217 and Stripe have different decimals for a currency.

Source: Stripe's page "Supported currencies" (zero-decimal, three-decimal and special cases).
"""

from collections.abc import Callable, Mapping
from math import gcd
from typing import TypeAlias

Exponent: TypeAlias = Callable[[str], int]

_ZERO = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THREE = "BHD JOD KWD OMR TND"

STRIPE_EXPONENT: Mapping[str, int] = dict.fromkeys(_ZERO.split(), 0) | dict.fromkeys(_THREE.split(), 3)
"""Decimals of Stripe's amounts; every other currency has two, ISK and UGX among them."""

STRIPE_STEP: Mapping[str, int] = dict.fromkeys(_THREE.split(), 10) | {"ISK": 100, "UGX": 100}
"""Amounts must be a multiple of this: card networks accept two of three decimals, and whole krónur."""


class NotForStripe(ValueError):
    """A refund that Stripe does not support: a fraction of its minor unit, or a payment that is not Stripe's.

    An amount is never rounded, because the sum of the refunds would then differ from the approved total.
    """


def to_stripe(amount_minor: int, currency: str, exponent: Exponent) -> int:
    """Our minor units in Stripe's; `exponent` gives our decimals. Raises NotForStripe."""
    code = currency.upper()
    scaled, rest = _rescale(amount_minor, exponent(code), STRIPE_EXPONENT.get(code, 2))
    if rest or scaled % STRIPE_STEP.get(code, 1):
        raise NotForStripe(f"Stripe cannot move {amount_minor} minor units of {code} exactly")
    return scaled


def step_of_stripe(currency: str, exponent: Exponent) -> int:
    """The smallest amount in our minor units of which Stripe can move every multiple: 10 for KWD, 100 for MGA."""
    code = currency.upper()
    step = STRIPE_STEP.get(code, 1) * int(10 ** exponent(code))
    return step // gcd(step, int(10 ** STRIPE_EXPONENT.get(code, 2)))


def from_stripe(amount: int, currency: str, exponent: Exponent) -> int:
    """Stripe's amount in our minor units, rounded down."""
    code = currency.upper()
    return _rescale(amount, STRIPE_EXPONENT.get(code, 2), exponent(code))[0]


def _rescale(amount: int, decimals: int, wanted: int) -> tuple[int, int]:
    return divmod(amount * int(10**wanted), int(10**decimals))
