"""What the owner looks up to administer the marketplace: sellers by name, and what owners have set."""

from typing import Any

import orjson
import strawberry

from domain.actions import OwnerAction
from engine.execution.computed import Needs, computed
from resolvers import administration
from resolvers.context import Info
from schema.arguments import After, Before, First, Last
from schema.common import PageInfo
from schema.lists import COUNT, CURSOR, EDGES, NODES, PAGE_INFO
from schema.people import Seller
from schema.scalars import DateTime


@strawberry.type(description="A seller on a page, with its cursor.")
class SellerEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: Seller = strawberry.field(description="The seller.")


@strawberry.type(description="A page of sellers.")
class SellerConnection:
    edges: list[SellerEdge] = strawberry.field(description=EDGES)
    nodes: list[Seller] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.input(description="Conditions on sellers. An empty text finds nothing.")
class SellerFilter:
    name_starts_with: str | None = strawberry.field(
        default=None, description="The seller's name begins with this text; case and outer space do not matter."
    )
    ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The seller is one of these. An empty list finds nothing."
    )


@strawberry.type(description="A value that an owner has changed.")
class ChangedValue:
    name: str = strawberry.field(description="The name of the value.")
    before: str | None = strawberry.field(description="The value before, as JSON; null if there was none.")
    after: str | None = strawberry.field(description="The value after, as JSON; null if there is none.")


def _as_json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _changes(row: dict[str, Any]) -> list[dict[str, str | None]]:
    return [
        {"name": name, "before": _as_json(before), "after": _as_json(after)}
        for name, (before, after) in row["data"].items()
    ]


@strawberry.type(description="What an owner has set or done that belongs to no order.")
class OwnerEvent:
    at: DateTime = strawberry.field(description="The time of the change.")
    action: OwnerAction = strawberry.field(description="The action that was taken.")
    subject_id: strawberry.ID = strawberry.field(description="The id of the object that changed.")
    actor_id: str = strawberry.field(description="The subject of the owner's token.")
    changes: list[ChangedValue] = computed(_changes, needs=Needs("data"), description="The values that changed.")


@strawberry.type(description="An owner's change on a page, with its cursor.")
class OwnerEventEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: OwnerEvent = strawberry.field(description="The change.")


@strawberry.type(description="A page of what owners have set.")
class OwnerEventConnection:
    edges: list[OwnerEventEdge] = strawberry.field(description=EDGES)
    nodes: list[OwnerEvent] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.input(description="Conditions on what owners have set.")
class OwnerEventFilter:
    subject_id: strawberry.ID | None = strawberry.field(default=None, description="This object changed.")
    actor_id: str | None = strawberry.field(
        default=None, description="A person with this `sub` in the token made the change."
    )


@strawberry.type(description="A gateway or a carrier, and what of it is not done.")
class GatewayState:
    name: str = strawberry.field(description="Its name, as payments and labels have it.")
    waiting: int = strawberry.field(description="The number of refunds or labels that are under way.")
    failed: int = strawberry.field(description="The number that it has refused.")
    unknown: int = strawberry.field(description="The number of which its answer was lost.")
    last_error: str | None = strawberry.field(description="What it said last about one of those two; null for none.")
    last_error_at: DateTime | None = strawberry.field(description="The time of that.")


@strawberry.type
class AdministrationQuery:
    @strawberry.field(description="The sellers, by their names. For the owner only.")
    async def sellers(
        self,
        info: Info,
        filter: SellerFilter | None = None,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> SellerConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        return await administration.sellers(info, filter, window)

    @strawberry.field(
        description="What owners have set or done that belongs to no order, the latest first: reasons, the return "
        "policy, return settings, terms, pauses of refunds, erased persons, webhooks, messages, tokens. For the owner "
        "only."
    )
    async def owner_events(
        self,
        info: Info,
        filter: OwnerEventFilter | None = None,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> OwnerEventConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        return await administration.owner_events(info, filter, window)

    @strawberry.field(
        description="The gateways that money goes back through, with the refunds that are not done. For the owner only."
    )
    async def gateways(self, info: Info) -> list[GatewayState]:
        return await administration.gateways(info)

    @strawberry.field(
        description="The carriers that labels are bought from, with the labels that are not done. For the owner only."
    )
    async def carriers(self, info: Info) -> list[GatewayState]:
        return await administration.carriers(info)
