"""A copy of the console with one file more: a language that says everything in English, in brackets."""

import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from shutil import copytree, ignore_patterns

from playwright.async_api import Page, Route

WEB = Path(__file__).parents[2] / "web"
_FRENCH = """
import { en } from '../en';
import { enOwner } from '../enOwner';
import { english } from '../english';
import type { Key, Text, Translation } from '../translation';

const bracketed = (text: Text): Text =>
  typeof text === 'string' ? `[${text}]` : (vars) => `[${text(vars)}]`;
const texts = Object.entries({ ...en, ...enOwner }).map(([key, text]) => [key, bracketed(text)]);
const french: Translation = { ...english, texts: Object.fromEntries(texts) as Record<Key, Text> };

export default french;
"""


def build_with_french(folder: Path) -> Path:
    """Build the console with a file for French, and return where it is."""
    copy = copytree(WEB, folder / "web", ignore=ignore_patterns("node_modules", "dist", "graphiql"))
    (copy / "node_modules").symlink_to(WEB / "node_modules")
    (copy / "src" / "i18n" / "languages" / "fr.ts").write_text(_FRENCH)
    subprocess.run(["node_modules/.bin/vite", "build", "--logLevel", "error"], cwd=copy, check=True)
    return copy / "dist"


def answer_from(dist: Path) -> Callable[[Route], Awaitable[None]]:
    """Answers with the page and the files of this console."""

    async def answer(route: Route) -> None:
        _, _, name = route.request.url.rpartition("/assets/")
        file = dist / "assets" / name if "/assets/" in route.request.url else dist / "index.html"
        await route.fulfill(path=file)

    return answer


async def serve_from(dist: Path, page: Page) -> None:
    """Let a page load this console; what else it asks for, the server answers."""
    await page.route("**/assets/*", answer_from(dist))
    await page.route("**/", answer_from(dist))
