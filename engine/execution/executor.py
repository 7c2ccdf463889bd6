"""Strawberry's executor, with the completion of root fields compiled.

Root fields run exactly as in graphql-core: arguments, async resolvers, mutations one after the other. What a
root resolver returned is then completed by a generated function (engine/execution/compiler.py); where that raises, or a
construct is not compiled, graphql-core completes the *same value*: no root resolver runs twice, and results,
error paths and null bubbling are its own. `strawberry.Schema(…, execution_context_class=CompiledExecutor)`.

An extension with a `resolve` hook sees every field: nothing is compiled if a schema has such an extension. Trace
operations and root fields instead. `execute` is the way in with the least overhead.
"""

import logging
from collections.abc import Iterable
from typing import Any, ClassVar, cast

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from strawberry import Schema

from engine.compat.graphql_core import FieldDetails, Path
from engine.compat.strawberry import StockExecutor, graphql_schema, is_awaitable
from engine.execution.compiler import Completion, compile_field
from engine.execution.single_field import FALLBACK, SingleField, single_field_of
from engine.lru import LRU

log = logging.getLogger(__name__)

MOST_OPERATIONS = 512
MOST_VARIANTS = 16


async def execute(
    schema: Schema,
    document: DocumentNode,
    *,
    operation_name: str | None = None,
    variables: dict[str, Any] | None = None,
    context: Any = None,
    root: Any = None,
) -> ExecutionResult:
    """What `schema.execute` does between its extensions, for a document that is parsed and valid.

    With a subscription, the event is the `root` and its selection is executed. Errors are returned as they
    are, neither logged nor masked. A schema with extensions is refused: they would not run.
    """
    if schema.extensions or schema.directives:
        raise ValueError("extensions do not run here")
    executor = schema.execution_context_class.build(
        graphql_schema(schema),
        document,
        root,
        context,
        variables,
        operation_name,
        is_awaitable=is_awaitable,
        operation_extensions=None,
    )
    if isinstance(executor, list):
        return ExecutionResult(None, executor)
    result: Any = executor.execute_operation()
    if is_awaitable(result):
        result = await result
    return cast(ExecutionResult, result)


class Plan:
    """What was compiled of one operation, for each combination of its switches and each root field.

    It holds the operation and its fragments, so that no other object gets their identities.
    """

    __slots__ = ("fragments", "operation", "roots", "switches", "variants")

    def __init__(self, operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.operation = operation
        self.fragments = fragments
        self.switches = tuple(sorted(_switches([operation, *fragments.values()])))
        self.variants: dict[tuple[Any, ...], dict[str, Completion | None]] = {}
        self.roots: dict[tuple[Any, ...], SingleField | None] = {}

    def root(self, executor: "CompiledExecutor") -> SingleField | None:
        """The only root field under these variables, if it can be called directly."""
        variables = executor.variable_values.coerced
        values = tuple([variables.get(name) for name in self.switches])
        if values not in self.roots:
            if len(self.roots) >= MOST_VARIANTS:
                self.roots.clear()
            self.roots[values] = single_field_of(executor)
        return self.roots[values]

    def fields(self, variables: dict[str, Any]) -> dict[str, Completion | None]:
        """The root fields compiled so far under these variables; the caller adds to them."""
        values = tuple(variables.get(name) for name in self.switches)
        fields = self.variants.get(values)
        if fields is None:
            if len(self.variants) >= MOST_VARIANTS:
                self.variants.clear()
            fields = self.variants[values] = {}
        return fields


class Plans:
    """The plans of the latest operations, and counts of how values were completed."""

    def __init__(self, capacity: int = MOST_OPERATIONS) -> None:
        self._known: LRU[tuple[int, int], Plan] = LRU(capacity)
        self.compiled = 0
        """Values completed by generated code."""
        self.given_back = 0
        """Values that generated code began and graphql-core completed."""
        self.unsupported = 0
        """Values for which there is no generated code."""

    def __len__(self) -> int:
        return len(self._known)

    def of(self, executor: "CompiledExecutor") -> Plan:
        """The plan of an executor's operation. Documents differ by identity: cache what you parse."""
        operation, fragments = executor.operation, executor.fragment_definitions
        key = (id(executor.schema), id(operation))
        plan = self._known.get(key)
        if plan is None or plan.operation is not operation or plan.fragments != fragments:
            plan = Plan(operation, fragments)
            self._known.remember(key, plan)
        else:
            self._known.touch(key)
        return plan


class CompiledExecutor(StockExecutor):
    """Strawberry's executor with compiled completion; a subclass with `plans` of its own does not share them."""

    plans: ClassVar[Plans] = Plans()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.plan = self.plans.of(self)

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Run an operation with one root field directly, and any other as graphql-core does."""
        middleware = self.middleware_manager
        if self.abort_signal is None and self.hooks is None and not (middleware and middleware.middlewares):
            root = self.plan.root(self)
            if root is not None:
                return root.run(self)
        return super().execute_operation(serially)

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: list[FieldDetails],
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete the value of a root field by generated code, and any other as graphql-core does."""
        # The value inside a root field's NonNull has the same path, but another type than the field.
        if path.prev is None and return_type is info.return_type:
            completion = self.completion(info.parent_type, field_details_list, path)
            completed = self.complete_compiled(completion, result)
            if completed is not FALLBACK:
                return completed
        return self.complete_by_stock(return_type, field_details_list, info, path, result, position_context)

    complete_by_stock = StockExecutor.complete_value
    """A value as graphql-core completes it."""

    def complete_compiled(self, completion: Completion | None, result: Any) -> Any:
        """A root field's value, completed by generated code; FALLBACK if it cannot be completed so."""
        if result is None:
            return FALLBACK
        if completion is None:
            self.plans.unsupported += 1
            return FALLBACK
        try:
            completed = completion.complete(self, result)
        except Exception as problem:
            self.plans.given_back += 1
            log.debug("a value is completed by graphql-core: %r", problem)
            return FALLBACK
        self.plans.compiled += 1
        return completed

    def completion(self, parent: GraphQLObjectType, details: list[FieldDetails], path: Path) -> Completion | None:
        """The generated code of a root field; None if there cannot be any."""
        if self.middleware_manager is not None and self.middleware_manager.middlewares:
            return None
        fields = self.plan.fields(self.variable_values.coerced)
        key = str(path.key)
        if key not in fields:
            try:
                fields[key] = compile_field(self, parent, path, details)
            except Exception as problem:
                fields[key] = None
                log.debug("%s is left to graphql-core: %r", key, problem)
        return fields[key]


def _switches(
    definitions: Iterable[OperationDefinitionNode | FragmentDefinitionNode],
) -> set[str]:
    """The variables that decide which fields are selected."""
    found: set[str] = set()
    sets: list[SelectionSetNode] = [definition.selection_set for definition in definitions]
    while sets:
        for node in sets.pop().selections:
            for directive in node.directives or ():
                found.update(_variables(directive))
            if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                sets.append(node.selection_set)
    return found


def _variables(directive: DirectiveNode) -> Iterable[str]:
    if directive.name.value not in ("skip", "include"):
        return ()
    values = (argument.value for argument in directive.arguments or ())
    return [value.name.value for value in values if isinstance(value, VariableNode)]
