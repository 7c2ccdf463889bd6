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
    RefundStatus,
    RequestStatus,
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


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """The facts of one package. `units` counts those still to be sent or kept: the active and the held ones."""

    status: PackageStatus | None
    units: int


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The facts of one order item on which a request may be opened."""

    package: PackageStatus
    seller_order: OrderStatus
    active: int
    window_open: bool
    in_open_request: bool = False
    policy_version: str = ""


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """The input about one order item. `reason` is None if no reason has the handle that was sent."""

    quantity: int
    reason: Reason | None = None
    note: str | None = None
    policy_version: str | None = None
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """The facts of one request, with the packages and the plan that it depends on.

    `held` maps the id of an order item to the units that the request holds of it.
    """

    status: RequestStatus | None
    transaction: TransactionType
    packages: frozenset[PackageStatus]
    seller_order: OrderStatus
    plan: PlanStatus | None = None
    held: Mapping[str, int] = field(default_factory=dict)
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The input of a decision on a request. `accepted` has pairs of item id and units; None means all of them.

    `reason` is for the customer, `note` for the seller and the owner.
    """

    confirm: bool = False
    reason: str | None = None
    note: str | None = None
    accepted: tuple[tuple[str, int], ...] | None = None


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
