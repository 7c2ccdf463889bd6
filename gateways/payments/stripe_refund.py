"""A refund as Stripe shows it, in an answer, a list or a webhook, read into our words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateways.payments.port import Answer, GatewayUnknown, Outcome

_OUTCOMES: Mapping[str, Outcome] = {
    "succeeded": Outcome.SUCCEEDED,
    "pending": Outcome.PENDING,
    "requires_action": Outcome.PENDING,
    "failed": Outcome.FAILED,
    "canceled": Outcome.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeRefund:
    """What we read of it; `key` is None if somebody else made it.

    `payments` are all names of its payment, `amount` is in Stripe's minor units, `created` in unix seconds.
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
        """The same as a gateway's answer."""
        return Answer(self.outcome, self.reference, self.message)


def read_refund(shown: Mapping[str, Any]) -> StripeRefund:
    """Read one; raises GatewayUnknown if it is no refund."""
    try:
        metadata: Mapping[str, str] = shown.get("metadata") or {}
        ordered_for = metadata.get("payment")
        names = [ordered_for, named(shown.get("payment_intent")), named(shown.get("charge"))]
        return StripeRefund(
            reference=shown["id"],
            key=metadata.get("refund"),
            retry=int(metadata.get("retry", "0")),
            payments=tuple(dict.fromkeys(name for name in names if name)),
            amount=shown["amount"],
            currency=shown["currency"].upper(),
            created=shown["created"],
            # A status that we do not know stands on a refund that exists: never to be sent again.
            outcome=_OUTCOMES.get(shown.get("status") or "", Outcome.PENDING),
            message=shown.get("failure_reason"),
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise GatewayUnknown(f"Stripe showed a refund that cannot be read: {error!r}") from error


def named(reference: Any) -> str | None:
    """The id of what Stripe shows either as an id or, expanded, as the object."""
    found = reference.get("id") if isinstance(reference, Mapping) else reference
    return found if isinstance(found, str) else None
