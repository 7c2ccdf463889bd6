"""Labels in the storm: bought, added, scanned and voided at a carrier that counts, over a network that breaks."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.crash.caller import PATIENCE, Caller
from tests.crash.rig import Courier, until
from tests.gateways.payments.fault_proxy import Fault
from tests.market import OWNER
from tests.shelf import Shipment

if TYPE_CHECKING:
    from tests.crash.goods import Walk, Way

WAYS = frozenset({"label added", "label voided", "scan reported", "scan reported twice", "scan asked for"})
MISHAPS = (Fault.DROPPED, Fault.ERROR, Fault.REFUSED, Fault.REPEATED)
"""What becomes of requests on their way to the carrier, beside all that dies."""
ADDRESS = {"lines": ["Hafenstraße 1"], "postalCode": "20095", "city": "Hamburg", "country": "DE"}
UNDER_WAY = "('PENDING', 'PROCESSING', 'UNKNOWN', 'VOIDING', 'VOID_UNKNOWN')"
_UNBOUGHT = ("PENDING", "PROCESSING", "UNKNOWN")
_LATE = frozenset({"WRONG_STATUS", "LABEL_USED", "TOO_MANY_LABELS"})
"""What a person is refused who was slower than the worker, or wants too much."""
_LABELS = "select id, external_reference as package, status from return_label where shipment_id = $1 order by position"
_NOW = f"""
update return_label set due_at = least(due_at, now())
where not leased and status in {UNDER_WAY} and ($1::text is null or id = $1)
"""
_ASK = "update return_label set due_at = now() where id = $1 and not leased and scanned_at is null"
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
        yield "label added", partial(_add, walk, place)
        yield "label voided", partial(_void, walk, place)
    if one.status == "AWAITING" or (one.status == "IN_TRANSIT" and one.held and shelf.trigger == "ON_SHIPMENT"):
        for way in ("scan reported", "scan reported twice", "scan asked for"):
            yield way, partial(_scan, walk, courier, place, one, way)


async def _add(walk: "Walk", place: int) -> None:
    _accept(await walk.caller.send(random.choice([walk.clerk, OWNER]), "addLabel", "", returnId=walk.ids[place]))


async def _void(walk: "Walk", place: int) -> None:
    """Void a label, in whatever state it is by now."""
    for id in await _some_label(walk, place):
        _accept(await walk.caller.send(OWNER, "voidLabel", "", labelId=id))


def _accept(payload: dict[str, Any]) -> None:
    assert {error["code"] for error in payload["userErrors"]} <= _LATE, payload


async def _scan(walk: "Walk", courier: Courier, place: int, one: Shipment, way: str) -> None:
    """The carrier has a package in its hands, and reports it once, twice or only when it is asked."""
    for id in await _some_label(walk, place):
        label = await _decided(walk.caller, id)
        if label["status"] != "ISSUED":
            continue
        courier.behind.use(id)
        if way == "scan asked for":
            await _asked_for(walk.caller, id)
        else:
            event = f"evt_{next(_events)}"
            for _ in range(2 if way == "scan reported twice" else 1):
                await walk.caller.patiently(lambda: walk.caller.rig.scan(event, label["package"]))  # noqa: B023 - awaited here
        assert walk.shelf.send(one, "CARRIER")


async def _some_label(walk: "Walk", place: int) -> list[str]:
    """One of a return's labels, or none if it has none."""
    rows = await walk.caller.patiently(lambda: walk.caller.rig.rows(_LABELS, walk.ids[place]))
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
    """Break the way to the carrier again and again."""
    courier = caller.rig.courier
    while courier is not None and not caller.over:
        if not courier.way.script:
            courier.way.script.append(random.choice(MISHAPS))
        await asyncio.sleep(random.uniform(0.1, 0.5))


async def settle(caller: Caller) -> None:
    """The carrier pays back what it has accepted to, and nobody waits any longer before it is asked."""
    if caller.rig.courier is None:
        return
    for shipment in caller.rig.courier.behind.shipments.values():
        if shipment["refund_status"] == "submitted":
            shipment["refund_status"] = "refunded"
    await caller.rig.rows(_NOW, None)


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
