"""Reasons and the return policy: data, in as many languages as the marketplace has."""

from typing import Any, ClassVar

import strawberry

from domain.words import TransactionType
from engine.execution.computed import Needs, computed
from resolvers.context import Info
from schema.common import Node
from schema.scalars import DateTime

FALLBACK = "en"


def _in_language(texts: dict[str, str], wanted: str) -> str:
    """The text in a language, its parent language ("pt" for "pt-BR"), English, or whatever there is."""
    if wanted in texts:
        return texts[wanted]
    for locale in (wanted.partition("-")[0], FALLBACK):
        if locale in texts:
            return texts[locale]
    return next(iter(texts.values()), "")


def _label(row: dict[str, Any], info: Info, *, locale: str | None = None) -> str:
    return _in_language(row["labels"], locale or info.context.locale)


def _text(row: dict[str, Any], info: Info, *, locale: str | None = None) -> str:
    return _in_language(row["texts"], locale or info.context.locale)


@strawberry.type(description="A reason in the drop-down.")
class CancellationReason(Node):
    prefix: ClassVar[str] = "reason"
    handle: str
    transaction: TransactionType
    needs_note: bool
    active: bool
    position: int
    label: str = computed(
        _label, needs=Needs("labels"), description="By `locale`, or by the request's Accept-Language."
    )


@strawberry.type(description="One version of the return policy.")
class ReturnPolicy(Node):
    prefix: ClassVar[str] = "policy"
    version: str = strawberry.field(description="Send it back as `policyVersion` when the customer has accepted it.")
    window_days: int = strawberry.field(description="Days after delivery in which a return can be asked for.")
    response_days: int = strawberry.field(description="Days in which a seller is to answer.")
    refund_days: int = strawberry.field(description="Days in which the money is usually back.")
    published_at: DateTime
    text: str = computed(_text, needs=Needs("texts"), description="By `locale`, or by the request's Accept-Language.")
