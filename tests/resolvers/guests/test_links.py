"""Guests: a link by mail shows one order, once, and asking for it tells nothing of any order."""

import asyncio
import random
import re
from collections.abc import Callable
from contextlib import suppress
from statistics import median
from time import perf_counter
from typing import Any

import orjson
import pytest

from app.auth.tokens import mint
from app.parts import links_of
from domain.facts import Actor
from domain.refusals import Refusal
from domain.words import Role
from services.guests import KEPT, LINK_HOLDS, OF_EMAIL, OF_NUMBER, TOKEN_HOLDS
from services.messages.granting import OF_CUSTOMER
from services.messages.links import SEAL
from services.messages.worker import MessageWorker
from services.privacy.erasing import KEEPING
from services.privacy.retention import Retention
from settings import Settings
from tests.faults.sizes import LONG, size
from tests.market import JSON, POLICY, SECRET, Market
from tests.resolvers.guests.scene import (
    DECLARE,
    REQUEST,
    SETTINGS,
    asked_as,
    bought,
    linked,
    redeemed,
    requested,
    secrets_in,
)
from tests.services.messages.sink import Sink, deliver

_SEES = "{ viewer { role customer { name } } orders { totalCount nodes { id } } }"


async def test_a_link_by_mail_shows_its_order_and_lets_the_guest_act_as_its_customer(
    market: Market, mail: MessageWorker, sink: Sink
) -> None:
    order, secret = await linked(market, mail, sink)
    await market.order(customer=order.customer)
    made = await redeemed(market, secret)
    assert (made["orderId"], made["userErrors"]) == (order.id, [])
    assert made["expiresAt"] == (market.clock() + TOKEN_HOLDS).isoformat()
    seen = await asked_as(market, made["token"], _SEES)
    viewer = {"role": "CUSTOMER", "customer": {"name": order.customer.title()}}
    assert seen == {"viewer": viewer, "orders": {"totalCount": 1, "nodes": [{"id": order.id}]}}
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}
    wanted = {"orderId": order.id, "items": [item], "policyVersion": POLICY}
    act = """mutation A($input: RequestReturnInput!) { requestReturn(input: $input) {
      requests { openedBy transaction allowedActions { action enabled } } userErrors { code } } }"""
    payload = (await asked_as(market, made["token"], act, input=wanted))["requestReturn"]
    assert payload["userErrors"] == []
    (request,) = payload["requests"]
    assert (request["openedBy"], request["transaction"]) == ("CUSTOMER", "CANCEL")
    assert {"action": "WITHDRAW_REQUEST", "enabled": True} in request["allowedActions"]
    (event,) = await market.rows("select actor_id from event where order_id = $1 and subject = 'REQUEST'", order.id)
    assert event["actor_id"].startswith("access_")


async def test_the_secret_stands_in_no_row(market: Market, mail: MessageWorker, sink: Sink) -> None:
    _, secret = await linked(market, mail, sink)
    tables = await market.rows("select tablename as name from pg_tables where schemaname = 'public'")
    for table in tables:
        held = f'select count(*) as n from "{table["name"]}" t where t::text like $1'
        assert (await market.rows(held, f"%{secret}%"))[0]["n"] == 0, table
    assert (await market.rows("select count(*) as n from message where text like $1", f"%{SEAL}%"))[0]["n"] > 0, (
        "control"
    )


async def test_a_link_works_once_for_a_day_and_for_whom_it_was_sent_to(
    market: Market, mail: MessageWorker, sink: Sink
) -> None:
    refused = {
        "token": None,
        "expiresAt": None,
        "orderId": None,
        "userErrors": [
            {
                "code": "LINK_NOT_VALID",
                "field": ["input", "secret"],
                "message": "This link does not work: it works once, for a day. "
                "Request a new one with the order's number.",
            }
        ],
    }
    _, used = await linked(market, mail, sink)
    assert (await redeemed(market, used))["token"]
    _, old = await linked(market, mail, sink)
    market.clock.pass_by(hours=LINK_HOLDS.total_seconds() / 3600)
    handed_over, foreign = await linked(market, mail, sink)
    other, _ = await bought(market)
    await market.rows(
        'update "order" set customer_id = (select customer_id from "order" where id = $1) where id = $2',
        other.id,
        handed_over.id,
    )
    for secret in (used, old, foreign, "", "x", "x" * 5000, "\0", "ä", "' or true --", old[:-1]):
        assert await redeemed(market, secret) == refused, secret


