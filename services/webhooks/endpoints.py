"""The owner's webhook endpoints: create, update, rotate the secret, delete, and replay deliveries."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from domain.actions import Action
from domain.errors import not_found, refuse
from domain.refusals import Refusal
from domain.words import DeliveryState
from events.journal import journal_in
from models import WebhookDelivery, WebhookEndpoint
from models.ids import new_id
from models.webhooks import Secret
from services.webhooks.deliveries import in_force
from services.webhooks.outbound import AddressRefused, check_url

SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
"""How long an old secret still signs beside the new one."""
MOST_SECRETS = 5
LONGEST_URL = 1000


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """The wanted columns of an endpoint; None leaves one as it is. Its row has no actions if all are wanted."""

    url: str | None = None
    actions: tuple[Action, ...] | None = None
    active: bool | None = None
    all_actions: bool = False

    def stored_actions(self) -> list[str] | None:
        """The actions as the row has them. Raises Refused for an empty list, and for a list beside all."""
        if self.actions is None:
            return [] if self.all_actions else None
        if self.all_actions:
            message = "Name actions or choose all of them, not both."
            raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("allActions",))
        if not self.actions:
            raise refuse(Refusal.INVALID_INPUT, "Name at least one action.", about=("actions",))
        return sorted({str(action) for action in self.actions})


@dataclass(frozen=True, slots=True)
class ReplaySelection:
    """The deliveries to send again: these ids, all that failed, and all since a moment."""

    ids: tuple[str, ...] | None = None
    failed: bool = False
    since: datetime | None = None

    def check(self) -> None:
        """Raise Refused if nothing is selected."""
        if self.ids is not None and not self.ids:
            raise refuse(Refusal.INVALID_INPUT, "Name at least one delivery.", about=("deliveryIds",))
        if self.ids is None and not self.failed and self.since is None:
            message = "Name the deliveries to send again: by their ids, all that failed, or all since a time."
            raise refuse(Refusal.INVALID_INPUT, message, about=("deliveryIds",))


class EndpointOutcome(TypedDict, total=False):
    """The recorded result of a command: the endpoint's id, the mark of a new secret, the number of deliveries."""

    id: str
    secret: str
    count: int


async def create(db: BaseDBAsyncClient, change: EndpointChange, now: datetime, *, private: bool) -> EndpointOutcome:
    """Create an endpoint; returns its id and the mark of its secret. Raises Refused."""
    assert change.url is not None
    _check(change.url, private=private)
    secret = new_secret()
    since_xid, since_id = await journal_in(db).head()
    try:
        endpoint = await WebhookEndpoint.create(
            using_db=db,
            id=new_id("endpoint"),
            url=change.url,
            actions=change.stored_actions(),
            secrets=[Secret(key=secret, until=None)],
            since_xid=since_xid,
            since_id=since_id,
            created_at=now,
            updated_at=now,
        )
    except IntegrityError as error:
        raise _refusal_of(error) from None
    return {"id": endpoint.id, "secret": _mark(secret)}


async def update(
    db: BaseDBAsyncClient, id: str, change: EndpointChange, now: datetime, *, private: bool
) -> EndpointOutcome:
    """Change an endpoint; while it is not active, no deliveries are made for it. Raises Refused."""
    if change.url is not None:
        _check(change.url, private=private)
    columns: dict[str, str | list[str] | bool | None] = {
        "url": change.url,
        "actions": change.stored_actions(),
        "active": change.active,
    }
    wanted = {name: value for name, value in columns.items() if value is not None}
    try:
        changed = await WebhookEndpoint.filter(id=id).using_db(db).update(updated_at=now, **wanted)
    except IntegrityError as error:
        raise _refusal_of(error) from None
    if not changed:
        raise not_found("endpoint", about=("endpointId",))
    return {"id": id}


async def rotate(db: BaseDBAsyncClient, id: str, now: datetime) -> EndpointOutcome:
    """Create a new secret; returns the id and the secret's mark. Old secrets still sign for a day. Raises Refused."""
    endpoint, secret = await _locked(db, id), new_secret()
    old = [Secret(key=kept["key"], until=kept["until"] or (now + OVERLAP).isoformat()) for kept in endpoint.secrets]
    endpoint.secrets = [Secret(key=secret, until=None), *in_force(old, now)][:MOST_SECRETS]
    endpoint.updated_at = now
    await endpoint.save(using_db=db, update_fields=["secrets", "updated_at"])
    return {"id": id, "secret": _mark(secret)}


async def secret_of(outcome: EndpointOutcome, now: datetime) -> str | None:
    """The secret that `create` or `rotate` has made, as long as it signs."""
    endpoint = await WebhookEndpoint.get_or_none(id=outcome["id"])
    kept = in_force(endpoint.secrets, now) if endpoint else []
    return next((secret["key"] for secret in kept if _mark(secret["key"]) == outcome["secret"]), None)


async def delete(db: BaseDBAsyncClient, id: str) -> EndpointOutcome:
    """Delete an endpoint and its deliveries. Raises Refused."""
    if not await WebhookEndpoint.filter(id=id).using_db(db).delete():
        raise not_found("endpoint", about=("endpointId",))
    return {"id": id}


async def replay(db: BaseDBAsyncClient, id: str, selection: ReplaySelection, now: datetime) -> EndpointOutcome:
    """Make deliveries due again, from the first try on; returns how many. Raises Refused."""
    selection.check()
    await _locked(db, id)
    chosen = Q(id__in=list(selection.ids or ()))
    if selection.failed:
        chosen |= Q(state=DeliveryState.FAILED)
    if selection.since is not None:
        chosen |= Q(created_at__gte=selection.since)
    deliveries = WebhookDelivery.filter(chosen, endpoint_id=id).using_db(db)
    count = await deliveries.update(state=DeliveryState.PENDING, attempts=0, due_at=now, updated_at=now)
    return {"id": id, "count": count}


def new_secret() -> str:
    """A new secret in the format of the Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


async def _locked(db: BaseDBAsyncClient, id: str) -> WebhookEndpoint:
    """The endpoint, locked until the transaction ends. Raises Refused."""
    endpoint = await WebhookEndpoint.filter(id=id).using_db(db).select_for_update().get_or_none()
    if endpoint is None:
        raise not_found("endpoint", about=("endpointId",))
    return endpoint


def _mark(secret: str) -> str:
    """A hash that identifies a secret in a record, which must not contain the secret itself."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check(url: str, *, private: bool) -> None:
    if len(url) > LONGEST_URL:
        raise refuse(Refusal.INVALID_INPUT, f"This text may have at most {LONGEST_URL} characters.", about=("url",))
    try:
        check_url(url, private=private)
    except AddressRefused as refused:
        raise refuse(Refusal.ADDRESS_NOT_ALLOWED, str(refused), about=("url",)) from None


def _refusal_of(error: IntegrityError) -> Exception:
    """The refusal of an address that another endpoint has; other errors as they are."""
    if isinstance(error.__cause__, asyncpg.UniqueViolationError) or "unique" in str(error):
        return refuse(Refusal.ENDPOINT_EXISTS, about=("url",))
    return error
