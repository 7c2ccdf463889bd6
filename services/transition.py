"""The shared transition service: the only writer of a status.

On the book of one order the domain's tables decide, effects assign to rows in memory, and all rows go out in one
statement with one journal row per edge taken. That statement writes only if the order is still at the version of
the order book (services/commands.py), so nothing that was decided on can have changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from domain import derive
from domain.actions import Action, Effect
from domain.calendar import Calendar
from domain.deadlines import ESCALATE_ALL, Step
from domain.derive import Units
from domain.errors import Blocker, Refused
from domain.facts import Actor, Decision, DisputeFacts, Facts
from domain.lifecycle import Edge, decide
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.words import AtDeadline, RequestStatus, ReturnStatus, Subject, WaitingOn, Word
from gateways.payments.port import PROVIDERS
from models import (
    CancellationPlan,
    CancellationRequest,
    Dispute,
    Event,
    Package,
    Refund,
    ReturnLabel,
    ReturnShipment,
    Withdrawal,
)
from models.base import StatusRow
from services import disputes, effects, facts, goods, labels, withdrawals
from services.inputs import Given
from services.order_book import OrderBook, units
from services.standing import Standings
from services.working_days import days_after
from services.writer import Writer

S = TypeVar("S", bound=StatusRow)


WITHDRAWALS_WITHIN = timedelta(days=1)
"""How far back withdrawn requests count against asking again."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things take, what happens then, and who pays.

    `confirm_after` is the delay before a plan is confirmed by itself, `at_deadline` what happens to a request that
    nobody has decided on in time; `calendar` counts days. Incoming payments may name `providers`. A customer may
    withdraw requests for one item `most_withdrawals` times a day and ask again; None is as often as it likes. A
    change of a package's status can be taken back for as long as `revert_within`. Labels of returns are bought from
    `carrier`; None buys none.
    """

    confirm_after: timedelta = timedelta(seconds=2)
    providers: frozenset[str] = PROVIDERS
    at_deadline: Mapping[Step, AtDeadline] = field(default_factory=lambda: ESCALATE_ALL)
    calendar: Calendar = field(default_factory=Calendar)
    most_withdrawals: int | None = 10
    revert_within: timedelta = timedelta(hours=1)
    carrier: str | None = None


class Belonging(NamedTuple):
    """What of the order a row belongs to: a seller's part, and the request, plan, shipment or withdrawal that it has.

    What belongs to no seller's part alone, as a dispute, has none.
    """

    seller_order_id: str | None
    request: CancellationRequest | None = None
    plan: CancellationPlan | None = None
    shipment: ReturnShipment | None = None
    withdrawal: Withdrawal | None = None


@dataclass(frozen=True)
class Handling(Generic[S]):
    """What the transition service knows of the rows of one subject."""

    subject: Subject
    facts: Callable[["Transition", S], Facts]
    effects: Mapping[Effect, Writer[S]]
    belonging: Callable[[OrderBook, S], Belonging]
    dated: bool = True
    """Whether the rows say when they last changed."""


class Transition:
    """One command at work on one order book: who acts, when, and what it has changed so far."""

    def __init__(self, order_book: OrderBook, actor: Actor, now: datetime, *, terms: Terms) -> None:
        self.order_book, self.actor, self.now, self.terms = order_book, actor, now, terms
        self._standings = Standings()
        self._depth = 0

    def acting_as(self, actor: Actor) -> "Transition":
        """Another actor at the same order book at the same moment."""
        return Transition(self.order_book, actor, self.now, terms=self.terms)

    def take(
        self,
        action: Action,
        row: StatusRow,
        *,
        actor: Actor | None = None,
        given: Given = None,
        target: Word | None = None,
    ) -> None:
        """Move a subject along an edge, with all that follows. Raises `Refused`, and then nothing may be written."""
        actor = actor or self.actor
        self.follow(self.decide(action, row, actor, given=given, target=target), row, actor, given=given)

    def decide(
        self, action: Action, row: StatusRow, actor: Actor, *, given: Given = None, target: Word | None = None
    ) -> Edge:
        """The edge that an action takes a subject along. Raises `Refused`."""
        handling = HANDLINGS[type(row)]
        world = handling.facts(self, row)
        return decide(
            handling.subject, action, actor.role, world, input=given, transaction=row.transaction, target=target
        )

    def open(
        self, action: Action, row: StatusRow, world: Facts, *, actor: Actor | None = None, target: Word | None = None
    ) -> None:
        """Take the edge that opens a subject whose row has just been put into the order book."""
        handling, actor = HANDLINGS[type(row)], actor or self.actor
        edge = decide(handling.subject, action, actor.role, world, transaction=row.transaction, target=target)
        self.follow(edge, row, actor)

    def follow(self, edge: Edge, row: StatusRow, actor: Actor, *, given: Given = None) -> None:
        """Write what an edge, decided on before, brings about: status, version, journal row, effects."""
        belonging = HANDLINGS[type(row)].belonging(self.order_book, row)
        self._standings.before(row, edge, belonging.request, belonging.plan)
        self._depth += 1
        try:
            self._follow(edge, row, belonging, actor, given)
        finally:
            self._depth -= 1
        if not self._depth:
            self._standings.write()

    def _follow(self, edge: Edge, row: StatusRow, belonging: Belonging, actor: Actor, given: Given) -> None:
        handling = HANDLINGS[type(row)]
        if edge.source is not None:
            row.move_to(edge.target)
        if handling.dated:
            row.updated_at = self.now
        event = self._journal(edge, row, belonging, actor, given)
        self._standings.note(event, belonging.request, belonging.plan)
        for effect in edge.effects:
            handling.effects[effect](self, row, edge, given)
        if belonging.plan is not None:
            self._sum_up(belonging.plan)
        if belonging.request is not None:
            self._wait(belonging.request, row)

    def _sum_up(self, plan: CancellationPlan) -> None:
        """Let a plan say how its refunds stand together."""
        refunds = self.order_book.refunds_of(plan)
        plan.refund_state = derive.refund_state(
            plan.status,
            [refund.status for refund in refunds if not refund.disputed],
            held=plan.held,
            short=plan.shortfall_minor > 0,
            disputed=[refund.status for refund in refunds if refund.disputed],
        )

    def aggregate(self, seller_order_id: str) -> None:
        """Let a seller's part, and then the order, take the status that its packages and units give it."""
        order_book, order = self.order_book, self.order_book.order
        part = order_book.seller_order(seller_order_id)
        items: dict[str, list[Units]] = {}
        for item in order_book.items:
            items.setdefault(item.package_id, []).append(units(item))
        status = derive.seller_order_status(
            (package.status, items.get(package.id, []))
            for package in order_book.packages
            if package.seller_order_id == seller_order_id
        )
        if part.status is not status:
            part.status = status
        whole = derive.order_status([part.status for part in order_book.seller_orders])
        if order.status is not whole:
            order.status = whole

    def _wait(self, request: CancellationRequest, moved: StatusRow) -> None:
        """Say who is expected to act on a request now, and until when; its version counts that if another row moved.

        The owner takes over the deadline of a request that is escalated: it has passed. A request that is opened with a
        deadline keeps it. The deadline of a request whose money waits for the goods is that of the goods.
        """
        waiting_on = facts.waiting_on(self.order_book, request)
        goods_due = self._goods_due(request, waiting_on)
        if request.waiting_on is waiting_on:
            if goods_due is not None and request.due_at != goods_due:
                request.due_at = goods_due
                request.version += moved is not request
            return
        inherited = request.waiting_on is WaitingOn.NONE and request.due_at is not None
        request.waiting_on = waiting_on
        if moved is not request:
            request.version += 1
        if goods_due is not None:
            request.due_at = goods_due
            return
        if inherited or (waiting_on is WaitingOn.OWNER and request.escalated_at is not None):
            return
        waits_for_people = waiting_on in (WaitingOn.OWNER, WaitingOn.SELLER)
        request.due_at = self._answer_due(request) if waits_for_people else None
        _begin_deadline(request)

    def _answer_due(self, request: CancellationRequest) -> datetime:
        """Until when a request is to be decided on that comes to a party now."""
        answer = facts.answer_of(request)
        if answer is None or answer.days is None:
            return self.now + timedelta(days=self.order_book.policy.response_days)
        if answer.place is None:
            return self.now + timedelta(days=answer.days)
        return self.terms.calendar.last_moment(self.now, answer.days, days_after(answer.place))

    def _goods_due(self, request: CancellationRequest, waiting_on: WaitingOn) -> datetime | None:
        """Until when something is to become of the goods that the money of a request waits for."""
        shipment, plan = self.order_book.shipment_of(request), self.order_book.plan_of(request)
        if shipment is None or plan is None or not plan.held or request.status is not RequestStatus.APPROVED:
            return None
        if waiting_on is WaitingOn.OWNER:
            return None
        return shipment.ship_by if shipment.status is ReturnStatus.AWAITING else shipment.due_at

    def _journal(self, edge: Edge, row: StatusRow, belonging: Belonging, actor: Actor, given: Given) -> Event:
        order_book, part = self.order_book, belonging.seller_order_id
        return order_book.changes.insert(
            Event,
            at=self.now,
            subject=edge.subject,
            subject_id=row.id,
            action=edge.action,
            from_status=edge.source,
            to_status=edge.target,
            actor_role=actor.role,
            actor_id=actor.id,
            order_id=order_book.order.id,
            request_id=belonging.request.id if belonging.request else None,
            plan_id=belonging.plan.id if belonging.plan else None,
            return_shipment_id=belonging.shipment.id if belonging.shipment else None,
            withdrawal_id=belonging.withdrawal.id if belonging.withdrawal else None,
            seller_order_id=part or "",
            seller_id=order_book.seller_order(part).seller_id if part else "",
            customer_id=order_book.order.customer_id,
            version=row.version,
            data=_kept(edge, given, belonging.shipment),
        )


