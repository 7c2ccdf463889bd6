"""The results as Markdown and as a plot that draws itself."""

import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log10
from os import getloadavg
from pathlib import Path
from statistics import median

from benchmarks.measure import Series
from benchmarks.operations import OPERATIONS, PAGES_OF_100
from benchmarks.plans import FEW_PAGES, Explained
from benchmarks.servers import FLOOR, NAIVE, OURS, ROOT, Start

Versus = dict[str, dict[str, Series]]
Growth = dict[int, dict[str, Series]]

PAGE, PLOT = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance.svg"
BEGIN, END = "<!-- results: written by `make bench` -->", "<!-- end of results -->"
TITLES = {one.name: one.title for one in (*OPERATIONS, *PAGES_OF_100.values())}
BARS = {one.name: one.bar for one in OPERATIONS}
NAIVE_BAR = 15
GROWTH_BAR, PAGE_BAR, START_BAR, MEMORY_BAR = 1.2, 4.0, 1.5, 90


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one run has measured."""

    orders: int
    versus: Versus
    starts: list[Start]
    growth: Growth
    plans: Explained | None


def markdown(results: Results) -> str:
    """The tables."""
    parts = [_where(results.orders), _costs(results.versus), _ratios(results.versus), _latencies(results.versus)]
    if results.growth:
        parts += [_growth(results.growth), _pages(results.growth)]
    if results.plans:
        parts.append(_plans(results.plans))
    return "\n\n".join([*parts, _starts(results.starts)])


def write(results: Results) -> None:
    """Put the tables into the page and draw the plot."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{markdown(results)}\n\n{END}{after}")
    PLOT.write_text(plot(results.versus))


def _where(orders: int) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    cpus = Path("/proc/cpuinfo").read_text().count("processor\t")
    model = next(
        (line.partition(": ")[2] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "?",
    )
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} at commit {commit}: {cpus} × {model}, Python"
        f" {platform.python_version()}, {orders:,} orders; load average {getloadavg()[2]:.1f} at the end."
    )


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown: names to the left, numbers to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _costs(found: Versus) -> str:
    rows = []
    for name, series in found.items():
        cells = [f"{series[one].middle(what):.2f}" for what in ("server", "database") for one in (FLOOR, OURS, NAIVE)]
        rows.append([TITLES[name], *cells])
    head = ["CPU a request, ms", *[f"{one}, {what}" for what in ("server", "database") for one in (FLOOR, OURS, NAIVE)]]
    return "### What a request costs\n\n" + table(head, rows)


def spread(ratios: list[float], places: int = 2) -> str:
    """The median, and between which two all are."""
    return f"{median(ratios):.{places}f} ({min(ratios):.{places}f}–{max(ratios):.{places}f})"


def _ratios(found: Versus) -> str:
    rows = []
    for name, series in found.items():
        ratios, naive = series[OURS].ratios(series[FLOOR]), series[NAIVE].ratios(series[OURS])
        floor = [spread(ratios), f"≤ {BARS[name]}", _met(median(ratios) <= BARS[name])]
        rows.append([TITLES[name], *floor, spread(naive, 1), f"≥ {NAIVE_BAR}", _met(median(naive) >= NAIVE_BAR)])
    head = ["CPU of the server, median and spread", "ours / floor", "bar", "met", "naive / ours", "bar", "met"]
    return "### As ratios, round by round\n\n" + table(head, rows)


def _met(held: bool) -> str:
    return "yes" if held else "**no**"


def _latencies(found: Versus) -> str:
    rows = []
    for name, series in found.items():
        cells = [f"{series[one].middle('p50'):.1f} / {series[one].middle('p99'):.1f}" for one in (FLOOR, OURS, NAIVE)]
        rows.append([TITLES[name], *cells, *[f"{series[one].middle('rate'):.0f}" for one in (FLOOR, OURS, NAIVE)]])
    head = [
        "",
        *[f"{one}, p50 / p99 ms" for one in (FLOOR, OURS, NAIVE)],
        *[f"{one}, /s" for one in (FLOOR, OURS, NAIVE)],
    ]
    return "### How long it takes alone, and how many a second sixteen at a time\n\n" + table(head, rows)


