"""One predicate a rule. A guard's docstring is the sentence that a client reads when the rule does not hold.

There are two kinds. A guard of `facts` alone looks at the world and decides whether an action is offered. A guard of
`facts` and `input` looks at this command and decides whether it is accepted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.errors import Path
from domain.facts import (
    Arrived,
    Decision,
    Facts,
    Grade,
    Handover,
    Inspection,
    ItemChoice,
    ItemFacts,
    PackageFacts,
    PlanFacts,
    Proof,
    Receipt,
    RefundFacts,
    RequestFacts,
    ReturnFacts,
    Settlement,
)
from domain.texts import is_blank
from domain.words import (
    OrderStatus,
    PackageStatus,
    PlanStatus,
    ReasonAudience,
    RefundStatus,
    RefundTrigger,
    Refusal,
    Rest,
    ReturnStatus,
    Role,
    TransactionType,
)

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
    when: Callable[..., bool] | None
    """Whether the facts make this a condition at all; None if all do."""
    by_item: bool
    """Whether it is asked of each accepted item; then a part of `about` is `*`, for the item's place in the list."""

    def applies(self, facts: Facts) -> bool:
        """Whether it is a condition; if it is not, its input is not among the required ones."""
        return self.when is None or self.when(facts)


def guard(
    code: Refusal, *, about: str = "", applies: Callable[..., bool] | None = None
) -> Callable[[Callable[..., bool]], Guard]:
    """Make a guard of a predicate. Its docstring becomes the sentence, on one line."""

    def wrap(predicate: Callable[..., bool]) -> Guard:
        sentence = " ".join((predicate.__doc__ or "").split())
        path = tuple(about.split(".")) if about else ()
        return Guard(predicate.__name__, code, sentence, path, predicate, applies, "*" in path)

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


def _cancellation_waits(facts: PackageFacts) -> bool:
    return facts.cancel_held > 0


@guard(Refusal.CANCELLATION_WAITING, about="despiteRequests", applies=_cancellation_waits)
def shipped_despite_requests(_facts: PackageFacts, input: Handover) -> bool:
    """A cancellation of units in this package waits to be decided: hold the package back until then, or send
    `despiteRequests: true` to ship it all the same.
    """
    return input.despite_requests


@guard(Refusal.NOT_DUE)
def delivery_unreported(facts: PackageFacts) -> bool:
    """The delivery of this package was reported, or it is too early to assume it."""
    return facts.unreported


@guard(Refusal.WRONG_STATUS)
def delivery_assumed(facts: PackageFacts) -> bool:
    """The delivery of this package was reported, so it can no longer be changed: only an assumed delivery can."""
    return facts.assumed


# Opening a request, item by item.


def _seller_has_shipped(facts: ItemFacts) -> bool:
    """Whether the item's own package is unsent, but another one of its seller has left."""
    return facts.package in UNSENT and facts.seller_order is not OrderStatus.WAITING_PACKAGING


@guard(Refusal.PACKAGE_HAS_LEFT)
def item_package_unsent(facts: ItemFacts) -> bool:
    """This item can no longer be canceled, because its package has been shipped: it can only be returned, within its
    return window.
    """
    return facts.package not in SENT


@guard(Refusal.PACKAGE_HAS_LEFT)
def item_package_open(facts: ItemFacts) -> bool:
    """The package of this item is closed, because every unit in it was canceled: nothing is left to cancel."""
    return facts.package is not PackageStatus.CANCELED


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def item_package_sent(facts: ItemFacts) -> bool:
    """This item cannot be returned before its package has been shipped: until then it can only be canceled."""
    return facts.package not in UNSENT


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def item_package_was_sent(facts: ItemFacts) -> bool:
    """The package of this item was closed before it was shipped, because every unit in it was canceled: nothing is left
    to return.
    """
    return facts.package is not PackageStatus.CANCELED


@guard(Refusal.SELLER_HAS_SHIPPED)
def item_seller_has_not_shipped(facts: ItemFacts) -> bool:
    """You can no longer cancel this item, because the seller has already shipped another part of this order: ask the
    marketplace.
    """
    return not _seller_has_shipped(facts)


