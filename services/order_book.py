"""Everything of one order, in memory: what a command reads, decides on and changes.

An order book is read with one statement, and its rows are instances of the models. A preview works on an order book
that is never written.

Of an order's requests those are read that are open, whose money is not back yet, or that the command names. What closed
ones hold of the order's money is summed by the database, so a command costs the same however often an order was asked
about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias, TypedDict

import orjson

from domain.adjustments import KEEPS
from domain.derive import Units
from domain.law import Basis
from domain.returns import ReturnTerms
from domain.rulebook import Rulebook
from domain.terms import SoldItem
from domain.words import (
    LIVE_PLANS,
    RELEASED_PLANS,
    AdjustmentKind,
    Bearer,
    DisputeStatus,
    PackageStatus,
    PlanStatus,
)
from models import (
    CancellationPlan,
    CancellationReason,
    CancellationRequest,
    Dispute,
    ExternalMovement,
    IdempotencyRecord,
    Order,
    OrderItem,
    Package,
    Payment,
    PlanAdjustment,
    PlanLine,
    Refund,
    RequestItem,
    ReturnLabel,
    ReturnLine,
    ReturnPolicy,
    ReturnShipment,
    SellerOrder,
    Withdrawal,
)
from models.base import Columns
from services.changes import Changes

_BY_ITSELF = frozenset({PlanStatus.WAITING})


class Adjusted(NamedTuple):
    """What closed plans have added for one thing, an item or a seller's shipping, or have kept as one fee or deduction.

    What is kept is negative, less what was given back of it, and has kind, seller and bearer of its adjustment.
    """

    about: str
    minor: int
    kept_from: str | None
    bearer: Bearer | None
    kind: AdjustmentKind | None


class Kept(NamedTuple):
    """What is still kept as a fee or a deduction, in minor units, of which seller's plan, and who has got it."""

    minor: int
    seller_id: str
    bearer: Bearer
    kind: AdjustmentKind


class Parties(TypedDict):
    """The customer of an order with its email address, and its sellers by the ids of their parts: their names."""

    name: str
    email: str | None
    sellers: dict[str, str]


Traits: TypeAlias = tuple[str | None, str | None]
"""The category of an item and its tags, parted by line feeds."""


