"""The loop of mail: make what the journal brings, and send what is due."""

from dataclasses import dataclass

from events.notifier import Notifier
from services.messages.granting import Granting
from services.messages.making import Making
from services.messages.reminding import Reminding
from services.messages.sending import Sending
from services.worker.loop import work_until_canceled

POLL = 1.0
"""Seconds until the next look if no notification comes."""


@dataclass(frozen=True, slots=True)
class MessageWorker:
    """Makes and sends messages until it is canceled; any number of processes share the work."""

    making: Making
    reminding: Reminding
    sending: Sending
    notifier: Notifier
    granting: Granting | None = None

    async def run(self) -> None:
        """Work until canceled; failures are logged, and their work is tried again."""
        await work_until_canceled("messages", self.step, lambda: self.notifier.wait(POLL))

    async def step(self) -> bool:
        """Make some messages and send some; returns whether there may be more to do."""
        made = await self.making.make()
        granted = self.granting is not None and await self.granting.grant()
        await self.reminding.remind_if_due()
        return await self.sending.send_due() or made > 0 or granted
