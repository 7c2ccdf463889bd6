"""Who is written to about which events of the journal, as a table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from domain.actions import Action
from domain.law import WithdrawalStatus
from domain.words import RefundStatus, RequestStatus, Role, Subject, WaitingOn, Word


class MessageType(Word):
    """What a message is about."""

    REQUEST_OPENED = "REQUEST_OPENED", "A request has been opened."
    REQUEST_WAITING = "REQUEST_WAITING", "A request waits for the recipient's decision from now on."
    DECISION_OVERDUE = "DECISION_OVERDUE", "The time for the recipient's decision has passed, and the request waits on."
    REQUEST_APPROVED = "REQUEST_APPROVED", "A request has been approved."
    REQUEST_REJECTED = "REQUEST_REJECTED", "A request has been rejected."
    REQUEST_EXPIRED = "REQUEST_EXPIRED", "A request has ended because a time has passed."
    REQUEST_COMPLETED = "REQUEST_COMPLETED", "All money of a request has been paid back."
    REFUND_SUCCEEDED = "REFUND_SUCCEEDED", "One refund has been paid."
    DECISION_REMINDER = "DECISION_REMINDER", "Half of the time for the recipient's decision has passed."
    DECISION_LAST_CALL = "DECISION_LAST_CALL", "Nine tenths of the time for the recipient's decision have passed."
    SHIP_BY_REMINDER = "SHIP_BY_REMINDER", "Half of the time to send the goods of a return has passed."
    SHIP_BY_LAST_CALL = "SHIP_BY_LAST_CALL", "Nine tenths of the time to send the goods of a return have passed."
    LABEL_ISSUED = "LABEL_ISSUED", "The label of a return can be printed."
    ORDER_ACCESS = "ORDER_ACCESS", "A link to an order, for a customer who signs in to no account."
    DAILY_DIGEST = "DAILY_DIGEST", "All that waits for the recipient on this day."
    ATTENTION_NEEDED = (
        "ATTENTION_NEEDED",
        "A refund has failed, a request was handed to the owner, or the money of a withdrawal is overdue.",
    )
    REFUND_LAST_CALL = "REFUND_LAST_CALL", "Nine tenths of the time to pay a withdrawal back have passed."
    WITHDRAWAL_RECEIPT = "WITHDRAWAL_RECEIPT", "The receipt of a withdrawal from a contract, which the law requires."
    STATEMENT_RECEIPT = (
        "STATEMENT_RECEIPT",
        "The receipt of a withdrawal that somebody has declared without an account.",
    )
    VERIFY_WITHDRAWAL = "VERIFY_WITHDRAWAL", "A link to verify a withdrawal that was declared without an account."


class MessageState(Word):
    """The state of one message to one address."""

    PENDING = "PENDING", "The message waits to be sent, or to be sent again."
    PROCESSING = "PROCESSING", "A worker is sending the message."
    SENT = "SENT", "The mail server has accepted the message."
    FAILED = "FAILED", "The message was not sent, and is not tried again by itself."
    BOUNCED = "BOUNCED", "A mail server says that there is no such address. Later messages to it are not sent."


OLDEST = timedelta(days=7)
"""Nobody is written to about events that are older when they are read: mail was off for that long."""
LEGAL_RECEIPTS = frozenset({MessageType.WITHDRAWAL_RECEIPT, MessageType.STATEMENT_RECEIPT})
"""What the law has sent: nobody switches it off, it is never too late for it, and its bytes have a digest."""
OPEN_MESSAGES = (MessageState.PENDING, MessageState.PROCESSING)
"""The message is still to be sent."""


class JournalEvent(Protocol):
    """What this table reads of an event. `data` has how request and plan stood before and after it."""

    @property
    def subject(self) -> str: ...

    @property
    def action(self) -> str: ...

    @property
    def from_status(self) -> str | None: ...

    @property
    def to_status(self) -> str: ...

    @property
    def data(self) -> Mapping[str, tuple[Sequence[str] | None, Sequence[str]]]: ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """A row of the table: an event of `subject` that leads to one of `to` by one of `actions`; empty is any.

    `opens` says whether the event opens its subject; None is either. With `begins` the request has begun to wait for
    this party, with `waits` it waits for it.
    """

    type: MessageType
    audience: Role
    subject: Subject | None = None
    to: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    opens: bool | None = None
    begins: WaitingOn | None = None
    waits: WaitingOn | None = None

    def fits(self, event: JournalEvent) -> bool:
        """Whether an event is such an occasion."""
        before, after = _waiting_on(event)
        return (
            (self.subject is None or event.subject == self.subject)
            and (not self.to or event.to_status in self.to)
            and (not self.actions or event.action in self.actions)
            and (self.opens is None or (event.from_status is None) is self.opens)
            and (self.begins is None or (before != self.begins and after == self.begins))
            and (self.waits is None or after == self.waits)
        )


def _set(*words: Word) -> frozenset[str]:
    return frozenset(map(str, words))


T, R, A, W = MessageType, Role, Action, WithdrawalStatus
_OPENING = _set(A.REQUEST_RETURN, A.APPLY_CANCELLATION, A.RECEIVE_UNANNOUNCED)
_REMINDED = _set(A.REMIND_REQUEST)
_DECLARED = _set(A.DECLARE_WITHDRAWAL, A.VERIFY_WITHDRAWAL)

# fmt: off
OCCASIONS = (
    Occasion(T.REQUEST_OPENED,    R.CUSTOMER, Subject.REQUEST, actions=_OPENING, opens=True),
    Occasion(T.REQUEST_WAITING,   R.SELLER,   begins=WaitingOn.SELLER),
    Occasion(T.DECISION_OVERDUE,  R.SELLER,   Subject.REQUEST, actions=_REMINDED, waits=WaitingOn.SELLER),
    Occasion(T.DECISION_OVERDUE,  R.OWNER,    Subject.REQUEST, actions=_REMINDED, waits=WaitingOn.OWNER),
    Occasion(T.REQUEST_APPROVED,  R.CUSTOMER, Subject.REQUEST, to=_set(RequestStatus.APPROVED), opens=False),
    Occasion(T.REQUEST_REJECTED,  R.CUSTOMER, Subject.REQUEST, to=_set(RequestStatus.REJECTED)),
    Occasion(T.REQUEST_EXPIRED,   R.CUSTOMER, Subject.REQUEST, to=_set(RequestStatus.EXPIRED)),
    Occasion(T.REQUEST_COMPLETED, R.CUSTOMER, Subject.REQUEST, actions=_set(A.COMPLETE_REQUEST)),
    Occasion(T.REFUND_SUCCEEDED,  R.CUSTOMER, Subject.REFUND,  actions=_set(A.SUCCEED_REFUND, A.SETTLE_REFUND)),
    Occasion(T.LABEL_ISSUED,      R.CUSTOMER, Subject.LABEL,   actions=_set(A.ISSUE_LABEL)),
    Occasion(T.ATTENTION_NEEDED,  R.OWNER,    Subject.REFUND,  to=_set(RefundStatus.FAILED)),
    Occasion(T.ATTENTION_NEEDED,  R.OWNER,    Subject.REQUEST, actions=_set(A.ESCALATE_REQUEST)),
    Occasion(T.ATTENTION_NEEDED,  R.OWNER,    Subject.REQUEST, actions=_set(A.OBJECT_TO_WITHDRAWAL)),
    Occasion(T.ATTENTION_NEEDED,  R.OWNER,    Subject.WITHDRAWAL, actions=_set(A.REPORT_OVERDUE)),
    Occasion(T.WITHDRAWAL_RECEIPT, R.CUSTOMER, Subject.WITHDRAWAL, to=_set(W.DECLARED), actions=_DECLARED),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Reminder:
    """A row of the table of reminders: of what, and between which tenths of the time that somebody has for it."""

    type: MessageType
    audience: Role
    subject: Subject
    begins: int
    ends: int


REMINDERS = (
    Reminder(T.DECISION_REMINDER, R.SELLER, Subject.REQUEST, 5, 9),
    Reminder(T.DECISION_LAST_CALL, R.SELLER, Subject.REQUEST, 9, 10),
    Reminder(T.SHIP_BY_REMINDER, R.CUSTOMER, Subject.RETURN_SHIPMENT, 5, 9),
    Reminder(T.SHIP_BY_LAST_CALL, R.CUSTOMER, Subject.RETURN_SHIPMENT, 9, 10),
    Reminder(T.REFUND_LAST_CALL, R.OWNER, Subject.WITHDRAWAL, 9, 10),
)
DIGEST = (T.DAILY_DIGEST, R.SELLER)
KINDS = (
    *dict.fromkeys((each.type, each.audience) for each in (*OCCASIONS, *REMINDERS)),
    *((type, R.CUSTOMER) for type in (T.ORDER_ACCESS, T.STATEMENT_RECEIPT, T.VERIFY_WITHDRAWAL)),
    DIGEST,
)
"""Every type of message with the role that it is for: each has its template."""
OPTIONAL = frozenset({
    *(T.REQUEST_WAITING, T.DECISION_OVERDUE, T.DECISION_REMINDER, T.DECISION_LAST_CALL, T.DAILY_DIGEST),
    *(T.REQUEST_COMPLETED, T.LABEL_ISSUED, T.SHIP_BY_REMINDER, T.SHIP_BY_LAST_CALL),
})  # fmt: skip
"""What a customer or seller may do without. All else is a receipt, a decision or a payment, which they are owed."""


def optional_for(role: Role) -> list[MessageType]:
    """The types that people of a role may do without; the owner's addresses are a setting."""
    return [type for type, audience in KINDS if audience is role and type in OPTIONAL and role is not Role.OWNER]


def owed_to(role: Role) -> list[MessageType]:
    """The types that people of a role always get: all that they may not do without."""
    optional = optional_for(role)
    return [type for type, audience in KINDS if audience is role and type not in optional]


def is_wanted(type: MessageType, *, unwanted: Collection[str], digest: bool) -> bool:
    """Whether somebody gets messages of a type, who does without `unwanted` ones and may have a digest instead."""
    return type not in OPTIONAL or (type not in unwanted and (type is T.DAILY_DIGEST or not digest))


def occasions(event: JournalEvent) -> list[Occasion]:
    """What is to be said about an event, and to whom; mostly nothing."""
    return [each for each in OCCASIONS if each.fits(event)]


def _waiting_on(event: JournalEvent) -> tuple[str | None, str | None]:
    """Whom the event's request waited for before it, and after it; both None if it has not changed how it stands."""
    standing = event.data.get("request")
    if standing is None:
        return None, None
    before, after = standing
    return (before[1] if before else None), after[1]
