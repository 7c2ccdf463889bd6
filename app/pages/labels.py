"""The files of labels, for everybody who sees them in the API: a slip is drawn, any other is at its carrier."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.application import Application
from app.pages.caller import caller
from app.pages.headers import NO_STORE
from domain.words import LabelStatus
from models import ReturnLabel
from services.labels import find_label, order_of

FIELDS = frozenset({"returnShipment", "returnShipments"})
"""The root fields that show labels: a token that is for none of them reads no label."""


def label_routes(application: Application) -> list[Route]:
    """GET /labels/{id}.pdf, and a slip's QR code alone as .svg, with a bearer token.

    They are there without a carrier, too: labels of before are still to be printed.
    """

    async def label_file(request: Request) -> Response:
        label = await _issued(application, request)
        if label.label_url:
            return RedirectResponse(label.label_url, headers=NO_STORE)
        from gateways.carriers.slip import draw  # it brings reportlab, which takes a while to import

        pdf = await asyncio.to_thread(draw, await order_of(label.id, grams=application.settings.label_grams))
        name = {"content-disposition": f'inline; filename="{label.id}.pdf"'}
        return Response(pdf, media_type="application/pdf", headers=NO_STORE | name)

    async def label_code(request: Request) -> Response:
        label = await _issued(application, request)
        if label.label_url:
            raise HTTPException(404, "This label is its carrier's: its code is in the file.")
        from gateways.carriers.slip import draw_code  # as above

        drawing = await asyncio.to_thread(draw_code, label.id)
        return Response(drawing, media_type="image/svg+xml", headers=NO_STORE)

    return [Route("/labels/{id}.pdf", label_file), Route("/labels/{id}.svg", label_code)]


async def _issued(application: Application, request: Request) -> ReturnLabel:
    """The label that is asked for. Raises HTTPException if the caller may not see it, or nothing can be printed yet."""
    label = await _visible(application, request)
    if label.status is not LabelStatus.ISSUED:
        raise HTTPException(404, "This label is not issued: there is nothing to print.")
    return label


async def _visible(application: Application, request: Request) -> ReturnLabel:
    """The label that is asked for. Raises HTTPException if the caller may not see it."""
    actor = await caller(application, request, FIELDS)
    id = request.path_params["id"]
    label = None if "\0" in id else await find_label(actor, id)
    if label is None:
        raise HTTPException(404, "There is no such label, or you may not see it.")
    return label
