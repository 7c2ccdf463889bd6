"""The server and its command line: `python server.py --help` lists what it can do."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from settings import OperatorError, Settings, SettingsError, described, table

if TYPE_CHECKING:  # each command imports what it needs: `token` does not wait for the web server
    from domain.facts import Actor
    from services.importing.bulk import Report
    from services.importing.entries import Source
    from services.people import Seats

T = TypeVar("T")
HERE = Path(__file__).parent
SDL, DOCS = HERE / "schema" / "schema.graphql", HERE / "docs"
SETTINGS_HELP = "Settings, from the environment:\n\n\b\n" + "\n".join(
    f"{variable:<23}{meaning}{f' [{default}]' if default else ''}" for variable, default, meaning in described()
)

cli = typer.Typer(
    help="Retour cancels and returns marketplace orders over GraphQL. Without a command it serves.",
    epilog=SETTINGS_HELP,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
importing = typer.Typer(
    help="Take orders in from files. What is there already is passed over: an import cut short is simply run again.",
    rich_markup_mode=None,
)
cli.add_typer(importing, name="import")


class Seat(StrEnum):
    """Whom a token can be made for."""

    OWNER = "owner"
    SELLER = "seller"
    CUSTOMER = "customer"


def currency_code(value: str) -> str:
    """The option's value, if it is a currency. Raises BadParameter."""
    from services.currency import is_currency

    if not is_currency(value):
        raise typer.BadParameter("must be an ISO 4217 code such as EUR.")
    return value


@cli.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        serve()


@cli.command(epilog=SETTINGS_HELP)
def serve() -> None:
    """Serve GraphQL on HOST:PORT until told to stop; starts and migrates the database first."""
    import processes
    from app import Application, now
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
    with processes.listen(settings) as listener:
        command = [sys.executable, str(Path(__file__).resolve()), "process"]
        fleet = processes.Fleet(command, settings.workers, listener)
        return asyncio.run(fleet.run(lambda: welcomed(listener.getsockname()[1])))


