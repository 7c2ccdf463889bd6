"""The names of operations in logs and metrics."""

from graphql import FieldNode, OperationDefinitionNode

from engine import Finished


def operation_of(finished: Finished) -> OperationDefinitionNode | None:
    """The operation that was requested; None if the document has none of that name."""
    operations = finished.document.operations
    if not finished.operation_name and len(operations) == 1:
        return next(iter(operations.values()))
    return operations.get(finished.operation_name)


def root_of(finished: Finished) -> tuple[str, str]:
    """The operation's type and first root field: the schema limits how many of these there are.

    Clients choose the names of operations and aliases, so their number is not limited.
    """
    operation = operation_of(finished)
    if operation is None:
        return "unknown", "unknown"
    first = operation.selection_set.selections[0]
    return operation.operation.value, first.name.value if isinstance(first, FieldNode) else "fragment"
