"""What all inputs share: keys, versions, and texts within their limits."""

from typing import cast

import strawberry

from domain.errors import refuse
from domain.refusals import Refusal
from services.intake.validation import TextLimit, text_problems

_KEY = "Any text, new with every new command. A command that is sent again with its key gets the first result again."
_VERSION = "The version that the decision is based on. If it has changed, the command is refused with STALE_VERSION."


def repeatable() -> str | None:
    """The field that makes it safe to send a command again."""
    return cast("str | None", strawberry.field(default=None, description=_KEY))


def versioned() -> int | None:
    """The field that refuses a decision on what has changed since the caller saw it."""
    return cast("int | None", strawberry.field(default=None, description=_VERSION))


def check_text(field: str, text: str | None, limit: TextLimit) -> None:
    """Raise `Refused` with what is wrong with a text."""
    for about, sentence in text_problems((field,), text or "", limit):
        raise refuse(Refusal.INVALID_INPUT, sentence, about=about)
