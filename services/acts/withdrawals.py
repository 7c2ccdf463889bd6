"""Withdrawals from a contract: the statement that is shown, and what follows once it is declared.

What is late, or exempt by law, is declared like anything else, but nothing follows by itself: its requests wait for a
decision. All else takes effect at once, also on requests that are open already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.actions import Action
from domain.errors import not_found, refuse
from domain.facts import SYSTEM
from domain.law import VERIFIED_WITHDRAWALS, Basis, WithdrawalStatus
from domain.lifecycle import Edge, decide
from domain.mail_addresses import mail_address
from domain.refusals import Refusal
from domain.withdrawal import (
    Objection,
    Stated,
    StatedUnits,
    WithdrawalFacts,
    WithdrawalStatement,
    exemption_of,
    hash_of,
    refund_due,
    whole_text,
    window_end,
)
from domain.words import PackageStatus, Subject
from models import OrderItem, SellerOrder, Withdrawal, WithdrawalItem
from models.base import ColumnValue
from models.ids import new_id
from services import facts
from services.acts.choices import refuse_twice
from services.acts.following import Following, WithdrawnLine, open_requests, type_of
from services.inputs import ChangedIds
from services.order_book import OrderBook, accepted_units, units
from services.transition import Transition, expect_version
from services.working_days import ending_on_working_day


@dataclass(frozen=True, slots=True)
class WithdrawalInput:
    """What a customer withdraws from, as (order item id, units); None is all of the order.

    `hash` is that of the statement that was shown, None before. `receipt_to` is where the receipt is to go if not to
    the customer's known address, `locale` the language of the statement.
    """

    items: tuple[tuple[str, int], ...] | None
    receipt_to: str | None = None
    hash: str | None = None
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class ObjectionInput:
    """A seller's objection to a withdrawal, on one request that follows from it."""

    request_id: str
    objection: Objection
    expected_version: int | None = None


class PartStatement(NamedTuple):
    """What is declared to one seller."""

    part: SellerOrder
    number: str
    text: str
    lines: list[WithdrawnLine]

    @property
    def refund_due_at(self) -> datetime:
        """The last moment to pay all of it back: the first of its items'."""
        return min(line.refund_due_at for line in self.lines)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration as it would be now; `edge` is the one that opens each withdrawal of it."""

    parts: Sequence[PartStatement]
    locale: str
    receipt_to: str | None
    edge: Edge

    @property
    def text(self) -> str:
        """All that is declared, as it is shown."""
        return whole_text(part.text for part in self.parts)

    @property
    def refund_due_at(self) -> datetime:
        """The last moment to pay all of it back: the first of its sellers'."""
        return min(part.refund_due_at for part in self.parts)


def declaration_of(transition: Transition, input: WithdrawalInput) -> Declaration:
    """The statement that would be declared. Raises `Refused`."""
    order_book = transition.order_book
    left = units_left(order_book)
    chosen = input.items
    if chosen is None:
        chosen = tuple((id, quantity) for id, quantity in left.items() if quantity)
    items = _items(order_book, [id for id, _ in chosen])
    wanted = [(item, quantity) for item, (_, quantity) in zip(items, chosen, strict=True)]
    lines = lines_of(transition, wanted, transition.now)
    receipt_to = _receipt_to(order_book, input)
    parts: list[PartStatement] = []
    for part in order_book.seller_orders:
        of_part = [line for line in lines if line.item.seller_order_id == part.id]
        if of_part:
            number = next_number(order_book, after=len(parts))
            text = _statement(transition, part, number, receipt_to, of_part).text(input.locale)
            parts.append(PartStatement(part, number, text, of_part))
    world = WithdrawalFacts(None, left, hash_of(whole_text(part.text for part in parts)))
    stated = Stated(input.hash, input.items)
    edge = decide(Subject.WITHDRAWAL, Action.DECLARE_WITHDRAWAL, transition.actor.role, world, input=stated)
    return Declaration(parts, input.locale, receipt_to, edge)


