"""A few kills while mail is sent; `make storm` makes many."""

from pathlib import Path

import pytest

from tests.crash.mail import mail_storm


@pytest.mark.timeout(360)
async def test_a_server_that_is_killed_while_it_sends_loses_nothing_and_makes_at_most_one_copy_a_kill(
    database_url: str, tmp_path: Path
) -> None:
    tally = await mail_storm(database_url, tmp_path, kills=3)
    assert tally.clean, tally.table()
    assert tally.kills == 3
    assert tally.arrived - tally.copies == tally.owed > 10
