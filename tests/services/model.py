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
class Overriding:
    """Whether the owner cancels in spite of another package that has left, and says why."""

    override: bool = False
    note: bool = False


@dataclass
class OneOrder:
    """An order of one seller, with everything asked about it. Its lines are `where` its packages are."""

    lines: dict[str, Line]
    where: dict[str, str]
    packages: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.packages = dict.fromkeys(self.where.values(), "PREPARING")

    def move(self, package: str, to: str, by: str, *, despite: bool) -> bool:
        """Move a package on, if it can; a seller may not ship it while a cancellation waits, unless it says so."""
        waits = any(
            self.where[sku] == package
            for one in self.asked
            if one.status == "WAITING" and one.way == "CANCEL"
            for sku in one.units
        )
        warned = by == "OWNER" or to != "SHIPPED" or despite or not waits
        may_be_empty = to in ("DELIVERY_FAILED", "DELIVERED", "PREPARING")
        ok = to in MOVES.get(self.packages[package], ()) and (self._left_in(package) or may_be_empty) and warned
        if ok:
            self.packages[package] = to
        return bool(ok)

    def ask(self, units: dict[str, int]) -> bool:
        """Ask for units by line; each line's package decides which way."""
        open_lines = {sku for one in self.asked if one.status == "WAITING" for sku in one.open}
        ok = (
            bool(units)
            and all(0 < wanted <= self.lines[sku].active for sku, wanted in units.items())
            and all(self._status(sku) in (SENT if self._has_shipped() else UNSENT + SENT) for sku in units)
            and not open_lines & set(units)
        )
        if ok:
            unsent = {sku: wanted for sku, wanted in units.items() if self._status(sku) in UNSENT}
            sent = {sku: wanted for sku, wanted in units.items() if sku not in unsent}
            first_is_sent = next(iter(units)) in sent
            for some in (sent, unsent) if first_is_sent else (unsent, sent):
                if some:
                    self._open(some, "CANCEL" if some is unsent else "REFUND")
        return ok

    def apply(self, one: Asked, choice: Choice, overriding: Overriding) -> bool:
        """The owner applies a cancellation, to all or to a part: to a package that has left only as a whole."""
        if one.status != "WAITING" or one.way != "CANCEL" or one.plan or not choice.fits(one):
            return False
        kept = one.units if choice.units is None else choice.units
        sent = {sku for sku in one.units if self._status(sku) in SENT}
        recalled = {self.where[sku] for sku in sent}
        if any(self.packages[package] == "DELIVERED" for package in recalled):
            return False
        for sku, line in self.lines.items():
            if self.where[sku] in recalled and line.active + line.held != one.units.get(sku, 0):
                return False
        for package in recalled:
            here = [sku for sku in sent if self.where[sku] == package]
            if any(kept.get(sku, 0) for sku in here) and any(kept.get(sku, 0) < one.units[sku] for sku in here):
                return False
        asks = any(kept.get(sku, 0) for sku in sent)
        if self._has_shipped() and sent != set(one.units):
            if not asks and not overriding.override:
                return False
            if overriding.override and not overriding.note:
                return False
        one.plan = "CONFIRMATION_WAITING" if asks else "WAITING"
        self._decide(one, choice)
        return True

    def convert(self, one: Asked) -> bool:
        """What has left is to be returned instead; the rest goes on waiting."""
        sent = {sku: units for sku, units in one.units.items() if self._status(sku) in SENT}
        if one.way != "CANCEL" or not sent or not self._end(one, "CONVERTED", allowed=True, by="CUSTOMER"):
            return False
        if rest := {sku: units for sku, units in one.units.items() if sku not in sent}:
            self._open(rest, "CANCEL")
        self._open(sent, "REFUND")
        return True

    def tick(self) -> None:
        """What happens by itself when time passes: confirmations, and all refunds."""
        for one in self.asked:
            if one.plan == "WAITING" and one.status == "WAITING":
                if any(self._status(sku) in SENT for sku in one.units):
                    one.plan = "CONFIRMATION_WAITING"
                else:
                    self._agree(one)
        for one in self.asked:
            if one.status == "APPROVED":
                one.status = one.plan = "COMPLETED"
                if one.way == "REFUND":
                    self._shift(one.units, "held", "returned")

    def confirm(self, one: Asked, choice: Choice) -> bool:
        """The seller agrees, to all or to a part."""
        if one.status != "WAITING":
            return False
        if one.way == "CANCEL":
            if one.plan != "CONFIRMATION_WAITING" or choice != Choice():
                return False
            if any(self._status(sku) == "DELIVERED" for sku in one.units):
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
        for package in {self.where[sku] for sku in one.units}:
            if self.packages[package] in UNSENT and not self._left_in(package):
                self.packages[package] = "CANCELED"

    def _status(self, sku: str) -> str:
        return self.packages[self.where[sku]]

    def _left_in(self, package: str) -> int:
        return sum(line.active + line.held for sku, line in self.lines.items() if self.where[sku] == package)

    def _has_shipped(self) -> bool:
        return any(status in SENT and self._left_in(package) for package, status in self.packages.items())

    def _shift(self, units: dict[str, int], source: str, target: str) -> None:
        for sku, n in units.items():
            line = self.lines[sku]
            setattr(line, source, getattr(line, source) - n)
            setattr(line, target, getattr(line, target) + n)

    def picture(self) -> dict[str, Any]:
        """How everything stands, to be held against the server's answer."""
        return {
            "packages": {sku: self._status(sku) for sku in self.lines},
            "lines": {sku: (one.active, one.held, one.canceled, one.returned) for sku, one in self.lines.items()},
            "requests": [(one.way, one.status, one.plan) for one in self.asked],
        }
