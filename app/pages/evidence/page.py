"""GET /orders/{id}/evidence: what answers a payment dispute, as a PDF, which banks take as evidence."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from werkzeug.utils import secure_filename

from app.application import Application
from app.pages.headers import NO_STORE
from domain.words import Role
from engine import GraphQLFault, RequestErrors

DOCUMENT = (Path(__file__).parent / "evidence.graphql").read_text()
"""The operation that the file is made of. A client that sends it gets the same as data: docs/evidence.md."""
_STATUSES = {"FORBIDDEN": 403, "TIMEOUT": 503, "UNAVAILABLE": 503}


def evidence_routes(application: Application) -> list[Route]:
    """The page of the evidence file, for the owner's bearer token."""
    drawing = asyncio.Lock()

    async def evidence(request: Request) -> Response:
        order = await _order(application, request)
        from app.pages.evidence.file import draw  # it brings reportlab, which takes a while to import

        async with drawing:  # a long file takes a processor for a while: others are to have one, too
            pdf = await asyncio.to_thread(draw, order)
        name = f"evidence-{order['number']}.pdf"
        plain, exact = secure_filename(name), quote(name, safe="")  # the plain one is for programs that read no other
        headers = NO_STORE | {"content-disposition": f"attachment; filename={plain}; filename*=UTF-8''{exact}"}
        return Response(pdf, media_type="application/pdf", headers=headers)

    return [Route("/orders/{id}/evidence", evidence)]


async def _order(application: Application, request: Request) -> Mapping[str, Any]:
    """What the document shows of the order. Raises HTTPException if the caller is not the owner, or there is none."""
    engine = application.engine
    try:
        context = await application.context(request.headers, None)
        context.only(Role.OWNER)
        engine.admit(context)
        document = engine.documents.derived(DOCUMENT)
    except GraphQLFault as fault:
        raise HTTPException(_STATUSES.get(fault.code, fault.http_status), fault.message) from None
    except RequestErrors as refusal:  # the limits of this server are narrower than the document
        raise HTTPException(refusal.http_status, str(refusal)) from None
    id = request.path_params["id"]
    answer = await engine.execute(document, None, {"id": "" if "\0" in id else id}, context)
    for error in answer.get("errors", ()):
        raise HTTPException(_STATUSES.get(error["extensions"]["code"], 500), error["message"])
    order: Mapping[str, Any] | None = answer["data"]["order"]
    if order is None:
        raise HTTPException(404, "There is no such order.")
    return order
