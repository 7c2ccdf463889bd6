"""What an effect is: a function that writes the rows of a subject."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from domain.lifecycle import Edge
from models.base import StatusRow
from services.inputs import Given

if TYPE_CHECKING:
    from services.transition import Transition

S = TypeVar("S", bound=StatusRow)
Writer: TypeAlias = Callable[["Transition", S, Edge, Given], None]
"""It takes the transition, the row that moved, the edge and what the command gave."""
