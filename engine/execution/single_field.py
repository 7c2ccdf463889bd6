"""The only root field of an operation, called directly.

Most operations have one root field. Its place in the document, its resolver and how to read its arguments are looked
up once for each operation. The rest is what graphql-core and Strawberry do between them: build the info, read the
arguments, await the resolver, complete its value, and locate an error.
"""

from collections.abc import Awaitable
from typing import Any

from graphql import GraphQLError, GraphQLField, GraphQLObjectType, OperationType
from graphql.execution import ExecutionResult, Executor

from engine.compat.graphql_core import FieldDetails, Path, collect_fields
from engine.compat.strawberry import DEFINITION, is_plain_async_resolver
from engine.execution.arguments import Arguments
from engine.execution.runtime import LateInfo, Parts

FALLBACK = object()
"""Marks a value that is left to graphql-core."""


class SingleField:
    """A root field that can be called directly."""

    __slots__ = (
        *("_arguments", "_completion", "_details", "_field", "_info", "_key", "_parts", "_path", "_takes"),
        "_type",
    )

    def __init__(self, executor: Any, parent: GraphQLObjectType, path: Path, details: list[FieldDetails]) -> None:
        definition = executor.schema.get_field(parent, details[0].node.name.value)
        assert definition is not None
        self._details, self._path = details, path
        self._type, self._key = definition.type, str(path.key)
        self._parts: Parts = (definition, [detail.node for detail in details], parent, path)
        self._field = definition.extensions[DEFINITION]
        resolver = self._field.base_resolver
        self._takes = (resolver.self_parameter is not None, resolver.info_parameter)
        self._info = executor.schema.extensions[DEFINITION].config.info_class
        self._arguments = Arguments(executor, definition, details[0].node)
        self._completion = executor.completion(parent, details, path)

    async def run(self, executor: Any) -> ExecutionResult:
        """The operation's result, by a CompiledExecutor."""
        try:
            try:
                resolved = await self._resolved(executor)
                completed = executor.complete_compiled(self._completion, resolved)
                if completed is not FALLBACK:
                    return ExecutionResult({self._key: completed}, None)
                info = executor.build_resolve_info(*self._parts)
                completed = executor.complete_by_stock(self._type, self._details, info, self._path, resolved, None)
                if executor.is_awaitable(completed):
                    completed = await completed
            except Exception as problem:
                executor.handle_field_error(problem, self._type, self._details, self._path)
                completed = None
        except GraphQLError as problem:
            executor.collected_errors.add(problem, None)
            return _response(executor, None)
        return _response(executor, {self._key: completed})

    def _resolved(self, executor: Executor[Any]) -> Awaitable[Any]:
        takes_self, takes_info = self._takes
        shown = self._info(LateInfo(executor, self._parts), self._field)
        values = self._arguments.values(executor, shown)
        if takes_info:
            values[takes_info.name] = shown
        resolver = self._field.base_resolver
        called: Awaitable[Any] = resolver(executor.root_value, **values) if takes_self else resolver(**values)
        return called


def single_field_of(executor: Any) -> SingleField | None:
    """The only root field under these values of the switches; None if it has to be called by graphql-core."""
    operation = executor.operation
    parent = executor.schema.get_root_type(operation.operation)
    if operation.operation is OperationType.SUBSCRIPTION or parent is None:
        return None
    collected = collect_fields(
        executor.schema, executor.fragments, executor.variable_values, parent, operation, executor.hide_suggestions
    )
    if len(collected.grouped_field_set) != 1:
        return None
    ((key, details),) = collected.grouped_field_set.items()
    definition = executor.schema.get_field(parent, details[0].node.name.value)
    if definition is None or not _is_plain(definition) or details[0].fragment_variable_values:
        return None
    return SingleField(executor, parent, Path(None, key, parent.name), details)


def _is_plain(definition: GraphQLField) -> bool:
    """Whether a field is an async resolver of Strawberry's with nothing around it."""
    field = definition.extensions.get(DEFINITION)
    resolver = getattr(field, "base_resolver", None)
    if field is None or resolver is None or field.extensions or not field.is_async:
        return False
    return is_plain_async_resolver(definition) and resolver.root_parameter is None and resolver.parent_parameter is None


def _response(executor: Executor[Any], data: dict[str, Any] | None) -> ExecutionResult:
    result = executor.build_response(data)
    assert isinstance(result, ExecutionResult)
    return result
