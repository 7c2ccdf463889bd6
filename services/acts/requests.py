"""The acts on requests. Each works on an order book, so that a preview is the act itself, not written."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.actions import Action
from domain.errors import Blocker, Path, Refused, not_found, refuse
from domain.facts import AskedAdjustment, Decision, ItemChoice
from domain.law import Basis
from domain.lifecycle import Edge, decide, requested_type
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.words import SENT, Rest, Role, Subject, TransactionType, WaitingOn
from models import CancellationRequest, OrderItem
from models.ids import new_id
from services import facts
from services.acts.adjustments import check_adjustments, in_minor
from services.acts.choices import refuse_twice
from services.acts.opening import Origin, RequestedUnits, expect_terms, insert_request, rule_for
from services.acts.successors import open_successor
from services.inputs import ApplyInput, ChangedIds, DecisionInput, ItemInput, ReturnInput
from services.order_book import OrderBook, accepted_units
from services.transition import Transition, expect_version
from services.visibility import sees_part

_UNDECIDED = Decision()


class Opening(NamedTuple):
    """One line of a request that is to be opened, decided on."""

    units: RequestedUnits
    transaction: TransactionType
    edge: Edge


def request_return(transition: Transition, input: ReturnInput) -> ChangedIds:
    """Open one request per seller's part, type and rule of the terms for what is asked; all of it or nothing."""
    expect_terms(transition, input.terms_version)
    if input.basis is Basis.STATUTORY:
        message = "A withdrawal by law needs no request: preview it with `previewWithdrawal` and declare it."
        raise refuse(Refusal.INVALID_INPUT, message, about=("basis",))
    openings = _decide_items(
        *(transition, Action.REQUEST_RETURN, input.items),
        kind=input.transaction,
        policy=input.policy_version,
        basis=input.basis,
    )
    if input.basis is Basis.CONFORMITY and any(each.transaction is TransactionType.CANCEL for each in openings):
        message = "Only goods that have been sent can be faulty: leave `basis` out to cancel."
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("basis",))
    requests = _open(transition, openings, accepted_policy=bool(input.policy_version), basis=input.basis)
    return {"requests": [request.id for request in requests]}


def apply_cancellation(transition: Transition, input: ApplyInput) -> ChangedIds:
    """Make the plan of a waiting cancellation, or open a request on the customer's behalf and go on from there."""
    if (input.request_id is None) is (input.items is None):
        raise refuse(Refusal.CONTRADICTORY_INPUT, "Name either a request or items of the order.", about=("requestId",))
    if input.override and input.transaction is TransactionType.REFUND:
        message = "Only a cancellation can be overridden: leave `override` out of a return."
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("override",))
    if input.request_id is not None:
        requests = [
            _apply(transition, _request(transition.order_book, input.request_id, input.expected_version), input)
        ]
    else:
        _check_whole(input)
        expect_terms(transition, input.terms_version)
        openings = _decide_items(
            transition, Action.APPLY_CANCELLATION, input.items or (), kind=input.transaction, decision=_decision(input)
        )
        requests = _open(transition, openings, accepted_policy=False, decision=_decision(input))
    plans = [plan.id for plan in map(transition.order_book.plan_of, requests) if plan]
    return {"requests": [request.id for request in requests], "plans": plans}


def _apply(transition: Transition, request: CancellationRequest, input: ApplyInput) -> CancellationRequest:
    if request.transaction is not input.transaction or input.transaction is TransactionType.REFUND:
        message = "Only a cancellation can be applied; a return is confirmed by its seller."
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("transaction",))
    if input.terms_version is not None:
        message = "A request keeps the terms that it was opened with: leave `termsVersion` out."
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("termsVersion",))
    decision = _decision(input, in_minor(transition.order_book, input.adjustments))
    _decide_in_part(transition, Action.APPLY_CANCELLATION, request, decision, choice="accept")
    return request


def _decision(input: ApplyInput, adjustments: tuple[AskedAdjustment, ...] = ()) -> Decision:
    return Decision(
        adjustments=adjustments,
        confirm=input.confirm,
        accepted=input.accepted,
        rest=input.rest,
        rest_reason=input.rest_reason,
        override=input.override,
        note=input.note,
    )


