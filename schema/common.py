"""What many types share: Node, Money, connections' page info, actions with what blocks them."""

from functools import lru_cache
from typing import Any

import strawberry

from domain.words import Action, Refusal, Role
from engine.execution.computed import Needs, Prefixed, computed
from resolvers.context import Info
from schema.scalars import Amount, CurrencyCode, DateTime
from services.currency import format_minor


@strawberry.interface(description="Anything with an id that works everywhere: in `node`, in URLs, in logs, in events.")
class Node(Prefixed):
    id: strawberry.ID


@strawberry.type(description="An exact amount of money.")
class Money:
    amount: Amount
    currency: CurrencyCode


@lru_cache(maxsize=8192)
def money_of(minor: int, currency: str) -> dict[str, str]:
    """An amount as Money shows it. Prices repeat, so they are remembered; nobody changes what is handed out."""
    return {"amount": format_minor(minor, currency), "currency": currency}


def amount_of(column: str, **options: Any) -> Any:
    """A Money field that shows a column of minor units in the row's own currency."""

    def money(row: dict[str, Any]) -> dict[str, str]:
        return money_of(row[column], row["currency"])

    return computed(money, needs=Needs(column, "currency"), **options)


@strawberry.type(description="One condition that does not hold: a code for programs, a sentence for people.")
class Blocker:
    code: Refusal
    message: str


@strawberry.type(description="What the viewer can do here, now. The same rules decide when it is then done.")
class AllowedAction:
    action: Action
    enabled: bool
    blockers: list[Blocker] = strawberry.field(description="Why not; empty when it is enabled.")
    due_at: DateTime | None = strawberry.field(description="Until when somebody is expected to act.")
    requires: list[str] = strawberry.field(description="The inputs that the mutation will want.")


@strawberry.type(description="Who acted. `id` is shown to the owner only.")
class Actor:
    role: Role
    id: str | None


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


ACTOR = Needs("actor_role", "actor_id")


def actor_of(row: dict[str, Any], info: Info) -> dict[str, Any]:
    """Who took an edge, without the person's id for anybody but the owner."""
    shown = info.context.viewer is not None and info.context.viewer.role is Role.OWNER
    return {"role": row["actor_role"], "id": row["actor_id"] if shown else None}
