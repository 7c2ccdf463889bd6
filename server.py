"""The server and its command line: `python server.py --help` lists what it can do."""

import signal
import sys

import typer

from app.commands import operating, orders, printing, serving, tokens
from settings import OperatorError, described

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


@cli.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        serving.serve()


for settled in (serving.serve, serving.worker, operating.doctor):
    cli.command(epilog=SETTINGS_HELP)(settled)
cli.command(hidden=True)(serving.process)
for command in (
    operating.migrate,
    operating.backup,
    operating.restore,
    operating.archive,
    operating.reconcile,
    orders.demo,
    tokens.token,
    printing.schema,
    printing.docs,
):
    cli.command()(command)
importing.command("olist")(orders.import_olist)
importing.command("retail")(orders.import_retail)
importing.command("jsonl")(orders.import_jsonl)
cli.add_typer(importing, name="import")


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
