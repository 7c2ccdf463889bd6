"""The terms of a new marketplace: reasons to choose from, and a return policy to agree to.

They are rows that the owner adds to and changes; existing rows stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.connection import get_connection

from domain.withdrawal import REASONS as BY_LAW
from domain.words import ReasonAudience, TransactionType
from models import CancellationReason, ReturnPolicy
from models.ids import new_id
from services.policies import POLICY_IN_FORCE

POLICY_VERSION = "2026-01"
WINDOW_DAYS, RESPONSE_DAYS, REFUND_DAYS = 30, 3, 5
PUBLISHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
POLICY_TEXTS: Mapping[str, str] = {
    "en": (
        f"You may return an item within {WINDOW_DAYS} days of its delivery. Until its package has been handed to the"
        f" carrier you may cancel it instead. The seller answers a return within {RESPONSE_DAYS} days. The money goes"
        f" back the way it came, as a rule within {REFUND_DAYS} days of the seller's yes; shipping is paid back with"
        " the last item of a seller."
    ),
    "de": (
        f"Sie können einen Artikel innerhalb von {WINDOW_DAYS} Tagen nach der Zustellung zurückgeben. Solange das Paket"
        " nicht an den Versand übergeben ist, können Sie ihn stattdessen stornieren. Der Händler beantwortet eine"
        f" Rückgabe innerhalb von {RESPONSE_DAYS} Tagen. Das Geld kommt auf dem Weg zurück, auf dem es bezahlt wurde,"
        f" in der Regel innerhalb von {REFUND_DAYS} Tagen nach der Zusage; den Versand erstatten wir mit dem letzten"
        " Artikel eines Händlers."
    ),
}


CHOSEN_BY = (ReasonAudience.CUSTOMER, ReasonAudience.OWNER)
"""Whom a reason is for unless it says otherwise: the customer, and the owner on the customer's behalf."""
_SELLERS = (ReasonAudience.SELLER, ReasonAudience.OWNER)


@dataclass(frozen=True, slots=True)
class ReasonOffered:
    """A reason of the drop-down, in English and German."""

    handle: str
    transaction: TransactionType
    en: str
    de: str
    needs_note: bool = False
    active: bool = True
    audiences: tuple[ReasonAudience, ...] = CHOSEN_BY
    goods_with_customer: bool = True


_CANCEL, _REFUND = TransactionType.CANCEL, TransactionType.REFUND
REASONS = (
    ReasonOffered("changed-mind", _CANCEL, "I have changed my mind", "Ich habe es mir anders überlegt"),
    ReasonOffered("ordered-by-mistake", _CANCEL, "Ordered by mistake", "Versehentlich bestellt"),
    ReasonOffered("takes-too-long", _CANCEL, "Delivery takes too long", "Die Lieferung dauert zu lange"),
    ReasonOffered("found-cheaper", _CANCEL, "Found it cheaper", "Günstiger gefunden", active=False),
    ReasonOffered(
        "out-of-stock",
        _CANCEL,
        "The seller cannot deliver",
        "Der Händler kann nicht liefern",
        audiences=tuple(ReasonAudience),
    ),
    ReasonOffered("damaged-in-stock", _CANCEL, "Damaged in stock", "Im Lager beschädigt", audiences=_SELLERS),
    ReasonOffered(
        "cannot-ship-there",
        _CANCEL,
        "We cannot ship to this address",
        "Wir können nicht an diese Adresse liefern",
        audiences=_SELLERS,
    ),
    ReasonOffered("seller-other", _CANCEL, "Another reason", "Ein anderer Grund", needs_note=True, audiences=_SELLERS),
    ReasonOffered("cancel-other", _CANCEL, "Another reason", "Ein anderer Grund", needs_note=True),
    ReasonOffered("does-not-fit", _REFUND, "It does not fit", "Es passt nicht"),
    ReasonOffered("damaged", _REFUND, "It arrived damaged", "Es kam beschädigt an", needs_note=True),
    ReasonOffered("not-as-described", _REFUND, "It is not as described", "Es ist nicht wie beschrieben"),
    ReasonOffered("wrong-item", _REFUND, "I was sent something else", "Es wurde etwas anderes geliefert"),
    ReasonOffered("no-longer-wanted", _REFUND, "I no longer want it", "Ich möchte es nicht mehr"),
    ReasonOffered("never-arrived", _REFUND, "It never arrived", "Es ist nie angekommen", goods_with_customer=False),
    ReasonOffered("return-other", _REFUND, "Another reason", "Ein anderer Grund", needs_note=True),
)


async def ensure_terms() -> ReturnPolicy:
    """The policy in force; creates policy and reasons if there are none. Safe to call at the same time."""
    if not await ReturnPolicy.exists():
        await ReturnPolicy.bulk_create([_policy()], ignore_conflicts=True)
    if not await CancellationReason.exclude(handle__in=list(BY_LAW.values())).exists():
        await CancellationReason.bulk_create(
            [_reason(position, reason) for position, reason in enumerate(REASONS, 1)], ignore_conflicts=True
        )
    (found,) = await get_connection("default").execute_query_dict(f"select p.id from {POLICY_IN_FORCE}")
    return await ReturnPolicy.get(id=found["id"])


def _policy() -> ReturnPolicy:
    return ReturnPolicy(
        id=new_id("policy"),
        version=POLICY_VERSION,
        texts=POLICY_TEXTS,
        window_days=WINDOW_DAYS,
        response_days=RESPONSE_DAYS,
        refund_days=REFUND_DAYS,
        current=True,
        published_at=PUBLISHED_AT,
        effective_at=PUBLISHED_AT,
    )


def _reason(position: int, reason: ReasonOffered) -> CancellationReason:
    return CancellationReason(
        id=new_id("reason"),
        handle=reason.handle,
        transaction=reason.transaction,
        labels={"en": reason.en, "de": reason.de},
        needs_note=reason.needs_note,
        active=reason.active,
        position=position,
        audiences=list(reason.audiences),
        goods_with_customer=reason.goods_with_customer,
    )
