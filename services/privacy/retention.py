"""What goes by itself at its date: what the law has kept, links of guests and, by setting, old messages and persons.

The database's clock says what is old, as everywhere where something is deleted.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from domain.errors import Refused
from domain.facts import SYSTEM
from domain.messages import OLDEST
from services.exports import jobs as exports
from services.guests import KEPT
from services.owner_events import Setter
from services.privacy.erasing import Keeping, erase
from services.privacy.table import ERASED
from services.worker.loop import work_until_canceled

log = logging.getLogger("retour.privacy")

EVERY = 3600.0
"""Seconds between two looks."""
AT_ONCE = 100
"""Persons and files of one statement."""
_UNSEAL = "delete from sealed_record where until <= now()"
# Of younger events, messages are made again if the reader of the journal has lost its place; receipts by law of any.
_OLD_MESSAGES = """
delete from message where state not in ('PENDING', 'PROCESSING') and created_at < now() - greatest($1::interval, $2)
  and sha256 is null
"""
_OLD_LINKS = "delete from order_access where requested_at < now() - $1::interval"
_OLD_EXPORTS = "delete from export where created_at < now() - $1::interval"
_OLD_PERSONS = """
select c.id, now() as now from customer c
where c.erased_at is null and c.id > $2 and not exists (
  select from "order" o where o.customer_id = c.id and o.placed_at > now() - $1::interval)
order by c.id limit $3
"""
_STILL_THERE = "select id from message where id = any($1) and html <> $2"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long messages and persons are kept, 0 for good, and what the law keeps of persons.

    `mail` is the folder that messages are written to, if they are.
    """

    keeping: Keeping
    messages: timedelta = timedelta(0)
    persons: timedelta = timedelta(0)
    mail: Path | None = None

    async def run(self) -> None:
        """Work until canceled; any number of processes may."""
        await work_until_canceled("retention", self._step, lambda: asyncio.sleep(EVERY))

    async def _step(self) -> bool:
        await self.enforce()
        return False

    async def enforce(self) -> None:
        """Let go what is past its date. Persons who have something open stay until they have not."""
        db = get_connection("default")
        await db.execute_query(_UNSEAL)
        await db.execute_query(_OLD_LINKS, [KEPT])
        await db.execute_query(_OLD_EXPORTS, [exports.KEPT])
        if self.messages:
            await db.execute_query(_OLD_MESSAGES, [self.messages, OLDEST])
        if self.persons:
            await self._erase_persons()
        if self.mail:
            await sweep(self.mail)

    async def _erase_persons(self) -> None:
        last = ""
        db = get_connection("default")
        while rows := await db.execute_query_dict(_OLD_PERSONS, [self.persons, last, AT_ONCE]):
            for row in rows:
                last = row["id"]
                try:
                    async with in_transaction() as one:
                        await erase(one, last, self.keeping, Setter(SYSTEM, row["now"]))
                except Refused as refused:
                    log.debug("Customer %s is kept for now: %s", last, refused.code)


async def sweep(folder: Path) -> None:
    """Delete the files of messages that were erased or deleted since."""
    files = await asyncio.to_thread(lambda: sorted(folder.glob("message_*.*")))
    for first in range(0, len(files), AT_ONCE):
        some = files[first : first + AT_ONCE]
        rows = await get_connection("default").execute_query_dict(_STILL_THERE, [[path.stem for path in some], ERASED])
        kept = {row["id"] for row in rows}
        for path in some:
            if path.stem not in kept:
                path.unlink(missing_ok=True)
