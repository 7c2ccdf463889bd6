"""Writes exports, a piece of each in turn, so that a short one does not wait for a long one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from domain.facts import Actor
from domain.returns import Json
from services.exports import jobs
from services.exports.columns import head_of, query_of, rows_of
from services.exports.jobs import ROWS, TRIES, Lease, Piece
from services.worker.loop import work_until_canceled

POLL = 2.0
"""Seconds between two looks for exports."""
PAGE, PAGES = 100, 10
"""Rows of one page, and pages of one piece."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Rows of a list as the API shows them, where it goes on after them (None at its end), and the number of all rows.

    That number is None if it was not asked for.
    """

    nodes: Sequence[Mapping[str, Json]]
    after: str | None
    total: int | None


class NotReadable(Exception):
    """A person may not read a list, or not with this filter. The text is for the person."""


ReadsLists: TypeAlias = Callable[[Actor, str, Mapping[str, Json]], Awaitable[ListPage]]
"""Reads a page of a list as a person would, by a query and its variables.

Raises NotReadable, and anything else for what may go better later.
"""


@dataclass(frozen=True, slots=True)
class Exporting:
    """Writes exports until it is canceled; any number of processes share the work."""

    read: ReadsLists
    rows: int = PAGE
    pages: int = PAGES

    async def run(self) -> None:
        """Work until canceled; failures are logged, and their pieces are tried again after their leases."""
        await work_until_canceled("exports", self.once, lambda: asyncio.sleep(POLL))

    async def once(self) -> bool:
        """Write the next piece of one export; whether there was one."""
        leased = await jobs.lease()
        if leased is None:
            return False
        if leased.tries > TRIES:
            await jobs.fail(leased, "The export could not be written: start it again, with a narrower filter.")
            return True
        try:
            piece = await self._piece(leased)
        except NotReadable as refused:
            await jobs.fail(leased, str(refused))
        else:
            await jobs.store(leased, piece)
        return True

    async def _piece(self, leased: Lease) -> Piece:
        """The next rows of a file. Raises NotReadable."""
        exported, total, after, rows = leased.wanted.list, leased.total, leased.after, 0
        content = b"" if after else head_of(exported)
        for _ in range(self.pages):
            place: dict[str, Json] = {"after": after, "rows": self.rows, "counted": total is None}
            variables = {"filter": leased.wanted.conditions, **place}
            page = await self.read(leased.wanted.by, query_of(exported), variables)
            total = page.total if total is None else total
            if total is not None and total > ROWS:
                raise NotReadable(f"The list has {total} rows, and a file at most {ROWS}: narrow the filter.")
            content += rows_of(exported, page.nodes)
            rows, after = rows + len(page.nodes), page.after
            if after is None:
                break
        return Piece(rows, total or 0, content, after)
