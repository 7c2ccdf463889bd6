"""What an operation is called, in words that only the document can choose."""

from graphql import FieldNode, OperationDefinitionNode

from engine.engine import Finished


def operation_of(finished: Finished) -> OperationDefinitionNode | None:
    """The operation that was asked for; None if the document has none of that name."""
    operations = finished.document.operations
    if not finished.operation_name and len(operations) == 1:
        return next(iter(operations.values()))
    return operations.get(finished.operation_name)


def root_of(finished: Finished) -> tuple[str, str]:
    """The operation's kind and first root field: names of the schema, so there are not more of them than it has.

    Names of operations and aliases are the client's to choose, without end.
    """
    operation = operation_of(finished)
    if operation is None:
        return "unknown", "unknown"
    first = operation.selection_set.selections[0]
    return operation.operation.value, first.name.value if isinstance(first, FieldNode) else "fragment"
