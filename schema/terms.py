"""Reasons and the return policy, in as many languages as the marketplace has."""

from collections.abc import Mapping
from typing import Any, ClassVar

import strawberry

from domain.words import ReasonAudience, TransactionType
from engine.execution.computed import Needs, computed
from resolvers.context import Info
from schema.arguments import Locale
from schema.common import Node
from schema.scalars import DateTime

FALLBACK = "en"


def in_language(texts: Mapping[str, str], wanted: str) -> str:
    """The text in a language, its parent language ("pt" for "pt-BR"), English, or any other."""
    if wanted in texts:
        return texts[wanted]
    for locale in (wanted.partition("-")[0], FALLBACK):
        if locale in texts:
            return texts[locale]
    return next(iter(texts.values()), "")


def _label(row: dict[str, Any], info: Info, *, locale: Locale = None) -> str:
    return in_language(row["labels"], locale or info.context.locale)


def _labels(row: dict[str, Any]) -> list[dict[str, str]]:
    return [{"locale": locale, "label": label} for locale, label in sorted(row["labels"].items())]


def _text(row: dict[str, Any], info: Info, *, locale: Locale = None) -> str:
    return in_language(row["texts"], locale or info.context.locale)


@strawberry.type(description="A text in one language.")
class ReasonLabel:
    locale: str = strawberry.field(description="The language, as BCP 47 writes it, such as `de` or `pt-BR`.")
    label: str = strawberry.field(description="The text in that language.")


@strawberry.type(description="A reason for a request, to choose from a list.")
class CancellationReason(Node):
    prefix: ClassVar[str] = "reason"
    handle: str = strawberry.field(description="The name for programs. Send it as `reason` with an item.")
    transaction: TransactionType = strawberry.field(description="The type of requests that the reason is for.")
    needs_note: bool = strawberry.field(description="Whether a note is required with the reason.")
    active: bool = strawberry.field(description="Whether the reason is still offered.")
    position: int = strawberry.field(description="The position of the reason in the list.")
    audiences: list[ReasonAudience] = strawberry.field(description="The people whom the reason is offered to.")
    goods_with_customer: bool = strawberry.field(
        description="Whether the customer has the goods of such a return, and so is to send them."
    )
    version: int = strawberry.field(description="The version, which goes up with every change by `upsertReason`.")
    label: str = computed(_label, needs=Needs("labels"), description="The text that people choose.")
    labels: list[ReasonLabel] = computed(
        _labels, needs=Needs("labels"), description="The text in every language that it is in."
    )


@strawberry.type(description="The text of a version of the return policy in one language.")
class PolicyText:
    locale: str = strawberry.field(description="The language, as BCP 47 writes it, such as `de` or `pt-BR`.")
    text: str = strawberry.field(description="The text in that language.")


def _texts(row: dict[str, Any]) -> list[dict[str, str]]:
    return [{"locale": locale, "text": text} for locale, text in row["texts"].items()]


@strawberry.type(description="A version of the return policy. Once published, it never changes.")
class ReturnPolicy(Node):
    prefix: ClassVar[str] = "policy"
    version: str = strawberry.field(
        description="The name of the version. Send it as `policyVersion` after the customer has accepted it."
    )
    window_days: int = strawberry.field(
        description="The number of days after delivery in which a return can be requested."
    )
    response_days: int = strawberry.field(description="The number of days in which a request should be decided.")
    refund_days: int = strawberry.field(description="The number of days in which the money is usually back.")
    published_at: DateTime = strawberry.field(description="The time at which the version was published.")
    effective_at: DateTime = strawberry.field(
        description="The time from which on the version is in force, until that of the next one."
    )
    text: str = computed(_text, needs=Needs("texts"), description="The text that the customer reads and accepts.")
    texts: list[PolicyText] = computed(
        _texts, needs=Needs("texts"), description="The text in every language that it is in."
    )
