"""The gateways' own books against the refunds."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tortoise.connection import get_connection

from domain.words import RefundStatus
from gateways.payments.port import Credit, Gateway, GatewayUnknown, Outcome, shown_in
from services.currency import format_minor
from services.movements import LARGEST_MINOR
from services.worker.reconcile.disputes import at_gateway
from services.worker.reconcile.money import ComparedRefund
from services.worker.reconcile.report import Difference, Report

UNNOTICED = {
    RefundStatus.FAILED: "retry it, to take note",
    RefundStatus.PENDING: "a worker will ask for it before it sends anything",
}
"""What is to be done if a gateway has paid a refund with one of these statuses."""

_EXCEEDED = """
select b.reference, sum(p.captured_minor)::bigint as captured, coalesce(taken.minor, 0)::bigint as lost
from unnest($2::text[], $3::bigint[]) as b (reference, paid) join payment p on p.reference = b.reference
left join (
  select q.reference, sum(m.amount_minor) as minor from external_movement m join payment q on q.id = m.payment_id
  where m.provider = $1 and m.kind = 'DISPUTE' group by q.reference
) taken on taken.reference = b.reference
where p.provider = $1 group by b.reference, b.paid, taken.minor
having b.paid + coalesce(taken.minor, 0) > sum(p.captured_minor) order by b.reference
"""
_MOVEMENTS = """
select reference, amount_minor, currency from external_movement where provider = $1 and reference = any($2)
"""
_KNOWN = "select distinct reference from payment where provider = $1 and reference = any($2)"


async def of_gateways(
    gateways: Mapping[str, Gateway],
    refunds: Sequence[ComparedRefund],
    now: datetime,
    since: datetime | None,
    report: Report,
) -> AsyncIterator[Difference]:
    """What the books of all gateways say of the refunds since an instant; `report` counts what they show."""
    looked_at = [refund for refund in refunds if since is None or refund.created_at >= since]
    start = since or min((refund.created_at for refund in refunds), default=now) - timedelta(days=1)
    known = {refund.id for refund in refunds}
    for name in sorted({refund.provider for refund in looked_at} | set(gateways)):
        mine = [refund for refund in looked_at if refund.provider == name]
        async for difference in _of_gateway(gateways.get(name), name, mine, known, start, report):
            yield difference
        if name in gateways:
            async for difference in at_gateway(gateways[name], name, start):
                yield difference


async def _of_gateway(
    gateway: Gateway | None,
    name: str,
    refunds: Sequence[ComparedRefund],
    known: set[str],
    start: datetime,
    report: Report,
) -> AsyncIterator[Difference]:
    """A gateway's book against ours."""
    if gateway is None:
        if any(row.status is RefundStatus.SUCCEEDED for row in refunds):
            yield Difference("NO_GATEWAY", name, "no such gateway is set up here, so what it paid cannot be compared")
        return
    try:
        book, unreadable = await shown_in(gateway.credits(start))
    except GatewayUnknown as silent:
        yield Difference("GATEWAY_SILENT", name, silent.message)
        return
    for sentence in unreadable:
        yield Difference("CREDIT_UNREADABLE", name, sentence)
    report.credits += len(book)
    by_key: dict[str, list[Credit]] = {}
    strangers: list[Credit] = []
    returned: list[Credit] = []
    for credit in book:
        if credit.key in known:
            by_key.setdefault(credit.key or "", []).append(credit)
        else:
            (returned if credit.outcome is Outcome.FAILED else strangers).append(credit)
    for row in refunds:
        for difference in _of_refund(row, by_key.get(row.id, []), name):
            yield difference
    for difference in await _paid_too_much(name, book):
        yield difference
    moved = await _moved(name, strangers)
    for credit in strangers:
        if credit.reference in moved and moved[credit.reference] != (credit.amount_minor, credit.currency):
            minor, currency = moved[credit.reference]
            ours = f"the movement that is known is about {format_minor(minor, currency)} {currency}"
            yield Difference("CREDIT_AMOUNT", credit.reference, f"{name} has paid {_amount(credit)}, {ours}")
    for reference in await _moved(name, returned):
        sentence = f"it counts as paid back, and {name} says that the money has come back"
        yield Difference("MOVEMENT_RETURNED", reference, sentence)
    for credit in await _ours(name, [credit for credit in strangers if credit.reference not in moved]):
        sentence = f"{name} shows {_amount(credit)} to {credit.payment_reference} that no refund of ours is about"
        yield Difference("CREDIT_UNKNOWN", credit.reference, sentence)


