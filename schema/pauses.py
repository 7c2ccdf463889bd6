"""The owner's pause of sending refunds."""

import strawberry

from engine.execution.computed import Needs, computed
from resolvers.pauses import UNDER_WAY
from schema.scalars import DateTime


@strawberry.type(description="A pause of sending refunds. Refunds in doubt are still looked up at their gateways.")
class RefundPause:
    id: strawberry.ID = strawberry.field(description="The id.")
    reason: str = strawberry.field(description="Why the owner has stopped the sending.")
    paused_at: DateTime = strawberry.field(description="The time from which on no refund is sent.")
    paused_by: str = strawberry.field(description="The subject of the owner's token.")
    resumed_at: DateTime | None = strawberry.field(description="The time of its end; null while it holds.")
    resumed_by: str | None = strawberry.field(description="The subject of the token of the owner who ended it.")
    note: str | None = strawberry.field(description="What was said when it ended.")
    under_way: int = computed(
        lambda row: row["under_way"],
        needs=Needs(derived={"under_way": UNDER_WAY}),
        description="The number of calls to gateways that are under way. Calls from before the pause are not stopped: "
        "once this is 0, nothing moves.",
    )
