"""A plain model of one order: what the seed's rules allow, written without looking at the tables."""

from dataclasses import dataclass, field
from typing import Any, Literal

UNSENT = ("PREPARING", "READY_TO_SHIP")
SENT = ("SHIPPED", "DELIVERED", "DELIVERY_FAILED")
MOVES = {
    "PREPARING": ("READY_TO_SHIP", "SHIPPED"),
    "READY_TO_SHIP": ("PREPARING", "SHIPPED"),
    "SHIPPED": ("DELIVERED", "DELIVERY_FAILED"),
    "DELIVERY_FAILED": ("SHIPPED", "DELIVERED"),
}


@dataclass
class Line:
    """A line's units, by what has become of them."""

    active: int
    held: int = 0
    canceled: int = 0
    returned: int = 0


@dataclass
class Asked:
    """A request: the units that it holds, its way, how far it is. `open` are the lines that nobody has finished."""

    units: dict[str, int]
    way: Literal["CANCEL", "REFUND"]
    status: str = "WAITING"
    plan: str | None = None
    open: set[str] = field(default_factory=set)


@dataclass
class Choice:
    """What a decision accepts, None for all of it, and what it says of the rest."""

    units: dict[str, int] | None = None
    rest: Literal["RELEASE", "KEEP_WAITING"] | None = None
    explained: bool = False

    def fits(self, asked: Asked) -> bool:
        """Whether a request can be decided so."""
        kept = asked.units if self.units is None else self.units
        if not any(kept.values()) or not all(sku in asked.units for sku in kept):
            return False
        if not all(0 <= units <= asked.units[sku] for sku, units in kept.items()):
            return False
        if all(kept.get(sku, 0) == units for sku, units in asked.units.items()):
            return self.rest is None and not self.explained
        return self.rest == "KEEP_WAITING" or self.explained


@dataclass
class OneOrder:
    """An order of one seller and one package, with everything asked about it."""

    lines: dict[str, Line]
    package: str = "PREPARING"
    asked: list[Asked] = field(default_factory=list)

    def move(self, to: str) -> bool:
        """Move the package on, if it can."""
        something_left = any(line.active + line.held for line in self.lines.values())
        may_be_empty = to in ("DELIVERY_FAILED", "PREPARING")
        ok = to in MOVES.get(self.package, ()) and (something_left or may_be_empty)
        if ok:
            self.package = to
        return ok

    def ask(self, units: dict[str, int]) -> bool:
        """Ask for units by line; the package decides which way."""
        open_lines = {sku for one in self.asked if one.status == "WAITING" for sku in one.open}
        ok = (
            bool(units)
            and self.package in UNSENT + SENT
            and all(0 < wanted <= self.lines[sku].active for sku, wanted in units.items())
            and not open_lines & set(units)
        )
        if ok:
            self._open(units, "CANCEL" if self.package in UNSENT else "REFUND")
        return ok

    def apply(self, one: Asked, choice: Choice) -> bool:
        """The owner applies a cancellation, to all or to a part."""
        ok = one.status == "WAITING" and one.way == "CANCEL" and one.plan is None and self.package in UNSENT
        if ok and choice.fits(one):
            one.plan = "WAITING"
            self._decide(one, choice)
            return True
        return False

    def tick(self) -> None:
        """What happens by itself when time passes: confirmations, and all refunds."""
        for one in self.asked:
            if one.plan == "WAITING" and one.status == "WAITING":
                if self.package in SENT:
                    one.plan = "CONFIRMATION_WAITING"
                else:
                    self._agree(one)
        for one in self.asked:
            if one.status == "APPROVED":
                one.status = one.plan = "COMPLETED"
                if one.way == "REFUND":
                    self._shift(one.units, "held", "returned")

    def confirm(self, one: Asked, choice: Choice, by: str, note: str) -> bool:
        """The seller agrees, to all or to a part; or the owner for the seller, who says why."""
        if one.status != "WAITING" or (by == "OWNER" and not note):
            return False
        if one.way == "CANCEL":
            if one.plan != "CONFIRMATION_WAITING" or choice != Choice() or self.package == "DELIVERED":
                return False
            self._agree(one)
            return True
        if not choice.fits(one):
            return False
        self._decide(one, choice)
        one.status = one.plan = "APPROVED"
        return True

    def reject(self, one: Asked, by: str) -> bool:
        """The seller or the owner says no."""
        with_seller = one.way == "REFUND" or one.plan == "CONFIRMATION_WAITING"
        return self._end(one, "REJECTED", allowed=by == "OWNER" or with_seller, by=by)

    def withdraw(self, one: Asked) -> bool:
        """The customer takes it back."""
        return self._end(one, "WITHDRAWN", allowed=True, by="CUSTOMER")

    def _end(self, one: Asked, status: str, *, allowed: bool, by: str) -> bool:
        if one.status != "WAITING" or not allowed:
            return False
        one.status = status
        if one.plan:
            one.plan = "REJECTED" if status == "REJECTED" and by == "SELLER" else "VOIDED"
        self._shift(one.units, "held", "active")
        return True

    def _open(self, units: dict[str, int], way: Literal["CANCEL", "REFUND"]) -> None:
        self.asked.append(Asked(units, way, open=set(units)))
        self._shift(units, "active", "held")

    def _decide(self, one: Asked, choice: Choice) -> None:
        """Keep what is accepted; the rest is free again, or goes on in a request of its own."""
        kept = one.units if choice.units is None else choice.units
        rest = {sku: units - kept.get(sku, 0) for sku, units in one.units.items() if units > kept.get(sku, 0)}
        one.units = {sku: units for sku, units in kept.items() if units}
        one.open = set(one.units)
        self._shift(rest, "held", "active")
        if choice.rest == "KEEP_WAITING":
            one.open -= set(rest)
            self._open(rest, one.way)

    def _agree(self, one: Asked) -> None:
        one.status = one.plan = "APPROVED"
        self._shift(one.units, "held", "canceled")
        if self.package in UNSENT and not any(line.active + line.held for line in self.lines.values()):
            self.package = "CANCELED"

    def _shift(self, units: dict[str, int], source: str, target: str) -> None:
        for sku, n in units.items():
            line = self.lines[sku]
            setattr(line, source, getattr(line, source) - n)
            setattr(line, target, getattr(line, target) + n)

    def picture(self) -> dict[str, Any]:
        """How everything stands, to be held against the server's answer."""
        return {
            "package": self.package,
            "lines": {sku: (one.active, one.held, one.canceled, one.returned) for sku, one in self.lines.items()},
            "requests": [(one.way, one.status, one.plan) for one in self.asked],
        }
