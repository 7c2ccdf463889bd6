"""Chromium from an npm package: unpacked once, it runs on any machine without system libraries."""

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.async_api import Browser, Playwright

from tests.clients.node import alone_in, install, node_and_npm

FOLDER = Path(__file__).parent
OLDEST_NODE = 22
FLAGS = (
    "--no-sandbox",  # the tests also run as root and in containers; the browser sees nothing but this server
    "--no-zygote",
    "--disable-gpu",
    "--font-render-hinting=none",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  {dirs}<cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family><family>DejaVu Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Chromium:
    """An unpacked browser: its program and the environment that it needs."""

    program: str
    environment: dict[str, str]


@cache
def chromium() -> Chromium:
    """Install and unpack the browser, unless it is there already. Exits with npm's error message."""
    install(FOLDER, OLDEST_NODE)
    with alone_in(FOLDER):
        return _unpacked(FOLDER / "node_modules" / ".chromium")


def _unpacked(home: Path) -> Chromium:
    done = home / "done"
    if not done.exists():
        home.mkdir(exist_ok=True)
        node, _ = node_and_npm(OLDEST_NODE)
        run = subprocess.run(
            [node, "unpack.mjs"],
            cwd=FOLDER,
            env={**os.environ, "TMPDIR": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        fonts = home / "fonts", FOLDER / "node_modules" / "dejavu-fonts-ttf" / "ttf"
        dirs = "".join(f"<dir>{folder}</dir>" for folder in fonts)
        (home / "fonts.conf").write_text(FONTS.format(dirs=dirs, cache=home / "fonts-cache"))
        done.write_text(run.stdout.strip())
    environment = {
        **os.environ,
        "LD_LIBRARY_PATH": str(home / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
    }
    return Chromium(done.read_text(), environment)


async def start(playwright: Playwright) -> Browser:
    """Start the browser. The caller closes it."""
    browser = chromium()
    return await playwright.chromium.launch(
        executable_path=browser.program, args=list(FLAGS), env=dict(browser.environment.items())
    )


def axe() -> str:
    """The source of axe-core."""
    install(FOLDER, OLDEST_NODE)
    return (FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text()
