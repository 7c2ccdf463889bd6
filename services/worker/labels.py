"""Calls to carriers: each is made between two transactions, never in one."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateways.carriers.port import Carrier, CarrierUnknown, LabelAnswer, LabelOutcome, Scan
from services import labels
from services.acts import refunds
from services.acts.labels import LabelCall, Purpose, apply_scans, note_reference, settle_call, settle_tracking
from services.commands import Commands

log = logging.getLogger("retour.worker")

GRAMS = 1000
"""What a package is taken to weigh unless the settings say otherwise."""
_GIVEN_UP = "This call has lost its lease to another one, so it buys nothing."
_VOIDED_THERE = "The label was bought and then voided at the carrier."
_OF_CALL = """
select t.id, t.order_id from return_label t join "order" o on o.id = t.order_id where t.id = $1 for no key update of o
"""
SCANNED = """
select t.id, t.order_id from return_label t join "order" o on o.id = t.order_id
where t.carrier = $1 and t.external_reference = $2 and not exists (select from carrier_event e where e.id = $3)
order by t.id limit 1 for no key update of o
"""
"""The label of a carrier's package, unless the event that reports it was applied before."""


async def report_scans(commands: Commands, carrier: str, reference: str, event_id: str, scans: Sequence[Scan]) -> bool:
    """Apply what a carrier reports of one of its packages; whether it is news."""
    key = f"{carrier}/{event_id}"
    return bool(
        await commands.work_on_due(
            SCANNED, [carrier, reference, key], lambda transition, due: apply_scans(transition, due, key, scans)
        )
    )


@dataclass(frozen=True, slots=True)
class Labels:
    """Buys and voids labels. `carriers` is by a label's carrier, `lease` the time of one call."""

    commands: Commands
    carriers: Mapping[str, Carrier]
    lease: timedelta = refunds.LEASE
    grams: int = GRAMS

    async def execute(self, call: LabelCall) -> None:
        """Make one call to a carrier, and store its result."""
        if call.purpose is Purpose.TRACK:
            await self._track(call)
            return
        answer, message = None, None
        try:
            async with asyncio.timeout(self.lease.total_seconds() * 0.75):  # its result is stored within the lease
                answer = await self.ask(call)
        except CarrierUnknown as lost:
            message = lost.message
        except TimeoutError:
            message = refunds.LOST
        except Exception as error:  # whatever broke, the label may have been bought
            log.exception("The carrier %s failed in a way that it should not", call.carrier)
            message = f"The carrier failed: {type(error).__name__}"
        await self.commands.work_on_due(
            _OF_CALL, [call.label_id], lambda transition, _: settle_call(transition, call, answer, message)
        )

    async def ask(self, call: LabelCall) -> LabelAnswer:
        """What the carrier says to a call. Raises CarrierUnknown."""
        carrier = self.carriers.get(call.carrier)
        if carrier is None:
            missing = f"No carrier named {call.carrier!r} is set up here."
            if call.purpose is Purpose.VOID or call.attempt > 1:  # only the one there was knows of the label
                raise CarrierUnknown(missing)
            return LabelAnswer(LabelOutcome.REFUSED, message=missing)
        return await (self._void if call.purpose is Purpose.VOID else self._buy)(carrier, call)

    async def _buy(self, carrier: Carrier, call: LabelCall) -> LabelAnswer:
        """Register the package, store the carrier's id of it, and only then buy: each unless it was done before."""
        reference = call.reference
        if call.ask_first:
            found = await carrier.find(call.label_id, reference)
            if found is not None and found.outcome in (LabelOutcome.VOIDED, LabelOutcome.VOIDING):
                return LabelAnswer(LabelOutcome.REFUSED, found.reference, message=_VOIDED_THERE)
            if found is not None and found.outcome is LabelOutcome.ISSUED:
                return found
            reference = found.reference if found else reference
        order = await labels.order_of(call.label_id, grams=self.grams)
        if reference is None:
            registered = await carrier.register(order)
            if registered.reference is None:
                return registered
            reference = registered.reference
        if reference != call.reference:
            await self._store(call, reference)
        return await carrier.buy(order, reference)

    async def _track(self, call: LabelCall) -> None:
        """Ask for scans; a carrier that does not answer is asked again, like one that has seen nothing."""
        carrier = self.carriers.get(call.carrier)
        scans: tuple[Scan, ...] = ()
        assert call.reference is not None, "a label that was bought has its package's id"
        try:
            async with asyncio.timeout(self.lease.total_seconds() * 0.75):
                scans = await carrier.scans(call.reference) if carrier else ()
        except (CarrierUnknown, TimeoutError) as lost:
            log.warning("The carrier %s did not say whether it has scanned %s: %s", call.carrier, call.label_id, lost)
        await self.commands.work_on_due(
            _OF_CALL, [call.label_id], lambda transition, _: settle_tracking(transition, call, scans)
        )

    async def _store(self, call: LabelCall, reference: str) -> None:
        stored = await self.commands.work_on_due(
            _OF_CALL, [call.label_id], lambda transition, _: note_reference(transition, call, reference)
        )
        if stored is None:
            raise CarrierUnknown(_GIVEN_UP)

    async def _void(self, carrier: Carrier, call: LabelCall) -> LabelAnswer:
        assert call.reference is not None, "a label that was bought has its package's id"
        found = await carrier.find(call.label_id, call.reference)
        if found is not None and found.outcome in (LabelOutcome.VOIDED, LabelOutcome.VOIDING):
            return found
        return await carrier.void(call.label_id, call.reference)
