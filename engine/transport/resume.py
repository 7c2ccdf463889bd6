"""Resuming a subscription from outside its document: a cursor in a header becomes the field's `after`."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_nullable_type,
    parse_type,
    print_ast,
    visit,
)

from engine.compat.strawberry import graphql_schema
from engine.documents.registry import Document
from engine.engine import Engine
from engine.subscriptions.keys import AFTER, cursor_variable_of
from engine.transport.request import GraphQLRequest

_VARIABLE = "lastEventId"


def resumed(
    engine: Engine, document: Document, request: GraphQLRequest, cursor: str | None
) -> tuple[Document, Mapping[str, Any]]:
    """The document and variables that continue after `cursor`; unchanged without a cursor or an `after` argument.

    A document without a variable for it gets one, so that all clients that resume share one document.
    """
    variables = request.variables or {}
    if not cursor:
        return document, variables
    name = cursor_variable_of(document.ast, request.operation_name)
    if name is None:
        text = _with_variable(graphql_schema(engine.schema), document, request.operation_name)
        if text is None:
            return document, variables
        name, document = _VARIABLE, engine.documents.derived(text)
    return document, {**variables, name: cursor}


@lru_cache(maxsize=256)
def _with_variable(schema: GraphQLSchema, document: Document, operation_name: str | None) -> str | None:
    """The document's text with `after: $lastEventId`; None if its field takes no `after`."""
    rewriter = _Rewriter(schema)
    ast: DocumentNode = visit(document.ast, TypeInfoVisitor(rewriter.info, rewriter))
    if rewriter.kind is None:
        return None
    operation = document.operation(operation_name)
    declared = VariableDefinitionNode(variable=_variable(), type=parse_type(rewriter.kind), directives=())
    definitions = tuple(
        replace(node, variable_definitions=(*(node.variable_definitions or ()), declared))
        if isinstance(node, OperationDefinitionNode) and node.name == operation.name
        else node
        for node in ast.definitions
    )
    return print_ast(replace(ast, definitions=definitions))


class _Rewriter(Visitor):
    """Gives the subscription's field the argument; `kind` is its nullable type, None without such a field."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.info = TypeInfo(schema)
        self.kind: str | None = None
        self._on = schema.subscription_type

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        definition = self.info.get_field_def()
        if self.info.get_parent_type() is not self._on or definition is None or AFTER not in definition.args:
            return None
        self.kind = str(get_nullable_type(definition.args[AFTER].type))
        others = (argument for argument in node.arguments or () if argument.name.value != AFTER)
        after = ArgumentNode(name=NameNode(value=AFTER), value=_variable())
        return replace(node, arguments=(*others, after))


def _variable() -> VariableNode:
    return VariableNode(name=NameNode(value=_VARIABLE))
