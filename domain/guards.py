"""One predicate a rule. A guard's docstring is the sentence a client reads when the rule does not hold.

Two kinds: one that takes facts alone looks at the world and decides whether an action is offered; one
that takes facts and an ask looks at this command and decides whether it is accepted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import Path
from domain.facts import (
    Decision,
    ItemChoice,
    ItemFacts,
    PackageFacts,
    PlanFacts,
    RefundFacts,
    RequestFacts,
    Settlement,
)
from domain.words import OrderStatus, PackageStatus, PlanStatus, RefundStatus, Refusal

UNSENT = frozenset({PackageStatus.PREPARING, PackageStatus.READY_TO_SHIP})
SENT = frozenset({PackageStatus.SHIPPED, PackageStatus.DELIVERED, PackageStatus.DELIVERY_FAILED})
LIVE_PLANS = frozenset({PlanStatus.WAITING, PlanStatus.CONFIRMATION_WAITING, PlanStatus.APPROVED})
PAID_REFUNDS = frozenset({RefundStatus.SUCCEEDED, RefundStatus.SETTLED_MANUALLY})


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition with its code and its sentence. `about` is the input it looks at, empty for a fact of the world."""

    name: str
    code: Refusal
    sentence: str
    about: Path
    holds: Callable[..., bool]


def guard(code: Refusal, *, about: str = "") -> Callable[[Callable[..., bool]], Guard]:
    """Make a predicate a guard; its docstring is the sentence."""

    def wrap(predicate: Callable[..., bool]) -> Guard:
        sentence = " ".join((predicate.__doc__ or "").split())
        return Guard(predicate.__name__, code, sentence, tuple(about.split(".")) if about else (), predicate)

    return wrap


# The parcel.


@guard(Refusal.PACKAGE_EMPTY)
def units_left_in_package(facts: PackageFacts) -> bool:
    """Every unit of this package has been canceled or returned, so there is nothing left to send."""
    return facts.units > 0


@guard(Refusal.PACKAGE_NOT_EMPTY)
def no_units_left_in_package(facts: PackageFacts) -> bool:
    """This package still has units to send."""
    return facts.units == 0


# Opening a request, line by line.


@guard(Refusal.PACKAGE_HAS_LEFT)
def item_package_unsent(facts: ItemFacts) -> bool:
    """The package is no longer being prepared, so this item can no longer be canceled; once it has been shipped, it
    may be returned.
    """
    return facts.package in UNSENT


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def item_package_sent(facts: ItemFacts) -> bool:
    """The package has not been shipped, so there is nothing to return yet; until then the item may be canceled."""
    return facts.package in SENT


@guard(Refusal.SELLER_HAS_SHIPPED)
def item_seller_waiting_packaging(facts: ItemFacts) -> bool:
    """The seller has already shipped a part of this order, so this item can no longer be canceled."""
    return facts.seller_order is OrderStatus.WAITING_PACKAGING


@guard(Refusal.NO_UNITS_LEFT)
def item_has_free_units(facts: ItemFacts) -> bool:
    """Every unit of this item is already canceled, returned or part of an open request."""
    return facts.active > 0


@guard(Refusal.REQUEST_OPEN)
def item_in_no_open_request(facts: ItemFacts) -> bool:
    """This item is part of an open request already; wait for its decision or withdraw it."""
    return not facts.in_open_request


@guard(Refusal.RETURN_WINDOW_CLOSED)
def item_in_return_window(facts: ItemFacts) -> bool:
    """The time for returning this item is over."""
    return facts.window_open


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="quantity")
def asks_for_units(_facts: ItemFacts, ask: ItemChoice) -> bool:
    """At least one unit must be asked for."""
    return ask.quantity > 0


@guard(Refusal.TOO_MANY_UNITS, about="quantity")
def asks_for_free_units(facts: ItemFacts, ask: ItemChoice) -> bool:
    """More units are asked for than are free on this item."""
    return ask.quantity <= facts.active


@guard(Refusal.REASON_UNKNOWN, about="reason")
def reason_known(_facts: ItemFacts, ask: ItemChoice) -> bool:
    """There is no such reason; take one from the list of reasons."""
    return ask.reason is not None


@guard(Refusal.REASON_INACTIVE, about="reason")
def reason_active(_facts: ItemFacts, ask: ItemChoice) -> bool:
    """This reason is no longer offered; take another from the list of reasons."""
    return ask.reason is None or ask.reason.active


@guard(Refusal.REASON_WRONG_TYPE, about="reason")
def reason_for_cancelling(_facts: ItemFacts, ask: ItemChoice) -> bool:
    """This reason is for returns, and the item has not been shipped: take one for cancellations."""
    return ask.reason is None or ask.reason.transaction == "CANCEL"


@guard(Refusal.REASON_WRONG_TYPE, about="reason")
def reason_for_returning(_facts: ItemFacts, ask: ItemChoice) -> bool:
    """This reason is for cancellations, and the item has been shipped: take one for returns."""
    return ask.reason is None or ask.reason.transaction == "REFUND"


@guard(Refusal.NOTE_REQUIRED, about="note")
def note_where_needed(_facts: ItemFacts, ask: ItemChoice) -> bool:
    """This reason needs a note that says more."""
    return ask.reason is None or not ask.reason.needs_note or bool(ask.note and ask.note.strip())


