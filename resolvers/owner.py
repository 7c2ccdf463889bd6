"""What is done that is not about one order, mostly by the owner: once for its key, and refused as all else is."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.actions import OwnerAction, action_of
from domain.errors import Refused, refuse
from domain.lifecycle import check_token
from domain.refusals import Refusal
from domain.words import Role
from engine.reads import Row
from resolvers.context import Info
from resolvers.keyed_inputs import Keyed, check_texts, hash_of
from resolvers.mutations import user_errors
from services.idempotency import IdempotentCall, caller_of, once
from services.owner_events import Setter, note

T = TypeVar("T")


def setter(info: Info) -> Setter:
    """Who sets something for the whole marketplace, and when."""
    return Setter(info.context.actor, info.context.now)


async def answer(
    info: Info,
    operation: str,
    input: Keyed,
    act: Callable[[BaseDBAsyncClient], Awaitable[T]],
    show: Callable[[Info, T | None], Awaitable[Row]],
    *,
    roles: Sequence[Role] = (Role.OWNER,),
    noted: Callable[[T], str] | None = None,
) -> Row:
    """What came of a call, executed once for its key, or why it was refused: then `show` is given None.

    `operation` is the name of the mutation. An act that notes nothing itself is noted by the id that `noted` gives.
    """
    actor = info.context.actor
    try:
        if actor.role not in roles:
            names = " or the ".join(role.label.lower() for role in roles)
            raise refuse(Refusal.ROLE_NOT_ALLOWED, f"Your role may not do this: only the {names} may.")
        check_token(action_of(operation), actor)
        check_texts(input)
        call = IdempotentCall(caller_of(actor), operation, input.idempotency_key, hash_of(input))
        done = await once(call, act if noted is None else _noting(info, OwnerAction(action_of(operation)), act, noted))
    except Refused as refused:
        info.context.refusals.extend(blocker.code for blocker in refused.blockers)
        return {"user_errors": user_errors(refused), "replayed": False, **await show(info, None)}
    return {"user_errors": [], "replayed": done.replayed, **await show(info, done.changed)}


def _noting(
    info: Info,
    action: OwnerAction,
    act: Callable[[BaseDBAsyncClient], Awaitable[T]],
    subject_of: Callable[[T], str],
) -> Callable[[BaseDBAsyncClient], Awaitable[T]]:
    async def acted(db: BaseDBAsyncClient) -> T:
        outcome = await act(db)
        await note(db, setter(info), action, subject_of(outcome))
        return outcome

    return acted
