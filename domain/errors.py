"""What a command is refused with: data first, the sentence second."""

from dataclasses import dataclass

from domain.refusals import Refusal

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blocker:
    """One condition that does not hold. `about` is the path of the input that it reads, empty for none."""

    code: Refusal
    message: str
    about: Path = ()


@dataclass(eq=False)
class Refused(Exception):
    """The refusal of a command, which then changes nothing, with every condition that fails.

    `current` is the id of the object that the caller should read again, if the version was stale.
    """

    blockers: tuple[Blocker, ...]
    current: str | None = None

    @property
    def code(self) -> Refusal:
        """The first condition's code."""
        return self.blockers[0].code


def refuse(code: Refusal, message: str | None = None, *, about: Path = ()) -> Refused:
    """A refusal with one condition. Without a message it has the code's own meaning."""
    return Refused((Blocker(code, message or code.meaning, about),))


def not_found(what: str, *, about: Path = ()) -> Refused:
    """The one answer for an object that does not exist and for one that the caller may not see."""
    return refuse(Refusal.NOT_FOUND, f"There is no such {what}, or you may not see it: check the id.", about=about)
