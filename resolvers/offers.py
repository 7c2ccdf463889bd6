"""What a viewer can do with a row now, by the tables that the command itself will ask."""

from collections.abc import Iterable
from typing import Any

from domain.errors import Blocker
from domain.facts import RefundFacts
from domain.guards import SENT
from domain.lifecycle import Offer, allowed
from domain.words import Action, PackageStatus, RefundStatus, Role, Subject, TransactionType
from resolvers.context import Context
from services import survey

Row = dict[str, Any]
_OPENING = (Action.REQUEST_RETURN, Action.APPLY_CANCELLATION)


def for_package(row: Row, context: Context) -> list[Row]:
    """Needs `items`."""
    facts = survey.package_facts(row, row["items"])
    return _shown(allowed(Subject.PACKAGE, _role(context), facts), None)


def for_request(row: Row, context: Context) -> list[Row]:
    """Needs `items.order_item.package`, `seller_order` and `plan`."""
    facts = survey.request_facts(
        row,
        packages=frozenset(PackageStatus(line["order_item"]["package"]["status"]) for line in row["items"]),
        seller_order=row["seller_order"],
        plan=row["plan"],
        held={},
        now=context.now,
    )
    return _shown(allowed(Subject.REQUEST, _role(context), facts, kind=facts.transaction), row["due_at"])


def for_plan(row: Row, context: Context) -> list[Row]:
    """The plan's own actions and those on its refunds. Needs `lines.order_item.package` and `refunds`."""
    packages = frozenset(PackageStatus(line["order_item"]["package"]["status"]) for line in row["lines"])
    facts = survey.plan_facts(row, packages=packages, refunds=row["refunds"])
    offers = allowed(Subject.PLAN, _role(context), facts, kind=facts.transaction)
    refunds = (RefundFacts(status) for status in facts.refunds)
    offers += _best(allowed(Subject.REFUND, _role(context), one) for one in refunds)
    return _shown(offers, row["due_at"])


def for_refund(row: Row, context: Context) -> list[Row]:
    """Needs nothing but the row."""
    return _shown(allowed(Subject.REFUND, _role(context), RefundFacts(RefundStatus(row["status"]))), row["due_at"])


def for_order(row: Row, context: Context) -> list[Row]:
    """What can be opened on any of the order's items. Needs what `eligibility` needs, below `items`."""
    return _shown(_best(_for_item(item, context)[1] for item in row["items"]), None)


def eligibility(row: Row, context: Context) -> Row | None:
    """Whether an item can be canceled or returned now, until when, and if not, why; None for who may never ask.

    Needs `package`, `seller_order` and `request_items`.
    """
    kind, offers = _for_item(row, context)
    if not offers:
        return None
    offer = offers[0]
    return {
        "transaction": kind,
        "quantity": row["active"] if offer.enabled else 0,
        "until": row["package"]["return_until"] if kind is TransactionType.REFUND else None,
        "blockers": [_blocker(one) for one in offer.blockers],
        "reasons": context.reference.reasons_for(kind),
    }


def _for_item(row: Row, context: Context) -> tuple[TransactionType, list[Offer]]:
    package = row["package"]
    kind = TransactionType.REFUND if package["status"] in SENT else TransactionType.CANCEL
    facts = survey.item_facts(
        row,
        package,
        row["seller_order"],
        now=context.now,
        in_open_request=any(line["open"] for line in row["request_items"]),
    )
    return kind, allowed(Subject.REQUEST, _role(context), facts, kind=kind, actions=_OPENING)


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


def _shown(offers: list[Offer], due_at: str | None) -> list[Row]:
    return [
        {
            "action": offer.action,
            "enabled": offer.enabled,
            "blockers": [_blocker(one) for one in offer.blockers],
            "due_at": due_at,
            "requires": offer.requires,
        }
        for offer in offers
    ]


def _blocker(one: Blocker) -> Row:
    return {"code": one.code, "message": one.message}
