"""One command: it reads the book of one order, acts on it and writes the result, once.

What it writes holds for the version of the order that it has read, and every command makes a new one: of two that
read at once one comes too late and decides again, now in a transaction that locks the order first. So whoever is alone
at an order, as nearly all are, takes two round trips, shared with those at others, and nobody can be outrun twice.

The answer to a command with an idempotency key is stored with it, in the same statement, so whoever asks
again, even twenty at once, gets the first answer. A refused command leaves nothing behind, no record either.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.models import Model
from tortoise.transactions import in_transaction

import models
from domain.errors import not_found, refuse
from domain.facts import SYSTEM, Actor
from domain.lifecycle import check_role
from domain.words import Action, Refusal
from engine.context import Condition
from engine.reads import fetch_row
from services.acts.requests import Outcome
from services.changes import Changes, Row
from services.order_book import Book, load, opened, survey_of
from services.transition import Terms, Transition
from services.visibility import narrowing

T = TypeVar("T")
Act = Callable[[Transition], Outcome]

RETRIED = frozenset({"40001", "40P01", "55P03", "23505"})
"""Serialization failure, deadlock, lock not available, and a key that a twin has just taken: nothing was written,
and the next try sees what the other one wrote."""
ATTEMPTS = 6
_WORDS: dict[type[Model], str] = {
    models.Order: "order",
    models.Package: "package",
    models.CancellationRequest: "request",
    models.CancellationPlan: "plan",
    models.Refund: "refund",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a command finds its order: by the id of something in it. `about` is the input that named it."""

    model: type[Model]
    id: str
    about: str


@dataclass(frozen=True, slots=True)
class Command:
    """Who wants what done. `key` and `input_hash` make it idempotent; without a key it is not."""

    action: Action
    actor: Actor
    target: Target
    key: str | None = None
    input_hash: str = ""

    @property
    def caller(self) -> str:
        return caller_of(self.actor)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command; `replayed` when it had been carried out before."""

    outcome: Outcome
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Commands:
    """Carries commands out. `clock` tells the time, `notify` wakes whoever follows the journal, after the commit."""

    clock: Callable[[], datetime]
    notify: Callable[[], None]
    terms: Terms = field(default_factory=Terms)

    async def apply(self, command: Command, act: Act) -> Done:
        """Carry a command out. Raises `Refused`, and then nothing has changed."""
        check_role(command.action, command.actor.role)
        done = await self._at_once(command, act)
        if done is None:
            done = await retrying(lambda: self._locked(command, act))
        if not done.replayed:
            self.notify()
        return done

    async def preview(self, command: Command, act: Act) -> tuple[Book, Outcome]:
        """The same act on the same book, without writing. Raises what `apply` would."""
        check_role(command.action, command.actor.role)
        book = await self._book(get_connection("default"), command, lock=False)
        return book, act(self._step(book, command.actor))

    async def due(self, sql: str, args: list[Any], act: Callable[[Transition, Row], T]) -> T | None:
        """Act as the system on the first due row, if any. `sql` locks its order and selects `id`, `order_id`."""

        async def once() -> tuple[bool, T | None]:
            async with in_transaction() as db:
                rows = await db.execute_query_dict(sql, args)
                if not rows:
                    return False, None
                book = await load(db, rows[0]["order_id"])
                result = act(self._step(book, SYSTEM), rows[0])
                if book.changes:
                    await _write(db, book)
                return bool(book.changes), result

        changed, result = await retrying(once)
        if changed:
            self.notify()
        return result

    async def _at_once(self, command: Command, act: Act) -> Done | None:
        """Without a lock; None, and nothing is written, where another command came in between or has the lock."""
        db = get_connection("default")
        try:
            return await self._done(db, await self._book(db, command, lock=False), command, act)
        except Exception as error:
            if isinstance(error, Outrun) or _worth_retrying(error):
                return None
            raise

    async def _locked(self, command: Command, act: Act) -> Done:
        async with in_transaction() as db:
            return await self._done(db, await self._book(db, command, lock=True), command, act)

    async def _done(self, db: BaseDBAsyncClient, book: Book, command: Command, act: Act) -> Done:
        if book.record:
            return replayed(book.record, command.input_hash)
        outcome = act(self._step(book, command.actor))
        record(book.changes, command, outcome)
        await _write(db, book)
        return Done(outcome)

    def _step(self, book: Book, actor: Actor) -> Transition:
        return Transition(book, actor, self.clock(), terms=self.terms)

    async def _book(self, db: BaseDBAsyncClient, command: Command, *, lock: bool) -> Book:
        target, record_of = command.target, (command.caller, command.action, command.key or "")
        found = await _find_order(db, target, narrowing(command.actor)(target.model), record_of, lock=lock)
        if found is None:
            raise not_found(_WORDS[target.model], about=(target.about,))
        order_id, book = found
        return book or await load(db, order_id, record_of)


class Outrun(Exception):
    """Another command has changed the order since this one read it, or is about to. Nothing was written."""


async def _write(db: BaseDBAsyncClient, book: Book) -> None:
    """Write what a command has changed, as the order's next version. Raises Outrun."""
    book.changes.update(models.Order, book.order, version=book.order["version"] + 1)
    if not await book.changes.write(db):
        raise Outrun


