"""The house rules that a machine can hold: who may import whom, who may write a status, what stands in no file."""

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path

import pytest

from tests import house

ROOT = Path(__file__).parent.parent

STATUS_WRITERS = {"services/transition.py", "services/changes.py", "services/effects.py", "services/intake/orders.py"}


def sources(*roots: str) -> Iterator[Path]:
    for root in roots:
        yield from sorted((ROOT / root).rglob("*.py"))


def packages(path: Path) -> set[str]:
    """The top-level packages that a module imports, anywhere in it."""
    return {name.split(".")[0] for name in house.imported(path)}


@pytest.mark.parametrize("path", house.modules(), ids=house.name_of)
def test_a_module_is_in_a_room_and_uses_only_what_its_room_may(path: Path) -> None:
    assert list(house.breaches(path)) == []


@pytest.mark.parametrize(
    ("where", "line", "sentence"),
    [
        ("services/facts.py", "from resolvers import queries", "services may not use resolvers"),
        ("services/acts/refunds.py", "from services.commands import Command", "acts may not use commands"),
        ("engine/reads/pages.py", "def f():\n    from engine.transport import http", "reads may not use transport"),
        ("engine/reads/pages.py", "import models", "engine may not use models"),
        ("services/stray.py", "", "is in no room of services"),
        ("stray.py", "", "is in no room of the house"),
        ("cellar/wine.py", "", "is in no room of the house"),
    ],
)
def test_a_breach_of_the_law_is_seen(
    where: str, line: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "ROOT", tmp_path)
    module = tmp_path / where
    module.parent.mkdir(parents=True, exist_ok=True)
    module.write_text(line + "\n")
    assert any(sentence in breach for breach in house.breaches(module))


def test_private_names_of_others_are_touched_in_compat_alone() -> None:
    assert [
        touch
        for path in house.modules()
        if "compat" not in path.stem + path.parent.name
        for touch in house.foreign_private_names(path)
    ] == []


def test_the_tests_of_services_touch_no_private_name() -> None:
    """What a test must name is public, so that who changes a service sees in its face what tests stand on."""
    by_name = re.compile(r"setattr\([^,]+, \"_[a-z]")
    touches = [touch for path in sources("tests/services") for touch in house.foreign_private_names(path)]
    touches += [str(path) for path in sources("tests/services") if by_name.search(path.read_text())]
    assert touches == []


ANOTHER_EACH_TIME = re.compile(r" at 0x|\bset\(|frozenset\(|\{(?:'[^']*'|<[^>]*>)[,}]|\btzinfo=")
"""An address, a set in whatever order it has, a moment with its zone: what a process writes in its own way."""


def test_a_test_has_the_same_name_in_every_process(request: pytest.FixtureRequest) -> None:
    """Of those that were collected: two workers of one run must find the same."""
    assert [item.nodeid for item in request.session.items if ANOTHER_EACH_TIME.search(item.nodeid)] == []


@pytest.mark.parametrize("line", ["schema._schema", "from tortoise.models import _private", "Model._meta.db_table"])
def test_a_touch_of_a_private_name_is_seen(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "ROOT", tmp_path)
    module = tmp_path / "sly.py"
    module.write_text(f"class Own:\n    def ours(self):\n        self._ours = self._ours\n\n\n{line}\n")
    assert len(list(house.foreign_private_names(module))) == 1


def test_the_pictures_are_those_of_the_law() -> None:
    page = house.PAGE.read_text()
    assert house.drawn(page) == page, "run python -m tests.house"


def test_the_root_holds_two_modules_and_at_most_sixteen_folders() -> None:
    names = {path.relative_to(ROOT).parts for path in tracked()}
    folders = {parts[0] for parts in names if len(parts) > 1 and not parts[0].startswith(".")}
    assert {parts[0] for parts in names if len(parts) == 1 and parts[0].endswith(".py")} <= {"server.py", "settings.py"}
    assert len(folders) <= 16


