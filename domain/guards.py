"""One predicate a rule. A guard's docstring is the sentence that a client reads when the rule does not hold.

There are two kinds. A guard of `facts` alone looks at the world and decides whether an action is offered. A guard of
`facts` and `input` looks at this command and decides whether it is accepted.
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
from domain.texts import is_blank
from domain.words import OrderStatus, PackageStatus, PlanStatus, RefundStatus, Refusal, TransactionType

UNSENT = frozenset({PackageStatus.PREPARING, PackageStatus.READY_TO_SHIP})
SENT = frozenset({PackageStatus.SHIPPED, PackageStatus.DELIVERED, PackageStatus.DELIVERY_FAILED})
LIVE_PLANS = frozenset({PlanStatus.WAITING, PlanStatus.CONFIRMATION_WAITING, PlanStatus.APPROVED})
RELEASED_PLANS = frozenset({PlanStatus.APPROVED, PlanStatus.COMPLETED})
PAID_REFUNDS = frozenset({RefundStatus.SUCCEEDED, RefundStatus.SETTLED_MANUALLY})


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition with its code and its sentence. `about` is the path of the input it reads, empty for facts."""

    name: str
    code: Refusal
    sentence: str
    about: Path
    holds: Callable[..., bool]


def guard(code: Refusal, *, about: str = "") -> Callable[[Callable[..., bool]], Guard]:
    """Make a guard of a predicate. Its docstring becomes the sentence, on one line."""

    def wrap(predicate: Callable[..., bool]) -> Guard:
        sentence = " ".join((predicate.__doc__ or "").split())
        return Guard(predicate.__name__, code, sentence, tuple(about.split(".")) if about else (), predicate)

    return wrap


# Packages.


@guard(Refusal.PACKAGE_EMPTY)
def units_left_in_package(facts: PackageFacts) -> bool:
    """Every unit of this package was canceled or returned, so nothing is left to send."""
    return facts.units > 0


@guard(Refusal.PACKAGE_NOT_EMPTY)
def no_units_left_in_package(facts: PackageFacts) -> bool:
    """This package still has units to send, so it cannot be closed."""
    return facts.units == 0


# Opening a request, item by item.


@guard(Refusal.PACKAGE_HAS_LEFT)
def item_package_unsent(facts: ItemFacts) -> bool:
    """This item can no longer be canceled, because its package is no longer being prepared: request a return once the
    package has been shipped.
    """
    return facts.package in UNSENT


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def item_package_sent(facts: ItemFacts) -> bool:
    """This item cannot be returned yet, because its package has not been shipped: request a cancellation instead."""
    return facts.package in SENT


@guard(Refusal.SELLER_HAS_SHIPPED)
def item_seller_has_not_shipped(facts: ItemFacts) -> bool:
    """This item can no longer be canceled, because the seller has already shipped a part of this order: request a
    return once the package of this item has been shipped.
    """
    return facts.seller_order is OrderStatus.WAITING_PACKAGING


@guard(Refusal.NO_UNITS_LEFT)
def item_has_free_units(facts: ItemFacts) -> bool:
    """Every unit of this item is already canceled, returned or part of an open request."""
    return facts.active > 0


@guard(Refusal.REQUEST_OPEN)
def item_in_no_open_request(facts: ItemFacts) -> bool:
    """This item is already part of an open request: wait for its decision, or withdraw it."""
    return not facts.in_open_request


@guard(Refusal.RETURN_WINDOW_CLOSED)
def item_in_return_window(facts: ItemFacts) -> bool:
    """The return window of this item has closed: ask the marketplace to open a return for you."""
    return facts.window_open


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="quantity")
def quantity_positive(_facts: ItemFacts, input: ItemChoice) -> bool:
    """The quantity must be at least one unit."""
    return input.quantity > 0


@guard(Refusal.TOO_MANY_UNITS, about="quantity")
def quantity_within_free_units(facts: ItemFacts, input: ItemChoice) -> bool:
    """The quantity is larger than the number of free units of this item: choose fewer units."""
    return input.quantity <= facts.active


