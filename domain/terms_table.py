"""The table of the terms: what a rule can ask of an item, and what it can say of the requests for it.

The checks of the owner's input, the API's own descriptions, the query `termsFields` and docs/terms-fields.md read it.
"""

from collections.abc import Mapping
from typing import NamedTuple

from domain.law import Basis, Exemption
from domain.returns import WHOLE
from domain.words import AtDeadline, Bearer, RefundTrigger, ReturnMethod, TermsDeadline, TermsFieldKind, Word


class TermsField(NamedTuple):
    """A field of a rule, by its path in the input of `draftTerms`.

    `least` and `most` are the bounds of a number, or of how many entries a list has, `longest` is how many characters a
    text has at most. What has a default, or is not `needed`, may be left out.
    """

    path: str
    kind: TermsFieldKind
    meaning: str
    least: int | None = None
    most: int | None = None
    longest: int | None = None
    default: int | bool | Word | None = None
    choices: type[Word] | None = None
    deadline: TermsDeadline | None = None
    needed: bool = False

    @property
    def bounds(self) -> str:
        """The bounds of a number, for people."""
        return f"from {self.least} to {self.most}"

    @property
    def default_text(self) -> str | None:
        """The default as a document writes it."""
        if isinstance(self.default, bool):
            return str(self.default).lower()
        return None if self.default is None else str(self.default)

    def holds(self, number: int) -> bool:
        """Whether a number, or the length of a list, is within the bounds."""
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)


_K, _D = TermsFieldKind, TermsDeadline
_VALUES, _CHARACTERS, _DAYS = 1000, 200, 365


def _values(name: str, meaning: str, kind: TermsFieldKind = _K.NAMES, choices: type[Word] | None = None) -> TermsField:
    longest = _CHARACTERS if kind is _K.NAMES else None
    return TermsField(f"matcher.{name}", kind, meaning, 1, len(choices or range(_VALUES)), longest, choices=choices)


def _days(name: str, least: int, default: int | None, deadline: TermsDeadline, meaning: str) -> TermsField:
    return TermsField(f"terms.{name}", _K.DAYS, meaning, least, _DAYS, default=default, deadline=deadline)


def _choice(
    name: str, choices: type[Word], meaning: str, default: Word | None = None, *, needed: bool = False
) -> TermsField:
    return TermsField(f"terms.{name}", _K.CHOICE, meaning, default=default, choices=choices, needed=needed)


FIELDS: Mapping[str, TermsField] = {
    field.path: field
    for field in (
        TermsField("name", _K.TEXT, "The name, which no other rule of the version has.", longest=100, needed=True),
        _values("markets", "The market of the order is one of these."),
        _values("sellerIds", "The seller is one of these."),
        _values("countries", "The order is delivered to one of these countries.", _K.COUNTRIES),
        _values("categories", "The category of the item is one of these."),
        _values("tags", "The item has at least one of these tags."),
        _values("bases", "The return is based on one of these. Requests are VOLUNTARY.", _K.CHOICES, Basis),
        TermsField("matcher.price", _K.GROUP, "The price of a unit before discount is in this range; both ends count."),
        TermsField(
            "matcher.price.currency", _K.CURRENCY, "The currency: a price in another one is not in it.", needed=True
        ),
        TermsField("matcher.price.from", _K.AMOUNT, "The lowest price.", 0),
        TermsField("matcher.price.to", _K.AMOUNT, "The highest price.", 0),
        _choice("trigger", RefundTrigger, "What the money waits for.", needed=True),
        _choice("method", ReturnMethod, "How the goods come back.", ReturnMethod.MAIL),
        _days("shipByDays", 1, 14, _D.SHIP_BY, "The days that the customer has to send the goods."),
        _days("graceDays", 0, 3, _D.GRACE, "The days after that until the return expires."),
        _days("inspectionDays", 1, 7, _D.INSPECTION, "The days after which goods that arrived count as new."),
        _days("transitDays", 1, 21, _D.TRANSIT, "The days after which goods under way count as lost."),
        TermsField("terms.fees", _K.LIST, "What is kept of the money when a customer sends goods back.", 1, 20),
        TermsField("terms.fees.name", _K.TEXT, "The name of the fee.", longest=64, needed=True),
        TermsField("terms.fees.percent", _K.SHARE, "The share of what the goods bring, in basis points.", 1, WHOLE),
        TermsField(
            "terms.fees.amount", _K.AMOUNT, "The amount, more than zero, kept once a return instead of a share."
        ),
        TermsField("terms.fees.currency", _K.CURRENCY, "The currency of the amount."),
        _choice("fees.bearer", Bearer, "The party that gets the fee.", Bearer.SELLER),
        TermsField("terms.address", _K.ADDRESS, "The address that the goods go to."),
        TermsField("terms.windows", _K.LIST, "The windows in which a return can be requested.", 1, len(Basis)),
        _choice("windows.basis", Basis, "What the return is based on.", Basis.VOLUNTARY),
        TermsField("terms.windows.days", _K.DAYS, "The days after delivery.", 0, 3650, deadline=_D.WINDOW, needed=True),
        _choice("exemption", Exemption, "Why customers cannot request a return. The owner opens one with a note."),
        TermsField(
            "terms.freeLabel",
            _K.FLAG,
            "Whether a label is bought for the customer where a carrier is set up; if not, the customer pays for it.",
            default=True,
        ),
        _days("responseDays", 1, None, _D.RESPONSE, "The days in which the seller should decide on a return."),
        _choice("atDeadline", AtDeadline, "What happens to a return that the seller has not decided on in time."),
        TermsField("terms.cancellation", _K.GROUP, "Until when a cancellation is decided on."),
        _days(
            *("cancellation.responseDays", 1, None, _D.CANCELLATION),
            "The days in which the owner, or the seller once the package has left, should decide on a cancellation.",
        ),
        _choice(
            "cancellation.atDeadline", AtDeadline, "What happens to a cancellation that nobody decided on in time."
        ),
        TermsField("terms.workingDays", _K.GROUP, "Which deadlines count working days alone."),
        TermsField(
            "terms.workingDays.country",
            _K.COUNTRY,
            "The country whose public holidays do not count.",
            needed=True,
        ),
        TermsField(
            "terms.workingDays.subdivision",
            _K.TEXT,
            "The part of the country, such as a state, if its holidays count as well.",
            longest=_CHARACTERS,
        ),
        TermsField(
            "terms.workingDays.deadlines",
            _K.CHOICES,
            "The deadlines; all others count all days.",
            *(1, len(TermsDeadline)),
            choices=TermsDeadline,
            needed=True,
        ),
    )
}
"""By their paths, in the order of the input. A condition that a matcher leaves out asks nothing."""


def meaning(path: str) -> str:
    """What a field means, for the description of any field of the API that has the same meaning."""
    return FIELDS[path].meaning
