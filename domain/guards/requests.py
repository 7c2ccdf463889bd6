"""When a request may move: the rules that read facts alone."""

from domain.facts import PlanFacts, RequestFacts
from domain.guards.base import guard
from domain.refusals import Refusal
from domain.words import LIVE_PLANS, SENT, OrderStatus, PackageStatus, PlanStatus, ReturnStatus, Role


@guard(Refusal.PACKAGE_HAS_LEFT)
def request_packages_unsent(facts: RequestFacts | PlanFacts) -> bool:
    """The package has been shipped, so the cancellation is no longer confirmed automatically: the seller is asked."""
    return facts.packages.isdisjoint(SENT)


@guard(Refusal.SELLER_HAS_SHIPPED)
def seller_has_shipped_nothing(facts: RequestFacts) -> bool:
    """The seller has already shipped a part of this order, so a person must decide on this cancellation."""
    return facts.seller_order is OrderStatus.WAITING_PACKAGING


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


@guard(Refusal.MONEY_RELEASED)
def money_waits_for_goods(facts: RequestFacts | PlanFacts) -> bool:
    """The money of this return does not wait for the goods, or no longer: it is on its way, or has been paid back."""
    return facts.money_held


@guard(Refusal.GOODS_UNDER_WAY)
def goods_not_sent(facts: RequestFacts) -> bool:
    """This return does not wait for its customer to send the goods, so it can no longer be withdrawn."""
    return facts.goods in (ReturnStatus.AWAITING, None)


@guard(Refusal.GOODS_NOT_LOST)
def goods_lost_or_objected(facts: RequestFacts) -> bool:
    """This return was approved, and its goods are not lost, nor has its seller objected to it before they were sent: it
    can no longer be rejected.
    """
    if facts.statutory:
        return facts.objected and facts.goods in (ReturnStatus.AWAITING, ReturnStatus.LOST, None)
    return facts.goods in (ReturnStatus.LOST, None)


@guard(Refusal.NOT_DUE)
def goods_never_sent(facts: RequestFacts) -> bool:
    """The time to send the goods of this return has not passed."""
    return facts.goods is ReturnStatus.EXPIRED


@guard(Refusal.WITHDRAWN_BY_LAW)
def not_statutory(facts: RequestFacts) -> bool:
    """The customer has withdrawn from the contract, which nobody has to agree to: a seller can only object, with its
    ground, and the marketplace decides.
    """
    return not facts.statutory


@guard(Refusal.NOT_BY_LAW)
def statutory(facts: RequestFacts) -> bool:
    """This request does not follow from a withdrawal from the contract, so there is nothing to object to: confirm or
    reject it.
    """
    return facts.statutory


@guard(Refusal.OBJECTION_EXISTS)
def not_objected(facts: RequestFacts) -> bool:
    """The seller has objected to this withdrawal already."""
    return not facts.objected


@guard(Refusal.UNITS_LEFT_TO_PAY)
def no_unit_left_to_pay(facts: RequestFacts) -> bool:
    """At least one unit of this return is to be paid back."""
    return not any(facts.held.values())
