"""The values that templates fill in, each with its meaning: the facts of one message in the words of its recipient."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TypeAlias

from domain.deadlines import UNDECIDED
from domain.messages import MessageType
from domain.withdrawal import TypedStatement, hash_of
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
    Variable("items", "The requested units, one entry an item of which any are left; a list for `for`.", None),
    Variable("items.name", "In an entry of `items`: the name of the item.", "Desk lamp"),
    Variable("items.quantity", "In an entry of `items`: the number of units, the accepted ones once decided.", 2),
    Variable("items.reason", "In an entry of `items`: the reason that the customer chose.", "Does not fit"),
    Variable(
        "refund.amount", "The money of the refund that the message is about; none if it is about none.", "23.50 EUR"
    ),
    Variable("refund.method", "How the payment was made that the money goes back to.", "card"),
    Variable("refund.message", "What the gateway said last of the refund; for the owner only, none for others.", None),
    Variable(
        "withdrawal.number", "The number of the withdrawal from the contract; none if there is none.", "N-1001/W1"
    ),
    Variable("withdrawal.declared", "The date and the time at which the statement arrived.", "4 May 2026, 14:05 UTC"),
    Variable("withdrawal.due", "The last day to pay the money of a withdrawal back.", "18 May 2026"),
    Variable(
        "withdrawal.objection",
        "EXEMPT, LATE or NOT_BUYER if the seller has objected to the withdrawal; none else.",
        None,
    ),
    Variable("withdrawal.contested", "yes if some units are late, or exempt by law; none if all take effect.", None),
    Variable("withdrawal.hash", "The SHA-256 of the whole statement.", "0" * 64),
    Variable("withdrawal.statement", "The statement as it was confirmed, for plain text.", "I withdraw ..."),
    Variable("statement", "The lines of the statement of a withdrawal; a list for `for`.", None),
    Variable("statement.text", "In an entry of `statement`: the line.", "I withdraw ..."),
    Variable("goods.number", "The number of the return shipment; none without one.", "RS-1001"),
    Variable("goods.ship_by", "The last day to send the goods; none if there is none.", "18 May 2026"),
    Variable("goods.tracking", "The tracking number of the label or of the goods, if it is known.", "JD0001"),
    Variable(
        "access.link",
        "The link that shows the order, once within a day; none in messages that have none.",
        "https://returns.lumen.example/find-my-order",
    ),
    Variable("goods.label", "The carrier's address of the label's file; none if the label is in the account.", None),
    Variable("waiting", "What waits for the seller, the nearest deadline first, in a digest; a list for `for`.", None),
    Variable("waiting.number", "In an entry of `waiting`: the number of the request.", "CR-1001"),
    Variable("waiting.order", "In an entry of `waiting`: the number of its order.", "N-1001"),
    Variable("waiting.transaction", "In an entry of `waiting`: CANCEL or REFUND.", "REFUND"),
    Variable(
        "waiting.due", "In an entry of `waiting`: the day by which to act; none without a deadline.", "4 May 2026"
    ),
    Variable("digest.count", "The number of requests that wait; none if the message is no digest.", 2),
    Variable("digest.more", "The number of further requests that are not listed; none if all are.", None),
    Variable(
        "unsubscribe",
        "The address of the page that stops messages of this type; none if the recipient is owed them, or without "
        "PUBLIC_URL.",
        "https://returns.example/unsubscribe/1",
    ),
)
OWED: Mapping[MessageType, tuple[str, ...]] = {
    MessageType.WITHDRAWAL_RECEIPT: ("withdrawal.statement", "withdrawal.declared"),
    MessageType.STATEMENT_RECEIPT: ("withdrawal.statement", "withdrawal.declared"),
    MessageType.ORDER_ACCESS: ("access.link",),
    MessageType.VERIFY_WITHDRAWAL: ("access.link",),
}
"""What the plain text says in any case: of a receipt what the law has it say, and the link that was requested."""
LISTS = ("items", "statement", "waiting")
"""Variables that are lists of entries."""
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """For whom values are put into words. `zone` is the market's, in whose days deadlines end.

    `unsubscribe` is the address of the page that stops messages of this type; None if they are not optional.
    """

    role: Role
    name: str
    locale: str
    market: str
    zone: tzinfo
    unsubscribe: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for a seller."""

    number: str | None
    order: str
    transaction: str | None
    due_at: datetime | None


