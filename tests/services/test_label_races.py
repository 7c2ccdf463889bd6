"""Races about labels: one winner, a typed refusal for the rest, and each once more without its protection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateways.carriers.port import LabelOutcome, Scan
from services.worker import labels as worker
from services.worker.labels import report_scans
from tests.labels import Postman, awaited, labels_of, with_carrier
from tests.market import OWNER, Market
from tests.services.test_race_controls import unlocked
from tests.services.test_races import codes

Way = Callable[[], Awaitable[list[str]]]
"""One side of a race: what it is refused with, nothing if it wins."""

REFUSED = {
    "two clerks void": {"WRONG_STATUS"},
    "two clerks retry": {"WRONG_STATUS"},
    "retry and void": {"STALE_VERSION"},
    "void and scan": {"LABEL_USED"},
}
_TAKEN = """
select action from event where subject_id = $1 and action in ('VOID_LABEL', 'RETRY_LABEL', 'SCAN_LABEL') order by 1
"""


async def contest(market: Market, race: str) -> tuple[Postman, dict[str, Any], Way, Way]:
    """A label, and two that want something else of it."""
    postman = Postman()
    with_carrier(market, postman)
    _, shipment = await awaited(market, "ON_SHIPMENT")
    if "retry" in race:
        postman.script = [None, LabelOutcome.REFUSED]
    await market.work()
    (label,) = await labels_of(market, shipment)

    def owner(mutation: str) -> Way:
        seen = {"expectedVersion": label["version"]} if race == "retry and void" else {}

        async def way() -> list[str]:
            return codes(await market.do(OWNER, mutation, labelId=label["id"], **seen))

        return way

    async def scan() -> list[str]:
        postman.used.add("pkg_0")
        scans = (Scan(market.clock()),)
        await report_scans(market.worker.commands, "slip", "pkg_0", f"evt_{label['id']}", scans)
        return []

    void, retry = owner("voidLabel"), owner("retryLabel")
    ways = {
        "two clerks void": (void, void),
        "two clerks retry": (retry, retry),
        "retry and void": (retry, void),
        "void and scan": (void, scan),
    }
    return postman, {**label, "shipment": shipment}, *ways[race]


async def taken(market: Market, label: dict[str, Any]) -> list[str]:
    return [row["action"] for row in await market.rows(_TAKEN, label["id"])]


@pytest.mark.parametrize("race", REFUSED)
@pytest.mark.parametrize("turn", [False, True], ids=["", "turned round"])
async def test_of_two_that_want_different_things_of_a_label_one_wins(market: Market, race: str, turn: bool) -> None:
    postman, label, *ways = await contest(market, race)
    answers = await asyncio.gather(*(way() for way in (reversed(ways) if turn else ways)))
    assert {code for answer in answers for code in answer} <= REFUSED[race]
    (winner,) = await taken(market, label)
    scanned_later = (race, winner) == ("void and scan", "VOID_LABEL")  # what is a fact is not refused
    assert [bool(answer) for answer in answers].count(True) == (0 if scanned_later else 1)
    market.clock.pass_by(minutes=10)
    await market.work()
    (after,) = await labels_of(market, label["shipment"])
    assert after["status"] == ("VOIDED" if winner == "VOID_LABEL" and not scanned_later else "ISSUED")
    kept = [package for package in postman.bought if package not in postman.voided]
    assert len(kept) == (after["status"] == "ISSUED")
    assert len(postman.voided) == len(set(postman.voided))


@pytest.mark.parametrize("race", REFUSED)
async def test_without_version_and_lock_both_win_and_the_harm_is_seen(
    market: Market, race: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control. With an expected version both have seen the same one, and both are right."""
    _, label, *ways = await contest(market, race)
    monkeypatch.setattr(worker, "SCANNED", worker.SCANNED.partition("for no key update")[0])
    with unlocked():
        answers = await asyncio.gather(*(way() for way in ways), return_exceptions=True)
    broken = [answer for answer in answers if isinstance(answer, BaseException)]
    assert len(await taken(market, label)) == 2 or broken, answers
