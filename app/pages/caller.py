"""Who reads a page that is a file: its bearer token says so, as it does in the API."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.application import Application
from domain.facts import Actor
from engine import Unauthenticated


async def caller(application: Application, request: Request, fields: frozenset[str] = frozenset()) -> Actor:
    """The caller, whose token is for all root fields, or for one of `fields`: those that show the file.

    Raises HTTPException.
    """
    try:
        identity = await application.identify(request.headers.get("authorization"))
    except Unauthenticated as refused:
        raise HTTPException(401, refused.message) from None
    if identity.only is not None and not identity.only & fields:
        raise HTTPException(403, "This token is for other fields than those that show this file.")
    return identity.actor
