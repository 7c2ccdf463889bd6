"""Disputes of payments, as Stripe shows them and tells of them."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.words import DisputeStatus
from gateways.payments.port import ShownDispute
from services.worker.gateway_reports import tell_dispute
from tests.app.pages.test_gateway_webhooks import report
from tests.market import OWNER, Market

PAYMENT = "N-1/0"
_REFUND = """query P($id: ID!) { request(id: $id) { plan { refunds { id status disputed
  allowedActions { action enabled blockers { code message } }
  payment { disputed disputes { status amount { amount } reason openedAt closedAt evidenceDueAt reference version } }
} } } }"""


def disputed(status: DisputeStatus = DisputeStatus.OPEN, amount: int = 2840, **more: Any) -> ShownDispute:
    """A dispute of the first order's payment, as Stripe shows it."""
    shown: dict[str, Any] = {
        "reference": "du_1",
        "payments": (PAYMENT,),
        "currency": "EUR",
        "opened_at": datetime.now(UTC) - timedelta(days=1),
        "reason": "fraudulent",
    }
    return ShownDispute(**{**shown, **more}, status=status, amount_minor=amount)


async def answered(market: Market, status: DisputeStatus = DisputeStatus.OPEN, amount: int = 2840, **more: Any) -> bool:
    return await tell_dispute(market.worker.commands, "stripe", disputed(status, amount, **more))


async def later(market: Market, **more: Any) -> None:
    """Days pass, and the worker does what is due."""
    market.clock.pass_by(**(more or {"days": 3}))
    await market.work()


async def refund_of(market: Market, request_id: str) -> dict[str, Any]:
    (refund,) = (await market.data(OWNER, _REFUND, id=request_id))["request"]["plan"]["refunds"]
    found: dict[str, Any] = refund
    return found


async def stripe_says(market: Market, kind: str, status: str, **more: Any) -> tuple[int, str]:
    """Stripe's webhook about a dispute of 28.40."""
    now = int(time.time())
    shown_at = more.pop("shown", now)
    shown = {
        "object": "dispute",
        "id": "du_1",
        "amount": 2840,
        "currency": "eur",
        "charge": PAYMENT,
        "payment_intent": None,
        "created": now - 86_400,
        "reason": "fraudulent",
        "status": status,
        "evidence_details": {"due_by": now + 864_000},
        **more.pop("shown", {}),
    }
    body = {"object": "event", "id": "evt_1", "type": f"charge.dispute.{kind}", "data": {"object": shown}}
    return await report(market, json.dumps({**body, "created": shown_at, **more}).encode())
