"""The rules of labels."""

from domain.facts import LabelFacts
from domain.guards.base import guard
from domain.refusals import Refusal

MOST_LABELS = 20
"""Labels of one return shipment: a label costs money, and a mistake must not buy hundreds, nor buy and void them."""


@guard(Refusal.NO_CARRIER)
def carrier_set_up(facts: LabelFacts) -> bool:
    """No label is bought for this return: that needs a carrier that is set up, and terms with the method Mail, an
    address and a free label.
    """
    return facts.carried


@guard(Refusal.LABEL_NOT_WANTED)
def goods_wait_for_label(facts: LabelFacts) -> bool:
    """The goods of this return do not wait to be sent, so no label is bought for them."""
    return facts.awaited


@guard(Refusal.TOO_MANY_LABELS)
def few_labels(facts: LabelFacts) -> bool:
    """This return shipment has had twenty labels, void ones included: use one that is not void, or send the goods
    without one.
    """
    return facts.labels < MOST_LABELS


@guard(Refusal.LABEL_USED)
def label_unused(facts: LabelFacts) -> bool:
    """The carrier has scanned this label, so it was used and cannot be voided."""
    return not facts.used


@guard(Refusal.LABEL_USED)
def slip_unsent(facts: LabelFacts) -> bool:
    """The goods of this return have been sent, so their slip counts as used and cannot be voided."""
    return not facts.slip_sent


@guard(Refusal.NOT_DUE)
def label_lease_over(facts: LabelFacts) -> bool:
    """A worker is calling the carrier about this label: wait until it is done."""
    return facts.lease_over
