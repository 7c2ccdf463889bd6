"""Commands that fill a marketplace: the demo, and imports of orders from files."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.common import database_url_of, with_database
from settings import OperatorError, Settings

if TYPE_CHECKING:
    from services.intake.importing.bulk import ImportReport
    from services.intake.importing.entries import Source


def currency_code(value: str) -> str:
    """The option's value if it is a currency code. Raises BadParameter."""
    from services.currency import is_currency

    if not is_currency(value):
        raise typer.BadParameter("must be an ISO 4217 code such as EUR.")
    return value


def file_or_stdin(value: Path) -> Path:
    """The option's value if it is a file that exists, or `-`. Raises BadParameter."""
    if value != Path("-") and not value.exists():
        raise typer.BadParameter(f"{value} does not exist.")
    return value


def demo() -> None:
    """Fill an empty database with a demo marketplace.

    A database that has orders stays as it is.
    """
    import database
    from services.demo import make_demo

    settings = Settings.read(os.environ)
    if settings.production:
        raise OperatorError("The demo is not for production: RETOUR_ENV is production.")
    url = database_url_of(settings)
    asyncio.run(database.migrate(url, zone=settings.market_zone))
    made = asyncio.run(with_database(url, lambda: make_demo(datetime.now(UTC))))
    typer.echo(f"Created {made} orders." if made else "Nothing to do: the database has orders.")


def import_olist(
    directory: Annotated[
        Path, typer.Argument(help="The directory of the CSV files, gzipped or not.", file_okay=False, exists=True)
    ],
    as_of: Annotated[
        datetime | None,
        typer.Option(help="Import the orders as they were then (UTC) instead of at the end."),
    ] = None,
    currency: Annotated[str, typer.Option(help="The currency of the amounts.", callback=currency_code)] = "BRL",
) -> None:
    """Import the public records of the marketplace Olist.

    Their times name no time zone and are read as UTC.
    """
    from services.intake.importing.olist import Olist

    run_import(Olist(directory, moment=as_of and as_of.replace(tzinfo=UTC), currency=currency))


def import_retail(
    file: Annotated[Path, typer.Argument(help="The CSV file, gzipped or not; - is stdin.", callback=file_or_stdin)],
    preparing: Annotated[
        bool, typer.Option("--preparing", help="Import the packages as being prepared instead of delivered.")
    ] = False,
    currency: Annotated[str, typer.Option(help="The currency of the amounts.", callback=currency_code)] = "GBP",
) -> None:
    """Import the public records "Online Retail".

    Each invoice becomes an order with one package, which has been delivered.
    """
    from domain.words import PackageStatus
    from services.intake.importing.retail import Retail

    status = PackageStatus.PREPARING if preparing else PackageStatus.DELIVERED
    run_import(Retail(file, status=status, currency=currency))


def import_jsonl(
    file: Annotated[Path, typer.Argument(help="The file, gzipped or not; - is stdin.", callback=file_or_stdin)],
) -> None:
    """Import JSON Lines, one order a line.

    The format is described in docs/import-format.md.
    """
    from services.intake.importing.jsonl import JsonLines

    run_import(JsonLines(file))


def run_import(source: "Source") -> None:
    """Import a source's orders and print a summary; exit code 1 if there were problems. Raises OperatorError."""
    import database
    from app.parts import calendar_of, terms_of
    from events.notifier import notifier_of
    from services.intake.importing import console
    from services.intake.importing.entries import Unreadable

    settings = Settings.read(os.environ)
    url = database_url_of(settings)
    asyncio.run(database.migrate(url, zone=settings.market_zone))
    notifier = notifier_of(settings.notifier_url, url, connect=database.connect)

    async def run() -> "ImportReport":
        await notifier.start()
        try:
            return await console.import_orders(
                source,
                clock=lambda: datetime.now(UTC),
                notify=notifier.notify,
                providers=terms_of(settings).providers,
                calendar=calendar_of(settings),
            )
        finally:
            await notifier.close()

    try:
        report = asyncio.run(with_database(url, run, command_timeout=None))
    except Unreadable as error:
        raise OperatorError(str(error)) from error
    typer.echo(console.summary(report, source.notes))
    if report.tally.problems:
        sys.exit(1)
