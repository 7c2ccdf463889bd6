"""Payments that pay for several orders: who may share one, and why the database has refused an order.

The database holds one row for each payment at its gateway (`models.PaymentReference`), written by a trigger.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tortoise.connection import get_connection

from domain.errors import Path
from services.inputs import IncomingOrder, IncomingPayment

CHECK = "payment_reference_captured_at_most_total"
_KNOWN = """
select provider, reference, currency, captured_minor, total_minor, stated from payment_reference
where (provider, reference) in (select * from unnest($1::text[], $2::text[]))
"""
TAKEN = "Another order has this payment. If it pays for several orders, state its paymentTotal in each of them."
DIFFERS = "Another order states another total or another currency of this payment."
EXCEEDED = "The orders of this payment captured more than its total."
TWICE = "This payment is in the order twice. If that is right, state its paymentTotal each time."


@dataclass(frozen=True, slots=True)
class KnownReference:
    """The columns of a payment reference."""

    provider: str
    reference: str
    currency: str
    captured_minor: int
    total_minor: int
    stated: bool


def reference_of(order: IncomingOrder, n: int) -> str:
    """The reference of an order's n-th payment, from 0; one that came without gets the order's number."""
    return order.payments[n].reference or f"{order.number}-{n + 1}"


def problems_of_repeated(order: IncomingOrder) -> Iterator[tuple[Path, str]]:
    """What is wrong with payments that an order names more than once."""
    seen: dict[tuple[str, str], tuple[int | None, int]] = {}
    for n, payment in enumerate(order.payments):
        name = payment.provider, reference_of(order, n)
        total, captured = seen.get(name, (payment.total_minor, 0))
        captured += payment.captured_minor
        if name in seen:
            sentence = _contradiction(payment, stated=total is not None, same=total == payment.total_minor)
            if sentence:
                yield ("payments", str(n), "reference"), sentence.replace(TAKEN, TWICE)
            elif captured > (total or 0):
                yield ("payments", str(n), "captured"), EXCEEDED
        seen[name] = total, captured


def is_refused_reference(error: BaseException | None) -> bool:
    """Whether the database has refused an order because of a payment that another order has."""
    while error is not None:
        if getattr(error, "constraint_name", None) == CHECK:
            return True
        error = error.__cause__
    return False


async def reference_problems(order: IncomingOrder) -> list[tuple[Path, str]]:
    """Why the database refuses an order's payments; one fault at least."""
    names = {(payment.provider, reference_of(order, n)): n for n, payment in enumerate(order.payments)}
    values = [[provider for provider, _ in names], [reference for _, reference in names]]
    rows = await get_connection("default").execute_query_dict(_KNOWN, values)
    found: list[tuple[Path, str]] = []
    for known in (KnownReference(**row) for row in rows):
        n = names[known.provider, known.reference]
        payment = order.payments[n]
        same = (known.total_minor, known.currency) == (payment.total_minor, order.currency)
        sentence = _contradiction(payment, stated=known.stated, same=same)
        if sentence:
            found.append((("payments", str(n), "reference"), sentence))
        elif known.captured_minor + payment.captured_minor > known.total_minor:
            found.append((("payments", str(n), "captured"), EXCEEDED))
    return found or [(("payments",), TAKEN)]


def _contradiction(payment: IncomingPayment, *, stated: bool, same: bool) -> str | None:
    """Why a payment cannot share its reference with another that has `stated` a total, the `same` or not."""
    if not stated or payment.total_minor is None:
        return TAKEN
    return None if same else DIFFERS
