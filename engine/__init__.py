"""The engine: how GraphQL runs here. Nothing in this package knows what an order is.

A request comes in through `transport` (HTTP, server-sent events, WebSockets), which asks the application's context
factory who the caller is. `Documents` finds the document; it parses, limits and validates each text once. `Engine`
checks the caller's rate, the root fields and the cost, and executes a query or a mutation within a time limit: a
prepared executor calls the resolvers, and generated code completes what they return. A resolver reads with
`engine.reads`, which makes one SQL statement of the selection. A subscription goes to the `Hub`, which executes it
once for all callers that ask the same with the same rights. Every error leaves as a `GraphQLFault` with its code, or
is masked.

What stands in `__all__` is for the rest of the house. It is imported when it is first asked for, so that a module that
needs an error does not load a server. `engine.reads` and `engine.execution.computed` are for schema and resolvers.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.context import OperationContext
    from engine.documents.cost import Cost
    from engine.documents.limits import Limits
    from engine.documents.registry import Document, Documents, RequestErrors, listed_documents
    from engine.engine import CLIENT, Around, Engine, Finished, masked
    from engine.errors import BadInput, Forbidden, GraphQLFault, Throttled, Unauthenticated, is_outage
    from engine.execution.executor import CompiledExecutor
    from engine.rate_limits import ConcurrencyLimiter, RateLimiter
    from engine.subscriptions.hub import Hub
    from engine.subscriptions.outbox import Outbox
    from engine.subscriptions.streams import Item, Stream
    from engine.timing.delays import Delay
    from engine.transport.connection import ConnectionLimits
    from engine.transport.encoding import encodings
    from engine.transport.http import GraphQLEndpoint
    from engine.transport.websocket import Sockets
    from engine.uvicorn.http_protocol import HttpProtocol
    from engine.uvicorn.server import GracefulServer, WebSocketProtocol

__all__ = [
    "CLIENT",
    "Around",
    "BadInput",
    "CompiledExecutor",
    "ConcurrencyLimiter",
    "ConnectionLimits",
    "Cost",
    "Delay",
    "Document",
    "Documents",
    "Engine",
    "Finished",
    "Forbidden",
    "GracefulServer",
    "GraphQLEndpoint",
    "GraphQLFault",
    "HttpProtocol",
    "Hub",
    "Item",
    "Limits",
    "OperationContext",
    "Outbox",
    "RateLimiter",
    "RequestErrors",
    "Sockets",
    "Stream",
    "Throttled",
    "Unauthenticated",
    "WebSocketProtocol",
    "encodings",
    "is_outage",
    "listed_documents",
    "masked",
]

_MODULES = {
    "engine.context": ("OperationContext",),
    "engine.documents.cost": ("Cost",),
    "engine.documents.limits": ("Limits",),
    "engine.documents.registry": ("Document", "Documents", "RequestErrors", "listed_documents"),
    "engine.engine": ("CLIENT", "Around", "Engine", "Finished", "masked"),
    "engine.errors": ("BadInput", "Forbidden", "GraphQLFault", "Throttled", "Unauthenticated", "is_outage"),
    "engine.execution.executor": ("CompiledExecutor",),
    "engine.rate_limits": ("ConcurrencyLimiter", "RateLimiter"),
    "engine.subscriptions.hub": ("Hub",),
    "engine.subscriptions.outbox": ("Outbox",),
    "engine.subscriptions.streams": ("Item", "Stream"),
    "engine.timing.delays": ("Delay",),
    "engine.transport.connection": ("ConnectionLimits",),
    "engine.transport.encoding": ("encodings",),
    "engine.transport.http": ("GraphQLEndpoint",),
    "engine.transport.websocket": ("Sockets",),
    "engine.uvicorn.http_protocol": ("HttpProtocol",),
    "engine.uvicorn.server": ("GracefulServer", "WebSocketProtocol"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

if not TYPE_CHECKING:  # else every name would be one of the engine's to the type checker

    def __getattr__(name: str) -> object:
        """The name's value, from its module."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module 'engine' has no attribute {name!r}")
        return getattr(import_module(_MODULE_OF[name]), name)
