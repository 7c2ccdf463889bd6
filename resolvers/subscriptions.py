"""What subscriptions push: events of the journal, each with its object as the viewer may see it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import models
from domain.words import Subject
from engine import Item, Stream, reads
from engine.compat.tortoise import table_name
from engine.conditions import TRUE, Column, Condition, Fragment, Value
from engine.visibility import Visibility
from events.journal import LEAST_AGE, Event
from models.base import Row
from resolvers import filters
from resolvers.context import Info
from services.standing import ESCALATED
from services.visibility import events_of_plans

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.lists import PlanFilter, RequestFilter, ReturnFilter
    from schema.withdrawals import WithdrawalFilter

LEAVES = "leaves"
"""The key of a row that says whether its object has left the filter."""

_ANY_EVENT = Fragment(Column("id"), " = any(", Value(0), "::bigint[])")


class Wish(NamedTuple):
    """The part of a filter that changes decide on: statuses, what is derived, deadlines; None restricts nothing."""

    statuses: Collection[str] | None = None
    derived: Collection[str] | None = None
    due_before: datetime | None = None
    escalated: bool | None = None

    def fulfilled(self, state: Sequence[str] | None) -> bool:
        """Whether an object fulfills it that stands so; one that does not exist yet fulfills nothing.

        What is derived is unknown in rows of the journal from before 0.2.0: they count as if it were wanted.
        """
        return (
            state is not None
            and (self.statuses is None or state[0] in self.statuses)
            and (self.derived is None or len(state) < 2 or state[1] in self.derived)
            and (self.due_before is None or len(state) < 3 or _is_before(state[2], self.due_before))
            and (self.escalated is None or len(state) < 3 or (ESCALATED in state[3:]) is self.escalated)
        )


class Standing(NamedTuple):
    """How an event's request or plan stood before it, None if it was opened, and after it: status and derived."""

    before: Sequence[str] | None
    after: Sequence[str]

    @classmethod
    def of(cls, event: Event, subject: Subject) -> "Standing | None":
        """None if the event changed no such object; services/standing.py writes what is read here."""
        states = event.data.get(subject.lower())
        if states is not None:
            return cls(*states)
        if event.subject != subject:
            return None
        return cls(None if event.from_status is None else (event.from_status,), (event.to_status,))


class Updates(Stream):
    """Events that the viewer may see and that `where` finds."""

    def __init__(self, info: Info, after: str | None, *, where: Condition | None = None) -> None:
        super().__init__(info.context.journal, after)
        self._info, self._where = info, where

    async def select(self, entries: Sequence[Event]) -> list[Item]:
        await self._info.context.reference.fresh()
        ids = {entry.position[1]: entry for entry in entries}
        where = Condition.all([Condition(_ANY_EVENT, (list(ids),)), self._where])
        rows = await reads.many(
            self._info, models.Event, where=where, order_by=("xid", "id"), visibility=self.visibility()
        )
        if entries[0].at < self._info.context.now - LEAST_AGE:
            await self.journal.locate(entries[0].cursor)  # events archived meanwhile must not be left out in silence
        return [Item.of(ids[row["id"]], self.shown(ids[row["id"]], row)) for row in rows]

    def visibility(self) -> Visibility:
        """What the viewer may see of the events."""
        return self._info.context.visibility

    def shown(self, event: Event, row: reads.Row) -> reads.Row:
        """The row as the stream shows it."""
        return row


class OrderUpdates(Updates):
    """Every event of one order, or of any."""

    def __init__(self, info: Info, after: str | None, order_id: str | None) -> None:
        super().__init__(info, after)
        self._order_id = order_id

    def wants(self, entry: Event) -> bool:
        return self._order_id is None or entry.order_id == self._order_id


