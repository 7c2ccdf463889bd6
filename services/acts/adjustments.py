"""What a person adds to a plan or keeps from it, and the allowance: money that goes back without units."""

from collections.abc import Iterable, Mapping, Sequence

from domain import adjustments
from domain.actions import Action
from domain.adjustments import Adjustment
from domain.errors import Blocker, Path, Refused, not_found, refuse
from domain.facts import AskedAdjustment, Decision, RequestFacts
from domain.lifecycle import decide
from domain.pricing import PlanLine
from domain.refusals import Refusal
from domain.words import AdjustmentKind, Bearer, RefundTrigger, RequestStatus, Role, Subject, TransactionType
from models import CancellationRequest, SellerOrder
from models.ids import new_id
from services import charges, pricing
from services.acts.opening import Origin, insert_without_units
from services.currency import format_minor, parse_minor
from services.inputs import AllowanceInput, ChangedIds, RawAdjustment
from services.order_book import OrderBook, accepted_units, terms_of
from services.transition import Transition
from services.visibility import sees_part


def refund_allowance(transition: Transition, input: AllowanceInput) -> ChangedIds:
    """Pay back goodwill, shipping, or what was kept before, of one seller's part: a request that has no units."""
    order_book, actor = transition.order_book, transition.actor
    decision = Decision(note=input.note, adjustments=in_minor(order_book, input.adjustments))
    world = RequestFacts(None, TransactionType.REFUND, frozenset(), order_book.order.status)
    refund = TransactionType.REFUND
    edge = decide(Subject.REQUEST, Action.REFUND_ALLOWANCE, actor.role, world, input=decision, transaction=refund)
    parts = [_part(transition, asked, n) for n, asked in enumerate(decision.adjustments)]
    for n, part in enumerate(parts):
        if part is not parts[0]:
            message = "Pay the allowances of each seller's part by themselves."
            raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=_about(n, "kind"))
    check_ceilings(order_book, decision.adjustments, ())
    _check_payable(order_book, decision.adjustments, ())
    origin = Origin(new_id("submission"), actor.role, None)
    request = insert_without_units(transition, parts[0], origin, status=RequestStatus.APPROVED)
    transition.follow(edge, request, actor, given=decision)
    plan = order_book.plan_of(request)
    assert plan is not None, "the edge opens it"
    return {"requests": [request.id], "plans": [plan.id]}


def in_minor(order_book: OrderBook, raw: Iterable[RawAdjustment]) -> tuple[AskedAdjustment, ...]:
    """Adjustments with their amounts in minor units. Raises `Refused` for what the order's currency does not have."""
    asked = []
    for n, each in enumerate(raw):
        try:
            minor = parse_minor(each.amount, order_book.order.currency)
        except ValueError as fault:
            raise refuse(Refusal.INVALID_INPUT, f"{fault}.", about=_about(n, "amount")) from None
        asked.append(
            AskedAdjustment(
                each.kind,
                minor,
                each.reason,
                each.bearer,
                order_item_id=each.order_item_id,
                seller_order_id=each.seller_order_id,
                reverses_id=each.reverses_id,
            )
        )
    return tuple(asked)


def check_adjustments(transition: Transition, request: CancellationRequest, decision: Decision) -> None:
    """Refuse adjustments of another part of the order than the request's, and those above their ceilings."""
    if not decision.adjustments:
        return
    order_book = transition.order_book
    own = order_book.seller_order(request.seller_order_id)
    for n, asked in enumerate(decision.adjustments):
        if asked.of is not None and _part(transition, asked, n) is not own:
            raise _not_there(asked, n)
    terms = terms_of(request)
    waits = terms is not None and terms.trigger is not RefundTrigger.ON_CONFIRM
    quote = waits or request.transaction is TransactionType.CANCEL
    lines = charges.foreseen(order_book, _accepted(order_book, request, decision), quote=quote)
    check_ceilings(order_book, decision.adjustments, lines)
    _check_payable(order_book, decision.adjustments, lines)


def check_ceilings(order_book: OrderBook, asked: Sequence[AskedAdjustment], lines: Sequence[PlanLine]) -> None:
    """Refuse what is more than is left of the item, the shipping or the fee, and say how much that is."""
    wanted = [Adjustment(each.kind, each.amount_minor, each.of) for each in asked]
    found = adjustments.excess(wanted, pricing.ceilings(order_book, lines))
    if found:
        raise Refused(tuple(_too_high(order_book, most, _about(n, "amount")) for n, most in found.items()))


def _check_payable(order_book: OrderBook, asked: Sequence[AskedAdjustment], lines: Sequence[PlanLine]) -> None:
    """Refuse additions that no gateway can pay, since it moves multiples of a step only; lines make up for the rest."""
    certain = [each for each in asked if each.kind is not AdjustmentKind.FEE]
    besides = sum(Adjustment(each.kind, each.amount_minor).full_minor for each in certain)
    payable = pricing.payable(order_book, besides + sum(line.amounts.total for line in lines))
    if payable < besides:
        raise Refused((_too_high(order_book, payable, ("adjustments",)),))


def _too_high(order_book: OrderBook, most_minor: int, about: Path) -> Blocker:
    currency = order_book.order.currency
    message = f"At most {format_minor(most_minor, currency)} {currency} is possible here: ask for no more."
    return Blocker(Refusal.ADJUSTMENT_TOO_HIGH, message, about)


def _accepted(order_book: OrderBook, request: CancellationRequest, decision: Decision) -> Mapping[str, int]:
    accepted = None if decision.accepted is None else dict(decision.accepted)
    units = {
        line.order_item_id: accepted_units(line) if accepted is None else accepted.get(line.order_item_id, 0)
        for line in order_book.items_of(request)
    }
    return {item: quantity for item, quantity in units.items() if quantity}


def _part(transition: Transition, asked: AskedAdjustment, n: int) -> SellerOrder:
    """The seller's part that an adjustment is about. Raises `Refused` if there is none, or the actor may not see it."""
    order_book = transition.order_book
    seller_id = None
    if asked.order_item_id is not None and (item := order_book.find_item(asked.order_item_id)):
        seller_id = item.seller_id
    elif asked.reverses_id is not None and (kept := order_book.kept().get(asked.reverses_id)):
        seller_id = kept.seller_id
        if (
            transition.actor.role is Role.SELLER
            and kept.bearer is not Bearer.SELLER
            and sees_part(transition.actor, seller_id)
        ):
            message = "The seller has not got what this kept, so the marketplace decides whether it is given back."
            raise refuse(Refusal.ADJUSTMENT_NOT_ALLOWED, message, about=_about(n, "reversesId"))
    for part in order_book.seller_orders:
        if part.id == asked.seller_order_id or part.seller_id == seller_id:
            return part
    raise _not_there(asked, n)


def _not_there(asked: AskedAdjustment, n: int) -> Refused:
    if asked.order_item_id is not None:
        return not_found("item in this seller's part of the order", about=_about(n, "orderItemId"))
    if asked.seller_order_id is not None:
        return not_found("seller's part for this request", about=_about(n, "sellerOrderId"))
    return not_found("fee or deduction that was kept from a plan of this seller", about=_about(n, "reversesId"))


def _about(n: int, name: str) -> Path:
    return ("adjustments", str(n), name)
