"""An import as the operator sees it: a progress bar and troubles while it runs, tables at its end."""

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import typer

from domain.words import PackageStatus
from services.intake.importing.bulk import Import, Report
from services.intake.importing.entries import Source, Trouble
from services.intake.importing.tally import Count
from services.terms import ensure_terms


async def take_in(source: Source, *, clock: Callable[[], datetime], notify: Callable[[], None]) -> Report:
    """Take a source's orders into the open database; a marketplace without terms is given some. Raises Unreadable."""
    policy = await ensure_terms()
    with typer.progressbar(length=0, label="Taking orders in", file=sys.stderr) as bar:

        def move() -> None:
            bar.length = source.length
            bar.update(source.done - bar.pos)

        run = Import(clock=clock, window_days=policy.window_days, tell=_tell, notify=notify, on_chunk=move)
        return await run.run(source)


def summary(report: Report, notes: Mapping[str, int]) -> str:
    """What was done and what the files hold, as plain text."""
    return "\n\n".join(_sections(report, notes))


def _sections(report: Report, notes: Mapping[str, int]) -> Iterator[str]:
    tally = report.tally
    took = _some(report.taken_in, "order") if report.taken_in else "nothing"
    yield f"Took in {took}; already there: {report.already_there:,}."
    if tally.standing:
        counts = {status.label: tally.standing[status] for status in PackageStatus if status in tally.standing}
        yield _table("Orders in the files, by how their parcels stand", {**counts, "All": tally.sold})
    if tally.left_out:
        yield _table("Left out", tally.left_out)
    if any(notes.values()):
        rows = [f"  {number:>9,}  {note}" for note, number in notes.items() if number]
        yield "\n".join(["Worth knowing", *rows])
    if tally.troubles:
        yield f"{_some(tally.troubles, 'trouble')}, named above with its file and line."


def _table(title: str, counts: Mapping[str, Count]) -> str:
    width = max(len(title), *map(len, counts))
    head = f"{title:<{width}}  {'packages':>9}  {'lines':>9}  {'orders':>9}"
    rows = [f"{name:<{width}}  {one.packages:>9,}  {one.lines:>9,}  {one.orders:>9,}" for name, one in counts.items()]
    return "\n".join([head, *rows])


def _some(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _tell(trouble: Trouble) -> None:
    typer.echo(f"{trouble.at}: {trouble.what}", err=True)
