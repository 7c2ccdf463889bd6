"""The scripts that make calls on a first day: they protect what runs, and say what is wrong."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CI = ROOT / ".ci"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A directory as `.venv`, in a path with spaces, with one program in it."""
    directory = tmp_path / "a b" / "venv"
    directory.mkdir(parents=True)
    shutil.copy2(shutil.which("sleep") or "", directory / "napping")
    return directory


@pytest.fixture
def napping(installed: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that runs the program of the directory."""
    with subprocess.Popen([installed / "napping", "60"]) as process:
        yield process
        process.kill()


def in_use(*directories: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([CI / "in-use", *directories], cwd=cwd, capture_output=True, text=True, check=False)


def test_what_a_program_runs_from_is_not_removed(installed: Path, napping: "subprocess.Popen[bytes]") -> None:
    asked = in_use("other", "venv", cwd=installed.parent)
    assert asked.returncode == 1
    assert "from venv. Stop them first" in asked.stderr
    assert f"{napping.pid} " in asked.stderr
    napping.kill()
    napping.wait()
    assert in_use("other", "venv", cwd=installed.parent).returncode == 0


def test_a_link_to_what_a_program_runs_from_may_go(installed: Path, napping: "subprocess.Popen[bytes]") -> None:
    (installed.parent / "link").symlink_to(installed)
    asked = in_use("link", cwd=installed.parent)
    assert (asked.returncode, asked.stderr) == (0, "")


def test_another_directory_of_a_similar_name_may_go(installed: Path, napping: "subprocess.Popen[bytes]") -> None:
    (installed.parent / "ven").mkdir()
    assert in_use("ven", cwd=installed.parent).returncode == 0


def test_clean_asks_before_it_removes() -> None:
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    asked = ["make", "--dry-run", "clean"]
    recipe = subprocess.run(asked, cwd=ROOT, env=alone, capture_output=True, text=True, check=True)
    first, second = recipe.stdout.splitlines()
    assert first == ".ci/in-use .venv web/node_modules"
    assert second.startswith("rm -rf .venv web/node_modules ")


def port(**environment: str) -> "subprocess.CompletedProcess[str]":
    world = {**os.environ, **environment}
    return subprocess.run([sys.executable, CI / "port.py"], env=world, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0.0.0.0"])
def test_a_port_that_is_taken_is_said_with_another_one(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        number = str(listener.getsockname()[1])
        asked = port(HOST=host, PORT=number)
    assert asked.returncode == 1
    assert f"Port {number} of {host} is in use" in asked.stderr
    assert "make run PORT=8001" in asked.stderr


@pytest.mark.parametrize("number", ["0", "http", "99999", "-1"])
def test_a_port_that_only_the_server_understands_is_left_to_it(number: str) -> None:
    asked = port(PORT=number)
    assert (asked.returncode, asked.stderr) == (0, "")
