"""What the engine shows the rest of the house."""

import subprocess
import sys

import pytest

import engine


@pytest.mark.parametrize("name", engine.__all__)
def test_each_public_name_is_there(name: str) -> None:
    assert getattr(engine, name) is not None


def test_another_name_is_not_there() -> None:
    assert not hasattr(engine, "Order")


def test_an_error_is_imported_without_strawberry_and_without_a_server() -> None:
    heavy = {"strawberry", "starlette", "uvicorn"}
    program = f"import sys; from engine import BadInput; print(*{heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == ""
