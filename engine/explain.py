"""What a document leads to: the statements of each root field, their access paths, and the generated code.

Queries are executed on a client that notes statements and finds nothing, so no database is needed. Mutations and
subscriptions are not executed: of them there is only the generated code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import strawberry
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, OperationType, SelectionSetNode
from graphql.execution.collect_fields import FieldDetails, collect_fields
from graphql.pyutils import Path
from tortoise.backends.base.client import BaseDBAsyncClient

from engine.compat.strawberry import graphql_schema
from engine.conditions import AccessPath, ByOwner, PerValue, ThroughTable
from engine.context import OperationContext
from engine.documents.registry import Document, RequestErrors
from engine.execution.executor import CompiledExecutor, Plans
from engine.visibility import Visibility


class Sent(NamedTuple):
    """A statement with its values."""

    text: str
    values: list[Any]


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """A root field, by its name in the response.

    `source` is None if graphql-core completes the field; `stopped` says what ended a query before its end, such as a
    resolver that needs the database itself.
    """

    name: str
    statements: list[Sent] = field(default_factory=list)
    source: str | None = None
    stopped: str | None = None


class _NothingFound(dict[str, Any]):
    """The one row of a read that finds nothing."""

    def __missing__(self, name: str) -> str | int | bool:
        return {"total": 0, "behind": False, "ahead": False}.get(name, "[]")


class Recorder(BaseDBAsyncClient):
    """A client that notes every read and finds nothing."""

    def __init__(self) -> None:
        super().__init__("explain")
        self.sent: list[Sent] = []

    async def fetch_row(self, query: str, values: list[Any]) -> Mapping[str, Any]:
        """Note a statement."""
        self.sent.append(Sent(query, values))
        return _NothingFound()


class _Executor(CompiledExecutor):
    """Keeps what it compiles to itself."""

    plans = Plans()


async def explain(
    schema: strawberry.Schema,
    document: Document,
    operation_name: str | None,
    variables: Mapping[str, Any],
    context: OperationContext,
) -> list[ExplainedField]:
    """Each root field of an operation, as `context` has it executed; `context.db` is a `Recorder` from then on.

    Raises RequestErrors for variables that do not fit.
    """
    operation = document.operation(operation_name)
    executor = _built(schema, document.ast, operation, variables, context)
    parent = graphql_schema(schema).get_root_type(operation.operation)
    assert parent is not None
    collected = collect_fields(graphql_schema(schema), executor.fragments, executor.variable_values, parent, operation)
    found: list[ExplainedField] = []
    for name, details in collected.grouped_field_set.items():
        alone = _alone(document.ast, operation, details)
        single = _built(schema, alone, _operation_of(alone), variables, context)
        completion = single.completion(parent, details, Path(None, name, parent.name))
        shown = ExplainedField(name, source=completion and completion.source)
        found.append(await _executed(single, shown, context) if operation.operation is OperationType.QUERY else shown)
    return found


def access_path(text: str, visibility: Visibility) -> str:
    """The access path of a statement that has been made for a visibility, in words."""
    statements = [statement for statement in visibility.statements.values() if statement.text == text]
    return _words(statements[0].path if statements else None)


def _words(path: AccessPath | None) -> str:
    match path:
        case PerValue(column):
            return f"per value of {column}: a page of each, from an index that begins with it"
        case ThroughTable(table, column):
            return f"through {table} by {column}: its rows in the page's order, one lookup for each"
        case ByOwner(column):
            return f"by owner ({column}): a range of an index that begins with it and has the page's order"
        case _:
            return "none of its own: the planner chooses an index for the conditions"


async def _executed(executor: CompiledExecutor, shown: ExplainedField, context: OperationContext) -> ExplainedField:
    context.db = recorder = Recorder()
    result: Any = executor.execute_operation()
    if hasattr(result, "__await__"):
        result = await result
    stopped = result.errors[0].message if result.errors else None
    return ExplainedField(shown.name, recorder.sent, shown.source, stopped)


def _built(
    schema: strawberry.Schema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    context: OperationContext,
) -> CompiledExecutor:
    name = operation.name.value if operation.name else None
    built: Any = _Executor.build(
        graphql_schema(schema),
        document,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=name,
    )
    if isinstance(built, list):
        raise RequestErrors(built)
    executor: CompiledExecutor = built
    return executor


def _alone(document: DocumentNode, operation: OperationDefinitionNode, details: list[FieldDetails]) -> DocumentNode:
    """The document with one of its operations, of which one root field is left."""
    nodes: list[FieldNode] = [detail.node for detail in details]
    single = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
    others = [node for node in document.definitions if not isinstance(node, OperationDefinitionNode)]
    return DocumentNode(definitions=(single, *others))


def _operation_of(document: DocumentNode) -> OperationDefinitionNode:
    return next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
