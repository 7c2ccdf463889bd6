"""Withdrawals that somebody has declared without an account: recorded, then verified or rejected, or too old.

They count from the moment at which they were declared. Until somebody verifies them, nothing else of the order changes.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.actions import Action
from domain.errors import Refused
from domain.facts import Decision
from domain.law import WithdrawalStatus
from domain.lifecycle import decide
from domain.withdrawal import TypedStatement, WithdrawalFacts, hash_of, refund_due
from domain.words import Role, Subject
from models import OrderAccess, Withdrawal
from models.ids import new_id
from services import facts
from services.acts.withdrawals import follow_from, insert_withdrawal, lines_of, next_number, units_left
from services.inputs import ChangedIds
from services.order_book import OrderBook
from services.transition import Transition, expect_version

log = logging.getLogger("retour.withdrawals")


@dataclass(frozen=True, slots=True)
class Declared:
    """A statement as `order_access` has it, under an id of its own. `own` says that the address is the customer's."""

    id: str
    stated: TypedStatement
    at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class VerificationInput:
    """A withdrawal that is verified, or with a `note` rejected."""

    withdrawal_id: str
    expected_version: int | None = None
    note: str | None = None


def record(transition: Transition, declared: Declared) -> None:
    """Record a statement, one withdrawal for each seller; of one address only the first that waits."""
    order_book = transition.order_book
    access = order_book.changes.known(OrderAccess, declared.id)
    access.order_id, access.customer_id = order_book.order.id, order_book.order.customer_id
    waiting = {each.hash: each for each in order_book.withdrawals if each.status is WithdrawalStatus.UNVERIFIED}
    if any(each.receipt_to == declared.stated.address for each in waiting.values()):
        return
    left = units_left(order_book)
    world = WithdrawalFacts(None, left, unverified=0 if declared.own else len(waiting))
    try:
        edge = decide(Subject.WITHDRAWAL, Action.DECLARE_WITHDRAWAL, transition.actor.role, world)
    except Refused as refused:
        log.info("Nothing was recorded of %s: %s", declared.id, refused.code)
        return
    statement = declared.stated.text
    sellers = {item.seller_order_id for item in order_book.items if left[item.id]}
    for part in order_book.seller_orders:
        if part.id in sellers:
            withdrawal = insert_withdrawal(
                transition,
                part,
                number=next_number(order_book),
                status=WithdrawalStatus.UNVERIFIED,
                declared_by=Role.CUSTOMER,
                declared_at=declared.at,
                locale=declared.stated.locale,
                receipt_to=declared.stated.address,
                statement=statement,
                hash=hash_of(statement),
                refund_due_at=refund_due(declared.at, transition.terms.calendar),
            )
            transition.follow(edge, withdrawal, transition.actor)


def verify_withdrawal(transition: Transition, input: VerificationInput) -> ChangedIds:
    """Let follow what follows from a statement, as of the moment at which it was declared."""
    order_book, submission = transition.order_book, new_id("submission")
    left, changed = units_left(order_book), ChangedIds(withdrawals=[], requests=[])
    for withdrawal in _named(order_book, input):
        wanted = [
            (item, left[item.id])
            for item in order_book.items
            if item.seller_order_id == withdrawal.seller_order_id and left[item.id]
        ]
        if wanted or withdrawal.id == input.withdrawal_id:
            world = facts.withdrawal_facts(order_book, withdrawal, transition.now)
            world = replace(world, left={item.id: quantity for item, quantity in wanted})
            edge = decide(Subject.WITHDRAWAL, Action.VERIFY_WITHDRAWAL, transition.actor.role, world)
            lines = lines_of(transition, wanted, withdrawal.declared_at)
            withdrawal.refund_due_at = min(line.refund_due_at for line in lines)
            transition.follow(edge, withdrawal, transition.actor)
            changed["withdrawals"].append(withdrawal.id)
            changed["requests"] += follow_from(transition, withdrawal, lines, submission)
    return changed


def reject_withdrawal(transition: Transition, input: VerificationInput) -> ChangedIds:
    """Say that a statement is not the customer's."""
    rejected = _named(transition.order_book, input)
    for withdrawal in rejected:
        transition.take(Action.REJECT_WITHDRAWAL, withdrawal, given=Decision(note=input.note))
    return {"withdrawals": [withdrawal.id for withdrawal in rejected]}


def expire_withdrawal(transition: Transition, withdrawal_id: str) -> bool:
    """Close a withdrawal that nobody has verified in time."""
    transition.take(Action.EXPIRE_WITHDRAWAL, transition.order_book.withdrawal(withdrawal_id))
    return True


def _named(order_book: OrderBook, input: VerificationInput) -> Sequence[Withdrawal]:
    """The withdrawal that is named, and those from the other sellers' contracts that were declared with it."""
    named = order_book.withdrawal(input.withdrawal_id)
    expect_version(named, input.expected_version)
    return [
        each
        for each in order_book.withdrawals
        if (each.hash, each.declared_at, each.status) == (named.hash, named.declared_at, named.status)
    ]