def _growth(found: Growth) -> str:
    sizes = sorted(found)
    rows = []
    for name in TITLES:
        cells = [
            f"{found[size][name].middle('server'):.2f} + {found[size][name].middle('database'):.2f}" for size in sizes
        ]
        ratio = found[sizes[-1]][name].whole(found[sizes[0]][name])
        rows.append([TITLES[name], *cells, f"{ratio:.2f}", f"≤ {GROWTH_BAR}", _met(ratio <= GROWTH_BAR)])
    head = [
        "CPU a request, ms, server + database",
        *[f"{size:,} orders" for size in sizes],
        "last / first",
        "bar",
        "met",
    ]
    return "### As the data grow\n\n" + table(head, rows)


def _pages(found: Growth) -> str:
    rows = []
    size = max(found)
    for twenty, hundred in PAGES_OF_100.items():
        small, large = (found[size][one.name] for one in (twenty, hundred))
        both = [one.middle("server") + one.middle("database") for one in (small, large)]
        cells = [f"{one:.2f}" for one in both]
        ratio = large.whole(small)
        cells += [f"{median(large.ratios(small)):.2f}", f"{ratio:.2f}"]
        rows.append([hundred.title, *cells, f"≤ {PAGE_BAR:.0f}", _met(ratio <= PAGE_BAR)])
    head = [f"CPU a request, ms, at {size:,} orders", "20 rows", "100 rows", "server's ratio", "ratio", "bar", "met"]
    return "### A page of 100 against one of 20\n\n" + table(head, rows)


def _plans(found: Explained) -> str:
    asked = f"EXPLAIN of every list, filter, order and role at {found.orders:,} orders, {found.plans} plans: "
    if found.wrong:
        return asked + "**not all by an index and in time**: " + "; ".join(found.wrong)
    nothing = f" A list of what nobody has reads {found.pages} pages of 8 kB at most (bar: {FEW_PAGES})."
    return asked + "each uses an index, none reads a table that grows with the orders from end to end." + nothing


def _starts(starts: list[Start]) -> str:
    seconds, memory = median(one.seconds for one in starts), median(one.memory for one in starts) / 2**20
    rows = [
        [
            "first answer after the start, warm database",
            f"{seconds:.2f} s",
            f"≤ {START_BAR} s",
            _met(seconds <= START_BAR),
        ],
        ["resident memory at rest", f"{memory:.0f} MiB", f"≤ {MEMORY_BAR} MiB", _met(memory <= MEMORY_BAR)],
    ]
    return "### Start and rest\n\n" + table(["", "measured", "bar", "met"], rows)


def plot(found: Versus) -> str:
    """Bars on a logarithmic scale: what each server's CPU does for a request, as a multiple of the floor's."""
    colors = {FLOOR: "#9aa5b1", OURS: "#1f7a8c", NAIVE: "#d98e73"}
    left, top, bar, gap, width = 190, 56, 14, 16, 760
    most = max(median(series[NAIVE].ratios(series[FLOOR])) for series in found.values())
    scale = (width - left - 70) / log10(most * 10)
    lines, y = [], top
    for name, series in found.items():
        lines.append(f'<text x="{left - 10}" y="{y + 2 * bar - 3}" text-anchor="end">{TITLES[name]}</text>')
        for one, color in colors.items():
            ratio = 1.0 if one == FLOOR else median(series[one].ratios(series[FLOOR]))
            length = log10(max(ratio, 0.11) * 10) * scale
            label = f"{ratio:.1f} ×" if one != FLOOR else f"{series[one].middle('server'):.2f} ms"
            lines.append(f'<rect x="{left}" y="{y}" width="{length:.0f}" height="{bar - 2}" fill="{color}"/>')
            lines.append(f'<text x="{left + length + 6:.0f}" y="{y + bar - 4}">{label}</text>')
            y += bar
        y += gap
    legend, x = [], left
    for one, color in colors.items():
        title = {FLOOR: "hand-written SQL", OURS: "Retour", NAIVE: "Strawberry + Tortoise as in tutorials"}[one]
        legend.append(
            f'<rect x="{x}" y="30" width="10" height="10" fill="{color}"/><text x="{x + 15}" y="39">{title}</text>'
        )
        x += 40 + 7 * len(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" font-family="sans-serif" font-size="12"'
        f' fill="#5c6670"><text x="{left}" y="18" font-size="13">CPU of the server for a request, as a multiple of the'
        f" floor's (logarithmic)</text>{''.join(legend)}{''.join(lines)}</svg>\n"
    )
