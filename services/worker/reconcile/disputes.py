"""Disputes against what they stop, and against what the gateways say of them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from tortoise.connection import get_connection

from domain.words import UNDECIDED_DISPUTES, DisputeStatus
from gateways.payments.port import Gateway, GatewayUnknown, ShownDispute, shown_in
from services.currency import format_minor
from services.movements import LARGEST_MINOR
from services.worker.reconcile.checks import Check
from services.worker.reconcile.report import Difference

CHECKS = (
    Check(
        "ORDER_DISPUTED",
        "it says that {said}, and {open} of its disputes are open",
        """
        select o.id, case when o.disputed then 'one is open' else 'none is open' end as said,
               count(d.id) filter (where d.status in ('INQUIRY', 'OPEN')) as open
        from "order" o left join dispute d on d.order_id = o.id
        where o.disputed or d.id is not null
        group by o.id having o.disputed <> coalesce(bool_or(d.status in ('INQUIRY', 'OPEN')), false) order by o.id
        """,
    ),
    Check(
        "REFUND_DISPUTED",
        "it is {status} and {said}, and {open} disputes of its payment are open",
        """
        select r.id, r.status, case when r.disputed then 'stopped' else 'not stopped' end as said,
               count(d.id) filter (where d.status = 'OPEN') as open
        from refund r left join dispute d on d.payment_id = r.payment_id
        where r.disputed or (d.id is not null and r.status not in ('SUCCEEDED', 'SETTLED_MANUALLY'))
        group by r.id having r.disputed <> coalesce(bool_or(d.status = 'OPEN'), false) order by r.id
        """,
    ),
    Check(
        "DISPUTE_MOVEMENT",
        "it is LOST, and no movement of {reference} says that the money is gone",
        """
        select d.id, d.reference from dispute d join payment p on p.id = d.payment_id
        where d.status = 'LOST' and d.amount_minor > 0 and not exists (
          select from external_movement m where m.provider = p.provider and m.reference = d.reference
        ) order by d.id
        """,
    ),
    Check(
        "MOVEMENT_DISPUTE",
        "the bank took it for the dispute {reference}, and that is {status}",
        """
        select m.id, m.reference, coalesce(min(d.status), 'not known') as status
        from external_movement m
        left join (dispute d join payment p on p.id = d.payment_id)
          on p.provider = m.provider and d.reference = m.reference
        where m.kind = 'DISPUTE' group by m.id having count(*) filter (where d.status = 'LOST') = 0 order by m.id
        """,
    ),
)
_KNOWN = """
select d.reference, d.status, d.amount_minor, d.currency, p.currency as of_payment
from dispute d join payment p on p.id = d.payment_id where p.provider = $1 and d.reference = any($2)
"""
_OURS = "select distinct reference from payment where provider = $1 and reference = any($2)"
_UNDECIDED = """
select d.id, d.reference, d.status from dispute d join payment p on p.id = d.payment_id
where p.provider = $1 and d.status in ('INQUIRY', 'OPEN') and d.opened_at >= $2 and d.reference <> all($3) order by d.id
"""


async def at_gateway(gateway: Gateway, name: str, since: datetime) -> AsyncIterator[Difference]:
    """What a gateway says of the disputes that were opened since a moment, against ours."""
    try:
        shown, unreadable = await shown_in(gateway.disputes(since))
    except GatewayUnknown as silent:
        yield Difference("DISPUTES_SILENT", name, silent.message)
        return
    for sentence in unreadable:
        yield Difference("DISPUTE_UNREADABLE", name, sentence)
    db = get_connection("default")
    references = [dispute.reference for dispute in shown]
    rows = {row["reference"]: row for row in await db.execute_query_dict(_KNOWN, [name, references])}
    strangers = [dispute for dispute in shown if dispute.reference not in rows]
    for dispute in await _ours(name, strangers):
        sentence = f"{name} shows a dispute of {dispute.payments[0]} that is {dispute.status}, and none is known here"
        yield Difference("DISPUTE_UNKNOWN", dispute.reference, sentence)
    for dispute in shown:
        known = rows.get(dispute.reference)
        if known and known["status"] != dispute.status:
            yield _of_status(known["status"], known["of_payment"], dispute, name)
        if known and (known["amount_minor"], known["currency"]) != (dispute.amount_minor, dispute.currency):
            ours, theirs = (
                f"{format_minor(minor, currency)} {currency}"
                for minor, currency in (
                    (known["amount_minor"], known["currency"]),
                    (dispute.amount_minor, dispute.currency),
                )
            )
            yield Difference("DISPUTE_AMOUNT", dispute.reference, f"it is about {ours}, and {name} says {theirs}")
    for row in await db.execute_query_dict(_UNDECIDED, [name, since, references]):
        yield Difference("DISPUTE_MISSING", row["reference"], f"it is {row['status']}, and {name} does not show it")


def _of_status(known: str, currency: str, shown: ShownDispute, name: str) -> Difference:
    """A dispute that has another status there; if it was lost there, this may wait for what the owner says."""
    uncounted = shown.currency != currency or not 0 <= shown.amount_minor <= LARGEST_MINOR
    if shown.status is DisputeStatus.LOST and known in UNDECIDED_DISPUTES and uncounted:
        taken = f"{name} has lost {format_minor(shown.amount_minor, shown.currency)} {shown.currency} to it"
        remedy = f"say how much of the payment in {currency} that is: --record --taken {shown.reference}=AMOUNT"
        return Difference("DISPUTE_UNCOUNTED", shown.reference, f"{taken}, and refunds wait: {remedy}")
    return Difference("DISPUTE_STATUS", shown.reference, f"it is {known}, and {name} says that it is {shown.status}")


async def _ours(name: str, strangers: Sequence[ShownDispute]) -> list[ShownDispute]:
    """Those of a payment of ours: an account may serve others as well."""
    references = [payment for dispute in strangers for payment in dispute.payments]
    rows: list[dict[str, str]] = await get_connection("default").execute_query_dict(_OURS, [name, references])
    known = {row["reference"] for row in rows}
    return [dispute for dispute in strangers if not known.isdisjoint(dispute.payments)]
