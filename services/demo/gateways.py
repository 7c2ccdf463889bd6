"""Where the demo's refunds go while it is made."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tortoise.connection import get_connection

from gateways.payments.ledger import LedgerGateway
from gateways.payments.port import Answer, Credit, GatewayUnknown, Outcome, RefundOrder


async def execute(sql: str, args: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
    """A statement of the ledger in the demo's own transaction: its credits are part of the demo, or not there."""
    rows: list[dict[str, Any]] = await get_connection("default").execute_query_dict(sql, list(args))
    return rows


class DemoLedger(LedgerGateway):
    """The ledger; while `deaf`, it pays and its answers are lost."""

    def __init__(self) -> None:
        super().__init__(execute)
        self.deaf = False

    async def refund(self, order: RefundOrder) -> Answer:
        answer = await super().refund(order)
        if self.deaf:
            raise GatewayUnknown("The connection broke before the ledger's answer arrived.")
        return answer


class SlowBank:
    """A bank that takes every order at once and is done with it days later."""

    name = "bank"

    async def refund(self, order: RefundOrder) -> Answer:
        """Accepted; the reference is made of the payment's."""
        return Answer(Outcome.PENDING, f"transfer-{order.payment_reference}")

    async def find(self, key: str, payment_reference: str, *, retry: int = 0) -> Answer | None:
        """Still under way."""
        return Answer(Outcome.PENDING, f"transfer-{payment_reference}")

    async def credits(self, since: datetime) -> AsyncIterator[Credit]:
        """Its book is not shown to anybody."""
        book: tuple[Credit, ...] = ()
        for line in book:
            yield line

    async def close(self) -> None:
        """Nothing is open."""