def test_one_class_name_has_one_meaning() -> None:
    """Models and the schema show what others decide about, so they may use a name once more."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in house.modules():
        if path.relative_to(ROOT).parts[0] in ("models", "schema", "migrations"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name.removeprefix("_")].append(house.name_of(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


OLD_WORDS = set(
    re.findall(
        r"\w+",
        "lane lanes sight narrowing narrow_through survey moulds mould bells bell rung whoever foresee carry_out"
        " take_in vitals crew fleet corked patience parcel parcels hurry led picked faults asks",
    )
)


@cache
def parts_of(name: str) -> set[str]:
    """The words in a name, and each two that stand together."""
    words = re.findall(r"[a-z]+", re.sub(r"([A-Z])", r"_\1", name).lower())
    return {*words, *map("_".join, pairwise(words))}


def test_no_name_is_of_the_language_that_only_we_spoke() -> None:
    """The left column of the table of words. Names of tests are sentences, in which anybody may ask."""
    found = set()
    for path in [*house.modules(), *sources("tests", "benchmarks")]:
        allowed = {"faults", "asks"} if path.is_relative_to(ROOT / "tests") else set()
        names = {
            getattr(node, "name", None) or getattr(node, "id", None) or getattr(node, "arg", None)
            for node in ast.walk(ast.parse(path.read_text()))
        }
        for name in names:
            if (
                isinstance(name, str)
                and parts_of(name.replace("order_book", "").replace("OrderBook", "")) & OLD_WORDS - allowed
            ):
                found.add(f"{path.relative_to(ROOT)}: {name}")
    assert sorted(found) == []


BRITISH = re.compile(
    r"\b(?:un)?(?:cancell(?:ed|ing)|behaviour|colour|fulfils\b|recognis|organis|initialis|normalis|neighbour|favour|licen[c]e)\w*",
    re.IGNORECASE,
)


def test_spelling_is_american_and_a_package_is_a_package() -> None:
    """Names that others have chosen (asyncio's CancelledError) are theirs."""
    foreign = re.compile(
        r"CancelledError|\.cancelled\(|\.cancelling\(|cancelled\b(?= *[(\"'])"
        r"|onnection initialisation timeout|Too many initialisation requests"  # the protocol's own words
        r"|`make licences` is now|\"parcel\" not in|\"parcel\": \{\"weight\"|may take to initialise"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number} {match[0]}"
        for path in tracked()
        if path.suffix in (".py", ".md", ".ts", ".tsx", ".graphql", ".css")
        and path.is_file()
        and path != Path(__file__)
        and "migrations" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for match in re.finditer(rf"{BRITISH.pattern}|\bparcels?\b", foreign.sub("", line), re.IGNORECASE)
    ]
    assert found == []


def test_the_domain_stands_on_the_standard_library_alone() -> None:
    names = {name for path in sources("domain") for name in packages(path)}
    foreign = names - {"domain"} - set(__import__("sys").stdlib_module_names)
    assert not foreign
    assert not names & {"os", "io", "time", "socket", "pathlib", "random", "asyncio"}


def test_what_runs_is_asked_for_by_name() -> None:
    text = (ROOT / "requirements.in").read_text() + (ROOT / "requirements-traces.in").read_text()
    asked = {name.lower() for name in re.findall(r"^([\w-]+)", text, re.MULTILINE)}
    wheels = packages_distributions()
    missing = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in house.modules()
        for name in packages(path)
        if name in wheels and not asked & {wheel.lower().replace("_", "-") for wheel in wheels[name]}
    }
    assert not missing


def writes_of_status(path: Path) -> Iterator[int]:
    """The lines that set a row's status: an attribute assigned and saved, update(status=…), SQL that sets it."""
    text = path.read_text()
    saves = re.search(r"\.(save|bulk_update)\(", text)
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Assign(targets=targets) if saves:
                if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
                    yield node.lineno
            case ast.Call(func=ast.Attribute(attr="update"), keywords=keywords):
                if any(word.arg == "status" for word in keywords):
                    yield node.lineno
            case ast.Constant(value=str(sql)):
                if re.search(r"\bupdate\b.*\bset\b[^;]*\bstatus\s*=", sql, re.IGNORECASE | re.DOTALL):
                    yield node.lineno


def test_only_the_transition_service_writes_a_status() -> None:
    others = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources("domain", "models", "events", "gateways", "services", "resolvers", "schema", "engine")
        if str(path.relative_to(ROOT)) not in STATUS_WRITERS
        for line in writes_of_status(path)
    ]
    assert not others


@pytest.mark.parametrize(
    "line",
    [
        "row.status = 'X'; await row.save()",
        "await Plan.filter(id=1).update(status='X')",
        "q = 'update plan set version = 1, status = $1'",
    ],
)
def test_a_write_of_a_status_is_recognised(line: str, tmp_path: Path) -> None:
    module = tmp_path / "sly.py"
    module.write_text(f"async def sly():\n    {line}\n")
    assert list(writes_of_status(module)) == [2]


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def test_no_registry_and_no_machine_is_named_in_the_tree() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npm" + "js", "deb.deb" + "ian")
    place = re.compile("|".join(map(re.escape, hosts)) + r"|(^|[^A-Za-z0-9_.])/(wo" + r"rk|fa" + r"rm|ro" + r"ot)/")
    if not tracked():
        pytest.skip("not a git checkout")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.is_file() and b"\0" not in path.read_bytes()[:8000]
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if place.search(line)
    ]
    assert not found


def test_pins_carry_hashes_and_no_addresses() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-failover.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9#]|\Z)", text, re.MULTILINE | re.DOTALL)
        assert len(pins) > 20
        assert all(re.match(r"[a-z0-9._-]+==\S+ \\\n", pin) and "--hash=sha256:" in pin for pin in pins)
        assert "://" not in text
        assert not re.search(r"^--(index|extra|find|trusted)", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-failover"])
def test_every_requirement_is_pinned_to_what_was_asked(name: str) -> None:
    asked = re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)$", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / f"{name}.txt").read_text(), re.MULTILINE))
    assert [f"{who}=={version}" for who, version in asked if pinned.get(who.lower()) != version] == []