@guard(Refusal.NOTE_REQUIRED, about="note")
def note_outside_window(facts: ItemFacts, ask: ItemChoice) -> bool:
    """The return window is over: say in the note why the return is opened all the same."""
    return facts.window_open or bool(ask.note and ask.note.strip())


@guard(Refusal.POLICY_NOT_ACCEPTED, about="policyVersion")
def policy_accepted(_facts: ItemFacts, ask: ItemChoice) -> bool:
    """The return policy must be read and accepted: send the version that was shown."""
    return bool(ask.policy_version)


@guard(Refusal.POLICY_OUTDATED, about="policyVersion")
def policy_current(facts: ItemFacts, ask: ItemChoice) -> bool:
    """Another version of the return policy is in force now: show it and have it accepted."""
    return not ask.policy_version or ask.policy_version == facts.policy_version


@guard(Refusal.CONFIRMATION_REQUIRED, about="confirm")
def opening_confirmed(_facts: ItemFacts, ask: ItemChoice) -> bool:
    """Canceling cannot be undone: send `confirm: true` to say yes to "Order Cancel?"."""
    return ask.confirm


# Deciding on a request.


@guard(Refusal.PACKAGE_HAS_LEFT)
def request_packages_unsent(facts: RequestFacts | PlanFacts) -> bool:
    """The package has been handed to the carrier meanwhile, so it can no longer be canceled like this."""
    return facts.packages.isdisjoint(SENT)


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def plan_package_sent(facts: PlanFacts) -> bool:
    """The package has not left, so the seller need not be asked."""
    return not facts.packages.isdisjoint(SENT)


@guard(Refusal.SELLER_HAS_SHIPPED)
def request_seller_waiting_packaging(facts: RequestFacts) -> bool:
    """The seller has already shipped a part of this order, so it can no longer be canceled like this."""
    return facts.seller_order is OrderStatus.WAITING_PACKAGING


@guard(Refusal.PLAN_EXISTS)
def no_live_plan(facts: RequestFacts) -> bool:
    """The cancellation has been applied already: there is a plan."""
    return facts.plan not in LIVE_PLANS


@guard(Refusal.PLAN_NOT_WAITING)
def plan_waiting(facts: RequestFacts) -> bool:
    """The owner has not applied the cancellation, so there is no plan to confirm."""
    return facts.plan is PlanStatus.WAITING


@guard(Refusal.PLAN_NOT_WITH_SELLER)
def plan_with_seller(facts: RequestFacts) -> bool:
    """A cancellation waits for the seller only when the owner has applied it and the parcel left meanwhile."""
    return facts.plan is PlanStatus.CONFIRMATION_WAITING


@guard(Refusal.PACKAGE_DELIVERED)
def package_can_be_recalled(facts: RequestFacts) -> bool:
    """The parcel has been delivered and cannot be recalled: reject the request, and the item may be returned."""
    return PackageStatus.DELIVERED not in facts.packages


@guard(Refusal.PLAN_NOT_COMPLETED)
def plan_completed(facts: RequestFacts) -> bool:
    """The plan is not completed yet."""
    return facts.plan is PlanStatus.COMPLETED


@guard(Refusal.NOT_DUE)
def overdue(facts: RequestFacts) -> bool:
    """The time to decide is not over."""
    return facts.overdue


@guard(Refusal.CONFIRMATION_REQUIRED, about="confirm")
def decision_confirmed(_facts: RequestFacts, ask: Decision) -> bool:
    """Canceling cannot be undone: send `confirm: true` to say yes to "Order Cancel?"."""
    return ask.confirm


@guard(Refusal.REJECTION_REASON_REQUIRED, about="reason")
def rejection_explained(_facts: RequestFacts, ask: Decision) -> bool:
    """Say why the request is rejected; the customer will read it."""
    return bool(ask.reason and ask.reason.strip())


@guard(Refusal.UNITS_NOT_HELD, about="items.*.quantity")
def accepts_held_units(facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """More units are accepted than this request holds of the item."""
    item, quantity = accepted
    return quantity <= facts.held.get(item, 0)


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items.*.quantity")
def accepts_no_negative_units(_facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """A number of accepted units is zero or more."""
    return accepted[1] >= 0


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items")
def accepts_something(_facts: RequestFacts, ask: Decision) -> bool:
    """At least one unit must be accepted; to accept none, reject the request."""
    return not ask.accepted or any(quantity > 0 for _, quantity in ask.accepted)


# Money.


@guard(Refusal.REFUNDS_NOT_DONE)
def refunds_done(facts: PlanFacts) -> bool:
    """Not every refund of this plan has succeeded or was settled."""
    return all(refund in PAID_REFUNDS for refund in facts.refunds)


@guard(Refusal.NOT_DUE)
def lease_over(facts: RefundFacts) -> bool:
    """A worker is calling the gateway for this refund right now."""
    return facts.lease_over


@guard(Refusal.REFERENCE_REQUIRED, about="reference")
def settlement_has_reference(_facts: RefundFacts, ask: Settlement) -> bool:
    """Say under which reference the money was paid outside the gateway."""
    return bool(ask.reference and ask.reference.strip())


ALL: dict[str, Guard] = {name: value for name, value in globals().items() if isinstance(value, Guard)}
