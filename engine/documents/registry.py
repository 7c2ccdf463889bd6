"""The registry of documents: text or identifier → parsed, limited and validated, once."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    NoSchemaIntrospectionCustomRule,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    specified_rules,
    validate,
)

from engine.compat.strawberry import MaybeNullValidationRule, OneOfInputValidationRule, graphql_schema
from engine.documents.cost import length_of, value_at
from engine.documents.limits import CostAnalyzer, Limits
from engine.errors import BadInput, Forbidden, GraphQLFault, TooComplex, Unauthenticated
from engine.lru import LRU

SHA256 = "sha256:"
MOST_COSTS = 64
_LONGEST_MESSAGE = 500
"""Characters; messages quote the document."""
_LENGTH_OF_ALL = 2_000_000
"""Characters of text kept; its tree takes some hundred times as much memory."""


class RequestErrors(Exception):
    """Errors of a request of which nothing has run; each has its code in `extensions`."""

    def __init__(self, errors: Iterable[GraphQLError], *, http_status: int = 400) -> None:
        self.errors = list(errors)
        self.http_status = http_status
        super().__init__("; ".join(error.message for error in self.errors))

    @classmethod
    def of(cls, fault: GraphQLFault) -> "RequestErrors":
        return cls([_typed(fault.message, fault.code)], http_status=fault.http_status)


class NotPersisted(BadInput):
    """An identifier of no document here; Apollo's link looks for this very message."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class PersistedOnly(BadInput):
    """A text that is not listed, while only listed documents are served."""

    code = "PERSISTED_QUERY_ONLY"


