"""The values that templates fill in, each with its meaning: the facts of one message in the words of its recipient."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TypeAlias

from domain.deadlines import UNDECIDED
from domain.words import Role, TransactionType
from services.currency import format_minor
from services.messages.facts import Facts, MessageItem

Value: TypeAlias = "str | int | Mapping[str, Value] | list[Mapping[str, Value]] | None"
Values: TypeAlias = Mapping[str, Value]

MOST_ITEMS = 50
"""Items that a message lists; a request of more says so by `request.more`."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value by its path in a template. `example` is what previews without a request show."""

    path: str
    meaning: str
    example: str | int | None


VARIABLES = (
    Variable("market", "The name of the marketplace: that of MAIL_SENDER.", "Lumen Market"),
    Variable("locale", "The language of the message.", "en"),
    Variable("recipient", "The name of the person or seller whom the message is for.", "Ada Lovelace"),
    Variable("order.number", "The order's number.", "N-1001"),
    Variable("customer.name", "The customer's name.", "Ada Lovelace"),
    Variable("seller.name", "The name of the seller whose units the request is about.", "North"),
    Variable("request.number", "The request's number.", "CR-1001"),
    Variable("request.transaction", "CANCEL for a cancellation, REFUND for a return.", "REFUND"),
    Variable("request.status", "The status of the request when the message is made.", "APPROVED"),
    Variable("request.rejection", "Why the request was rejected, in words for the customer; none if it was not.", None),
    Variable("request.rest", "Why a part of the request was not accepted; none if all of it was.", None),
    Variable(
        "request.due", "The day by which the recipient is expected to act; none without a deadline.", "4 May 2026"
    ),
    Variable("request.total", "The money of the request, once there is a plan; none before.", "23.50 EUR"),
    Variable("request.held", "yes if the money waits for the goods; none if it does not.", None),
    Variable("request.more", "The number of further items that are not listed; none if all are.", None),
    Variable("items", "The requested units, one entry an item; a list for `for`.", None),
    Variable("items.name", "In an entry of `items`: the name of the item.", "Desk lamp"),
    Variable("items.quantity", "In an entry of `items`: the number of units, the accepted ones once decided.", 2),
    Variable("items.reason", "In an entry of `items`: the reason that the customer chose.", "Does not fit"),
    Variable(
        "refund.amount", "The money of the refund that the message is about; none if it is about none.", "23.50 EUR"
    ),
    Variable("refund.method", "How the payment was made that the money goes back to.", "card"),
    Variable("refund.message", "What the gateway said last of the refund; for the owner only, none for others.", None),
    Variable("goods.number", "The number of the return shipment; none without one.", "RS-1001"),
    Variable("goods.ship_by", "The last day to send the goods; none if there is none.", "18 May 2026"),
    Variable("goods.tracking", "The tracking number of the label or of the goods, if it is known.", "JD0001"),
    Variable(
        "access.link",
        "The link that shows the order, once within a day; none in messages that have none.",
        "https://returns.lumen.example/find-my-order",
    ),
    Variable("goods.label", "The carrier's address of the label's file; none if the label is in the account.", None),
)
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """For whom values are put into words. `zone` is the market's, in whose days deadlines end."""

    role: Role
    name: str
    locale: str
    market: str
    zone: tzinfo


def values_of(facts: Facts, recipient: Recipient) -> Values:
    """The values of a message about these facts."""
    locale = recipient.locale
    return {
        "market": recipient.market,
        "locale": locale,
        "recipient": recipient.name,
        "order": {"number": facts.order_number},
        "customer": {"name": facts.customer_name},
        "seller": {"name": facts.seller_name},
        "request": _request(facts, recipient),
        "items": [_item(item, locale) for item in facts.items[:MOST_ITEMS]],
        "refund": {
            "amount": _money(facts.refund_minor, facts.currency, locale),
            "method": facts.payment_method,
            "message": facts.refund_message if recipient.role is Role.OWNER else None,
        },
        "goods": {
            "number": facts.return_number,
            "ship_by": _day(facts.ship_by, recipient),
            "tracking": facts.tracking_number,
            "label": facts.label_url,
        },
        "access": {"link": facts.link},
    }


def examples(locale: str) -> Values:
    """The values that a template is tried with before it is kept."""
    found: dict[str, dict[str, Value]] = {"": {}}
    for variable in VARIABLES:
        group, _, name = variable.path.rpartition(".")
        found.setdefault(group, {})[name] = variable.example
    top, items = found.pop(""), found.pop("items")
    return {**top, **found, "locale": locale, "items": [items, items]}


def _request(facts: Facts, recipient: Recipient) -> Mapping[str, Value]:
    rejection = facts.rejection_reason
    if rejection is not None and facts.rejected_by == Role.SYSTEM:
        rejection = UNDECIDED.get(_language(recipient.locale), UNDECIDED["en"])
    return {
        "number": facts.request_number,
        "transaction": facts.transaction or TransactionType.CANCEL,
        "status": facts.request_status,
        "rejection": rejection,
        "rest": facts.rest_reason,
        "due": _day(facts.due_at, recipient),
        "total": _money(facts.total_minor, facts.currency, recipient.locale),
        "held": "yes" if facts.held else None,
        "more": max(len(facts.items) - MOST_ITEMS, 0) or None,
    }


def _item(item: MessageItem, locale: str) -> Mapping[str, Value]:
    return {"name": item.name, "quantity": item.quantity, "reason": item.reason_in(locale)}


def _money(minor: int | None, currency: str, locale: str) -> str | None:
    """An amount with its currency, and the decimal sign of the language."""
    if minor is None:
        return None
    amount = format_minor(minor, currency)
    return f"{amount if _language(locale) == 'en' else amount.replace('.', ',')} {currency}"


def _day(moment: datetime | None, recipient: Recipient) -> str | None:
    if moment is None:
        return None
    day = moment.astimezone(recipient.zone)
    language = _language(recipient.locale)
    if language not in _MONTHS:
        return day.date().isoformat()
    return f"{day.day}{'.' if language == 'de' else ''} {_MONTHS[language].split()[day.month - 1]} {day.year}"


def _language(locale: str) -> str:
    return locale.partition("-")[0]
