"""Commands that run for as long as they are let: the server, one of its processes, the worker."""

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

if TYPE_CHECKING:  # each command imports what it needs: `token` does not wait for the web server
    from services.people import Seats

SERVER = Path(__file__).parents[2] / "server.py"


def serve() -> None:
    """Serve GraphQL on HOST:PORT until told to stop; starts and migrates the database first."""
    gc.disable()  # until a server is there (app.serving): of what is loaded nothing goes, and looking takes long
    from app import processes
    from app.application import Application
    from app.workers import now
    from observe import logs

    settings = Settings.read(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    secret = secret_of(settings)
    url = database_url_of(settings)
    asyncio.run(prepared(url))
    seated = asyncio.run(with_database(url, lambda: welcome(settings))) if secret and not settings.production else None

    def welcomed(port: int) -> None:
        greet(replace(settings, port=port), secret, seated)

    if settings.workers == 1:
        return processes.run_alone(Application(settings, url, secret, clock=now), welcomed)
    gc.enable()
    with processes.listen(settings) as listener:
        command = [sys.executable, str(SERVER), "process"]
        fleet = processes.Fleet(command, settings.workers, listener)
        return asyncio.run(fleet.run(lambda: welcomed(listener.getsockname()[1])))


def process(listener: int, line: int) -> None:
    """Serve as one of several processes: on an inherited socket, with a line to the parent."""
    gc.disable()  # as above
    from app import processes
    from app.application import Application
    from app.workers import now
    from observe import logs

    settings = Settings.read(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    one = Application(settings, database_url_of(settings), secret_of(settings), clock=now)
    processes.run_as_one_of_many(one, listener, line)


def worker() -> None:
    """Work off what is due, apart from a server: confirmations and refunds. Any number may run at once."""
    from app.workers import work
    from observe import logs

    settings = Settings.read(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    url = database_url_of(settings)
    asyncio.run(prepared(url))
    with suppress(KeyboardInterrupt):
        asyncio.run(work(settings, url))


async def welcome(settings: Settings) -> "Seats":
    """Who is there; an embedded database in which nobody is gets the demo first."""
    from services.demo import make_demo
    from services.people import seats

    if settings.database_url is None and settings.demo:
        await make_demo(datetime.now(UTC))
    return await seats()


def greet(settings: Settings, secret: str | None, seated: "Seats | None") -> None:
    """Says where the server listens, and in development hands out a token for each seat that is taken."""
    from domain.facts import Actor
    from domain.words import Role

    address = f"http://{settings.host}:{settings.port}"
    typer.echo(f"Retour listens on {address}")
    typer.echo(f"  console   {address}/\n  GraphQL   {address}/graphql")
    if settings.graphiql:
        typer.echo(f"  GraphiQL  {address}/graphiql")
    if secret and seated:
        actors = [Actor(Role.OWNER, "owner")]
        if seated.seller and seated.handle:
            actors.insert(0, Actor(Role.SELLER, seated.handle, seated.seller))
        if seated.customer:
            actors.insert(0, Actor(Role.CUSTOMER, seated.customer))
        typer.echo("Tokens, good for a week:")
        for actor in actors:
            who = f"{actor.role.lower()} {actor.id}" if actor.role is not Role.OWNER else "owner"
            typer.echo(f"  {who}\n  {token_for(settings, secret, actor, 7 * 86400)}")
    sys.stdout.flush()  # a log file or a pipe shall see it now
