"""Labels in the storm and the brawl: bought, added, retried, scanned and voided at a carrier that counts.

The way to it breaks, and at times there is no money on the account there, so that it refuses.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from domain.facts import Actor
from tests.crash.caller import PATIENCE, Caller
from tests.crash.rig import Courier, until
from tests.gateways.payments.fault_proxy import Fault
from tests.market import OWNER
from tests.shelf import Shipment

if TYPE_CHECKING:
    from tests.crash.goods import Walk, Way

ORDERS = frozenset({"label added", "label voided", "label retried"})
REPORTS = frozenset({"scan reported", "scan reported twice"})
WAYS = ORDERS | REPORTS | {"scan asked for"}
MISHAPS = (Fault.DROPPED, Fault.ERROR, Fault.REFUSED, Fault.REPEATED)
"""What becomes of requests on their way to the carrier, beside all that dies."""
ADDRESS = {"lines": ["Hafenstraße 1"], "postalCode": "20095", "city": "Hamburg", "country": "DE"}
UNDER_WAY = "('PENDING', 'PROCESSING', 'UNKNOWN', 'VOIDING', 'VOID_UNKNOWN')"
_UNBOUGHT = ("PENDING", "PROCESSING", "UNKNOWN")
_LATE = frozenset({"WRONG_STATUS", "LABEL_USED", "LABEL_NOT_WANTED", "TOO_MANY_LABELS"})
"""What a person is refused who was slower than the worker, or wants too much."""
_LABELS = "select id, external_reference as package, status from return_label where shipment_id = $1 order by position"
_NOW = f"""
update return_label set due_at = least(due_at, now())
where not leased and status in {UNDER_WAY} and ($1::text is null or id = $1)
"""
_ASK = "update return_label set due_at = now() where id = $1 and not leased and scanned_at is null"
_REFUSED = "select id from return_label where status = 'FAILED' order by id"
_UNUSED = """
select id, external_reference as package from return_label where status = 'ISSUED' and scanned_at is null order by id
"""
_KNOWN = "select status, scanned_at, external_reference as package from return_label where id = $1"
_ALL = """
select l.id, l.status, l.scanned_at is not null as scanned, l.scanned_at is null and s.sent_at is null
       and s.received_at is null and s.status in ('EXPIRED', 'CANCELED', 'WAIVED') as unwanted
from return_label l join return_shipment s on s.id = l.shipment_id
"""
_events = count(1)


def ways_of(walk: "Walk", place: int, one: Shipment) -> Iterator[tuple[str, "Way"]]:
    """What may happen now to the labels of a return."""
    courier, shelf = walk.caller.rig.courier, walk.shelf
    if courier is None or shelf.to_sender:
        return
    if one.status == "AWAITING":
        yield "label added", partial(add, walk.caller, random.choice([walk.clerk, OWNER]), walk.ids[place])
        yield "label voided", partial(decide, walk.caller, "voidLabel", walk.ids[place])
        yield "label retried", partial(decide, walk.caller, "retryLabel", walk.ids[place])
    if one.status == "AWAITING" or (one.status == "IN_TRANSIT" and one.held and shelf.trigger == "ON_SHIPMENT"):
        for way in ("scan reported", "scan reported twice", "scan asked for"):
            yield way, partial(_scan, walk, courier, place, one, way)


async def add(caller: Caller, actor: Actor, shipment: str) -> bool:
    """Order a label for one more package of a return; whether that was accepted."""
    return _accepted(await caller.send(actor, "addLabel", "", returnId=shipment))


async def decide(caller: Caller, mutation: str, shipment: str) -> bool:
    """The owner voids or retries one of a return's labels, whatever its state is by now; whether that was accepted."""
    done = [_accepted(await caller.send(OWNER, mutation, "", labelId=id)) for id in await _some_label(caller, shipment)]
    return any(done)


def _accepted(payload: dict[str, Any]) -> bool:
    assert {error["code"] for error in payload["userErrors"]} <= _LATE, payload
    return not payload["userErrors"]


async def _scan(walk: "Walk", courier: Courier, place: int, one: Shipment, way: str) -> None:
    """The carrier has a package in its hands, and reports it once, twice or only when it is asked."""
    for id in await _some_label(walk.caller, walk.ids[place]):
        label = await _decided(walk.caller, id)
        if label["status"] != "ISSUED":
            continue
        courier.behind.use(id)
        if way == "scan asked for":
            await _asked_for(walk.caller, id)
        else:
            await _report(walk.caller, label["package"], way)
        assert walk.shelf.send(one, "CARRIER")


