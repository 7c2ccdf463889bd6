"""What a viewer can do with a row now, by the tables that the command itself will ask.

What the tables say of a few words about the world is remembered: on a page of a hundred rows they are asked
about a handful of worlds. Nobody changes what is handed out.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from domain.errors import Blocker
from domain.facts import ItemFacts, PackageFacts, PlanFacts, RefundFacts, RequestFacts, Window
from domain.guards import SENT
from domain.lifecycle import Offer, allowed
from domain.words import (
    Action,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    RequestStatus,
    Role,
    Subject,
    TransactionType,
)
from engine.reads import Row
from resolvers.context import Context

REMEMBERED = 1024
_OPENING = (Action.REQUEST_RETURN, Action.APPLY_CANCELLATION)


def for_package(row: Row, context: Context) -> list[Row]:
    """Needs `items`."""
    left = any(item["active"] or item["cancel_held"] or item["return_held"] for item in row["items"])
    return _package_offers(_role(context), row["status"], left)


@lru_cache(maxsize=REMEMBERED)
def _package_offers(role: Role, status: str, left: bool) -> list[Row]:
    return _shown(allowed(Subject.PACKAGE, role, PackageFacts(PackageStatus(status), int(left))))


def for_requests(rows: list[Row], context: Context, *, due: bool) -> list[list[Row]]:
    """Each needs `items.order_item.package`, `seller_order` and `plan`; without `due` it is not said until when.

    Without it, requests that stand alike share their offers.
    """
    role = _role(context)
    found = []
    for row in rows:
        plan = row["plan"]
        packages = tuple([line["order_item"]["package"]["status"] for line in row["items"]])
        offers = _request_offers(
            role, row["status"], row["transaction"], packages, row["seller_order"]["status"], plan and plan["status"]
        )
        found.append(_due(offers, row["due_at"]) if due else offers)
    return found


@lru_cache(maxsize=REMEMBERED)
def _request_offers(role: Role, *world: Any) -> list[Row]:
    """That a request is overdue makes a difference to Retour itself only, which is offered nothing here."""
    status, transaction, packages, seller_order, plan = world
    facts = RequestFacts(
        status=RequestStatus(status),
        transaction=TransactionType(transaction),
        packages=frozenset(map(PackageStatus, packages)),
        seller_order=OrderStatus(seller_order),
        plan=plan and PlanStatus(plan),
    )
    return _shown(allowed(Subject.REQUEST, role, facts, transaction=facts.transaction))


def for_plan(row: Row, context: Context) -> list[Row]:
    """The plan's own actions and those on its refunds. Needs `lines.order_item.package` and `refunds`."""
    packages = frozenset([line["order_item"]["package"]["status"] for line in row["lines"]])
    refunds = tuple([refund["status"] for refund in row["refunds"]])
    return _due(_plan_offers(_role(context), row["status"], row["transaction"], packages, refunds), row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _plan_offers(
    role: Role, status: str, transaction: str, packages: frozenset[str], refunds: tuple[str, ...]
) -> list[Row]:
    facts = PlanFacts(
        PlanStatus(status),
        TransactionType(transaction),
        frozenset(map(PackageStatus, packages)),
        tuple(map(RefundStatus, refunds)),
    )
    offers = allowed(Subject.PLAN, role, facts, transaction=facts.transaction)
    offers += _best(allowed(Subject.REFUND, role, RefundFacts(refund)) for refund in facts.refunds)
    return _shown(offers)


def for_refund(row: Row, context: Context) -> list[Row]:
    """Needs nothing but the row."""
    return _due(_refund_offers(_role(context), row["status"]), row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _refund_offers(role: Role, status: str) -> list[Row]:
    return _shown(allowed(Subject.REFUND, role, RefundFacts(RefundStatus(status))))


def for_order(row: Row, context: Context) -> list[Row]:
    """What can be opened on any of the order's items. Needs what `eligibility` needs, below `items`."""
    return _shown(_best(_item_offers(*_item_world(item, context))[1] for item in row["items"]))


def eligibility(row: Row, context: Context) -> Row | None:
    """Whether an item can be canceled or returned now, until when, and if not, why; None for who may never ask.

    Needs `package`, `seller_order` and `request_items`.
    """
    answer = _item_answer(*_item_world(row, context))
    if answer is None:
        return None
    kind, blockers = answer
    return {
        "transaction": kind,
        "quantity": 0 if blockers else row["active"],
        "until": row["package"]["return_until"] if kind is TransactionType.REFUND else None,
        "blockers": blockers,
        "reasons": context.reference.reasons_for(kind),
    }


def _item_world(row: Row, context: Context) -> tuple[Role, str, str, bool, bool, bool]:
    """Who asks, and the words of the world that decide what can be opened on an item."""
    package, until = row["package"], row["package"]["return_until"]
    return (
        _role(context),
        package["status"],
        row["seller_order"]["status"],
        row["active"] > 0,
        until is None or _window(until).is_open(context.now),
        bool(row["request_items"]) and any(line["open"] for line in row["request_items"]),
    )


@lru_cache(maxsize=REMEMBERED)
def _window(until: str) -> Window:
    return Window(datetime.fromisoformat(until))


@lru_cache(maxsize=REMEMBERED)
def _item_answer(*world: Any) -> tuple[TransactionType, list[Row]] | None:
    """Which of the two ways back an item has, and what blocks it; None for who may never ask."""
    kind, offers = _item_offers(*world)
    return (kind, _blockers(offers[0].blockers)) if offers else None


@lru_cache(maxsize=REMEMBERED)
def _item_offers(role: Role, *world: Any) -> tuple[TransactionType, list[Offer]]:
    package, seller_order, active, window_open, asked = world
    kind = TransactionType.REFUND if package in SENT else TransactionType.CANCEL
    facts = ItemFacts(
        package=PackageStatus(package),
        seller_order=OrderStatus(seller_order),
        active=int(active),
        window_open=window_open,
        in_open_request=asked,
    )
    return kind, allowed(Subject.REQUEST, role, facts, transaction=kind, actions=_OPENING)


def _best(groups: Iterable[list[Offer]]) -> list[Offer]:
    """One offer per action out of many subjects': an enabled one if there is any."""
    found: dict[Action, Offer] = {}
    for offer in (one for group in groups for one in group):
        known = found.get(offer.action)
        if known is None or (offer.enabled and not known.enabled):
            found[offer.action] = offer
    return list(found.values())


def _role(context: Context) -> Role:
    return context.actor.role


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
    return offers if due_at is None else [{**one, "due_at": due_at} for one in offers]


def _blockers(blockers: tuple[Blocker, ...]) -> list[Row]:
    return [{"code": one.code.value, "message": one.message} for one in blockers]