def values_of(facts: Facts, recipient: Recipient) -> Values:
    """The values of a message about these facts."""
    locale = recipient.locale
    return {
        **_of_anybody(recipient),
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
        "withdrawal": _withdrawal(facts, recipient),
        "statement": _lines(facts.statement or ""),
        "goods": {
            "number": facts.return_number,
            "ship_by": _day(facts.ship_by, recipient),
            "tracking": facts.tracking_number,
            "label": facts.label_url,
        },
        "access": {"link": facts.link},
    }


def receipt_of(stated: TypedStatement, declared_at: datetime, recipient: Recipient) -> Values:
    """The values of a receipt for somebody who has typed a statement, and is shown nothing else."""
    return {
        **_of_anybody(recipient),
        "order": {"number": stated.order},
        "customer": {"name": stated.name},
        "withdrawal": {
            **dict.fromkeys(("number", "due", "contested", "objection")),
            "declared": _declared(declared_at, recipient),
            "hash": hash_of(stated.text),
            "statement": stated.text,
        },
        "statement": _lines(stated.text),
    }


def digest_of(waiting: Sequence[Waiting], count: int, recipient: Recipient) -> Values:
    """The values of a digest about the first of `count` requests that wait; it names no customer."""
    listed: list[Mapping[str, Value]] = [
        {
            "number": one.number,
            "order": one.order,
            "transaction": one.transaction,
            "due": _day(one.due_at, recipient),
        }
        for one in waiting[:MOST_ITEMS]
    ]
    return {
        **_of_anybody(recipient),
        "seller": {"name": recipient.name},
        "waiting": listed,
        "digest": {"count": count, "more": count - len(listed) or None},
    }


def examples(locale: str) -> Values:
    """The values that a template is tried with before it is kept."""
    return {**_tree(lambda variable: variable.example, 2), "locale": locale}


def _of_anybody(recipient: Recipient) -> Values:
    """The values of every message; all others are none, until a message is about them."""
    return {
        **_tree(lambda _: None, 0),
        "market": recipient.market,
        "locale": recipient.locale,
        "recipient": recipient.name,
        "unsubscribe": recipient.unsubscribe,
    }


def _tree(value_of: Callable[[Variable], str | int | None], entries: int) -> dict[str, Value]:
    """All variables in their groups, with so many entries in each list."""
    groups: dict[str, dict[str, Value]] = {"": {}}
    for variable in VARIABLES:
        group, _, name = variable.path.rpartition(".")
        groups.setdefault(group, {})[name] = value_of(variable)
    lists: dict[str, Value] = {name: [groups.pop(name)] * entries for name in LISTS}
    return {**groups.pop(""), **groups, **lists}


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


def _withdrawal(facts: Facts, recipient: Recipient) -> Mapping[str, Value]:
    return {
        "number": facts.withdrawal_number,
        "declared": _declared(facts.declared_at, recipient),
        "due": _day(facts.refund_due_at, recipient),
        "contested": "yes" if facts.contested else None,
        "objection": facts.objection,
        "hash": facts.statement_hash,
        "statement": facts.statement or None,
    }


def _lines(statement: str) -> list[Mapping[str, Value]]:
    return [{"text": line} for line in statement.splitlines()]


def _declared(at: datetime | None, recipient: Recipient) -> str | None:
    """The day and the time at which a statement arrived, with the zone."""
    return None if at is None else f"{_day(at, recipient)}, {at.astimezone(recipient.zone):%H:%M:%S %Z}"


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
