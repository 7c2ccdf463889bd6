"""What a viewer can do with a row now, by the tables that the command itself will ask.

The answers of the tables are cached by the few words that decide them: a page of a hundred rows asks about a handful
of worlds. Callers must not change what they are given.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import TypeAlias, TypedDict

from domain.actions import Action
from domain.errors import Blocker
from domain.facts import ItemFacts, LabelFacts, PackageFacts, PlanFacts, RefundFacts, RequestFacts, ReturnFacts, Window
from domain.lifecycle import Offer, allowed, requested_type
from domain.returns import Json
from domain.undo import Former
from domain.words import (
    SENT,
    LabelStatus,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    RefundTrigger,
    RequestStatus,
    ReturnMethod,
    ReturnStatus,
    Role,
    Subject,
    TransactionType,
    WaitingOn,
)
from engine.conditions import Column, Fragment
from engine.reads import Row
from resolvers.context import Context
from resolvers.item_terms import Traits, shown, takes_goods_back
from resolvers.reference import audience_of

REMEMBERED = 1024
_OPENING = (Action.REQUEST_RETURN, Action.APPLY_CANCELLATION)
_ARRIVING = (Action.RECEIVE_UNANNOUNCED,)
_SENT = ", ".join(f"'{status}'" for status in sorted(SENT))
CIRCUMSTANCES = Fragment(
    *("nullif(concat_ws(' ', nullif(", Column("opened_by"), f", '{Role.CUSTOMER}'),"),
    *(" case when ", Column("status"), f" <> '{RequestStatus.WAITING}' then case when ("),
    *("select plan.held from cancellation_plan plan where plan.request_id = ", Column("id"), ") then 'HELD' end"),
    *(" when ", Column("transaction"), f" = '{TransactionType.CANCEL}' then concat_ws(' ', case when exists ("),
    "select 1 from request_item l join order_item i on i.id = l.order_item_id join package p on p.id = i.package_id"
    " join order_item other on other.package_id = p.id where l.request_id = ",
    *(Column("id"), f" and p.status in ({_SENT})"),
    " and other.active + other.cancel_held + other.return_held <> coalesce((select asked.quantity from request_item"
    " asked where asked.request_id = l.request_id and asked.order_item_id = other.id), 0)) then 'PART' end,"
    " case when (select count(*) > 0 from request_item l",
    " join request_item other on other.order_item_id = l.order_item_id and other.open where l.request_id = ",
    *(Column("id"), " and not l.open and other.request_id <> l.request_id) then 'ELSEWHERE' end) end), '')"),
)
"""What else decides about a request, as words with spaces between them; null of most requests, which is why it is one
column and not four. First the role that opened it, if that was not the customer. Then, of a decided one, HELD: its
plan's money waits for the goods. Of a waiting cancellation, PART: it is not for all that is left in those of its
packages that have been shipped; ELSEWHERE: an item is in another open request as well, as only then its own line is
not open. services/facts.py has the same of an order book."""


class Status(TypedDict):
    """Any row, as far as its status goes."""

    status: str


class LineInPackage(TypedDict):
    """A row with an item in a package."""

    order_item: "PackedItem"


class PackedItem(TypedDict):
    """An item's package."""

    package: Status


class ItemUnits(TypedDict):
    """Units of an item that are still to be sent or kept."""

    active: int
    cancel_held: int
    return_held: int


class PackedUnits(ItemUnits):
    """Units of an item, and those that have come back."""

    returned: int


class PackageRow(Status):
    """What `for_package` needs of a package."""

    items: list[PackedUnits]
    delivery_assumed: bool
    version: int
    former: dict[str, Json] | None


class RequestRow(Status):
    """What `for_requests` needs of a request."""

    transaction: str
    due_at: str | None
    items: list[LineInPackage]
    seller_order: Status
    plan: Status | None
    waiting_on: str
    circumstances: str | None


class HeldPlan(Status):
    """A plan, and whether its money waits for the goods."""

    held: bool


class ExpectedLine(TypedDict):
    """A line of a return shipment."""

    expected: int
    missing: int


class ReturnedRequest(TypedDict):
    """A return with its terms and its plan."""

    status: str
    return_terms: dict[str, str] | None
    plan: HeldPlan


class ReturnRow(Status):
    """What `for_return` needs of a return shipment."""

    sent_at: str | None
    due_at: str | None
    method: str
    lines: list[ExpectedLine]
    labels: list[Status]
    request: ReturnedRequest


class LabelRow(Status):
    """What `for_label` needs of a label."""

    scanned_at: str | None
    due_at: str | None
    shipment: Status