@guard(Refusal.SELLER_HAS_SHIPPED)
def item_in_first_package_of_seller(facts: ItemFacts) -> bool:
    """You have already shipped another part of this order: ask the marketplace to cancel this item."""
    return not _seller_has_shipped(facts)


@guard(Refusal.SELLER_HAS_SHIPPED)
def item_needs_no_override(facts: ItemFacts) -> bool:
    """The seller has already shipped another part of this order, so no customer may have this item canceled: cancel it
    with `applyCancellation`, `override: true` and a note.
    """
    return not _seller_has_shipped(facts)


@guard(Refusal.NO_UNITS_LEFT)
def item_has_free_units(facts: ItemFacts) -> bool:
    """Every unit of this item is already canceled, returned or part of an open request."""
    return facts.active > 0


@guard(Refusal.REQUEST_OPEN)
def item_in_no_open_request(facts: ItemFacts) -> bool:
    """This item is already part of an open request: wait for its decision, or withdraw it."""
    return not facts.in_open_request


# Asked when somebody requests a return, not when a waiting cancellation is converted to one (OPEN_SUCCESSOR): what was
# asked for in time is not refused because it waited.
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


@guard(Refusal.REASON_WRONG_AUDIENCE, about="reason")
def reason_for_customers(_facts: ItemFacts, input: ItemChoice) -> bool:
    """This reason is not for customers: choose one from the list of reasons that you are offered."""
    return input.reason is None or ReasonAudience.CUSTOMER in input.reason.audiences


@guard(Refusal.REASON_WRONG_AUDIENCE, about="reason")
def reason_for_sellers(_facts: ItemFacts, input: ItemChoice) -> bool:
    """This reason is not for sellers: choose one from the list of reasons that you are offered."""
    return input.reason is None or ReasonAudience.SELLER in input.reason.audiences


@guard(Refusal.REASON_WRONG_AUDIENCE, about="reason")
def reason_for_owner(_facts: ItemFacts, input: ItemChoice) -> bool:
    """This reason is not for the owner of the marketplace: choose one from the list of reasons that you are offered."""
    return input.reason is None or ReasonAudience.OWNER in input.reason.audiences


@guard(Refusal.NOTE_REQUIRED, about="note")
def note_if_required(_facts: ItemFacts, input: ItemChoice) -> bool:
    """This reason requires a note: add one that explains it."""
    return input.reason is None or not input.reason.needs_note or not is_blank(input.note)


@guard(Refusal.NOTE_REQUIRED, about="note")
def note_outside_window(facts: ItemFacts, input: ItemChoice) -> bool:
    """The return window of this item has closed: explain in the note why the return is opened anyway."""
    return facts.window_open or not is_blank(input.note)


@guard(Refusal.POLICY_NOT_ACCEPTED, about="input.policyVersion")
def policy_accepted(_facts: ItemFacts, input: ItemChoice) -> bool:
    """The return policy must be read and accepted: send the version that was shown."""
    return bool(input.policy_version)


@guard(Refusal.POLICY_OUTDATED, about="input.policyVersion")
def policy_current(facts: ItemFacts, input: ItemChoice) -> bool:
    """Another version of the return policy is in force now: read it and accept it."""
    return not input.policy_version or input.policy_version == facts.policy_version


# Asked of the command alone: what is offered does not count withdrawals, for lists would have to count them by item.
@guard(Refusal.WITHDRAWN_TOO_OFTEN)
def not_withdrawn_too_often(facts: ItemFacts, _input: ItemChoice) -> bool:
    """Requests for this item have been withdrawn too often within a day: ask again a day later, or ask the marketplace
    to act for you.
    """
    return not facts.withdrawn_too_often


@guard(Refusal.CONFIRMATION_REQUIRED, about="input.confirm")
def opening_confirmed(_facts: ItemFacts, input: ItemChoice) -> bool:
    """Canceling cannot be undone: send `confirm: true` to answer "Order Cancel?" with yes."""
    return input.confirm


