"""The built files of the web pages, cached by browsers, and sent compressed as web/compress.mjs has written them."""

from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.pages.headers import NO_SNIFFING
from engine import encodings

DIST = Path(__file__).parents[2] / "web" / "dist"
_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
"""Names of built files carry a hash of their content, so they never change."""
_SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""The smaller one first: of codings that a browser likes equally it is sent."""


def mount(path: str, directory: Path, headers: Mapping[str, str] | None = None) -> Mount:
    """The files of a directory under a path, each answered with `headers` as well."""
    return Mount(path, Assets(directory, headers or {}))


class Assets(StaticFiles):
    """Built files. A directory that has not been built is not an error: its files are not found."""

    def __init__(self, directory: Path, headers: Mapping[str, str]) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._headers = {**_FOR_EVER, **NO_SNIFFING, **headers}

    async def check_config(self) -> None:
        """Accept a missing directory."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await self._compressed(path, scope) or await super().get_response(path, scope)
        response.headers.update(self._headers)
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response | None:
        """The file as the browser likes it best; None if it likes it plain, or it is not there in another way."""
        for coding in encodings(Headers(scope=scope).get("accept-encoding", ""), tuple(_SUFFIXES)):
            try:
                response = await super().get_response(path + _SUFFIXES[coding], scope)
            except HTTPException as error:
                if error.status_code != 404:
                    raise
            else:
                response.headers["content-encoding"] = coding
                return response
        return None
