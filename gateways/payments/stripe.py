"""Refunds through Stripe, by Stripe's own library.

Two things prevent a second credit. The refund's id is the idempotency key, which Stripe stores for at least 24 hours;
and the credit's metadata has it for good, where `find` reads it from the list of the payment's refunds. The first makes
a resend harmless, the second makes it unnecessary.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar

import stripe
from stripe.params import DisputeListParams, RefundCreateParams, RefundListParams

from gateways.payments.port import (
    Answer,
    Credit,
    GatewayUnknown,
    Outcome,
    RefundOrder,
    RowsUnreadable,
    ShownDispute,
)
from gateways.payments.stripe_amounts import Exponent, NotForStripe, to_stripe
from gateways.payments.stripe_dispute import StripeDispute, dispute_of, read_dispute
from gateways.payments.stripe_refund import StripeRefund, credit_of, read_refund

# Refusals that are temporary and do not concern the refund.
_TEMPORARY = frozenset({"idempotency_key_in_use", "lock_timeout", "rate_limit"})

# Of several credits with one key, the first of these counts: money that moved, may still move, did not move.
_PREFERENCE = (Outcome.SUCCEEDED, Outcome.PENDING, Outcome.FAILED)

_PAGE_SIZE = 100

R = TypeVar("R", StripeRefund, StripeDispute)


class _Slice(TypedDict, total=False):
    """Which rows of a list Stripe is to show."""

    limit: int
    starting_after: str


_Page: TypeAlias = Callable[[_Slice], Awaitable[stripe.ListObject[Any]]]


class _StripeRefusal(Exception):
    """Stripe understood the request and refuses it; `missing` if an object in it does not exist."""

    def __init__(self, message: str, *, missing: bool) -> None:
        super().__init__(message)
        self.message = message
        self.missing = missing


class StripeGateway:
    """One Stripe account; `exponent` gives the decimals of our own minor units, `api_base` another server.

    `timeout_s` limits each request as a whole. The library's own retries are off, because the worker resends.
    """

    name = "stripe"

    def __init__(
        self, api_key: str, *, exponent: Exponent, api_base: str | None = None, timeout_s: float = 10.0
    ) -> None:
        # The library's only switch is global. It is off, because telemetry writes an id under $HOME and sends it.
        stripe.enable_telemetry = False
        self._exponent = exponent
        self._timeout_s = timeout_s
        self._http = stripe.HTTPXClient(timeout=timeout_s)
        self._client = stripe.StripeClient(
            api_key,
            http_client=self._http,
            max_network_retries=0,
            base_addresses={"api": api_base} if api_base else {},
        )

    async def refund(self, order: RefundOrder) -> Answer:
        """Request the credit from Stripe. A refusal counts only if Stripe's list shows no such credit.

        After 24 hours Stripe has forgotten the key, and a refusal ("already refunded", "more than is left") may be
        about our own first attempt. An amount or a payment that Stripe does not support is FAILED without a request.
        """
        try:
            params = self._params(order)
            async with self._requesting():
                made = await self._client.v1.refunds.create_async(params, {"idempotency_key": _idempotency_key(order)})
            return read_refund(made.to_dict()).answer
        except NotForStripe as refusal:
            return Answer(Outcome.FAILED, None, str(refusal))
        except _StripeRefusal as refusal:
            found = await self.find(order.key, order.payment_reference, retry=order.retry)
            return found or Answer(Outcome.FAILED, None, refusal.message)

    async def find(self, key: str, payment_reference: str, *, retry: int = 0) -> Answer | None:
        """The state of a key in Stripe's list of the payment's refunds.

        A credit of any retry counts unless it failed; a failed one counts only if it is of this retry.
        """
        answers: list[Answer] = []
        try:
            which: RefundListParams = {}
            which[_kind(payment_reference)] = payment_reference
            async for row in self._rows(self._page_of_refunds(which)):
                made = read_refund(row)  # one that cannot be read may be the credit that is looked for
                if made.key == key and (made.outcome is not Outcome.FAILED or made.retry == retry):
                    answers.append(made.answer)
        except NotForStripe:
            return None
        except _StripeRefusal as refusal:
            if refusal.missing:
                return None
            raise GatewayUnknown(f"Stripe refuses to list the refunds: {refusal.message}") from refusal
        return min(answers, key=lambda answer: _PREFERENCE.index(answer.outcome), default=None)

    async def credits(self, since: datetime) -> AsyncIterator[Credit]:
        """The account's refunds since a moment (whole seconds), newest first, including those made by hand."""
        async for made in self._since(since, "refunds", self._page_of_refunds({}), read_refund):
            yield credit_of(made, self._exponent)

    async def disputes(self, since: datetime) -> AsyncIterator[ShownDispute]:
        """The account's disputes opened since a moment (whole seconds), newest first."""
        async for made in self._since(since, "disputes", self._page_of_disputes({}), read_dispute):
            yield dispute_of(made, self._exponent)

    async def close(self) -> None:
        """Close the connections to Stripe."""
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the library has no types there

    def _params(self, order: RefundOrder) -> RefundCreateParams:
        amount = to_stripe(order.amount_minor, order.currency, self._exponent)
        metadata = {"refund": order.key, "retry": str(order.retry), "payment": order.payment_reference}
        params: RefundCreateParams = {"amount": amount, "metadata": metadata}
        params[_kind(order.payment_reference)] = order.payment_reference
        return params

    def _page_of_refunds(self, which: RefundListParams) -> _Page:
        return lambda rows: self._client.v1.refunds.list_async({**which, **rows})

    def _page_of_disputes(self, which: DisputeListParams) -> _Page:
        return lambda rows: self._client.v1.disputes.list_async({**which, **rows})

    async def _since(
        self, since: datetime, what: str, page: _Page, read: Callable[[Mapping[str, Any]], R]
    ) -> AsyncIterator[R]:
        """The rows of a list since a moment. Raises GatewayUnknown, at the end RowsUnreadable.

        Stripe lists the newest first, so stopping is as good as a filter, at the cost of one page at most.
        """
        first, unreadable = int(since.timestamp()), list[str]()
        try:
            async for row in self._rows(page):
                try:
                    made = read(row)
                except GatewayUnknown as unknown:
                    unreadable.append(unknown.message)
                    continue
                if made.created < first:
                    break
                yield made
        except _StripeRefusal as refusal:
            raise GatewayUnknown(f"Stripe refuses to list the {what}: {refusal.message}") from refusal
        if unreadable:
            raise RowsUnreadable(unreadable)

    async def _rows(self, page: _Page) -> AsyncIterator[Mapping[str, Any]]:
        """All rows of a list, read in pages."""
        part: _Slice = {"limit": _PAGE_SIZE}
        while True:
            async with self._requesting():
                found = await page(part)
            rows = [row.to_dict() if isinstance(row, stripe.StripeObject) else {} for row in found.data]
            for row in rows:
                yield row
            if not rows or not found.has_more:
                return
            ids = [row["id"] for row in rows if isinstance(row.get("id"), str)]
            if not ids:
                raise GatewayUnknown("Stripe shows a page without ids, so what comes after it cannot be read")
            part = {**part, "starting_after": ids[-1]}

    @asynccontextmanager
    async def _requesting(self) -> AsyncIterator[None]:
        """Around one request: errors become _StripeRefusal or GatewayUnknown, and it ends in time.

        A rejected API key is GatewayUnknown too: it says nothing about the refund. After the operator has corrected
        the key, the worker's next try succeeds.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                yield
        except (stripe.InvalidRequestError, stripe.CardError) as refusal:
            if refusal.code in _TEMPORARY:
                raise GatewayUnknown(f"Stripe refuses for the moment: {refusal}") from refusal
            raise _StripeRefusal(str(refusal), missing=refusal.http_status == 404) from refusal
        except stripe.StripeError as error:
            raise GatewayUnknown(f"Stripe gave no answer: {type(error).__name__}: {error}") from error
        except TimeoutError as error:
            raise GatewayUnknown(f"Stripe did not answer within {self._timeout_s:g} s") from error


def _kind(payment_reference: str) -> Literal["charge", "payment_intent"]:
    """Stripe's kind of a payment; `py_` is a charge without a card. Raises NotForStripe."""
    if payment_reference.startswith("pi_"):
        return "payment_intent"
    if payment_reference.startswith(("ch_", "py_")):
        return "charge"
    raise NotForStripe(f"{payment_reference!r} is neither a charge nor a payment intent of Stripe")


def _idempotency_key(order: RefundOrder) -> str:
    """The refund's id; a retry after a definite failure has a key of its own, since Stripe repeats failures by key."""
    return f"{order.key}-{order.retry}" if order.retry else order.key