class PlanRow(Status):
    """What `for_plan` needs of a plan."""

    transaction: str
    due_at: str | None
    shortfall_minor: int
    lines: list[LineInPackage]
    refunds: list["DisputedRefund"]


class DisputedRefund(Status):
    """A refund, and whether it is stopped for a dispute."""

    disputed: bool


class RefundRow(DisputedRefund):
    """What `for_refund` needs of a refund."""

    due_at: str | None


class ReturnWindow(TypedDict):
    """A package and the end of its return window."""

    status: str
    return_until: str | None


class OpenLine(TypedDict):
    """A line of a request."""

    open: bool


class ItemRow(TypedDict):
    """What `eligibility` needs of an item."""

    active: int
    package: ReturnWindow
    seller_order: Status
    request_items: list[OpenLine]
    traits: Traits | None


class OrderRow(TypedDict):
    """What `for_order` needs of an order."""

    items: list["OrderedItem"]


class OrderedItem(ItemRow):
    """What `for_order` needs of an item."""

    seller_id: str


ItemWorld: TypeAlias = tuple[Role, str, str, bool, bool, bool, bool]
"""Who asks, and the words that decide what can be opened on an item: a plain tuple, as there is one for every item."""


def for_package(row: PackageRow, context: Context) -> list[Row]:
    """What can be done with a package."""
    left = any(_remaining(item) for item in row["items"])
    held = any(item["cancel_held"] for item in row["items"])
    free = sum(item["active"] for item in row["items"])
    returns = any(item["return_held"] or item["returned"] for item in row["items"])
    stored = row["former"]
    former = Former.of_json(stored) if stored and stored["version"] == row["version"] else None
    settled = former is not None and former.is_settled(context.now, context.commands.terms.revert_within)
    return _package_offers(
        context.actor.role,
        row["status"],
        left,
        held,
        row["delivery_assumed"],
        former.status if former else None,
        settled,
        returns,
        min(free, 2),
    )


@lru_cache(maxsize=REMEMBERED)
def _package_offers(
    role: Role,
    status: str,
    left: bool,
    held: bool,
    assumed: bool,
    former: PackageStatus | None,
    settled: bool,
    returns: bool,
    free: int,
) -> list[Row]:
    facts = PackageFacts(
        PackageStatus(status),
        int(left),
        int(held),
        assumed=assumed,
        former=former,
        settled=settled,
        returns=int(returns),
        active={"": free},
    )
    return _shown(allowed(Subject.PACKAGE, role, facts))


def _remaining(item: ItemUnits) -> int:
    return item["active"] + item["cancel_held"] + item["return_held"]


def for_requests(rows: list[RequestRow], context: Context, *, due: bool) -> list[list[Row]]:
    """What can be done with each request; without `due` it does not say until when, and requests share offers."""
    role = context.actor.role
    found = []
    for row in rows:
        plan = row["plan"]
        offers = _request_offers(
            role,
            row["status"],
            row["transaction"],
            tuple([line["order_item"]["package"]["status"] for line in row["items"]]),
            row["seller_order"]["status"],
            plan["status"] if plan else None,
            row["waiting_on"],
            row["circumstances"],
        )
        found.append(_due(offers, row["due_at"]) if due else offers)
    return found


@lru_cache(maxsize=REMEMBERED)
def _request_offers(
    role: Role,
    status: str,
    transaction: str,
    packages: tuple[str, ...],
    seller_order: str,
    plan: str | None,
    waiting_on: str,
    circumstances: str | None,
) -> list[Row]:
    """Whether a request is overdue matters to the system alone, which is offered nothing here.

    Where the units are matters only while a cancellation waits, so no row says which of them were accepted. A return
    whose money is held waits for the customer exactly as long as the goods have not been sent, and for the owner
    exactly if they are lost.
    """
    words = frozenset((circumstances or "").split())
    held = "HELD" in words
    facts = RequestFacts(
        status=RequestStatus(status),
        transaction=TransactionType(transaction),
        packages=frozenset(map(PackageStatus, packages)),
        seller_order=OrderStatus(seller_order),
        plan=PlanStatus(plan) if plan else None,
        whole="PART" not in words,
        opened_by=next((role for role in Role if role in words), Role.CUSTOMER),
        money_held=held,
        goods=_GOODS.get(waiting_on, ReturnStatus.IN_TRANSIT) if held else None,
        elsewhere="ELSEWHERE" in words,
    )
    return _shown(allowed(Subject.REQUEST, role, facts, transaction=facts.transaction))