def _check_whole(input: ApplyInput) -> None:
    """Refuse what is only said of a part of a request."""
    for name, value in (("accept", input.accepted), ("rest", input.rest), ("restReason", input.rest_reason)):
        if value is not None:
            message = f"Only a request can be decided in part: leave `{name}` out, or name a request."
            raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=(name,))
    if input.adjustments:
        message = "Adjustments belong to one request: leave them out, or name a request."
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("adjustments",))


def confirm_request(transition: Transition, input: DecisionInput) -> ChangedIds:
    """The seller agrees, or the owner for it: to a return, whole or in part, or to cancel a package that has left."""
    request = _request(transition.order_book, input.request_id, input.expected_version)
    decision = Decision(
        note=input.note,
        accepted=input.accepted,
        rest=input.rest,
        rest_reason=input.rest_reason,
        adjustments=in_minor(transition.order_book, input.adjustments),
    )
    _decide_in_part(transition, Action.CONFIRM_REQUEST, request, decision, choice="items")
    plan = transition.order_book.plan_of(request)
    held = {"held": [plan.id]} if plan and plan.held else {}
    return {"requests": [request.id], "plans": [plan.id] if plan else [], **held}


def _decide_in_part(
    transition: Transition, action: Action, request: CancellationRequest, decision: Decision, *, choice: str
) -> None:
    """Take a decision, and let what it leaves waiting go on. `choice` is the input that names the accepted units."""
    refuse_twice([item for item, _ in decision.accepted or ()], choice)
    due_at, escalated_at = request.due_at, request.escalated_at
    edge = transition.decide(action, request, transition.actor, given=decision)
    check_adjustments(transition, request, decision)
    transition.follow(edge, request, transition.actor, given=decision)
    if decision.rest is Rest.KEEP_WAITING:
        rest = {
            line.order_item_id: line.quantity - accepted_units(line) for line in transition.order_book.items_of(request)
        }
        left = {item: units for item, units in rest.items() if units}
        open_successor(transition, request, left, due_at=due_at, escalated_at=escalated_at)


def reject_request(transition: Transition, input: DecisionInput) -> ChangedIds:
    """The seller or the owner says no, and why."""
    request = _request(transition.order_book, input.request_id, input.expected_version)
    transition.take(Action.REJECT_REQUEST, request, given=Decision(reason=input.reason))
    return {"requests": [request.id]}


def withdraw_request(transition: Transition, input: DecisionInput) -> ChangedIds:
    """The customer takes the request back."""
    request = _request(transition.order_book, input.request_id, input.expected_version)
    transition.take(Action.WITHDRAW_REQUEST, request)
    return {"requests": [request.id]}


def convert_to_return(transition: Transition, input: DecisionInput) -> ChangedIds:
    """What has been shipped is to be returned instead; the rest goes on waiting to be canceled."""
    order_book = transition.order_book
    request = _request(order_book, input.request_id, input.expected_version)
    if request.transaction is TransactionType.REFUND:
        raise refuse(Refusal.CONTRADICTORY_INPUT, "This request is a return already.", about=("requestId",))
    due_at = request.due_at if request.waiting_on is WaitingOn.OWNER else None
    sent, unsent = _by_package(order_book, request)
    transition.take(Action.CONVERT_TO_RETURN, request)
    rest = [open_successor(transition, request, unsent, due_at=due_at)] if unsent else []
    returned = open_successor(transition, request, sent, due_at=None, transaction=TransactionType.REFUND)
    return {"requests": [request.id], "returns": [returned.id], "rests": [each.id for each in rest]}


def _by_package(order_book: OrderBook, request: CancellationRequest) -> tuple[dict[str, int], dict[str, int]]:
    """The units that a request holds, by item: those whose package has been shipped, and the others."""
    sent: dict[str, int] = {}
    unsent: dict[str, int] = {}
    for line in order_book.items_of(request):
        if units := accepted_units(line):
            package = order_book.package(order_book.item(line.order_item_id).package_id)
            (sent if package.status in SENT else unsent)[line.order_item_id] = units
    return sent, unsent


