"""What the owner wants the terms of returns to say, checked: of the return settings, and of a rule of the terms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.countries import COUNTRIES
from domain.errors import Blocker, Path
from domain.identifiers import identifier
from domain.law import Basis, Exemption
from domain.refusals import Refusal
from domain.returns import AnswerTerms, Fee, Json, Place, ReturnTerms, WorkingDays
from domain.terms_table import FIELDS
from domain.texts import is_blank
from domain.words import AtDeadline, Bearer, RefundTrigger, ReturnMethod, TermsDeadline
from services.currency import is_currency, parse_minor
from services.inputs import IncomingAddress
from services.working_days import subdivisions

_SHARE, _LONGEST_FEE = FIELDS["terms.fees.percent"], FIELDS["terms.fees.name"].longest or 0


@dataclass(frozen=True, slots=True)
class FeeWanted:
    """A fee as the owner wants it: basis points, or an amount in a currency's main unit."""

    name: str
    bearer: Bearer
    percent: int | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class WorkingDaysWanted:
    """The deadlines that are to count the working days of a country, or of a part of it."""

    country: str
    subdivision: str | None
    deadlines: tuple[TermsDeadline, ...]


@dataclass(frozen=True, slots=True)
class CancellationWanted:
    """What the owner wants of cancellations."""

    response_days: int | None = None
    at_deadline: AtDeadline | None = None


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
    cancellation: CancellationWanted | None = None
    working_days: WorkingDaysWanted | None = None


def problems(terms: TermsWanted, at: Path) -> Iterator[Blocker]:
    """All that is wrong with wanted terms, which stand at a place in the input."""
    found = (
        *_problems_of_days(terms),
        *_problems_of_fees(terms.fees),
        *_problems_of_address(terms.address),
        *_problems_of_windows(terms.windows),
        *_problems_of_cancellation(terms.cancellation),
        *_problems_of_working_days(terms),
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
        working_days=_working_days(terms.working_days),
        cancellation=AnswerTerms(terms.cancellation.response_days, terms.cancellation.at_deadline)
        if terms.cancellation
        else None,
    )


def _working_days(wanted: WorkingDaysWanted | None) -> WorkingDays | None:
    if wanted is None:
        return None
    return WorkingDays(Place(wanted.country, wanted.subdivision), frozenset(wanted.deadlines))


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
    for name, days in (
        ("shipByDays", terms.ship_by_days),
        ("graceDays", terms.grace_days),
        ("inspectionDays", terms.inspection_days),
        ("transitDays", terms.transit_days),
        ("responseDays", terms.response_days),
    ):
        yield from _problems_of_number(days, name)


def _problems_of_number(days: int | None, *at: str | int) -> Iterator[Blocker]:
    """What is wrong with a number of days at a place, by the table of the terms."""
    field = FIELDS[".".join(("terms", *(name for name in at if isinstance(name, str))))]
    if days is not None and not field.holds(days):
        yield _invalid(f"This is a number of days {field.bounds}.", *at)


def _problems_of_windows(windows: Sequence[tuple[Basis, int]] | None) -> Iterator[Blocker]:
    if windows is not None and not windows:
        yield _invalid("Leave `windows` out to keep those of the return policy.", "windows")
    seen: set[Basis] = set()
    for n, (basis, days) in enumerate(windows or ()):
        if basis in seen:
            yield _invalid("The list has this basis twice: name it once.", "windows", n, "basis")
        seen.add(basis)
        yield from _problems_of_number(days, "windows", n, "days")


def _problems_of_cancellation(cancellation: CancellationWanted | None) -> Iterator[Blocker]:
    if cancellation is None:
        return
    if cancellation == CancellationWanted():
        yield _invalid("Say at least one thing of cancellations, or leave `cancellation` out.", "cancellation")
    yield from _problems_of_number(cancellation.response_days, "cancellation", "responseDays")


def _problems_of_working_days(terms: TermsWanted) -> Iterator[Blocker]:
    wanted, known = terms.working_days, subdivisions() if terms.working_days else {}
    if wanted is None:
        return
    if wanted.country not in known:
        message = "The holidays of this country are not known: send a code of ISO 3166-1, such as DE."
        yield _invalid(message, "workingDays", "country")
    elif wanted.subdivision is not None and wanted.subdivision not in known[wanted.country]:
        parts = ", ".join(known[wanted.country])
        message = f"It has these parts with holidays of their own: {parts}." if parts else "It has no such parts."
        yield _invalid(f"This is no part of the country. {message}", "workingDays", "subdivision")
    if not wanted.deadlines:
        message = "Name at least one deadline, or leave `workingDays` out."
        yield _invalid(message, "workingDays", "deadlines")
    without_days = {
        TermsDeadline.WINDOW: ("windows", not terms.windows),
        TermsDeadline.RESPONSE: ("responseDays", terms.response_days is None),
        TermsDeadline.CANCELLATION: (
            "cancellation.responseDays",
            terms.cancellation is None or terms.cancellation.response_days is None,
        ),
    }
    for n, deadline in enumerate(wanted.deadlines):
        needs, missing = without_days.get(deadline, ("", False))
        if missing:
            message = f"The rule says no days of {deadline}: give `{needs}`, or leave this deadline out."
            yield Blocker(Refusal.CONTRADICTORY_INPUT, message, ("workingDays", "deadlines", str(n)))


def _problems_of_fees(fees: Sequence[FeeWanted] | None) -> Iterator[Blocker]:
    if fees is not None and not fees:
        yield _invalid("Leave `fees` out to keep nothing.", "fees")
    seen: dict[str, set[str | None]] = {}
    for n, fee in enumerate(fees or ()):
        name = identifier(fee.name)
        if n == FIELDS["terms.fees"].most:
            yield _invalid(f"Terms have at most {n} fees.", "fees")
        if is_blank(name) or len(name) > _LONGEST_FEE:
            yield _invalid(f"A fee has a name of 1 to {_LONGEST_FEE} characters.", "fees", n, "name")
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
        if not _SHARE.holds(fee.percent):
            yield _invalid(f"A share is a number of basis points {_SHARE.bounds}.", "fees", n, "percent")
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
