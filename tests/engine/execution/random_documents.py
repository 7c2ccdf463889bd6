"""Random valid documents: hypothesis-graphql's, with variables, aliases, fragments and switches worked in."""

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    ConstDirectiveNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    parse_type,
    print_ast,
    value_from_ast_untyped,
    visit,
)


@dataclass
class Case:
    """A document's text, and the values of its variables."""

    text: str
    variables: dict[str, Any]
    switches: list[str] = field(default_factory=list)


def vary(schema: GraphQLSchema, document: DocumentNode, seed: int) -> Case:
    """The same operation said otherwise. It selects what it did, less what a switch leaves out."""
    dice = random.Random(seed)
    types = TypeInfo(schema)
    variables = _Variables(types, dice)
    document = visit(document, TypeInfoVisitor(types, variables))
    types = TypeInfo(schema)
    shapes = _Shapes(types, dice)
    document = visit(document, TypeInfoVisitor(types, shapes))
    operation, *others = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    switches = [_definition(name, "Boolean!") for name in shapes.switches]
    operation = OperationDefinitionNode(
        operation=operation.operation,
        selection_set=operation.selection_set,
        variable_definitions=tuple(variables.definitions + switches),
    )
    text = print_ast(DocumentNode(definitions=(operation, *others, *shapes.fragments)))
    parse(text)
    return Case(text, variables.values, shapes.switches)


def _definition(name: str, sdl: str) -> VariableDefinitionNode:
    return VariableDefinitionNode(variable=_variable(name), type=parse_type(sdl))


def _variable(name: str) -> VariableNode:
    return VariableNode(name=NameNode(value=name))


class _Variables(Visitor):
    """Says some arguments with variables."""

    def __init__(self, types: TypeInfo, dice: random.Random) -> None:
        super().__init__()
        self._types = types
        self._dice = dice
        self.definitions: list[VariableDefinitionNode] = []
        self.values: dict[str, Any] = {}

    def enter_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        type_ = self._types.get_input_type()
        if self._dice.random() > 0.4 or type_ is None:
            return None
        name = f"v{len(self.values)}"
        self.values[name] = value_from_ast_untyped(node.value)
        self.definitions.append(_definition(name, str(type_)))
        return ArgumentNode(name=node.name, value=_variable(name))


class _Shapes(Visitor):
    """Gives fields aliases, selects them twice or in fragments, and switches selections."""

    def __init__(self, types: TypeInfo, dice: random.Random) -> None:
        super().__init__()
        self._types = types
        self._dice = dice
        self._aliases = 0
        self.fragments: list[FragmentDefinitionNode] = []
        self.switches: list[str] = []

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
        parent = self._types.get_parent_type()
        assert parent is not None
        selections: list[Any] = []
        for one in node.selections:
            selections.extend(self._varied(one, parent.name))
        if self._dice.random() < 0.1:
            selections.append(FieldNode(name=NameNode(value="__typename"), arguments=(), directives=()))
        return SelectionSetNode(selections=tuple(selections))

    def _varied(self, one: Any, parent: str) -> list[Any]:
        dice = self._dice.random()
        if isinstance(one, FieldNode) and dice < 0.15:
            return [one, self._with(one, alias=self._alias())]
        if isinstance(one, FieldNode) and dice < 0.3 and one.selection_set:
            return self._halves(one)
        if dice < 0.4:
            return [self._spread(one, parent), one]
        if dice < 0.5:
            return [self._spread(one, parent)]
        if dice < 0.6:
            condition = NamedTypeNode(name=NameNode(value=parent))
            inner = SelectionSetNode(selections=(one,))
            return [InlineFragmentNode(type_condition=condition, selection_set=inner, directives=self._switch())]
        if isinstance(one, FieldNode) and dice < 0.75:
            return [self._with(one, directives=self._switch())]
        return [one]

    def _halves(self, one: FieldNode) -> list[Any]:
        """The same field twice, each time with a part of what is selected below."""
        assert one.selection_set
        below = one.selection_set.selections
        middle = len(below) // 2
        parts = [part for part in (below[:middle], below[middle:]) if part]
        return [self._with(one, selection_set=SelectionSetNode(selections=part)) for part in parts]

    def _with(self, one: FieldNode, **changes: Any) -> FieldNode:
        parts = {key: getattr(one, key) for key in ("alias", "name", "arguments", "directives", "selection_set")}
        return FieldNode(**{**parts, **changes})

    def _alias(self) -> NameNode:
        self._aliases += 1
        return NameNode(value=f"alias{self._aliases}")

    def _spread(self, one: Any, parent: str) -> FragmentSpreadNode:
        name = NameNode(value=f"F{len(self.fragments)}")
        self.fragments.append(
            FragmentDefinitionNode(
                name=name,
                type_condition=NamedTypeNode(name=NameNode(value=parent)),
                selection_set=SelectionSetNode(selections=(one,)),
                variable_definitions=(),
                directives=(),
            )
        )
        return FragmentSpreadNode(name=name, arguments=(), directives=self._switch())

    def _switch(self) -> tuple[DirectiveNode | ConstDirectiveNode, ...]:
        if self._dice.random() < 0.4:
            return ()
        value: ValueNode = BooleanValueNode(value=self._dice.random() < 0.5)
        if self._dice.random() < 0.7:
            name = self._dice.choice([*self.switches, f"b{len(self.switches)}"])
            if name not in self.switches:
                self.switches.append(name)
            value = _variable(name)
        argument = ArgumentNode(name=NameNode(value="if"), value=value)
        word = self._dice.choice(["skip", "include"])
        return (DirectiveNode(name=NameNode(value=word), arguments=(argument,)),)
