"""What every input of a mutation goes through: its texts are checked, and a digest of it is made for its key."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeAlias

import orjson

from domain.errors import Blocker, Path, Refused
from domain.refusals import Refusal
from domain.texts import is_blank

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LONGEST = {
    "note": 2000,
    "reason": 2000,
    "rest_reason": 2000,
    "text": 20_000,
    "image_url": 1000,
    "name": 300,
    "seller_name": 200,
    "handle": 64,
    "email": 320,
    "receipt_to": 320,
    "subject": 2000,
    "mjml": 20_000,
    "query": 2000,
}
"""Characters that a text of an input may have; every other text is a name or an id of at most 200."""

Text: TypeAlias = "str | int | Decimal | list[Text] | DataclassInstance"
"""A value in an input: a text, a number, a list, or an input of its own."""


class Keyed(Protocol):
    """An input of a mutation, a dataclass of the schema."""

    @property
    def idempotency_key(self) -> str | None: ...


def check_texts(input: Keyed) -> None:
    """Raise `Refused` for texts that no column could hold: too long, or with a NUL character; and for an empty key."""
    blockers: list[Blocker] = []
    if input.idempotency_key is not None and is_blank(input.idempotency_key):
        message = "An idempotency key may not be empty: leave it out, or send a new text with every new command."
        blockers.append(Blocker(Refusal.INVALID_INPUT, message, ("idempotencyKey",)))
    _check_members(vars(input), (), blockers)
    if blockers:
        raise Refused(tuple(blockers))


def hash_of(input: Keyed) -> str:
    """A digest of everything that an input says.

    A field at its default says nothing, and the order of the fields does not count, so that a key holds across a
    version that adds optional fields.
    """
    return hashlib.sha256(orjson.dumps(input, default=_plain, option=_HASHED)).hexdigest()


_HASHED = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_SORT_KEYS


def _check_texts(value: Text, about: Path, blockers: list[Blocker]) -> None:
    if isinstance(value, str):
        most = LONGEST.get(about[-1], 200)
        if "\0" in value:
            blockers.append(_invalid("A text cannot hold a NUL character.", about))
        elif len(value) > most:
            blockers.append(_invalid(f"This text may have at most {most} characters.", about))
    elif isinstance(value, list):
        for n, member in enumerate(value):
            _check_texts(member, (*about, str(n)), blockers)
    elif is_dataclass(value):
        _check_members(vars(value), about, blockers)


def _check_members(members: Mapping[str, "Text | None"], about: Path, blockers: list[Blocker]) -> None:
    for name, member in members.items():
        if member is not None:
            _check_texts(member, (*about, name), blockers)


def _invalid(message: str, about: Path) -> Blocker:
    return Blocker(Refusal.INVALID_INPUT, message, tuple(camel(part) for part in about))


def camel(name: str) -> str:
    """The name of an input's field, as clients spell it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _plain(value: "Decimal | DataclassInstance") -> "str | dict[str, Text]":
    """What a number or an input is to its hash."""
    if isinstance(value, Decimal):
        return str(value)
    if not is_dataclass(value):
        raise TypeError(type(value).__name__)
    given = vars(value)
    return {name: given[name] for name, default in _defaults(type(value)) if given[name] != default}


@cache
def _defaults(kind: "type[DataclassInstance]") -> tuple[tuple[str, object], ...]:
    """The fields of an input with their defaults; MISSING, which no value equals, for those that must be given."""
    return tuple((field.name, field.default) for field in fields(kind))
