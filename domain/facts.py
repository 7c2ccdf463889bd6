"""Frozen snapshots that rules may read: the actor, the facts of the world, the input of a command.

A rule has no clock: what depends on the time is a fact, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.withdrawal import WithdrawalFacts
from domain.words import (
    AdjustmentKind,
    Bearer,
    Disposition,
    DisputeStatus,
    GoodsCondition,
    LabelStatus,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    ReasonAudience,
    RefundStatus,
    RefundTrigger,
    RequestStatus,
    Rest,
    ReturnStatus,
    Role,
    TransactionType,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program that acts. `id` is the token's subject; a seller also has `seller_id`.

    A guest acts as the customer of one order, `order_id`, and of nothing else; `id` is the link's that the guest used.
    `actions` are those that a token of staff names, of all that the role may do; None for a token that names none.
    """

    role: Role
    id: str
    seller_id: str | None = None
    order_id: str | None = None
    actions: frozenset[str] | None = None

    def may(self, action: str) -> bool:
        """Whether the token lets the actor take an action of its role."""
        return self.actions is None or action in self.actions


SYSTEM = Actor(Role.SYSTEM, "retour")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason for a request, as far as rules read it."""

    handle: str
    transaction: TransactionType
    needs_note: bool
    active: bool
    audiences: frozenset[ReasonAudience] = frozenset(ReasonAudience)


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """The facts of one package. `units` counts those still to be sent or kept: the active and the held ones.

    `cancel_held` of them are part of cancellations that wait to be decided.
    `assumed` says that its delivery was assumed, `unreported` that one is to be assumed now.
    `former` is the status that it had before somebody changed it, None if that can no longer be known, and `settled`
    says that the time to take the change back has passed. `returns` counts the units that are part of a return, or
    have come back. `active` has the free units by the id of the order item.
    """

    status: PackageStatus | None
    units: int
    cancel_held: int = 0
    assumed: bool = False
    unreported: bool = False
    former: PackageStatus | None = None
    settled: bool = False
    returns: int = 0
    active: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """Units of one item that are to go into another package."""

    item: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Split:
    """The input of a split: what goes into the new package."""

    moved: tuple[Moved, ...]

    @property
    def by_item(self) -> tuple[Moved, ...]:
        """What moves, item by item."""
        return self.moved


@dataclass(frozen=True, slots=True)
class Handover:
    """The input of a package's move. `despite_requests` says that it leaves although a cancellation waits."""

    tracking_number: str | None = None
    despite_requests: bool = False


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The facts of one order item on which a request may be opened.

    `returns_on` says that the terms have a rule for it, `exempt` that the rule does not let customers return it.
    `withdrawn_too_often` says that its customer has asked for it and withdrawn that as often as may be within a day.
    """

    package: PackageStatus
    seller_order: OrderStatus
    active: int
    window_open: bool
    in_open_request: bool = False
    policy_version: str = ""
    returns_on: bool = False
    exempt: bool = False
    withdrawn_too_often: bool = False


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """The input about one order item. `reason` is None if no reason has the handle that was sent."""

    quantity: int
    reason: Reason | None = None
    note: str | None = None
    policy_version: str | None = None
    confirm: bool = False
    override: bool = False
    override_note: str | None = None


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """The facts of one request, with the packages and the plan that it depends on.

    `held` maps the id of an order item to the units that the request holds of it. `whole` says that it is for every
    unit that is left in those of its packages that have been shipped, and `shipped` has its items, by such a package.
    `overdue` says that the deadline has passed, `acted` that Retour has acted on it, `elsewhere` that an item of it is
    in another open request as well: what a decision has left of it. `money_held` says that the plan's money waits for
    the goods, `goods` where these are, `goods_asked_for` that the terms want them back. `statutory` says that the
    customer has withdrawn from the contract by law, `objected` that the seller has objected to that.
    """

    status: RequestStatus | None
    transaction: TransactionType
    packages: frozenset[PackageStatus]
    seller_order: OrderStatus
    plan: PlanStatus | None = None
    held: Mapping[str, int] = field(default_factory=dict)
    overdue: bool = False
    whole: bool = True
    shipped: tuple[frozenset[str], ...] = ()
    opened_by: Role = Role.CUSTOMER
    acted: bool = False
    money_held: bool = False
    goods: ReturnStatus | None = None
    elsewhere: bool = False
    goods_asked_for: bool = False
    statutory: bool = False
    objected: bool = False


@dataclass(frozen=True, slots=True)
class AskedAdjustment:
    """An adjustment that a person asks for, in minor units. One of the ids says what it is about; a fee has none.

    An allowance is for an item or for a seller's shipping, a reversal names the fee or deduction that it gives back.
    """

    kind: AdjustmentKind
    amount_minor: int
    reason: str
    bearer: Bearer
    order_item_id: str | None = None
    seller_order_id: str | None = None
    reverses_id: str | None = None

    @property
    def of(self) -> str | None:
        """The id of what it is about."""
        ids = (self.order_item_id, self.seller_order_id, self.reverses_id)
        return next((id for id in ids if id is not None), None)


@dataclass(frozen=True, slots=True)
class Decision:
    """The input of a decision on a request. `accepted` has pairs of item id and units; None means all of them.

    `rest` says what becomes of the units that are left over; None is as good as RELEASE. `reason` is for the customer,
    `note` for the seller and the owner. `adjustments` are what is added to the amounts of the units, or kept of them.
    """

    confirm: bool = False
    reason: str | None = None
    note: str | None = None
    accepted: tuple[tuple[str, int], ...] | None = None
    rest: Rest | None = None
    rest_reason: str | None = None
    override: bool = False
    adjustments: tuple[AskedAdjustment, ...] = ()

    @property
    def by_item(self) -> tuple[tuple[str, int], ...]:
        """What is decided item by item."""
        return self.accepted or ()


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The facts of one plan, with the packages and the refunds that it depends on.

    `money_held` says that its money waits for the goods. `short_minor` is what its refunds fall short of its total;
    `left_of` has, by reference, what is left of the movements that are known at the gateways. `disputed` says that a
    refund waits for a dispute of its payment, `used` that the reference of the input is of other money.
    """

    status: PlanStatus | None
    transaction: TransactionType
    packages: frozenset[PackageStatus] = frozenset()
    refunds: tuple[RefundStatus, ...] = ()
    money_held: bool = False
    short_minor: int = 0
    left_of: Mapping[str, int] = field(default_factory=dict)
    disputed: bool = False
    used: bool = False


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """The facts of one refund. `lease_over` says that no worker holds it.

    `left_of` has, by reference, what is left of the movements that are known at the gateways and may pay the refund.
    `disputed` says that a dispute of its payment is open, `used` that the reference of the input is of other money.
    """

    status: RefundStatus | None
    lease_over: bool = True
    amount_minor: int = 0
    left_of: Mapping[str, int] = field(default_factory=dict)
    disputed: bool = False
    used: bool = False


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """The facts of one dispute."""

    status: DisputeStatus | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """The input of a settlement: the reference under which the money was paid outside of Retour."""

    reference: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """The facts of one return shipment.

    `sent` says that the goods have left the customer, `money_held` that the plan's money waits for them, until
    `trigger`. `to_come` has the units that have yet to arrive and `ungraded` those that arrived and have no grade, both
    by the id of the order item. `overdue` says that the deadline of the status has passed, `statutory` that the return
    follows from a withdrawal.
    """

    status: ReturnStatus | None
    sent: bool = False
    money_held: bool = False
    trigger: RefundTrigger = RefundTrigger.ON_CONFIRM
    to_come: Mapping[str, int] = field(default_factory=dict)
    ungraded: Mapping[str, int] = field(default_factory=dict)
    overdue: bool = False
    statutory: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """The input that goods were sent: the carrier's tracking number, or what proves that they were dropped off."""

    tracking_number: str | None = None
    drop_off: str | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """The units of one item that came out of a package: those that were announced, and wrong ones in their place."""

    item: str
    received: int
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """The input of a receipt. `arrived` is None if everything that was to come has arrived."""

    arrived: tuple[Arrived, ...] | None = None

    @property
    def by_item(self) -> tuple[Arrived, ...]:
        """What arrived, item by item."""
        return self.arrived or ()


