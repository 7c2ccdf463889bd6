"""What a command would bring about: the act itself and all that follows by itself, on a book that is never written.

A customer's ask has no plan yet; its preview goes on as if everybody agreed at once, for that is what the money
would be. Whoever agrees later decides on the world as it is then.
"""

from collections.abc import Callable, Sequence

from domain.facts import SYSTEM, Actor, Decision
from domain.words import Action, PlanStatus, RequestStatus, Role, Subject, TransactionType
from services.acts.requests import Outcome
from services.changes import Row
from services.commands import Command, Commands
from services.order_book import Book
from services.transition import Transition

Act = Callable[[Transition], Outcome]
_OWNER, _SELLER = Actor(Role.OWNER, "preview"), Actor(Role.SELLER, "preview")


async def preview(commands: Commands, command: Command, act: Act) -> list[Row]:
    """The plans that the command would lead to, each with its `lines` and `tenders`. Raises `Refused` as it would."""

    def to_the_end(step: Transition) -> Outcome:
        outcome = act(step)
        for id in outcome["requests"]:
            _agree(step, step.book.request(id))
        return outcome

    book, outcome = await commands.preview(command, to_the_end)
    requests = [book.request(id) for id in outcome["requests"]]
    return [_shown(book, plan) for plan in map(book.plan_of, requests) if plan]


def _agree(step: Transition, request: Row) -> None:
    """Take what is left of the way to an approved plan."""
    if request["status"] != RequestStatus.WAITING:
        return
    if request["transaction"] == TransactionType.REFUND:
        _as(step, _SELLER).take(Subject.REQUEST, Action.CONFIRM_REQUEST, request, ask=Decision())
        return
    if step.book.plan_of(request) is None:
        _as(step, _OWNER).take(Subject.REQUEST, Action.APPLY_CANCELLATION, request, ask=Decision(confirm=True))
    plan = step.book.plan_of(request)
    if plan is not None and plan["status"] == PlanStatus.WAITING:
        _as(step, SYSTEM).take(Subject.REQUEST, Action.AUTO_CONFIRM, request)


def _as(step: Transition, actor: Actor) -> Transition:
    """Somebody else at the same book at the same moment."""
    return Transition(step.book, actor, step.now, terms=step.terms)


def _shown(book: Book, plan: Row) -> Row:
    lines = [line for line in book.plan_lines if line["plan_id"] == plan["id"]]
    return {**plan, "lines": lines, "tenders": _tenders(book, book.refunds_of(plan))}


def _tenders(book: Book, refunds: Sequence[Row]) -> list[Row]:
    methods = {row["id"]: row["method"] for row in book.payments}
    kept = ("payment_id", "amount_minor", "currency")
    return [{key: row[key] for key in kept} | {"method": methods[row["payment_id"]]} for row in refunds]
