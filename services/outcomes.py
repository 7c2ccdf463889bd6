"""What the owner wants the terms of returns to say, checked: of the return settings, and of a rule of the terms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.countries import COUNTRIES
from domain.errors import Blocker, Path
from domain.identifiers import identifier
from domain.refusals import Refusal
from domain.returns import WHOLE, Fee, Json, ReturnTerms
from domain.texts import is_blank
from domain.words import AtDeadline, Basis, Bearer, Exemption, RefundTrigger, ReturnMethod
from services.currency import is_currency, parse_minor
from services.inputs import IncomingAddress

MOST_DAYS, MOST_FEES, MOST_WINDOW = 365, 20, 3650


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
    """The terms as the owner wants them. `windows` are pairs of basis and days."""

    trigger: RefundTrigger
    method: ReturnMethod
    ship_by_days: int
    grace_days: int
    inspection_days: int
    transit_days: int
    fees: tuple[FeeWanted, ...] | None = None
    address: IncomingAddress | None = None
    windows: tuple[tuple[Basis, int], ...] | None = None
    exemption: Exemption | None = None
    free_label: bool = True
    response_days: int | None = None
    at_deadline: AtDeadline | None = None


def problems(terms: TermsWanted, at: Path) -> Iterator[Blocker]:
    """All that is wrong with wanted terms, which stand at a place in the input."""
    found = (
        *_problems_of_days(terms),
        *_problems_of_fees(terms.fees),
        *_problems_of_address(terms.address),
        *_problems_of_windows(terms.windows),
    )
    for blocker in found:
        yield Blocker(blocker.code, blocker.message, (*at, *blocker.about))


def outcome(terms: TermsWanted) -> ReturnTerms:
    """The terms, of which nothing is wrong."""
    return ReturnTerms(
        trigger=terms.trigger,
        method=terms.method,
        ship_by_days=terms.ship_by_days,
        grace_days=terms.grace_days,
        inspection_days=terms.inspection_days,
        transit_days=terms.transit_days,
        fees=tuple(_fee(fee) for fee in terms.fees or ()),
        address=_address(terms.address),
        windows=dict(terms.windows or ()),
        exemption=terms.exemption,
        free_label=terms.free_label,
        response_days=terms.response_days,
        at_deadline=terms.at_deadline,
    )


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
    if terms.response_days is not None and not 1 <= terms.response_days <= MOST_DAYS:
        yield _invalid(f"This is a number of days from 1 to {MOST_DAYS}.", "responseDays")


def _problems_of_windows(windows: Sequence[tuple[Basis, int]] | None) -> Iterator[Blocker]:
    if windows is not None and not windows:
        yield _invalid("Leave `windows` out to keep those of the return policy.", "windows")
    seen: set[Basis] = set()
    for n, (basis, days) in enumerate(windows or ()):
        if basis in seen:
            yield _invalid("The list has this basis twice: name it once.", "windows", n, "basis")
        seen.add(basis)
        if not 0 <= days <= MOST_WINDOW:
            yield _invalid(f"This is a number of days from 0 to {MOST_WINDOW}.", "windows", n, "days")


def _problems_of_fees(fees: Sequence[FeeWanted] | None) -> Iterator[Blocker]:
    if fees is not None and not fees:
        yield _invalid("Leave `fees` out to keep nothing.", "fees")
    seen: dict[str, set[str | None]] = {}
    for n, fee in enumerate(fees or ()):
        name = identifier(fee.name)
        if n == MOST_FEES:
            yield _invalid(f"Terms have at most {MOST_FEES} fees.", "fees")
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
    return Blocker(Refusal.INVALID_INPUT, message, tuple(map(str, about)))
