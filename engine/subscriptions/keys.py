"""The key that two subscriptions of the same work share: everything that changes a result, and nothing else."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    StringValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_operation_ast,
    visit,
)
from graphql.execution import get_variable_values

from engine.lru import LRU
from engine.subscriptions.groups import SubscriptionOperation

AFTER = "after"
"""The argument of a subscription's field that takes a cursor."""


class Keys:
    """Makes the keys of groups; it remembers the cursor variables of the latest documents."""

    def __init__(self, capacity: int = 500) -> None:
        self._known: LRU[tuple[int, str | None], tuple[DocumentNode, str | None]] = LRU(capacity)

    def of(self, operation: SubscriptionOperation) -> Hashable:
        """The group's key, without the cursor: every member replays by itself before it joins."""
        place = id(operation.document), operation.name
        known = self._known.get(place)
        if known is None:
            # A document that is held keeps its id: no other object gets it.
            known = operation.document, cursor_variable_of(operation.document, operation.name)
            self._known.remember(place, known)
        return _key(operation, known[1])


def _key(operation: SubscriptionOperation, cursor_variable: str | None) -> Hashable:
    variables = {name: value for name, value in operation.variables.items() if name != cursor_variable}
    return (
        id(operation.schema),
        id(operation.document),  # the group holds the document, so that no other object gets this id
        operation.name,
        orjson.dumps(variables, option=orjson.OPT_SORT_KEYS),
        operation.context.scope,
    )


def cursor_variable_of(document: DocumentNode, name: str | None) -> str | None:
    """The variable that is the field's `after` and nothing else; None if there is no such variable.

    A variable with another use changes results there, and has to stay in the key.
    """
    for root in _root_fields(document, name):
        for argument in root.arguments or ():
            if argument.name.value == AFTER and isinstance(argument.value, VariableNode):
                variable = argument.value.name.value
                return variable if _uses(document, variable) == 1 else None
    return None


def cursor_of(operation: SubscriptionOperation) -> str | None:
    """The cursor that a client resumes after: from a variable, its default, or the text of the document.

    Raises SubscriptionRefused if the variables do not fit the document.
    """
    definition = get_operation_ast(operation.document, operation.name)
    values = get_variable_values(
        operation.schema,
        (definition.variable_definitions if definition else None) or (),
        dict(operation.variables),
        **{name: value for name, value in operation.options.items() if name == "hide_suggestions"},
    )
    if isinstance(values, list):
        raise operation.refused(*values)
    return _argument(_root_fields(operation.document, operation.name), values.coerced)


def _argument(fields: Iterator[FieldNode], variables: Mapping[str, Any]) -> str | None:
    for root in fields:
        for argument in root.arguments or ():
            if argument.name.value == AFTER:
                if isinstance(argument.value, VariableNode):
                    return variables.get(argument.value.name.value)
                return argument.value.value if isinstance(argument.value, StringValueNode) else None
    return None


def _root_fields(document: DocumentNode, name: str | None) -> Iterator[FieldNode]:
    operation = get_operation_ast(document, name)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    waiting: list[SelectionSetNode] = [operation.selection_set] if operation else []
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                waiting.append(fragments[selection.name.value].selection_set)


def _uses(document: DocumentNode, variable: str) -> int:
    counter = _UseCounter(variable)
    visit(document, counter)
    return counter.uses


class _UseCounter(Visitor):
    """Counts the uses of a variable, without its definitions."""

    def __init__(self, variable: str) -> None:
        super().__init__()
        self.uses = 0
        self._variable = variable

    def enter_variable(self, node: VariableNode, _key: Any, parent: Any, *_: Any) -> None:
        self.uses += node.name.value == self._variable and not isinstance(parent, VariableDefinitionNode)
