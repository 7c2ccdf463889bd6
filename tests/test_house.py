"""The house rules that a machine can hold: who may import whom, who may write a status, what stands in no file."""

import ast
import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = {  # a package imports itself and what is named here
    "domain": set(),
    "models": {"domain"},
    "events": {"models", "domain", "engine"},
    "gateways": {"models", "domain"},
    # the engine's Condition says what of a table somebody sees
    "services": {"gateways", "events", "models", "domain", "engine"},
    "resolvers": {"services", "gateways", "events", "models", "domain", "engine"},
    "schema": {"resolvers", "services", "gateways", "events", "models", "domain", "engine"},
    "engine": set(),
    "observe": {"engine", "gateways", "settings"},
    "settings": set(),
    "database": {"engine", "settings"},
    "app": {
        "schema",
        "resolvers",
        "services",
        "gateways",
        "events",
        "models",
        "domain",
        "engine",
        "observe",
        "database",
        "settings",
    },
}

OURS = set(FLOORS) | {"server", "migrations", "tests"}
STATUS_WRITERS = {"services/transition.py", "services/changes.py", "services/effects.py", "services/intake/orders.py"}


def sources(*roots: str) -> Iterator[Path]:
    for root in roots:
        path = ROOT / root
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def modules() -> list[Path]:
    """What runs in production: the packages and the modules at the top."""
    packages = [name for name in FLOORS if (ROOT / name).is_dir()]
    return [*sources(*packages, "migrations"), *sorted(ROOT.glob("*.py"))]


def imported(path: Path) -> Iterator[str]:
    """The top-level packages of ours that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.split(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.split(".")[0]
            case ast.ImportFrom(level=level) if level:
                yield path.relative_to(ROOT).parts[0]


@pytest.mark.parametrize("package", FLOORS)
def test_imports_go_one_way(package: str) -> None:
    allowed = FLOORS[package] | {package}
    upward = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(package)
        for name in imported(path)
        if name in OURS - allowed
    }
    assert not upward


def test_the_domain_stands_on_the_standard_library_alone() -> None:
    names = {name for path in sources("domain") for name in imported(path)}
    foreign = names - {"domain"} - set(__import__("sys").stdlib_module_names)
    assert not foreign
    assert not names & {"os", "io", "time", "socket", "pathlib", "random", "asyncio"}


def test_what_runs_is_asked_for_by_name() -> None:
    text = (ROOT / "requirements.in").read_text() + (ROOT / "requirements-traces.in").read_text()
    asked = {name.lower() for name in re.findall(r"^([\w-]+)", text, re.MULTILINE)}
    wheels = packages_distributions()
    missing = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules()
        for name in imported(path)
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
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9#]|\Z)", text, re.MULTILINE | re.DOTALL)
        assert len(pins) > 20
        assert all(re.match(r"[a-z0-9._-]+==\S+ \\\n", pin) and "--hash=sha256:" in pin for pin in pins)
        assert "://" not in text
        assert not re.search(r"^--(index|extra|find|trusted)", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_requirement_is_pinned_to_what_was_asked(name: str) -> None:
    asked = re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)$", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / f"{name}.txt").read_text(), re.MULTILINE))
    assert [f"{who}=={version}" for who, version in asked if pinned.get(who.lower()) != version] == []
