"""Commands for the operator of a database with a marketplace in it."""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.commands.common import database_url_of, prepared, seconds, secret_of, with_database
from settings import OperatorError, Settings

CENTURY = timedelta(days=36_500)


def migrate() -> None:
    """Bring the database's tables up to date. Safe to run twice, and by several at once."""
    applied = asyncio.run(prepared(database_url_of(Settings.read(os.environ))))
    typer.echo("\n".join(f"Applied {name}." for name in applied) or "Nothing to do.")


def doctor() -> None:
    """Check settings, database, migrations, clocks, notifier and gateways; exit code 1 when anything is wrong."""
    from app.operations.doctor import print_findings

    settings = Settings.read(os.environ)
    secret_of(settings)
    if not asyncio.run(print_findings(settings, database_url_of(settings), typer.echo)):
        sys.exit(1)


def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Write the database into one file, as it stands at one moment, while servers go on serving."""
    from app.operations.backup import back_up

    back_up(database_url_of(Settings.read(os.environ)), file)
    typer.echo(f"Wrote {file}.")


def restore(file: Annotated[Path, typer.Argument(help="What `backup` has written.", exists=True)]) -> None:
    """Fill an empty database from a backup, and let its journal go on from there."""
    from app.operations.backup import restore

    url = database_url_of(Settings.read(os.environ))
    restore(url, file)
    asyncio.run(prepared(url))
    typer.echo("Restored. Now run: python server.py doctor, and then: python server.py reconcile")


def archive(
    file: Annotated[Path, typer.Argument(help="Where they go, gzipped; what it holds already stays in it.")],
    older_than: Annotated[str, typer.Option(help="The age from which on, such as 365d; a day at least.")],
) -> None:
    """Take the journal's oldest events out of the database into a file, while servers go on serving."""
    import database
    from app.operations.archive import archive as take_out
    from events.journal import LEAST_AGE

    age = timedelta(seconds=seconds(older_than, "--older-than"))
    if not LEAST_AGE <= age <= CENTURY:
        raise typer.BadParameter("must lie between a day and a hundred years.", param_hint="--older-than")
    url = database_url_of(Settings.read(os.environ))
    asyncio.run(database.migrate(url))
    before = datetime.now(UTC) - age
    done = asyncio.run(with_database(url, lambda: take_out(file, before), command_timeout=None))
    typer.echo(f"Took {done.events} events out, up to {done.until:%Y-%m-%d}." if done.until else "Nothing to do.")
    if done.held:
        raise OperatorError("Older events wait until the webhooks have read them: is a worker running?")


def reconcile(
    since: Annotated[
        datetime | None, typer.Option(help="Look only at what was refunded from this day on (UTC).")
    ] = None,
) -> None:
    """Compare plans, refunds, payments and the gateways' books; exit code 1 when anything differs."""
    import database
    from app.workers import gateways_of
    from services.worker.reconcile import Report
    from services.worker.reconcile import reconcile as compare

    settings = Settings.read(os.environ)
    url = database_url_of(settings)
    asyncio.run(database.migrate(url))

    async def run() -> Report:
        async with gateways_of(settings, url) as gateways:
            return await compare(gateways, datetime.now(UTC), since=since and since.replace(tzinfo=UTC))

    report = asyncio.run(with_database(url, run, command_timeout=None))
    typer.echo(report.text())
    if report.differences:
        sys.exit(1)
