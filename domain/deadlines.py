"""What happens at the deadline of a request: one choice for each step at which a request waits for somebody."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.actions import Action
from domain.words import AtDeadline, TransactionType, WaitingOn


class Step(NamedTuple):
    """Where a request waits: its type, and the party that is to decide."""

    transaction: TransactionType
    waiting_on: WaitingOn


CANCEL_OWNER = Step(TransactionType.CANCEL, WaitingOn.OWNER)
CANCEL_SELLER = Step(TransactionType.CANCEL, WaitingOn.SELLER)
RETURN_SELLER = Step(TransactionType.REFUND, WaitingOn.SELLER)
STEPS: Mapping[str, Step] = {
    "cancel.owner": CANCEL_OWNER,
    "cancel.seller": CANCEL_SELLER,
    "return.seller": RETURN_SELLER,
}
"""The steps by the names that the setting AT_DEADLINE has for them."""
ESCALATE_ALL: Mapping[Step, AtDeadline] = dict.fromkeys(STEPS.values(), AtDeadline.ESCALATE)
ACTIONS: Mapping[AtDeadline, tuple[Action, ...]] = {
    AtDeadline.REMIND: (Action.REMIND_REQUEST,),
    AtDeadline.ESCALATE: (Action.ESCALATE_REQUEST,),
    AtDeadline.APPROVE: (Action.APPLY_CANCELLATION, Action.CONFIRM_REQUEST),
    AtDeadline.REJECT: (Action.REJECT_REQUEST,),
    AtDeadline.EXPIRE: (Action.EXPIRE_REQUEST,),
}
"""The actions that a choice may mean; the tables offer at most one of them on a request."""

UNDECIDED: Mapping[str, str] = {
    "en": "Nobody decided on this request in time, so it was rejected automatically. You can ask again or write to us.",
    "de": "Über diese Anfrage wurde nicht rechtzeitig entschieden, darum wurde sie automatisch abgelehnt. Sie können"
    " erneut anfragen oder uns schreiben.",
}
"""What the customer of a request reads that Retour has rejected, by language."""
