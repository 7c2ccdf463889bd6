"""Commands for the operator of a marketplace's database."""

import asyncio
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from app.commands.common import database_url_of, prepared, seconds, secret_of, with_database
from settings import OperatorError, Settings

CENTURY = timedelta(days=36_500)
RECORDED = timedelta(days=90)
"""How far back gateways are asked for what went back without Retour, unless a day is named."""


def _nobody_waits() -> None:
    """The servers look at the journal by themselves."""


def migrate() -> None:
    """Bring the database's tables up to date.

    It is safe to run twice, and on several machines at the same time.
    """
    settings = Settings.read(os.environ)
    applied = asyncio.run(prepared(settings, database_url_of(settings)))
    typer.echo("\n".join(f"Applied {name}." for name in applied) or "Nothing to do.")


def doctor() -> None:
    """Check settings, database, clocks, notifier and gateways.

    It changes nothing. The exit code is 1 if anything is wrong.
    """
    from app.operations.doctor import print_findings

    settings = Settings.read(os.environ)
    secret_of(settings)
    if not asyncio.run(print_findings(settings, database_url_of(settings), typer.echo)):
        sys.exit(1)


def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")]) -> None:
    """Write a snapshot of the database to a file.

    Servers go on serving meanwhile.
    """
    from app.operations.backup import back_up

    back_up(database_url_of(Settings.read(os.environ)), file)
    typer.echo(f"Wrote {file}.")


def restore(file: Annotated[Path, typer.Argument(help="A file that `backup` has written.", exists=True)]) -> None:
    """Fill an empty database from a backup.

    Its journal continues after the last event of the backup.
    """
    from app.operations.backup import restore

    settings = Settings.read(os.environ)
    url = database_url_of(settings)
    restore(url, file)
    asyncio.run(prepared(settings, url))
    typer.echo("Restored. Now run: python server.py doctor, and then: python server.py reconcile")


def archive(
    file: Annotated[Path, typer.Argument(help="The gzipped file that the events are appended to.")],
    older_than: Annotated[str, typer.Option(help="The age of the events to move, such as 365d; at least 1d.")],
) -> None:
    """Move the journal's oldest events to a file.

    Servers go on serving meanwhile.
    """
    import database
    from app.operations.archive import Archived
    from app.operations.archive import archive as move_events
    from events.journal import LEAST_AGE

    age = timedelta(seconds=seconds(older_than, "--older-than"))
    if not LEAST_AGE <= age <= CENTURY:
        raise typer.BadParameter("must be between one day and a hundred years.", param_hint="--older-than")
    settings = Settings.read(os.environ)
    url = database_url_of(settings)
    asyncio.run(database.migrate(url, zone=settings.market_zone))

    async def move() -> Archived:
        return await move_events(file, await database.now() - age)

    done = asyncio.run(with_database(url, move, command_timeout=None))
    typer.echo(f"Moved {done.events} events, up to {done.until:%Y-%m-%d}." if done.until else "Nothing to do.")
    if done.held:
        raise OperatorError("Not all older events have been read: let a worker run, then try again.")


def erase_archive(
    files: Annotated[list[Path], typer.Argument(help="Files that `archive` has written.", exists=True)],
) -> None:
    """Take persons who were erased out of archived events.

    It is safe to run twice. Run it after a person was erased, on every file.
    """
    from app.operations.erase_archive import erase_archive as erase

    url = database_url_of(Settings.read(os.environ))

    async def run() -> list[int]:
        return [await erase(file) for file in files]

    for file, changed in zip(files, asyncio.run(with_database(url, run, command_timeout=None)), strict=True):
        typer.echo(f"{file}: {changed} events changed.")


def recount(
    archives: Annotated[
        list[Path] | None, typer.Argument(help="All files that `archive` has written.", exists=True)
    ] = None,
) -> None:
    """Count the figures of returns anew, from the journal and its archives.

    Servers go on serving meanwhile. It is safe to stop it and to run it again.
    """
    import database
    from app.operations.recount import recount as count_anew

    settings = Settings.read(os.environ)
    url = database_url_of(settings)
    asyncio.run(database.migrate(url, zone=settings.market_zone))
    days = asyncio.run(count_anew(url, archives or [], settings.market_zone))
    typer.echo(f"Counted {days} days, as days of {settings.market_zone}.")


def reconcile(
    since: Annotated[datetime | None, typer.Option(help="Compare only refunds from this day on (UTC).")] = None,
    record: Annotated[
        bool, typer.Option("--record", help="First record what went back at the gateways without Retour.")
    ] = False,
    taken: Annotated[
        list[str] | None,
        typer.Option(
            help="With --record, what the bank took of a payment for a dispute that was lost in another currency, in "
            "the payment's, such as du_1=28.40. May be repeated."
        ),
    ] = None,
) -> None:
    """Compare plans, refunds, payments and gateway records.

    The exit code is 1 if anything differs.
    """
    import database
    from app.parts import gateways_of, terms_of
    from app.workers import now
    from services.commands import Commands
    from services.worker.gateway_reports import TakenRefused, record_all
    from services.worker.reconcile import Report
    from services.worker.reconcile import reconcile as compare

    amounts = _amounts(taken or [])
    if amounts and not record:
        raise typer.BadParameter("needs --record.", param_hint="--taken")
    settings = Settings.read(os.environ)
    url = database_url_of(settings)
    asyncio.run(database.migrate(url, zone=settings.market_zone))

    async def run() -> Report:
        first = since and since.replace(tzinfo=UTC)
        async with gateways_of(settings, url) as gateways:
            if record:
                commands = Commands(clock=now, notify=_nobody_waits, terms=terms_of(settings))
                try:
                    news = await record_all(commands, gateways, first or now() - RECORDED, taken=amounts)
                except TakenRefused as refused:
                    raise typer.BadParameter(f"{refused}.", param_hint="--taken") from None
                typer.echo(f"Recorded {news} movements.")
            return await compare(gateways, now(), since=first)

    report = asyncio.run(with_database(url, run, command_timeout=None))
    typer.echo(report.text())
    if report.differences:
        sys.exit(1)


def _amounts(taken: Iterable[str]) -> dict[str, Decimal]:
    """Amounts by the reference before the last equals sign."""
    amounts: dict[str, Decimal] = {}
    for text in taken:
        reference, _, amount = text.rpartition("=")
        with suppress(InvalidOperation):
            amounts[reference] = Decimal(amount)
        if not reference or reference not in amounts:
            raise typer.BadParameter(f"{text!r} is not as du_1=28.40 is.", param_hint="--taken")
    return amounts