def declare_withdrawal(transition: Transition, input: WithdrawalInput) -> ChangedIds:
    """Declare a withdrawal: a statement that was declared before is the same one. Raises `Refused`."""
    verified = [each for each in transition.order_book.withdrawals if each.status in VERIFIED_WITHDRAWALS]
    known = [each for each in verified if each.hash == input.hash]
    if known:
        return {"withdrawals": [each.id for each in known]}
    return declare(transition, declaration_of(transition, input))


def declare(transition: Transition, declaration: Declaration) -> ChangedIds:
    """Record what is declared, and let follow what follows from it."""
    submission, hash = new_id("submission"), hash_of(declaration.text)
    changed: ChangedIds = {"withdrawals": [], "requests": []}
    for stated in declaration.parts:
        withdrawal = _insert(transition, stated, declaration, hash)
        transition.follow(declaration.edge, withdrawal, transition.actor)
        changed["withdrawals"].append(withdrawal.id)
        changed["requests"] += follow_from(transition, withdrawal, stated.lines, submission)
    return changed


def follow_from(
    transition: Transition, withdrawal: Withdrawal, lines: Sequence[WithdrawnLine], submission_id: str
) -> list[str]:
    """Record the units of a withdrawal that is declared now, and let follow what follows: the ids of the requests."""
    for position, line in enumerate(lines, 1):
        transition.order_book.changes.insert(
            WithdrawalItem,
            id=new_id("withdrawn"),
            withdrawal_id=withdrawal.id,
            order_item_id=line.item.id,
            seller_id=line.item.seller_id,
            position=position,
            quantity=line.quantity,
            until=line.until,
            exemption=line.exemption,
        )
    part = transition.order_book.seller_order(withdrawal.seller_order_id)
    return [request.id for request in Following(transition, withdrawal, submission_id).bring_about(part, lines)]


def object_to_withdrawal(transition: Transition, input: ObjectionInput) -> ChangedIds:
    """The seller says why a withdrawal has no effect; the owner decides."""
    request = transition.order_book.request(input.request_id)
    expect_version(request, input.expected_version)
    transition.take(Action.OBJECT_TO_WITHDRAWAL, request, given=input.objection)
    return {"requests": [request.id]}


def report_overdue(transition: Transition, withdrawal_id: str) -> bool:
    """Say that the money of a withdrawal was not paid back in time."""
    transition.take(Action.REPORT_OVERDUE, transition.order_book.withdrawal(withdrawal_id))
    return True


def complete_withdrawals(transition: Transition) -> None:
    """End the withdrawals of which a command has ended the last request."""
    for withdrawal in transition.order_book.withdrawals:
        if withdrawal.status is WithdrawalStatus.DECLARED:
            world = facts.withdrawal_facts(transition.order_book, withdrawal, transition.now)
            if world.settled:
                transition.take(Action.COMPLETE_WITHDRAWAL, withdrawal, actor=SYSTEM)


def units_left(order_book: OrderBook) -> dict[str, int]:
    """By item, the units that can be withdrawn from."""
    return {item.id: _left(order_book, item) for item in order_book.items}


def _left(order_book: OrderBook, item: OrderItem) -> int:
    """The units that can be withdrawn from: the customer's, and those of requests that are not based on the law."""
    return item.active + sum(
        accepted_units(line)
        for request in open_requests(order_book, item.seller_order_id)
        for line in order_book.items_of(request)
        if line.order_item_id == item.id
    )


def _items(order_book: OrderBook, ids: Sequence[str]) -> list[OrderItem]:
    """The items that are chosen, each once. Raises `Refused`."""
    there = {item.id: item for item in order_book.items}
    for n, id in enumerate(ids):
        if id not in there:
            raise not_found("item in this order", about=("items", str(n), "orderItemId"))
    refuse_twice(ids, "items")
    return [there[id] for id in ids]


