"""A toy schema with every construct that completion meets, and random rows for it."""

import random
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Annotated, Any, ClassVar, NewType

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
)
from strawberry.schema.config import StrawberryConfig

from engine.compat.strawberry import graphql_schema
from engine.execution.computed import Prefixed, Row, batched, computed, row_value

Moment = NewType("Moment", str)
Amount = NewType("Amount", int)


def _amount(minor: int) -> str | None:
    if minor < 0:
        raise ValueError("an amount is not negative")
    if minor == 404:
        return None  # a serializer that finds nothing to say
    return f"{minor // 100}.{minor % 100:02}"


SCALARS: dict[object, Any] = {
    Moment: strawberry.scalar(name="Moment", serialize=str, parse_value=str),
    Amount: strawberry.scalar(name="Amount", serialize=_amount, parse_value=int),
}


@strawberry.enum
class Status(StrEnum):
    OPEN = "OPEN"
    CLOSED = "CLOSED"


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.input
class Wrap:
    times: int = 1
    colors: list[Color] | None = None


@strawberry.type
class Money:
    minor: int
    text: Amount
    currency: str | None


@strawberry.type
class Action:
    name: str
    blockers: list[str] | None
    money: Money | None = computed(lambda row: _member(row, "money"))
    rank: int = batched(lambda rows: [len(str(_member(row, "name"))) for row in rows])


def _member(row: Any, name: str) -> Any:
    return row_value(row, name)


@strawberry.interface
class Node(Prefixed):
    id: strawberry.ID


@strawberry.interface
class Named(Prefixed):
    name: str | None
    status: Status = strawberry.field(deprecation_reason="say what it is")


def label_of(row: Row, *, wrap: Wrap, mark: str = "-") -> str | None:
    colors = ",".join(color.name for color in wrap.colors or [])
    return f"{mark}{wrap.times}{row['name']}{colors}"


def path_of(row: Row, info: strawberry.Info) -> str:
    return f"{info.field_name} {info.context.word} {row['name']}"


def actions_of(rows: list[Row]) -> list[Any]:
    return [row["hidden_actions"] for row in rows]


def twins_of(rows: list[Row], info: strawberry.Info, *, color: Color = Color.RED) -> list[Any]:
    return [None if row["ok"] else {**row, "name": f"{color.value}{info.context.word}"} for row in rows]


@strawberry.type
class Shop(Node, Named):
    prefix: ClassVar[str] = "shop"
    ok: bool
    rating: float | None
    opened_at: Moment | None
    colors: list[Color]
    items: "list[Item]"
    lead: "Item | None"
    label: str | None = computed(label_of)
    where: str = computed(path_of)
    total: Money | None = computed(lambda row: row["hidden_total"])
    allowed_actions: list[Action] | None = batched(actions_of)
    twin: "Shop | None" = batched(twins_of)


@strawberry.type
class Item(Node, Named):
    prefix: ClassVar[str] = "shopitem"
    quantity: int
    maybe: int | None
    extra: strawberry.scalars.JSON | None
    matrix: list[list[int | None] | None]
    tags: list[str | None] | None
    shop: Shop | None
    seen: list[Moment]
    allowed_actions: list[Action] = batched(actions_of)

    @strawberry.field
    def double(self, by: int = 2) -> int | None:
        return _member(self, "quantity") % (abs(by) + 1)  # type: ignore[no-any-return]  # a row's value

    @strawberry.field
    async def later(self) -> str | None:
        return _member(self, "name")  # type: ignore[no-any-return]  # a row's value


@strawberry.type
class Done:
    shop: Shop | None
    at: Moment


@strawberry.type
class Refused:
    reasons: list[str]
    code: Status | None


Outcome = Annotated[Done | Refused, strawberry.union("Outcome")]
Thing = Annotated[Shop | Item, strawberry.union("Thing")]


@strawberry.type
class Edge:
    cursor: str
    node: Shop


@strawberry.type
class Page:
    edges: list[Edge]
    nodes: list[Shop]
    total_count: int | None


@dataclass
class Surroundings:
    """A context that serves prepared values, and counts which root resolvers ran."""

    values: dict[str, Any]
    word: str = "here"
    ran: list[str] = field(default_factory=list)

    def serve(self, name: str) -> Any:
        self.ran.append(name)
        value = self.values[name]
        if isinstance(value, Broken):
            raise value.error
        return value


