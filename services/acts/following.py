"""What follows from a withdrawal: open requests are taken over, others are opened, and fees go back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.actions import Action
from domain.facts import SYSTEM, AskedAdjustment, Decision, ItemChoice, RequestFacts
from domain.law import Basis, Exemption
from domain.lifecycle import decide
from domain.withdrawal import FEES_BACK, REASONS
from domain.words import SENT, AdjustmentKind, RequestStatus, ReturnStatus, Subject, TransactionType
from models import CancellationRequest, OrderItem, SellerOrder, Withdrawal
from services import facts
from services.acts.opening import Origin, RequestedUnits, insert_request, insert_without_units, rule_for
from services.acts.successors import go_on_approved, open_successor
from services.order_book import OrderBook, accepted_units, terms_of
from services.transition import Transition

CANCEL, REFUND = TransactionType.CANCEL, TransactionType.REFUND


class WithdrawnLine(NamedTuple):
    """Some units of an item, and what is left to do with them: they are not sent, or they come back.

    `until` is when the time to withdraw ends, `exemption` why the law gives no right to; None for neither.
    `refund_due_at` is the last moment to pay back.
    """

    item: OrderItem
    quantity: int
    transaction: TransactionType
    until: datetime | None
    exemption: Exemption | None
    refund_due_at: datetime

    def takes_effect(self, now: datetime) -> bool:
        """Whether what follows needs nobody's decision."""
        return self.exemption is None and not self.is_late(now)

    def is_late(self, now: datetime) -> bool:
        """Whether the time to withdraw has passed."""
        return self.until is not None and self.until < now


def open_requests(order_book: OrderBook, part_id: str) -> list[CancellationRequest]:
    """The requests of a seller's part that a withdrawal takes over; an approved cancellation has nothing left to."""
    return [
        request
        for request in order_book.requests
        if request.seller_order_id == part_id
        and request.basis is not Basis.STATUTORY
        and (
            request.status is RequestStatus.WAITING
            or (request.status is RequestStatus.APPROVED and request.transaction is REFUND)
        )
    ]


def type_of(order_book: OrderBook, item: OrderItem) -> TransactionType:
    """What is left to do with units of an item: they are not sent, or they come back."""
    return REFUND if order_book.package(item.package_id).status in SENT else CANCEL


def _rest(held: Mapping[str, int], covered: Mapping[str, int]) -> dict[str, int]:
    """What a request holds besides what is taken over, by item."""
    return {item: units for item, quantity in held.items() if (units := quantity - covered.get(item, 0))}


