"""The root fields of queries: one statement each, of what the viewer may see."""

from enum import Enum
from typing import TYPE_CHECKING

from tortoise.models import Model

import models
from domain.identifiers import identifier
from domain.lifecycle import TABLE, Edge
from domain.terms_table import FIELDS
from domain.words import Role
from engine import BadInput, reads
from engine.conditions import TRUE, Column, Condition, Fragment, Value
from engine.reads import Ordering, Row
from events.journal import cursor_of
from models.base import Row as ModelRow
from models.ids import MODELS_BY_PREFIX, prefix_of
from resolvers import filters
from resolvers.context import Info

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.lists import EventFilter

NODES = {
    prefix: name
    for prefix, name in MODELS_BY_PREFIX.items()
    if prefix
    not in (
        "line",
        "planline",
        "attempt",
        "adjustment",
        "returnline",
        "withdrawn",
        "template",
        "access",
        "export",
        "view",
    )  # parts of others, without a life of their own
}
_BY_ID = Fragment(Column("id"), " = ", Value(0))
_SETTLED = Condition(Fragment(Column("xid"), " < journal_horizon()"))
_PLACE, _CURSOR = (
    ("(", Column("xid"), ", ", Column("id"), ")"),
    ("(", Value(0), "::text::xid8, ", Value(1), "::bigint)"),
)
_BEYOND = {"xid": Fragment(*_PLACE, " > ", *_CURSOR), "-xid": Fragment(*_PLACE, " < ", *_CURSOR)}
"""What comes after a cursor, by the order of the events."""


def by_id(id: str) -> Condition:
    """The row of this id."""
    return Condition(_BY_ID, (str(id),))


async def viewer(info: Info) -> Row:
    """The caller, with the seller or customer behind the token."""
    actor = info.context.actor
    seller = customer = None
    if actor.seller_id:
        seller = await reads.one(info, models.Seller, by_id(actor.seller_id), at="seller")
    if actor.role is Role.CUSTOMER:
        whose = Condition(TRUE) if actor.order_id else Condition.equal("subject", actor.id)  # a guest sees one customer
        customer = await reads.one(info, models.Customer, whose, at="customer")
    actions = None if actor.actions is None else sorted(actor.actions)
    return {"role": actor.role, "id": actor.id, "actions": actions, "seller": seller, "customer": customer}


async def node(info: Info, id: str) -> Row | None:
    """Anything by its id; None if it does not exist, or if the viewer may not see it."""
    info.context.signed_in()
    name = NODES.get(prefix_of(id))
    return await reads.one(info, getattr(models, name), by_id(id), type_name=name) if name else None


async def one(info: Info, model: type[ModelRow], id: str | None, number: str | None = None) -> Row | None:
    """A row by its id or by its number."""
    info.context.signed_in()
    if (id is None) is (number is None):
        raise BadInput("Give either an id or a number.")
    where = by_id(id) if id is not None else Condition.equal("number", identifier(number or ""))
    return await reads.one(info, model, where)


async def page(info: Info, model: type[Model], where: Condition | None, order: Enum, window: Row) -> Row:
    """A page of a list, in the order that an enum of the schema names."""
    info.context.signed_in()
    ordering = Ordering(order.name, (order.value,))
    return await reads.page(info, model, where=where, order=ordering, **window)


async def latest_cursor(info: Info) -> str | None:
    """The cursor of the newest event that streams have sent or are about to send; None before the first."""
    info.context.signed_in()
    info.context.statements += 1
    xid, number = await info.context.journal.head()
    return cursor_of((xid, number)) if number else None


async def events(info: Info, given: "EventFilter | None", order: Enum, after: str | None, first: int) -> Row:
    """A page of the journal, with the cursors that subscriptions use."""
    info.context.signed_in()
    if given is not None and given.actor_id is not None:
        info.context.only(Role.OWNER)  # who an actor is, is shown to nobody else
    journal, after_cursor = info.context.journal, None
    if after is not None:
        info.context.statements += 1
        xid, number = journal.parse(after)
        after_cursor = Condition(_BEYOND[order.value], (str(xid), number))
    where = Condition.all([_SETTLED, after_cursor, filters.events(given)])
    ordering = Ordering(order.name, (order.value,))
    found = await reads.page(
        info, models.Event, where=where, order=ordering, first=first, after=None, last=None, before=None
    )
    if after is not None:
        await journal.locate(after)  # now: what is archived during the read must not be missing in silence
    return _with_journal_cursors(found)


def _with_journal_cursors(found: Row) -> Row:
    def cursor(row: Row) -> str:
        return cursor_of((int(row["xid"]), row["id"]))

    rows = found["nodes"]
    edges = [{"cursor": cursor(row), "node": row} for row in rows]
    ends = {
        "start_cursor": cursor(rows[0]) if rows else None,
        "end_cursor": cursor(rows[-1]) if rows else None,
    }
    return {**found, "edges": edges, "page_info": {**found["page_info"], **ends}}


async def return_policy(info: Info) -> Row:
    """The policy in force."""
    policy = (await info.context.reference.fresh()).policy
    if policy is None:
        raise BadInput("No return policy has been published yet.")
    return policy


def transitions() -> list[Row]:
    """The tables themselves, a row an edge."""
    return [_rule(edge) for edge in TABLE]


def terms_fields() -> list[Row]:
    """The table of the terms itself, a row a field."""
    return [
        {
            **field._asdict(),
            "default": field.default_text,
            "choices": [{"value": choice, "meaning": choice.meaning} for choice in field.choices or ()],
        }
        for field in FIELDS.values()
    ]


def _rule(edge: Edge) -> Row:
    return {
        "subject": edge.subject,
        "action": edge.action,
        "transaction": edge.transaction,
        "from_status": edge.source,
        "to_status": edge.target,
        "who": sorted(edge.roles),
        "on_behalf_of": edge.on_behalf_of,
        "conditions": [
            {
                "code": rule.code,
                "message": rule.sentence,
                "kind": kind,
                "input": ".".join(rule.about).removeprefix("input.") or None,
            }
            for kind, rules in (("OFFERED", edge.when), ("ACCEPTED", edge.given))
            for rule in rules
        ],
        "effects": list(edge.effects),
    }
