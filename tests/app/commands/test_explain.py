"""`python server.py explain FILE`, as an operator or a developer meets it."""

from pathlib import Path

import pytest

from tests.app.commands.test_commands import retour

LISTS = """
query Lists($first: Int!) {
  orders(first: $first, filter: {status: [DELIVERED]}) { nodes { id number } }
  requests(first: 3) { nodes { id status } }
  returnPolicy { version }
}
"""
_DEEP = "timeline { order { timeline { order { timeline { order { timeline { to } } } } } } }"
COSTLY = f"{{ orders(first: 100) {{ nodes {{ {_DEEP} }} }} }}"
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def lists(tmp_path: Path) -> str:
    """A file with a query of three root fields."""
    return written(tmp_path, LISTS)


def written(directory: Path, text: str) -> str:
    file = directory / "document.graphql"
    file.write_text(text)
    return str(file)


def test_a_query_is_explained_without_a_database(lists: str) -> None:
    done = retour("explain", lists, "--variables", '{"first": 2}', DATABASE_URL=NOWHERE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("As owner: cost ")
    assert "of at most 20000, aliases 0 of 30." in done.stdout
    orders, requests, policy = done.stdout.split("\n== ")[1:]
    assert orders.startswith("orders\n-- statement\nselect ")
    assert "-- values: [['DELIVERED'], 3]" in orders
    assert "-- access path: per value of status" in orders
    assert "def complete(executor, value):" in orders
    assert "-- access path: none of its own" in requests
    assert "-- no statement of a read" in policy
    assert "-- stopped: " in policy


def test_each_role_has_its_own_statements_and_paths(lists: str) -> None:
    found = {}
    for role in ("owner", "seller", "customer"):
        done = retour("explain", lists, "--role", role, "--variables", '{"first": 2}')
        assert done.stdout.startswith(f"As {role}: ")
        found[role] = done.stdout
    assert "-- access path: through seller_order by seller_id" in found["seller"]
    assert "-- access path: by owner (seller_id)" in found["seller"]
    assert "c.subject = $" not in found["owner"]
    assert "c.subject = $" in found["customer"]


def test_of_a_mutation_there_is_the_generated_code_and_nothing_is_executed(tmp_path: Path) -> None:
    file = written(tmp_path, 'mutation { withdrawRequest(input: {requestId: "r"}) { replayed request { id } } }')
    done = retour("explain", file)
    assert done.returncode == 0
    assert "== withdrawRequest\n-- no statement of a read" in done.stdout
    assert "'replayed':" in done.stdout


def test_with_a_database_each_statement_has_its_plan(lists: str, database_url: str) -> None:
    done = retour("explain", lists, "--plan", "--variables", '{"first": 2}', DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("-- plan\n") == 2
    assert "(cost=" in done.stdout


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("{ nothing }", (), "The document is refused.\nCannot query field 'nothing' on type 'Query'."),
        ("{ orders(", (), "Syntax Error"),
        (LISTS, (), "Variable '$first'"),
        (COSTLY, (), "The operation may cost "),
        (LISTS, ("--variables", "[]"), "--variables must be a JSON object."),
        (LISTS, ("--variables", "{"), "--variables must be a JSON object: "),
        (LISTS, ("--operation", "Other"), "Unknown operation named 'Other'."),
    ],
)
def test_what_cannot_be_executed_is_said_in_a_sentence(
    tmp_path: Path, text: str, options: tuple[str, ...], sentence: str
) -> None:
    done = retour("explain", written(tmp_path, text), *options)
    assert done.returncode == 1
    assert done.stderr.startswith("retour: ")
    assert sentence in done.stderr
    assert done.stdout == ""


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    done = retour("explain", str(tmp_path / "none.graphql"))
    assert done.returncode == 1
    assert "none.graphql cannot be read" in done.stderr
