"""A mutation's input → a command → its payload. The one place where a refusal becomes `userErrors`."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from decimal import Decimal
from typing import Any, Protocol

import orjson
from tortoise.models import Model

import models
from domain.errors import Blocker, Path, Refused
from domain.lifecycle import check_role
from domain.words import Action, Refusal
from engine import reads
from engine.context import Condition
from models.ids import MODELS_BY_PREFIX, prefix_of
from resolvers.context import Info
from services.acts.requests import Outcome
from services.commands import Command, Done, Target
from services.intake import orders
from services.transition import Transition

Row = dict[str, Any]
LONGEST = {"note": 2000, "reason": 2000, "image_url": 1000, "name": 300, "seller_name": 200, "handle": 64}
"""Characters that a text of an input may have; every other text is a name or an id of at most 200."""


class Input(Protocol):
    """A mutation's input."""

    idempotency_key: str | None

    def target(self) -> Target:
        """What of an order it names."""

    def ask(self) -> Any:
        """What it asks of the services."""


@dataclass(frozen=True, slots=True)
class Show:
    """A field of a payload: the model it shows, where its ids stand in the outcome, one or a list.

    `columns` are those that fields of the payload itself show, under their own names.
    """

    model: type[Model]
    kind: str
    many: bool = False
    columns: tuple[str, ...] = ()


async def carry_out(
    info: Info,
    action: Action,
    input: Input,
    act: Callable[[Transition, Any], Outcome],
    shows: Mapping[str, Show],
) -> Any:
    """Carry a mutation out on the order that its input names."""
    context = info.context

    async def apply() -> Done:
        command = Command(action, context.actor, input.target(), input.idempotency_key, hash_of(input))
        return await context.commands.apply(command, lambda step: act(step, input.ask()))

    return await answer(info, action, input, apply, shows)


async def take_in(info: Info, input: Any, shows: Mapping[str, Show]) -> Any:
    """Carry `createOrder` out, the one mutation whose order is not there yet."""
    context = info.context

    async def apply() -> Done:
        target = Target(models.Order, "", "number")
        command = Command(Action.CREATE_ORDER, context.actor, target, input.idempotency_key, hash_of(input))
        return await orders.create_order(context.commands, command, input.ask())

    return await answer(info, Action.CREATE_ORDER, input, apply, shows)


async def answer(info: Info, action: Action, input: Any, apply: Callable[[], Any], shows: Mapping[str, Show]) -> Row:
    """The payload: the objects as they are now, read as any query reads them, or the user errors."""
    try:
        check_role(action, info.context.actor.role)
        check_texts(input)
        done = await apply()
    except Refused as refused:
        return await _refused(info, refused, shows)
    ids = {field: done.outcome.get(show.kind, []) for field, show in shows.items()}
    return {"user_errors": [], "replayed": done.replayed, **await _read(info, shows, ids)}


def user_errors(refused: Refused) -> list[Row]:
    """One error for each input that something is wrong with, with all that is."""
    by_field: dict[Path, list[Blocker]] = {}
    for one in refused.blockers:
        by_field.setdefault(one.about, []).append(one)
    return [
        {
            "code": found[0].code,
            "field": ["input", *about],
            "message": " ".join(one.message for one in found),
            "blockers": [{"code": one.code, "message": one.message} for one in found],
        }
        for about, found in by_field.items()
    ]


def check_texts(input: Any) -> None:
    """Raise `Refused` for texts that no column could hold: too long, or with a NUL character."""
    blockers: list[Blocker] = []
    _check_texts(input, (), blockers)
    if blockers:
        raise Refused(tuple(blockers))


def hash_of(input: Any) -> str:
    """A digest of everything in an input."""
    return hashlib.sha256(orjson.dumps(input, default=_plain)).hexdigest()


async def _refused(info: Info, refused: Refused, shows: Mapping[str, Show]) -> Row:
    """Nothing has changed; of a stale object the present state is shown."""
    info.context.refusals.extend(one.code for one in refused.blockers)
    current = refused.current or ""
    model = MODELS_BY_PREFIX.get(prefix_of(current))
    ids = {field: [current] if model == show.model.__name__ else [] for field, show in shows.items()}
    return {"user_errors": user_errors(refused), "replayed": False, **await _read(info, shows, ids)}


async def _read(info: Info, shows: Mapping[str, Show], ids: Mapping[str, list[str]]) -> Row:
    """The objects of a payload that are asked for, all with one statement, each field's in the order of its ids."""
    asked = reads.selected_names(info)
    fields = [name for name, show in shows.items() if ids[name] and not asked.isdisjoint((name, *show.columns))]
    wanted = [
        reads.Wanted(shows[field].model, Condition("{t}.id = any({0})", (ids[field],)), field, shows[field].columns)
        for field in fields
    ]
    found = dict(zip(fields, await reads.several(info, wanted), strict=True)) if wanted else {}
    payload: Row = {}
    for field, show in shows.items():
        rows = sorted(found.get(field, []), key=lambda row: ids[field].index(row["id"]))
        payload[field] = rows if show.many else rows[0] if rows else None
    return payload


def _check_texts(value: Any, about: Path, blockers: list[Blocker]) -> None:
    if isinstance(value, str):
        most = LONGEST.get(about[-1], 200)
        if "\0" in value:
            blockers.append(_invalid("A text cannot hold a NUL character.", about))
        elif len(value) > most:
            blockers.append(_invalid(f"This text may have at most {most} characters.", about))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            _check_texts(one, (*about, str(n)), blockers)
    elif is_dataclass(value):
        for name, one in vars(value).items():
            if one is not None:
                _check_texts(one, (*about, name), blockers)


def _invalid(message: str, about: Path) -> Blocker:
    return Blocker(Refusal.INVALID_INPUT, message, tuple(_camel(part) for part in about))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
