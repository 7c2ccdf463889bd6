"""The README's tour, typed in word for word against a real server; the answers it shows must be those it gets."""

import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from app.commands.columns_help import columns_page
from app.commands.settings_help import described, table
from app.commands.variables_help import variables_page

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
FENCES = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
TYPED_AT, ANSWERS_AT = "http://127.0.0.1:8000", "ANSWER"


@pytest.fixture
def server(database_url: str) -> Iterator[tuple[str, dict[str, str]]]:
    """A server with the demo, on a free port; yields its address and the environment it runs in."""
    home = tempfile.mkdtemp(prefix="retour-")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    ours = {variable for variable, _, _ in described()}
    world = {name: value for name, value in os.environ.items() if name not in ours}
    world |= {"RETOUR_HOME": home, "DATABASE_URL": database_url, "PORT": str(port), "AUTO_CONFIRM_AFTER": "0.5"}
    subprocess.run([sys.executable, "server.py", "demo"], cwd=ROOT, env=world, check=True, timeout=60)
    with subprocess.Popen([sys.executable, "server.py"], cwd=ROOT, env=world, stdout=subprocess.DEVNULL) as process:
        try:
            _await(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}", world
        finally:
            process.terminate()
    shutil.rmtree(home)


def _await(address: str) -> None:
    timeout = time.monotonic() + 60
    while True:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > timeout:
                raise
            time.sleep(0.1)


def tour() -> Iterator[tuple[str, str, str]]:
    """Each block to type, with the kind and text of the answer shown under it, both empty where none is."""
    shown = [*FENCES, ("", "")]
    for (kind, text), (next_kind, next_text) in itertools.pairwise(shown):
        if kind == "sh":
            yield (text, next_kind, next_text) if next_kind in ("json", "text") else (text, "", "")


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="the tour is typed into bash and curl")
def test_the_tour_works_word_for_word(server: tuple[str, dict[str, str]]) -> None:
    address, world = server
    steps = list(tour())
    assert len(steps) >= 10
    assert sum(bool(kind) for _, kind, _ in steps) >= 8
    typed = "".join(f"{text}\nprintf '\\n{ANSWERS_AT}\\n'\n" for text, _, _ in steps)
    typed = typed.replace(TYPED_AT, address).replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["bash", "-c", typed], cwd=ROOT, env=world, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.stderr == ""
    answers = done.stdout.split(f"\n{ANSWERS_AT}\n")
    for (text, kind, expected), answer in zip(steps, answers, strict=False):
        assert '"errors"' not in answer, text
        if kind == "text":
            assert answer.strip() == expected.strip(), text
        elif kind == "json":
            got = json.loads(answer)
            assert {"data": got["data"]} == json.loads(expected), text


def test_what_the_pages_point_at_is_there() -> None:
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        links = re.findall(r"\]\((?!\w+://)([^)#]*)#?([^)]*)\)", page.read_text())
        missing = [
            f"{path}#{anchor}"
            for path, anchor in links
            if not (target := page.parent / path if path else page).exists()
            or (anchor and anchor not in _anchors(target.read_text()))
        ]
        assert missing == [], page


def _anchors(page: str) -> set[str]:
    """The anchors that a forge gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_page_of_settings_is_fresh() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == table(), "Run: python server.py docs"
    assert (ROOT / "docs" / "message-variables.md").read_text() == variables_page(), "Run: python server.py docs"
    assert (ROOT / "docs" / "export-columns.md").read_text() == columns_page(), "Run: python server.py docs"


def test_the_readme_names_commands_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert [name for name in re.findall(r"\bmake (\w+)", README) if f"\n{name}:" not in makefile] == []
    usage = subprocess.run(
        [sys.executable, "server.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [name for name in re.findall(r"server\.py (\w+)", README) if f"  {name} " not in usage] == []


def test_the_layout_is_as_the_page_says() -> None:
    page = (ROOT / "docs" / "house.md").read_text()
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not listing:
        pytest.skip("not a git checkout")
    top = {name.split("/")[0] for name in listing.splitlines() if re.match(r"[\w.]+(/|\.py$)", name)}
    assert {name for name in top if f"{name}/" not in page and name not in page} == set()
    package = ""
    for line in re.findall(r"^( *)(\S+(?: \S+\.py)*)  ", page, re.MULTILINE):
        indent, names = line
        package = names if not indent and names.endswith("/") else package
        for name in names.split():
            if name.endswith((".py", "/")):
                assert (ROOT / (f"{package}{name}" if indent else name)).exists(), name