@guard(Refusal.REASON_UNKNOWN, about="reason")
def reason_known(_facts: ItemFacts, input: ItemChoice) -> bool:
    """This reason does not exist: choose one from the list of reasons."""
    return input.reason is not None


@guard(Refusal.REASON_INACTIVE, about="reason")
def reason_active(_facts: ItemFacts, input: ItemChoice) -> bool:
    """This reason is no longer offered: choose another from the list of reasons."""
    return input.reason is None or input.reason.active


@guard(Refusal.REASON_WRONG_TYPE, about="reason")
def reason_for_canceling(_facts: ItemFacts, input: ItemChoice) -> bool:
    """This reason is for returns, but the item is to be canceled: choose a reason for cancellations."""
    return input.reason is None or input.reason.transaction == TransactionType.CANCEL


@guard(Refusal.REASON_WRONG_TYPE, about="reason")
def reason_for_returning(_facts: ItemFacts, input: ItemChoice) -> bool:
    """This reason is for cancellations, but the item is to be returned: choose a reason for returns."""
    return input.reason is None or input.reason.transaction == TransactionType.REFUND


@guard(Refusal.NOTE_REQUIRED, about="note")
def note_if_required(_facts: ItemFacts, input: ItemChoice) -> bool:
    """This reason requires a note: add one that explains it."""
    return input.reason is None or not input.reason.needs_note or not is_blank(input.note)


@guard(Refusal.NOTE_REQUIRED, about="note")
def note_outside_window(facts: ItemFacts, input: ItemChoice) -> bool:
    """The return window of this item has closed: explain in the note why the return is opened anyway."""
    return facts.window_open or not is_blank(input.note)


@guard(Refusal.POLICY_NOT_ACCEPTED, about="policyVersion")
def policy_accepted(_facts: ItemFacts, input: ItemChoice) -> bool:
    """The return policy must be read and accepted: send the version that was shown."""
    return bool(input.policy_version)


@guard(Refusal.POLICY_OUTDATED, about="policyVersion")
def policy_current(facts: ItemFacts, input: ItemChoice) -> bool:
    """Another version of the return policy is in force now: read it and accept it."""
    return not input.policy_version or input.policy_version == facts.policy_version


@guard(Refusal.CONFIRMATION_REQUIRED, about="confirm")
def opening_confirmed(_facts: ItemFacts, input: ItemChoice) -> bool:
    """Canceling cannot be undone: send `confirm: true` to answer "Order Cancel?" with yes."""
    return input.confirm


# Deciding on a request.


@guard(Refusal.PACKAGE_HAS_LEFT)
def request_packages_unsent(facts: RequestFacts | PlanFacts) -> bool:
    """These units can no longer be canceled, because their package has been shipped: reject the request, and the
    customer can return the items.
    """
    return facts.packages.isdisjoint(SENT)


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def plan_package_sent(facts: PlanFacts) -> bool:
    """The package has not been shipped, so the seller does not have to confirm the cancellation."""
    return not facts.packages.isdisjoint(SENT)


@guard(Refusal.SELLER_HAS_SHIPPED)
def request_seller_has_not_shipped(facts: RequestFacts) -> bool:
    """These units can no longer be canceled, because the seller has already shipped a part of this order: reject the
    request, and the customer can return the items once they have been shipped.
    """
    return facts.seller_order is OrderStatus.WAITING_PACKAGING


@guard(Refusal.PLAN_EXISTS)
def no_live_plan(facts: RequestFacts) -> bool:
    """This cancellation has already been applied, and the request has a plan."""
    return facts.plan not in LIVE_PLANS


@guard(Refusal.PLAN_NOT_WAITING)
def plan_waiting(facts: RequestFacts) -> bool:
    """The owner has not applied this cancellation yet, so there is no plan to confirm."""
    return facts.plan is PlanStatus.WAITING


@guard(Refusal.PLAN_NOT_WITH_SELLER)
def plan_waits_for_seller(facts: RequestFacts) -> bool:
    """The seller decides on a cancellation only if the package was shipped after the owner had applied it."""
    return facts.plan is PlanStatus.CONFIRMATION_WAITING