def _request(order_book: OrderBook, id: str, version: int | None) -> CancellationRequest:
    request = order_book.request(id)
    expect_version(request, version)
    return request


def _decide_items(
    transition: Transition,
    action: Action,
    inputs: Sequence[ItemInput],
    *,
    kind: TransactionType | None,
    policy: str | None = None,
    decision: Decision = _UNDECIDED,
    basis: Basis = Basis.VOLUNTARY,
) -> list[Opening]:
    """Decide on every line that is asked for; raises `Refused` with what blocks any of them."""
    if not inputs:
        raise refuse(Refusal.INVALID_INPUT, "Choose at least one item.", about=("items",))
    openings: list[Opening] = []
    blockers: dict[tuple[Refusal, Path], Blocker] = {}
    for n, input in enumerate(inputs):
        try:
            item = _find_item(transition, inputs, n)
            transaction = kind or _transaction(transition, item)
            reason = transition.order_book.reason(input.reason)
            given = ItemChoice(
                *(input.quantity, facts.reason(reason), input.note, policy),
                confirm=decision.confirm,
                override=decision.override,
                override_note=decision.note,
            )
            most = transition.terms.most_withdrawals
            world = facts.item_facts(
                *(transition.order_book, item, transition.now, transition.terms.calendar),
                most_withdrawals=most,
                basis=basis,
            )
            edge = decide(Subject.REQUEST, action, transition.actor.role, world, input=given, transaction=transaction)
            assert reason is not None  # no edge opens a request without a reason
            note = None if is_blank(input.note) else input.note
            units = RequestedUnits(item, input.quantity, reason.id, reason.label_id, note)
            openings.append(Opening(units, transaction, edge))
        except Refused as refused:
            for blocker in refused.blockers:
                about = _about_item(blocker.about, n)
                blockers.setdefault((blocker.code, about), Blocker(blocker.code, blocker.message, about))
    if blockers:
        outdated = any(code is Refusal.POLICY_OUTDATED for code, _ in blockers)
        raise Refused(tuple(blockers.values()), transition.order_book.policy.id if outdated else None)
    return openings


def _about_item(about: Path, n: int) -> Path:
    """A line's own inputs stand under `items`; what is said once for all lines stands at the top, under "input"."""
    return about[1:] if about[:1] == ("input",) else ("items", str(n), *about)


def _find_item(transition: Transition, inputs: Sequence[ItemInput], n: int) -> OrderItem:
    id = inputs[n].order_item_id
    item = transition.order_book.find_item(id)
    if item is None or not sees_part(transition.actor, item.seller_id):
        raise not_found("item in this order", about=("orderItemId",))
    if any(input.order_item_id == id for input in inputs[:n]):
        raise refuse(Refusal.DUPLICATE_ITEM, about=("orderItemId",))
    return item


def _transaction(transition: Transition, item: OrderItem) -> TransactionType:
    """The type that a request on an item has if the command names none."""
    return requested_type(transition.actor.role, transition.order_book.package(item.package_id).status)


def _open(
    transition: Transition,
    openings: Sequence[Opening],
    *,
    accepted_policy: bool,
    decision: Decision | None = None,
    basis: Basis = Basis.VOLUNTARY,
) -> list[CancellationRequest]:
    """Put one request per seller's part, type and rule of the terms into the order book and take its opening edge."""
    groups: dict[tuple[str, TransactionType, str | None], list[Opening]] = {}
    for opening in openings:
        item, transaction = opening.units.item, opening.transaction
        rule = rule_for(transition.order_book, transaction, item, basis)
        groups.setdefault((item.seller_order_id, transaction, rule), []).append(opening)
    actor, policy = transition.actor, transition.order_book.policy
    accepted = policy.id if accepted_policy and actor.role is Role.CUSTOMER else None
    origin = Origin(new_id("submission"), actor.role, accepted, basis=basis)
    requests = []
    for (_, transaction, _), lines in groups.items():
        request = insert_request(transition, transaction, [line.units for line in lines], origin)
        transition.follow(lines[0].edge, request, actor, given=decision)
        requests.append(request)
    return requests
