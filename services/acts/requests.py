"""The acts on requests. Each works on a book, so that a preview is the act itself, not written."""

from collections.abc import Sequence

from domain.errors import Blocker, Path, Refused, not_found, refuse
from domain.facts import Decision, ItemChoice
from domain.guards import SENT
from domain.lifecycle import Edge, decide
from domain.words import Action, Refusal, RequestStatus, Role, Subject, TransactionType, WaitingOn
from models import CancellationRequest, RequestItem
from models.ids import new_id
from services import facts
from services.changes import Row
from services.inputs import ApplyInput, DecisionInput, ItemInput, ReturnInput
from services.order_book import Book
from services.transition import Transition

Outcome = dict[str, list[str]]
"""What a command brought about: kind → ids, for the answer and for whoever repeats the command."""

_Wanted = tuple[ItemInput, Row, TransactionType, Edge]


def request_return(step: Transition, ask: ReturnInput) -> Outcome:
    """Open one request per seller's part and type for what is asked; all of it or nothing."""
    wanted = _decide_items(step, Action.REQUEST_RETURN, ask.items, kind=ask.transaction, policy=ask.policy_version)
    return {"requests": [row["id"] for row in _open(step, wanted, accepted_policy=bool(ask.policy_version))]}


def apply_cancellation(step: Transition, ask: ApplyInput) -> Outcome:
    """Make the plan of a waiting cancellation, or open a request on the customer's behalf and go on from there."""
    if bool(ask.request_id) == bool(ask.items):
        raise refuse(Refusal.CONTRADICTORY_INPUT, "Name either a request or items of the order.", about=("requestId",))
    if ask.request_id:
        request = _request(step.book, ask.request_id, ask.expected_version)
        if request["transaction"] != ask.transaction or ask.transaction is TransactionType.REFUND:
            message = "A request for a return is confirmed by its seller; only a cancellation can be applied."
            raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("transaction",))
        step.take(Subject.REQUEST, Action.APPLY_CANCELLATION, request, ask=Decision(confirm=ask.confirm))
        requests = [request]
    else:
        items = _decide_items(step, Action.APPLY_CANCELLATION, ask.items, kind=ask.transaction, confirm=ask.confirm)
        requests = _open(step, items, accepted_policy=False)
    plans = [plan["id"] for plan in map(step.book.plan_of, requests) if plan]
    return {"requests": [row["id"] for row in requests], "plans": plans}


def confirm_request(step: Transition, ask: DecisionInput) -> Outcome:
    """The seller agrees: to a return, whole or in part, or to cancel a parcel that has left."""
    request = _request(step.book, ask.request_id, ask.expected_version)
    items = [item for item, _ in ask.accepted]
    for n, item in enumerate(items):
        if item in items[:n]:
            raise refuse(Refusal.DUPLICATE_ITEM, about=("items", str(n), "orderItemId"))
    if ask.accepted and request["transaction"] == TransactionType.CANCEL:
        message = "A cancellation is confirmed whole: leave the items out."
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("items",))
    step.take(Subject.REQUEST, Action.CONFIRM_REQUEST, request, ask=Decision(accepted=ask.accepted))
    plan = step.book.plan_of(request)
    return {"requests": [request["id"]], "plans": [plan["id"]] if plan else []}


def reject_request(step: Transition, ask: DecisionInput) -> Outcome:
    """The seller or the owner says no, and why."""
    request = _request(step.book, ask.request_id, ask.expected_version)
    step.take(Subject.REQUEST, Action.REJECT_REQUEST, request, ask=Decision(reason=ask.reason))
    return {"requests": [request["id"]]}


def withdraw_request(step: Transition, ask: DecisionInput) -> Outcome:
    """The customer takes the request back."""
    request = _request(step.book, ask.request_id, ask.expected_version)
    step.take(Subject.REQUEST, Action.WITHDRAW_REQUEST, request)
    return {"requests": [request["id"]]}


def expect(row: Row, version: int | None) -> None:
    """Refuse a decision on something that has changed since the person saw it."""
    if version is not None and row["version"] != version:
        message = f"This has changed since you last saw it: you saw version {version}, it is now {row['version']}."
        raise Refused((Blocker(Refusal.STALE_VERSION, message, ("expectedVersion",)),), current=row["id"])


