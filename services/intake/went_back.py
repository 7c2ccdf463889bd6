"""What went back of an order before it came in: what is wrong with it, and what the database knows of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.errors import Path
from domain.paid_back import PaidBack, excesses
from domain.pricing import OrderMoney, PricedItem
from domain.words import TransactionType
from services.currency import format_minor
from services.inputs import IncomingOrder, WentBack

_REASONS = "select handle, id, label_id, transaction from cancellation_reason where handle = any($1)"
_MOVEMENTS = """
select m.provider, m.reference, o.number from external_movement m join "order" o on o.id = m.order_id
where (m.provider, m.reference) in (select * from unnest($1::text[], $2::text[]))
"""
FIELDS = {TransactionType.CANCEL: "canceledBefore", TransactionType.REFUND: "returnedBefore"}
MOVED_TWICE = "This movement is in the order twice: state it once."
MOVEMENT_TAKEN = "Another order has this movement: state it in one of them only."


@dataclass(frozen=True, slots=True)
class Gone:
    """Units that went back, with the item's and the seller's place in the order, from 0, and the path of the input."""

    item: int
    part: int
    transaction: TransactionType
    back: WentBack
    at: Path


@dataclass(frozen=True, slots=True)
class KnownReason:
    """The columns of a reason."""

    id: str
    label_id: int
    transaction: str


@dataclass(frozen=True, slots=True)
class KnownHistory:
    """The reasons that orders name, by handle, and the orders' numbers of movements that came in before."""

    reasons: Mapping[str, KnownReason] = field(default_factory=dict)
    movements: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def problems(self, order: IncomingOrder) -> Iterator[tuple[Path, str]]:
        """What is wrong with the past of an order that has no fault of its own."""
        for gone in gone_of(order):
            reason = self.reasons.get(gone.back.reason)
            if reason is None:
                yield (*gone.at, "reason"), "This reason does not exist: name one by its handle."
            elif reason.transaction != gone.transaction:
                yield (*gone.at, "reason"), "This reason is for the other transaction type: name one of this type."
        for at, movement in _movements(order):
            if self.movements.get(movement, order.number) != order.number:
                yield (*at, "reference"), MOVEMENT_TAKEN


NOTHING_KNOWN = KnownHistory()


async def known_history(db: BaseDBAsyncClient, orders: Iterable[IncomingOrder]) -> KnownHistory:
    """What the database knows of the past of some orders; it is asked only if anything of them went back."""
    past = [order for order in orders if order.went_back]
    if not past:
        return NOTHING_KNOWN
    handles = {gone.back.reason for order in past for gone in gone_of(order)}
    reasons = await db.execute_query_dict(_REASONS, [sorted(handles)])
    names = {movement for order in past for _, movement in _movements(order)}
    movements = await db.execute_query_dict(_MOVEMENTS, [[one for one, _ in names], [one for _, one in names]])
    return KnownHistory(
        {row["handle"]: KnownReason(row["id"], row["label_id"], row["transaction"]) for row in reasons},
        {(row["provider"], row["reference"]): row["number"] for row in movements},
    )


def gone_of(order: IncomingOrder) -> list[Gone]:
    """All that went back, by the seller's part, then by the transaction: what is in one plan stands together."""
    places = count()
    found = []
    for part_place, part in enumerate(order.parts):
        for package_place, package in enumerate(part.packages):
            for item_place, item in enumerate(package.items):
                place = next(places)
                path = ("sellerOrders", str(part_place), "packages", str(package_place), "items", str(item_place))
                for transaction, back in zip(FIELDS, (item.canceled, item.returned), strict=True):
                    if back:
                        found.append(Gone(place, part_place, transaction, back, (*path, FIELDS[transaction])))
    return sorted(found, key=lambda gone: (gone.part, gone.transaction is TransactionType.REFUND))


def money_of(order: IncomingOrder) -> OrderMoney:
    """The amounts of an order as pricing reads them; its items and parts are named by their places."""
    places = count()
    items = tuple(
        PricedItem(
            id=str(next(places)),
            seller_order_id=str(part_place),
            quantity=item.quantity,
            unit_price_minor=item.unit_price_minor,
            discount_minor=item.discount_minor,
            tax_minor=0 if order.tax_included else item.tax_minor,
        )
        for part_place, part in enumerate(order.parts)
        for package in part.packages
        for item in package.items
    )
    return OrderMoney(
        currency=order.currency,
        items=items,
        shipping_minor={str(place): part.shipping_minor for place, part in enumerate(order.parts)},
        captured_minor=sum(payment.captured_minor for payment in order.payments),
    )


def paid_back_of(gone: Iterable[Gone]) -> list[PaidBack]:
    """The amounts of what went back, for pricing."""
    return [PaidBack(str(one.item), one.back.quantity, one.back.amount_minor, one.back.shipping_minor) for one in gone]


def problems_of_sums(order: IncomingOrder) -> Iterator[tuple[Path, str]]:
    """What does not add up in the past of an order whose values are each possible."""
    gone = gone_of(order)
    for excess in excesses(money_of(order), paid_back_of(gone)):
        most = f"{format_minor(excess.most_minor, order.currency)} {order.currency}"
        if excess.shipping:
            yield (*gone[excess.position].at, "shipping"), f"Of this seller's shipping, {most} can have gone back."
        else:
            yield (*gone[excess.position].at, "amount"), f"Of what these units brought, {most} can have gone back."
    for place, payment in enumerate(order.payments):
        if sum(movement.amount_minor for movement in payment.paid_back) > payment.captured_minor:
            sentence = "More went back to this payment than the order captured of it: correct one of the two."
            yield ("payments", str(place), "paidBackBefore"), sentence
    seen: set[tuple[str, str]] = set()
    for at, movement in _movements(order):
        if movement in seen:
            yield (*at, "reference"), MOVED_TWICE
        seen.add(movement)
    stated = sum(one.back.amount_minor + one.back.shipping_minor for one in gone)
    moved = sum(movement.amount_minor for payment in order.payments for movement in payment.paid_back)
    if stated != moved:
        amounts = (f"{format_minor(minor, order.currency)} {order.currency}" for minor in (stated, moved))
        sentence = "{} went back for the items, and {} to the payments: state the same of both."
        yield ("payments",), sentence.format(*amounts)


def movements_of(order: IncomingOrder) -> set[tuple[str, str]]:
    """Provider and reference of each movement of an order."""
    return {movement for _, movement in _movements(order)}


def _movements(order: IncomingOrder) -> Iterator[tuple[Path, tuple[str, str]]]:
    for place, payment in enumerate(order.payments):
        for n, movement in enumerate(payment.paid_back):
            yield ("payments", str(place), "paidBackBefore", str(n)), (payment.provider, movement.reference)
