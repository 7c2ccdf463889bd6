"""Stripe's webhooks: signed events about refunds and disputes, which arrive in any order and may be repeated."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import stripe

from gateways.payments.port import GatewayUnknown, Outcome
from gateways.payments.stripe_dispute import StripeDispute, read_dispute
from gateways.payments.stripe_refund import StripeRefund, named, read_refund

_REFUND_EVENTS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
_DISPUTES = "charge.dispute."


class WebhookRejected(Exception):
    """The request is not signed with our secret or not signed lately, is not an event, or is about another account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFact:
    """The content of one event.

    With a `key` it reports on that refund: it counts if `retry` is the refund's own and `outcome.supersedes` the known
    one. `made` is the refund as Stripe shows it; one without a key was made by hand. Without either
    (`charge.refunded` names no single refund) it only says that the open refunds of the payment, named by any of
    `payment_references`, should be looked up. With a `dispute` it is about that, as it stood at `sent_at`
    (unix seconds).
    """

    event_id: str
    key: str | None
    retry: int
    payment_references: tuple[str, ...]
    reference: str | None
    outcome: Outcome | None
    message: str | None
    made: StripeRefund | None = None
    dispute: StripeDispute | None = None
    sent_at: int | None = None


def parse_webhook(payload: bytes, signature: str, secret: str, tolerance_s: int = 300) -> WebhookFact | None:
    """Read an event of Stripe's; None if it is about neither a refund nor a dispute. Raises WebhookRejected.

    `payload` is the unchanged body, `signature` the Stripe-Signature header. A signature older than `tolerance_s` is
    rejected, so that a recorded event cannot be sent again later, and so is one from the future.
    """
    event = _verified(payload, signature, secret, tolerance_s)
    try:
        kind, event_id, shown = event["type"], event["id"], event["data"]["object"]
        if kind == "charge.refunded":
            return _hint(event_id, shown)
        if kind.startswith(_DISPUTES):
            return _dispute(event_id, shown, event.get("created"), tolerance_s)
        return _news(event_id, shown, tolerance_s) if kind in _REFUND_EVENTS else None
    except (KeyError, TypeError, AttributeError, GatewayUnknown) as error:
        raise WebhookRejected(f"the event cannot be read: {error!r}") from error


def _verified(payload: bytes, signature: str, secret: str, tolerance_s: int) -> Mapping[str, Any]:
    try:
        stripe.WebhookSignature.verify_header(payload, signature, secret, tolerance_s)
        _check_time(signature, tolerance_s)
        event = json.loads(payload)
    except stripe.SignatureVerificationError as error:
        # Only the library's sentence: the exception itself contains the whole body.
        raise WebhookRejected(str(error)) from None
    except (ValueError, RecursionError) as error:
        raise WebhookRejected("the body is not JSON in UTF-8, or is nested too deeply") from error
    if not isinstance(event, dict):
        raise WebhookRejected("the body is not an event")
    if event.get("account"):
        raise WebhookRejected("the event is about another account")
    return event


def _check_time(signature: str, tolerance_s: int) -> None:
    """Stripe's library looks at the age only. Raises WebhookRejected if the signature is from the future."""
    signed_at = max(int(part[2:]) for part in signature.split(",") if part.startswith("t="))
    if signed_at > time.time() + tolerance_s:
        raise WebhookRejected("the signature is from the future")


def _news(event_id: str, shown: Mapping[str, Any], tolerance_s: int) -> WebhookFact:
    made = read_refund(shown)
    if made.created > time.time() + tolerance_s:
        raise WebhookRejected("the refund is from the future")
    return WebhookFact(
        event_id=event_id,
        key=made.key,
        retry=made.retry,
        payment_references=made.payments,
        reference=made.reference,
        outcome=made.outcome,
        message=made.message,
        made=made,
    )


def _dispute(event_id: str, shown: Mapping[str, Any], sent_at: int | None, tolerance_s: int) -> WebhookFact:
    dispute = read_dispute(shown)
    if not isinstance(sent_at, int | None) or (sent_at or 0) < 0:
        raise WebhookRejected("the time of the event is not one")
    if max(dispute.created, sent_at or 0) > time.time() + tolerance_s:
        raise WebhookRejected("the dispute is from the future")
    return WebhookFact(
        event_id=event_id,
        key=None,
        retry=0,
        payment_references=dispute.payments,
        reference=dispute.reference,
        outcome=None,
        message=None,
        dispute=dispute,
        sent_at=sent_at,
    )


def _hint(event_id: str, charge: Mapping[str, Any]) -> WebhookFact:
    names = (named(charge.get("payment_intent")), named(charge))
    return WebhookFact(
        event_id=event_id,
        key=None,
        retry=0,
        payment_references=tuple(name for name in names if name),
        reference=None,
        outcome=None,
        message=None,
    )
