"""What the tests of Stripe's adapter send, and how the worker would send it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from gateways.payments.port import Answer, GatewayUnknown, RefundOrder
from gateways.payments.stripe import StripeGateway

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
    gateway = StripeGateway(api_key, exponent=lambda currency: 2, api_base=url, timeout_s=timeout_s)
    try:
        yield gateway
    finally:
        await gateway.close()


async def refund_until_known(gateway: StripeGateway, order: RefundOrder, *, looks: bool = True) -> Answer:
    """The worker's protocol in short: unknown → find → send the same order again."""
    for _ in range(5):
        try:
            return await gateway.refund(order)
        except GatewayUnknown:
            if looks and (found := await gateway.find(order.key, order.payment_reference, retry=order.retry)):
                return found
    raise AssertionError("still unknown after five attempts")
