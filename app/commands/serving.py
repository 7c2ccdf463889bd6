"""Commands that run until they are stopped: the server, one of its processes, the worker."""

import asyncio
import gc
import os
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.common import database_url_of, prepared, secret_of, with_database
from app.commands.tokens import token_for
from settings import Settings

if TYPE_CHECKING:  # each command imports only what it needs: `token` does not load the web server
    from services.people import Seats

SERVER = Path(__file__).parents[2] / "server.py"


def serve() -> None:
    """Serve GraphQL on HOST:PORT until it is stopped.

    It starts the embedded database if DATABASE_URL is not set, and migrates the database first.
    """
    gc.disable()  # until the server runs (app.routes): imports leave no garbage, and collecting takes long
    from app import processes
    from app.application import Application
    from app.routes import GARBAGE
    from app.workers import now
    from observe import logs

    settings = Settings.read(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    processes.ask_for_port(settings)
    secret = secret_of(settings)
    url = database_url_of(settings)
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()  # a first start migrates and makes the demo: uncollected, that takes 700 MB
    asyncio.run(prepared(settings, url))
    seated = asyncio.run(with_database(url, lambda: welcome(settings))) if secret and settings.demo else None
    gc.disable()

    def welcomed(port: int) -> None:
        greet(replace(settings, port=port), secret, seated)

    if settings.workers == 1:
        return processes.run_alone(Application(settings, url, secret, clock=now), welcomed)
    gc.enable()
    with processes.listen(settings) as listener:
        command = [sys.executable, str(SERVER), "process"]
        supervisor = processes.Supervisor(command, settings.workers, listener)
        return asyncio.run(supervisor.run(lambda: welcomed(listener.getsockname()[1])))


def process(listener: int, parent: int) -> None:
    """Serve as one of several processes, on an inherited socket and with a socket to the parent."""
    gc.disable()  # as above
    from app import processes
    from app.application import Application
    from app.workers import now
    from observe import logs

    settings = Settings.read(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    application = Application(settings, database_url_of(settings), secret_of(settings), clock=now)
    processes.run_as_one_of_many(application, listener, parent)


def worker() -> None:
    """Run a worker for due confirmations, refunds, webhooks and mail.

    Any number of workers and servers may run at the same time.
    """
    from app.workers import work
    from observe import logs

    settings = Settings.read(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    secret = secret_of(settings)
    url = database_url_of(settings)
    asyncio.run(prepared(settings, url))
    with suppress(KeyboardInterrupt):
        asyncio.run(work(settings, url, secret))


async def welcome(settings: Settings) -> "Seats":
    """The people whom tokens are printed for; an empty embedded database is filled with the demo first."""
    from services.demo import make_demo
    from services.people import seats

    if settings.database_url is None and settings.demo:
        await make_demo(datetime.now(UTC))
    return await seats()


def greet(settings: Settings, secret: str | None, seated: "Seats | None") -> None:
    """Print the server's addresses, and with the demo a token for each role."""
    from app.pages import assets
    from domain.facts import Actor
    from domain.words import Role

    address = f"http://{settings.host}:{settings.port}"
    typer.echo(f"Retour listens on {address}")
    missing = "" if (assets.DIST / "index.html").exists() else "  (has not been built: make web)"
    typer.echo(f"  console   {address}/{missing}\n  GraphQL   {address}/graphql")
    if settings.graphiql:
        typer.echo(f"  GraphiQL  {address}/graphiql{missing}")
    if seated and settings.smtp_url == "folder":
        typer.echo(f"  mail      {address}/demo/mail")
    if secret and seated:
        actors = [Actor(Role.OWNER, "owner")]
        if seated.seller and seated.handle:
            actors.insert(0, Actor(Role.SELLER, seated.handle, seated.seller))
        if seated.customer:
            actors.insert(0, Actor(Role.CUSTOMER, seated.customer))
        typer.echo("Tokens, valid for a week:")
        for actor in actors:
            name = f"{actor.role.lower()} {actor.id}" if actor.role is not Role.OWNER else "owner"
            typer.echo(f"  {name}\n  {token_for(settings, secret, actor, 7 * 86400)}")
    sys.stdout.flush()  # so that a log file or a pipe has it now
