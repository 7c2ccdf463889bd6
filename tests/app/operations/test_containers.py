"""The container and the compose file, looked at without an engine that could run them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.commands.settings_help import described

ROOT = Path(__file__).parents[3]
SETTINGS = {variable for variable, _, _ in described()}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return read


def test_the_containerfile_passes_its_linter() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [linter, "--failure-threshold", "info", "Containerfile"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_container_runs_without_privileges_and_all_copied_files_exist() -> None:
    lines = (ROOT / "Containerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["10001"]
    for line in lines:
        if line.startswith("COPY ") and "--from=" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source


def test_no_secret_of_this_directory_goes_into_an_image() -> None:
    """Docker reads this file and no other; podman and buildah read it too."""
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".retour", ".venv", "**/node_modules"} <= set(left_out)
    assert not (ROOT / ".containerignore").exists(), "podman would read that one instead"


def test_every_variable_of_the_compose_file_is_a_setting(compose: dict[str, Any]) -> None:
    for name in ("server", "worker"):
        assert set(compose["services"][name]["environment"]) <= SETTINGS
    text = (ROOT / "Containerfile").read_text()
    assert {"RETOUR_ENV", "HOST", "PORT"} <= SETTINGS
    assert "RETOUR_ENV=production" in text


def test_services_depend_on_services_and_use_declared_volumes(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        assert "image" in service or (ROOT / service["build"]["dockerfile"]).exists()
        assert set(service.get("depends_on", {})) <= set(services)
        for name, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in services[name]
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in compose["volumes"]


def test_no_secret_has_a_default_and_nothing_listens_to_the_world(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or name in ("SECRET", "DATABASE_URL"):
                assert ":?" in value, name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