class Following:
    """What follows from one withdrawal."""

    def __init__(self, transition: Transition, withdrawal: Withdrawal, submission_id: str) -> None:
        self._transition, self._withdrawal = transition, withdrawal
        self._system, self._order_book = transition.acting_as(SYSTEM), transition.order_book
        self._origin = Origin(
            submission_id, withdrawal.declared_by, None, basis=Basis.STATUTORY, withdrawal_id=withdrawal.id
        )

    def bring_about(self, part: SellerOrder, lines: Sequence[WithdrawnLine]) -> list[CancellationRequest]:
        """Bring about what follows; the requests."""
        now, found = self._withdrawal.declared_at, list[CancellationRequest]()
        left = {line.item.id: line.quantity for line in lines}
        taking_effect = {line.item.id for line in lines if line.takes_effect(now)}
        for request in open_requests(self._order_book, part.id):
            held = {line.order_item_id: accepted_units(line) for line in self._order_book.items_of(request)}
            covered = {item: min(quantity, left.get(item, 0)) for item, quantity in held.items()}
            for item, quantity in covered.items():
                if quantity:
                    left[item] -= quantity
            covered = {item: quantity for item, quantity in covered.items() if quantity and item in taking_effect}
            if covered:
                found += self._take_over(request, covered, held)
        for group in self._fresh(lines, left):
            request = self._open(group)
            found.append(request)
            if group[0].takes_effect(now):
                self._take_effect(request)
        return [*found, *self._pay_fees_back(part)] if taking_effect else found

    def _take_over(
        self, request: CancellationRequest, covered: Mapping[str, int], held: Mapping[str, int]
    ) -> list[CancellationRequest]:
        """Base an open request on the law; one that has other units, or is of the other type, makes successors."""
        if request.status is RequestStatus.APPROVED:
            world = facts.request_facts(self._order_book, request, self._transition.now)
            if covered != held and world.money_held and world.goods is ReturnStatus.AWAITING:
                return [self._take_part_over(request, covered, held)]
            request.withdrawal_id = self._withdrawal.id
            self._system.take(Action.DECLARE_WITHDRAWAL, request, target=RequestStatus.APPROVED)
            return [request]
        by_type: dict[TransactionType, dict[str, int]] = {}
        for item, quantity in covered.items():
            by_type.setdefault(type_of(self._order_book, self._order_book.item(item)), {})[item] = quantity
        if covered == held and set(by_type) == {request.transaction}:
            request.withdrawal_id = self._withdrawal.id
            self._take_effect(request)
            return [request]
        due_at, escalated_at = request.due_at, request.escalated_at
        self._system.take(Action.DECLARE_WITHDRAWAL, request, target=RequestStatus.CONVERTED)
        found = []
        for transaction, of_type in by_type.items():
            successor = open_successor(self._system, request, of_type, due_at=None, transaction=transaction)
            successor.withdrawal_id = self._withdrawal.id
            self._take_effect(successor)
            found.append(successor)
        if rest := _rest(held, covered):
            open_successor(self._system, request, rest, due_at=due_at, escalated_at=escalated_at)
        return found

    def _take_part_over(
        self, request: CancellationRequest, covered: Mapping[str, int], held: Mapping[str, int]
    ) -> CancellationRequest:
        """Part a return that has yet to be sent: one is based on the law, the other stays as it was agreed."""
        self._system.take(Action.DECLARE_WITHDRAWAL, request, target=RequestStatus.CONVERTED)
        terms = terms_of(request)
        successor = go_on_approved(self._system, request, covered, terms)
        successor.withdrawal_id = self._withdrawal.id
        self._system.take(Action.DECLARE_WITHDRAWAL, successor, target=RequestStatus.APPROVED)
        go_on_approved(self._system, request, _rest(held, covered), terms)
        return successor

    def _take_effect(self, request: CancellationRequest) -> None:
        """Confirm a request that waits."""
        if request.transaction is CANCEL and self._order_book.plan_of(request) is None:
            self._system.take(Action.DECLARE_WITHDRAWAL, request, target=RequestStatus.WAITING)
        self._system.take(Action.DECLARE_WITHDRAWAL, request, target=RequestStatus.APPROVED)

    def _fresh(self, lines: Sequence[WithdrawnLine], left: Mapping[str, int]) -> Iterable[list[WithdrawnLine]]:
        """The units that are in no request yet, by what one request can be for.

        Of what does not take effect, nothing is opened beside a request that waits: that one goes on as it was asked.
        """
        groups: dict[tuple[TransactionType, str | None, bool], list[WithdrawnLine]] = {}
        waiting = {line.order_item_id for line in self._order_book.request_items if line.open}
        for line in lines:
            effect = line.takes_effect(self._withdrawal.declared_at)
            if left[line.item.id] and (effect or line.item.id not in waiting):
                rule = rule_for(self._order_book, line.transaction, line.item, Basis.STATUTORY)
                key = line.transaction, rule, effect
                groups.setdefault(key, []).append(line._replace(quantity=left[line.item.id]))
        return groups.values()

    def _open(self, lines: Sequence[WithdrawnLine]) -> CancellationRequest:
        transition, transaction = self._transition, lines[0].transaction
        reason = self._order_book.reason(REASONS[transaction])
        assert reason is not None, "the migration has made it"
        edges = [
            decide(
                Subject.REQUEST,
                Action.DECLARE_WITHDRAWAL,
                transition.actor.role,
                facts.item_facts(self._order_book, line.item, transition.now, transition.terms.calendar),
                input=ItemChoice(line.quantity),
                transaction=transaction,
                target=RequestStatus.WAITING,
            )
            for line in lines
        ]
        wanted = [RequestedUnits(line.item, line.quantity, reason.id, reason.label_id, None) for line in lines]
        request = insert_request(transition, transaction, wanted, self._origin)
        transition.follow(edges[0], request, transition.actor)
        return request

    def _pay_fees_back(self, part: SellerOrder) -> list[CancellationRequest]:
        """A contract that was withdrawn from keeps no fee of what was returned before."""
        reason = FEES_BACK.get(self._withdrawal.locale.partition("-")[0], FEES_BACK["en"])
        asked = tuple(
            AskedAdjustment(AdjustmentKind.REVERSAL, kept.minor, reason, kept.bearer, reverses_id=id)
            for id, kept in self._order_book.kept().items()
            if kept.seller_id == part.seller_id and kept.kind is AdjustmentKind.FEE and kept.minor > 0
        )
        if not asked:
            return []
        world = RequestFacts(None, REFUND, frozenset(), part.status)
        target = RequestStatus.APPROVED
        edge = decide(Subject.REQUEST, Action.DECLARE_WITHDRAWAL, SYSTEM.role, world, transaction=REFUND, target=target)
        request = insert_without_units(self._system, part, self._origin, status=target)
        self._system.follow(edge, request, SYSTEM, given=Decision(adjustments=asked))
        return [request]
