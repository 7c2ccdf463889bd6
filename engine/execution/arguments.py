"""The arguments of a root field, read by a plan that is made once: which are constants, which are variables.

It gives what graphql-core's coercion and then Strawberry's conversion give. Cases outside the plan are left to those
two: a variable inside an input literal, a null where none is allowed.
"""

from collections.abc import Callable
from dataclasses import MISSING
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLField, GraphQLNonNull, ValueNode, VariableNode
from graphql.execution import Executor

from engine.compat.graphql_core import get_argument_values
from engine.compat.strawberry import (
    DEFINITION,
    LazyType,
    StrawberryEnumDefinition,
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
    convert_argument,
    convert_arguments,
    get_object_definition,
    is_scalar,
)

Convert = Callable[[Any], Any]


class _ConstantArgument(NamedTuple):
    """An argument that is a literal, or left out with a default: its coerced value, converted anew each time."""

    name: str
    value: Any
    convert: Convert


class _VariableArgument(NamedTuple):
    """An argument that is a variable."""

    name: str
    variable: str
    nullable: bool
    convert: Convert


class Arguments:
    """The arguments of one field of a document, as a resolver takes them."""

    __slots__ = ("_constants", "_definition", "_field", "_node", "_schema", "_variables")

    def __init__(self, executor: Executor[Any], definition: GraphQLField, node: FieldNode) -> None:
        self._schema = executor.schema.extensions[DEFINITION]
        self._definition, self._node = definition, node
        self._field = definition.extensions[DEFINITION]
        self._constants: list[_ConstantArgument] = []
        self._variables: list[_VariableArgument] | None = []
        nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
        for argument in self._field.arguments:
            name = self._schema.config.name_converter.from_argument(argument)
            convert = _converter(argument.type, self._schema)
            self._plan(name, argument.python_name, nodes.get(name), convert)

    def _plan(self, name: str, python_name: str, value: ValueNode | None, convert: Convert) -> None:
        if isinstance(value, VariableNode):
            nullable = not isinstance(self._definition.args[name].type, GraphQLNonNull)
            if self._variables is not None:
                self._variables.append(_VariableArgument(python_name, value.name.value, nullable, convert))
        elif value is not None and has_variables(value):
            self._variables = None
        else:
            alone = GraphQLField(self._definition.type, {name: self._definition.args[name]})
            for coerced in get_argument_values(alone, self._node).values():
                self._constants.append(_ConstantArgument(python_name, coerced, convert))

    def values(self, executor: Executor[Any], info: Any) -> dict[str, Any]:
        """The values by the resolver's own names. Raises what graphql-core and Strawberry raise."""
        coerced = executor.variable_values.coerced
        values = {constant.name: constant.convert(constant.value) for constant in self._constants}
        if self._variables is None:
            return self._by_stock(executor, info)
        for argument in self._variables:
            if argument.variable not in coerced:
                return self._by_stock(executor, info)
            value = coerced[argument.variable]
            if value is None and not argument.nullable:
                return self._by_stock(executor, info)
            values[argument.name] = argument.convert(value)
        return values

    def _by_stock(self, executor: Executor[Any], info: Any) -> dict[str, Any]:
        raw = get_argument_values(
            self._definition, self._node, executor.variable_values, None, executor.hide_suggestions
        )
        registry = self._schema.schema_converter.scalar_registry
        return convert_arguments(raw, self._field.arguments, registry, self._schema.config, info)


def has_variables(value: Any) -> bool:
    """Whether a literal holds a variable anywhere."""
    if isinstance(value, VariableNode):
        return True
    parts = getattr(value, "values", None) or [field.value for field in getattr(value, "fields", None) or ()]
    return any(map(has_variables, parts))


def _converter(type_: Any, schema: Any) -> Convert:
    """Strawberry's `convert_argument` for one type, with everything about the type decided beforehand."""
    if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        return _converter(type_.of_type, schema)
    if isinstance(type_, LazyType):
        return _converter(type_.resolve_type(), schema)
    if isinstance(type_, StrawberryList):
        inner = _converter(type_.of_type, schema)
        if inner is _unchanged:
            return lambda value: value if value is None else list(value)
        return lambda value: value if value is None else [inner(item) for item in value]
    if isinstance(type_, StrawberryEnumDefinition) or is_scalar(type_, schema.schema_converter.scalar_registry):
        return _unchanged
    definition = get_object_definition(type_) if isinstance(type_, type) else None
    if definition is not None and definition.is_input and definition.from_input is None:
        return _InputObject(type_, definition, schema)
    registry, config = schema.schema_converter.scalar_registry, schema.config
    return lambda value: convert_argument(value, type_, registry, config)


def _unchanged(value: Any) -> Any:
    return value


class _InputObject:
    """Makes an input object of its fields."""

    def __init__(self, type_: type, definition: Any, schema: Any) -> None:
        self._type, self._definition, self._schema = type_, definition, schema
        self._fields: list[tuple[str, str, Convert | None]] | None = None
        self._defaults = {
            field.python_name: None
            for field in definition.fields
            if field.default_value is MISSING and field.default_factory is MISSING
        }

    def __call__(self, value: Any) -> Any:
        if value is None:
            return None
        if self._fields is None:  # not before: an input may hold itself
            self._fields = [self._field(field) for field in self._definition.fields]
        given = {
            python: value[name] if convert is None else convert(value[name])
            for name, python, convert in self._fields
            if name in value
        }
        return self._type(**{**self._defaults, **given})

    def _field(self, field: Any) -> tuple[str, str, Convert | None]:
        """The name of a field in the document and in Python, and what makes its value; None if it stays as it is."""
        convert = _converter(field.resolve_type(type_definition=self._definition), self._schema)
        name = self._schema.config.name_converter.from_field(field)
        return name, field.python_name, None if convert is _unchanged else convert
