"""The server and its command line: `python server.py --help` lists the commands."""

import signal
import sys
import tomllib
from pathlib import Path

import typer

from app.commands import explaining, operating, orders, printing, serving, tokens
from app.commands.settings_help import columns
from settings import OperatorError

SETTINGS_HELP = "Settings, read from environment variables, with their [defaults]:\n\n\b\n" + columns()

cli = typer.Typer(
    help="Retour cancels and returns marketplace orders over GraphQL.\n\nWithout a command, it serves.",
    epilog=SETTINGS_HELP,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
importing = typer.Typer(
    help="Import orders from files.\n\nOrders that already exist are skipped: run an interrupted import again.",
    rich_markup_mode=None,
)


def print_version(wanted: bool) -> None:
    """Print the version that pyproject.toml names, and exit."""
    if wanted:
        project = tomllib.loads(Path(__file__).with_name("pyproject.toml").read_text())["project"]
        typer.echo(f"{project['name']} {project['version']}")
        raise typer.Exit


@cli.callback(invoke_without_command=True)
def default(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", callback=print_version, is_eager=True, help="Print the version."),
) -> None:
    if context.invoked_subcommand is None:
        serving.serve()


for command_with_settings in (serving.serve, serving.worker, operating.doctor):
    cli.command(epilog=SETTINGS_HELP)(command_with_settings)
cli.command(hidden=True)(serving.process)
for command in (
    operating.migrate,
    operating.backup,
    operating.restore,
    operating.archive,
    operating.erase_archive,
    operating.recount,
    operating.reconcile,
    orders.demo,
    tokens.token,
    printing.schema,
    printing.docs,
    explaining.explain,
):
    cli.command()(command)
importing.command("olist")(orders.import_olist)
importing.command("retail")(orders.import_retail)
importing.command("jsonl")(orders.import_jsonl)
cli.add_typer(importing, name="import")


def main() -> None:
    """Run the command line; an OperatorError becomes one sentence on stderr and exit code 1."""
    # as SystemExit, a stop still releases the embedded database; a closed terminal counts as a stop
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        cli()
    except OperatorError as error:
        typer.echo(f"retour: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