@dataclass(slots=True)
class OrderBook:
    """The rows of one order and of what rules over it, with the changes that a command has made to them.

    Of the sellers' parts, the items, the payments, the policy and the reasons only the columns that commands read are
    there. `requests` with their plans and refunds are the open ones and the one that the command names; `settled_lines`
    sum, item by item, the lines of the plans of all others, and `settled_adjustments` what these have added or kept.
    `reasons` are those that the command names and those of returns with terms. Only a command that names the order has
    `withdrawn`: by item, the customer's requests withdrawn lately. Only a split and a statement of withdrawal have
    `details`, the other columns, by item; only the latter has `parties`, and `withdrawals` of the whole order:
    otherwise they are those that its requests follow from. `rulebook` has the terms in force, and `traits` the category
    and the tags of each item if its rules read them. `used` says at which providers the reference that a
    command names is of other money, `settled` at which the order was settled with it.
    """

    order: Order
    seller_orders: list[SellerOrder]
    packages: list[Package]
    items: list[OrderItem]
    payments: list[Payment]
    requests: list[CancellationRequest]
    request_items: list[RequestItem]
    plans: list[CancellationPlan]
    plan_lines: list[PlanLine]
    adjustments: list[PlanAdjustment]
    refunds: list[Refund]
    movements: list[ExternalMovement]
    used: Mapping[str, bool]
    settled: set[str]
    disputes: list[Dispute]
    returns: list[ReturnShipment]
    return_lines: list[ReturnLine]
    labels: list[ReturnLabel]
    settled_lines: list[PlanLine]
    settled_adjustments: list[Adjusted]
    policy: ReturnPolicy
    reasons: list[CancellationReason]
    withdrawn: Mapping[str, int] = field(default_factory=dict)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    parties: Parties | None = None
    details: Mapping[str, Columns] = field(default_factory=dict)
    rulebook: Rulebook | None = None
    traits: Mapping[str, Traits] = field(default_factory=dict)
    record: IdempotencyRecord | None = None
    changes: Changes = field(default_factory=Changes)
    _terms: dict[tuple[str, Basis], ReturnTerms | None] = field(default_factory=dict, init=False)

    def reason(self, handle: str) -> CancellationReason | None:
        """The reason of this handle, if there is one; the command must have named it."""
        return next((reason for reason in self.reasons if reason.handle == handle), None)

    def find_item(self, id: str) -> OrderItem | None:
        """The item of this id, if it is one of the order's."""
        return next((item for item in self.items if item.id == id), None)

    def item(self, id: str) -> OrderItem:
        """An item that is known to be in the order."""
        return next(item for item in self.items if item.id == id)

    def package(self, id: str) -> Package:
        """A package that is known to be in the order."""
        return next(package for package in self.packages if package.id == id)

    def seller_order(self, id: str) -> SellerOrder:
        """A seller's part that is known to be in the order."""
        return next(part for part in self.seller_orders if part.id == id)

    def payment(self, id: str) -> Payment:
        """A payment that is known to be in the order."""
        return next(payment for payment in self.payments if payment.id == id)

    def withdrawal(self, id: str) -> Withdrawal:
        """A withdrawal that is known to be in the order."""
        return next(withdrawal for withdrawal in self.withdrawals if withdrawal.id == id)

    def request(self, id: str) -> CancellationRequest:
        """A request that is known to be in the order."""
        return next(request for request in self.requests if request.id == id)

    def plan(self, id: str) -> CancellationPlan:
        """A plan that is known to be in the order."""
        return next(plan for plan in self.plans if plan.id == id)

    def refund(self, id: str) -> Refund:
        """A refund that is known to be in the order."""
        return next(refund for refund in self.refunds if refund.id == id)

    def movement(self, reference: str) -> ExternalMovement | None:
        """What went back outside of Retour since the order came in under a reference, if it is in the book."""
        return next((movement for movement in self.movements if movement.reference == reference), None)

    def is_disputed(self, payment_id: str) -> bool:
        """Whether a dispute of a payment is open."""
        return any(
            dispute.payment_id == payment_id and dispute.status is DisputeStatus.OPEN for dispute in self.disputes
        )

    def return_shipment(self, id: str) -> ReturnShipment:
        """A return shipment that is known to be in the order."""
        return next(shipment for shipment in self.returns if shipment.id == id)

    def label(self, id: str) -> ReturnLabel:
        """A label that is known to be in the order."""
        return next(label for label in self.labels if label.id == id)

    def items_of(self, request: CancellationRequest) -> list[RequestItem]:
        """What a request asks for, line by line."""
        return [line for line in self.request_items if line.request_id == request.id]

    def items_in(self, package: Package) -> list[OrderItem]:
        """The items of one package."""
        return [item for item in self.items if item.package_id == package.id]

    def packages_of(self, request: CancellationRequest) -> frozenset[PackageStatus]:
        """The statuses of the packages that a request's units are in: after a decision, the accepted ones."""
        lines = [line for line in self.items_of(request) if accepted_units(line)]
        ids = {self.item(line.order_item_id).package_id for line in lines}
        return frozenset(package.status for package in self.packages if package.id in ids)

    def plan_of(self, request: CancellationRequest) -> CancellationPlan | None:
        """The request's one plan, if it has one by now."""
        return next((plan for plan in self.plans if plan.request_id == request.id), None)

    def lines_of(self, plan: CancellationPlan) -> list[PlanLine]:
        """The lines of one plan."""
        return [line for line in self.plan_lines if line.plan_id == plan.id]

    def adjustments_of(self, plan: CancellationPlan) -> list[PlanAdjustment]:
        """What one plan adds to its lines, or keeps from them."""
        return [adjustment for adjustment in self.adjustments if adjustment.plan_id == plan.id]

    def adjusted(self) -> dict[str, int]:
        """What the adjustments of all plans that are not voided come to, in minor units, by what they are about.

        What was allowed has the id of its item, or of the seller's part whose shipping it is for. A fee or a deduction
        has its own id, is negative, and is less what is given back of it.
        """
        sums = {each.about: each.minor for each in self.settled_adjustments}
        counted = {plan.id for plan in self.plans if plan.status in LIVE_PLANS | RELEASED_PLANS}
        for row in self.adjustments:
            if row.plan_id in counted:
                about = row.id if row.kind in KEEPS else row.order_item_id or row.seller_order_id or row.reverses_id
                assert about is not None, row.id
                sums[about] = sums.get(about, 0) + row.amount_minor
        return sums

    def kept(self) -> dict[str, Kept]:
        """The fees and deductions of plans whose money has gone, by their ids, with what is still kept of them."""
        sums = self.adjusted()
        gone = {plan.id for plan in self.plans if plan.status in RELEASED_PLANS and not plan.held}
        kept = {
            each.about: Kept(-sums[each.about], each.kept_from, each.bearer, each.kind)
            for each in self.settled_adjustments
            if each.kept_from is not None and each.bearer is not None and each.kind is not None
        }
        for row in self.adjustments:
            if row.plan_id in gone and row.kind in KEEPS:
                kept[row.id] = Kept(-sums[row.id], row.seller_id, row.bearer, row.kind)
        return kept

    def shipment_of(self, request: CancellationRequest) -> ReturnShipment | None:
        """The goods of a return, if they have been asked for."""
        return next((shipment for shipment in self.returns if shipment.request_id == request.id), None)

    def lines_in(self, shipment: ReturnShipment) -> list[ReturnLine]:
        """The lines of one return shipment."""
        return [line for line in self.return_lines if line.shipment_id == shipment.id]

    def labels_of(self, shipment: ReturnShipment) -> list[ReturnLabel]:
        """The labels of one return shipment."""
        return [label for label in self.labels if label.shipment_id == shipment.id]

    def goods_with_customer(self, line: RequestItem) -> bool:
        """Whether the customer has the units of a request's line, as its reason says; by law they come back anyway."""
        if self.request(line.request_id).basis is Basis.STATUTORY:
            return True
        return next((reason.goods_with_customer for reason in self.reasons if reason.id == line.reason_id), True)

    def terms_for(self, item: OrderItem, basis: Basis = Basis.VOLUNTARY) -> ReturnTerms | None:
        """The terms of a return of an item that is opened now; None if no rule is for it."""
        if self.rulebook is None:
            return None
        key = item.id, basis
        if key not in self._terms:
            self._terms[key] = self.rulebook.terms_of(self.sold(item, basis))
        return self._terms[key]

    def sold(self, item: OrderItem, basis: Basis = Basis.VOLUNTARY) -> SoldItem:
        """An item as rules read it."""
        category, tags = self.traits.get(item.id, (None, None))
        order = self.order
        return SoldItem(
            *(item.seller_id, order.currency, item.unit_price_minor, order.market, order.country, category),
            frozenset(tags.split("\n")) if tags else frozenset(),
            basis,
        )

    def refunds_of(self, plan: CancellationPlan) -> list[Refund]:
        """The movements of money of one plan."""
        return [refund for refund in self.refunds if refund.plan_id == plan.id]

    def released_lines(self, *, besides: CancellationPlan | None = None) -> list[PlanLine]:
        """The lines of all plans, besides one, whose money has been released: their amounts are final.

        The plans of closed requests have one for each item.
        """
        plans = {plan.id for plan in self.plans if plan.status in RELEASED_PLANS and not plan.held}
        return [*self.settled_lines, *self._lines_in(plans - {besides.id if besides else ""})]

    def waiting_plans(self, *, besides: CancellationPlan | None = None) -> list[CancellationPlan]:
        """The plans, besides one, whose money goes before that of a plan made now: they confirm themselves, or their
        money is held until the goods have come.

        When a plan goes that waits for its seller, nobody knows: it counts only once it has gone.
        """
        return [plan for plan in self.plans if (plan.status in _BY_ITSELF or plan.held) and plan is not besides]

    def waiting_lines(self, *, besides: CancellationPlan | None = None) -> list[PlanLine]:
        """The lines of these plans."""
        return self._lines_in({plan.id for plan in self.waiting_plans(besides=besides)})

    def _lines_in(self, plans: set[str]) -> list[PlanLine]:
        return [line for line in self.plan_lines if line.plan_id in plans and line.quantity]


def units(item: OrderItem) -> Units:
    """The ledger of units of an order line."""
    return Units(item.active, item.cancel_held, item.canceled, item.return_held, item.returned)


def accepted_units(line: RequestItem) -> int:
    """How many units a line of a request stands for: what was accepted of it, before a decision all of it."""
    return line.quantity if line.accepted_quantity is None else line.accepted_quantity


def terms_of(request: CancellationRequest) -> ReturnTerms | None:
    """The terms that a request was opened with; None if there were none."""
    return None if request.return_terms is None else _terms(orjson.dumps(request.return_terms))


@lru_cache(maxsize=256)
def _terms(stored: bytes) -> ReturnTerms:
    """Most requests have the same terms, and one command asks for them eight times."""
    return ReturnTerms.of_json(orjson.loads(stored))