def caller_of(actor: Actor) -> str:
    """Whose an idempotency key is: keys of different people never meet."""
    return f"{actor.role}:{actor.seller_id or ''}:{actor.id}"


def record(changes: Changes, command: Command, outcome: Outcome) -> None:
    """Remember the answer, for who asks again with the same key."""
    if command.key:
        changes.insert(
            models.IdempotencyRecord,
            caller=command.caller,
            operation=command.action,
            key=command.key,
            input_hash=command.input_hash,
            outcome=outcome,
        )


def replayed(found: Row, input_hash: str) -> Done:
    """The first answer again; raises `Refused` when the key came with another input the first time."""
    if found["input_hash"] != input_hash:
        message = "This idempotency key was used before with another input: take a new key for a new command."
        raise refuse(Refusal.IDEMPOTENCY_KEY_REUSED, message, about=("idempotencyKey",))
    return Done(found["outcome"], replayed=True)


async def retrying(work: Callable[[], Awaitable[T]]) -> T:
    """Run one transaction, again when the database asks for it or when a twin's key won the race."""
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


async def _find_order(
    db: BaseDBAsyncClient, target: Target, sight: Condition | None, record_of: tuple[str, str, str], *, lock: bool
) -> tuple[str, Book | None] | None:
    """The order that something belongs to, if the actor may see that: its id and its book.

    A statement that locks may have had to wait for it: then what it sees is older than the lock, which the row itself
    tells, and the book is left to be read after it.
    """
    seen = sight or Condition("true")
    text = _finding(target.model, seen.sql, len(seen.args), lock=lock)
    row = await fetch_row(db, text, [target.id, *seen.args, *record_of])
    if row is None:
        return None
    return str(row["id"]), opened(row["book"]) if row["fresh"] else None


@lru_cache(maxsize=64)
def _finding(model: type[Model], sight: str, count: int, *, lock: bool) -> str:
    column = "id" if model is models.Order else "order_id"
    where = sight.format(*[f"${n + 2}" for n in range(count)], t="t")
    its = f'(select t.{column} from "{model._meta.db_table}" t where t.id = $1 and {where})'
    book = survey_of(count + 2)
    if not lock:
        return f'select o.id, true as fresh, {book} as book from "order" o where o.id = {its}'
    locked = f'select o.id, o.xmin::text as row from "order" o where o.id = {its} for no key update'
    return (
        f"with locked as materialized ({locked}) select o.id, o.xmin::text = locked.row as fresh, {book} as book"
        ' from locked join "order" o on o.id = locked.id'
    )
