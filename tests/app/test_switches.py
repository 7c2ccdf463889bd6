"""Settings that switch something on that is off by default: requests that expire, documents that are persisted."""

import json
from pathlib import Path

import pytest

from app.application import Application
from app.auth.tokens import mint
from app.workers import now, run_worker
from events.notifier import ProcessNotifier
from settings import OperatorError, Settings, SettingsError
from tests.market import OWNER, SECRET, Market, opened

KNOWN, OTHER = "{ viewer { role } }", "{ viewer { id } }"


@pytest.mark.parametrize("switched_on", [False, True])
async def test_a_request_that_nobody_decides_in_time_expires_if_the_setting_says_so(
    market: Market, switched_on: bool
) -> None:
    settings = Settings(expire_requests=switched_on)
    async with run_worker(settings, market.url, market.one.commands, ProcessNotifier()) as tasks:
        market.worker.expire = tasks.worker.expire
    request = await market.request(await market.order(), lamp=1)
    market.clock.pass_by(days=60)
    await market.work()
    (row,) = await market.rows("select status from cancellation_request where id = $1", request["id"])
    assert row["status"] == ("EXPIRED" if switched_on else "WAITING")


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
