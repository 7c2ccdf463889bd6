"""What the tests of gateways send."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from gateways.payments.port import RefundOrder
from gateways.payments.stripe import StripeGateway
from services.currency import exponent

_numbers = count(1)


def an_order(payment: str, amount_minor: int = 400, *, key: str | None = None, retry: int = 0) -> RefundOrder:
    return RefundOrder(
        key=key or f"refund-{next(_numbers)}",
        payment_reference=payment,
        amount_minor=amount_minor,
        currency="BRL",
        retry=retry,
    )


@asynccontextmanager
async def a_gateway(
    url: str, *, api_key: str = "sk_test_1234", timeout_s: float = 10.0
) -> AsyncIterator[StripeGateway]:
    gateway = StripeGateway(api_key, exponent=exponent, api_base=url, timeout_s=timeout_s)
    try:
        yield gateway
    finally:
        await gateway.close()
