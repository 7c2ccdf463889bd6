"""The interface of carriers that sell labels.

Every carrier guarantees: one package, once registered, gets at most one label, however often it is bought. If a carrier
does not know the result of a call, it raises `CarrierUnknown`; the caller then calls `find`, and buys the same package
again if nothing was bought. The reference of a registered package is stored before anything is bought for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class LabelOutcome(StrEnum):
    """How one package stands at a carrier."""

    REGISTERED = "REGISTERED"
    """The carrier knows the package; no label was bought for it."""
    ISSUED = "ISSUED"
    """The label was bought."""
    REFUSED = "REFUSED"
    """The carrier does not do what it was asked for, and will not do it because of this call."""
    VOIDING = "VOIDING"
    """The carrier has accepted to void the label; the result comes later, by `find`."""
    VOIDED = "VOIDED"
    """The label is void, and its money comes back."""


class CarrierUnknown(Exception):
    """It is unknown whether the label was bought or voided: a timeout, a lost answer, a carrier that is down."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """Where a package comes from or goes to. The country is a code of ISO 3166-1."""

    name: str
    lines: tuple[str, ...]
    country: str
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None

    @classmethod
    def of(cls, stored: Mapping[str, object]) -> "PostalAddress":
        """The address in these columns; its lines are one text."""

        def text(name: str) -> str | None:
            value = stored.get(name)
            return str(value) if value else None

        return cls(
            name=text("name") or "",
            lines=tuple(line for line in (text("lines") or "").split("\n") if line),
            country=text("country") or "",
            postal_code=text("postal_code"),
            city=text("city"),
            region=text("region"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelOrder:
    """A label for one package. `key` is the label's id and never changes; `number` is what people read on it.

    The sender is the customer, the recipient the seller; `grams` is what a package is taken to weigh.
    """

    key: str
    number: str
    recipient: PostalAddress
    sender: PostalAddress | None = None
    grams: int = 1000


@dataclass(frozen=True, slots=True)
class LabelAnswer:
    """A carrier's answer about one package.

    `reference` is the carrier's own id of the package. `url` is where the carrier keeps the label's file; without it,
    Retour draws the label itself.
    """

    outcome: LabelOutcome
    reference: str | None = None
    tracking_number: str | None = None
    url: str | None = None
    message: str | None = None


APART = timedelta(minutes=10)
"""How far the clock of a carrier may be ahead of ours, or behind it."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The carrier has had the package in its hands at this time."""

    at: datetime

    def is_dated_ahead(self, now: datetime) -> bool:
        """Whether it is dated in the future by more than clocks differ. Then it is not believed."""
        return self.at > now + APART

    def is_dated_before(self, moment: datetime) -> bool:
        """Whether it was made before this moment, by more than clocks differ."""
        return self.at < moment - APART


class Carrier(Protocol):
    """A carrier that sells labels."""

    @property
    def name(self) -> str:
        """The carrier's name, as in a label's `carrier` column."""

    async def register(self, order: LabelOrder) -> LabelAnswer:
        """Make the package known without buying anything: REGISTERED with a reference, or REFUSED.

        Raises CarrierUnknown. A package may be registered twice; what is left over costs nothing.
        """

    async def buy(self, order: LabelOrder, reference: str) -> LabelAnswer:
        """Buy the label of a registered package unless it was bought: ISSUED, or REFUSED. Raises CarrierUnknown."""

    async def find(self, key: str, reference: str | None) -> LabelAnswer | None:
        """How a package stands; None if the carrier does not know it. Raises CarrierUnknown.

        Without a reference it is looked for by its key.
        """

    async def void(self, key: str, reference: str) -> LabelAnswer:
        """Void a label that was bought: VOIDED, VOIDING, or REFUSED if it was used. Raises CarrierUnknown."""

    async def scans(self, reference: str) -> tuple[Scan, ...]:
        """When the carrier has had the package in its hands, in any order. Raises CarrierUnknown."""

    async def close(self) -> None:
        """Close the connections."""
