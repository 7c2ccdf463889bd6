"""Lists for exports: read by the engine, as a request of the person who has started the export would."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.facts import Actor
from domain.returns import Json
from engine import RequestErrors
from services.exports.worker import ListPage, NotReadable

if TYPE_CHECKING:  # it runs the worker, which reads by this module
    from app.application import Application

_FINAL = frozenset({"FORBIDDEN", "BAD_INPUT", "TOO_COMPLEX"})
"""Codes of errors that a further try would meet again."""


class ListReader:
    """Reads pages of lists with the engine of an application, which is asked for with the first page."""

    def __init__(self, application: "Callable[[], Application]") -> None:
        self._application = application

    async def __call__(self, by: Actor, query: str, variables: Mapping[str, Json]) -> ListPage:
        """A page, as the person sees it now. Raises NotReadable, and RuntimeError for what may go better later."""
        application = self._application()
        nobody = await application.context({}, None)
        context = replace(nobody, viewer=by, anonymous=False, caller=None)
        try:
            document = application.engine.documents.derived(query)
        except RequestErrors as refusal:  # the limits of this server are narrower than the document
            raise NotReadable(str(refusal)) from None
        answer = await application.engine.execute(document, None, variables, context)
        for error in answer.get("errors", ()):
            raise (NotReadable if error["extensions"]["code"] in _FINAL else RuntimeError)(error["message"])
        found = answer["data"]["list"]
        more = found["pageInfo"]["hasNextPage"]
        return ListPage(found["nodes"], found["pageInfo"]["endCursor"] if more else None, found.get("totalCount"))
