"""The tables as a page for people: Mermaid state diagrams and Markdown tables, printed to `docs/lifecycle.md`."""

from collections.abc import Iterable, Iterator, Sequence

from domain.actions import Effect
from domain.guards import GUARDS, Guard
from domain.lifecycle import is_final
from domain.tables import STATUSES, TABLE, Edge
from domain.words import Role, Subject, Word

_HEAD = """\
# Every status, and every edge between them

`python server.py docs` prints this page from the transition tables in `domain/tables/`. The same rows decide every
command, fill `allowedActions` and answer the query `transitions`.

An action is *offered* if its conditions on the facts hold: a client then enables the button. A command is *accepted* if
its conditions on the input hold as well. Everything that does not hold is reported at once, with the
[sentences below](#the-conditions). An edge without a *from* opens its subject.
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
            "\n".join(_edges(edges)) + "\n",
        ]
    parts += ["## The conditions\n", "\n".join(_conditions()) + "\n"]
    parts += ["## The effects\n", "\n".join(_effects())]
    return "\n".join(parts) + "\n"


def diagram(edges: Sequence[Edge]) -> str:
    """A Mermaid state diagram: one arrow for each action between two statuses, with all roles that may take it."""
    arrows: dict[tuple[str, str, str], set[Role]] = {}
    for edge in edges:
        arrow = (edge.source or "[*]", edge.target, edge.action.label)
        arrows.setdefault(arrow, set()).update(edge.roles)
    lines = [f"  {source} --> {to} : {action} ({_roles(roles)})" for (source, to, action), roles in arrows.items()]
    ends = dict.fromkeys(edge.target for edge in edges if is_final(edge.target))
    return "\n".join(["stateDiagram-v2", *lines, *(f"  {status} --> [*]" for status in ends)])


def _statuses(subject: Subject) -> Iterator[str]:
    yield from table_head("Status", "Meaning", "Final")
    for status in STATUSES[subject]:
        yield table_row(f"`{status}`", status.meaning, "yes" if is_final(status) else "")


def _edges(edges: Iterable[Edge]) -> Iterator[str]:
    yield from table_head("Action", "Type", "From", "To", "Who", "Offered when", "Accepted when", "Effects")
    for edge in edges:
        yield table_row(
            f"`{edge.action}`",
            _code(edge.transaction),
            _code(edge.source),
            _code(edge.target),
            _roles(edge.roles) + (f", for the {edge.on_behalf_of.lower()}" if edge.on_behalf_of else ""),
            _names(edge.when),
            _names(edge.given),
            ", ".join(effect.label.lower() for effect in edge.effects),
        )


def _conditions() -> Iterator[str]:
    yield from table_head("Condition", "Code", "What a client reads when it does not hold")
    for guard in GUARDS.values():
        yield table_row(_name(guard), f"`{guard.code}`", guard.sentence)


def _effects() -> Iterator[str]:
    yield from table_head("Effect", "What it writes")
    for effect in Effect:
        yield table_row(effect.label.lower(), effect.meaning)


def table_head(*names: str) -> tuple[str, str]:
    """The first two lines of a Markdown table."""
    return table_row(*names), table_row(*("---" for _ in names))


def table_row(*cells: str) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def _code(word: Word | None) -> str:
    return f"`{word}`" if word else ""


def _roles(roles: Iterable[Role]) -> str:
    return ", ".join(role.lower() for role in Role if role in set(roles))


def _names(guards: Iterable[Guard]) -> str:
    return ", ".join(map(_name, guards))


def _name(guard: Guard) -> str:
    return guard.name.replace("_", " ")