def _kept(edge: Edge, given: Given, shipment: ReturnShipment | None) -> dict[str, Any]:
    """What the journal keeps of a decision: for whom it was made, and the note. `Standings` adds how things stood.

    An event of a label says how its shipment stands, which it does not change: so streams of shipments have it.
    """
    kept: dict[str, Any] = {}
    if shipment is not None and edge.subject is not Subject.RETURN_SHIPMENT:
        kept["return_shipment"] = (shipment.status,), (shipment.status,)
    if edge.on_behalf_of is not None:
        kept["onBehalfOf"] = edge.on_behalf_of
    if isinstance(given, Decision) and not is_blank(given.note):
        kept["note"] = given.note
    return kept


def _begin_deadline(request: CancellationRequest) -> None:
    """Nobody has been reminded of a deadline that has just begun, and it has not been escalated."""
    if request.reminded_at is not None:
        request.reminded_at = None
    if request.escalated_at is not None:
        request.escalated_at = None


def expect_version(row: StatusRow, version: int | None) -> None:
    """Refuse a decision on something that has changed since the person saw it."""
    if version is not None and row.version != version:
        message = f"This has changed since you last saw it: you saw version {version}, it is now {row.version}."
        raise Refused((Blocker(Refusal.STALE_VERSION, message, ("expectedVersion",)),), current=row.id)