class Broken:
    """Stands for a root resolver's error."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _root(info: strawberry.Info) -> Any:
    return info.context.serve(info.python_name)


@strawberry.type
class Query:
    @strawberry.field
    async def node(self, info: strawberry.Info, id: strawberry.ID) -> Node | None:
        return _root(info)  # type: ignore[no-any-return]  # served

    @strawberry.field
    def named(self, info: strawberry.Info) -> list[Named | None]:
        return _root(info)  # type: ignore[no-any-return]  # served

    @strawberry.field
    async def shop(self, info: strawberry.Info, wrap: Wrap | None = None) -> Shop:
        return _root(info)  # type: ignore[no-any-return]  # served

    @strawberry.field
    async def page(self, info: strawberry.Info, first: int = 3) -> Page:
        return _root(info)  # type: ignore[no-any-return]  # served

    @strawberry.field
    def things(self, info: strawberry.Info) -> list[Thing] | None:
        return _root(info)  # type: ignore[no-any-return]  # served

    @strawberry.field
    def items(self, info: strawberry.Info) -> list[list[Item] | None] | None:
        return _root(info)  # type: ignore[no-any-return]  # served

    @strawberry.field
    def outcome(self, info: strawberry.Info) -> Outcome | None:
        return _root(info)  # type: ignore[no-any-return]  # served


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def open_shop(self, info: strawberry.Info, wrap: Wrap) -> Outcome:
        return _root(info)  # type: ignore[no-any-return]  # served

    @strawberry.mutation
    async def close_shop(self, info: strawberry.Info, id: strawberry.ID) -> Shop | None:
        return _root(info)  # type: ignore[no-any-return]  # served


def schema_of(executor: Any = None, **options: Any) -> strawberry.Schema:
    """The toy schema on an executor; stock Strawberry without one."""
    config = StrawberryConfig(default_resolver=row_value, scalar_map=SCALARS)
    return strawberry.Schema(
        Query, Mutation, types=[Shop, Item], config=config, execution_context_class=executor, **options
    )


INSTANCES = {"Done": Done, "Refused": Refused}
HIDDEN = {
    "Shop": {"hidden_actions": "[Action!]", "hidden_total": "Money", "name": "String"},
    "Item": {"hidden_actions": "[Action!]!", "name": "String"},
    "Action": {"money": "Money", "name": "String!"},
}


class Rows:
    """Random values of the schema's types: faultless, or with what should not be there every now and then."""

    def __init__(self, schema: strawberry.Schema, seed: int, *, faults: float = 0.0) -> None:
        self._types = graphql_schema(schema).type_map
        self._random = random.Random(seed)
        self._faults = faults

    def roots(self) -> dict[str, Any]:
        fields = {**self._fields("Query"), **self._fields("Mutation")}
        return {name: self._root(type_) for name, type_ in fields.items()}

    def _root(self, type_: Any) -> Any:
        if self._random.random() < self._faults:
            return Broken(LookupError("the root resolver failed"))
        return self._value(type_, 4)

    def _fields(self, name: str) -> dict[str, Any]:
        fields = self._types[name].fields.values()  # type: ignore[attr-defined]  # an object type
        return {one.extensions["strawberry-definition"].python_name: one.type for one in fields}

    def _value(self, type_: Any, depth: int) -> Any:
        dice = self._random
        if dice.random() < self._faults:
            return self._fault()
        if isinstance(type_, GraphQLNonNull):
            return self._some(type_.of_type, depth)
        return None if dice.random() < 0.25 or depth < 0 else self._some(type_, depth)

    def _fault(self) -> Any:
        faults: tuple[Any, ...] = (
            None,
            None,
            ValueError("a value that is an error"),
            object(),
            2**40,
            "text",
            [],
            {},
            -1,
            (1,),
        )
        return self._random.choice(faults)

    def _some(self, type_: Any, depth: int) -> Any:
        dice = self._random
        if isinstance(type_, GraphQLList):
            values = [self._value(type_.of_type, depth - 1) for _ in range(dice.randint(0, 2) if depth > 0 else 0)]
            return tuple(values) if dice.random() < 0.1 else values
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            names = [one.name for one in getattr(type_, "types", [self._types["Shop"], self._types["Item"]])]
            return self._row(dice.choice(names), depth)
        if isinstance(type_, GraphQLObjectType):
            return self._row(type_.name, depth)
        if isinstance(type_, GraphQLEnumType):
            members = list(type_.wrapped_cls)  # type: ignore[attr-defined]  # Strawberry's enum type
            member = dice.choice(members)
            return member if dice.random() < 0.3 else member.value
        return self._scalar(type_.name)

    def _scalar(self, name: str) -> Any:
        dice = self._random
        usual: dict[str, list[Any]] = {
            "Int": [0, 7, 12, True, 3.0],
            "Float": [0.5, 2.25, 3, 1e300],
            "String": ["", "lamp", "λ\n", 5],
            "Boolean": [True, False],
            "Moment": ["2026-01-01T00:00:00Z", 5],
            "Amount": [0, 5, 1999],
            "JSON": [{"a": [1]}, [], "x", False],
            "ID": ["x", 5],
        }
        first, *others = usual[name]
        return dice.choice(others) if dice.random() < 0.5 else first

    def _row(self, name: str, depth: int) -> Any:
        row = {key: self._value(type_, depth - 1) for key, type_ in self._fields(name).items()}
        for key, sdl in HIDDEN.get(name, {}).items():
            row[key] = self._value(self._type(sdl), depth - 1)
        if "id" in row:
            row["id"] = f"{ {'Shop': 'shop', 'Item': 'shopitem'}[name] }_{self._random.randint(1, 99)}"
        if self._random.random() < self._faults:
            row.pop(self._random.choice(list(row)))
            return row
        made = INSTANCES.get(name)
        return made(**{key: row[key] for key in self._fields(name)}) if made else row

    def _type(self, sdl: str) -> Any:
        if sdl.endswith("!"):
            return GraphQLNonNull(self._type(sdl[:-1]))
        if sdl.startswith("["):
            return GraphQLList(self._type(sdl[1:-1]))
        return self._types[sdl]