@guard(Refusal.SELLER_HAS_SHIPPED, about="input.override", applies=_seller_has_shipped)
def opening_overrides(_facts: ItemFacts, input: ItemChoice) -> bool:
    """The seller has already shipped another part of this order: send `override: true` and a `note` to cancel this item
    all the same.
    """
    return input.override


@guard(Refusal.NOTE_REQUIRED, about="input.note", applies=_seller_has_shipped)
def opening_override_explained(_facts: ItemFacts, input: ItemChoice) -> bool:
    """Say in the note why this is canceled although the seller has already shipped another part of this order."""
    return not input.override or not is_blank(input.override_note)


@guard(Refusal.RETURNS_OFF)
def returns_are_received(facts: ItemFacts) -> bool:
    """Goods are received only where the marketplace has return settings: open a return for the customer instead."""
    return facts.returns_on


# Deciding on a request.


def _may_need_override(facts: RequestFacts) -> bool:
    """Whether a package of the request is unsent, another one of its seller has left, and nothing else blocks it."""
    second = not facts.packages <= SENT and facts.seller_order is not OrderStatus.WAITING_PACKAGING
    return second and facts.plan not in LIVE_PLANS and facts.whole and PackageStatus.DELIVERED not in facts.packages


def _accepts_shipped_units(facts: RequestFacts, input: Decision) -> bool:
    """Whether units of a package that has left are accepted, so that the seller is asked about all of them."""
    shipped = frozenset().union(*facts.shipped)
    return any(quantity > 0 and item in shipped for item, quantity in _accepted(facts, input).items())


def _accepted(facts: RequestFacts, input: Decision) -> Mapping[str, int]:
    return facts.held if input.accepted is None else dict(input.accepted)


@guard(Refusal.PACKAGE_HAS_LEFT)
def request_packages_unsent(facts: RequestFacts | PlanFacts) -> bool:
    """The package has been shipped, so the cancellation is no longer confirmed automatically: the seller is asked."""
    return facts.packages.isdisjoint(SENT)


@guard(Refusal.SELLER_HAS_SHIPPED)
def seller_has_shipped_nothing(facts: RequestFacts) -> bool:
    """The seller has already shipped a part of this order, so a person must decide on this cancellation."""
    return facts.seller_order is OrderStatus.WAITING_PACKAGING


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def plan_package_sent(facts: PlanFacts) -> bool:
    """The package has not been shipped, so the seller does not have to confirm the cancellation."""
    return not facts.packages.isdisjoint(SENT)


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def request_package_sent(facts: RequestFacts) -> bool:
    """No package of this request has been shipped, so nothing of it can be returned."""
    return not facts.packages.isdisjoint(SENT)


@guard(Refusal.REQUEST_OPEN)
def request_alone_on_its_items(facts: RequestFacts) -> bool:
    """Another open request goes on with the rest of the same items, and an item is in one open request only: decide on
    that one first, or withdraw it.
    """
    return not facts.elsewhere


@guard(Refusal.PACKAGE_NOT_WHOLE)
def recalls_whole_packages(facts: RequestFacts) -> bool:
    """The package has been shipped, and a carrier recalls a package only as a whole, but this request is not for every
    unit that is left in it: convert the request to a return, or reject it.
    """
    return facts.whole


@guard(Refusal.SELLER_HAS_SHIPPED, about="override", applies=_may_need_override)
def decision_overrides(facts: RequestFacts, input: Decision) -> bool:
    """The seller has already shipped another part of this order: send `override: true` and a `note` to cancel these
    units all the same, or reject the request.
    """
    return input.override or _accepts_shipped_units(facts, input)


@guard(Refusal.PACKAGE_NOT_WHOLE, about="accept")
def accepts_whole_packages(facts: RequestFacts, input: Decision) -> bool:
    """A package of this request has been shipped, and a carrier recalls it only as a whole: accept every unit of it, or
    none.
    """
    accepted = _accepted(facts, input)
    return all(
        all(accepted.get(item, 0) == facts.held.get(item) for item in items)
        or not any(accepted.get(item, 0) > 0 for item in items)
        for items in facts.shipped
    )


