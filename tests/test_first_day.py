"""The scripts that make calls on a first day: they protect what runs, and say what is wrong."""

import os
import re
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


def make(*arguments: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Run make as if no other make had started the tests."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=cwd, env=alone, capture_output=True, text=True, check=False)


def test_clean_asks_before_it_removes() -> None:
    first, second = make("--dry-run", "clean").stdout.splitlines()
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


def test_run_asks_for_the_port_before_it_installs_anything() -> None:
    first = make("--dry-run", "--always-make", "run").stdout.splitlines()[0]
    assert first.endswith(".ci/port.py")


LISTS = {  # what pip-licenses prints for the path of a Python
    "which has packages": ('case "$4" in *" "*) exit 3;; *) echo Name; echo retour;; esac', 0),
    "which has none": ("echo Name", 1),
    "which cannot be looked at": ("exit 3", 3),
}


@pytest.mark.parametrize("what", LISTS)
def test_licenses_are_a_table_or_a_failure_also_in_a_path_with_spaces(tmp_path: Path, what: str) -> None:
    lists, code = LISTS[what]
    home = tmp_path / "a b"
    for name in ("Makefile", *(path.name for path in ROOT.glob("requirements*.txt"))):
        home.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, home)
    for program in (".venv/bin/python", ".venv-audit/bin/python", ".venv-audit/bin/pip-audit"):
        (home / program).parent.mkdir(parents=True, exist_ok=True)
        (home / program).write_text(f"#!/bin/sh\n{lists}\n")
        (home / program).chmod(0o755)
    stamp = make("--dry-run", "--always-make", "licenses", cwd=home).stdout.partition("touch ")[2].split()[0]
    (home / stamp).touch()
    asked = make("licenses", cwd=home)
    assert (asked.returncode != 0) is (code != 0)
    assert asked.stdout == ("" if code else "Name\nretour\n")
    assert asked.stderr or not code


def stage(command: str) -> "subprocess.CompletedProcess[str]":
    asked: list[str | Path] = [CI / "stage", "Installing", "sh", "-c", command]
    return subprocess.run(asked, capture_output=True, text=True, check=False)


def test_a_stage_is_one_line_with_its_time_and_ends_as_its_command_does() -> None:
    done = stage("exit 0")
    assert re.fullmatch(r"Installing … \d+ s\n", done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    failed = stage("echo why >&2; exit 7")
    assert re.fullmatch(r"Installing … failed after \d+ s\n", failed.stdout)
    assert (failed.returncode, failed.stderr) == (7, "why\n")
