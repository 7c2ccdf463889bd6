"""The page that a message names for those who want no more of its kind: one click for mail programs (RFC 8058).

A GET changes nothing: programs that look for evil follow every link of a message.
"""

from html import escape
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from tortoise.connection import get_connection

from app.pages.headers import NO_STORE, page_headers
from models import Message
from services.commands import Commands
from settings import Settings


class _Texts(NamedTuple):
    title: str
    question: str
    button: str
    done: str


_ENGLISH = _Texts(
    "Messages by mail",
    "No more messages such as “{0}” to {1}?",
    "Send no more",
    "Messages such as “{0}” are no longer sent to {1}.",
)
_GERMAN = _Texts(
    "Nachrichten per E-Mail",
    "Keine Nachrichten wie „{0}“ mehr an {1}?",
    "Abbestellen",
    "Nachrichten wie „{0}“ werden nicht mehr an {1} gesendet.",
)
_PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem }}</style>
<h1>{title}</h1><p>{text}</p>{form}</html>"""
_FORM = '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>{0}</button></form>'
_HEADERS = NO_STORE | page_headers("style-src 'unsafe-inline'", "form-action 'self'")


def unsubscribe_routes(settings: Settings, commands: Commands) -> list[Route]:
    """GET and POST /unsubscribe/{token}; none without PUBLIC_URL, for then no message names them."""
    if settings.public_url is None:
        return []
    from services.messages.preferences import message_of, stop

    async def unsubscribe(request: Request) -> Response:
        message = await message_of(request.path_params["token"])
        if message is None:
            raise HTTPException(404, "This link is of no message: take it from the message as it is.")
        posted = request.method == "POST"
        if posted:
            await stop(get_connection("default"), message, commands.clock())
        return HTMLResponse(_page(message, done=posted), headers=_HEADERS)

    return [Route("/unsubscribe/{token}", unsubscribe, methods=["GET", "POST"])]


def _page(message: Message, *, done: bool) -> str:
    lang = "de" if message.locale.partition("-")[0] == "de" else "en"
    texts = _GERMAN if lang == "de" else _ENGLISH
    said = (texts.done if done else texts.question).format(message.subject, message.address)
    form = "" if done else _FORM.format(texts.button)
    return _PAGE.format(lang=lang, title=texts.title, text=escape(said), form=form)