async def test_of_two_who_redeem_a_link_at_once_one_wins(market: Market, mail: MessageWorker, sink: Sink) -> None:
    links = [await linked(market, mail, sink) for _ in range(2)]
    same = await asyncio.gather(*[redeemed(market, links[0][1]) for _ in range(8)])
    assert [made["orderId"] for made in same if made["token"]] == [links[0][0].id]
    assert {made["userErrors"][0]["code"] for made in same if not made["token"]} == {"LINK_NOT_VALID"}
    (alone,) = await asyncio.gather(redeemed(market, links[1][1]))
    assert alone["token"], "the control"


async def test_numbers_and_addresses_are_read_in_any_case_and_only_together(
    market: Market, mail: MessageWorker, sink: Sink
) -> None:
    order, email = await bought(market)
    other, others = await bought(market)
    assert (await requested(market, f" {order.number.lower()} ", email.upper()))["accepted"]
    for number, address in [(order.number, others), (other.number, email), ("N-0", email)]:
        assert (await requested(market, number, address))["accepted"]
    await deliver(mail)
    assert len(secrets_in(sink, email)) == 1
    assert secrets_in(sink, others) == []


async def test_requesting_a_link_looks_at_no_order_and_answers_in_the_same_bytes(
    market: Market, mail: MessageWorker
) -> None:
    """What it does is the same statements on the same table; `make storm` measures the time."""
    order, email = await bought(market)
    answers, touched = [], []
    for number, address in [(order.number, email), (order.number, "eve@example.org"), ("N-0", email)]:
        before = await scans(market)
        body = {"query": REQUEST, "variables": {"input": {"orderNumber": number, "email": address}}}
        answers.append((await market.http.post("/graphql", json=body)).content)
        after = await scans(market)
        touched.append({table: after[table] - before[table] for table in after if after[table] != before[table]})
    assert len(set(answers)) == 1, answers
    assert [set(tables) for tables in touched] == [{"order_access"}] * 3
    assert touched[0] == touched[1] == touched[2]


_REPEATED = re.compile(rb'"(statement|hash|declaredAt)":"[^"]+"')
"""What the answer to a declaration says of what was typed, and when."""
GUESSES = size(90, 10_200)


@pytest.mark.parametrize("name", [None, *(["Eve"] if LONG else [])], ids=lambda name: "declared" if name else "link")
async def test_guesses_tell_nothing_by_their_bytes_and_their_time(
    market: Market, mail: MessageWorker, record_property: Callable[[str, object], None], name: str | None
) -> None:
    """Right, half right and wrong guesses by turns, each by another caller, while the worker mails what is right.

    With a name each declares a withdrawal, whose answer repeats what was typed (test_unverified.py).
    """
    orders = [await bought(market) for _ in range(size(3, 50))]
    kinds = ("right", "wrong address", "wrong number")
    answers, times = set(), {kind: list[float]() for kind in kinds}
    working = asyncio.create_task(mail.run())
    for n in range(GUESSES):
        order, email = random.choice(orders)
        kind = kinds[n % len(kinds)]
        number = f"N-{n}-0" if kind == "wrong number" else order.number
        address = f"eve{n}@example.org" if kind == "wrong address" else email
        typed = {"orderNumber": number, "email": address} | ({"name": name} if name else {})
        body = orjson.dumps({"query": DECLARE if name else REQUEST, "variables": {"input": typed}})
        token = mint(SECRET, Actor(Role.CUSTOMER, f"guesser {n}"), ttl=600)
        headers = {"authorization": f"Bearer {token}"} | JSON
        began = perf_counter()
        answer = await market.http.post("/graphql", content=body, headers=headers)
        times[kind].append(perf_counter() - began)
        answers.add(_REPEATED.sub(b"", answer.content))
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    assert len(answers) == 1
    assert (b'"userErrors":[]' if name else b'"accepted":true') in answers.pop()
    medians = {kind: median(taken) for kind, taken in times.items()}
    difference = max(medians.values()) / min(medians.values()) - 1
    for kind, taken in medians.items():
        record_property(f"{kind}, median of {len(times[kind])}", f"{taken * 1000:.3f} ms")
    record_property("largest difference of medians", f"{difference:.1%}")
    assert difference < 0.05 or not LONG, medians


async def scans(market: Market) -> dict[str, int]:
    """How often each table has been read or written by row since the statistics began."""
    await market.rows("select pg_stat_force_next_flush()")
    found = await market.rows(
        "select relname as name, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd as n"
        " from pg_stat_user_tables"
    )
    return {row["name"]: row["n"] for row in found}


