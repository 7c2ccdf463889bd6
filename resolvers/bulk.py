"""Several requests decided by one mutation: each by the command of the single mutation, with a result of its own."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import models
from domain.actions import Action
from domain.errors import Refused, refuse
from domain.lifecycle import check_role
from domain.refusals import Refusal
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from resolvers.context import Info
from resolvers.keyed_inputs import Keyed, camel, check_texts
from resolvers.mutations import REQUEST, Input, Outcome, outcome_of, user_errors
from services.acts import requests
from services.inputs import ApplyInput, ChangedIds, DecisionInput
from services.transition import Transition

Parsed = TypeVar("Parsed")
ParsedInput = TypeVar("ParsedInput", covariant=True)

MOST = 100
"""Requests of one mutation."""
AT_ONCE = 8
"""Commands that run together; with more of them others would wait, and the list would not end sooner."""


class RequestToDecide(Protocol):
    """One of the requests."""

    @property
    def request_id(self) -> str: ...


class BulkInput(Keyed, Protocol[ParsedInput]):
    """The input of a mutation on several requests."""

    @property
    def requests(self) -> Sequence[RequestToDecide]: ...

    def singles(self) -> Sequence[Input[ParsedInput]]:
        """The inputs of the single mutations, in the order of the requests, each with a key of its own."""


async def confirm_requests(info: Info, input: BulkInput[DecisionInput]) -> Row:
    """Agree to returns, or to cancel packages that have left."""
    return await _decide(info, Action.CONFIRM_REQUEST, input, requests.confirm_request)


async def reject_requests(info: Info, input: BulkInput[DecisionInput]) -> Row:
    """Say no to requests, and why."""
    return await _decide(info, Action.REJECT_REQUEST, input, requests.reject_request)


async def apply_cancellations(info: Info, input: BulkInput[ApplyInput]) -> Row:
    """Make the plans of cancellations."""
    return await _decide(info, Action.APPLY_CANCELLATION, input, requests.apply_cancellation)


async def _decide(
    info: Info, action: Action, input: BulkInput[Parsed], act: Callable[[Transition, Parsed], ChangedIds]
) -> Row:
    """Refuse a list that is wrong as a whole; of any other, each request has its own result."""
    ids = [request.request_id for request in input.requests]
    try:
        check_role(action, info.context.actor.role)
        check_texts(input)
        _check_list(ids)
    except Refused as refused:
        info.context.refusals.extend(blocker.code for blocker in refused.blockers)
        return {"user_errors": user_errors(refused), "results": []}
    info.context.count(len(ids))
    outcomes = await _outcomes(info, action, input, act)
    shown = [id for _, of_one in outcomes for id in of_one["request"]]
    found = {row["id"]: row for row in await _read(info, shown)}
    return {
        "user_errors": [],
        "results": [
            {
                **answer,
                "request_id": id,
                "request": found.get(id),
                "user_errors": [_placed(error, n, input) for error in answer["user_errors"]],
            }
            for n, (id, (answer, _)) in enumerate(zip(ids, outcomes, strict=True))
        ],
    }


def _check_list(ids: Sequence[str]) -> None:
    """Raise `Refused` for a list that is empty, too long, or names a request twice."""
    if not 1 <= len(ids) <= MOST:
        message = f"Name at least one request and at most {MOST}: {len(ids)} are named."
        raise refuse(Refusal.INVALID_INPUT, message, about=("requests",))
    for n, id in enumerate(ids):
        if id in ids[:n]:
            message = "This request is in the list before: name each once."
            raise refuse(Refusal.INVALID_INPUT, message, about=("requests", str(n), "requestId"))


async def _outcomes(
    info: Info, action: Action, input: BulkInput[Parsed], act: Callable[[Transition, Parsed], ChangedIds]
) -> list[Outcome]:
    """What came of each command, in the order of the requests.

    Commands on one order run one after the other: they would overtake each other. Those on several orders run together.
    If the database fails one, no further one begins, and the error is that of a single mutation: the caller sends the
    list again.
    """
    singles, outcomes = input.singles(), dict[int, Outcome]()
    turns = asyncio.Semaphore(AT_ONCE)

    async def in_turn(places: Sequence[int]) -> None:
        for n in places:
            async with turns:
                outcomes[n] = await outcome_of(info, action, singles[n], act, REQUEST)

    try:
        async with asyncio.TaskGroup() as group:
            for places in await _by_order([request.request_id for request in input.requests]):
                group.create_task(in_turn(places), name="bulk")
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [outcomes[n] for n in range(len(singles))]


async def _by_order(ids: Sequence[str]) -> list[list[int]]:
    """The places of the requests in the list, those of one order together."""
    orders = dict(await models.CancellationRequest.filter(id__in=ids).values_list("id", "order_id"))
    groups: dict[str, list[int]] = {}
    for n, id in enumerate(ids):
        groups.setdefault(orders.get(id, id), []).append(n)
    return list(groups.values())


async def _read(info: Info, ids: list[str]) -> list[Row]:
    where = Condition.among("id", ids)
    return await reads.many(info, models.CancellationRequest, where=where, at="results.request") if ids else []


def _placed(error: Row, place: int, input: BulkInput[Parsed]) -> Row:
    """An error of a single mutation, at its place in the input of this one: the request, or what is said of all."""
    _, *about = error["field"]
    if about and about[0] in map(camel, vars(input)):
        return error
    at_request = [name for name in about[:1] if name in map(camel, vars(input.requests[place]))]
    return {**error, "field": ["input", "requests", str(place), *at_request]}
