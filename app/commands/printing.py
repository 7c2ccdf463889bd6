"""Commands that print what is generated from the code: the schema and pages of docs/."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.settings_help import table
from settings import OperatorError

HERE = Path(__file__).parents[2]
SDL, DOCS = HERE / "schema" / "schema.graphql", HERE / "docs"


def schema(
    check: Annotated[bool, typer.Option("--check", help="Fail if schema/schema.graphql is stale.")] = False,
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


def docs(
    check: Annotated[bool, typer.Option("--check", help="Fail if a page is stale.")] = False,
) -> None:
    """Write the generated pages of docs/: lifecycle, settings, terms, messages, and columns of exports."""
    from app.commands.columns_help import columns_page
    from app.commands.variables_help import variables_page
    from domain import diagram, terms_page

    pages = {
        "lifecycle.md": diagram.page(),
        "settings.md": table(),
        "terms-fields.md": terms_page.page(),
        "message-variables.md": variables_page(),
        "export-columns.md": columns_page(),
    }
    stale = [name for name, text in pages.items() if not (DOCS / name).exists() or (DOCS / name).read_text() != text]
    if check and stale:
        raise OperatorError(f"docs/{stale[0]} is stale. Run: python server.py docs")
    for name in stale:
        (DOCS / name).write_text(pages[name])
        typer.echo(f"Wrote docs/{name}.")
