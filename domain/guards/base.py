"""What a guard is, and how a predicate becomes one."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import Path
from domain.facts import Facts
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition with its code and its sentence. `about` is the path of the input it reads, empty for facts."""

    name: str
    code: Refusal
    sentence: str
    about: Path
    holds: Callable[..., bool]
    when: Callable[..., bool] | None
    """Whether the facts make this a condition at all; None if all do."""
    by_item: bool
    """Whether it is asked of each accepted item; then a part of `about` is `*`, for the item's place in the list."""

    @property
    def may_require(self) -> bool:
        """Whether it may require its input; one that finds a contradiction only wants it left out, and one that is
        asked of each item of a list requires none.
        """
        return bool(self.about) and not self.by_item and self.code is not Refusal.CONTRADICTORY_INPUT

    @property
    def field(self) -> str:
        """The input that it reads: one of the mutation's own, or of an item for which a request is opened."""
        return next(part for part in self.about if part != "input")

    def applies(self, facts: Facts) -> bool:
        """Whether it is a condition; if it is not, its input is not among the required ones."""
        return self.when is None or self.when(facts)


def guard(
    code: Refusal, *, about: str = "", applies: Callable[..., bool] | None = None
) -> Callable[[Callable[..., bool]], Guard]:
    """Make a guard of a predicate. Its docstring becomes the sentence, on one line."""

    def wrap(predicate: Callable[..., bool]) -> Guard:
        sentence = " ".join((predicate.__doc__ or "").split())
        path = tuple(about.split(".")) if about else ()
        return Guard(predicate.__name__, code, sentence, path, predicate, applies, "*" in path)

    return wrap
