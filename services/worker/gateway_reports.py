"""What gateways report by themselves: in any order, more than once, about refunds that may not be ours."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from tortoise.connection import get_connection

from domain.words import DisputeStatus, MovementKind
from gateways.payments.port import Credit, Gateway, GatewayUnknown, Outcome, ShownDispute, shown_in
from services.acts.disputes import record_dispute
from services.acts.refunds import GatewayReport, apply_report, look_up, record_movement
from services.commands import Commands, SqlValue
from services.currency import parse_minor
from services.movements import LARGEST_MINOR, ShownMovement
from services.worker.due import LAST_ATTEMPT

T = TypeVar("T")

LONGEST_REFERENCE = 200
"""Characters of a reference, as its column has them."""

_REFUND = f"""
select t.id, t.order_id, a.id as attempt_id from refund t join "order" o on o.id = t.order_id
join payment p on p.id = t.payment_id{LAST_ATTEMPT}
where t.id = $1 and p.provider = $2 for no key update of o
"""
_OPEN_OF_PAYMENT = """
select t.id, t.order_id from refund t join "order" o on o.id = t.order_id join payment p on p.id = t.payment_id
where p.provider = $1 and p.reference = any($2) and t.status = any($3) and t.id <> all($4)
order by t.id limit 1 for no key update of o
"""
_MOVED = """
select coalesce(named.id, p.id) as id, p.order_id from payment p join "order" o on o.id = p.order_id
left join external_movement m on m.provider = $1 and m.reference = $3
left join lateral (
  select r.id from refund r where r.payment_id = p.id and r.external_reference = $3
    and (m.id is null or (r.status = 'SETTLED_MANUALLY' and r.movement_id is null))
  order by r.id limit 1
) named on true
where p.provider = $1 and p.reference = any($2) and p.currency = $4
  and (m.id is null or (m.payment_id = p.id and m.recorded_at is not null and m.amount_minor > m.covered_minor
                        and named.id is not null))
  and not exists (select from refund r where r.id = $5)
order by named.id is null,
  exists (select from refund r where r.payment_id = p.id and r.status in ('PENDING', 'FAILED')) desc,
  p.captured_minor > p.allocated_minor + p.external_minor desc, o.id, p.position
limit 1 for no key update of o
"""
"""The payment that money went back to, or the refund that it is. If orders share it, one that is owed.