@guard(Refusal.NOTE_REQUIRED, about="note", applies=_may_need_override)
def decision_override_explained(_facts: RequestFacts, input: Decision) -> bool:
    """Say in the note why these units are canceled although the seller has already shipped another part of this
    order.
    """
    return not input.override or not is_blank(input.note)


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
    """The seller has not been asked about this cancellation: that happens only when the owner has applied it and the
    package has been shipped.
    """
    return facts.plan is PlanStatus.CONFIRMATION_WAITING


@guard(Refusal.PACKAGE_DELIVERED)
def package_can_be_recalled(facts: RequestFacts) -> bool:
    """The package has been delivered and can no longer be recalled: the customer or the marketplace can convert this
    request to a return, or it can be rejected.
    """
    return PackageStatus.DELIVERED not in facts.packages


@guard(Refusal.PLAN_NOT_COMPLETED)
def plan_completed(facts: RequestFacts) -> bool:
    """The plan of this request is not completed yet."""
    return facts.plan is PlanStatus.COMPLETED


@guard(Refusal.REQUEST_OF_OTHER_ROLE)
def request_not_of_seller(facts: RequestFacts) -> bool:
    """The seller has opened this cancellation, because it cannot send the units: ask the seller or the marketplace to
    withdraw it.
    """
    return facts.opened_by is not Role.SELLER


@guard(Refusal.REQUEST_OF_OTHER_ROLE)
def request_of_seller(facts: RequestFacts) -> bool:
    """You have not opened this request, so you cannot withdraw it: its customer can, and so can the marketplace."""
    return facts.opened_by is Role.SELLER


@guard(Refusal.NOT_DUE)
def overdue(facts: RequestFacts) -> bool:
    """This request is not overdue: the time to decide has not passed yet."""
    return facts.overdue


