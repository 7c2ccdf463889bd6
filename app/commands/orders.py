"""Commands that fill a marketplace: the demo, and orders out of files."""

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
    from services.intake.importing.bulk import Report
    from services.intake.importing.entries import Source


def currency_code(value: str) -> str:
    """The option's value, if it is a currency. Raises BadParameter."""
    from services.currency import is_currency

    if not is_currency(value):
        raise typer.BadParameter("must be an ISO 4217 code such as EUR.")
    return value


def demo() -> None:
    """Fill an empty database with a marketplace to play with; one that has orders is left as it is."""
    import database
    from services.demo import make_demo

    settings = Settings.read(os.environ)
    if settings.production:
        raise OperatorError("The demo is not for production: RETOUR_ENV is production.")
    url = database_url_of(settings)
    asyncio.run(database.migrate(url))
    made = asyncio.run(with_database(url, lambda: make_demo(datetime.now(UTC))))
    typer.echo(f"Made {made} orders." if made else "There are orders already; nothing was done.")


def import_olist(
    directory: Annotated[
        Path, typer.Argument(help="Where the CSV files are, gzipped or not.", file_okay=False, exists=True)
    ],
    as_of: Annotated[
        datetime | None, typer.Option(help="Take the orders in as they stood then (UTC), not as the records end.")
    ] = None,
    currency: Annotated[str, typer.Option(help="What the amounts are in.", callback=currency_code)] = "BRL",
) -> None:
    """Take in the public records of the marketplace Olist. Their times name no zone and are taken as UTC."""
    from services.intake.importing.olist import Olist

    take_in(Olist(directory, moment=as_of and as_of.replace(tzinfo=UTC), currency=currency))


def import_retail(
    file: Annotated[Path, typer.Argument(help="The CSV file, gzipped or not.", exists=True)],
    preparing: Annotated[
        bool, typer.Option("--preparing", help="Let the parcels wait to be packed instead of having arrived.")
    ] = False,
    currency: Annotated[str, typer.Option(help="What the amounts are in.", callback=currency_code)] = "GBP",
) -> None:
    """Take in the public records "Online Retail": each invoice is an order with one parcel, which has arrived."""
    from domain.words import PackageStatus
    from services.intake.importing.retail import Retail

    status = PackageStatus.PREPARING if preparing else PackageStatus.DELIVERED
    take_in(Retail(file, status=status, currency=currency))


def import_jsonl(
    file: Annotated[Path, typer.Argument(help="The file, gzipped or not; /dev/stdin is one too.", exists=True)],
) -> None:
    """Take in JSON Lines, one order a line, as docs/import-format.md describes them."""
    from services.intake.importing.jsonl import JsonLines

    take_in(JsonLines(file))


def take_in(source: "Source") -> None:
    """Take orders in and tell what came of it; exit code 1 when something is in trouble. Raises OperatorError."""
    import database
    from events.notifier import notifier_of
    from services.intake.importing import console
    from services.intake.importing.entries import Unreadable

    settings = Settings.read(os.environ)
    url = database_url_of(settings)
    asyncio.run(database.migrate(url))
    notifier = notifier_of(settings.notifier_url, url)

    async def run() -> "Report":
        await notifier.start()
        try:
            return await console.take_in(source, clock=lambda: datetime.now(UTC), notify=notifier.notify)
        finally:
            await notifier.close()

    try:
        report = asyncio.run(with_database(url, run, command_timeout=None))
    except Unreadable as error:
        raise OperatorError(str(error)) from error
    typer.echo(console.summary(report, source.notes))
    if report.tally.troubles:
        sys.exit(1)