@guard(Refusal.PACKAGE_DELIVERED)
def package_can_be_recalled(facts: RequestFacts) -> bool:
    """The package has been delivered and can no longer be recalled: reject the request, and the customer can return the
    items.
    """
    return PackageStatus.DELIVERED not in facts.packages


@guard(Refusal.PLAN_NOT_COMPLETED)
def plan_completed(facts: RequestFacts) -> bool:
    """The plan of this request is not completed yet."""
    return facts.plan is PlanStatus.COMPLETED


@guard(Refusal.NOT_DUE)
def overdue(facts: RequestFacts) -> bool:
    """This request is not overdue: the time to decide has not passed yet."""
    return facts.overdue


@guard(Refusal.CONFIRMATION_REQUIRED, about="confirm")
def decision_confirmed(_facts: RequestFacts, input: Decision) -> bool:
    """Canceling cannot be undone: send `confirm: true` to answer "Order Cancel?" with yes."""
    return input.confirm


@guard(Refusal.REJECTION_REASON_REQUIRED, about="reason")
def rejection_explained(_facts: RequestFacts, input: Decision) -> bool:
    """Say why the request is rejected: the customer will read the reason."""
    return not is_blank(input.reason)


@guard(Refusal.NOTE_REQUIRED, about="note")
def decision_for_seller_noted(_facts: RequestFacts, input: Decision) -> bool:
    """You decide for the seller: say in the note why, and the seller will read it."""
    return not is_blank(input.note)


@guard(Refusal.UNITS_NOT_HELD, about="items.*.quantity")
def accepts_held_units(facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """The accepted quantity is larger than what this request holds of the item: accept fewer units."""
    item, quantity = accepted
    return quantity <= facts.held.get(item, 0)


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items.*.quantity")
def accepts_no_negative_units(_facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """The accepted quantity must be zero or more."""
    return accepted[1] >= 0


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items")
def accepts_at_least_one_unit(_facts: RequestFacts, input: Decision) -> bool:
    """At least one unit must be accepted: leave the items out to accept all, or reject the request to accept none."""
    return input.accepted is None or any(quantity > 0 for _, quantity in input.accepted)


# Plans and refunds.


@guard(Refusal.REFUNDS_NOT_DONE)
def refunds_done(facts: PlanFacts) -> bool:
    """At least one refund of this plan has neither succeeded nor been settled."""
    return all(refund in PAID_REFUNDS for refund in facts.refunds)


@guard(Refusal.NOT_DUE)
def lease_over(facts: RefundFacts) -> bool:
    """A worker is sending this refund to its gateway right now: wait until it has finished."""
    return facts.lease_over


@guard(Refusal.REFERENCE_REQUIRED, about="reference")
def settlement_has_reference(_facts: RefundFacts, input: Settlement) -> bool:
    """Say under which reference the money was paid outside the gateway."""
    return not is_blank(input.reference)


GUARDS: dict[str, Guard] = {
    rule.name: rule
    for rule in (
        units_left_in_package,
        no_units_left_in_package,
        item_package_unsent,
        item_package_sent,
        item_seller_has_not_shipped,
        item_has_free_units,
        item_in_no_open_request,
        item_in_return_window,
        quantity_positive,
        quantity_within_free_units,
        reason_known,
        reason_active,
        reason_for_canceling,
        reason_for_returning,
        note_if_required,
        note_outside_window,
        policy_accepted,
        policy_current,
        opening_confirmed,
        request_packages_unsent,
        plan_package_sent,
        request_seller_has_not_shipped,
        no_live_plan,
        plan_waiting,
        plan_waits_for_seller,
        package_can_be_recalled,
        plan_completed,
        overdue,
        decision_confirmed,
        rejection_explained,
        decision_for_seller_noted,
        accepts_held_units,
        accepts_no_negative_units,
        accepts_at_least_one_unit,
        refunds_done,
        lease_over,
        settlement_has_reference,
    )
}
"""Every guard by its name, in the order of this page; each is a condition of at least one edge of the tables."""