@cli.command(hidden=True)
def process(listener: int, line: int) -> None:
    """Serve as one of several processes: on an inherited socket, with a line to the parent."""
    import processes
    from app import Application, now
    from observe import logs

    settings = Settings.read(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    one = Application(settings, database_url_of(settings), secret_of(settings), clock=now)
    processes.run_as_one_of_many(one, listener, line)


@cli.command()
def migrate() -> None:
    """Bring the database's tables up to date. Safe to run twice, and by several at once."""
    applied = asyncio.run(prepared(database_url_of(Settings.read(os.environ))))
    typer.echo("\n".join(f"Applied {name}." for name in applied) or "Nothing to do.")


@cli.command()
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


@importing.command("olist")
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
    from services.importing.olist import Olist

    take_in(Olist(directory, moment=as_of and as_of.replace(tzinfo=UTC), currency=currency))


@importing.command("retail")
def import_retail(
    file: Annotated[Path, typer.Argument(help="The CSV file, gzipped or not.", exists=True)],
    preparing: Annotated[
        bool, typer.Option("--preparing", help="Let the parcels wait to be packed instead of having arrived.")
    ] = False,
    currency: Annotated[str, typer.Option(help="What the amounts are in.", callback=currency_code)] = "GBP",
) -> None:
    """Take in the public records "Online Retail": each invoice is an order with one parcel, which has arrived."""
    from domain.words import PackageStatus
    from services.importing.retail import Retail

    status = PackageStatus.PREPARING if preparing else PackageStatus.DELIVERED
    take_in(Retail(file, status=status, currency=currency))


@importing.command("jsonl")
def import_jsonl(
    file: Annotated[Path, typer.Argument(help="The file, gzipped or not; /dev/stdin is one too.", exists=True)],
) -> None:
    """Take in JSON Lines, one order a line, as docs/import-format.md describes them."""
    from services.importing.jsonl import JsonLines

    take_in(JsonLines(file))


@cli.command(epilog=SETTINGS_HELP)
def worker() -> None:
    """Work off what is due, apart from a server: confirmations and refunds. Any number may run at once."""
    from app import work
    from observe import logs

    settings = Settings.read(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    url = database_url_of(settings)
    asyncio.run(prepared(url))
    with suppress(KeyboardInterrupt):
        asyncio.run(work(settings, url))


@cli.command(epilog=SETTINGS_HELP)
def doctor() -> None:
    """Check settings, database, migrations, clocks, bell and gateways; exit code 1 when anything is wrong."""
    from doctor import print_findings

    settings = Settings.read(os.environ)
    secret_of(settings)
    if not asyncio.run(print_findings(settings, database_url_of(settings), typer.echo)):
        sys.exit(1)


@cli.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Write the database into one file, as it stands at one moment, while servers go on serving."""
    from backup import back_up

    back_up(database_url_of(Settings.read(os.environ)), file)
    typer.echo(f"Wrote {file}.")


@cli.command()
def restore(file: Annotated[Path, typer.Argument(help="What `backup` has written.", exists=True)]) -> None:
    """Fill an empty database from a backup, and let its journal go on from there."""
    from backup import restore

    url = database_url_of(Settings.read(os.environ))
    restore(url, file)
    asyncio.run(prepared(url))
    typer.echo("Restored. Now run: python server.py doctor, and then: python server.py reconcile")


@cli.command()
def archive(
    file: Annotated[Path, typer.Argument(help="Where they go, gzipped; what it holds already stays in it.")],
    older_than: Annotated[str, typer.Option(help="The age from which on, such as 365d; a day at least.")],
) -> None:
    """Take the journal's oldest events out of the database into a file, while servers go on serving."""
    import database
    from archive import archive as take_out
    from events.journal import LEAST_AGE

    age = timedelta(seconds=seconds(older_than, "--older-than"))
    if age < LEAST_AGE:
        raise typer.BadParameter("must be a day at least.", param_hint="--older-than")
    url = database_url_of(Settings.read(os.environ))
    asyncio.run(database.migrate(url))
    before = datetime.now(UTC) - age
    done = asyncio.run(with_database(url, lambda: take_out(file, before), command_timeout=None))
    typer.echo(f"Took {done.events} events out, up to {done.until:%Y-%m-%d}." if done.until else "Nothing to do.")
    if done.held:
        raise OperatorError("Older events wait until the webhooks have read them: is a worker running?")


@cli.command()
def reconcile(
    since: Annotated[
        datetime | None, typer.Option(help="Look only at what was refunded from this day on (UTC).")
    ] = None,
) -> None:
    """Compare plans, refunds, payments and the gateways' books; exit code 1 when anything differs."""
    import database
    from app import gateways_of
    from services.reconcile import Report
    from services.reconcile import reconcile as compare

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


@cli.command()
def token(
    role: Annotated[Seat, typer.Option(help="Whom the token speaks for.")],
    sub: Annotated[str | None, typer.Option(help="The caller's id; left out, somebody the database knows.")] = None,
    seller: Annotated[
        str | None, typer.Option(help="The seller's handle or id, with --role seller; left out, as for --sub.")
    ] = None,
    ttl: Annotated[str, typer.Option(help="How long it holds, such as 90s, 30m, 8h or 7d.")] = "8h",
    only: Annotated[
        list[str] | None, typer.Option(help="A root field, such as createOrder, and no other; may be given twice.")
    ] = None,
) -> None:
    """Print a token for the `authorization: Bearer …` header of this server."""
    if seller is not None and role is not Seat.SELLER:
        raise typer.BadParameter("goes with --role seller, and only with it.", param_hint="--seller")
    holds = seconds(ttl, "--ttl")
    settings = Settings.read(os.environ)
    secret = secret_of(settings)
    if secret is None:
        raise OperatorError("Tokens are signed elsewhere: JWKS is set and SECRET is not.")
    typer.echo(token_for(settings, secret, seated_as(settings, role, sub, seller), holds, only=only or ()))


@cli.command()
def schema(
    check: Annotated[bool, typer.Option("--check", help="Fail when schema/schema.graphql is stale.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write schema/schema.graphql.")] = False,
) -> None:
    """Print the GraphQL schema."""
    from schema.build import build

    printed = build().as_str() + "\n"
    if write:
        SDL.write_text(printed)
    elif not check:
        typer.echo(printed, nl=False)
    elif not SDL.exists() or SDL.read_text() != printed:
        raise OperatorError("schema/schema.graphql is stale. Run: python server.py schema --write")


@cli.command()
def docs(
    check: Annotated[bool, typer.Option("--check", help="Fail when a printed page is stale.")] = False,
) -> None:
    """Print the pages under docs/ that follow from the code: the lifecycle and the settings."""
    from domain.diagram import page

    pages = {"lifecycle.md": page(), "settings.md": table()}
    stale = [name for name, text in pages.items() if not (DOCS / name).exists() or (DOCS / name).read_text() != text]
    if check and stale:
        raise OperatorError(f"docs/{stale[0]} is stale. Run: python server.py docs")
    for name in stale:
        (DOCS / name).write_text(pages[name])
        typer.echo(f"Printed docs/{name}.")


def take_in(source: "Source") -> None:
    """Take orders in and tell what came of it; exit code 1 when something is in trouble. Raises OperatorError."""
    import database
    from events.bells import bell_of
    from services.importing import console
    from services.importing.entries import Unreadable

    settings = Settings.read(os.environ)
    url = database_url_of(settings)
    asyncio.run(database.migrate(url))
    bell = bell_of(settings.bell_url, url)

    async def run() -> "Report":
        await bell.start()
        try:
            return await console.take_in(source, clock=lambda: datetime.now(UTC), ring=bell.ring)
        finally:
            await bell.close()

    try:
        report = asyncio.run(with_database(url, run, command_timeout=None))
    except Unreadable as error:
        raise OperatorError(str(error)) from error
    typer.echo(console.summary(report, source.notes))
    if report.tally.troubles:
        sys.exit(1)


def secret_of(settings: Settings) -> str | None:
    """The key of HS256 tokens: the one set, or in development one of its own; None where only JWKS counts.

    Raises SettingsError when production is given the development secret.
    """
    from identity import development_secret

    if not settings.production:
        return settings.secret or development_secret(settings.home)
    kept = settings.home / "secret"
    if settings.secret is not None and kept.exists() and kept.read_text().strip() == settings.secret:
        raise SettingsError("SECRET is the development secret under RETOUR_HOME; production needs one of its own.")
    return settings.secret


def database_url_of(settings: Settings) -> str:
    """The address of the database; the embedded one is started unless it runs. Raises EmbeddedError."""
    import database

    return settings.database_url or database.embedded(settings.home)


async def prepared(url: str) -> list[str]:
    """Bring the tables up to date, give a marketplace without terms its first; the names of migrations applied."""
    import database
    from services.terms import ensure_terms

    applied = await database.migrate(url)
    await with_database(url, ensure_terms)
    return applied


async def with_database(url: str, work: Callable[[], Awaitable[T]], *, command_timeout: float | None = 6.0) -> T:
    """What `work` returns, done with the database at `url` open. Raises DatabaseUnreachable."""
    import database

    await database.open(url, pool_size=2, command_timeout=command_timeout)
    try:
        return await work()
    finally:
        await database.close()


async def welcome(settings: Settings) -> "Seats":
    """Who is there; an embedded database in which nobody is gets the demo first."""
    from services.demo import make_demo
    from services.people import seats

    if settings.database_url is None and settings.demo:
        await make_demo(datetime.now(UTC))
    return await seats()


def seated_as(settings: Settings, role: Seat, sub: str | None, seller: str | None) -> "Actor":
    """Whom a token is to speak for; whoever is not named is looked up. Raises OperatorError."""
    from domain.facts import Actor
    from domain.words import Role
    from services import people

    if role is Seat.OWNER:
        return Actor(Role.OWNER, sub or role.value)
    if role is Seat.CUSTOMER:
        known = sub or asyncio.run(with_database(database_url_of(settings), people.seats)).customer
        return Actor(Role.CUSTOMER, _somebody(known, "There is no customer yet: name one with --sub."))
    if seller is None:
        found = asyncio.run(with_database(database_url_of(settings), people.seats))
        id = _somebody(found.seller, "There is no seller yet: run `python server.py demo`, or take an order in.")
        return Actor(Role.SELLER, sub or found.handle or role.value, id)
    named = asyncio.run(with_database(database_url_of(settings), lambda: people.seller_named(seller)))
    return Actor(Role.SELLER, sub or seller, _somebody(named, f"There is no seller {seller!r}."))


def _somebody(found: str | None, otherwise: str) -> str:
    if found is None:
        raise OperatorError(otherwise)
    return found


def token_for(settings: Settings, secret: str, actor: "Actor", ttl: float, *, only: Sequence[str] = ()) -> str:
    """A token that this server will accept."""
    from identity import mint

    return mint(secret, actor, ttl=ttl, issuer=settings.jwt_issuer, audience=settings.jwt_audience, only=only)


def seconds(text: str, option: str) -> float:
    """A duration such as 90s, 30m, 8h or 7d, in seconds. Raises BadParameter."""
    match = re.fullmatch(r"([1-9][0-9]{0,8})([smhd])", text)
    if match is None:
        raise typer.BadParameter("must look like 90s, 30m, 8h or 7d.", param_hint=option)
    return int(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]


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


def main() -> None:
    """Runs the command line; what the operator can mend is one sentence on stderr and exit code 1."""
    # as SystemExit, a stop still lets go of the embedded database; a closed terminal counts as a stop
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        cli()
    except OperatorError as error:
        typer.echo(f"retour: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
