"""The law of the house: which rooms there are, and which rooms each may use. `docs/house.md` shows it as pictures.

python -m tests.house    draws the pictures anew
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "house.md"

HOUSE: dict[str, str] = {
    "server": "app settings",
    "app": "schema resolvers services gateways events models database observe engine domain settings",
    "schema": "resolvers services events models engine domain",
    "resolvers": "services events models engine domain",
    "services": "gateways events models engine domain",
    "gateways": "models domain",
    "events": "engine models domain",
    "database": "engine settings",
    "observe": "engine gateways settings",
    "migrations": "models domain",
    "models": "domain",
    "engine": "",
    "settings": "",
    "domain": "",
}
"""Folder → the folders that it may use."""

SERVICES: dict[str, str] = {
    "demo": "worker webhooks intake commands acts transition inputs terms outcomes return_settings owner_events",
    "worker": "commands acts transition movements labels facts currency",
    "webhooks": "commands idempotency worker",
    "messages": "worker guests currency",
    "guests": "",
    "intake": "commands changes inputs idempotency currency terms",
    "preview": "commands acts transition inputs",
    "commands": "acts transition order_reading order_book order_statement changes inputs idempotency visibility",
    "idempotency": "changes",
    "acts": (
        "transition movements disputes goods labels charges pricing facts order_book inputs visibility currency"
        " working_days"
    ),
    "transition": (
        "effects disputes withdrawals goods labels facts order_book changes inputs standing working_days writer"
    ),
    "effects": "packages goods movements disputes withdrawals charges pricing order_book inputs writer",
    "packages": "goods inputs writer",
    "withdrawals": "goods charges order_book inputs writer",
    "movements": "order_book inputs",
    "disputes": "order_book inputs writer",
    "goods": "charges labels facts order_book inputs working_days writer",
    "labels": "facts order_book inputs visibility writer",
    "charges": "pricing order_book",
    "pricing": "order_book currency",
    "facts": "order_book working_days",
    "order_reading": "order_book order_statement rulebooks changes",
    "order_book": "rulebooks changes",
    "order_statement": "idempotency policies rulebooks",
    "rulebooks": "",
    "working_days": "",
    "changes": "",
    "writer": "inputs",
    "inputs": "",
    "standing": "",
    "visibility": "",
    "currency": "",
    "terms": "policies",
    "policies": "owner_events",
    "reasons": "terms owner_events",
    "outcomes": "currency inputs working_days",
    "terms_wanted": "outcomes currency",
    "return_terms": "rulebooks owner_events",
    "simulation": "rulebooks facts",
    "return_settings": "outcomes return_terms owner_events",
    "people": "",
    "exports": "worker",
    "views": "intake",
    "pauses": "owner_events",
    "privacy": "worker owner_events guests exports",
    "owner_events": "",
}
"""The rooms of services."""

ENGINE: dict[str, str] = {
    "explain": "engine execution documents context visibility conditions errors",
    "uvicorn": "transport timing",
    "transport": "engine subscriptions documents context errors rate_limits timing",
    "engine": "execution subscriptions documents context errors rate_limits timing",
    "execution": "reads errors",
    "subscriptions": "context errors rate_limits timing",
    "documents": "errors",
    "reads": "context visibility conditions errors",
    "context": "visibility rate_limits",
    "visibility": "conditions",
    "conditions": "",
    "rate_limits": "errors",
    "errors": "",
    "timing": "",
    "compat": "",
    "lru": "",
}
"""The rooms of the engine; every one may use `compat`."""

FLOORS = {"": HOUSE, "services": SERVICES, "engine": ENGINE}
TYPES_ONLY = {
    ("services.effects", "services.transition"),
    ("services.packages", "services.transition"),
    ("services.writer", "services.transition"),
    ("services.goods", "services.transition"),
    ("services.labels", "services.transition"),
    ("services.movements", "services.transition"),
    ("services.disputes", "services.transition"),
    ("services.withdrawals", "services.transition"),
    ("resolvers.filters", "schema.lists"),
    ("resolvers.filters", "schema.administration"),
    ("resolvers.administration", "schema.administration"),
    ("resolvers.policies", "schema.policies"),
    ("resolvers.filters", "schema.messages"),
    ("resolvers.messages", "schema.messages"),
    ("resolvers.queries", "schema.lists"),
    ("resolvers.subscriptions", "schema.lists"),
    ("resolvers.returns", "schema.inputs"),
    ("resolvers.pauses", "schema.inputs"),
    ("resolvers.return_terms", "schema.return_terms"),
    ("resolvers.privacy", "schema.privacy"),
    ("resolvers.filters", "schema.return_terms"),
    ("resolvers.filters", "schema.withdrawals"),
    ("resolvers.subscriptions", "schema.withdrawals"),
    ("resolvers.withdrawals", "schema.inputs"),
    ("resolvers.exports", "schema.exports"),
}
"""Modules that name types of a room above: an effect is given its transition, a filter is an input of the schema."""
EVERYWHERE = {"engine": {"compat", "lru"}}
"""Rooms of a folder that all its others may use."""


def modules() -> list[Path]:
    """What runs in production: the modules at the root and in the folders of the house."""
    folders = [ROOT / name for name in HOUSE if (ROOT / name).is_dir()]
    return [*sorted(ROOT.glob("*.py")), *(path for folder in folders for path in sorted(folder.rglob("*.py")))]


def name_of(path: Path) -> str:
    """The dotted name of a module; a package's is its folder's."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported(path: Path) -> tuple[str, ...]:
    """What a module imports, anywhere in it, as dotted names: also `package.name` for what it takes from a package."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                found += (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0, names=names):
                found += (f"{module}.{alias.name}" for alias in names)
    return tuple(found)


def room_of(name: str, folder: str) -> str | None:
    """The room of `folder` that a dotted name is in; None outside of the folder, "" for the folder's own face."""
    if folder and name != folder and not name.startswith(f"{folder}."):
        return None
    return name.removeprefix(folder).removeprefix(".").split(".")[0]


