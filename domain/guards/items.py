"""The rules of opening a request, item by item."""

from domain.facts import ItemChoice, ItemFacts
from domain.guards.base import guard
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.words import SENT, UNSENT, OrderStatus, PackageStatus, ReasonAudience, TransactionType


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


@guard(Refusal.EXEMPT)
def item_not_exempt(facts: ItemFacts) -> bool:
    """The terms of the marketplace do not take this item back: ask the marketplace if it is not what you ordered."""
    return not facts.exempt


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


@guard(Refusal.NOTE_REQUIRED, about="note")
def note_despite_exemption(facts: ItemFacts, input: ItemChoice) -> bool:
    """The terms of the marketplace do not take this item back: explain in the note why the return is opened anyway."""
    return not facts.exempt or not is_blank(input.note)


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
    """Goods are received only where the terms have a rule for them: open a return for the customer instead."""
    return facts.returns_on


# These three say of goods what is said of an item above: they are shown where an order is asked about, too.
@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def goods_package_sent(facts: ItemFacts) -> bool:
    """Goods come back only once their package has been shipped."""
    return facts.package not in UNSENT


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def goods_package_was_sent(facts: ItemFacts) -> bool:
    """No goods can come back of a package that was closed before it was shipped, because every unit was canceled."""
    return facts.package is not PackageStatus.CANCELED


@guard(Refusal.NO_UNITS_LEFT)
def goods_have_free_units(facts: ItemFacts) -> bool:
    """Every unit is already canceled, returned or part of an open request: receive goods of a return as that return."""
    return facts.active > 0
