"""Compilers that other people wrote, on the printed schema: graphql-codegen under `tsc --strict`, and Relay's."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clients.node import install, node_and_npm

FOLDER = Path(__file__).parent / "compilers"
SCHEMA = Path(__file__).parents[2] / "schema" / "schema.graphql"
STRICT = ("--strict", "--noEmit", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--target", "es2022")
MODULES = ("--module", "nodenext", "--moduleResolution", "nodenext")


async def node(script: Path, *arguments: str, cwd: Path) -> tuple[int, str]:
    """Run a script of Node's; its exit code and all that it writes."""
    program, _ = node_and_npm()
    process = await asyncio.create_subprocess_exec(
        program, str(script), *arguments, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(90):
        out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Path]:
    """A folder with what has been installed, to compile in."""
    await asyncio.to_thread(install, FOLDER)
    (tmp_path / "node_modules").symlink_to(FOLDER / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    yield tmp_path
    (tmp_path / "node_modules").unlink()


async def test_generated_types_hold_under_strict_typescript(place: Path) -> None:
    code, received = await node(FOLDER / "codegen.mjs", str(SCHEMA), str(place / "types.ts"), cwd=place)
    assert code == 0, received
    shutil.copy(FOLDER / "use.ts", place)
    tsc = FOLDER / "node_modules" / "typescript" / "bin" / "tsc"
    code, received = await node(tsc, *STRICT, *MODULES, "use.ts", cwd=place)
    assert code == 0, received
    wrong = (place / "use.ts").read_text().replace("node.number", "node.nummer")
    (place / "use.ts").write_text(wrong)
    code, received = await node(tsc, *STRICT, *MODULES, "use.ts", cwd=place)
    assert "nummer" in received, "the compiler takes anything: this test proves nothing"


async def test_relays_compiler_takes_the_schema(place: Path) -> None:
    shutil.copytree(FOLDER / "relay", place / "src")
    settings = {"src": "src", "schema": "schema.graphql", "language": "typescript", "eagerEsModules": True}
    (place / "relay.config.json").write_text(json.dumps(settings))
    shutil.copy(SCHEMA, place / "schema.graphql")
    compiler = FOLDER / "node_modules" / "relay-compiler" / "cli.js"
    code, received = await node(compiler, "relay.config.json", cwd=place)
    assert code == 0, received
    made = {path.name.removesuffix(".graphql.ts") for path in (place / "src" / "__generated__").iterdir()}
    assert {"OrdersListPaginationQuery", "OrdersOrderRefetchQuery", "OrdersFollowSubscription"} <= made