def lines_of(
    transition: Transition, wanted: Sequence[tuple[OrderItem, int]], declared_at: datetime
) -> list[WithdrawnLine]:
    """Units of items, with what the law says of them, to somebody who has withdrawn from them at a moment."""
    order_book = transition.order_book
    deliveries = {part.id: list(_deliveries(order_book, part.id)) for part in order_book.seller_orders}
    return [
        _line(transition, (item, quantity), deliveries[item.seller_order_id], declared_at) for item, quantity in wanted
    ]


def _line(
    transition: Transition, units: tuple[OrderItem, int], deliveries: Iterable[datetime | None], declared_at: datetime
) -> WithdrawnLine:
    """Some units of an item, of whose contract these are the deliveries."""
    item, quantity = units
    terms, calendar = transition.order_book.terms_for(item, Basis.STATUTORY), transition.terms.calendar
    counted = ending_on_working_day(terms.working_days.place if terms and terms.working_days else None)
    return WithdrawnLine(
        item,
        quantity,
        type_of(transition.order_book, item),
        window_end(deliveries, terms, calendar, counted),
        exemption_of(terms),
        refund_due(declared_at, calendar, counted),
    )


def _deliveries(order_book: OrderBook, part_id: str) -> Iterable[datetime | None]:
    """When each package of a contract was delivered, None if nobody has said so; an emptied one is none of it."""
    for package in order_book.packages:
        sent = [item for item in order_book.items_in(package) if units(item).ordered > item.canceled]
        if package.seller_order_id == part_id and sent:
            arrived = package.status is PackageStatus.DELIVERED and not package.delivery_assumed
            yield package.delivered_at if arrived else None


def _receipt_to(order_book: OrderBook, input: WithdrawalInput) -> str | None:
    if input.receipt_to is None:
        known = order_book.parties["email"] if order_book.parties else None
        return mail_address(known or "")
    address = mail_address(input.receipt_to)
    if address is None:
        message = "This is not an email address: say where the receipt is to be sent."
        raise refuse(Refusal.INVALID_INPUT, message, about=("receiptTo",))
    return address


def _statement(
    transition: Transition, part: SellerOrder, number: str, address: str | None, lines: Sequence[WithdrawnLine]
) -> WithdrawalStatement:
    order_book = transition.order_book
    assert order_book.parties is not None, "the command reads them"
    placed = order_book.order.placed_at.astimezone(transition.terms.calendar.zone).date()
    return WithdrawalStatement(
        number=number,
        seller=order_book.parties["sellers"][part.id],
        order=order_book.order.number,
        placed=placed.isoformat(),
        name=order_book.parties["name"],
        address=address,
        units=[StatedUnits(order_book.details[line.item.id]["name"], line.quantity) for line in lines],
    )


def _insert(transition: Transition, stated: PartStatement, declaration: Declaration, hash: str) -> Withdrawal:
    return insert_withdrawal(
        transition,
        stated.part,
        number=stated.number,
        status=WithdrawalStatus.DECLARED,
        declared_by=transition.actor.role,
        declared_at=transition.now,
        locale=declaration.locale,
        receipt_to=declaration.receipt_to,
        statement=stated.text,
        hash=hash,
        refund_due_at=stated.refund_due_at,
    )


def next_number(order_book: OrderBook, *, after: int = 0) -> str:
    """The number of the order's next withdrawal, `after` some that have yet to be inserted."""
    return f"{order_book.order.number}/W{len(order_book.withdrawals) + after + 1}"


def insert_withdrawal(transition: Transition, part: SellerOrder, **declared: ColumnValue) -> Withdrawal:
    """A new withdrawal from the contract with one seller."""
    order_book = transition.order_book
    withdrawal = order_book.changes.insert(
        Withdrawal,
        id=new_id("withdrawal"),
        order_id=order_book.order.id,
        seller_order_id=part.id,
        seller_id=part.seller_id,
        customer_id=order_book.order.customer_id,
        updated_at=transition.now,
        **declared,
    )
    order_book.withdrawals.append(withdrawal)
    return withdrawal
