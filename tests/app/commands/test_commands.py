"""The command line as an operator meets it: exit codes, sentences on stderr, and what stops with it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import asyncpg
import httpx
import jwt
import pytest
from typer.testing import CliRunner

from app.auth.tokens import Verifier
from app.commands import serving
from app.commands.settings_help import described
from app.pages import assets
from domain.facts import Actor
from server import cli
from settings import Settings
from tests.live import fork_server

ROOT = Path(__file__).parents[3]
SIGNS = {"SECRET": "s" * 32}
OURS = {variable for variable, _, _ in described()}


@pytest.fixture
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="retour-"))
    yield path
    shutil.rmtree(path)


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS} | dict(changes)


def retour(*arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Runs one command to its end."""
    return fork_server.run(arguments, environment(changes))


@pytest.mark.parametrize("command", [(), ("serve",), ("migrate",), ("demo",), ("token",), ("schema",), ("docs",)])
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    done = retour(*command, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_help_names_every_setting_in_its_own_column() -> None:
    shown = retour("serve", "--help").stdout
    assert [variable for variable in OURS if not re.search(rf"^ +{variable}  +\S", shown, re.MULTILINE)] == []


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert retour("--version").stdout == f"retour {project['version']}\n"


async def test_a_token_is_one_that_the_server_accepts(home: Path) -> None:
    done = retour("token", "--role", "customer", "--sub", "bob", RETOUR_HOME=str(home))
    verifier = Verifier(secret=(home / "secret").read_text())
    identity = await verifier.identify(done.stdout.strip())
    assert (identity.actor.role, identity.actor.id, identity.actor.actions) == ("CUSTOMER", "bob", None)


async def test_a_token_may_be_for_root_fields_of_every_kind(home: Path) -> None:
    only = ["createOrder", "orders", "requestUpdates", "webhookDeliveries", "rotateWebhookSecret"]
    done = retour("token", "--role", "owner", *[f"--only={name}" for name in only], RETOUR_HOME=str(home))
    verifier = Verifier(secret=(home / "secret").read_text())
    assert (await verifier.identify(done.stdout.strip())).only == frozenset(only)


async def test_a_token_is_for_a_person_of_the_demo_unless_one_is_named(home: Path, database_url: str) -> None:
    world = {"RETOUR_HOME": str(home), "DATABASE_URL": database_url}
    assert "no seller yet" in retour("token", "--role", "seller", **world).stderr
    assert retour("demo", **world).stdout == "Created 60 orders.\n"
    assert retour("demo", **world).stdout == "Nothing to do: the database has orders.\n"
    verifier = Verifier(secret=(home / "secret").read_text())

    async def actor(*arguments: str) -> Actor:
        return (await verifier.identify(retour("token", *arguments, **world).stdout.strip())).actor

    assert (await actor("--role", "customer")).id == "ada"
    lumen, kumo = await actor("--role", "seller"), await actor("--role", "seller", "--seller", "kumo")
    assert (lumen.id, kumo.id) == ("lumen", "kumo")
    assert lumen.seller_id != kumo.seller_id
    assert await actor("--role", "seller", "--seller", str(kumo.seller_id), "--sub", "kumo") == kumo
    unknown = retour("token", "--role", "seller", "--seller", "nobody", **world)
    assert (unknown.returncode, unknown.stderr) == (1, "retour: There is no seller 'nobody'.\n")


async def test_a_new_marketplace_has_reasons_and_a_policy(postgres_url: str) -> None:
    assert "Applied 0001_initial." in retour("migrate", DATABASE_URL=postgres_url).stdout
    assert retour("migrate", DATABASE_URL=postgres_url).stdout == "Nothing to do.\n"
    connection = await asyncpg.connect(postgres_url)
    assert await connection.fetchval("select count(*) from return_policy where current") == 1
    assert await connection.fetchval("select count(distinct transaction) from cancellation_reason") == 2
    await connection.close()


def test_the_demo_is_not_for_production(home: Path) -> None:
    done = retour("demo", RETOUR_HOME=str(home), RETOUR_ENV="production", SECRET="s" * 32)
    assert (done.returncode, done.stdout) == (1, "")
    assert "not for production" in done.stderr


@pytest.mark.parametrize(
    ("options", "actions"),
    [
        (("--action", "CONFIRM_REQUEST", "--action", "PAUSE_REFUNDS"), ["CONFIRM_REQUEST", "PAUSE_REFUNDS"]),
        (("--read-only",), []),
    ],
)
def test_a_token_may_name_its_actions(home: Path, options: tuple[str, ...], actions: list[str]) -> None:
    ours = dict.fromkeys(OURS) | {"RETOUR_HOME": str(home)}
    done = CliRunner().invoke(cli, ("token", "--role", "owner", *options), env=ours)
    assert jwt.decode(done.stdout.strip(), (home / "secret").read_text(), ["HS256"])["actions"] == actions


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("token", "--role", "owner", "--seller", "s1"), "goes with --role seller"),
        (("token", "--role", "owner", "--ttl", "soon"), "must look like"),
        (("token", "--role", "king"), "--role"),
        (("token",), "--role"),
        (("token", "--role", "owner", "--sub", " "), "must not be empty"),
        (("token", "--role", "owner", "--only", "nonsense"), "'nonsense' is no root field."),
        (("token", "--role", "owner", "--only", "createorder"), "Did you mean createOrder?"),
        (("token", "--role", "owner", "--only", ""), "'' is no root field."),
        (("token", "--role", "owner", "--only", "orders,order"), "is no root field."),
        (("token", "--role", "owner", "--only", "orders", "--only", "Query.orders"), "is no root field."),
        (("token", "--role", "owner", "--only", "__schema"), "is no root field."),
        (("token", "--role", "owner", "--action", "CONFIRM_REQEST"), "Did you mean CONFIRM_REQUEST?"),
        (("token", "--role", "owner", "--action", "REDEEM_ORDER_ACCESS"), "is no action."),
        (("token", "--role", "owner", "--read-only", "--action", "CONFIRM_REQUEST"), "goes without --action."),
        (("reconcile", "--taken", "du_1=28.40"), "needs --record"),
        (("reconcile", "--record", "--taken", "28.40"), "is not as du_1=28.40 is"),
        (("reconcile", "--record", "--taken", "du_1=much"), "is not as du_1=28.40 is"),
        (("fly",), "fly"),
    ],
)
def test_wrong_usage_is_exit_code_2(home: Path, arguments: tuple[str, ...], sentence: str) -> None:
    ours = dict.fromkeys(OURS) | {"RETOUR_HOME": str(home)}
    done = CliRunner().invoke(cli, arguments, env=ours)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "changes", "sentence"),
    [
        (("serve",), {"PORT": "http"}, "retour: PORT must be a whole number."),
        (("serve",), {"RETOUR_ENV": "production"}, "retour: RETOUR_ENV=production needs SECRET or JWKS"),
        (("migrate",), {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"}, "retour: The database cannot be"),
        (("migrate",), {"RETOUR_HOME": "/dev/null/home"}, "retour: The data directory"),
        (("token", "--role", "owner"), {"RETOUR_ENV": "production", "JWKS": "k"}, "retour: Tokens are signed by"),
        (
            ("token", "--role", "owner", "--sub", "a\x07b"),
            SIGNS,
            "retour: The server would refuse this token. The token's `sub`",
        ),
        (
            ("token", "--role", "owner", "--sub", "a" * 201),
            SIGNS,
            "retour: The server would refuse this token. The token's",
        ),
        (
            ("token", "--role", "owner", "--ttl", "9999999d"),
            SIGNS,
            "retour: The server would refuse this token. The token is",
        ),
    ],
)
def test_an_error_for_the_operator_is_one_sentence(
    arguments: tuple[str, ...], changes: dict[str, str], sentence: str
) -> None:
    done = retour(*arguments, **changes)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stderr


def test_production_refuses_the_development_secret(home: Path) -> None:
    retour("token", "--role", "owner", RETOUR_HOME=str(home))
    secret = (home / "secret").read_text()
    done = retour("token", "--role", "owner", RETOUR_HOME=str(home), RETOUR_ENV="production", SECRET=secret)
    assert done.returncode == 1
    assert "development secret" in done.stderr
    assert secret not in done.stderr


@pytest.fixture
def server(home: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A server on its own embedded database, told to listen on a free port; yields it and its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "server.py"],
        cwd=ROOT,
        env=environment({"RETOUR_HOME": str(home), "PORT": str(port)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        yield process, f"http://127.0.0.1:{port}"
        process.kill()


async def test_serve_starts_everything_and_stops_everything(
    server: tuple["subprocess.Popen[str]", str], home: Path
) -> None:
    process, address = server
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said == f"Retour listens on {address}\n"
    async with httpx.AsyncClient(base_url=address) as client:
        assert (await client.get("/healthz")).text == "ok\n"
    assert retour("migrate", RETOUR_HOME=str(home)).stdout == "Nothing to do.\n"
    process.send_signal(signal.SIGTERM)
    said += process.stdout.read()  # to its end: nothing of the server writes any more
    assert process.wait(timeout=20) == 0
    assert len(re.findall(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", said)) == 3
    assert "Traceback" not in said
    with pytest.raises((FileNotFoundError, ConnectionRefusedError)):
        await asyncpg.connect(f"postgresql://postgres@/retour?host={home}/postgres")


@pytest.mark.parametrize("built", [True, False])
def test_the_banner_says_if_the_console_has_not_been_built(
    built: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(assets, "DIST", tmp_path)
    if built:
        (tmp_path / "index.html").write_text("built")
    serving.greet(Settings(), None, None)
    printed = capsys.readouterr().out
    assert "http://127.0.0.1:8000/graphql\n" in printed
    assert printed.count("(has not been built: make web)") == (0 if built else 2)