def _of_plan(order_book: OrderBook, plan: CancellationPlan) -> Belonging:
    request = order_book.request(plan.request_id)
    return Belonging(request.seller_order_id, request, plan)


def _of_shipment(order_book: OrderBook, shipment: ReturnShipment) -> Belonging:
    request = order_book.request(shipment.request_id)
    return Belonging(request.seller_order_id, request, order_book.plan_of(request), shipment)


def _of_label(order_book: OrderBook, label: ReturnLabel) -> Belonging:
    shipment = order_book.return_shipment(label.shipment_id)
    request = order_book.request(shipment.request_id)
    return Belonging(request.seller_order_id, request, None, shipment)


HANDLINGS: Mapping[type[StatusRow], Handling[Any]] = {
    Package: Handling[Package](
        Subject.PACKAGE,
        facts=lambda at, package: facts.package_facts(
            at.order_book, package, at.now, at.terms.calendar, revert_within=at.terms.revert_within
        ),
        effects=effects.OF_PACKAGES,
        belonging=lambda _order_book, package: Belonging(package.seller_order_id),
        dated=False,
    ),
    CancellationRequest: Handling[CancellationRequest](
        Subject.REQUEST,
        facts=lambda at, request: facts.request_facts(at.order_book, request, at.now),
        effects=effects.OF_REQUESTS,
        belonging=lambda _order_book, request: Belonging(request.seller_order_id, request),
    ),
    CancellationPlan: Handling[CancellationPlan](
        Subject.PLAN,
        facts=lambda at, plan: facts.plan_facts(at.order_book, plan),
        effects=effects.OF_PLANS,
        belonging=_of_plan,
    ),
    Refund: Handling[Refund](
        Subject.REFUND,
        facts=lambda at, refund: facts.refund_facts(at.order_book, refund, at.now),
        effects=effects.OF_REFUNDS,
        belonging=lambda order_book, refund: _of_plan(order_book, order_book.plan(refund.plan_id)),
    ),
    ReturnShipment: Handling[ReturnShipment](
        Subject.RETURN_SHIPMENT,
        facts=lambda at, shipment: facts.return_facts(at.order_book, shipment, at.now),
        effects=goods.OF_RETURNS,
        belonging=_of_shipment,
    ),
    ReturnLabel: Handling[ReturnLabel](
        Subject.LABEL,
        facts=lambda at, label: facts.label_facts(
            at.order_book, at.order_book.return_shipment(label.shipment_id), label, at.now, carrier=at.terms.carrier
        ),
        effects=labels.OF_LABELS,
        belonging=_of_label,
    ),
    Dispute: Handling[Dispute](
        Subject.DISPUTE,
        facts=lambda _at, dispute: DisputeFacts(dispute.status),
        effects=disputes.OF_DISPUTES,
        belonging=lambda _order_book, _dispute: Belonging(None),
    ),
    Withdrawal: Handling[Withdrawal](
        Subject.WITHDRAWAL,
        facts=lambda at, withdrawal: facts.withdrawal_facts(at.order_book, withdrawal, at.now),
        effects=withdrawals.OF_WITHDRAWALS,
        belonging=lambda _order_book, withdrawal: Belonging(withdrawal.seller_order_id, withdrawal=withdrawal),
    ),
}
"""Every subject of the tables, by its model. A new one is a row here, and nothing else in this module."""
