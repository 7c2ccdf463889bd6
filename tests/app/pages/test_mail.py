"""The mail of the demo: a folder of files, and a page for this machine that shows them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from app.pages.mail import mail_routes
from gateways.mail.folder import FolderMailer
from gateways.mail.port import Mail
from settings import Settings

SECRET = "a secret of the tests that is long enough"
MAIL = Mail(
    "message_01h455vb4pex5vsknk084sn02q",
    "Retour <retour@retour.example>",
    "Ada <script>",
    "ada@example.org",
    "Your return <b>",
    "Hello\n",
    "<p>Hello <script>alert(1)</script></p>\n",
    datetime(2026, 3, 2, tzinfo=UTC),
)


async def test_what_would_be_sent_is_a_file_and_a_page_that_runs_nothing(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "mail")
    await mailer.send(MAIL)
    await mailer.send(MAIL)
    assert [path.name for path in (tmp_path / "mail").iterdir()] == [f"{MAIL.id}.eml"]
    app = Starlette(routes=mail_routes(Settings(home=tmp_path, smtp_url="folder"), SECRET))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        page = await browser.get("/demo/mail")
        assert page.status_code == 200
        assert "Your return &lt;b&gt;" in page.text
        assert "<script>" not in page.text
        shown = await browser.get(f"/demo/mail/{MAIL.id}")
        assert shown.text.strip() == MAIL.html.strip()
        assert "sandbox" in shown.headers["content-security-policy"]
        assert "script-src" not in shown.headers["content-security-policy"]
        for name in ("message_0", "..%2F..%2Fsecret", f"{MAIL.id}%00", "message_" + "0" * 26):
            assert (await browser.get(f"/demo/mail/{name}")).status_code == 404
        for path in ("/demo/mail", f"/demo/mail/{MAIL.id}"):
            elsewhere = await browser.get(path, headers={"host": "retour.example"})
            assert elsewhere.status_code == 403


@pytest.mark.parametrize("settings", [{"smtp_url": None}, {"smtp_url": "folder", "demo": False}])
def test_without_the_demos_folder_there_is_no_page(settings: dict[str, Any]) -> None:
    assert mail_routes(Settings(**settings), SECRET) == []
