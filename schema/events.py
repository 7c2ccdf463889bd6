"""The journal: which actor took which edge, and when."""

from typing import Any

import strawberry

import schema.common as common
from domain.words import Action, Subject
from engine.execution.computed import Needs, computed
from events.journal import cursor_of
from schema.common import PageInfo
from schema.orders import Order
from schema.plans import CancellationPlan
from schema.requests import CancellationRequest
from schema.scalars import Cursor, DateTime

CURSOR, FROM, TO = Needs("xid", "id"), Needs("from_status"), Needs("to_status")

AT = "The time of the change."
SUBJECT = "The type of the object that changed."
SUBJECT_ID = "The id of the object that changed."
ACTION = "The action that was taken."
ACTED = "The person or program that took the action."
RESUME = "The position in the journal. Send it as `after` to continue from here."
FROM_STATUS = "The status before the change; null if the object was opened."
TO_STATUS = "The status after the change."


def cursor_of_row(row: dict[str, Any]) -> str:
    return cursor_of((int(row["xid"]), row["id"]))


def from_status(row: dict[str, Any]) -> str | None:
    status: str | None = row["from_status"]
    return status


def to_status(row: dict[str, Any]) -> str:
    return str(row["to_status"])


@strawberry.type(description="An entry of the journal: an object was opened, or its status changed.")
class Event:
    at: DateTime = strawberry.field(description=AT)
    subject: Subject = strawberry.field(description=SUBJECT)
    subject_id: strawberry.ID = strawberry.field(description=SUBJECT_ID)
    action: Action = strawberry.field(description=ACTION)
    version: int = strawberry.field(description="The version of the subject after the change.")
    order: Order = strawberry.field(description="The order that the subject belongs to.")
    request: CancellationRequest | None = strawberry.field(
        description="The request that the subject is or belongs to, if any."
    )
    plan: CancellationPlan | None = strawberry.field(description="The plan that the subject is or belongs to, if any.")
    cursor: Cursor = computed(cursor_of_row, needs=CURSOR, description=RESUME)
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR, description=ACTED)
    from_: str | None = computed(from_status, needs=FROM, name="from", description=FROM_STATUS)
    to: str = computed(to_status, needs=TO, description=TO_STATUS)


@strawberry.type(description="An event on a page, with its cursor.")
class EventEdge:
    cursor: Cursor = strawberry.field(description=RESUME)
    node: Event = strawberry.field(description="The event.")


@strawberry.type(description="A page of the journal, the oldest event first.")
class EventConnection:
    edges: list[EventEdge] = strawberry.field(description="The events of the page, each with its cursor.")
    nodes: list[Event] = strawberry.field(description="The events of the page.")
    page_info: PageInfo = strawberry.field(description="The position of the page in the journal.")
