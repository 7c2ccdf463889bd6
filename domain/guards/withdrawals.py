"""The rules of withdrawals from a contract."""

from domain.facts import Decision
from domain.guards.base import guard
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.withdrawal import MOST_UNVERIFIED, Stated, WithdrawalFacts


@guard(Refusal.NOTHING_TO_WITHDRAW)
def units_to_withdraw(facts: WithdrawalFacts) -> bool:
    """Every unit of this order has been canceled or returned, or was withdrawn from before: nothing is left to withdraw
    from.
    """
    return any(facts.left.values())


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items")
def withdraws_something(_facts: WithdrawalFacts, input: Stated) -> bool:
    """Name at least one item, or leave the items out to withdraw from all of them."""
    return input.items is None or bool(input.items)


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items.*.quantity")
def withdraws_positive_units(_facts: WithdrawalFacts, units: tuple[str, int]) -> bool:
    """Withdraw from at least one unit of each item that you name."""
    return units[1] > 0


@guard(Refusal.TOO_MANY_UNITS, about="items.*.quantity")
def withdraws_units_left(facts: WithdrawalFacts, units: tuple[str, int]) -> bool:
    """The quantity is larger than the number of units of this item that are left to withdraw from: name fewer units."""
    return units[1] <= facts.left.get(units[0], 0)


@guard(Refusal.STATEMENT_OUTDATED, about="hash")
def statement_current(facts: WithdrawalFacts, input: Stated) -> bool:
    """The statement says something else now than when it was shown: read the new one and confirm it with its hash."""
    return input.hash is None or input.hash == facts.hash


@guard(Refusal.TOO_MANY_UNVERIFIED)
def few_unverified(facts: WithdrawalFacts) -> bool:
    """Too many declarations about this order wait to be verified: verify or reject them first."""
    return facts.unverified < MOST_UNVERIFIED


@guard(Refusal.NOTE_REQUIRED, about="note")
def rejected_withdrawal_noted(_facts: WithdrawalFacts, input: Decision) -> bool:
    """You reject what may be the customer's right: say in the note how you know that the statement is not its own."""
    return not is_blank(input.note)


@guard(Refusal.NOT_DUE)
def unverified_for_long(facts: WithdrawalFacts) -> bool:
    """The time to verify this withdrawal has not passed yet."""
    return facts.stale


@guard(Refusal.NOT_DUE)
def refund_overdue(facts: WithdrawalFacts) -> bool:
    """The time to pay back has not passed, or the money may still wait for the goods."""
    return facts.overdue


@guard(Refusal.NOT_DUE)
def overdue_not_reported(facts: WithdrawalFacts) -> bool:
    """That the money is overdue has been reported already: it is reported once."""
    return not facts.reported


@guard(Refusal.REFUNDS_NOT_DONE)
def withdrawal_settled(facts: WithdrawalFacts) -> bool:
    """At least one request of this withdrawal has not ended."""
    return facts.settled