Of money that is known, another refund that the owner has settled with it, while anything of it is left.
"""
NEXT_DISPUTED = """
select coalesce(d.id, p.id) as id, p.order_id from payment p join "order" o on o.id = p.order_id
left join dispute d on d.payment_id = p.id and d.reference = $3
where p.provider = $1 and p.reference = any($2) and p.id <> all($4)
order by p.id limit 1 for no key update of o
"""
"""A payment that a dispute is about, or what is known of that dispute. Orders that share a payment have one each."""
_WON = """
select exists (
  select from dispute d join payment p on p.id = d.payment_id
  where p.provider = $1 and d.reference = $2 and d.status = 'WON'
) as won
"""
_COUNTED = "select exists (select from external_movement where provider = $1 and reference = $2) as counted"
_CURRENCY = "select currency from payment where provider = $1 and reference = any($2) limit 1"
_ORDERED = "select id from refund where id = any($1)"


async def record(
    commands: Commands, provider: str, credit: Credit, *, kind: MovementKind = MovementKind.REFUND
) -> bool:
    """Record a credit that no refund of ours has ordered, once; whether it was news.

    One of a payment that no order has, or not yet, is left alone: `reconcile --record` finds it later.
    """
    texts = (credit.key or "", credit.reference, credit.payment_reference, *credit.also)
    if credit.outcome is Outcome.FAILED or not 0 < credit.amount_minor <= LARGEST_MINOR:
        return False
    if not 0 < len(credit.reference) <= LONGEST_REFERENCE or not all(map(str.isprintable, texts)):
        return False
    known_as = tuple(name for name in (credit.payment_reference, *credit.also) if name)
    moved = ShownMovement(credit.reference, credit.amount_minor, credit.at, kind)
    values: list[SqlValue] = [provider, list(known_as), credit.reference, credit.currency, credit.key or ""]
    news = False
    while await commands.work_on_due(_MOVED, values, lambda transition, due: record_movement(transition, due, moved)):
        news = True
    return news


class TakenRefused(ValueError):
    """What the owner says that a lost dispute has taken is no amount in the currency of its payment."""


async def tell_dispute(commands: Commands, provider: str, shown: ShownDispute, *, taken: Decimal | None = None) -> bool:
    """Record what a gateway tells of a dispute, in any order and any number of times; whether it was news.

    What the bank took for a dispute that was lost is recorded first. It pays what is owed while that is still stopped,
    so whenever this ends halfway, nothing has been sent, and the same news completes it. If that cannot be counted,
    because it is in another currency than the payment, the dispute stays open here until the owner says what was
    `taken` of the payment. One of a payment that no order has, or not yet, is left alone: `reconcile --record` finds
    it later. Raises TakenRefused.
    """
    if not 0 < len(shown.reference) <= LONGEST_REFERENCE or not shown.reference.isprintable():
        return False
    names = [name for name in shown.payments if name.isprintable()]
    news = False
    if shown.status is DisputeStatus.LOST:
        news = await _lose(commands, provider, shown, names)
        counted = shown.amount_minor == 0 or await _is_counted(provider, shown)
        if not counted and taken is not None:
            minor, currency = await _in_payment(provider, names, taken)
            news = await _lose(commands, provider, replace(shown, amount_minor=minor, currency=currency), names)
            counted = await _is_counted(provider, shown)
        if not counted:
            shown = replace(shown, status=DisputeStatus.OPEN)
    shown = replace(shown, amount_minor=min(max(0, shown.amount_minor), LARGEST_MINOR))
    seen: list[str] = []
    while True:
        values: list[SqlValue] = [provider, names, shown.reference, seen]
        done = await commands.work_on_due(
            NEXT_DISPUTED, values, lambda transition, due: record_dispute(transition, due, shown)
        )
        if done is None:
            return news
        seen.append(done[0])
        news |= done[1]


async def _lose(commands: Commands, provider: str, shown: ShownDispute, names: list[str]) -> bool:
    """Record the movement that a lost dispute is, unless the bank had decided for the marketplace before."""
    (found,) = await get_connection("default").execute_query_dict(_WON, [provider, shown.reference])
    if found["won"]:
        return False
    moved = Credit(
        key=None,
        reference=shown.reference,
        payment_reference="",
        amount_minor=shown.amount_minor,
        currency=shown.currency,
        outcome=Outcome.SUCCEEDED,
        at=shown.shown_at,
        also=tuple(names),
    )
    return await record(commands, provider, moved, kind=MovementKind.DISPUTE)


async def _in_payment(provider: str, names: list[str], taken: Decimal) -> tuple[int, str]:
    """An amount in the minor units and the currency of a payment. Raises TakenRefused."""
    rows = await get_connection("default").execute_query_dict(_CURRENCY, [provider, names])
    if not rows:
        return 0, ""
    try:
        minor = parse_minor(taken, rows[0]["currency"])
    except ValueError as refused:
        raise TakenRefused(str(refused)) from None
    if not 0 < minor <= LARGEST_MINOR:
        raise TakenRefused(f"{taken} {rows[0]['currency']} is not what a bank can have taken")
    return minor, rows[0]["currency"]


async def _is_counted(provider: str, shown: ShownDispute) -> bool:
    """Whether a movement says what a lost dispute has taken."""
    (found,) = await get_connection("default").execute_query_dict(_COUNTED, [provider, shown.reference])
    counted: bool = found["counted"]
    return counted


async def record_all(
    commands: Commands,
    gateways: Mapping[str, Gateway],
    since: datetime,
    *,
    taken: Mapping[str, Decimal] = MappingProxyType({}),
) -> int:
    """Record what the books of all gateways show since a moment: what no refund of ours has ordered, and disputes; how
    many were news.

    `taken` has, by the reference of a dispute that was lost, what the bank took of its payment. A book that cannot be
    read is left out, and so is a row of it: `reconcile` names them. Raises TakenRefused.
    """
    news = 0
    for name, gateway in gateways.items():
        book = await _readable(gateway.credits(since))
        keys = [credit.key for credit in book if credit.key is not None]
        rows = await get_connection("default").execute_query_dict(_ORDERED, [keys])
        ordered = {row["id"] for row in rows}
        for credit in book:
            if credit.key not in ordered:
                news += await record(commands, name, credit)
        for dispute in await _readable(gateway.disputes(since)):
            news += await tell_dispute(commands, name, dispute, taken=taken.get(dispute.reference))
    return news


async def _readable(rows: AsyncIterator[T]) -> list[T]:
    """What can be read of a gateway's list; nothing if it is silent."""
    try:
        found, _ = await shown_in(rows)
    except GatewayUnknown:
        return []
    return found


async def report(commands: Commands, provider: str, refund_id: str, news: GatewayReport) -> bool:
    """Apply what a provider reports of one of its refunds; whether it changed anything."""
    if "\0" in refund_id:  # anybody who can write into Stripe's metadata can write that, too
        return False
    return bool(
        await commands.work_on_due(
            _REFUND, [refund_id, provider], lambda transition, due: apply_report(transition, due, news)
        )
    )


async def follow_hint(commands: Commands, provider: str, payment_references: tuple[str, ...]) -> int:
    """Have the open refunds of a payment looked up now; how many there are."""
    seen: list[str] = []
    while True:
        values: list[SqlValue] = [provider, list(payment_references), ["PROCESSING", "UNKNOWN"], seen]
        found = await commands.work_on_due(
            _OPEN_OF_PAYMENT, values, lambda transition, due: (due.id, look_up(transition, due))
        )
        if found is None:
            return len(seen)
        seen.append(found[0])
