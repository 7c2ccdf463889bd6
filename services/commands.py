"""One command: it reads the book of one order, acts on it and writes the result, once.

What it writes holds for the version of the order that it has read, and every command makes a new one. If two commands
read at once, the later one decides again, now in a transaction that locks the order first. So a command that is alone
at its order, as nearly all are, takes two round trips, shared with commands on other orders, and none can be overtaken
twice.

The answer to a command with an idempotency key is stored with it, in the same statement, so a caller who asks again,
even twenty at once, gets the first answer. A refused command leaves nothing behind, no record either.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeAlias, TypedDict, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.models import Model
from tortoise.transactions import in_transaction

import models
from domain.actions import Action
from domain.errors import not_found
from domain.facts import SYSTEM, Actor
from engine.compat.tortoise import table_name
from engine.conditions import TRUE, Condition, Fragment
from engine.reads import fetch_row
from services.acts.refunds import Due
from services.acts.withdrawals import complete_withdrawals
from services.idempotency import Done, IdempotentCall, caller_of, check_input, record, wait_until_durable
from services.inputs import ChangedIds
from services.order_book import OrderBook
from services.order_reading import load, opened
from services.order_statement import CommandNeeds, order_book_sql
from services.transition import WITHDRAWALS_WITHIN, Terms, Transition
from services.visibility import visibility_of

T = TypeVar("T")
Act = Callable[[Transition], ChangedIds]
SqlValue: TypeAlias = str | datetime | timedelta | list[str] | None

RETRIED = frozenset({"40001", "40P01", "55P03", "23505", "23503", "23P01"})
"""Serialization failure, deadlock, lock not available, a key that a twin has just taken, a reason that has just got
another type, and so another row, and an item for which a twin has just opened a request: nothing was written, and the
next try sees what the other one wrote."""
ATTEMPTS = 6
_NAMES: dict[type[Model], str] = {
    models.Order: "order",
    models.Package: "package",
    models.CancellationRequest: "request",
    models.CancellationPlan: "plan",
    models.Refund: "refund",
    models.ReturnShipment: "return shipment",
    models.ReturnLabel: "label",
    models.Withdrawal: "withdrawal",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a command finds its order: by the id of something in it. `about` is the input that named it.

    `reasons` are the handles that the input names besides, `reference` is the reference of a settlement.
    """

    model: type[Model]
    id: str
    about: str
    reasons: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """Who wants what done. `key` and `input_hash` make it idempotent; without a key it is not."""

    action: Action
    actor: Actor
    target: Target
    key: str | None = None
    input_hash: str = ""

    @property
    def call(self) -> IdempotentCall:
        """The command as a call that may be repeated."""
        return IdempotentCall(caller_of(self.actor), self.action, self.key, self.input_hash)


