"""What can be done with withdrawals."""

from functools import lru_cache

from domain.law import WithdrawalStatus
from domain.lifecycle import allowed
from domain.withdrawal import WithdrawalFacts
from domain.words import Role, Subject
from engine.reads import Row
from resolvers.allowed_actions.offers import REMEMBERED, Status, offered, shown_offers
from resolvers.allowed_actions.orders import has_units
from resolvers.context import Context


class WithdrawalRow(Status):
    """What `for_withdrawal` needs of a withdrawal."""

    order: Status


def for_withdrawal(row: WithdrawalRow, context: Context) -> list[Row]:
    """What can be done with a withdrawal, which is something only before it is verified."""
    return offered(_offers(context.actor.role, row["status"], row["order"]["status"]), context.actor)


@lru_cache(maxsize=REMEMBERED)
def _offers(role: Role, status: str, order: str) -> list[Row]:
    world = WithdrawalFacts(WithdrawalStatus(status), {"": int(has_units(order))})
    return shown_offers(allowed(Subject.WITHDRAWAL, role, world))
