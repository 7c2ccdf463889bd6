"""The terms a new marketplace starts with: reasons to choose from and a return policy to agree to.

They are rows, so an operator may change them; what is there already stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from tortoise.connection import get_connection

from domain.words import TransactionType
from models import ReturnPolicy
from models.ids import new_id

POLICY_VERSION = "2026-01"
WINDOW_DAYS, RESPONSE_DAYS, REFUND_DAYS = 30, 3, 5
PUBLISHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
POLICY_TEXTS: Mapping[str, str] = {
    "en": (
        f"You may return an item within {WINDOW_DAYS} days of its delivery. Until its parcel has been handed to the"
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


@dataclass(frozen=True, slots=True)
class ReasonOffered:
    """A reason of the drop-down, in English and German."""

    handle: str
    transaction: TransactionType
    en: str
    de: str
    needs_note: bool = False
    active: bool = True


_CANCEL, _REFUND = TransactionType.CANCEL, TransactionType.REFUND
REASONS = (
    ReasonOffered("changed-mind", _CANCEL, "I have changed my mind", "Ich habe es mir anders überlegt"),
    ReasonOffered("ordered-by-mistake", _CANCEL, "Ordered by mistake", "Versehentlich bestellt"),
    ReasonOffered("takes-too-long", _CANCEL, "Delivery takes too long", "Die Lieferung dauert zu lange"),
    ReasonOffered("found-cheaper", _CANCEL, "Found it cheaper", "Günstiger gefunden", active=False),
    ReasonOffered("out-of-stock", _CANCEL, "The seller cannot deliver", "Der Händler kann nicht liefern"),
    ReasonOffered("cancel-other", _CANCEL, "Another reason", "Ein anderer Grund", needs_note=True),
    ReasonOffered("does-not-fit", _REFUND, "It does not fit", "Es passt nicht"),
    ReasonOffered("damaged", _REFUND, "It arrived damaged", "Es kam beschädigt an", needs_note=True),
    ReasonOffered("not-as-described", _REFUND, "It is not as described", "Es ist nicht wie beschrieben"),
    ReasonOffered("wrong-item", _REFUND, "I was sent something else", "Es wurde etwas anderes geliefert"),
    ReasonOffered("no-longer-wanted", _REFUND, "I no longer want it", "Ich möchte es nicht mehr"),
    ReasonOffered("never-arrived", _REFUND, "It never arrived", "Es ist nie angekommen"),
    ReasonOffered("return-other", _REFUND, "Another reason", "Ein anderer Grund", needs_note=True),
)

_POLICY = """
insert into return_policy (id, version, texts, window_days, response_days, refund_days, current, published_at)
select $1, $2, $3::jsonb, $4, $5, $6, true, $7
where not exists (select 1 from return_policy where current) on conflict do nothing
"""
_REASON = """
insert into cancellation_reason (id, handle, transaction, labels, needs_note, active, position)
select r.id, r.handle, r.transaction, r.labels, r.needs_note, r.active, r.position
from jsonb_to_recordset($1::jsonb) as r
  (id text, handle text, transaction text, labels jsonb, needs_note bool, active bool, position int)
where not exists (select 1 from cancellation_reason) on conflict do nothing
"""


async def ensure_terms() -> ReturnPolicy:
    """The policy in force; a marketplace that has none, or no reasons, is given these. Safe to call at once."""
    db = get_connection("default")
    days = (WINDOW_DAYS, RESPONSE_DAYS, REFUND_DAYS)
    texts = orjson.dumps(POLICY_TEXTS).decode()
    await db.execute_query(_POLICY, [new_id("policy"), POLICY_VERSION, texts, *days, PUBLISHED_AT])
    await db.execute_query(_REASON, [orjson.dumps([_row(n, one) for n, one in enumerate(REASONS, 1)]).decode()])
    return await ReturnPolicy.get(current=True)


def _row(position: int, one: ReasonOffered) -> dict[str, object]:
    return {
        "id": new_id("reason"),
        "handle": one.handle,
        "transaction": one.transaction,
        "labels": {"en": one.en, "de": one.de},
        "needs_note": one.needs_note,
        "active": one.active,
        "position": position,
    }
