"""Executors of documents that have been executed before, without building each anew.

`build` looks through the document and makes what is the same each time. Here a document's first executor is kept as
a template: a later executor gets the template's values. An attribute that an execution changes is made at
the first access, which is seldom: such attributes hold errors, and work that was not awaited.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLNonNull,
    GraphQLSchema,
    VariableDefinitionNode,
)
from graphql.execution import Executor

from engine.compat.graphql_core import (
    MOST_VARIABLE_ERRORS,
    GraphQLVariableSignature,
    LateAttributes,
    VariableValues,
    VariableValueSource,
    get_variable_signature,
    get_variable_values,
    shared_attributes,
)
from engine.execution.variables import Coerce, Fallback, coercer
from engine.lru import LRU

MOST_DOCUMENTS = 512


class StockExecutors:
    """Builds the executors of one schema as graphql-core does. `options` are those of `build`, the same for all."""

    def __init__(self, schema: GraphQLSchema, kind: type[Executor[Any]], **options: Any) -> None:
        self._schema, self._kind, self._options = schema, kind, options

    def executor(
        self, document: DocumentNode, name: str | None, variables: dict[str, Any] | None, context: Any
    ) -> Executor[Any] | list[GraphQLError]:
        """The executor of an operation, or what is wrong with its variables."""
        return self._kind.build(
            self._schema,
            document,
            context_value=context,
            raw_variable_values=variables,
            operation_name=name,
            **self._options,
        )


class PreparedExecutors(StockExecutors):
    """Builds the first executor of each document, and makes the later ones of it."""

    def __init__(self, schema: GraphQLSchema, kind: type[Executor[Any]], **options: Any) -> None:
        super().__init__(schema, kind, **options)
        self._prepared_kind: Any = type(kind.__name__, (LateAttributes, kind), {})
        self._known: LRU[tuple[int, str | None], _Template] = LRU(MOST_DOCUMENTS)

    def __len__(self) -> int:
        return len(self._known)

    def executor(
        self, document: DocumentNode, name: str | None, variables: dict[str, Any] | None, context: Any
    ) -> Executor[Any] | list[GraphQLError]:
        """The executor of an operation, or what is wrong with its variables."""
        template = self._known.get((id(document), name))
        if template is None or template.document is not document:
            return self._first(document, name, variables, context)
        coerced = template.coerced(variables or {})
        if isinstance(coerced, list):
            return coerced
        executor: Executor[Any] = self._prepared_kind.__new__(self._prepared_kind)
        values = vars(executor)
        values.update(template.shared)
        values["variable_values"], values["context_value"] = coerced, context
        return executor

    def _first(
        self, document: DocumentNode, name: str | None, variables: dict[str, Any] | None, context: Any
    ) -> Executor[Any] | list[GraphQLError]:
        built = super().executor(document, name, variables, context)
        if isinstance(built, Executor):
            self._known.remember((id(document), name), _Template(document, built))
        return built


class _Template:
    """What the executors of one document have in common."""

    __slots__ = ("coercions", "document", "shared", "variables")

    def __init__(self, document: DocumentNode, executor: Executor[Any]) -> None:
        self.document = document
        self.shared = shared_attributes(executor)
        self.variables: Sequence[VariableDefinitionNode] = executor.operation.variable_definitions or ()
        self.coercions = _coercions(executor.schema, self.variables)

    def coerced(self, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        """The values of the variables, or what is wrong with them."""
        if self.coercions is not None:
            try:
                return _coerced(self.coercions, given)
            except Exception:
                pass  # graphql-core says what is wrong, or finds nothing
        return get_variable_values(
            self.shared["schema"],
            self.variables,
            given,
            max_errors=MOST_VARIABLE_ERRORS,
            hide_suggestions=self.shared["hide_suggestions"],
        )


class _VariableCoercion(NamedTuple):
    """How one variable is coerced; an `optional` one may be left out, and then has no value."""

    name: str
    signature: GraphQLVariableSignature
    optional: bool
    coerce: Coerce


def _coerced(coercions: Sequence[_VariableCoercion], given: dict[str, Any]) -> VariableValues:
    """The values of the variables. Raises where graphql-core has to look."""
    sources, coerced = {}, {}
    for name, signature, optional, coerce in coercions:
        if name in given:
            value = given[name]
            sources[name], coerced[name] = VariableValueSource(signature, value), coerce(value)
        elif optional:
            sources[name] = VariableValueSource(signature)
        else:
            raise Fallback
    return VariableValues(sources, coerced)


def _coercions(schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]) -> list[_VariableCoercion] | None:
    """How the variables of an operation are coerced; None if one of them is left to graphql-core."""
    found = []
    for definition in definitions:
        signature = get_variable_signature(schema, definition)
        if isinstance(signature, GraphQLError):
            return None
        try:
            coerce = coercer(signature.type)
        except Fallback:
            return None
        optional = not isinstance(signature.type, GraphQLNonNull) and definition.default_value is None
        found.append(_VariableCoercion(signature.name, signature, optional, coerce))
    return found
