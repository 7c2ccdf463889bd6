"""The tables for people to read: Mermaid state diagrams and Markdown tables, printed to `docs/lifecycle.md`."""

from collections.abc import Iterable, Iterator, Sequence

from domain.guards import ALL, Guard
from domain.lifecycle import is_final
from domain.tables import STATUSES, TABLE, Edge
from domain.words import Effect, Role, Subject, Word

_HEAD = """\
# Every status, and every way between them

Printed from the transition tables in `domain/tables/__init__.py` by `python server.py docs`; the same rows
decide every command, fill `allowedActions` and answer the query `transitions`.

An edge is *offered* when its conditions on the world hold: a client shows the button then. A command is *accepted*
when its conditions on the input hold as well. Everything that does not hold is reported at once, with the
[sentences below](#the-conditions). An edge without a beginning opens its subject.
"""


def page() -> str:
    """The whole page, a newline at its end."""
    parts = [_HEAD]
    for subject in Subject:
        edges = [edge for edge in TABLE if edge.subject is subject]
        parts += [
            f"## {subject.label}\n\n{subject.meaning}\n",
            f"```mermaid\n{diagram(edges)}\n```\n",
            "\n".join(_statuses(subject)) + "\n",
            "\n".join(_ways(edges)) + "\n",
        ]
    parts += ["## The conditions\n", "\n".join(_conditions()) + "\n"]
    parts += ["## The effects\n", "\n".join(_effects())]
    return "\n".join(parts) + "\n"


def diagram(edges: Sequence[Edge]) -> str:
    """A Mermaid state diagram: one arrow for each action between two statuses, with everybody who may take it."""
    arrows: dict[tuple[str, str, str], set[Role]] = {}
    for edge in edges:
        arrow = (edge.source or "[*]", edge.target, edge.action.label)
        arrows.setdefault(arrow, set()).update(edge.who)
    lines = [f"  {a} --> {b} : {action} ({_roles(who)})" for (a, b, action), who in arrows.items()]
    ends = dict.fromkeys(edge.target for edge in edges if is_final(edge.target))
    return "\n".join(["stateDiagram-v2", *lines, *(f"  {status} --> [*]" for status in ends)])


def _statuses(subject: Subject) -> Iterator[str]:
    yield from _head("Status", "Meaning", "Final")
    for status in STATUSES[subject]:
        yield _row(f"`{status}`", status.meaning, "yes" if is_final(status) else "")


def _ways(edges: Iterable[Edge]) -> Iterator[str]:
    yield from _head("Action", "Type", "From", "To", "Who", "Offered when", "Accepted when", "Effects")
    for edge in edges:
        yield _row(
            f"`{edge.action}`",
            _code(edge.transaction),
            _code(edge.source),
            _code(edge.target),
            _roles(edge.who),
            _names(edge.when),
            _names(edge.given),
            ", ".join(effect.label.lower() for effect in edge.effects),
        )


def _conditions() -> Iterator[str]:
    yield from _head("Condition", "Code", "What a client reads when it does not hold")
    used = {rule.name for edge in TABLE for rule in edge.when + edge.given}
    for rule in ALL.values():
        if rule.name in used:
            yield _row(_name(rule), f"`{rule.code}`", rule.sentence)


def _effects() -> Iterator[str]:
    yield from _head("Effect", "What it writes")
    for effect in Effect:
        yield _row(effect.label.lower(), effect.meaning)


def _head(*names: str) -> tuple[str, str]:
    return _row(*names), _row(*("---" for _ in names))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _code(word: Word | None) -> str:
    return f"`{word}`" if word else ""


def _roles(who: Iterable[Role]) -> str:
    return ", ".join(role.lower() for role in Role if role in set(who))


def _names(rules: Iterable[Guard]) -> str:
    return ", ".join(map(_name, rules))


def _name(rule: Guard) -> str:
    return rule.name.replace("_", " ")
