"""Executors of documents that have been executed before, without building each anew.

`build` looks through the document and makes what is the same each time. Here a document's first executor is kept as
a mould: later ones get its values, and new ones of everything that an execution changes.
"""

from collections import OrderedDict
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema
from graphql.execution import Executor
from graphql.execution.executor import CollectedErrors
from graphql.execution.values import get_variable_values
from graphql.pyutils.ref_map import RefMap
from graphql.type.definition import GraphQLResolveInfoHelpers

MOST_DOCUMENTS = 512
MOST_ERRORS = 50
"""About variables, as `build` has it."""
_CONTAINERS = (dict, list, set, RefMap, CollectedErrors)
_OF_THE_DOCUMENT = ("fragments", "fragment_definitions")
_OF_THE_EXECUTION = ("variable_values", "context_value", "async_helpers")


class _Mould:
    """What the executors of one document have in common."""

    __slots__ = ("document", "fixed", "fresh")

    def __init__(self, document: DocumentNode, executor: Executor[Any]) -> None:
        self.document = document
        self.fixed: dict[str, Any] = {}
        self.fresh: list[tuple[str, type]] = []
        for name, value in vars(executor).items():
            if isinstance(value, _CONTAINERS) and name not in _OF_THE_DOCUMENT:
                self.fresh.append((name, type(value)))
            elif name not in _OF_THE_EXECUTION:
                self.fixed[name] = value


class Moulds:
    """Makes the executors of one schema. `options` are those of `build`, the same for all."""

    def __init__(self, schema: GraphQLSchema, kind: type[Executor[Any]], **options: Any) -> None:
        self._schema, self._kind, self._options = schema, kind, options
        self._known: OrderedDict[tuple[int, str | None], _Mould] = OrderedDict()

    def executor(
        self, document: DocumentNode, name: str | None, variables: dict[str, Any] | None, context: Any
    ) -> Executor[Any] | list[GraphQLError]:
        """The executor of an operation, or what is wrong with its variables."""
        mould = self._known.get((id(document), name))
        if mould is None or mould.document is not document:
            return self._first(document, name, variables, context)
        coerced = get_variable_values(
            self._schema,
            mould.fixed["operation"].variable_definitions or (),
            variables or {},
            max_errors=MOST_ERRORS,
            hide_suggestions=mould.fixed["hide_suggestions"],
        )
        if isinstance(coerced, list):
            return coerced
        executor = self._kind.__new__(self._kind)
        values = vars(executor)
        values.update(mould.fixed)
        for attribute, kind in mould.fresh:
            values[attribute] = kind()
        values["variable_values"], values["context_value"] = coerced, context
        helpers = GraphQLResolveInfoHelpers(gather=executor.gather_async_work, track=executor.track_async_work)
        values["async_helpers"] = helpers
        return executor

    def _first(
        self, document: DocumentNode, name: str | None, variables: dict[str, Any] | None, context: Any
    ) -> Executor[Any] | list[GraphQLError]:
        built = self._kind.build(
            self._schema,
            document,
            context_value=context,
            raw_variable_values=variables,
            operation_name=name,
            **self._options,
        )
        if isinstance(built, Executor):
            self._known[id(document), name] = _Mould(document, built)
            if len(self._known) > MOST_DOCUMENTS:
                self._known.popitem(last=False)
        return built