def _of_refund(row: ComparedRefund, credits: list[Credit], name: str) -> Iterable[Difference]:
    """One refund against the lines of the gateway's book that carry its key."""
    standing = [credit for credit in credits if credit.outcome is not Outcome.FAILED]
    if len(standing) > 1:
        yield Difference("PAID_TWICE", row.id, f"{name} shows {len(standing)} credits for it")
    if row.status is RefundStatus.SETTLED_MANUALLY and standing:
        yield Difference("PAID_TWICE", row.id, f"it was settled by hand, and {name} has paid it as well")
    if row.status is RefundStatus.SUCCEEDED and not standing:
        yield Difference("CREDIT_MISSING", row.id, f"it is SUCCEEDED, and {name} shows no credit")
    if row.status in UNNOTICED and standing:
        yield Difference(
            "CREDIT_UNNOTICED", row.id, f"it is {row.status}, and {name} has paid it: {UNNOTICED[row.status]}"
        )
    for credit in standing:
        if (credit.amount_minor, credit.currency) != (row.amount_minor, row.currency):
            ours = f"{format_minor(row.amount_minor, row.currency)} {row.currency}"
            yield Difference("CREDIT_AMOUNT", row.id, f"it is about {ours}, and {name} has paid {_amount(credit)}")
        if credit.payment_reference != row.reference:
            sentence = f"it belongs to {row.reference}, and {name} has paid to {credit.payment_reference}"
            yield Difference("CREDIT_PAYMENT", row.id, sentence)


async def _paid_too_much(name: str, book: Iterable[Credit]) -> list[Difference]:
    """Payments to which more went back at a gateway, with what disputes took, than all of their orders captured."""
    paid: Counter[str] = Counter()
    for credit in book:
        if credit.outcome is not Outcome.FAILED:
            for payment in _names(credit):
                paid[payment] += credit.amount_minor
    counted = [min(minor, LARGEST_MINOR) for minor in paid.values()]
    rows = await get_connection("default").execute_query_dict(_EXCEEDED, [name, list(paid), counted])
    return [
        Difference(
            "CREDIT_EXCEEDS",
            f"{name}:{row['reference']}",
            f"its orders captured {row['captured']}, and {name} has paid back {paid[row['reference']]}"
            + (f" and taken {row['lost']} for disputes" if row["lost"] else ""),
        )
        for row in rows
    ]


async def _ours(name: str, strangers: list[Credit]) -> list[Credit]:
    """Those made out to a payment of ours, or under a key: an account may serve others as well."""
    references = [name for credit in strangers for name in _names(credit)]
    rows: list[dict[str, str]] = await get_connection("default").execute_query_dict(_KNOWN, [name, references])
    known = {row["reference"] for row in rows}
    return [credit for credit in strangers if credit.key or not known.isdisjoint(_names(credit))]


async def _moved(name: str, strangers: list[Credit]) -> dict[str, tuple[int, str]]:
    """Amount and currency of those that are known as external movements, by their reference."""
    values = [name, [credit.reference for credit in strangers]]
    rows = await get_connection("default").execute_query_dict(_MOVEMENTS, values)
    return {row["reference"]: (row["amount_minor"], row["currency"]) for row in rows}


def _names(credit: Credit) -> set[str]:
    """All references under which the gateway knows the payment of a credit."""
    return {credit.payment_reference, *credit.also}


def _amount(credit: Credit) -> str:
    return f"{format_minor(credit.amount_minor, credit.currency)} {credit.currency}"