def _request(book: Book, id: str, version: int | None) -> Row:
    request = book.request(id)
    expect(request, version)
    return request


def _decide_items(
    step: Transition,
    action: Action,
    items: Sequence[ItemInput],
    *,
    kind: TransactionType | None,
    policy: str | None = None,
    confirm: bool = False,
) -> list[_Wanted]:
    """Decide on every line that is asked for; raises `Refused` with what blocks any of them."""
    if not items:
        raise refuse(Refusal.INVALID_INPUT, "Choose at least one item.", about=("items",))
    decided: list[_Wanted] = []
    blockers: dict[tuple[Refusal, Path], Blocker] = {}
    for n, wanted in enumerate(items):
        try:
            item = _find_item(step.book, items, n)
            way = kind or _way(step.book, item)
            reason = facts.reason(step.book.reasons.get(wanted.reason))
            ask = ItemChoice(wanted.quantity, reason, wanted.note, policy, confirm)
            world = facts.item_in_book(step.book, item, step.now)
            edge = decide(Subject.REQUEST, action, step.actor.role, world, ask=ask, kind=way)
            decided.append((wanted, item, way, edge))
        except Refused as refused:
            for one in refused.blockers:
                about = _about_item(one.about, n)
                blockers.setdefault((one.code, about), Blocker(one.code, one.message, about))
    if blockers:
        raise Refused(tuple(blockers.values()))
    return decided


def _about_item(about: Path, n: int) -> Path:
    """A line's own inputs stand under `items`; what is said once for all lines stands at the top."""
    return about if about and about[0] in ("policyVersion", "confirm") else ("items", str(n), *about)


def _find_item(book: Book, items: Sequence[ItemInput], n: int) -> Row:
    id = items[n].order_item_id
    item = book.one(book.items, id)
    if item is None:
        raise not_found("item in this order", about=("orderItemId",))
    if any(one.order_item_id == id for one in items[:n]):
        raise refuse(Refusal.DUPLICATE_ITEM, about=("orderItemId",))
    return item


def _way(book: Book, item: Row) -> TransactionType:
    """The parcel decides: what has left can only come back, what has not can only be canceled."""
    left = book.package(item["package_id"])["status"] in SENT
    return TransactionType.REFUND if left else TransactionType.CANCEL


def _open(step: Transition, wanted: Sequence[_Wanted], *, accepted_policy: bool) -> list[Row]:
    """Put one request per seller's part and type into the book and take its opening edge."""
    groups: dict[tuple[str, TransactionType], list[_Wanted]] = {}
    for one in wanted:
        groups.setdefault((one[1]["seller_order_id"], one[2]), []).append(one)
    submission = new_id("submission")
    requests = []
    for (_, kind), lines in groups.items():
        request = _insert(step, lines, transaction=kind, submission_id=submission, accepted_policy=accepted_policy)
        step.follow(lines[0][3], request, step.actor)
        requests.append(request)
    return requests


def _insert(
    step: Transition,
    lines: Sequence[_Wanted],
    *,
    transaction: TransactionType,
    submission_id: str,
    accepted_policy: bool,
) -> Row:
    book, first = step.book, lines[0][1]
    request = book.changes.insert(
        CancellationRequest,
        id=new_id("request"),
        submission_id=submission_id,
        transaction=transaction,
        status=RequestStatus.WAITING,
        waiting_on=WaitingOn.NONE,
        opened_by=step.actor.role,
        order_id=book.order["id"],
        seller_order_id=first["seller_order_id"],
        seller_id=first["seller_id"],
        customer_id=book.order["customer_id"],
        accepted_policy_id=book.policy["id"] if accepted_policy and step.actor.role is Role.CUSTOMER else None,
        created_at=step.now,
        updated_at=step.now,
    )
    book.requests.append(request)
    for position, (wanted, item, _, _) in enumerate(lines, 1):
        row = book.changes.insert(
            RequestItem,
            id=new_id("line"),
            request_id=request["id"],
            order_item_id=item["id"],
            seller_id=item["seller_id"],
            position=position,
            quantity=wanted.quantity,
            reason_id=book.reasons[wanted.reason]["id"],
            note=wanted.note,
        )
        book.request_items.append(row)
    return request
