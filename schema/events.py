"""The journal: who took which edge, and when."""

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


def _cursor(row: dict[str, Any]) -> str:
    return cursor_of((int(row["xid"]), row["id"]))


def _from(row: dict[str, Any]) -> str | None:
    status: str | None = row["from_status"]
    return status


def _to(row: dict[str, Any]) -> str:
    return str(row["to_status"])


@strawberry.type(description="One edge that was taken: somebody moved something from one status to another.")
class Event:
    at: DateTime
    subject: Subject
    subject_id: strawberry.ID
    action: Action
    version: int = strawberry.field(description="The subject's version after it.")
    order: Order
    request: CancellationRequest | None
    plan: CancellationPlan | None
    cursor: Cursor = computed(_cursor, needs=CURSOR)
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR)
    from_: str | None = computed(_from, needs=FROM, name="from", description="None when it was opened.")
    to: str = computed(_to, needs=TO)


@strawberry.type
class EventEdge:
    cursor: Cursor
    node: Event


@strawberry.type(description="A page of the journal, oldest first.")
class EventConnection:
    edges: list[EventEdge]
    nodes: list[Event]
    page_info: PageInfo
