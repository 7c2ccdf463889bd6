"""The documents of the console stay below the server's limits, as its client sends them."""

import re
from collections.abc import Iterator
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
    OperationType,
    SelectionSetNode,
    Visitor,
    parse,
    visit,
)

from domain.actions import action_of
from domain.terms_table import FIELDS
from domain.words import TermsFieldKind
from engine.compat.strawberry import graphql_schema
from engine.documents.limits import CostAnalyzer, Limits
from schema.build import PUBLIC, actions, build
from tests.terms import EVERYTHING

WEB = Path(__file__).parents[2] / "web" / "src"
SOURCES = sorted(WEB.glob("**/*.graphql"))
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


def selected(node: SelectionSetNode | None, prefix: str = "") -> Iterator[str]:
    """The paths of all fields of a selection, those of its fragments among them."""
    for each in node.selections if node else ():
        if isinstance(each, FragmentSpreadNode):
            yield from selected(FRAGMENTS[each.name.value].selection_set, prefix)
        elif isinstance(each, FieldNode):
            yield prefix + each.name.value
            yield from selected(each.selection_set, f"{prefix}{each.name.value}.")


def said(terms: Any, prefix: str = "terms.") -> Iterator[str]:
    """The paths of all that terms say, as an input."""
    for name, value in terms.items():
        yield (path := prefix + name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and FIELDS[path].kind is not TermsFieldKind.ADDRESS:
                yield from said(each, f"{path}.")


def test_the_console_reads_every_field_that_it_copies_into_a_draft() -> None:
    """What it does not read of a rule is lost in the copy. The flow of terms shows that what it reads is sent."""
    fields = {path for path in FIELDS if path.startswith("terms.")}
    assert set(said(EVERYTHING)) == fields
    read = set(selected(FRAGMENTS["WholeTerms"].selection_set, "terms."))
    assert {path for path in fields if path not in read} == {"terms.fees.currency"}  # which is read with the amount
    assert "terms.fees.amount.currency" in read


def test_the_console_asks_of_each_command_whether_the_person_may_give_it() -> None:
    given = {
        field.name.value
        for operation in OPERATIONS
        if operation.operation is OperationType.MUTATION
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode)
    }
    by_eligibility = {"requestReturn"}
    pages = "".join(file.read_text() for file in WEB.glob("**/*.ts*") if file.parent.name not in ("gql", "i18n"))
    asked = set(re.findall(r"['\"]([A-Z_]+)['\"]", pages))
    missing = {name for name in given - PUBLIC - by_eligibility if action_of(name) not in asked}
    assert not missing, "hide its button with <May>, or show it by `allowedActions`"
    named = set(re.findall(r"<May action=[\"{]?['\"]?([A-Z_]+)", pages))
    assert named <= actions(), "an action that no mutation has hides its button from all staff"
