"""What a guard is, and how a predicate becomes one."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import Path
from domain.facts import Facts
from domain.words import Refusal


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
