"""Settings that change what happens: at deadlines, to unreported deliveries, with documents that are persisted."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.application import Application
from app.auth.tokens import mint
from app.parts import terms_of
from app.workers import now
from domain.deadlines import STEPS
from domain.words import AtDeadline
from settings import AT_DEADLINE, DEADLINE_STEPS, OperatorError, Settings, SettingsError
from tests.market import OWNER, SECRET, opened

KNOWN, OTHER = "{ viewer { role } }", "{ viewer { id } }"


@pytest.mark.parametrize(
    ("chosen", "status"),
    [("", "WAITING"), ("cancel.owner=expire", "EXPIRED"), ("return.seller=expire, cancel.owner = reject", "REJECTED")],
)
async def test_a_request_that_nobody_decides_in_time_goes_where_the_setting_says(
    database_url: str, chosen: str, status: str
) -> None:
    settings = Settings.read({"AT_DEADLINE": chosen})
    async with opened(database_url, at_deadline=settings.at_deadline) as market:
        request = await market.request(await market.order(), lamp=1)
        market.clock.pass_by(days=60)
        await market.work()
        (row,) = await market.rows("select status from cancellation_request where id = $1", request["id"])
        assert row["status"] == status


async def test_windows_and_deliveries_go_by_the_settings(database_url: str) -> None:
    async with opened(database_url, market_zone="Europe/Berlin", assumed_delivery_days=7) as market:
        market.clock.now = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # half an hour after midnight there
        order = await market.order()
        await market.move(order, "north", "SHIPPED")
        market.clock.pass_by(days=7)
        await market.work()
        (row,) = await market.rows("select delivered_at, return_until from package")
        assert row["delivered_at"] == datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
        assert row["return_until"] == datetime(2026, 3, 23, 22, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize("days", [0, 1])
def test_no_days_mean_that_no_delivery_is_assumed(days: int) -> None:
    after = terms_of(Settings(assumed_delivery_days=days)).calendar.assumed_after
    assert after == (timedelta(days=1) if days else None)


def test_the_settings_and_the_tables_name_the_same_steps_and_choices() -> None:
    assert set(DEADLINE_STEPS) == set(STEPS)
    assert {choice.upper() for choice in AT_DEADLINE} == {choice.value for choice in AtDeadline}


def test_a_deadline_that_is_named_three_times_is_refused_once() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({"AT_DEADLINE": "return.seller=pay,return.seller=remind,return.seller=expire"})
    wrong, twice = str(refused.value).splitlines()
    assert ("'return.seller=pay'" in wrong, twice) == (True, "AT_DEADLINE names return.seller more than once.")


@pytest.mark.parametrize(
    ("variable", "text", "sentence"),
    [
        ("AT_DEADLINE", "return.seller", "AT_DEADLINE has 'return.seller'"),
        ("AT_DEADLINE", "return.seller=", "AT_DEADLINE has 'return.seller='"),
        ("AT_DEADLINE", "return.seller=pay", "remind, escalate, approve, reject or expire"),
        ("AT_DEADLINE", "return.owner=remind", "cancel.owner, cancel.seller or return.seller"),
        ("AT_DEADLINE", "escalate", "AT_DEADLINE has 'escalate'"),
        ("AT_DEADLINE", "return.seller=Remind", "AT_DEADLINE has 'return.seller=Remind'"),
        ("AT_DEADLINE", "return.seller=remind,return.seller=expire", "names return.seller more than once"),
        ("MARKET_ZONE", "Mars/Base", "MARKET_ZONE must be the name of a time zone"),
        ("MARKET_ZONE", "../etc/passwd", "MARKET_ZONE must be the name of a time zone"),
        ("MARKET_ZONE", "/etc/localtime", "MARKET_ZONE must be the name of a time zone"),
        ("MARKET_ZONE", "Europe", "MARKET_ZONE must be the name of a time zone"),
        ("ASSUMED_DELIVERY_DAYS", "-1", "ASSUMED_DELIVERY_DAYS must be at least 0"),
        ("ASSUMED_DELIVERY_DAYS", "soon", "ASSUMED_DELIVERY_DAYS must be a whole number"),
    ],
)
def test_a_setting_of_the_clocks_that_cannot_be_used_is_named(variable: str, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({variable: text})
    assert sentence in str(refused.value)


async def test_persisted_documents_are_served_by_their_identifiers(database_url: str, tmp_path: Path) -> None:
    listed = tmp_path / "documents.json"
    listed.write_text(json.dumps({"who-am-i": KNOWN}))
    async with opened(database_url, documents=listed, documents_only=True) as market:
        headers = {"authorization": f"Bearer {mint(SECRET, OWNER, ttl=60)}"}
        found = await market.http.post("/graphql", json={"documentId": "who-am-i"}, headers=headers)
        assert found.json()["data"] == {"viewer": {"role": "OWNER"}}
        refused = await market.http.post("/graphql", json={"query": OTHER}, headers=headers)
        assert refused.json()["errors"][0]["message"].startswith("Only persisted documents are served here")


def test_a_list_that_cannot_be_read_is_named_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="DOCUMENTS cannot be read"):
        Application(Settings(documents=tmp_path / "missing.json"), "", SECRET, clock=now)


def test_documents_only_needs_a_list() -> None:
    with pytest.raises(SettingsError, match="DOCUMENTS_ONLY needs DOCUMENTS"):
        Settings.read({"DOCUMENTS_ONLY": "on"})
