"""The terms of a return: what its goods and its money wait for, how long, and what is kept of the money.

They are frozen on a request when it is opened, as JSON, so what a shop changes later is for later requests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from domain.law import Basis, Exemption
from domain.words import AtDeadline, Bearer, RefundTrigger, ReturnMethod, ReturnStatus, TermsDeadline

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

WHOLE = 10_000
"""All of an amount, in basis points."""
UNTRACKED = frozenset({"slip"})
"""The carriers that scan nothing. They print slips and buy no postage: the customer pays it."""
_STAGES = tuple(RefundTrigger)
_DAYS = {
    TermsDeadline.SHIP_BY: "ship_by_days",
    TermsDeadline.GRACE: "grace_days",
    TermsDeadline.TRANSIT: "transit_days",
    TermsDeadline.INSPECTION: "inspection_days",
}
_REACHED = {
    ReturnStatus.IN_TRANSIT: RefundTrigger.ON_SHIPMENT,
    ReturnStatus.RECEIVED: RefundTrigger.ON_RECEIPT,
    ReturnStatus.INSPECTED: RefundTrigger.ON_INSPECTION,
}


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee of the terms: basis points of the goods, or an amount in one currency, in minor units.

    An amount has the same name in each of its currencies; an order in another currency has no such fee.
    """

    name: str
    bearer: Bearer
    percent: int | None = None
    amount_minor: int | None = None
    currency: str | None = None

    def asked(self, goods_minor: int) -> int:
        """What it keeps of goods of this value, rounded down."""
        return goods_minor * self.percent // WHOLE if self.percent is not None else self.amount_minor or 0

    def to_json(self) -> dict[str, Json]:
        """The fee as it is stored."""
        amounts: dict[str, Json] = (
            {"percent": self.percent}
            if self.percent is not None
            else {"amountMinor": self.amount_minor, "currency": self.currency}
        )
        return {"name": self.name, **amounts, "bearer": str(self.bearer)}

    @classmethod
    def of_json(cls, stored: Mapping[str, Json]) -> "Fee":
        """The fee as it was stored."""
        return cls(
            name=str(stored["name"]),
            bearer=Bearer(str(stored["bearer"])),
            percent=_number(stored.get("percent")),
            amount_minor=_number(stored.get("amountMinor")),
            currency=_text(stored.get("currency")),
        )


class Place(NamedTuple):
    """A country of ISO 3166-1, or a part of it, with public holidays of its own."""

    country: str
    subdivision: str | None = None


class WorkingDays(NamedTuple):
    """The deadlines of terms that count working days alone, and the place whose working days these are."""

    place: Place
    deadlines: frozenset[TermsDeadline]

    def to_json(self) -> dict[str, Json]:
        """The working days as they are stored."""
        return {**self.place._asdict(), "deadlines": sorted(map(str, self.deadlines))}

    @classmethod
    def of_json(cls, stored: Mapping[str, Json]) -> "WorkingDays":
        """The working days as they were stored."""
        deadlines = stored["deadlines"]
        assert isinstance(deadlines, (list, tuple)), deadlines
        place = Place(str(stored["country"]), _text(stored["subdivision"]))
        return cls(place, frozenset(TermsDeadline(str(deadline)) for deadline in deadlines))


