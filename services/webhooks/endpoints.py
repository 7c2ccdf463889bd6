"""The owner's webhook endpoints: made, changed, given a new secret, removed, and told again what they have missed."""

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from domain.errors import not_found, refuse
from domain.words import Action, Refusal
from models import IdempotencyRecord
from models.ids import new_id
from services.commands import Done, replayed
from services.webhooks.deliveries import in_force, journal_in
from services.webhooks.outbound import AddressRefused, check_url

Row = dict[str, Any]

SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
"""How long an old secret goes on signing beside the new one."""
MOST_SECRETS = 5
LONGEST_URL = 1000

_CREATE = """
insert into webhook_endpoint (id, url, actions, secrets, active, since_xid, since_id, created_at, updated_at)
values ($1, $2, $3::text::jsonb, $4::text::jsonb, true, $5, $6, $7, $7)
"""
_UPDATE = """
update webhook_endpoint set url = coalesce($2, url), actions = coalesce($3::text::jsonb, actions),
  active = coalesce($4, active), updated_at = $5
where id = $1 returning id
"""
_CLAIM = """
insert into idempotency_record (caller, operation, key, input_hash) values ($1, $2, $3, $4)
on conflict (caller, operation, key) do nothing returning id
"""
_RECORD = "select input_hash, outcome from idempotency_record where caller = $1 and operation = $2 and key = $3"
_REMEMBER = "update idempotency_record set outcome = $2::text::jsonb where id = $1"
_SHOWN = "select secrets from webhook_endpoint where id = $1"
_LOCK = "select secrets from webhook_endpoint where id = $1 for update"
_SECRETS = "update webhook_endpoint set secrets = $2::text::jsonb, updated_at = $3 where id = $1"
_DELETE = "delete from webhook_endpoint where id = $1 returning id"
_REPLAY = """
update webhook_delivery set state = 'PENDING', attempts = 0, due_at = $2, updated_at = $2
where endpoint_id = $1 and (id = any($3) or ($4 and state = 'FAILED') or created_at >= $5)
returning id
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an endpoint is to be; None leaves it as it is. No actions at all means every action."""

    url: str | None = None
    actions: tuple[Action, ...] | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """What is to be told again: these deliveries, all that failed, all since a moment."""

    ids: tuple[str, ...] = ()
    failed: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks for what. With a key it is done once, however often it is asked for."""

    caller: str
    operation: str
    key: str | None
    input_hash: str


async def once(ask: Ask, act: Callable[[BaseDBAsyncClient], Awaitable[Row]]) -> Done:
    """Act in one transaction; or, where the key has been used, what came of it then. Raises Refused.

    The key is taken first, so a twin waits for this one's end before it acts or finds the answer.
    """
    async with in_transaction() as db:
        claim: list[Row] = []
        if ask.key:
            claim = await db.execute_query_dict(_CLAIM, [ask.caller, ask.operation, ask.key, ask.input_hash])
            if not claim:
                (found,) = await db.execute_query_dict(_RECORD, [ask.caller, ask.operation, ask.key])
                found["outcome"] = _parsed(found["outcome"])
                return replayed(IdempotencyRecord.construct(**found), ask.input_hash)
        outcome = await act(db)
        if claim:
            await db.execute_query(_REMEMBER, [claim[0]["id"], orjson.dumps(outcome).decode()])
        return Done(outcome)


async def create(db: BaseDBAsyncClient, wish: Wish, now: datetime, *, private: bool) -> Row:
    """Make an endpoint: its id, and the mark of its secret. Raises Refused."""
    assert wish.url is not None
    _check(wish.url, private=private)
    id, secret = new_id("endpoint"), new_secret()
    kept = orjson.dumps([{"key": secret, "until": None}]).decode()
    since = await journal_in(db).head()
    await _stored(db, _CREATE, [id, wish.url, _actions(wish) or "[]", kept, *since, now])
    return {"id": id, "secret": _mark(secret)}


async def update(db: BaseDBAsyncClient, id: str, wish: Wish, now: datetime, *, private: bool) -> Row:
    """Change an endpoint; while it is not active, nothing is kept for it. Raises Refused."""
    if wish.url is not None:
        _check(wish.url, private=private)
    if not await _stored(db, _UPDATE, [id, wish.url, _actions(wish), wish.active, now]):
        raise not_found("endpoint", about=("endpointId",))
    return {"id": id}


async def rotate(db: BaseDBAsyncClient, id: str, now: datetime) -> Row:
    """A new secret: the id, and the secret's mark. The old ones sign beside it for a day. Raises Refused."""
    secret = new_secret()
    rows = await db.execute_query_dict(_LOCK, [id])
    if not rows:
        raise not_found("endpoint", about=("endpointId",))
    kept = [_until(one, now + OVERLAP) for one in _parsed(rows[0]["secrets"])]
    still = [one for one in kept if datetime.fromisoformat(one["until"]) > now]
    all_of_them = [{"key": secret, "until": None}, *still][:MOST_SECRETS]
    await db.execute_query(_SECRETS, [id, orjson.dumps(all_of_them).decode(), now])
    return {"id": id, "secret": _mark(secret)}


async def shown(made: Row, now: datetime) -> str | None:
    """The secret that `create` or `rotate` has made, as long as it signs."""
    rows = await get_connection("default").execute_query_dict(_SHOWN, [made["id"]])
    keys = [key for row in rows for key in in_force(row["secrets"], now)]
    return next((key for key in keys if _mark(key) == made["secret"]), None)


async def delete(db: BaseDBAsyncClient, id: str) -> Row:
    """Remove an endpoint and its deliveries. Raises Refused."""
    if not await db.execute_query_dict(_DELETE, [id]):
        raise not_found("endpoint", about=("endpointId",))
    return {"id": id}


async def replay(db: BaseDBAsyncClient, id: str, again: Again, now: datetime) -> Row:
    """Have deliveries posted again, from the first try on: how many. Raises Refused."""
    if not await db.execute_query_dict(_LOCK, [id]):
        raise not_found("endpoint", about=("endpointId",))
    rows = await db.execute_query_dict(_REPLAY, [id, now, list(again.ids), again.failed, again.since])
    return {"count": len(rows)}


def new_secret() -> str:
    """A secret as the Standard Webhooks write it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _mark(secret: str) -> str:
    """By which a secret is known again where it must not stand itself."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _parsed(kept: Any) -> Any:
    return orjson.loads(kept) if isinstance(kept, str) else kept


def _check(url: str, *, private: bool) -> None:
    if len(url) > LONGEST_URL:
        raise refuse(Refusal.INVALID_INPUT, f"This text may have at most {LONGEST_URL} characters.", about=("url",))
    try:
        check_url(url, private=private)
    except AddressRefused as refused:
        raise refuse(Refusal.ADDRESS_NOT_ALLOWED, str(refused), about=("url",)) from None


def _actions(wish: Wish) -> str | None:
    return None if wish.actions is None else orjson.dumps(sorted(set(wish.actions))).decode()


def _until(one: dict[str, Any], moment: datetime) -> dict[str, Any]:
    return one if one["until"] else {**one, "until": moment.isoformat()}


async def _stored(db: BaseDBAsyncClient, sql: str, args: list[Any]) -> list[Any]:
    try:
        return list(await db.execute_query_dict(sql, args))
    except IntegrityError as error:
        if isinstance(error.__cause__, asyncpg.UniqueViolationError) or "unique" in str(error):
            raise refuse(Refusal.ENDPOINT_EXISTS, about=("url",)) from None
        raise
