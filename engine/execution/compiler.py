"""One selected field of a document, turned into the Python function that completes its value.

The function reads dict rows (see engine/execution/computed.py) and builds the response in one go, without paths, infos
and checks of the impossible. It knows only the ordinary case. Any other (a null where none is allowed, a value that
its scalar refuses, an error) ends in an exception, and its caller completes the same value with graphql-core.
`Completion.source` is the generated text, made to be read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution import Executor

from engine.compat.graphql_core import FieldDetails, Path
from engine.compat.strawberry import DEFINITION
from engine.execution.arguments import has_variables
from engine.execution.computed import Computation, Prefixed, computation_of, names_by_prefix, origin, row_value
from engine.execution.runtime import (
    ORDINARY,
    LateInfo,
    Mismatch,
    arguments,
    enum_names,
    fields_of,
    known_type,
    list_of,
    serializer,
    settled,
)

MOST_LINES = 20_000

_UNCHANGING = (str, int, float, Enum)


class Unsupported(Exception):
    """A construct that is left to graphql-core altogether."""


class Completion(NamedTuple):
    """A root field's generated function: `complete(executor, value)` gives the response, or raises."""

    complete: Callable[[Executor[Any], Any], Any]
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class CompletedField:
    """A selected field: where in the document, of which type, under which path (without list indices)."""

    definition: GraphQLField
    details: list[FieldDetails]
    parent: GraphQLObjectType
    path: Path

    @property
    def nodes(self) -> list[FieldNode]:
        return [detail.node for detail in self.details]


@dataclass(frozen=True, slots=True)
class _BatchedField:
    """A field computed for all rows of its place at once, after the rest is built."""

    place: CompletedField
    computation: Computation
    number: int


def compile_field(
    executor: Executor[Any], parent: GraphQLObjectType, path: Path, details: list[FieldDetails]
) -> Completion:
    """The completion of one root field under the executor's document and its values of @skip and @include.

    Raises Unsupported (or anything else: nothing is lost by leaving a field to graphql-core).
    """
    writer = _Writer(executor)
    place = writer.place(parent, details, path)
    source = writer.function(place)
    namespace = writer.constants
    exec(compile(source, f"<completion of {parent.name}.{path.key}>", "exec"), namespace)
    return Completion(namespace["complete"], source)