@dataclass(slots=True, eq=False)
class Document:
    """A document that may be executed. A text has one object as long as it is kept."""

    text: str
    hash: str
    """sha256 of the text, in hexadecimal digits."""
    ast: DocumentNode
    cost_analyzer: CostAnalyzer
    operations: dict[str | None, OperationDefinitionNode]
    slices: frozenset[tuple[str, ...]]
    public: bool = True
    """Whether a caller without a token may ask it."""
    executed: bool = False
    """Whether it was executed before: the first execution generates code."""
    _costs: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation of that name, or the only operation; raises RequestErrors."""
        if not name and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if not name:
            raise RequestErrors.of(BadInput("The document has several operations: name one by operationName."))
        if name not in self.operations:
            raise RequestErrors.of(BadInput(f"Unknown operation named '{name[:200]}'."))
        return self.operations[name]

    def kind(self, name: str | None) -> OperationType:
        return self.operation(name).operation

    def check(self, name: str | None, fields: frozenset[str] | None) -> None:
        """Raises Forbidden if the operation has another root field than `fields`; None allows all."""
        if fields is not None:
            others = _roots(self.ast, [self.operation(name).selection_set]) - fields - {"__typename"}
            if others:
                raise Forbidden(f"This token is not for {', '.join(sorted(others))[:200]}.")

    def cost(self, name: str | None, variables: Mapping[str, Any]) -> int:
        """What the operation may cost under these variables, in objects; raises TooComplex."""
        key = (name, *(_length(variables, place) for place in self.slices))
        cost = self._costs.get(key)
        if cost is None:
            cost = self.cost_analyzer.cost(self.ast, self.operation(name), variables)
            if len(self._costs) >= MOST_COSTS:
                self._costs.clear()
            self._costs[key] = cost
        return cost


class Documents:
    """The documents of one schema: the listed ones for ever, the others as long as there is room.

    With `only_listed` nothing but the listed documents is served. `introspection` and `suggestions`
    are for development; production answers neither `__schema` nor "Did you mean". `public` are the root fields that
    callers without a token may ask for, None for all.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        limits: Limits | None = None,
        *,
        listed: Mapping[str, str] | None = None,
        only_listed: bool = False,
        introspection: bool = True,
        suggestions: bool = True,
        public: Collection[str] | None = None,
        capacity: int = 1_000,
    ) -> None:
        self.limits = limits or Limits()
        self.suggestions = suggestions
        self._schema = graphql_schema(schema)
        self._cost_analyzer = CostAnalyzer(self._schema, self.limits)
        self._listed = {_hash(text): text for text in (listed or {}).values()} | dict(listed or {})
        self._only_listed = only_listed
        self._rules = list(specified_rules)
        if not introspection:
            self._rules.append(NoSchemaIntrospectionCustomRule)
        self._for_tokens = _root_names(self._schema) - set(public) if public is not None else frozenset[str]()
        self._known: LRU[str, Document] = LRU(capacity)
        self._by_hash: dict[str, Document] = {}
        self._length = 0

    def get(self, query: str | None, document_id: str | None = None, *, anonymous: bool = False) -> Document:
        """The document of a text, or of an identifier, or of a text that has this identifier.

        Identifiers are `sha256:` and 64 digits, or what the list calls its documents. A text that an `anonymous` caller
        may not ask is refused before it is validated.
        Raises RequestErrors, with at most `limits.errors` of them.
        """
        try:
            if query is not None and document_id is not None and document_id != SHA256 + _hash(query):
                raise BadInput("The identifier is not the sha256 of the query.")
            text = self._identified(document_id) if query is None else query
            document = self._known.get(text)
            if document is None:
                if self._only_listed and _hash(text) not in self._listed:
                    raise PersistedOnly("Only persisted documents are served here: send the documentId of one.")
                return self._learn(text, anonymous=anonymous)
            self._known.touch(text)
            if anonymous and not document.public:
                raise _needs_token()
            return document
        except GraphQLFault as fault:
            raise RequestErrors.of(fault) from None

    def knows(self, query: str | None, document_id: str | None) -> bool:
        """Whether `get` has the document at hand."""
        return (self._text(document_id) if query is None else query) in self._known

    def derived(self, text: str) -> Document:
        """A document that the server made from one that it serves; it need not be listed. Raises RequestErrors."""
        try:
            return self._known.get(text) or self._learn(text)
        except GraphQLFault as fault:
            raise RequestErrors.of(fault) from None

    def _identified(self, document_id: str | None) -> str:
        """The text of an identifier. Raises BadInput, NotPersisted."""
        if document_id is None:
            raise BadInput("Neither a query nor a documentId was given.")
        text = self._text(document_id)
        if text is None:
            raise NotPersisted("PersistedQueryNotFound")
        return text

    def _text(self, document_id: str | None) -> str | None:
        """The text of an identifier; None if it names none."""
        name = (document_id or "").removeprefix(SHA256)
        document = self._by_hash.get(name)
        return self._listed.get(name) if document is None else document.text

    def _learn(self, text: str, *, anonymous: bool = False) -> Document:
        document = self._examined(text, anonymous=anonymous)
        self._known[text] = self._by_hash[document.hash] = document
        self._length += len(text)
        while len(self._known) > self._known.capacity or self._length > _LENGTH_OF_ALL:
            oldest, old = self._known.forget()
            del self._by_hash[old.hash]
            self._length -= len(oldest)
        return document

    def _examined(self, text: str, *, anonymous: bool) -> Document:
        try:
            ast = parse(text, max_tokens=self.limits.tokens)
        except GraphQLError as error:
            too_long = error.message.startswith("Syntax Error: Document contains more than")
            code = TooComplex.code if too_long else BadInput.code
            raise RequestErrors([_typed(error.message, code, error)]) from None
        public = self._for_tokens.isdisjoint(_roots(ast))
        if anonymous and not public:
            raise _needs_token()
        counts = self._cost_analyzer.check(ast)
        errors = self._invalid(ast)
        if errors:
            kept = errors[: self.limits.errors]
            raise RequestErrors(_typed(error.message, BadInput.code, error) for error in kept)
        operations = {
            (node.name.value if node.name else None): node
            for node in ast.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        if not operations:
            raise BadInput("The document holds no operation.")
        return Document(text, _hash(text), ast, self._cost_analyzer, operations, frozenset(counts.slices), public)

    def _invalid(self, ast: DocumentNode) -> list[GraphQLError]:
        """Check GraphQL's own rules first: Strawberry's expect a document that obeys them."""
        most, hide = self.limits.errors, not self.suggestions
        errors = validate(self._schema, ast, self._rules, most, hide_suggestions=hide)
        return errors or validate(self._schema, ast, [MaybeNullValidationRule, _OneOf], most)


def _needs_token() -> Unauthenticated:
    return Unauthenticated("This needs a token: send the header authorization: Bearer <token>.")


def _root_names(schema: GraphQLSchema) -> frozenset[str]:
    roots = [schema.get_root_type(operation) for operation in OperationType]
    return frozenset(name for root in roots if root is not None for name in root.fields)


def _roots(document: DocumentNode, selections: Sequence[SelectionSetNode] | None = None) -> set[str]:
    """The root fields of some selections, or of all operations, with those of their fragments.

    The document need not be valid: fragments may be missing, or be in a cycle.
    """
    definitions = document.definitions
    fragments = {d.name.value: d.selection_set for d in definitions if isinstance(d, FragmentDefinitionNode)}
    if selections is None:
        selections = [d.selection_set for d in definitions if isinstance(d, OperationDefinitionNode)]
    found: set[str] = set()
    pending, seen = list(selections), set()
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode):
                found.add(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                pending.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                if node.name.value in fragments:
                    pending.append(fragments[node.name.value])
    return found


class _OneOf(OneOfInputValidationRule):
    """Strawberry's rule, which fails in a fragment before its operation, where it knows no variables yet.

    Nothing is missed: the input is checked again when it is coerced.
    """

    def validate_one_of(self, node: ObjectValueNode, type: GraphQLNamedType) -> None:
        with suppress(AttributeError, KeyError):
            super().validate_one_of(node, type)


def listed_documents(path: Path) -> dict[str, str]:
    """Read a list of documents as the tools write it: Apollo's manifest, or a map of identifiers to texts.

    graphql-codegen and Relay write such maps. Raises ValueError for anything else.
    """
    content = json.loads(path.read_text())
    if isinstance(content, dict) and isinstance(content.get("operations"), list):
        content = {listed["id"]: listed["body"] for listed in content["operations"]}
    if not isinstance(content, dict) or not all(isinstance(text, str) for text in content.values()):
        raise ValueError(f"{path.name}: not a list of persisted documents, which maps identifiers to texts")
    return {name.removeprefix(SHA256): text for name, text in content.items()}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _length(variables: Mapping[str, Any], place: tuple[str, ...]) -> Any:
    """A page's or a list's length as a key; anything else is refused when the variables are coerced."""
    if place[0] not in variables:
        return ""
    value = value_at(variables, place)
    return value if isinstance(value, int | float | None) else (length_of(value),)


def _typed(message: str, code: str, error: GraphQLError | None = None) -> GraphQLError:
    nodes, source, positions = (error.nodes, error.source, error.positions) if error else (None, None, None)
    if len(message) > _LONGEST_MESSAGE:
        message = message[:_LONGEST_MESSAGE] + " …"
    return GraphQLError(message, nodes, source, positions, extensions={"code": code})