@dataclass(frozen=True, slots=True)
class Grade:
    """How some units of one item came back. The deduction is for all of them together, in minor units."""

    item: str
    quantity: int
    condition: GoodsCondition
    disposition: Disposition
    deduction_minor: int = 0
    reason: str | None = None

    @property
    def is_paid_back(self) -> bool:
        """Whether the units are paid back: what is not the customer's to return, or goes back to them, is not."""
        return self.condition is not GoodsCondition.WRONG_ITEM and self.disposition is not Disposition.SEND_BACK


@dataclass(frozen=True, slots=True)
class Inspection:
    """The input of an inspection. `grades` is None if nobody has looked: then every unit counts as new."""

    grades: tuple[Grade, ...] | None = None

    @property
    def by_item(self) -> tuple[Grade, ...]:
        """What was found, grade by grade."""
        return self.grades or ()


@dataclass(frozen=True, slots=True)
class Loss:
    """The input that goods are lost. `bearer` bears it; None leaves it with the customer for now."""

    bearer: Bearer | None = None


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """The facts of one label. `awaited` says that the goods wait to be sent, `carried` that labels are bought for them.

    `used` says that the carrier has scanned the label, `slip_sent` that the goods have left the customer with a slip,
    which nobody scans, `lease_over` that no worker holds it. `labels` is the number of all labels of the shipment, void
    ones too.
    """

    status: LabelStatus | None
    awaited: bool = True
    carried: bool = True
    used: bool = False
    lease_over: bool = True
    labels: int = 0
    slip_sent: bool = False


Facts = (
    PackageFacts
    | ItemFacts
    | RequestFacts
    | PlanFacts
    | RefundFacts
    | ReturnFacts
    | LabelFacts
    | DisputeFacts
    | WithdrawalFacts
)


@dataclass(frozen=True, slots=True)
class Window:
    """The return window of a delivered item. `until` is None if the window has not started."""

    until: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether a return may still be requested at `now`."""
        return self.until is None or now <= self.until
