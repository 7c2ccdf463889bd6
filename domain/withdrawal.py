"""The right to withdraw from a contract: what the law says of it, as data, and how a statement of it reads.

The days and rules are those of Directive 2011/83/EU, as amended by Directive (EU) 2023/2673. A marketplace's counsel
decides on the words; docs/withdrawal.md says what each number stands for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from domain.calendar import Calendar, DaysAfter, all_days_after
from domain.law import Basis, Exemption, ObjectionGround, WithdrawalStatus
from domain.returns import ReturnTerms
from domain.texts import one_line
from domain.words import RefundTrigger, ReturnMethod

WINDOW_DAYS, REFUND_DAYS, SHIP_BY_DAYS = 14, 14, 14
"""The least that the customer has to withdraw, the most that the refund may take, and the time to send the goods."""
UNVERIFIED_DAYS = 30
"""How long a withdrawal that was declared without an account waits to be verified."""
MOST_UNVERIFIED = 20
"""Declarations about one order that wait to be verified at a time; one of the customer's address is always taken."""
CONFORMITY_DAYS = 730
"""How long goods must be what was sold, from their delivery: Directive (EU) 2019/771."""
LAW = ReturnTerms(
    trigger=RefundTrigger.ON_SHIPMENT,
    method=ReturnMethod.MAIL,
    ship_by_days=SHIP_BY_DAYS,
    grace_days=0,
    inspection_days=14,
    transit_days=14,
    free_label=False,
)
"""How the goods go back where no rule of the terms says it."""
REASONS: Mapping[str, str] = {"CANCEL": "statutory-withdrawal-unsent", "REFUND": "statutory-withdrawal"}
"""The handles of the reasons that stand on requests of a withdrawal, by transaction: its customer gives none."""
TEXTS: Mapping[str, Sequence[str]] = {
    "en": (
        "Withdrawal {number}",
        "I withdraw from my contract with {seller} for the purchase of the following goods of order {order},"
        " placed on {placed}:",
        "Name: {name}",
        "Send the acknowledgement of receipt to: {address}",
    ),
    "de": (
        "Widerruf {number}",
        "Ich widerrufe meinen Vertrag mit {seller} über den Kauf der folgenden Waren aus der Bestellung {order}"
        " vom {placed}:",
        "Name: {name}",
        "Eingangsbestätigung an: {address}",
    ),
}
"""A statement by language: its title, what it declares, who declares it, and where the receipt goes."""
WITHOUT_ACCOUNT: Mapping[str, Sequence[str]] = {
    "en": (
        "Withdrawal from order {order}",
        "I withdraw from my contracts for the purchase of all goods of order {order}.",
    ),
    "de": (
        "Widerruf zur Bestellung {order}",
        "Ich widerrufe meine Verträge über den Kauf aller Waren aus der Bestellung {order}.",
    ),
}
"""The same of somebody who is shown nothing of the order: its title, and what it declares."""

FEES_BACK: Mapping[str, str] = {
    "en": "Withdrawal from the contract: no fee is kept.",
    "de": "Widerruf des Vertrags: Es wird keine Gebühr einbehalten.",
}
"""Why a fee that was kept before goes back."""


@dataclass(frozen=True, slots=True)
class WithdrawalFacts:
    """The facts of one withdrawal, or of an order of which one is to be declared.

    `left` has the units that can be withdrawn from by the id of the order item; `hash` is that of the statement as it
    would be now. `unverified` counts the declarations about the order that nobody has verified, `stale` says that this
    one is among them for longer than it may. `settled` says that nothing of it is open, `overdue` that money which does
    not wait for goods was not paid back in time, `reported` that this was said.
    """

    status: WithdrawalStatus | None
    left: Mapping[str, int] = field(default_factory=dict)
    hash: str | None = None
    unverified: int = 0
    stale: bool = False
    settled: bool = False
    overdue: bool = False
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """The input of a declaration: the hash of the statement that was shown, and its units by item; None for all."""

    hash: str | None
    items: tuple[tuple[str, int], ...] | None = None

    @property
    def by_item(self) -> tuple[tuple[str, int], ...]:
        """What is withdrawn from, item by item."""
        return self.items or ()


