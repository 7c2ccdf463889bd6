"""The owner's return settings: how returns of one seller go, or of every seller without settings of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from domain.countries import COUNTRIES
from domain.errors import Blocker, Refused, not_found, refuse
from domain.identifiers import identifier
from domain.returns import WHOLE, Fee, Json
from domain.texts import is_blank
from domain.words import Bearer, OwnerAction, RefundTrigger, Refusal, ReturnMethod
from models import ReturnSettings, Seller
from models.ids import new_id
from services.currency import is_currency, parse_minor
from services.inputs import IncomingAddress
from services.owner_events import Setter, note

Outcome: TypeAlias = dict[str, str]
"""The recorded result of a command: the id of the settings, nothing if there are none any more."""

MOST_DAYS, MOST_FEES = 365, 20
_NOTED = (
    *("seller_id", "trigger", "method", "ship_by_days", "grace_days", "inspection_days", "transit_days"),
    *("fees", "address"),
)
"""What a change of the settings is noted with."""


@dataclass(frozen=True, slots=True)
class FeeWanted:
    """A fee as the owner wants it: basis points, or an amount in a currency's main unit."""

    name: str
    bearer: Bearer
    percent: int | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class TermsWanted:
    """The settings as the owner wants them."""

    trigger: RefundTrigger
    method: ReturnMethod
    ship_by_days: int
    grace_days: int
    inspection_days: int
    transit_days: int
    fees: tuple[FeeWanted, ...] | None = None
    address: IncomingAddress | None = None


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """The wanted settings of a seller, of the marketplace if there is none; without `terms` they are taken away."""

    seller_id: str | None
    terms: TermsWanted | None
    expected_version: int | None = None


async def change(db: BaseDBAsyncClient, change: SettingsChange, by: Setter) -> Outcome:
    """Create, replace or take away settings. Raises Refused."""
    if change.seller_id is not None and not await Seller.filter(id=change.seller_id).using_db(db).exists():
        raise not_found("seller", about=("sellerId",))
    columns = None if change.terms is None else _columns(change.terms)
    found = ReturnSettings.filter(seller_id=change.seller_id).using_db(db).select_for_update(no_key=True)
    kept = await found.get_or_none()
    if change.expected_version not in (None, kept.version if kept else 0):
        now_at = f"it is now at version {kept.version}" if kept else "there are no such settings"
        message = f"This has changed since you last saw it: {now_at}."
        raise refuse(Refusal.STALE_VERSION, message, about=("expectedVersion",))
    if kept is None and columns is None:
        return {}
    before = {name: getattr(kept, name) for name in _NOTED} if kept else None
    after = {"seller_id": change.seller_id, **columns} if columns else None
    if kept is None:
        id = await _create(db, change.seller_id, columns or {}, by.now)
    else:
        id = kept.id
        await (found.update(**columns, updated_at=by.now, version=kept.version + 1) if columns else found.delete())
    await note(db, by, OwnerAction.SET_RETURN_SETTINGS, id, before=before, after=after)
    return {"id": id} if columns else {}


async def _create(db: BaseDBAsyncClient, seller_id: str | None, columns: dict[str, Json], now: datetime) -> str:
    try:
        created = await ReturnSettings.create(
            using_db=db, id=new_id("returnsettings"), seller_id=seller_id, updated_at=now, **columns
        )
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) == "23505":
            message = "Another command has just set these settings: read them and decide again."
            raise refuse(Refusal.STALE_VERSION, message, about=("sellerId",)) from None
        raise
    return created.id


def _columns(terms: TermsWanted) -> dict[str, Json]:
    """The columns of settings. Raises Refused with all that is wrong."""
    problems = [*_problems_of_days(terms), *_problems_of_fees(terms.fees), *_problems_of_address(terms.address)]
    if problems:
        raise Refused(tuple(problems))
    return {
        "trigger": terms.trigger,
        "method": terms.method,
        "ship_by_days": terms.ship_by_days,
        "grace_days": terms.grace_days,
        "inspection_days": terms.inspection_days,
        "transit_days": terms.transit_days,
        "fees": [_fee(fee).to_json() for fee in terms.fees or ()],
        "address": _address(terms.address),
    }


