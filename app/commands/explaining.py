"""What a GraphQL document leads to: its cost, its statements with their access paths, and the generated code."""

import asyncio
import json
import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import database_url_of, with_database
from settings import OperatorError, Settings

if TYPE_CHECKING:  # loaded when the command runs: the schema takes a second
    from app.application import Application
    from engine.documents.registry import Document, RequestErrors
    from engine.errors import GraphQLFault
    from engine.explain import ExplainedField, Sent
    from resolvers.context import Context

NOWHERE = "postgresql://nobody@127.0.0.1:1/offline"


class Viewer(StrEnum):
    """The roles that a document can be explained for."""

    CUSTOMER = "customer"
    SELLER = "seller"
    OWNER = "owner"


class NotExplained(OperatorError):
    """The document, or what was given with it, cannot be executed."""


def explain(
    file: Annotated[Path, typer.Argument(help="A file with a GraphQL document.")],
    role: Annotated[Viewer, typer.Option(help="Whose view to explain.")] = Viewer.OWNER,
    operation: Annotated[str | None, typer.Option(help="Which operation, if there are several.")] = None,
    variables: Annotated[str, typer.Option(help="Values of the variables, as a JSON object.")] = "{}",
    plan: Annotated[bool, typer.Option("--plan", help="Add PostgreSQL's plan of each statement.")] = False,
) -> None:
    """Print what a document leads to: cost, statements with their access paths, and generated code.

    Needs no database, but for --plan. Exit code 1 and a sentence if the document is invalid.
    """
    settings = Settings.read(os.environ)
    text, values = _read(file), _values(variables)
    printed = asyncio.run(_explained(settings, text, operation, values, role, plan=plan))
    typer.echo("\n".join(printed))


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise NotExplained(f"{file} cannot be read: {error}") from error


def _values(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise NotExplained(f"--variables must be a JSON object: {error}") from error
    if not isinstance(values, dict):
        raise NotExplained("--variables must be a JSON object.")
    return values


async def _explained(
    settings: Settings, text: str, operation: str | None, values: dict[str, Any], role: Viewer, *, plan: bool
) -> list[str]:
    import database
    from app.application import Application
    from app.workers import now
    from engine.documents.registry import RequestErrors
    from engine.errors import GraphQLFault
    from engine.explain import explain as explained

    url = database_url_of(settings) if plan else NOWHERE
    one = Application(settings, url, settings.secret, clock=now)

    async def work() -> list[str]:
        context = _context(one, role)
        try:
            document = one.engine.document(text)
            cost = document.cost(operation, values)
            fields = await explained(one.engine.schema, document, operation, values, context)
        except (RequestErrors, GraphQLFault) as refusal:
            raise NotExplained(f"The document is refused.\n{_sentences(refusal)}") from None
        lines = list(_head(document, cost, settings, role))
        for field in fields:
            lines += ["", *await _field(field, context, plan=plan)]
        return lines

    if plan:
        return await with_database(url, work)
    async with database.offline():
        return await work()


def _sentences(refusal: "RequestErrors | GraphQLFault") -> str:
    from engine.errors import GraphQLFault

    errors = [refusal] if isinstance(refusal, GraphQLFault) else refusal.errors
    return "\n".join(error.message for error in errors)


def _context(one: "Application", role: Viewer) -> "Context":
    """The surroundings of a caller in this role, with nothing of its own in the market."""
    from domain.facts import Actor
    from domain.words import Role
    from resolvers.context import Context

    actors = {
        Viewer.OWNER: Actor(Role.OWNER, "explain"),
        Viewer.SELLER: Actor(Role.SELLER, "explain", f"seller_{'0' * 26}"),
        Viewer.CUSTOMER: Actor(Role.CUSTOMER, "explain"),
    }
    return Context(
        viewer=actors[role], locale="en", commands=one.commands, journal=one.journal, reference=one.reference
    )


def _head(document: "Document", cost: int, settings: Settings, role: Viewer) -> Iterator[str]:
    aliases = document.cost_analyzer.check(document.ast).aliases
    yield f"As {role.value}: cost {cost} of at most {settings.max_cost}, aliases {aliases} of {settings.max_aliases}."


async def _field(field: "ExplainedField", context: "Context", *, plan: bool) -> list[str]:
    from engine.explain import access_path

    lines = [f"== {field.name}"]
    for statement in field.statements:
        lines += ["-- statement", statement.text, f"-- values: {statement.values}"]
        lines.append(f"-- access path: {access_path(statement.text, context.visibility)}")
        if plan:
            lines += ["-- plan", *await _plan(statement)]
    if not field.statements:
        lines.append("-- no statement of a read: see docs/operating.md")
    if field.stopped:
        lines.append(f"-- stopped: {field.stopped}")
    lines += ["-- generated code", field.source or "none: graphql-core completes this field"]
    return lines


async def _plan(statement: "Sent") -> list[str]:
    from tortoise.connection import get_connection

    rows = await get_connection("default").execute_query_dict(f"explain {statement.text}", statement.values)
    return [row["QUERY PLAN"] for row in rows]