@guard(Refusal.NOT_DUE)
def deadline_not_acted_on(facts: RequestFacts) -> bool:
    """Retour has already acted on the deadline of this request: it acts once on each deadline."""
    return not facts.acted


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
    return _are_held(facts, accepted)


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items.*.quantity")
def accepts_no_negative_units(_facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """The accepted quantity must be zero or more."""
    return accepted[1] >= 0


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items")
def accepts_at_least_one_unit(_facts: RequestFacts, input: Decision) -> bool:
    """At least one unit must be accepted: leave the items out to accept all, or reject the request to accept none."""
    return _accepts_units(input)


@guard(Refusal.UNITS_NOT_HELD, about="accept.*.quantity")
def cancels_held_units(facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """The quantity to be canceled is larger than what this request holds of the item: accept fewer units."""
    return _are_held(facts, accepted)


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="accept.*.quantity")
def cancels_no_negative_units(_facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """The quantity to be canceled must be zero or more."""
    return accepted[1] >= 0


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="accept")
def cancels_at_least_one_unit(_facts: RequestFacts, input: Decision) -> bool:
    """At least one unit must be accepted: leave `accept` out to cancel all, or reject the request to cancel none."""
    return _accepts_units(input)


@guard(Refusal.CONTRADICTORY_INPUT, about="rest")
def rest_only_if_left(facts: RequestFacts, input: Decision) -> bool:
    """Every unit is accepted, so nothing is left over: leave `rest` out."""
    return input.rest is None or _leaves_units(facts, input)


@guard(Refusal.CONTRADICTORY_INPUT, about="restReason")
def rest_reason_only_if_left(facts: RequestFacts, input: Decision) -> bool:
    """Every unit is accepted, so nothing is left over: leave `restReason` out."""
    return input.rest_reason is None or _leaves_units(facts, input)


@guard(Refusal.REST_REASON_REQUIRED, about="restReason")
def rest_explained(facts: RequestFacts, input: Decision) -> bool:
    """Say why the rest is not accepted: the customer will read the reason."""
    released = input.rest is not Rest.KEEP_WAITING and _accepts_units(input) and _leaves_units(facts, input)
    return not released or not is_blank(input.rest_reason)


@guard(Refusal.MONEY_RELEASED)
def money_waits_for_goods(facts: RequestFacts | PlanFacts) -> bool:
    """The money of this return does not wait for the goods, or no longer: it is on its way, or has been paid back."""
    return facts.money_held


@guard(Refusal.GOODS_UNDER_WAY)
def goods_not_sent(facts: RequestFacts) -> bool:
    """The goods of this return have been sent, so it can no longer be withdrawn."""
    return facts.goods is ReturnStatus.AWAITING


@guard(Refusal.NOT_DUE)
def goods_never_sent(facts: RequestFacts) -> bool:
    """The time to send the goods of this return has not passed."""
    return facts.goods is ReturnStatus.EXPIRED


@guard(Refusal.UNITS_LEFT_TO_PAY)
def no_unit_left_to_pay(facts: RequestFacts) -> bool:
    """At least one unit of this return is to be paid back."""
    return not any(facts.held.values())


def _are_held(facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """Whether a request holds so many units of an item; of an item that is not in it, not even zero."""
    item, quantity = accepted
    return quantity <= facts.held.get(item, -1)


def _accepts_units(input: Decision) -> bool:
    return input.accepted is None or any(quantity > 0 for _, quantity in input.accepted)


def _leaves_units(facts: RequestFacts, input: Decision) -> bool:
    accepted = _accepted(facts, input)
    return any(accepted.get(item, 0) < held for item, held in facts.held.items())


# Plans and refunds.


@guard(Refusal.MONEY_HELD)
def money_released(facts: PlanFacts) -> bool:
    """The money of this plan waits for the goods, so nothing has been paid back yet."""
    return not facts.money_held


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


# Return shipments.


@guard(Refusal.GOODS_UNDER_WAY)
def with_customer(facts: ReturnFacts) -> bool:
    """The goods of this return are under way, so the customer is not asked to send them."""
    return not facts.sent


@guard(Refusal.GOODS_NOT_UNDER_WAY)
def under_way(facts: ReturnFacts) -> bool:
    """The goods of this return are with the customer, so they are not under way."""
    return facts.sent


@guard(Refusal.MONEY_RELEASED)
def proof_releases_money(facts: ReturnFacts) -> bool:
    """The goods are under way, and the money of this return does not wait for a proof of that: it was released, or it
    waits for the goods to arrive.
    """
    return facts.money_held and facts.trigger is RefundTrigger.ON_SHIPMENT


@guard(Refusal.NOTHING_MISSING)
def units_missing(facts: ReturnFacts) -> bool:
    """Every unit of this return has arrived or goes on in a return of its own: receive anything else with
    `receiveUnannounced`.
    """
    return any(facts.to_come.values())


@guard(Refusal.NOT_DUE)
def return_overdue(facts: ReturnFacts) -> bool:
    """The deadline of this return shipment has not passed yet."""
    return facts.overdue


@guard(Refusal.PROOF_REQUIRED, about="trackingNumber")
def proof_given(_facts: ReturnFacts, input: Proof) -> bool:
    """Say how the goods were sent: send the tracking number, or the proof of drop-off."""
    return not is_blank(input.tracking_number) or not is_blank(input.drop_off)


@guard(Refusal.UNITS_NOT_EXPECTED, about="items.*.received")
def receives_expected_units(facts: ReturnFacts, input: Arrived) -> bool:
    """More units than are still to arrive of this item: receive the others with `receiveUnannounced`."""
    return input.received + input.wrong <= facts.to_come.get(input.item, -1)


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items.*.received")
def receives_no_negative_units(_facts: ReturnFacts, input: Arrived) -> bool:
    """The numbers of units that arrived, and of wrong ones, must be zero or more."""
    return input.received >= 0 and input.wrong >= 0


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items")
def receives_at_least_one_unit(_facts: ReturnFacts, input: Receipt) -> bool:
    """At least one unit must have arrived: leave the items out if everything has."""
    return input.arrived is None or any(part.received > 0 or part.wrong > 0 for part in input.arrived)


@guard(Refusal.UNITS_NOT_GRADED, about="grades")
def every_unit_graded(facts: ReturnFacts, input: Inspection) -> bool:
    """Grade each unit that arrived exactly once."""
    graded: dict[str, int] = {}
    for grade in input.by_item:
        graded[grade.item] = graded.get(grade.item, 0) + grade.quantity
    return graded == {item: units for item, units in facts.ungraded.items() if units}


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="grades.*.quantity")
def grades_positive_units(_facts: ReturnFacts, input: Grade) -> bool:
    """A grade must be for at least one unit."""
    return input.quantity > 0


@guard(Refusal.INVALID_INPUT, about="grades.*.deduction")
def deducts_no_negative_amount(_facts: ReturnFacts, input: Grade) -> bool:
    """The deduction must be zero or more."""
    return input.deduction_minor >= 0


@guard(Refusal.MONEY_RELEASED, about="grades.*.deduction")
def deducts_from_held_money(facts: ReturnFacts, input: Grade) -> bool:
    """The money of this return has been released, so nothing can be deducted any more."""
    return facts.money_held or not input.deduction_minor


@guard(Refusal.CONTRADICTORY_INPUT, about="grades.*.deduction")
def deducts_from_paid_units(_facts: ReturnFacts, input: Grade) -> bool:
    """These units are not paid back, so nothing can be deducted: leave the deduction out."""
    return input.is_paid_back or not input.deduction_minor


@guard(Refusal.NOTE_REQUIRED, about="grades.*.reason")
def grade_explained(_facts: ReturnFacts, input: Grade) -> bool:
    """Say why something is deducted, or why the units are not paid back: the customer will read the reason."""
    return (input.is_paid_back and not input.deduction_minor) or not is_blank(input.reason)


GUARDS: dict[str, Guard] = {
    rule.name: rule
    for rule in (
        units_left_in_package,
        no_units_left_in_package,
        shipped_despite_requests,
        delivery_unreported,
        delivery_assumed,
        item_package_unsent,
        item_package_open,
        item_package_sent,
        item_package_was_sent,
        item_seller_has_not_shipped,
        item_in_first_package_of_seller,
        item_needs_no_override,
        item_has_free_units,
        item_in_no_open_request,
        item_in_return_window,
        quantity_positive,
        quantity_within_free_units,
        reason_known,
        reason_active,
        reason_for_canceling,
        reason_for_returning,
        reason_for_customers,
        reason_for_sellers,
        reason_for_owner,
        note_if_required,
        note_outside_window,
        policy_accepted,
        policy_current,
        not_withdrawn_too_often,
        opening_confirmed,
        opening_overrides,
        opening_override_explained,
        returns_are_received,
        request_packages_unsent,
        seller_has_shipped_nothing,
        plan_package_sent,
        request_package_sent,
        request_alone_on_its_items,
        recalls_whole_packages,
        decision_overrides,
        accepts_whole_packages,
        decision_override_explained,
        no_live_plan,
        plan_waiting,
        plan_waits_for_seller,
        package_can_be_recalled,
        plan_completed,
        request_not_of_seller,
        request_of_seller,
        overdue,
        deadline_not_acted_on,
        decision_confirmed,
        rejection_explained,
        decision_for_seller_noted,
        accepts_held_units,
        accepts_no_negative_units,
        accepts_at_least_one_unit,
        cancels_held_units,
        cancels_no_negative_units,
        cancels_at_least_one_unit,
        rest_only_if_left,
        rest_reason_only_if_left,
        rest_explained,
        money_waits_for_goods,
        goods_not_sent,
        goods_never_sent,
        no_unit_left_to_pay,
        money_released,
        refunds_done,
        lease_over,
        settlement_has_reference,
        with_customer,
        under_way,
        proof_releases_money,
        units_missing,
        return_overdue,
        proof_given,
        receives_expected_units,
        receives_no_negative_units,
        receives_at_least_one_unit,
        every_unit_graded,
        grades_positive_units,
        deducts_no_negative_amount,
        deducts_from_held_money,
        deducts_from_paid_units,
        grade_explained,
    )
}
"""Every guard by its name, in the order of this page; each is a condition of at least one edge of the tables."""
