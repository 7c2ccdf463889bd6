"""Reads a dispute of Stripe's, from a list or a webhook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.words import DisputeStatus
from gateways.payments.port import ShownDispute
from gateways.payments.stripe_amounts import Exponent, from_stripe
from gateways.payments.stripe_refund import currency_in, id_in, named, printable, unreadable

_STATUSES: Mapping[str, DisputeStatus] = {
    "warning_needs_response": DisputeStatus.INQUIRY,
    "warning_under_review": DisputeStatus.INQUIRY,
    "warning_closed": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "needs_response": DisputeStatus.OPEN,
    "under_review": DisputeStatus.OPEN,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}
"""A dispute that was prevented was paid back: Stripe shows that as a refund."""
_LATEST = 2**33


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeDispute:
    """A dispute of Stripe's. `payments` are all ids of its payment, `amount` is in Stripe's minor units, the times are
    unix seconds."""

    reference: str
    payments: tuple[str, ...]
    status: DisputeStatus
    amount: int
    currency: str
    created: int
    reason: str | None
    evidence_due: int | None


def read_dispute(shown: Mapping[str, Any]) -> StripeDispute:
    """Read a dispute. Raises GatewayUnknown if the object is not a dispute."""
    try:
        due = (shown.get("evidence_details") or {}).get("due_by")
        if any(type(number) is not int for number in (shown["amount"], shown["created"], due or 0)):
            raise ValueError("its amount or its time is not one")
        if not (0 <= shown["created"] < _LATEST and 0 <= (due or 0) < _LATEST):
            raise ValueError("its time is not one")
        names = (named(shown.get("payment_intent")), named(shown.get("charge")))
        return StripeDispute(
            reference=id_in(shown),
            payments=tuple(name for name in names if name),
            # One with an unknown status is taken for open: nothing is sent before somebody has looked.
            status=_STATUSES.get(printable(shown.get("status")) or "", DisputeStatus.OPEN),
            amount=shown["amount"],
            currency=currency_in(shown),
            created=shown["created"],
            reason=printable(shown.get("reason")),
            evidence_due=due,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise unreadable("dispute", shown, error) from error


def dispute_of(read: StripeDispute, exponent: Exponent, *, sent_at: int | None = None) -> ShownDispute:
    """A dispute of Stripe's in our minor units; `exponent` gives their decimals, `sent_at` is when Stripe showed it."""
    return ShownDispute(
        reference=read.reference,
        payments=read.payments,
        status=read.status,
        amount_minor=from_stripe(read.amount, read.currency, exponent),
        currency=read.currency,
        opened_at=datetime.fromtimestamp(read.created, UTC),
        reason=read.reason,
        evidence_due_at=None if read.evidence_due is None else datetime.fromtimestamp(read.evidence_due, UTC),
        shown_at=None if sent_at is None else datetime.fromtimestamp(sent_at, UTC),
    )
