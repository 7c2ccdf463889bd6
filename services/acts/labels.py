"""The acts on labels: three of people, and the worker's lease and result around a call to a carrier.

A call lies between two transactions, as one to a gateway of payments does. The first takes the lease, the last stores
the result. In between, the carrier's own id of the package is stored before anything is bought, so a label that a lost
call has bought is found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from domain.actions import Action
from domain.facts import SYSTEM
from domain.lifecycle import allowed
from domain.returns import UNTRACKED
from domain.words import LabelStatus, Role, Subject
from gateways.carriers.port import LabelAnswer, LabelOutcome, Scan
from models import CarrierEvent, ReturnLabel, ReturnShipment
from services import facts, labels
from services.acts.refunds import FRESH, LEASE, LOST, Due, checked_after, pause
from services.inputs import ChangedIds, LabelInput, ReturnMove
from services.transition import Transition, expect_version


class Purpose(Enum):
    """What a call to a carrier is for."""

    BUY = "BUY"
    VOID = "VOID"
    TRACK = "TRACK"


@dataclass(frozen=True, slots=True)
class LabelCall:
    """A leased call to a carrier.

    `ask_first` if an earlier call may have bought or registered it: one of ours, or one that we know nothing of,
    because a backup from before it was restored.
    """

    label_id: str
    attempt: int
    carrier: str
    reference: str | None
    purpose: Purpose
    ask_first: bool


def add_label(transition: Transition, input: ReturnMove[None]) -> ChangedIds:
    """The seller or the owner orders a label for one more package."""
    shipment = transition.order_book.return_shipment(input.return_id)
    expect_version(shipment, input.expected_version)
    world = labels.world_of(transition, shipment)
    label = labels.insert_label(transition, shipment, Action.ADD_LABEL, world, actor=transition.actor)
    return {"labels": [label.id], "returns": [shipment.id]}


def retry_label(transition: Transition, input: LabelInput) -> ChangedIds:
    """The owner orders a label again that the carrier has refused. The package keeps its id at the carrier."""
    label = _label(transition, input)
    transition.take(Action.RETRY_LABEL, label)
    label.due_at = transition.now
    return _changed(label)


def void_label(transition: Transition, input: LabelInput) -> ChangedIds:
    """The owner voids a label that is not wanted any more."""
    label = _label(transition, input)
    labels.void(transition, label, actor=transition.actor)
    return _changed(label)


def lease(transition: Transition, due: Due, *, length: timedelta = LEASE) -> LabelCall | None:
    """Take a due label for one call. If its lease ran out, it is first recorded as lost, and there is no call yet."""
    label = transition.order_book.label(due.id)
    if label.status is LabelStatus.ISSUED:
        return _lease_to_track(transition, label, length)
    if label.leased:
        _lose(transition, label, LOST)
        label.due_at = transition.now
        return None
    ask_first = label.attempt_count > 0 or due.restored or not _is_fresh(transition, label)
    voids = label.status in (LabelStatus.VOIDING, LabelStatus.VOID_UNKNOWN)
    transition.take(Action.SEND_VOID if voids else Action.BUY_LABEL, label)
    return _call(transition, label, length, Purpose.VOID if voids else Purpose.BUY, ask_first=ask_first)


def _lease_to_track(transition: Transition, label: ReturnLabel, length: timedelta) -> LabelCall | None:
    """Ask for scans as long as the goods have not been sent, or their proof has not been checked."""
    shipment = transition.order_book.return_shipment(label.shipment_id)
    if label.scanned_at is not None or not _scan_tells(transition, shipment):
        label.leased, label.due_at = False, None
        return None
    return _call(transition, label, length, Purpose.TRACK, ask_first=False)


def _call(
    transition: Transition, label: ReturnLabel, length: timedelta, purpose: Purpose, *, ask_first: bool
) -> LabelCall:
    label.attempt_count += 1
    label.leased = True
    label.due_at = transition.now + length
    return LabelCall(label.id, label.attempt_count, label.carrier, label.external_reference, purpose, ask_first)


def note_reference(transition: Transition, call: LabelCall, reference: str) -> str | None:
    """Store the carrier's id of a package before its label is bought; None if the call has lost its lease.

    Then another call may have stored another id, and may buy that.
    """
    label = transition.order_book.label(call.label_id)
    if not _is_current(label, call):
        return None
    label.external_reference = reference
    return reference


def settle_call(
    transition: Transition, call: LabelCall, answer: LabelAnswer | None, message: str | None = None
) -> None:
    """Store what came of a call; None is an answer that was lost.

    A late answer to a call that was given up counts only if it says that the label was bought or voided.
    """
    label = transition.order_book.label(call.label_id)
    current, outcome = _is_current(label, call), answer.outcome if answer else None
    if answer is None:
        if current:
            _lose(transition, label, message)
            label.due_at = transition.now + pause(call.attempt)
    elif outcome is LabelOutcome.ISSUED and label.status in (LabelStatus.PROCESSING, LabelStatus.UNKNOWN):
        _issue(transition, label, answer)
    elif outcome is LabelOutcome.VOIDED and label.status in (LabelStatus.VOIDING, LabelStatus.VOID_UNKNOWN):
        _finish(transition, label, Action.FINISH_VOID, answer)
    elif outcome is LabelOutcome.VOIDING and current:
        label.leased, label.message = False, answer.message
        label.due_at = transition.now + checked_after(call.attempt)
    elif current:
        _finish(transition, label, Action.REFUSE_VOID if call.purpose is Purpose.VOID else Action.FAIL_LABEL, answer)


def apply_scans(transition: Transition, due: Due, event_key: str, scans: Sequence[Scan]) -> bool:
    """A carrier has had a label's package in its hands: its goods are under way. Whether anything is new.

    `event_key` names the report, which is remembered.
    """
    order_book, label = transition.order_book, transition.order_book.label(due.id)
    first = _first_scan(transition, label, scans)
    if first is None:
        return False
    order_book.changes.insert(CarrierEvent, id=event_key)
    if label.scanned_at is not None:
        label.scanned_at = min(label.scanned_at, first)
        return False
    _scanned(transition, label, first)
    return True


def settle_tracking(transition: Transition, call: LabelCall, scans: Sequence[Scan]) -> None:
    """Store what a carrier says when it is asked for scans, which it may never report by itself.

    If no scan is believed, the carrier is asked again.
    """
    label = transition.order_book.label(call.label_id)
    first = _first_scan(transition, label, scans)
    if first is not None and label.scanned_at is None:
        _scanned(transition, label, first)
    elif _is_current(label, call):
        label.leased, label.due_at = False, transition.now + checked_after(call.attempt)


def _first_scan(transition: Transition, label: ReturnLabel, scans: Sequence[Scan]) -> datetime | None:
    """The earliest scan that is believed, between the order of the label and now.

    What was scanned before the label was ordered is another package: carriers give their numbers out again. What is of
    the future is not believed. Clocks may differ a little: such a scan counts as made at the nearest possible moment.
    """
    ordered, now = label.created_at, transition.now
    believed = [scan.at for scan in scans if not scan.is_dated_before(ordered) and not scan.is_dated_ahead(now)]
    return min(max(min(believed), ordered), now) if believed else None


def _scanned(transition: Transition, label: ReturnLabel, at: datetime) -> None:
    """The package was scanned at this time."""
    if label.status is LabelStatus.ISSUED:
        transition.take(Action.SCAN_LABEL, label)
        label.leased, label.due_at = False, None
    label.scanned_at = at
    shipment = transition.order_book.return_shipment(label.shipment_id)
    if _scan_tells(transition, shipment):
        transition.take(Action.SEND_RETURN, shipment, actor=SYSTEM)


def _scan_tells(transition: Transition, shipment: ReturnShipment) -> bool:
    """Whether a scan moves the goods, or the money that waits for their sending."""
    world = facts.return_facts(transition.order_book, shipment, transition.now)
    offers = allowed(Subject.RETURN_SHIPMENT, Role.SYSTEM, world, actions=(Action.SEND_RETURN,))
    return any(offer.enabled for offer in offers)


def _is_current(label: ReturnLabel, call: LabelCall) -> bool:
    """Whether a call still has the lease."""
    return label.leased and label.attempt_count == call.attempt


def _is_fresh(transition: Transition, label: ReturnLabel) -> bool:
    """Whether a label was ordered just now: no backup was restored since, so it was never registered."""
    return -FRESH <= transition.now - label.created_at <= FRESH


def _issue(transition: Transition, label: ReturnLabel, answer: LabelAnswer) -> None:
    label.external_reference = answer.reference or label.external_reference
    label.tracking_number = answer.tracking_number
    label.label_url = answer.url
    label.issued_at = transition.now
    _finish(transition, label, Action.ISSUE_LABEL, answer)


def _finish(transition: Transition, label: ReturnLabel, action: Action, answer: LabelAnswer) -> None:
    """Nobody has anything to do, unless the edge's effects say so; but a label that is issued waits for its scan."""
    label.leased, label.due_at, label.message = False, None, answer.message
    transition.take(action, label)
    if label.status is LabelStatus.ISSUED and label.carrier not in UNTRACKED:
        label.due_at = transition.now + checked_after(1)


def _lose(transition: Transition, label: ReturnLabel, message: str | None) -> None:
    label.leased, label.message = False, message
    voiding = label.status is LabelStatus.VOIDING
    transition.take(Action.LOSE_VOID if voiding else Action.LOSE_LABEL, label)


def _label(transition: Transition, input: LabelInput) -> ReturnLabel:
    label = transition.order_book.label(input.label_id)
    expect_version(label, input.expected_version)
    return label


def _changed(label: ReturnLabel) -> ChangedIds:
    return {"labels": [label.id], "returns": [label.shipment_id]}
