"""The gateways that pay the demo's refunds while it is created."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tortoise.connection import get_connection

from gateways.payments.ledger import LedgerGateway
from gateways.payments.port import Answer, Credit, GatewayUnknown, Outcome, RefundOrder, ShownDispute


async def execute(sql: str, args: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
    """Run a statement of the ledger in the demo's transaction, so that its credits commit with the demo."""
    rows: list[dict[str, Any]] = await get_connection("default").execute_query_dict(sql, list(args))
    return rows


class DemoLedger(LedgerGateway):
    """The ledger; while `loses_answers` is set, it pays and its answers are lost."""

    def __init__(self) -> None:
        super().__init__(execute)
        self.loses_answers = False

    async def refund(self, order: RefundOrder) -> Answer:
        answer = await super().refund(order)
        if self.loses_answers:
            raise GatewayUnknown("The connection broke before the ledger's answer arrived.")
        return answer


class SlowBank:
    """A bank that accepts every refund at once and finishes it days later."""

    name = "bank"

    async def refund(self, order: RefundOrder) -> Answer:
        """Accept the refund; its reference is made from the payment's."""
        return Answer(Outcome.PENDING, f"transfer-{order.payment_reference}")

    async def find(self, key: str, payment_reference: str, *, retry: int = 0) -> Answer | None:
        """The refund is pending."""
        return Answer(Outcome.PENDING, f"transfer-{payment_reference}")

    async def credits(self, since: datetime) -> AsyncIterator[Credit]:
        """No credits: the bank does not show them."""
        book: tuple[Credit, ...] = ()
        for line in book:
            yield line

    async def disputes(self, since: datetime) -> AsyncIterator[ShownDispute]:
        """No disputes: nobody disputes a payment of this bank."""
        none: tuple[ShownDispute, ...] = ()
        for dispute in none:
            yield dispute

    async def close(self) -> None:
        """Do nothing: no connection is open."""