_GOODS = {str(WaitingOn.CUSTOMER): ReturnStatus.AWAITING, str(WaitingOn.OWNER): ReturnStatus.LOST}


def for_plan(row: PlanRow, context: Context) -> list[Row]:
    """What can be done with a plan, and with its refunds."""
    packages = frozenset([line["order_item"]["package"]["status"] for line in row["lines"]])
    refunds = tuple([(refund["status"], refund["disputed"]) for refund in row["refunds"]])
    offers = _plan_offers(
        context.actor.role, row["status"], row["transaction"], packages, refunds, row["shortfall_minor"] > 0
    )
    return _due(offers, row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _plan_offers(
    role: Role,
    status: str,
    transaction: str,
    packages: frozenset[str],
    refunds: tuple[tuple[str, bool], ...],
    short: bool,
) -> list[Row]:
    found = [RefundFacts(RefundStatus(refund), disputed=disputed) for refund, disputed in refunds]
    facts = PlanFacts(
        PlanStatus(status),
        TransactionType(transaction),
        frozenset(map(PackageStatus, packages)),
        tuple([RefundStatus(refund) for refund, _ in refunds]),
        short_minor=int(short),
        disputed=any(refund.disputed for refund in found),
    )
    offers = allowed(Subject.PLAN, role, facts, transaction=facts.transaction)
    offers += _best(allowed(Subject.REFUND, role, refund) for refund in found)
    return _shown(offers)


def for_refund(row: RefundRow, context: Context) -> list[Row]:
    """What can be done with a refund."""
    return _due(_refund_offers(context.actor.role, row["status"], row["disputed"]), row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _refund_offers(role: Role, status: str, disputed: bool) -> list[Row]:
    return _shown(allowed(Subject.REFUND, role, RefundFacts(RefundStatus(status), disputed=disputed)))


def for_return(row: ReturnRow, context: Context) -> list[Row]:
    """What can be done with a return shipment."""
    request, terms = row["request"], row["request"]["return_terms"]
    here = row["status"] in (ReturnStatus.RECEIVED, ReturnStatus.INSPECTED)
    to_come = request["status"] != RequestStatus.EXPIRED and any(
        line["missing"] if here else line["expected"] for line in row["lines"]
    )
    trigger = terms["trigger"] if terms else RefundTrigger.ON_CONFIRM
    offers = _return_offers(
        context.actor.role, row["status"], row["sent_at"] is not None, request["plan"]["held"], trigger, to_come
    )
    if context.commands.terms.carrier is not None:
        carried = row["method"] == ReturnMethod.MAIL and terms is not None and terms["address"] is not None
        labels = sum(label["status"] != LabelStatus.VOIDED for label in row["labels"])
        awaited = row["status"] == ReturnStatus.AWAITING
        offers = [*offers, *_new_label_offers(context.actor.role, awaited, carried, labels)]
    return _due(offers, row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _new_label_offers(role: Role, awaited: bool, carried: bool, labels: int) -> list[Row]:
    facts = LabelFacts(None, awaited=awaited, carried=carried, labels=labels)
    return _shown(allowed(Subject.LABEL, role, facts))


def for_label(row: LabelRow, context: Context) -> list[Row]:
    """What can be done with a label, which there is only where labels are bought."""
    awaited, used = row["shipment"]["status"] == ReturnStatus.AWAITING, row["scanned_at"] is not None
    carried = context.commands.terms.carrier is not None
    return _due(_label_offers(context.actor.role, row["status"], awaited, carried, used), row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _label_offers(role: Role, status: str, awaited: bool, carried: bool, used: bool) -> list[Row]:
    facts = LabelFacts(LabelStatus(status), awaited=awaited, carried=carried, used=used)
    return _shown(allowed(Subject.LABEL, role, facts))


@lru_cache(maxsize=REMEMBERED)
def _return_offers(role: Role, status: str, sent: bool, held: bool, trigger: str, to_come: bool) -> list[Row]:
    facts = ReturnFacts(ReturnStatus(status), sent, held, RefundTrigger(trigger), {"": int(to_come)})
    return _shown(allowed(Subject.RETURN_SHIPMENT, role, facts))


def for_order(row: OrderRow, context: Context) -> list[Row]:
    """What can be opened on any of the order's items, and on the order itself."""
    offers = [_item_offers(*_item_world(item, context))[1] for item in row["items"]]
    if context.reference.rulebook and context.actor.role is not Role.CUSTOMER:
        offers += [_arrival_offers(*_item_world(item, context)[:6], _has_terms(item, context)) for item in row["items"]]
    return _shown([*_best(offers), *_order_offers(context.actor.role)])


def _has_terms(item: OrderedItem, context: Context) -> bool:
    return takes_goods_back(item["seller_id"], item["traits"], context)


@lru_cache(maxsize=REMEMBERED)
def _order_offers(role: Role) -> list[Offer]:
    """An allowance depends on nothing but the money that is left, which its amount is held against."""
    refund = TransactionType.REFUND
    facts = RequestFacts(None, refund, frozenset(), OrderStatus.SHIPPING)
    return allowed(Subject.REQUEST, role, facts, transaction=refund, actions=(Action.REFUND_ALLOWANCE,))


def eligibility(row: ItemRow, context: Context) -> Row | None:
    """Whether an item can be canceled or returned now, until when, and if not, why; None if the role may not ask."""
    answer = _item_answer(*_item_world(row, context))
    if answer is None:
        return None
    transaction, blockers = answer
    returned = transaction is TransactionType.REFUND
    terms, until = None, row["package"]["return_until"]
    if row["traits"] is not None:
        terms, until = shown(row["traits"], until, context)
    return {
        "transaction": transaction,
        "quantity": 0 if blockers else row["active"],
        "until": until if returned else None,
        "exemption": terms.exemption if terms and returned else None,
        "blockers": blockers,
        "reasons": context.reference.reasons_for(transaction, audience_of(context.viewer)),
    }


def _item_world(row: ItemRow, context: Context) -> ItemWorld:
    package, terms, until = row["package"], None, row["package"]["return_until"]
    if row["traits"] is not None:
        terms, until = shown(row["traits"], until, context)
    return (
        context.actor.role,
        package["status"],
        row["seller_order"]["status"],
        row["active"] > 0,
        until is None or _window(until).is_open(context.now),
        bool(row["request_items"]) and any(line["open"] for line in row["request_items"]),
        terms is not None and terms.exemption is not None,
    )


@lru_cache(maxsize=REMEMBERED)
def _window(until: str) -> Window:
    return Window(datetime.fromisoformat(until))


@lru_cache(maxsize=REMEMBERED)
def _item_answer(*world: *ItemWorld) -> tuple[TransactionType, list[Row]] | None:
    """The transaction type that a request on an item would have, and what blocks it; None if the role may not ask."""
    transaction, offers = _item_offers(*world)
    return (transaction, _blockers(offers[0].blockers)) if offers else None


@lru_cache(maxsize=REMEMBERED)
def _item_offers(
    role: Role, package: str, seller_order: str, active: bool, window_open: bool, in_open_request: bool, exempt: bool
) -> tuple[TransactionType, list[Offer]]:
    status = PackageStatus(package)
    transaction = requested_type(role, status)
    facts = ItemFacts(
        package=status,
        seller_order=OrderStatus(seller_order),
        active=int(active),
        window_open=window_open,
        in_open_request=in_open_request,
        exempt=exempt,
    )
    return transaction, allowed(Subject.REQUEST, role, facts, transaction=transaction, actions=_OPENING)


@lru_cache(maxsize=REMEMBERED)
def _arrival_offers(
    role: Role, package: str, seller_order: str, active: bool, window_open: bool, in_open_request: bool, terms: bool
) -> list[Offer]:
    """Whether goods of an item can be received that nobody expects; nothing is shown where no goods are asked for."""
    facts = ItemFacts(
        package=PackageStatus(package),
        seller_order=OrderStatus(seller_order),
        active=int(active),
        window_open=window_open,
        in_open_request=in_open_request,
        returns_on=terms,
    )
    return allowed(Subject.REQUEST, role, facts, transaction=TransactionType.REFUND, actions=_ARRIVING)


def _best(groups: Iterable[list[Offer]]) -> list[Offer]:
    """One offer per action out of many subjects': an enabled one if there is any."""
    found: dict[Action, Offer] = {}
    for offer in chain.from_iterable(groups):
        known = found.get(offer.action)
        if known is None or (offer.enabled and not known.enabled):
            found[offer.action] = offer
    return list(found.values())


def _shown(offers: list[Offer]) -> list[Row]:
    return [
        {
            "action": offer.action.value,
            "enabled": offer.enabled,
            "blockers": _blockers(offer.blockers),
            "due_at": None,
            "requires": list(offer.requires),
        }
        for offer in offers
    ]


def _due(offers: list[Row], due_at: str | None) -> list[Row]:
    return offers if due_at is None else [{**offer, "due_at": due_at} for offer in offers]


def _blockers(blockers: tuple[Blocker, ...]) -> list[Row]:
    return [{"code": blocker.code.value, "message": blocker.message} for blocker in blockers]
