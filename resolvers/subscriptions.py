"""What subscriptions push: events of the journal, each with its object as the viewer may see it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import models
from engine import Item, Stream, reads
from engine.compat.tortoise import table_name
from engine.conditions import TRUE, Column, Condition, Fragment, Value
from events.journal import LEAST_AGE, Event
from models.base import Row
from resolvers import filters
from resolvers.context import Info

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.lists import PlanFilter, RequestFilter

F = TypeVar("F", "RequestFilter", "PlanFilter")

_ANY_EVENT = Fragment(Column("id"), " = any(", Value(0), "::bigint[])")


class Updates(Stream):
    """Events that `about` lets through and that the viewer may see."""

    def __init__(
        self, info: Info, after: str | None, *, about: Callable[[Event], bool], where: Condition | None = None
    ) -> None:
        super().__init__(info.context.journal, after)
        self._info, self._about, self._where = info, about, where

    def wants(self, entry: Event) -> bool:
        return self._about(entry)

    async def select(self, entries: Sequence[Event]) -> list[Item]:
        await self._info.context.reference.fresh()
        ids = {entry.position[1]: entry for entry in entries}
        where = Condition.all([Condition(_ANY_EVENT, (list(ids),)), self._where])
        rows = await reads.many(self._info, models.Event, where=where, order_by=("xid", "id"))
        if entries[0].at < self._info.context.now - LEAST_AGE:
            await self.journal.locate(entries[0].cursor)  # events archived meanwhile must not be left out in silence
        return [Item.of(ids[row["id"]], row) for row in rows]


def requests(info: Info, given: "RequestFilter | None", after: str | None) -> Updates:
    """Every edge of the requests that a filter names. The filter's `status` is the one that an edge leads to."""
    info.context.signed_in()
    statuses = _statuses(given)

    def about(event: Event) -> bool:
        return event.subject == "REQUEST" and (statuses is None or event.to_status in statuses)

    return Updates(
        info,
        after,
        about=about,
        where=_through(models.CancellationRequest, "request_id", _rest(given, filters.requests)),
    )


def plans(info: Info, given: "PlanFilter | None", after: str | None) -> Updates:
    """Every edge of the plans that a filter names. The filter's `status` is the one that an edge leads to."""
    info.context.signed_in()
    statuses = _statuses(given)

    def about(event: Event) -> bool:
        return event.subject == "PLAN" and (statuses is None or event.to_status in statuses)

    return Updates(
        info,
        after,
        about=about,
        where=_through(models.CancellationPlan, "plan_id", _rest(given, filters.plans)),
    )


def orders(info: Info, order_id: str | None, after: str | None) -> Updates:
    """Every event of one order, or of any, that the viewer may see."""
    info.context.signed_in()
    return Updates(info, after, about=lambda event: order_id is None or event.order_id == order_id)


def _statuses(given: "RequestFilter | PlanFilter | None") -> frozenset[str] | None:
    return None if given is None or given.status is None else frozenset(str(status) for status in given.status)


def _rest(given: F | None, condition: Callable[[F], Condition | None]) -> Condition | None:
    """The filter without its status, which streams read from the edge: the row may have changed since."""
    return None if given is None else condition(replace(given, status=None))


def _through(model: type[Row], column: str, condition: Condition | None) -> Condition | None:
    """A condition on a table, as a condition on the events about its rows."""
    if condition is None or condition.fragment == TRUE:
        return None
    found = f'exists (select 1 from "{table_name(model)}" f where f.id = '
    inner = condition.fragment.about("f")
    return Condition(Fragment(found, Column(column), " and (", inner, "))"), condition.values)
