"""Every fault at full size, and a table of what was measured: `python -m tests.faults.storm [F4 …]`.

These are tests of `make test` with the larger numbers of sizes.py. It ends with 1 when one of them fails.
"""

import os
import resource
import sys
from dataclasses import dataclass, field

import pytest

FORMS = {
    "F1": ["tests/faults/test_durable.py::test_acknowledged_changes_survive_kills_of_the_server"],
    "F2": ["tests/faults/test_durable.py::test_a_commit_is_synced_before_it_is_acknowledged"],
    "F3": ["tests/crash/test_brawl.py"],
    "F4": ["tests/faults/test_durable.py::test_acknowledged_changes_survive_crashes_of_postgresql"],
    "F5": ["tests/faults/test_network.py"],
    "F7": ["tests/faults/test_junk.py", "tests/services/test_model.py"],
    "F8": ["tests/faults/test_slow_clients.py"],
    "F9": ["tests/faults/test_idle.py"],
    "F11": ["tests/faults/test_keys.py"],
    "F12": ["tests/services/test_races.py"],
    "F13": ["tests/live/test_stop.py"],
    "F20": ["tests/faults/test_strangers.py"],
    "F21": ["tests/faults/test_database_memory.py"],
    "F24": ["tests/faults/test_scans.py"],
    "F25": [
        "tests/services/privacy/test_erasing.py::test_a_person_erased_is_gone_but_for_what_the_law_keeps",
        "tests/services/privacy/test_erasing_withdrawals.py::test_statement_and_receipt_are_sealed_until_their_date_and_all_else_goes",
    ],
    "F26": ["tests/services/test_growth.py"],
    "guests": [
        "tests/resolvers/guests/test_links.py::test_guesses_tell_nothing_by_their_bytes_and_their_time",
    ],
    "zone": ["tests/database/test_clocks_migrated.py"],
}
"""The tests of each figure, whose numbers are those of docs/promises.md, and of a matrix that takes long."""


@dataclass(eq=False, slots=True)  # pytest keeps its plugins in sets
class Table:
    """What each test has recorded, as a plugin of pytest."""

    rows: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        path, _, name = report.nodeid.partition("::")
        figure = next((id for id, tests in FORMS.items() if path in tests or report.nodeid in tests), "")
        sentence = name.removeprefix("test_").replace("_", " ")
        self.rows.append(f"{figure:<4} {report.outcome:<7} {report.duration:6.0f} s  {sentence}")
        self.rows += [f"{'':24}{what}: {value}" for what, value in report.user_properties]


def main(figures: list[str]) -> int:
    """Run those of some figures, or all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 20_000)), hard))  # the servers inherit it
    os.environ |= {"RETOUR_STORM": "on", "RETOUR_WALKS": "250"}
    tests = [test for figure in figures or FORMS for test in FORMS[figure]]
    table = Table()
    code = pytest.main(["--quiet", "--timeout=3600", *tests], plugins=[table])
    sys.stdout.write("\n".join(["", *table.rows, ""]))
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