async def scan_some(caller: Caller) -> None:
    """The carrier gets packages with labels that it has not taken back, and reports each once or twice."""
    while (courier := caller.rig.courier) is not None and not caller.over:
        await asyncio.sleep(random.uniform(0.4, 1.2))
        unused = await caller.patiently(lambda: caller.rig.rows(_UNUSED))
        for label in random.sample(unused, min(1, len(unused))):
            if all(shipment["refund_status"] is None for shipment in courier.behind.of_key(label["id"])):
                courier.behind.use(label["id"])
                way = min(REPORTS, key=lambda way: (caller.tally.goods[way], random.random()))
                await _report(caller, label["package"], way)
                caller.tally.goods[way] += 1


async def _report(caller: Caller, package: str, way: str) -> None:
    event = f"evt_{next(_events)}"
    for _ in range(2 if way == "scan reported twice" else 1):
        await caller.patiently(lambda: caller.rig.scan(event, package))


async def _some_label(caller: Caller, shipment: str) -> list[str]:
    """One of a return's labels, or none if it has none."""
    rows = await caller.patiently(lambda: caller.rig.rows(_LABELS, shipment))
    return random.sample([row["id"] for row in rows], min(1, len(rows)))


async def _known(caller: Caller, id: str) -> dict[str, Any]:
    (row,) = await caller.patiently(lambda: caller.rig.rows(_KNOWN, id))
    return row


async def _decided(caller: Caller, id: str) -> dict[str, Any]:
    """A label once it is known whether it was bought; pauses between two calls are over at once."""

    async def decided() -> bool:
        await caller.patiently(lambda: caller.rig.rows(_NOW, id))
        return (await _known(caller, id))["status"] not in _UNBOUGHT

    await until(decided, seconds=PATIENCE, every=0.2)
    return await _known(caller, id)


async def _asked_for(caller: Caller, id: str) -> None:
    """The worker has asked for scans, which it else does after an hour, and has got an answer."""

    async def scanned() -> bool:
        await caller.patiently(lambda: caller.rig.rows(_ASK, id))
        return (await _known(caller, id))["scanned_at"] is not None

    await until(scanned, seconds=PATIENCE, every=0.2)


async def disturb(caller: Caller) -> None:
    """Break the way to the carrier again and again, and at times let the account there be empty."""
    courier = caller.rig.courier
    while courier is not None and not caller.over:
        if not courier.way.script:
            courier.way.script.append(random.choice(MISHAPS))
        courier.behind.no_money = random.random() < 0.2
        await asyncio.sleep(random.uniform(0.1, 0.5))
    if courier is not None:
        courier.behind.no_money = False


async def settle(caller: Caller) -> None:
    """The carrier pays back what it has accepted to, the owner retries what it has refused, and nobody waits any longer
    before it is asked.
    """
    if caller.rig.courier is None:
        return
    for shipment in caller.rig.courier.behind.shipments.values():
        if shipment["refund_status"] == "submitted":
            shipment["refund_status"] = "refunded"
    for row in await caller.rig.rows(_REFUSED):
        if _accepted(await caller.send(OWNER, "retryLabel", "", labelId=row["id"])):
            caller.tally.goods["label retried"] += 1
    await caller.rig.rows(_NOW, None)


def by_mail(name: str) -> dict[str, Any]:
    """The part of return settings that has labels bought."""
    return {"method": "MAIL", "address": {"name": name, **ADDRESS}}


def bought(caller: Caller) -> int:
    """How many labels the carrier has sold."""
    return len(caller.rig.courier.behind.bought) if caller.rig.courier else 0


async def tally(caller: Caller) -> None:
    """Hold all labels against what the carrier has sold: each is bought once, and what is not wanted is void."""
    if caller.rig.courier is None:
        return
    counts, behind = caller.tally.labels, caller.rig.courier.behind
    sold, voided = Counter(behind.bought), Counter(behind.refunded)
    rows = {row["id"]: row for row in await caller.rig.rows(_ALL)}
    counts.update({
        "ordered": len(rows) - counts["ordered"],
        "bought": sold.total() - counts["bought"],
        "scanned": sum(row["scanned"] for row in rows.values()) - counts["scanned"],
        "voided": voided.total() - counts["voided"],
        "bought twice": sum(times > 1 for times in sold.values()) - counts["bought twice"],
    })  # fmt: skip
    found = [f"label {id} was bought {times} times" for id, times in sold.items() if times > 1]
    found += [f"label {id} of nobody was bought" for id in sold.keys() - rows.keys()]
    for id, row in rows.items():
        stands = (sold[id], voided[id])
        if stands not in {"ISSUED": [(1, 0)], "VOIDED": [(0, 0), (1, 1)]}.get(row["status"], []):
            found.append(f"label {id} is {row['status']}, bought and voided {stands} times")
        if row["status"] == "ISSUED" and row["unwanted"]:
            found.append(f"label {id} is not wanted, and not void")
    caller.tally.differences += found
