"""The built files of the web pages, compressed and cached by browsers."""

from collections.abc import Mapping
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.pages.headers import NO_SNIFFING

DIST = Path(__file__).parents[2] / "web" / "dist"
_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
"""Names of built files carry a hash of their content, so they never change."""


def mount(path: str, directory: Path, headers: Mapping[str, str] | None = None) -> Mount:
    """The files of a directory under a path, each answered with `headers` as well."""
    return Mount(path, GZipMiddleware(Assets(directory, headers or {}), compresslevel=6))


class Assets(StaticFiles):
    """Built files. A directory that has not been built is not an error: its files are not found."""

    def __init__(self, directory: Path, headers: Mapping[str, str]) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._headers = {**_FOR_EVER, **NO_SNIFFING, **headers}

    async def check_config(self) -> None:
        """Accept a missing directory."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(self._headers)
        return response