class _Writer:
    """Writes the text of one completion and collects the objects that it refers to."""

    def __init__(self, executor: Executor[Any]) -> None:
        self._executor = executor
        self._schema = executor.schema
        strawberry_schema = executor.schema.extensions[DEFINITION]
        if strawberry_schema.config.default_resolver is not row_value:
            raise Unsupported("another default resolver")
        if self._schema.get_directive("defer") or self._schema.get_directive("stream"):
            raise Unsupported("incremental delivery")
        self.constants: dict[str, Any] = {
            "LateInfo": LateInfo,
            "Mismatch": Mismatch,
            "arguments": arguments,
            "fields_of": fields_of,
            "known_type": known_type,
            "list_of": list_of,
            "settled": settled,
        }
        self._names: dict[int, str] = {}
        self._infos: dict[CompletedField, str] = {}
        self._head: list[str] = []
        self._body: list[str] = []
        self._depth = 1
        self._count = 0
        self._batches: list[_BatchedField] = []

    def function(self, place: CompletedField) -> str:
        result = self._value(place.definition.type, place, "value")
        for batch in self._batches:  # grows while it is walked: a batch's values may have batches below them
            self._batch(batch)
        lines = [*self._head, *self._body, f"    return {result}"]
        return "\n".join(["def complete(executor, value):", *lines, ""])

    def place(self, parent: GraphQLObjectType, details: list[FieldDetails], path: Path) -> CompletedField:
        definition = self._schema.get_field(parent, details[0].node.name.value)
        if definition is None or details[0].fragment_variable_values:
            raise Unsupported("an unknown field or a fragment with variables")
        return CompletedField(definition, details, parent, path)

    def _line(self, text: str) -> None:
        if len(self._body) >= MOST_LINES:
            raise Unsupported("too long")
        self._body.append("    " * self._depth + text)

    @contextmanager
    def _block(self, header: str) -> Iterator[None]:
        self._line(header)
        self._depth += 1
        yield
        self._depth -= 1

    def _fresh(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def _constant(self, letter: str, value: Any) -> str:
        name = self._names.get(id(value))
        if name is None:
            name = self._names[id(value)] = self._fresh(letter)
            self.constants[name] = value
        return name

    def _value(self, type_: Any, place: CompletedField, source: str) -> str:
        """Lines that complete `source`; gives the expression of the result."""
        needed = isinstance(type_, GraphQLNonNull)
        inner = type_.of_type if needed else type_
        if is_leaf_type(inner):
            return self._leaf(inner, source, needed=needed)
        value, result = source, self._fresh("o")
        if not source.isidentifier():
            value = self._fresh("v")
            self._line(f"{value} = {source}")
        if needed:
            self._composite(inner, place, value, result)
            return result
        with self._block(f"if {value} is None:"):
            self._line(f"{result} = None")
        with self._block("else:"):
            self._composite(inner, place, value, result)
        return result

    def _leaf(self, type_: Any, source: str, *, needed: bool) -> str:
        if isinstance(type_, GraphQLEnumType):
            names = self._constant("E", enum_names(type_))
            return f"{names}[{source}]" if needed else f"None if (t := {source}) is None else {names}[t]"
        serialize = self._constant("S", serializer(type_))
        ordinary = ORDINARY.get(type_)
        coerce = type_.coerce_output_value
        if ordinary is None and (coerce is str or getattr(coerce, "passes_text", False)):
            ordinary = ORDINARY[GraphQLString]
        if ordinary is None:
            return f"{serialize}({source})" if needed else f"None if (t := {source}) is None else {serialize}(t)"
        if needed:
            return f"t if {ordinary.format(read=f't := {source}')} else {serialize}(t)"
        return f"t if (t := {source}) is None or {ordinary.format(read='t')} else {serialize}(t)"

    def _composite(self, type_: Any, place: CompletedField, value: str, result: str) -> None:
        if isinstance(type_, GraphQLList):
            self._list(type_.of_type, place, value, result)
        elif is_abstract_type(type_):
            self._abstract(type_, place, value, result)
        else:
            self._object(type_, place, value, result)

    def _list(self, item: Any, place: CompletedField, value: str, result: str) -> None:
        self._line(f"if type({value}) is not list: list_of({value})")
        item_name = self._fresh("v")
        leaf = item.of_type if isinstance(item, GraphQLNonNull) else item
        if is_leaf_type(leaf):
            self._line(f"{result} = [{self._value(item, place, item_name)} for {item_name} in {value}]")
            return
        self._line(f"{result} = []")
        with self._block(f"for {item_name} in {value}:"):
            self._line(f"{result}.append({self._value(item, place, item_name)})")

    def _abstract(self, type_: Any, place: CompletedField, value: str, result: str) -> None:
        resolve = type_.resolve_type or self._executor.type_resolver
        named = f"{self._constant('R', resolve)}({value}, {self._info(place)}, {self._constant('T', type_)})"
        by_prefix = _function(resolve) is _function(Prefixed.resolve_type)
        name = self._fresh("n")
        if by_prefix:
            table = self._constant("P", names_by_prefix(self._schema, type_))
            prefix = f"{value}['id'].partition('_')[0]"
            named = f"{table}[{prefix}] if type({value}) is dict else {named}"
        self._line(f"{name} = {named}")
        word = "if"
        for possible in self._schema.get_possible_types(type_):
            with self._block(f"{word} {name} == {possible.name!r}:"):
                self._object(possible, place, value, result)
            word = "elif"
        self._line(f"else: raise Mismatch({name})")

    def _object(self, type_: GraphQLObjectType, place: CompletedField, value: str, result: str) -> None:
        row = self._fresh("r")
        self._row(type_, place, value, row)
        entries, batched = [], []
        for key, details in self._collected(type_, place).items():
            if details[0].node.name.value == "__typename":
                entries.append(f"{key!r}: {type_.name!r}")
                continue
            below = self.place(type_, details, Path(place.path, key, type_.name))
            computation = computation_of(below.definition)
            if computation and computation.many:
                batched.append(self._reserve(below, computation))
                entries.append(f"{key!r}: None")
            else:
                source = self._source(below, computation, value, row)
                entries.append(f"{key!r}: {self._value(below.definition.type, below, source)}")
        with self._block(f"{result} = {{"):
            for entry in entries:
                self._line(entry + ",")
        self._line("}")
        for number in batched:
            self._line(f"rows{number}.append({value}); outs{number}.append({result})")

    def _row(self, type_: GraphQLObjectType, place: CompletedField, value: str, row: str) -> None:
        """Lines that check the type of a value, and let `row` be its fields."""
        check = type_.is_type_of
        by_prefix = check is not None and _function(check) is _function(Prefixed.is_type_of)
        if check is not None and not by_prefix:
            self._line(f"known_type({self._constant('Q', check)}({value}, {self._info(place)}))")
        if not by_prefix:
            self._line(f"{row} = {value} if type({value}) is dict else fields_of({value})")
            return
        cls = origin(type_)
        assert issubclass(cls, Prefixed)
        start = f"{cls.prefix}_"
        with self._block(f"if type({value}) is dict:"):
            self._line(f"if 'id' in {value} and {value}['id'][:{len(start)}] != {start!r}: raise Mismatch({value})")
            self._line(f"{row} = {value}")
        with self._block("else:"):
            self._line(f"{row} = fields_of({value}, {self._constant('C', cls)})")

    def _collected(self, type_: GraphQLObjectType, place: CompletedField) -> dict[str, list[FieldDetails]]:
        return self._executor.collect_subfields(type_, place.details).grouped_field_set

    def _source(self, place: CompletedField, computation: Computation | None, value: str, row: str) -> str:
        """The expression that reads or computes a field of a row."""
        field = place.definition.extensions[DEFINITION]
        if field.is_basic_field:
            return f"{row}[{field.python_name!r}]"
        if field.is_async:
            raise Unsupported("an async resolver below the root")
        if computation and not field.extensions:
            return f"{self._constant('F', computation.function)}({value}{self._passed(place, computation)})"
        resolve = self._constant("F", place.definition.resolve)
        return f"settled({resolve}({value}, {self._info(place)}{self._raw_arguments(place)}))"

    def _passed(self, place: CompletedField, computation: Computation) -> str:
        """The further arguments of a computation: its info and the client's, as Python values."""
        constants = self._constant_arguments(place)
        if constants is not None and not computation.takes_info:
            return constants
        field = self._constant("D", place.definition.extensions[DEFINITION])
        config = self._schema.extensions[DEFINITION].config
        info = self._fresh("i")
        parts = self._constant("L", self._parts(place))
        self._at_start(f"{info} = {self._constant('I', config.info_class)}(LateInfo(executor, {parts}), {field})")
        text = f", info={info}" if computation.takes_info else ""
        if constants is not None:
            return text + constants
        name = self._fresh("a")
        self._at_start(f"{name} = arguments(executor, {self._constant('G', place)}, {field}, {info})")
        return f"{text}, **{name}"

    def _constant_arguments(self, place: CompletedField) -> str | None:
        """The client's arguments, converted once; None where a variable is in them, or what a function may change."""
        if any(has_variables(argument.value) for argument in place.nodes[0].arguments or ()):
            return None
        values = arguments(self._executor, place, place.definition.extensions[DEFINITION])
        if not all(value is None or isinstance(value, _UNCHANGING) for value in values.values()):
            return None
        return "".join([f", {name}={self._constant('K', value)}" for name, value in values.items()])

    def _raw_arguments(self, place: CompletedField) -> str:
        if not place.definition.args:
            return ""
        name = self._fresh("a")
        self._at_start(f"{name} = arguments(executor, {self._constant('G', place)})")
        return f", **{name}"

    def _info(self, place: CompletedField) -> str:
        """The name of the place's resolve info, which is built once per execution."""
        name = self._infos.get(place)
        if name is None:
            name = self._infos[place] = self._fresh("i")
            self._at_start(f"{name} = executor.build_resolve_info(*{self._constant('L', self._parts(place))})")
        return name

    def _parts(self, place: CompletedField) -> tuple[Any, ...]:
        return (place.definition, place.nodes, place.parent, place.path)

    def _at_start(self, text: str) -> None:
        self._head.append("    " + text)

    def _reserve(self, place: CompletedField, computation: Computation) -> int:
        self._count += 1
        self._at_start(f"rows{self._count}, outs{self._count} = [], []")
        self._batches.append(_BatchedField(place, computation, self._count))
        return self._count

    def _batch(self, batch: _BatchedField) -> None:
        """Lines that compute a field for all rows; an object that several rows have for a value is completed once.

        All values are held until the last is completed: an identity is unique only among objects that are alive.
        """
        rows, outs = f"rows{batch.number}", f"outs{batch.number}"
        function = self._constant("F", batch.computation.function)
        call = f"{function}({rows}{self._passed(batch.place, batch.computation)})"
        out, value, known = self._fresh("o"), self._fresh("v"), self._fresh("k")
        with self._block(f"if {rows}:"):
            self._line(f"{known} = {{}}")
            with self._block(f"for {out}, {value} in zip({outs}, [*{call}], strict=True):"):
                with self._block(f"if id({value}) not in {known}:"):
                    completed = self._value(batch.place.definition.type, batch.place, value)
                    self._line(f"{known}[id({value})] = {completed}")
                self._line(f"{out}[{batch.place.path.key!r}] = {known}[id({value})]")


def _function(method: Any) -> Any:
    return getattr(method, "__func__", method)