def breaches(path: Path) -> Iterator[str]:
    """Sentences about what a module does against the law."""
    name = name_of(path)
    for folder, rooms in FLOORS.items():
        room = room_of(name, folder)
        if not room:
            continue  # another folder's, or the face of this one
        if room not in rooms:
            yield f"{name} is in no room of {folder or 'the house'} that the law knows"
            continue
        allowed = {room, *rooms[room].split(), *EVERYWHERE.get(folder, ())}
        for target in imported(path):
            there = room_of(target, folder)
            if any(name == user and target.startswith(used) for user, used in TYPES_ONLY):
                continue
            if there and there in {*rooms, *EVERYWHERE.get(folder, ())} and there not in allowed:
                yield f"{name} imports {target}, and {room} may not use {there}"


PUBLIC = {"_replace", "_asdict", "_value_", "_srcfile"}
"""Names that begin with `_` and are documented: of named tuples, of enums and of logging."""


def foreign_private_names(path: Path) -> Iterator[str]:
    """Private names of others that a module touches: attributes and imports that begin with `_`."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    own |= {node.id for node in nodes if isinstance(node, ast.Name)}
    own |= {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    }
    for node in nodes:
        if isinstance(node, ast.Attribute) and re.match(r"_[^_]", node.attr) and node.attr not in own | PUBLIC:
            yield f"{name_of(path)}:{node.lineno} touches {ast.unparse(node)}"
        if isinstance(node, ast.ImportFrom):
            yield from (
                f"{name_of(path)}:{node.lineno} imports {node.module}.{alias.name}"
                for alias in node.names
                if alias.name.startswith("_")
            )


def picture(rooms: dict[str, str]) -> str:
    """The rooms as a Mermaid graph; an arrow that other arrows make needless is left out."""
    uses = {room: set(targets.split()) for room, targets in rooms.items()}

    def reached(room: str, skip: str) -> set[str]:
        found: set[str] = set()
        ahead = list(uses[room] - {skip})
        while ahead:
            if (target := ahead.pop()) not in found:
                found.add(target)
                ahead += uses.get(target, ())
        return found

    arrows = [
        f"    {room} --> {target}"
        for room in uses
        for target in sorted(uses[room])
        if target not in reached(room, target)
    ]
    return "\n".join(["```mermaid", "graph TD", *arrows, "```"])


def drawn(page: str) -> str:
    """The page with its pictures as the law says."""
    for folder, rooms in FLOORS.items():
        mark = f"<!-- rooms of {folder or 'the house'} -->"
        before, _, after = page.split(mark)
        page = f"{before}{mark}\n{picture(rooms)}\n{mark}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
