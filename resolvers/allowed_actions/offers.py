"""What the tables offer, as the API shows it."""

from collections.abc import Iterable
from itertools import chain
from typing import TypedDict

from domain.actions import Action
from domain.errors import Blocker
from domain.facts import Actor
from domain.lifecycle import Offer
from engine.reads import Row

REMEMBERED = 1024


class Status(TypedDict):
    """Any row, as far as its status goes."""

    status: str


class LineInPackage(TypedDict):
    """A row with an item in a package."""

    order_item: "PackedItem"


class PackedItem(TypedDict):
    """An item's package."""

    package: Status


def best(groups: Iterable[list[Offer]]) -> list[Offer]:
    """One offer per action out of many subjects': an enabled one if there is any."""
    found: dict[Action, Offer] = {}
    for offer in chain.from_iterable(groups):
        known = found.get(offer.action)
        if known is None or (offer.enabled and not known.enabled):
            found[offer.action] = offer
    return list(found.values())


def shown_offers(offers: list[Offer]) -> list[Row]:
    return [
        {
            "action": offer.action.value,
            "enabled": offer.enabled,
            "blockers": shown_blockers(offer.blockers),
            "due_at": None,
            "requires": list(offer.requires),
        }
        for offer in offers
    ]


def offered(offers: list[Row], actor: Actor, due_at: str | None = None) -> list[Row]:
    """The offers of a role, as far as the actor's token allows them, with the time until which they stand."""
    if actor.actions is not None:
        offers = [offer for offer in offers if actor.may(offer["action"])]
    return offers if due_at is None else [{**offer, "due_at": due_at} for offer in offers]


def shown_blockers(blockers: tuple[Blocker, ...]) -> list[Row]:
    return [{"code": blocker.code.value, "message": blocker.message} for blocker in blockers]