def _fee(fee: FeeWanted) -> Fee:
    name = identifier(fee.name)
    if fee.percent is not None:
        return Fee(name, fee.bearer, percent=fee.percent)
    assert fee.amount is not None, "checked before"
    assert fee.currency is not None, "checked before"
    return Fee(name, fee.bearer, amount_minor=parse_minor(fee.amount, fee.currency), currency=fee.currency)


def _address(address: IncomingAddress | None) -> dict[str, Json] | None:
    if address is None:
        return None
    return {
        "name": address.name,
        "lines": "\n".join(address.lines),
        "postal_code": address.postal_code,
        "city": address.city,
        "region": address.region,
        "country": address.country,
    }


def _problems_of_days(terms: TermsWanted) -> Iterator[Blocker]:
    for name, least, days in (
        ("shipByDays", 1, terms.ship_by_days),
        ("graceDays", 0, terms.grace_days),
        ("inspectionDays", 1, terms.inspection_days),
        ("transitDays", 1, terms.transit_days),
    ):
        if not least <= days <= MOST_DAYS:
            yield _invalid(f"This is a number of days from {least} to {MOST_DAYS}.", name)


def _problems_of_fees(fees: Sequence[FeeWanted] | None) -> Iterator[Blocker]:
    if fees is not None and not fees:
        yield _invalid("Leave `fees` out to keep nothing.", "fees")
    seen: dict[str, set[str | None]] = {}
    for n, fee in enumerate(fees or ()):
        name = identifier(fee.name)
        if n == MOST_FEES:
            yield _invalid(f"Settings have at most {MOST_FEES} fees.", "fees")
        if is_blank(name) or len(name) > 64:
            yield _invalid("A fee has a name of 1 to 64 characters.", "fees", n, "name")
        elif name in seen and (fee.currency is None or not seen[name].isdisjoint((None, fee.currency))):
            message = "Another fee has this name: give each its own. Only amounts in different currencies share a name."
            yield _invalid(message, "fees", n, "name")
        seen.setdefault(name, set()).add(fee.currency)
        yield from _problems_of_amount(fee, n)


def _problems_of_amount(fee: FeeWanted, n: int) -> Iterator[Blocker]:
    if (fee.percent is None) is (fee.amount is None):
        yield _invalid("Give a fee either `percent`, or `amount` with `currency`.", "fees", n, "percent")
    elif fee.percent is not None:
        if fee.currency is not None:
            yield _invalid("A share is in the currency of each order: leave the currency out.", "fees", n, "currency")
        if not 1 <= fee.percent <= WHOLE:
            yield _invalid(f"A share is a number of basis points from 1 to {WHOLE}.", "fees", n, "percent")
    elif fee.currency is None or not is_currency(fee.currency):
        yield _invalid("An amount needs an ISO 4217 currency code with a minor unit.", "fees", n, "currency")
    elif fee.amount is not None:
        try:
            minor = parse_minor(fee.amount, fee.currency)
        except ValueError as fault:
            yield _invalid(f"{fault}.", "fees", n, "amount")
        else:
            if minor <= 0:
                yield _invalid("A fee is more than zero.", "fees", n, "amount")


def _problems_of_address(address: IncomingAddress | None) -> Iterator[Blocker]:
    if address is None:
        return
    if is_blank(address.name):
        yield _invalid("An address needs a name.", "address", "name")
    if not 0 < len(address.lines) <= 6 or any(is_blank(line) for line in address.lines):
        yield _invalid("An address has one to six lines.", "address", "lines")
    if address.country not in COUNTRIES:
        message = "This is no country of ISO 3166-1: send its code of two letters, such as DE."
        yield _invalid(message, "address", "country")


def _invalid(message: str, *about: str | int) -> Blocker:
    return Blocker(Refusal.INVALID_INPUT, message, ("terms", *map(str, about)))