class ObjectUpdates(Updates):
    """Events that change requests, plans or return shipments which a filter names before the change or after it."""

    def __init__(self, info: Info, after: str | None, subject: Subject, wish: Wish, *, where: Condition | None) -> None:
        super().__init__(info, after, where=where)
        self._subject, self._wish = subject, wish

    def wants(self, entry: Event) -> bool:
        standing = Standing.of(entry, self._subject)
        return standing is not None and (self._wish.fulfilled(standing.after) or self._wish.fulfilled(standing.before))

    def visibility(self) -> Visibility:
        context = self._info.context
        return events_of_plans(context.viewer) if self._subject is Subject.PLAN else context.visibility

    def shown(self, event: Event, row: reads.Row) -> reads.Row:
        """With the statuses of the request or plan, whatever the event's subject is."""
        standing = Standing.of(event, self._subject)
        assert standing is not None, "only wanted events are selected"
        row["from_status"] = None if standing.before is None else standing.before[0]
        row["to_status"] = standing.after[0]
        row[LEAVES] = not self._wish.fulfilled(standing.after)
        return row


def requests(info: Info, given: "RequestFilter | None", after: str | None) -> Updates:
    """Every change of the requests that fulfill a filter before it or after it."""
    info.context.signed_in()
    wish, rest = Wish(), None
    if given is not None:
        wish = Wish(_words(given.status), _words(given.waiting_on), given.due_before, given.escalated)
        undecided = replace(given, status=None, waiting_on=None, due_before=None, escalated=None)
        rest = filters.requests(undecided, info.context)
    where = _through(models.CancellationRequest, "request_id", rest)
    return ObjectUpdates(info, after, Subject.REQUEST, wish, where=where)


def plans(info: Info, given: "PlanFilter | None", after: str | None) -> Updates:
    """Every change of the plans that fulfill a filter before it or after it."""
    info.context.signed_in()
    wish = Wish() if given is None else Wish(_words(given.status), _words(given.refund_state))
    rest = None if given is None else filters.plans(replace(given, status=None, refund_state=None), info.context)
    where = _through(models.CancellationPlan, "plan_id", rest)
    return ObjectUpdates(info, after, Subject.PLAN, wish, where=where)


def returns(info: Info, given: "ReturnFilter | None", after: str | None) -> Updates:
    """Every change of the return shipments that fulfill a filter before it or after it."""
    info.context.signed_in()
    wish = Wish() if given is None else Wish(_words(given.status))
    rest = None if given is None else filters.returns(replace(given, status=None), info.context)
    where = _through(models.ReturnShipment, "return_shipment_id", rest)
    return ObjectUpdates(info, after, Subject.RETURN_SHIPMENT, wish, where=where)


def withdrawals(info: Info, given: "WithdrawalFilter | None", after: str | None) -> Updates:
    """Every change of the withdrawals that fulfill a filter before it or after it."""
    info.context.signed_in()
    wish = Wish() if given is None else Wish(_words(given.status))
    rest = None if given is None else filters.withdrawals(replace(given, status=None), info.context)
    where = _through(models.Withdrawal, "withdrawal_id", rest)
    return ObjectUpdates(info, after, Subject.WITHDRAWAL, wish, where=where)


def orders(info: Info, order_id: str | None, after: str | None) -> Updates:
    """Every event of one order, or of any, that the viewer may see."""
    info.context.signed_in()
    return OrderUpdates(info, after, order_id)


def _is_before(due_at: str, moment: datetime) -> bool:
    """Whether a deadline is before a time; "" is none."""
    return bool(due_at) and datetime.fromisoformat(due_at) < moment


def _words(values: "Sequence[str] | None") -> frozenset[str] | None:
    return None if values is None else frozenset(map(str, values))


def _through(model: type[Row], column: str, condition: Condition | None) -> Condition | None:
    """A condition on a table, as a condition on the events about its rows."""
    if condition is None or condition.fragment == TRUE:
        return None
    found = f'exists (select 1 from "{table_name(model)}" f where f.id = '
    inner = condition.fragment.about("f")
    return Condition(Fragment(found, Column(column), " and (", inner, "))"), condition.values)
