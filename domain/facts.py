"""Frozen snapshots that rules may read: who acts, how the world stands, what is asked; the time is one of them."""

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
    """Who acts. `id` is the token's subject; a seller also has `seller_id`."""

    role: Role
    id: str
    seller_id: str | None = None


SYSTEM = Actor(Role.SYSTEM, "retour")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason from the drop-down, as far as rules read it."""

    handle: str
    transaction: TransactionType
    needs_note: bool
    active: bool


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """How a parcel stands. `units` counts what is still to be sent or kept: active and held."""

    status: PackageStatus | None
    units: int


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """How one order line stands, for opening a request on it."""

    package: PackageStatus
    seller_order: OrderStatus
    active: int
    window_open: bool
    in_open_request: bool = False
    policy_version: str = ""


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """What is asked of one order line. `reason` is None when no such reason exists."""

    quantity: int
    reason: Reason | None = None
    note: str | None = None
    policy_version: str | None = None
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """How a request stands, with the parcels and the plan it depends on."""

    status: RequestStatus | None
    transaction: TransactionType
    packages: frozenset[PackageStatus]
    seller_order: OrderStatus
    plan: PlanStatus | None = None
    held: Mapping[str, int] = field(default_factory=dict)
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says about a request. `accepted` is (item id, units) a line; empty means all of it."""

    confirm: bool = False
    reason: str | None = None
    accepted: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """How a plan stands, with the parcels and the refunds it depends on."""

    status: PlanStatus | None
    transaction: TransactionType
    packages: frozenset[PackageStatus] = frozenset()
    refunds: tuple[RefundStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """How one refund stands. `lease_over` says that nobody holds it."""

    status: RefundStatus | None
    lease_over: bool = True


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a refund was paid outside the gateway."""

    reference: str | None = None


Facts = PackageFacts | ItemFacts | RequestFacts | PlanFacts | RefundFacts


@dataclass(frozen=True, slots=True)
class Window:
    """Until when a delivered line may be returned; None when the window has not started."""

    until: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether a return may still be asked for at `now`."""
        return self.until is None or now <= self.until
