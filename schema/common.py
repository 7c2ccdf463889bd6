"""Types that many others use: Node, Money, page info, allowed actions with their blockers."""

from functools import lru_cache
from typing import Any

import strawberry

from domain.actions import Action
from domain.refusals import Refusal
from domain.words import Role
from engine.execution.computed import Needs, Prefixed, computed
from resolvers.context import Info
from schema.scalars import Amount, CurrencyCode, DateTime
from services.currency import format_minor

VERSION = "The version, which goes up with every change. Send it as `expectedVersion` with a decision."


@strawberry.interface(description="An object with an id.")
class Node(Prefixed):
    id: strawberry.ID = strawberry.field(
        description="The id. It is unique across all types, and its prefix names the type."
    )


@strawberry.type(description="An exact amount of money.")
class Money:
    amount: Amount = strawberry.field(description="The amount in the currency's main unit, such as `12.30`.")
    currency: CurrencyCode = strawberry.field(description="The currency of the amount.")


@lru_cache(maxsize=8192)
def money_of(minor: int, currency: str) -> dict[str, str]:
    """An amount as Money shows it. It is cached, because prices repeat; callers must not change it."""
    return {"amount": format_minor(minor, currency), "currency": currency}


def amount_of(column: str, **options: Any) -> Any:
    """A Money field that shows a column of minor units in the currency of its row."""

    def money(row: dict[str, Any]) -> dict[str, str]:
        return money_of(row[column], row["currency"])

    return computed(money, needs=Needs(column, "currency"), **options)


@strawberry.type(description="A condition that does not hold: a code for programs, a sentence for people.")
class Blocker:
    code: Refusal = strawberry.field(description="The code of the condition.")
    message: str = strawberry.field(description="What does not hold, and what can be done about it.")


@strawberry.type(description="An action of the viewer's role, offered or not. The same rules decide the mutation.")
class AllowedAction:
    action: Action = strawberry.field(description="The action; the mutation for it has the same name in camel case.")
    enabled: bool = strawberry.field(description="Whether the action is offered now.")
    blockers: list[Blocker] = strawberry.field(description="Why the action is not offered; empty if it is.")
    due_at: DateTime | None = strawberry.field(description="The time by which somebody is expected to act, if any.")
    requires: list[str] = strawberry.field(
        description="The input fields of the mutation that its conditions may require; of an action that opens a "
        "request, also those of an entry of `items`."
    )


@strawberry.type(description="The person or program that acted.")
class Actor:
    role: Role = strawberry.field(description="The role in which the actor acted.")
    id: str | None = strawberry.field(description="The subject of the actor's token; null for everybody but the owner.")


@strawberry.type(description="The position of a page in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether entries follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether entries precede this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first entry; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last entry; null on an empty page.")


ACTOR = Needs("actor_role", "actor_id")


def actor_of(row: dict[str, Any], info: Info) -> dict[str, Any]:
    """The actor of an event. Only the owner is shown the id."""
    shown = info.context.viewer is not None and info.context.viewer.role is Role.OWNER
    return {"role": row["actor_role"], "id": row["actor_id"] if shown else None}
