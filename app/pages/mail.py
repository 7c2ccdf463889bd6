"""The mail of the demo as a page: what SMTP_URL=folder has written, for browsers of this machine only."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.message import EmailMessage
from html import escape
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.pages.console import ELSEWHERE, is_of_this_machine, offers_demo
from app.pages.headers import NO_STORE, page_headers
from app.parts import MAIL_FOLDER
from settings import Settings

SHOWN = 100
_NAME = re.compile(r"message_[0-9a-z]{26}")
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Mail of the demo</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ border-bottom: 1px solid #ddd; padding: .4rem .8rem .4rem 0; text-align: left; vertical-align: top }}
</style>
<h1>Mail of the demo</h1>
<p>What Retour would send, the newest first. Do something in the console, and load this page again.</p>
<table><thead><tr><th scope="col">Time</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead>
<tbody>{rows}</tbody></table></html>"""
_ROW = '<tr><td>{at}</td><td>{to}</td><td><a href="/demo/mail/{id}">{subject}</a></td></tr>'


def mail_routes(settings: Settings, secret: str | None) -> list[Route]:
    """GET /demo/mail and /demo/mail/{id}; none without the demo's folder."""
    if settings.smtp_url != "folder" or not offers_demo(settings, secret):
        return []
    folder = settings.home / MAIL_FOLDER

    async def mail(_request: Request) -> Response:
        found = await asyncio.to_thread(_latest, folder)
        rows = "".join(
            _ROW.format(
                id=id, at=escape(str(each["Date"])), to=escape(str(each["To"])), subject=escape(each["Subject"])
            )
            for id, each in found
        )
        return HTMLResponse(_PAGE.format(rows=rows), headers=NO_STORE | page_headers("style-src 'unsafe-inline'"))

    async def one(request: Request) -> Response:
        """The HTML of a message, which may style itself and do nothing else."""
        id = request.path_params["id"]
        found = await asyncio.to_thread(_read, folder, id) if _NAME.fullmatch(id) else None
        part = found.get_body(("html",)) if found is not None else None
        if part is None:
            raise HTTPException(404, "There is no such message.")
        headers = NO_STORE | page_headers("style-src 'unsafe-inline'", "img-src https: data:", "sandbox")
        return HTMLResponse(str(part.get_content()), headers=headers)

    return [Route("/demo/mail", _guarded(mail)), Route("/demo/mail/{id}", _guarded(one))]


def _guarded(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        if not is_of_this_machine(request):
            raise HTTPException(403, ELSEWHERE)
        return await handler(request)

    return guarded


def _latest(folder: Path) -> list[tuple[str, EmailMessage]]:
    """The newest messages: their ids sort by time."""
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)[:SHOWN]
    read = [(name, _read(folder, name)) for name in names]
    return [(name, message) for name, message in read if message is not None]


def _read(folder: Path, id: str) -> EmailMessage | None:
    from email.policy import default  # with the first look: no server but the demo's shows mail

    try:
        return message_from_bytes((folder / f"{id}.eml").read_bytes(), policy=default)
    except FileNotFoundError:
        return None