class AnswerTerms(NamedTuple):
    """In how many days a request is to be decided on, and what happens then; None leaves it to the policy and settings.

    They are working days of the `place`, if there is one.
    """

    days: int | None = None
    at_deadline: AtDeadline | None = None
    place: Place | None = None

    def to_json(self) -> dict[str, Json]:
        """The answer as it is stored, without the place; what says nothing is left out."""
        stored: dict[str, Json] = {}
        if self.days is not None:
            stored["responseDays"] = self.days
        if self.at_deadline is not None:
            stored["atDeadline"] = str(self.at_deadline)
        return stored

    @classmethod
    def of_json(cls, stored: Mapping[str, Json]) -> "AnswerTerms":
        """The answer as it was stored; only what a cancellation has frozen has a place."""
        at_deadline, working_days = _text(stored.get("atDeadline")), stored.get("workingDays")
        return cls(
            _number(stored.get("responseDays")),
            AtDeadline(at_deadline) if at_deadline else None,
            WorkingDays.of_json(working_days).place if isinstance(working_days, dict) else None,
        )


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """The terms of one return. Days are whole days of the market's calendar; the address is where the goods go.

    `windows` are the days after delivery in which a return can be asked for; a basis that is not there has those of the
    return policy. With an `exemption` only the owner opens a return. Without a `free_label` the customer pays the
    postage. `response_days` and `at_deadline` say until when the seller is to decide, and what happens then; None
    leaves it to the policy and the settings, and so it does of `cancellation`, which says the same of cancellations.
    `working_days` names the deadlines that count working days. `version` and `rule` say where frozen terms come from.
    """

    trigger: RefundTrigger
    method: ReturnMethod
    ship_by_days: int
    grace_days: int
    inspection_days: int
    transit_days: int
    fees: tuple[Fee, ...] = ()
    address: Mapping[str, Json] | None = None
    windows: Mapping[Basis, int] = field(default_factory=dict)
    exemption: Exemption | None = None
    free_label: bool = True
    response_days: int | None = None
    at_deadline: AtDeadline | None = None
    working_days: WorkingDays | None = None
    cancellation: AnswerTerms | None = None
    version: int | None = None
    rule: str | None = None

    @property
    def answer(self) -> AnswerTerms:
        """In how many days a return is to be decided on, and what happens then."""
        return AnswerTerms(self.response_days, self.at_deadline, self.place_of(TermsDeadline.RESPONSE))

    def days_of(self, deadline: TermsDeadline) -> int:
        """How many days a deadline has that all terms have: one on the way of the goods."""
        days: int = getattr(self, _DAYS[deadline])
        return days

    def place_of(self, deadline: TermsDeadline) -> Place | None:
        """The place whose working days a deadline counts; None if it counts all days."""
        days = self.working_days
        return days.place if days is not None and deadline in days.deadlines else None

    @property
    def restricts(self) -> bool:
        """Whether these terms decide what can be asked for, not only how it goes."""
        return bool(self.windows) or self.exemption is not None

    def fees_in(self, currency: str) -> tuple[Fee, ...]:
        """The fees of an order in this currency: shares, and amounts in it. Other amounts are not kept of it at all."""
        return tuple(fee for fee in self.fees if fee.currency in (None, currency))

    @property
    def wants_goods(self) -> bool:
        """Whether the goods are to come back at all."""
        return self.method is not ReturnMethod.KEEP

    def releases_at(self, status: ReturnStatus) -> bool:
        """Whether the money waits for no more than that goods have come to this status."""
        reached = _REACHED.get(status)
        return reached is not None and _STAGES.index(self.trigger) <= _STAGES.index(reached)

    def to_json(self) -> dict[str, Json]:
        """The terms as they are stored; what says nothing is left out."""
        stored: dict[str, Json] = {
            "trigger": str(self.trigger),
            "method": str(self.method),
            "shipByDays": self.ship_by_days,
            "graceDays": self.grace_days,
            "inspectionDays": self.inspection_days,
            "transitDays": self.transit_days,
            "fees": [fee.to_json() for fee in self.fees],
            "address": self.address,
        }
        if self.windows:
            stored["windows"] = {str(basis): days for basis, days in self.windows.items()}
        if self.exemption is not None:
            stored["exemption"] = str(self.exemption)
        if not self.free_label:
            stored["freeLabel"] = False
        if self.response_days is not None:
            stored["responseDays"] = self.response_days
        if self.at_deadline is not None:
            stored["atDeadline"] = str(self.at_deadline)
        if self.working_days is not None:
            stored["workingDays"] = self.working_days.to_json()
        if self.cancellation is not None:
            stored["cancellation"] = self.cancellation.to_json()
        if self.rule is not None:
            stored["version"], stored["rule"] = self.version, self.rule
        return stored

    def frozen_cancellation(self) -> dict[str, Json] | None:
        """What a cancellation keeps of these terms, as it is stored; None if they say nothing of cancellations."""
        if self.cancellation is None:
            return None
        frozen = {**self.cancellation.to_json(), "version": self.version, "rule": self.rule}
        place = self.place_of(TermsDeadline.CANCELLATION)
        if place is not None:
            frozen["workingDays"] = WorkingDays(place, frozenset({TermsDeadline.CANCELLATION})).to_json()
        return frozen

    @classmethod
    def of_json(cls, stored: Mapping[str, Json]) -> "ReturnTerms":
        """The terms as they were stored."""
        fees, address, windows = stored["fees"], stored["address"], stored.get("windows")
        working_days, cancellation = stored.get("workingDays"), stored.get("cancellation")
        exemption, at_deadline = _text(stored.get("exemption")), _text(stored.get("atDeadline"))
        assert isinstance(fees, (list, tuple)), fees  # exact types: asking the abstract ones takes ten times as long
        assert address is None or isinstance(address, dict), address
        return cls(
            trigger=RefundTrigger(str(stored["trigger"])),
            method=ReturnMethod(str(stored["method"])),
            ship_by_days=_days(stored, "shipByDays"),
            grace_days=_days(stored, "graceDays"),
            inspection_days=_days(stored, "inspectionDays"),
            transit_days=_days(stored, "transitDays"),
            fees=tuple([Fee.of_json(fee) for fee in fees if isinstance(fee, dict)]),
            address=address,
            windows={Basis(basis): _days(windows, basis) for basis in windows} if isinstance(windows, dict) else {},
            exemption=Exemption(exemption) if exemption else None,
            free_label=stored.get("freeLabel") is not False,
            response_days=_number(stored.get("responseDays")),
            at_deadline=AtDeadline(at_deadline) if at_deadline else None,
            working_days=WorkingDays.of_json(working_days) if isinstance(working_days, dict) else None,
            cancellation=AnswerTerms.of_json(cancellation) if isinstance(cancellation, dict) else None,
            version=_number(stored.get("version")),
            rule=_text(stored.get("rule")),
        )


def _number(value: Json) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _days(stored: Mapping[str, Json], name: str) -> int:
    days = _number(stored[name])
    assert days is not None, name
    return days
