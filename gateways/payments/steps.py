"""The smallest amounts that gateways can move, which pricing has to know before a gateway is asked."""

from collections.abc import Callable, Mapping

from gateways.payments.stripe_amounts import Exponent, step_of_stripe

_STEPS: Mapping[str, Callable[[str, Exponent], int]] = {"stripe": step_of_stripe}
"""By provider; a provider that is not here moves single minor units."""


def step_of(provider: str, currency: str, exponent: Exponent) -> int:
    """The step of a provider's refunds in minor units of a currency; `exponent` gives their decimals."""
    step = _STEPS.get(provider)
    return step(currency, exponent) if step else 1
