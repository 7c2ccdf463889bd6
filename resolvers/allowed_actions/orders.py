"""What can be done with packages, and opened on items and orders."""

from datetime import datetime
from functools import lru_cache
from typing import TypeAlias, TypedDict

from domain.actions import Action
from domain.facts import ItemFacts, PackageFacts, RequestFacts, Window
from domain.lifecycle import Offer, allowed, requested_type
from domain.returns import Json
from domain.undo import Former
from domain.withdrawal import WithdrawalFacts
from domain.words import (
    OrderStatus,
    PackageStatus,
    Role,
    Subject,
    TransactionType,
)
from engine.reads import Row
from resolvers.allowed_actions.offers import REMEMBERED, Status, best, offered, shown_blockers, shown_offers
from resolvers.context import Context
from resolvers.item_terms import Traits, shown, takes_goods_back
from resolvers.reference import audience_of

_OPENING = (Action.REQUEST_RETURN, Action.APPLY_CANCELLATION)


_WITHOUT_UNITS = (OrderStatus.CANCELED, OrderStatus.REFUNDED)
_ARRIVING = (Action.RECEIVE_UNANNOUNCED,)


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


class OrderRow(Status):
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
    actor = context.actor
    offers = _package_offers(
        actor.role,
        row["status"],
        left,
        held,
        row["delivery_assumed"],
        former.status if former else None,
        settled,
        returns,
        min(free, 2),
    )
    return offered(offers, actor)


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
    return shown_offers(allowed(Subject.PACKAGE, role, facts))


def _remaining(item: ItemUnits) -> int:
    return item["active"] + item["cancel_held"] + item["return_held"]


def for_order(row: OrderRow, context: Context) -> list[Row]:
    """What can be opened on any of the order's items, and on the order itself."""
    actor, offers = context.actor, [_item_offers(*_item_world(item, context))[1] for item in row["items"]]
    if context.reference.rulebook and actor.role is not Role.CUSTOMER:
        offers += [_arrival_offers(*_item_world(item, context)[:6], _has_terms(item, context)) for item in row["items"]]
    return offered(shown_offers([*best(offers), *_order_offers(actor.role, row["status"])]), actor)


def _has_terms(item: OrderedItem, context: Context) -> bool:
    return takes_goods_back(item["seller_id"], item["traits"], context)


@lru_cache(maxsize=REMEMBERED)
def _order_offers(role: Role, status: str) -> list[Offer]:
    """An allowance depends on nothing but the money that is left, which its amount is held against.

    A withdrawal is offered for as long as the customer has units: the right to it is never hidden.
    """
    refund = TransactionType.REFUND
    facts = RequestFacts(None, refund, frozenset(), OrderStatus.SHIPPING)
    allowance = allowed(Subject.REQUEST, role, facts, transaction=refund, actions=(Action.REFUND_ALLOWANCE,))
    world = WithdrawalFacts(None, {"": int(has_units(status))})
    return [*allowance, *allowed(Subject.WITHDRAWAL, role, world)]


def has_units(status: str) -> bool:
    """Whether the customer of an order with this status has units of it, or will have them."""
    return OrderStatus(status) not in _WITHOUT_UNITS


def eligibility(row: ItemRow, context: Context) -> Row | None:
    """Whether an item can be canceled or returned now, until when, and if not, why; None if the viewer may not ask."""
    answer = _item_answer(*_item_world(row, context))
    if answer is None or not any(map(context.actor.may, _OPENING)):
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
    return (transaction, shown_blockers(offers[0].blockers)) if offers else None


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
