"""Frozen snapshots that rules may read: the actor, the facts of the world, the input of a command.

A rule has no clock: what depends on the time is a fact, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.words import (
    OrderStatus,
    PackageStatus,
    PlanStatus,
    ReasonAudience,
    RefundStatus,
    RequestStatus,
    Rest,
    Role,
    TransactionType,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program that acts. `id` is the token's subject; a seller also has `seller_id`."""

    role: Role
    id: str
    seller_id: str | None = None


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
    """

    status: PackageStatus | None
    units: int
    cancel_held: int = 0
    assumed: bool = False
    unreported: bool = False


@dataclass(frozen=True, slots=True)
class Handover:
    """The input of a package's move. `despite_requests` says that it leaves although a cancellation waits."""

    tracking_number: str | None = None
    despite_requests: bool = False


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The facts of one order item on which a request may be opened.

    `withdrawn_too_often` says that its customer has asked for it and withdrawn that as often as may be within a day.
    """

    package: PackageStatus
    seller_order: OrderStatus
    active: int
    window_open: bool
    in_open_request: bool = False
    policy_version: str = ""
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
    in another open request as well: what a decision has left of it.
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
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The input of a decision on a request. `accepted` has pairs of item id and units; None means all of them.

    `rest` says what becomes of the units that are left over; None is as good as RELEASE. `reason` is for the customer,
    `note` for the seller and the owner.
    """

    confirm: bool = False
    reason: str | None = None
    note: str | None = None
    accepted: tuple[tuple[str, int], ...] | None = None
    rest: Rest | None = None
    rest_reason: str | None = None
    override: bool = False


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The facts of one plan, with the packages and the refunds that it depends on."""

    status: PlanStatus | None
    transaction: TransactionType
    packages: frozenset[PackageStatus] = frozenset()
    refunds: tuple[RefundStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """The facts of one refund. `lease_over` says that no worker holds it."""

    status: RefundStatus | None
    lease_over: bool = True


@dataclass(frozen=True, slots=True)
class Settlement:
    """The input of a settlement: the reference under which a refund was paid outside the gateway."""

    reference: str | None = None


Facts = PackageFacts | ItemFacts | RequestFacts | PlanFacts | RefundFacts


@dataclass(frozen=True, slots=True)
class Window:
    """The return window of a delivered item. `until` is None if the window has not started."""

    until: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether a return may still be requested at `now`."""
        return self.until is None or now <= self.until
