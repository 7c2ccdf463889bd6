"""The acts on the goods of returns. Each works on an order book, so that a preview is the act itself, not written."""

from collections.abc import Sequence

from domain import adjustments
from domain.actions import Action
from domain.adjustments import Adjustment, Ceilings
from domain.errors import Blocker, Refused, refuse
from domain.facts import Grade, Inspection, ItemChoice, Loss, Proof, Receipt
from domain.lifecycle import Edge, decide
from domain.refusals import Refusal
from domain.words import AdjustmentKind, RequestStatus, ReturnKind, ReturnStatus, Subject, TransactionType
from models import CancellationPlan, CancellationRequest, OrderItem, ReturnShipment
from models.ids import new_id
from services import charges, facts
from services.acts.choices import refuse_twice
from services.acts.opening import Origin, RequestedUnits, insert_request, rule_for
from services.acts.successors import go_on_with_missing
from services.currency import parse_minor
from services.goods import open_shipment
from services.inputs import ChangedIds, RawInspection, ReturnMove, UnannouncedInput, UnannouncedItem
from services.order_book import OrderBook
from services.transition import Transition, expect_version
from services.visibility import sees_part


def send_return(transition: Transition, input: ReturnMove[Proof]) -> ChangedIds:
    """The goods have been sent; the seller or the owner says so only if the proof has been checked."""
    return _changed(_take(transition, Action.SEND_RETURN, input))


def receive_return(transition: Transition, input: ReturnMove[Receipt]) -> ChangedIds:
    """Count what has arrived. What has not, goes on in a return of its own while the money is held."""
    order_book = transition.order_book
    shipment = order_book.return_shipment(input.return_id)
    refuse_twice([part.item for part in input.given.by_item], "items")
    expected = {line.order_item_id: line.expected for line in order_book.lines_in(shipment)}
    _take(transition, Action.RECEIVE_RETURN, input)
    missing = {
        line.order_item_id: units
        for line in order_book.lines_in(shipment)
        if (units := expected[line.order_item_id] - line.expected)
    }
    opened = []
    if missing:
        request = order_book.request(shipment.request_id)
        successor = go_on_with_missing(transition, request, missing)
        opened = [each.id for each in order_book.returns if each.request_id == successor.id]
    return {**_changed(shipment), "requests": [shipment.request_id], "missing": opened}


def inspect_return(transition: Transition, input: ReturnMove[RawInspection]) -> ChangedIds:
    """Grade what has arrived."""
    given = Inspection(_grades(input.given, transition.order_book.order.currency))
    shipment = transition.order_book.return_shipment(input.return_id)
    request = transition.order_book.request(shipment.request_id)
    plan = transition.order_book.plan_of(request)
    world = facts.return_facts(transition.order_book, shipment, transition.now)
    expect_version(shipment, input.expected_version)
    edge = decide(Subject.RETURN_SHIPMENT, Action.INSPECT_RETURN, transition.actor.role, world, input=given)
    if plan is not None and plan.held:
        _check_deductions(transition.order_book, plan, request, given.by_item)
    transition.follow(edge, shipment, transition.actor, given=given)
    return {**_changed(shipment), "requests": [request.id]}


def lose_return(transition: Transition, input: ReturnMove[Loss]) -> ChangedIds:
    """The goods are lost. The party that bears the loss pays; as long as nobody does, the money stays held."""
    return _changed(_take(transition, Action.LOSE_RETURN, input))


def waive_return(transition: Transition, input: ReturnMove[None]) -> ChangedIds:
    """The money goes back without the goods, or without their inspection."""
    return _changed(_take(transition, Action.WAIVE_RETURN, input))


def receive_unannounced(transition: Transition, input: UnannouncedInput) -> ChangedIds:
    """Goods have arrived that nobody expects: open a return on the customer's behalf, and count them as received."""
    order_book = transition.order_book
    if not input.items:
        raise refuse(Refusal.INVALID_INPUT, "Choose at least one item.", about=("items",))
    before = _expired(order_book, input)
    refuse_twice([item.order_item_id for item in input.items], "items")
    openings = [_open_unannounced(transition, item, n) for n, item in enumerate(input.items)]
    parts = {units.item.seller_order_id for units, _ in openings}
    if len(parts) > 1:
        raise refuse(Refusal.CONTRADICTORY_INPUT, "Receive the goods of each seller by themselves.", about=("items",))
    if len({rule_for(order_book, TransactionType.REFUND, units.item) for units, _ in openings}) > 1:
        message = "The terms have different rules for these goods: receive those of each rule by themselves."
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("items",))
    lines, edge = [units for units, _ in openings], openings[0][1]
    origin = Origin(
        before.submission_id if before else new_id("submission"),
        transition.actor.role,
        None,
        before.id if before else None,
    )
    request = insert_request(transition, TransactionType.REFUND, lines, origin, status=RequestStatus.APPROVED)
    transition.follow(edge, request, transition.actor)
    shipment = open_shipment(
        transition,
        request,
        kind=ReturnKind.BY_CUSTOMER,
        status=ReturnStatus.RECEIVED,
        action=Action.RECEIVE_UNANNOUNCED,
    )
    return {"returns": [shipment.id], "requests": [request.id]}


