"""The shared transition service: the only writer of a status.

On the book of one order the domain's tables decide, effects change rows in memory, and all rows go out in one
statement with one journal row per edge taken. That statement writes only if the order is still at the version of
the book (services/commands.py), so nothing that was decided on can have changed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain import derive
from domain.facts import Actor, Facts
from domain.lifecycle import Edge, decide
from domain.words import (
    Action,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    Subject,
    TransactionType,
    WaitingOn,
    Word,
)
from models import CancellationPlan, CancellationRequest, Event, Order, Package, Refund, SellerOrder
from services import facts
from services.changes import Row
from services.effects import EFFECTS
from services.order_book import Book, units

MODELS = {
    Subject.PACKAGE: Package,
    Subject.REQUEST: CancellationRequest,
    Subject.PLAN: CancellationPlan,
    Subject.REFUND: Refund,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things take: the delay before a plan is confirmed by itself."""

    confirm_after: timedelta = timedelta(seconds=2)


class Transition:
    """One command at work on one book: who acts, when, and what it has changed so far."""

    def __init__(self, book: Book, actor: Actor, now: datetime, *, terms: Terms) -> None:
        self.book, self.actor, self.now, self.terms = book, actor, now, terms

    def take(
        self,
        subject: Subject,
        action: Action,
        row: Row,
        *,
        actor: Actor | None = None,
        ask: Any = None,
        target: Word | None = None,
    ) -> None:
        """Move a subject along an edge, with all that follows. Raises `Refused`, and then nothing may be written."""
        who = actor or self.actor
        kind = TransactionType(row["transaction"]) if "transaction" in row else None
        edge = decide(subject, action, who.role, self._facts(subject, row), ask=ask, kind=kind, target=target)
        self.follow(edge, row, who, ask=ask)

    def take_opening(self, subject: Subject, action: Action, row: Row, *, actor: Actor | None = None) -> None:
        """Open a subject whose row has just been put into the book."""
        who = actor or self.actor
        kind = TransactionType(row["transaction"]) if "transaction" in row else None
        edge = decide(subject, action, who.role, facts.opening_facts(subject, row), kind=kind, target=None)
        self.follow(edge, row, who)

    def aggregate(self, seller_order_id: str) -> None:
        """Let a seller's part, and then the order, take the status that its parcels and units give it."""
        book = self.book
        part = book.seller_order(seller_order_id)
        status = derive.seller_order_status(
            [PackageStatus(row["status"]) for row in book.packages if row["seller_order_id"] == seller_order_id],
            [units(row) for row in book.items if row["seller_order_id"] == seller_order_id],
        )
        if part["status"] != status:
            book.changes.update(SellerOrder, part, status=status)
        whole = derive.order_status([OrderStatus(row["status"]) for row in book.seller_orders])
        if book.order["status"] != whole:
            book.changes.update(Order, book.order, status=whole)

    def _facts(self, subject: Subject, row: Row) -> Facts:
        if subject is Subject.PACKAGE:
            return facts.package_in_book(self.book, row)
        if subject is Subject.REQUEST:
            return facts.request_in_book(self.book, row, self.now)
        if subject is Subject.PLAN:
            return facts.plan_in_book(self.book, row)
        return facts.refund_facts(row, now=self.now)

    def follow(self, edge: Edge, row: Row, actor: Actor, *, ask: Any = None) -> None:
        """Write what an edge, decided on before, brings about: status, version, journal row, effects."""
        changes, model = self.book.changes, MODELS[edge.subject]
        if edge.source is not None:
            changes.update(model, row, status=edge.target, version=row["version"] + 1)
        if "updated_at" in row:
            changes.update(model, row, updated_at=self.now)
        changes.insert(Event, **self._event(edge, row, actor))
        for effect in edge.effects:
            EFFECTS[effect](self, row, edge, ask)
        if edge.subject is not Subject.PACKAGE:
            self._derive(edge.subject, row)

    def _derive(self, subject: Subject, row: Row) -> None:
        """Bring what follows from a status up to date: who is waited for and until when, the state of the refunds."""
        book, changes = self.book, self.book.changes
        request = row if subject is Subject.REQUEST else None
        if request is None:
            plan = row if subject is Subject.PLAN else book.plan(row["plan_id"])
            states = [RefundStatus(one["status"]) for one in book.refunds_of(plan)]
            changes.update(CancellationPlan, plan, refund_state=derive.refund_state(PlanStatus(plan["status"]), states))
            request = book.request(plan["request_id"])
        who = facts.waiting_on(book, request)
        if request["waiting_on"] != who:
            waits_for_people = who in (WaitingOn.OWNER, WaitingOn.SELLER)
            due = self.now + timedelta(days=book.policy["response_days"]) if waits_for_people else None
            version = request["version"] + (subject is not Subject.REQUEST)
            changes.update(CancellationRequest, request, waiting_on=who, due_at=due, version=version)

    def _event(self, edge: Edge, row: Row, actor: Actor) -> Row:
        book = self.book
        plan = row if edge.subject is Subject.PLAN else book.plan(row["plan_id"]) if "plan_id" in row else None
        request = row if edge.subject is Subject.REQUEST else book.request(plan["request_id"]) if plan else None
        part = book.seller_order((request or row)["seller_order_id"])
        return {
            "at": self.now,
            "subject": edge.subject,
            "subject_id": row["id"],
            "action": edge.action,
            "from_status": edge.source,
            "to_status": edge.target,
            "actor_role": actor.role,
            "actor_id": actor.id,
            "order_id": book.order["id"],
            "request_id": request["id"] if request else None,
            "plan_id": plan["id"] if plan else None,
            "seller_order_id": part["id"],
            "seller_id": part["seller_id"],
            "customer_id": book.order["customer_id"],
            "version": row["version"],
        }
