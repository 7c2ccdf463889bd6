"""The output of an import: a progress bar and problems while it runs, tables at its end."""

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import typer

from domain.calendar import Calendar
from domain.words import PackageStatus
from services.intake.importing.bulk import Import, ImportReport
from services.intake.importing.entries import Problem, Source
from services.intake.importing.tally import Totals
from services.terms import ensure_terms


async def import_orders(
    source: Source,
    *,
    clock: Callable[[], datetime],
    notify: Callable[[], None],
    providers: frozenset[str],
    calendar: Calendar,
) -> ImportReport:
    """Import a source's orders into the open database, and create terms if there are none. Raises Unreadable."""
    policy = await ensure_terms()
    with typer.progressbar(length=0, label="Importing orders", file=sys.stderr) as bar:

        def move() -> None:
            bar.length = source.length
            bar.update(source.done - bar.pos)

        run = Import(
            clock=clock,
            window_days=policy.window_days,
            report_problem=_print,
            notify=notify,
            on_chunk=move,
            providers=providers,
            calendar=calendar,
        )
        return await run.run(source)


def summary(report: ImportReport, notes: Mapping[str, int]) -> str:
    """The result of the import and the content of the files, as plain text."""
    return "\n\n".join(_sections(report, notes))


def _sections(report: ImportReport, notes: Mapping[str, int]) -> Iterator[str]:
    tally = report.tally
    imported = _some(report.imported, "order") if report.imported else "nothing"
    yield f"Imported {imported}; already existing: {report.existing:,}."
    if tally.standing:
        counts = {status.label: tally.standing[status] for status in PackageStatus if status in tally.standing}
        yield _table("Orders in the files, by the status of their packages", {**counts, "All": tally.sold})
    if tally.left_out:
        yield _table("Left out", tally.left_out)
    if any(notes.values()):
        rows = [f"  {number:>9,}  {note}" for note, number in notes.items() if number]
        yield "\n".join(["Notes", *rows])
    if tally.problems:
        yield f"{_some(tally.problems, 'problem')}, reported above with file and line."


def _table(title: str, counts: Mapping[str, Totals]) -> str:
    width = max(len(title), *map(len, counts))
    head = f"{title:<{width}}  {'packages':>9}  {'lines':>9}  {'orders':>9}"
    rows = [f"{name:<{width}}  {row.packages:>9,}  {row.lines:>9,}  {row.orders:>9,}" for name, row in counts.items()]
    return "\n".join([head, *rows])


def _some(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _print(problem: Problem) -> None:
    typer.echo(f"{problem.at}: {problem.sentence}", err=True)