def _take(
    transition: Transition,
    action: Action,
    input: ReturnMove[Proof] | ReturnMove[Receipt] | ReturnMove[Loss] | ReturnMove[None],
) -> ReturnShipment:
    shipment = transition.order_book.return_shipment(input.return_id)
    expect_version(shipment, input.expected_version)
    transition.take(action, shipment, given=input.given)
    if input.note is not None:
        shipment.note = input.note
    return shipment


def _changed(shipment: ReturnShipment) -> ChangedIds:
    return {"returns": [shipment.id]}


def _grades(raw: RawInspection, currency: str) -> tuple[Grade, ...]:
    """The grades with their deductions in minor units. Raises `Refused` for amounts that the currency does not have."""
    grades = []
    for n, grade in enumerate(raw.grades):
        try:
            minor = parse_minor(grade.deduction, currency) if grade.deduction is not None else 0
        except ValueError as fault:
            raise refuse(Refusal.INVALID_INPUT, f"{fault}.", about=("grades", str(n), "deduction")) from None
        grades.append(Grade(grade.item, grade.quantity, grade.condition, grade.disposition, minor, grade.reason))
    return tuple(grades)


def _check_deductions(
    order_book: OrderBook, plan: CancellationPlan, request: CancellationRequest, grades: Sequence[Grade]
) -> None:
    """Refuse to deduct more of an item than its units bring, all grades of it together."""
    without: dict[str, int] = {}
    for grade in grades:
        if not grade.is_paid_back:
            without[grade.item] = without.get(grade.item, 0) + grade.quantity
    priced = charges.priced_anew(order_book, plan, request, without=without)
    most = {line.item_id: max(0, line.amounts.goods) for line in priced.lines}
    for row in order_book.adjustments_of(plan):
        if row.kind is AdjustmentKind.DEDUCTION and row.order_item_id in most:
            most[row.order_item_id] = max(0, most[row.order_item_id] - row.asked_minor)
    asked = [Adjustment(AdjustmentKind.DEDUCTION, grade.deduction_minor, grade.item) for grade in grades]
    found = adjustments.excess(asked, Ceilings(most, {}, {}, {}))
    if found:
        sentence = "The deduction is larger than what the units of this item bring: deduct less."
        raise Refused(
            tuple(Blocker(Refusal.DEDUCTION_TOO_HIGH, sentence, ("grades", str(n), "deduction")) for n in found)
        )


def _expired(order_book: OrderBook, input: UnannouncedInput) -> CancellationRequest | None:
    """The request of the return whose goods have come after all: it has expired, or was rejected as they were lost."""
    if input.return_id is None:
        return None
    shipment = order_book.return_shipment(input.return_id)
    if shipment.status not in (ReturnStatus.EXPIRED, ReturnStatus.CANCELED):
        message = (
            "Only goods of an expired or a canceled return are unannounced: receive all others with `receiveReturn`."
        )
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("returnId",))
    return order_book.request(shipment.request_id)


def _open_unannounced(transition: Transition, input: UnannouncedItem, n: int) -> tuple[RequestedUnits, Edge]:
    item = _find_item(transition, input, n)
    reason = transition.order_book.reason(input.reason)
    world = facts.item_facts(transition.order_book, item, transition.now, transition.terms.calendar)
    try:
        edge = decide(
            Subject.REQUEST,
            Action.RECEIVE_UNANNOUNCED,
            transition.actor.role,
            world,
            input=ItemChoice(input.quantity, facts.reason(reason), input.note),
            transaction=TransactionType.REFUND,
        )
    except Refused as refused:
        at = ("items", str(n))
        raise Refused(
            tuple(Blocker(blocker.code, blocker.message, (*at, *blocker.about)) for blocker in refused.blockers)
        ) from None
    assert reason is not None  # no edge opens a request without a reason
    return RequestedUnits(item, input.quantity, reason.id, reason.label_id, input.note), edge


def _find_item(transition: Transition, input: UnannouncedItem, n: int) -> OrderItem:
    item = transition.order_book.find_item(input.order_item_id)
    if item is None or not sees_part(transition.actor, item.seller_id):
        message = "There is no such item in this order, or you may not see it."
        raise refuse(Refusal.NOT_FOUND, message, about=("items", str(n), "orderItemId"))
    return item
