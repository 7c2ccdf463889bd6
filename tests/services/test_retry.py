"""One transaction is run again when the database asks for it, and only then."""

import pytest
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from services.commands import ATTEMPTS, retrying

_FAIL = "do $$ begin raise exception 'no' using errcode = '{code}'; end $$"


class Work:
    """A transaction that writes a seller and fails with an SQLSTATE as often as it is told to."""

    def __init__(self, code: str, times: int) -> None:
        self.code, self.left, self.runs = code, times, 0

    async def __call__(self) -> int:
        self.runs += 1
        async with in_transaction() as db:
            await db.execute_query_dict(f"insert into seller values ('seller_{self.runs}', 'handle', 'Name')")
            if self.left:
                self.left -= 1
                await db.execute_script(_FAIL.format(code=self.code))
        return self.runs


async def sellers() -> list[str]:
    return [row["id"] for row in await get_connection("default").execute_query_dict("select id from seller")]


@pytest.mark.parametrize("code", ["40001", "40P01", "55P03", "23505", "23P01"])
async def test_what_lost_a_race_is_run_again_and_written_once(database: str, code: str) -> None:
    assert await retrying(Work(code, 2)) == 3
    assert await sellers() == ["seller_3"]


async def test_what_never_wins_is_given_up_with_the_database_s_own_error(database: str) -> None:
    work = Work("40001", 99)
    with pytest.raises(Exception, match="no"):
        await retrying(work)
    assert work.runs == ATTEMPTS
    assert await sellers() == []


async def test_what_is_simply_wrong_is_not_tried_twice(database: str) -> None:
    work = Work("23514", 1)
    with pytest.raises(Exception, match="no"):
        await retrying(work)
    assert work.runs == 1