@dataclass(frozen=True, slots=True)
class Objection:
    """The input of an objection to a withdrawal."""

    ground: ObjectionGround
    note: str | None = None


class StatedUnits(NamedTuple):
    """Some units of an item in a statement."""

    name: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalStatement:
    """What a customer declares to one seller. `placed` is a day of ISO 8601, `address` where the receipt goes."""

    number: str
    seller: str
    order: str
    placed: str
    name: str
    address: str | None
    units: Sequence[StatedUnits]

    def text(self, locale: str) -> str:
        """The words, in a language that they are known in or in English: each name on one line, as a mail has it."""
        title, declares, who, receipt = _words(TEXTS, locale)
        lines = [
            title.format(number=self.number),
            "",
            declares.format(seller=one_line(self.seller), order=self.order, placed=self.placed),
            *(f"- {each.quantity} × {one_line(each.name)}" for each in self.units),
            "",
            who.format(name=one_line(self.name)),
        ]
        if self.address:
            lines.append(receipt.format(address=self.address))
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class TypedStatement:
    """The statement of somebody who is shown nothing of the order: all of it, by what was typed.

    `order` is the order's number, `address` where the receipt goes.
    """

    order: str
    name: str
    address: str
    locale: str

    @property
    def text(self) -> str:
        """The words, in the language `locale` if they are known in it."""
        title, declares = _words(WITHOUT_ACCOUNT, self.locale)
        _, _, who, receipt = _words(TEXTS, self.locale)
        lines = "\n".join([title, "", declares, "", who, receipt])
        return lines.format(order=self.order, name=one_line(self.name), address=self.address) + "\n"


def _words(texts: Mapping[str, Sequence[str]], locale: str) -> Sequence[str]:
    return texts.get(locale.partition("-")[0], texts["en"])


def whole_text(texts: Iterable[str]) -> str:
    """The statements to all sellers as they are shown together."""
    return "\n".join(texts)


def hash_of(text: str) -> str:
    """The SHA-256 of a text's bytes in UTF-8, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def window_end(
    deliveries: Iterable[datetime | None],
    terms: ReturnTerms | None,
    calendar: Calendar,
    days_after: DaysAfter = all_days_after,
) -> datetime | None:
    """The last moment to withdraw from a contract with one seller; None while any of its packages is on its way.

    The day after the delivery of the last package is the first day, and `days_after` says which is the last one.
    """
    delivered = list(deliveries)
    known = [each for each in delivered if each is not None]
    if not known or len(known) < len(delivered):
        return None
    days = terms.windows.get(Basis.STATUTORY, WINDOW_DAYS) if terms else WINDOW_DAYS
    return calendar.last_moment(max(known), max(days, WINDOW_DAYS), days_after)


def refund_due(declared_at: datetime, calendar: Calendar, days_after: DaysAfter = all_days_after) -> datetime:
    """The last moment to pay back, counted from the day on which the statement arrived."""
    return calendar.last_moment(declared_at, REFUND_DAYS, days_after)


def exemption_of(terms: ReturnTerms | None) -> Exemption | None:
    """Why the law gives no right of withdrawal; a sale for good is no ground of the law."""
    exemption = terms.exemption if terms else None
    return None if exemption is Exemption.FINAL_SALE else exemption


def terms_on(basis: Basis, terms: ReturnTerms | None) -> ReturnTerms | None:
    """What a rule says of a return on a basis: no fee is kept of goods that are not what was sold."""
    if basis is Basis.STATUTORY:
        return by_law(terms)
    return replace(terms, fees=()) if terms is not None and basis is Basis.CONFORMITY else terms


def by_law(terms: ReturnTerms | None) -> ReturnTerms:
    """Terms as the law lets them be: no fees, time to send the goods, and money that waits for no more than a proof.

    It waits for that also where a rule pays sooner, or wants no goods: there a seller looks at each return, and here
    nobody has to agree. What a seller does not want back, it waives.
    """
    own = terms or LAW
    return replace(
        own,
        trigger=LAW.trigger,
        method=own.method if own.wants_goods else LAW.method,
        ship_by_days=max(own.ship_by_days, SHIP_BY_DAYS),
        fees=(),
        exemption=exemption_of(own),
    )
