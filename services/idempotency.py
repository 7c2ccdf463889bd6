"""Idempotency, in one place: the first outcome of a call with a key is stored, and repeated calls are given it again.

A command stores its outcome with what it writes (`record`). What is not about one order claims its key first (`once`).
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from domain.errors import refuse
from domain.facts import Actor
from domain.refusals import Refusal
from models import IdempotencyRecord
from services.changes import Changes, write_row

T = TypeVar("T")

RECORD = """(select to_json(i) from idempotency_record i
  where i.caller = {0} and i.operation = {1} and i.key = {2})"""
"""The SQL of a call's record; the three places are those of the caller, the operation and the key."""
# The ORM can ignore a conflict, but it does not say whether there was one.
_CLAIM = """
insert into idempotency_record (caller, operation, key, input_hash) values ($1, $2, $3, $4)
on conflict (caller, operation, key) do nothing returning id
"""


_WAIT = """
select case when current_setting('synchronous_standby_names') <> ''
  then pg_logical_emit_message(true, 'retour', 'repeated')::text end as waited
"""
"""A write of some bytes, so that its commit waits as every commit does: for the standbys, and for all before it."""


@dataclass(frozen=True, slots=True)
class IdempotentCall:
    """Who calls what. With a key it is executed once; without one, every time."""

    caller: str
    operation: str
    key: str | None
    input_hash: str


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What came of a call; `replayed` if it had been executed before."""

    changed: T
    replayed: bool = False


def key_of_part(key: str | None, part: str) -> str | None:
    """The key of one command of several that came with one key."""
    return None if key is None else hashlib.sha256(f"{part} {key}".encode()).hexdigest()


def caller_of(actor: Actor) -> str:
    """Whose a key is: keys of different callers never meet."""
    return f"{actor.role}:{actor.seller_id or actor.order_id or ''}:{actor.id}"


def record(changes: Changes, call: IdempotentCall, changed: dict[str, list[str]]) -> None:
    """Store the outcome with the changes that it comes from."""
    if call.key:
        changes.insert(
            IdempotencyRecord,
            caller=call.caller,
            operation=call.operation,
            key=call.key,
            input_hash=call.input_hash,
            outcome=changed,
        )


async def wait_until_durable(db: BaseDBAsyncClient) -> None:
    """Make an answer that repeats what was committed before as durable as a new one.

    A commit that waits for a synchronous standby can be read once its client has given up, although a failover would
    lose it. To acknowledge it, the caller waits in turn: in a transaction for its commit, otherwise here. Without
    synchronous replication nothing is written. Raises what the database raises, also where nothing can be written.
    """
    await write_row(db, _WAIT, [])


def check_input(call: IdempotentCall, first_hash: str) -> None:
    """Raise `Refused` if the key came with another input the first time."""
    if call.input_hash != first_hash:
        message = "This idempotency key was used before with another input: use a new key for a new command."
        raise refuse(Refusal.IDEMPOTENCY_KEY_REUSED, message, about=("idempotencyKey",))


async def once(call: IdempotentCall, act: Callable[[BaseDBAsyncClient], Awaitable[T]]) -> Done[T]:
    """Act in one transaction; or return the first outcome if the key has been used. Raises `Refused`.

    The key is claimed first, so a concurrent call with the same key waits, and then finds the outcome.
    """
    async with in_transaction() as db:
        record_id: int | None = None
        if call.key:
            claim = await db.execute_query_dict(_CLAIM, [call.caller, call.operation, call.key, call.input_hash])
            if not claim:
                return await _first_outcome(db, call)
            record_id = claim[0]["id"]
        outcome = await act(db)
        if record_id is not None:
            await IdempotencyRecord.filter(id=record_id).using_db(db).update(outcome=outcome)
        return Done(outcome)


async def _first_outcome(db: BaseDBAsyncClient, call: IdempotentCall) -> Done[T]:
    first = IdempotencyRecord.get(caller=call.caller, operation=call.operation, key=call.key, using_db=db)
    stored: tuple[str, T] = await first.values_list("input_hash", "outcome")
    first_hash, outcome = stored
    check_input(call, first_hash)
    await wait_until_durable(db)
    return Done(outcome, replayed=True)
