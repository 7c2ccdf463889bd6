"""Reads a refund of Stripe's, from an answer, a list or a webhook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateways.payments.port import Answer, Credit, GatewayUnknown, Outcome
from gateways.payments.stripe_amounts import Exponent, from_stripe

_OUTCOMES: Mapping[str, Outcome] = {
    "succeeded": Outcome.SUCCEEDED,
    "pending": Outcome.PENDING,
    "requires_action": Outcome.PENDING,
    "failed": Outcome.FAILED,
    "canceled": Outcome.FAILED,
}


LONGEST = 200
"""Characters of an id or a sentence of Stripe's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeRefund:
    """A refund of Stripe's; `key` is None if Retour did not make it.

    `payments` are all ids of its payment, `amount` is in Stripe's minor units, `created` in unix seconds.
    """

    reference: str
    key: str | None
    retry: int
    payments: tuple[str, ...]
    amount: int
    currency: str
    created: int
    outcome: Outcome
    message: str | None

    @property
    def answer(self) -> Answer:
        """The refund as a gateway's answer."""
        return Answer(self.outcome, self.reference, self.message)


def credit_of(made: StripeRefund, exponent: Exponent) -> Credit:
    """A refund of Stripe's as a credit in our minor units; `exponent` gives their decimals."""
    return Credit(
        key=made.key,
        reference=made.reference,
        payment_reference=made.payments[0] if made.payments else "",
        amount_minor=from_stripe(made.amount, made.currency, exponent),
        currency=made.currency,
        outcome=made.outcome,
        at=datetime.fromtimestamp(made.created, UTC),
        also=made.payments[1:],
    )


def read_refund(shown: Mapping[str, Any]) -> StripeRefund:
    """Read a refund. Raises GatewayUnknown if the object is not a refund."""
    try:
        amount, created = shown["amount"], shown["created"]
        if type(amount) is not int or type(created) is not int or not 0 <= created < 2**33:
            raise ValueError("its amount or its time is not one")
        # Metadata are anybody's: what is not as we write it says that somebody else made the refund.
        stored = shown.get("metadata")
        metadata: Mapping[str, Any] = stored if isinstance(stored, Mapping) else {}
        key, retry = named(metadata.get("refund")), named(metadata.get("retry")) or ""
        names = [metadata.get("payment"), shown.get("payment_intent"), shown.get("charge")]
        return StripeRefund(
            reference=id_in(shown),
            key=key,
            retry=int(retry) if key and retry.isascii() and retry.isdigit() else 0,
            payments=tuple(dict.fromkeys(name for name in map(named, names) if name)),
            amount=amount,
            currency=currency_in(shown),
            created=created,
            # A refund with an unknown status exists all the same, and must not be sent again.
            outcome=_OUTCOMES.get(printable(shown.get("status")) or "", Outcome.PENDING),
            message=printable(shown.get("failure_reason")),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise unreadable("refund", shown, error) from error


def unreadable(what: str, shown: Any, error: Exception) -> GatewayUnknown:
    """That an object cannot be read, with its id if it has one."""
    return GatewayUnknown(f"Stripe showed a {what} that cannot be read, {named(shown) or 'without an id'}: {error!r}")


def id_in(shown: Mapping[str, Any]) -> str:
    """The id of an object of Stripe's. Raises ValueError if it has none that can be stored."""
    found = named(shown)
    if found is None:
        raise ValueError("its id is not one")
    return found


def currency_in(shown: Mapping[str, Any]) -> str:
    """The currency of an object of Stripe's as ISO 4217 writes it. Raises ValueError if it has none."""
    found = shown["currency"]
    if not isinstance(found, str) or not (found.isascii() and found.isalpha() and len(found) == 3):
        raise ValueError("its currency is not one")
    return found.upper()


def printable(text: Any) -> str | None:
    """A text of Stripe's as people may be shown it: without control characters, and not endless."""
    return "".join(filter(str.isprintable, text))[:LONGEST] if isinstance(text, str) else None


def named(reference: Any) -> str | None:
    """The id of an object that Stripe shows either as its id or, expanded, as the object; None if it is no id."""
    found = reference.get("id") if isinstance(reference, Mapping) else reference
    return found if isinstance(found, str) and 0 < len(found) <= LONGEST and found.isprintable() else None
