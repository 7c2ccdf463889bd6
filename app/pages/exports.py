"""GET /exports/{id}.csv: the file of an export, for the bearer token of the person who has started it."""

from collections.abc import AsyncIterator

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from app.application import Application
from app.pages.caller import caller
from app.pages.headers import NO_STORE
from domain.words import ExportState
from models import Export
from services.exports import jobs

FIELDS = frozenset({"export", "exports", "startExport"})
"""The root fields that show exports: a token that is for none of them reads no file."""


def export_routes(application: Application) -> list[Route]:
    """The page of the file. It is read piece by piece, and says its length: what is cut off is seen to be."""

    async def file(request: Request) -> Response:
        export = await _ready(application, request)
        pieces = await jobs.pieces(export)
        name = f"{export.list.lower().replace('_', '-')}-{export.created_at:%Y-%m-%d}.csv"
        headers = NO_STORE | {
            "content-disposition": f"attachment; filename={name}",
            "content-length": str(sum(pieces.values())),
        }
        return StreamingResponse(_contents(export, [*pieces]), media_type="text/csv", headers=headers)

    return [Route("/exports/{id}.csv", file)]


async def _contents(export: Export, positions: list[int]) -> AsyncIterator[bytes]:
    for position in positions:
        yield await jobs.content(export, position)


async def _ready(application: Application, request: Request) -> Export:
    """The export that is asked for. Raises HTTPException if it is not the caller's, or there is no file."""
    actor = await caller(application, request, FIELDS)
    id = request.path_params["id"]
    found = [] if "\0" in id else await jobs.find(actor, id)
    if not found or found[0].state is not ExportState.READY:
        raise HTTPException(404, "There is no such file, it is not ready, or it is another person's.")
    return found[0]
