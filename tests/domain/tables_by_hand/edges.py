"""An edge as it is written by hand, and what must stop it."""

from dataclasses import dataclass, field
from typing import Any

from domain.actions import Action, Effect
from domain.facts import (
    Facts,
)
from domain.refusals import Refusal
from domain.words import (
    LabelStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    RequestStatus,
    ReturnStatus,
    Role,
    Subject,
    TransactionType,
    Word,
)

A, E, F, T = Action, Effect, Refusal, TransactionType


K, Q, P, R, V, L = PackageStatus, RequestStatus, PlanStatus, RefundStatus, ReturnStatus, LabelStatus


CUSTOMER, SELLER, OWNER, SYSTEM = Role.CUSTOMER, Role.SELLER, Role.OWNER, Role.SYSTEM


@dataclass(frozen=True)
class Violation:
    """One condition that is violated: the code, changes to the facts and to the input, the path of the input."""

    code: Refusal
    facts: dict[str, Any] = field(default_factory=dict)
    input: dict[str, Any] = field(default_factory=dict)
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExpectedEdge:
    """One edge, with facts and an input that take it."""

    subject: Subject
    action: Action
    transaction: TransactionType | None
    target: Word
    roles: frozenset[Role]
    facts: Facts
    input: Any = None
    violations: tuple[Violation, ...] = ()
    effects: tuple[Effect, ...] = ()
    on_behalf_of: Role | None = None

    @property
    def source(self) -> Word | None:
        """The status that the edge starts from; None if it opens its subject."""
        return getattr(self.facts, "status", None)

    def __str__(self) -> str:
        roles = "+".join(sorted(self.roles))
        return f"{self.subject}-{self.action}-{self.transaction}-{self.source}-{self.target}-{roles}"