async def test_who_requests_too_many_links_is_refused_by_its_own_requests_alone(
    market: Market, mail: MessageWorker, sink: Sink
) -> None:
    order, email = await bought(market)
    too_many = {
        "accepted": False,
        "userErrors": [
            {
                "code": "TOO_MANY_LINKS",
                "field": ["input"],
                "message": "You have requested too many links to orders: use the latest one, or try again in an hour.",
            }
        ],
    }
    for _ in range(OF_NUMBER):
        assert (await requested(market, order.number, email))["accepted"]
    assert await requested(market, order.number, email) == too_many
    for n in range(OF_EMAIL):
        assert (await requested(market, f"none-{n}", "eve@example.org"))["accepted"]
    assert await requested(market, "none", "eve@example.org") == too_many
    for n in range(SETTINGS["order_links_per_hour"] - OF_NUMBER - OF_EMAIL):
        assert (await requested(market, f"N-0-{n}", f"{n}@example.org"))["accepted"]
    assert await requested(market, "N-0", "new@example.org") == too_many
    customer = Actor(Role.CUSTOMER, "somebody else")
    wanted = {"orderNumber": order.number, "email": email}
    assert (await market.data(customer, REQUEST, input=wanted))["requestOrderAccess"]["accepted"], "the control"
    await deliver(mail)
    assert len(secrets_in(sink, email)) == OF_NUMBER, "of an order no more are sent, by all callers together"
    market.clock.pass_by(hours=2)
    assert (await requested(market, order.number, email))["accepted"], "the control"


async def test_a_customer_is_sent_a_bounded_number_of_links(market: Market, mail: MessageWorker, sink: Sink) -> None:
    _, email = await bought(market)
    name = email.partition("@")[0]
    for n in range(OF_CUSTOMER + 2):
        order = await market.order(customer=name)
        caller = Actor(Role.CUSTOMER, f"caller {n}")
        await market.data(caller, REQUEST, input={"orderNumber": order.number, "email": email})
    await deliver(mail)
    assert len(secrets_in(sink, email)) == OF_CUSTOMER


async def test_who_requests_too_many_links_at_once_is_refused_as_well(market: Market, mail: MessageWorker) -> None:
    found = await asyncio.gather(*[requested(market, "N-0", f"{n}@example.org") for n in range(3 * OF_NUMBER)])
    assert sum(payload["accepted"] for payload in found) == OF_NUMBER


async def test_what_was_requested_is_forgotten_after_two_days(market: Market, mail: MessageWorker, sink: Sink) -> None:
    await linked(market, mail, sink)
    await requested(market, "N-0", "eve@example.org")
    for over, left in (("-1 minute", ["N-0"]), ("1 minute", [])):
        await market.rows(
            "update order_access set requested_at = now() - $1::interval - $2::text::interval", KEPT, over
        )
        await Retention(KEEPING).enforce()
        kept = await market.rows("select distinct number from order_access where number = 'N-0'")
        assert [row["number"] for row in kept] == left


@pytest.mark.parametrize(
    ("number", "email", "field"),
    [
        ("", "ada@example.org", "orderNumber"),
        ("N" * 65, "ada@example.org", "orderNumber"),
        ("N\u200b1", "ada@example.org", "orderNumber"),
        ("N-1", "", "email"),
        ("N-1", "ada", "email"),
        ("N-1", f"{'a' * 300}@example.org", "email"),
    ],
)
async def test_a_malformed_request_is_refused_by_its_field_and_changes_nothing(
    market: Market, mail: MessageWorker, number: str, email: str, field: str
) -> None:
    before = await market.fingerprint()
    (error,) = (await requested(market, number, email))["userErrors"]
    assert (error["code"], error["field"]) == (Refusal.INVALID_INPUT, ["input", field])
    assert await market.fingerprint() == before


async def test_a_marketplace_that_mails_no_links_says_so(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(market.one, "guests", None)
    for payload in (await requested(market, "N-1", "ada@example.org"), await redeemed(market, "x")):
        (error,) = payload["userErrors"]
        assert error["code"] == Refusal.LINKS_OFF


@pytest.mark.parametrize(
    ("changes", "secret", "mails"),
    [
        ({}, SECRET, True),
        ({"guest_secret": SECRET}, None, True),
        ({}, None, False),
        ({"public_url": None}, SECRET, False),
        ({"smtp_url": "off"}, SECRET, False),
    ],
)
def test_links_need_mail_an_address_and_a_key(changes: dict[str, Any], secret: str | None, mails: bool) -> None:
    assert (links_of(Settings(**(SETTINGS | changes)), secret) is not None) is mails
