"""The journal: which actor took which edge, and when."""

from typing import Any

import strawberry

import schema.common as common
from domain.actions import Action
from domain.words import Role, Subject
from engine.execution.computed import Needs, computed
from events.journal import cursor_of
from resolvers.context import Info
from schema.common import PageInfo
from schema.orders import Order
from schema.plans import CancellationPlan
from schema.requests import CancellationRequest
from schema.scalars import Cursor, DateTime

CURSOR, FROM, TO, DATA = Needs("xid", "id"), Needs("from_status"), Needs("to_status"), Needs("data")

AT = "The time of the change."
SUBJECT = "The type of the object that changed."
SUBJECT_ID = "The id of the object that changed."
ACTION = "The action that was taken."
ACTED = "The person or program that took the action."
RESUME = "The position in the journal. Send it as `after` to continue from here."
FROM_STATUS = "The status before the change; null if the object was opened."
TO_STATUS = "The status after the change."
ON_BEHALF_OF = "The role for which the actor decided: SELLER if the owner confirmed for a seller; null as a rule."
NOTE = "What the actor wrote about the decision, if anything; null for customers."


def cursor_of_row(row: dict[str, Any]) -> str:
    return cursor_of((int(row["xid"]), row["id"]))


def from_status(row: dict[str, Any]) -> str | None:
    status: str | None = row["from_status"]
    return status


def to_status(row: dict[str, Any]) -> str:
    return str(row["to_status"])


def on_behalf_of(row: dict[str, Any]) -> str | None:
    role: str | None = row["data"].get("onBehalfOf")
    return role


def note(row: dict[str, Any], info: Info) -> str | None:
    text: str | None = row["data"].get("note")
    return text if info.context.sees_notes else None


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
    on_behalf_of: Role | None = computed(on_behalf_of, needs=DATA, description=ON_BEHALF_OF)
    note: str | None = computed(note, needs=DATA, description=NOTE)


@strawberry.type(description="An event on a page, with its cursor.")
class EventEdge:
    cursor: Cursor = strawberry.field(description=RESUME)
    node: Event = strawberry.field(description="The event.")


@strawberry.type(description="A page of the journal, the oldest event first.")
class EventConnection:
    edges: list[EventEdge] = strawberry.field(description="The events of the page, each with its cursor.")
    nodes: list[Event] = strawberry.field(description="The events of the page.")
    page_info: PageInfo = strawberry.field(description="The position of the page in the journal.")
