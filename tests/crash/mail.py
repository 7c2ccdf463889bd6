"""A server that is killed while it sends mail, again and again; then every event's messages are counted at the sink.

`python -m tests.crash.mail --kills 60` runs for long and prints a table; the tests kill it a few times.
"""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.workers import now
from database.embedded import OPTIONS, Cluster
from tests.crash.rig import until
from tests.live.process import start
from tests.market import Market, opened, seller
from tests.migrated import fill
from tests.services.messages.sink import SENDER, Sink, sinking

CUSTOMERS = 6
LEASE = 1.5
"""Seconds for one message, so that those of a killed server come up again soon."""
SLOWEST = 0.05
"""Seconds that the sink may take for a message, before it has it and after it has."""
PATIENCE = 120.0
_SELLER = "orders@north.example"
# Written by hand, not by the server's own table: who is written to about what.
_OWED = """
select e.id, c.email as address from event e join customer c on c.id = e.customer_id
where (e.subject = 'REQUEST' and e.action in ('REQUEST_RETURN', 'CONFIRM_REQUEST', 'COMPLETE_REQUEST'))
   or (e.subject = 'REFUND' and e.action = 'SUCCEED_REFUND')
union all
select e.id, s.email from event e join seller s on s.id = e.seller_id
where e.subject = 'REQUEST' and e.action = 'REQUEST_RETURN'
"""
_MADE = "select id, event_id, address, position from message"
_OPEN = """
select (select count(*) from message where state in ('PENDING', 'PROCESSING'))
  + (select count(*) from event e, message_cursor m where (e.xid, e.id) > (m.xid::text::xid8, m.event_id))
  + (select count(*) from cancellation_request where status = 'APPROVED') as open
"""


@dataclass(slots=True)
class MailTally:
    """What was to be sent, and what has arrived."""

    kills: int = 0
    owed: int = 0
    arrived: int = 0
    copies: int = 0
    lost: int = 0
    uncalled_for: int = 0
    other_bytes: int = 0
    out_of_order: int = 0
    stuck: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing was lost or changed, and no kill has made more than one copy."""
        wrong = (self.lost, self.uncalled_for, self.other_bytes, self.out_of_order, self.stuck)
        return not any(wrong) and self.copies <= self.kills

    def table(self) -> str:
        """It for people."""
        rows = {
            "SIGKILLs of the server": self.kills,
            "messages owed by the journal": self.owed,
            "messages that arrived": self.arrived,
            "copies": self.copies,
            "lost": self.lost,
            "not called for": self.uncalled_for,
            "copies of other bytes": self.other_bytes,
            "out of order": self.out_of_order,
            "still to be sent": self.stuck,
        }
        return "\n".join(f"{name:<34}{value}" for name, value in rows.items())


class SlowSink(Sink):
    """A sink that takes its time before it has a message and before it says so."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(random.uniform(0, SLOWEST))
        answer = await Sink.handle_DATA(self, server, session, envelope)
        await asyncio.sleep(random.uniform(0, SLOWEST))
        return answer


async def mail_storm(url: str, home: Path, *, kills: int) -> MailTally:
    """Customers return things while the server that writes to them is killed; `url` is a migrated database."""
    tally = MailTally()
    async with sinking(SlowSink()) as sink, opened(url) as market:
        environment = {"SMTP_URL": sink.url, "MAIL_SENDER": SENDER, "REFUND_LEASE": str(LEASE), "LOG_LEVEL": "warning"}
        process = await start(url, home, **environment)
        await until(lambda: market.rows("select id from message_cursor"), seconds=PATIENCE)
        working = asyncio.create_task(_returns(market, sink))
        while tally.kills < kills:
            enough = len(sink.got) + random.randint(1, 12)
            await until(partial(_at_least, sink, enough), seconds=PATIENCE, every=0.005)
            process.kill()
            await process.wait()
            tally.kills += 1
            process = await start(url, home, **environment)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        try:
            await until(lambda: _at_rest(market), seconds=PATIENCE, every=0.2)
        finally:
            process.kill()
            await process.wait()
        await _count(market, sink, tally)
    return tally


async def _at_least(sink: Sink, least: int) -> bool:
    return len(sink.got) >= least


async def _at_rest(market: Market) -> bool:
    return bool((await market.rows(_OPEN))[0]["open"] == 0)


async def _returns(market: Market, sink: Sink) -> None:
    """Customers return what they have bought, and the seller confirms, a little ahead of what arrives."""
    made = 0
    while True:
        await until(partial(_at_least, sink, made * 4 - 60), seconds=PATIENCE)
        market.clock.now = now()
        name = f"ada{made % CUSTOMERS}"
        order = await market.order(customer=name)
        await market.rows("update customer set email = $1 where subject = $2", f"{name}@example.org", name)
        await market.rows("update seller set email = $1", _SELLER)
        await market.move(order, "north", "SHIPPED", "DELIVERED")
        request = await market.request(order, lamp=1)
        await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
        made += 1


async def _count(market: Market, sink: Sink, tally: MailTally) -> None:
    """Hold what has arrived against what the journal says is owed."""
    owed = {(row["id"], row["address"]) for row in await market.rows(_OWED)}
    made = {row["id"]: row for row in await market.rows(_MADE)}
    contents: dict[str, set[bytes]] = {}
    arrivals: dict[str, list[int]] = {}
    times: Counter[str] = Counter()
    for got in sink.got:
        id = got.id.strip("<>").partition("@")[0]
        times[id] += 1
        contents.setdefault(id, set()).add(got.content)
        if times[id] == 1:
            arrivals.setdefault(got.recipients[0], []).append(made[id]["position"])
    said = {(made[id]["event_id"], made[id]["address"]) for id in times}
    tally.owed, tally.arrived = len(owed), sum(times.values())
    tally.copies = sum(times.values()) - len(times)
    tally.lost, tally.uncalled_for = len(owed - said), len(said - owed)
    tally.other_bytes = sum(len(each) > 1 for each in contents.values())
    tally.out_of_order = sum(positions != sorted(positions) for positions in arrivals.values())
    tally.stuck = (await market.rows(_OPEN))[0]["open"]


async def _main(kills: int) -> bool:
    directory = Path(tempfile.mkdtemp(prefix="retour-mail-"))
    cluster = Cluster(directory / "postgres", options={**OPTIONS, "fsync": "off"})
    cluster.enter()
    try:
        url = cluster.url("postgres")
        await fill(url)
        tally = await mail_storm(url, directory, kills=kills)
    finally:
        cluster.leave()
        shutil.rmtree(directory)
    print(tally.table())
    return tally.clean


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    sys.exit(0 if asyncio.run(_main(parser.parse_args().kills)) else 1)
