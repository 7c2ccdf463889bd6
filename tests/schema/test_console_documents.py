"""The documents of the console stay below the server's limits, as its client sends them."""

from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    NameNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    parse,
    visit,
)

from engine.compat.strawberry import graphql_schema
from engine.documents.limits import CostAnalyzer, Limits
from schema.build import build

SOURCES = sorted((Path(__file__).parents[2] / "web" / "src").glob("**/*.graphql"))
DEFINITIONS = [definition for file in SOURCES for definition in parse(file.read_text()).definitions]
FRAGMENTS = {each.name.value: each for each in DEFINITIONS if isinstance(each, FragmentDefinitionNode)}
OPERATIONS = [each for each in DEFINITIONS if isinstance(each, OperationDefinitionNode)]


class _Typed(Visitor):
    """Asks for the type name in every selection but the outermost, as the client's cache does."""

    def leave_selection_set(self, node: SelectionSetNode, _key: Any, parent: Node, *_: Any) -> SelectionSetNode | None:
        if isinstance(parent, OperationDefinitionNode):
            return None
        return SelectionSetNode(selections=(*node.selections, FieldNode(name=NameNode(value="__typename"))))


class _Spreads(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.names.append(node.name.value)


def sent(operation: OperationDefinitionNode) -> DocumentNode:
    """An operation with all of its fragments, as it goes over the network."""
    spread = _Spreads()
    visit(operation, spread)
    found: dict[str, FragmentDefinitionNode] = {}
    while spread.names:
        name = spread.names.pop()
        if name not in found:
            found[name] = FRAGMENTS[name]
            visit(FRAGMENTS[name], spread)
    document: DocumentNode = visit(DocumentNode(definitions=(operation, *found.values())), _Typed())
    return document


@pytest.fixture(scope="module")
def analyzer() -> CostAnalyzer:
    return CostAnalyzer(graphql_schema(build()), Limits())


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name.value)
def test_the_server_takes_a_document_of_the_console(analyzer: CostAnalyzer, operation: OperationDefinitionNode) -> None:
    assert analyzer.check(sent(operation)).names
