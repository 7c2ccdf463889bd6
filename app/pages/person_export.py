"""GET /people/{id}/export: everything that is about a customer, as a file of JSON, for the owner's bearer token."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from app.application import Application
from app.pages.caller import caller
from app.pages.headers import NO_STORE
from domain.words import Role
from models import Customer
from services.privacy.exporting import export

_CHUNK = 1 << 16


def person_routes(application: Application) -> list[Route]:
    """The page of a person's file. It is written to a file first: a slow client holds no transaction open."""
    writing = asyncio.Lock()

    async def person(request: Request) -> Response:
        id = await _customer(application, request)
        with ExitStack() as stack:
            file = stack.enter_context(TemporaryFile())
            async with writing:  # a person may have many orders: others are to have a connection, too
                await export(id, file)
            kept_open = stack.pop_all()
        headers = NO_STORE | {"content-disposition": f"attachment; filename={id}.json"}
        return StreamingResponse(_chunks(file, kept_open), media_type="application/json", headers=headers)

    return [Route("/people/{id}/export", person)]


async def _customer(application: Application, request: Request) -> str:
    """The customer who is asked for. Raises HTTPException if the caller is not the owner, or there is none."""
    actor = await caller(application, request)
    if actor.role is not Role.OWNER:
        raise HTTPException(403, "This is for the owner only.")
    id: str = request.path_params["id"]
    if "\0" in id or not await Customer.exists(id=id):
        raise HTTPException(404, "There is no such customer.")
    return id


async def _chunks(file: IO[bytes], kept_open: ExitStack) -> AsyncIterator[bytes]:
    with kept_open:
        file.seek(0)
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