@dataclass(frozen=True, slots=True)
class Commands:
    """Executes commands, for callers whose role may take the action.

    `clock` tells the time; `notify` wakes the readers of the journal, after the commit.
    """

    clock: Callable[[], datetime]
    notify: Callable[[], None]
    terms: Terms = field(default_factory=Terms)

    async def execute(self, command: Command, act: Act) -> Done[ChangedIds]:
        """Execute a command. Raises `Refused`, and then nothing has changed."""
        done = await self._without_lock(command, act)
        if done is None:
            done = await retrying(lambda: self._locked(command, act))
        if not done.replayed:
            self.notify()
        return done

    async def preview(self, command: Command, act: Act) -> tuple[OrderBook, ChangedIds]:
        """The same act on the same order book, without writing. Raises what `execute` would."""
        order_book = await self._read(get_connection("default"), command, lock=False)
        return order_book, act(self._transition(order_book, command.actor))

    async def work_on_due(self, sql: str, values: Sequence[SqlValue], act: Callable[[Transition, Due], T]) -> T | None:
        """Act as the system on the first due row, if any. `sql` locks its order and selects the columns of `Due`."""

        async def once() -> tuple[bool, T | None]:
            async with in_transaction() as db:
                rows = await db.execute_query_dict(sql, list(values))
                if not rows:
                    return False, None
                due = Due(**rows[0])
                order_book = await load(db, due.order_id, named=due.id)
                transition = self._transition(order_book, SYSTEM)
                result = act(transition, due)
                complete_withdrawals(transition)
                if order_book.changes:
                    await _write(db, order_book)
                return bool(order_book.changes), result

        changed, result = await retrying(once)
        if changed:
            self.notify()
        return result

    async def _without_lock(self, command: Command, act: Act) -> Done[ChangedIds] | None:
        """None, and nothing is written, if another command came in between or holds the lock."""
        db = get_connection("default")
        try:
            return await self.conclude(db, await self._read(db, command, lock=False), command, act)
        except Exception as error:
            if isinstance(error, Overtaken) or _worth_retrying(error):
                return None
            raise

    async def _locked(self, command: Command, act: Act) -> Done[ChangedIds]:
        async with in_transaction() as db:
            return await self.conclude(db, await self._read(db, command, lock=True), command, act)

    async def conclude(
        self, db: BaseDBAsyncClient, order_book: OrderBook, command: Command, act: Act
    ) -> Done[ChangedIds]:
        """Act on the order book and write it, or repeat the recorded answer. Raises `Refused` and Overtaken."""
        if order_book.record:
            check_input(command.call, order_book.record.input_hash)
            await wait_until_durable(db)
            return Done(order_book.record.outcome or {}, replayed=True)
        transition = self._transition(order_book, command.actor)
        changed = act(transition)
        complete_withdrawals(transition)
        record(order_book.changes, command.call, changed)
        await _write(db, order_book)
        return Done(changed)

    def _transition(self, order_book: OrderBook, actor: Actor) -> Transition:
        return Transition(order_book, actor, self.clock(), terms=self.terms)

    async def _read(self, db: BaseDBAsyncClient, command: Command, *, lock: bool) -> OrderBook:
        target, since = command.target, self.clock() - WITHDRAWALS_WITHIN
        needs = CommandNeeds(
            caller_of(command.actor), command.action, command.key or "", since, target.reasons, target.reference
        )
        visible = visibility_of(command.actor).of(target.model)
        found = await find_order(db, target, visible, needs, lock=lock)
        if found is not None and found[1] is None:  # whose order it is may have changed, too
            found = await find_order(db, target, visible, needs, lock=lock)
        if found is None or found[1] is None:
            raise not_found(_NAMES[target.model], about=(target.about,))
        return found[1]


class Overtaken(Exception):
    """Another command has changed the order since this one read it, or is about to. Nothing was written."""


async def _write(db: BaseDBAsyncClient, order_book: OrderBook) -> None:
    """Write what a command has changed, as the order's next version. Raises Overtaken."""
    order_book.order.version += 1
    if not await order_book.changes.write(db):
        raise Overtaken


async def retrying(work: Callable[[], Awaitable[T]]) -> T:
    """Run one transaction, again if the database asks for it or if a twin's key won the race."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await work()
        except Exception as error:
            if attempt == ATTEMPTS or not _worth_retrying(error):
                raise
        await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
    raise AssertionError("unreachable")


def _worth_retrying(error: BaseException | None) -> bool:
    while error is not None:
        if getattr(error, "sqlstate", None) in RETRIED:
            return True
        error = error.__cause__
    return False


class _FoundOrder(TypedDict):
    """An order that was looked for; `fresh` if its book is of the moment of the lock."""

    id: str
    fresh: bool
    order_book: str


async def find_order(
    db: BaseDBAsyncClient, target: Target, visible: Condition | None, needs: CommandNeeds, *, lock: bool
) -> tuple[str, OrderBook | None] | None:
    """The order that something belongs to, if the actor may see that: its id and its book.

    A statement that locks may have waited for the lock: then what it sees is older than the lock, which the row itself
    tells, and the order book is left to be read after it.
    """
    seen = visible or Condition(TRUE)
    text = _finding(target.model, seen.fragment, len(seen.values), lock=lock)
    row: _FoundOrder | None = await fetch_row(db, text, [target.id, *seen.values, *needs])
    if row is None:
        return None
    return row["id"], await opened(db, row["order_book"]) if row["fresh"] else None


@lru_cache(maxsize=64)
def _finding(model: type[Model], visible: Fragment, count: int, *, lock: bool) -> str:
    column = "id" if model is models.Order else "order_id"
    where = visible.text("t", offset=1)
    its = f'(select t.{column} from "{table_name(model)}" t where t.id = $1 and {where})'
    order_book = order_book_sql(count + 2, named=1)
    if not lock:
        return f'select o.id, true as fresh, {order_book} as order_book from "order" o where o.id = {its}'
    locked = f'select o.id, o.xmin::text as row from "order" o where o.id = {its} for no key update'
    return (
        f"with locked as materialized ({locked})"
        f" select o.id, o.xmin::text = locked.row as fresh, {order_book} as order_book"
        ' from locked join "order" o on o.id = locked.id'
    )
