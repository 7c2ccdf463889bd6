"""Figures of returns: what the worker has counted by day, and the money that waits now."""

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

import orjson

import models
from domain.figures import MOST_DAYS, TIMES, Figure, quantile, rate, seconds_of
from domain.words import RefundState, Role, TransactionType, Word
from engine import BadInput, reads
from engine.conditions import Condition
from engine.reads import Row
from resolvers.context import Info

if TYPE_CHECKING:  # the schema is above, and its input is what is read here
    from schema.stats import ReturnStatsFilter

Sums: TypeAlias = Counter[tuple[str, str, str]]
"""Amounts by figure, transaction and key."""

TOP = 10
"""Reasons, products and sellers that are listed."""


def _words(*words: Word) -> str:
    return ", ".join(f"'{word}'" for word in words)


WAITS = tuple(state for state in RefundState if state not in (RefundState.NONE, RefundState.DONE))
_FIGURES = (
    "from daily_figure f where f.day between $1::text::date and $2::text::date and f.transaction = any($3) {of_seller}"
)
_MOST = f"order by units desc, key limit {TOP}"
_UNITS = f"sum(f.amount) filter (where f.figure = '{Figure.UNITS_BACK}' and f.transaction = 'REFUND')"
_ORDERED = f"sum(f.amount) filter (where f.figure = '{Figure.ORDERED_UNITS}')"
_PARTS = {
    "days": f"""select f.day, f.figure, f.transaction, f.key, sum(f.amount)::bigint as amount {_FIGURES}
      and f.figure not in ({_words(*TIMES, Figure.REASON, Figure.PRODUCT)})
      group by f.day, f.figure, f.transaction, f.key""",
    "times": f"""select f.figure, f.key, sum(f.amount)::bigint as amount {_FIGURES}
      and f.figure in ({_words(*TIMES)}) group by f.figure, f.key""",
    "reasons": f"""select f.key, sum(f.amount)::bigint as units {_FIGURES}
      and f.figure = '{Figure.REASON}' group by f.key {_MOST}""",
    "products": f"""select f.seller_id, f.key, max(f.name) as name, sum(f.amount)::bigint as units {_FIGURES}
      and f.figure = '{Figure.PRODUCT}' group by f.seller_id, f.key order by units desc, key, seller_id limit {TOP}""",
    "sellers": f"""select f.seller_id as key, coalesce({_UNITS}, 0)::bigint as units,
      coalesce({_ORDERED}, 0)::bigint as ordered {_FIGURES}
      and f.figure in ('{Figure.UNITS_BACK}', '{Figure.ORDERED_UNITS}') group by f.seller_id {_MOST}""",
    "money_waiting": f"""select f.refund_state as state, f.currency, count(*)::bigint as plans,
      sum(f.total_minor)::bigint as total_minor from cancellation_plan f
      where f.refund_state in ({_words(*WAITS)})
      and f.transaction = any($3) {{of_seller}} group by f.refund_state, f.currency order by 1, 2""",
}
"""What is read, by its name; `f` is the row."""
_SHOWN_BY = {"days": {"days", "totals", "deadlines_broken"}, "times": {time.lower() for time in TIMES}}
"""The fields that show what is read, unless it is one of its own name."""
_ZONE = "'zone', (select c.zone from figure_cursor c where c.id = 1)"


async def figures(info: Info, given: "ReturnStatsFilter") -> Row:
    """The figures of some days: all for the owner, a seller's own for a seller. What is selected is read, at once."""
    info.context.only(Role.OWNER, Role.SELLER)
    first, last = given.from_, given.to
    if not 0 <= (last - first).days < MOST_DAYS:
        raise BadInput(f"`to` may not be before `from`, and at most {MOST_DAYS} days are shown: choose fewer.")
    seller_id, asked = _seller_of(info, given), reads.selected_names(info)
    of_seller = "" if seller_id is None else "and f.seller_id = $4"
    parts = [
        f"'{name}', (select json_agg(p) from ({text.format(of_seller=of_seller)}) p)"
        for name, text in _PARTS.items()
        if not asked.isdisjoint(_SHOWN_BY.get(name, {name}))
    ]
    ways = [given.transaction, ""] if given.transaction else ["", *TransactionType]
    values = [first.isoformat(), last.isoformat(), ways, *([] if seller_id is None else [seller_id])]
    kinds = ["$1::text", "$2::text", "$3::text[]", *([] if seller_id is None else ["$4::text"])]
    statement = (
        f"with given as (select {', '.join(kinds)}) "  # PostgreSQL must know their types if nothing reads them
        f"select json_build_object({', '.join([_ZONE, *parts])}) as found"
    )
    found: Row = orjson.loads((await reads.run(info.context, statement, values))["found"])
    return await _shown(info, found, [first + timedelta(n) for n in range((last - first).days + 1)])


def _seller_of(info: Info, given: "ReturnStatsFilter") -> str | None:
    """The seller whose figures are shown; None for those of all. Of another one, a seller is shown none."""
    wanted = None if given.seller_id is None else str(given.seller_id)
    own = info.context.actor.seller_id if info.context.actor.role is Role.SELLER else None
    return wanted if own is None or wanted == own else own if wanted is None else ""


async def _shown(info: Info, found: Row, days: list[date]) -> Row:
    by_day: dict[str, Sums] = {day.isoformat(): Counter() for day in days}
    for row in found.get("days") or ():
        by_day[row["day"]][row["figure"], row["transaction"], row["key"]] += row["amount"]
    total: Sums = sum(by_day.values(), Counter())
    times: dict[str, Counter[int]] = {figure: Counter() for figure in TIMES}
    for row in found.get("times") or ():
        times[row["figure"]][int(row["key"])] += row["amount"]
    sellers, reasons = await _named(info, found)
    return {
        "from": days[0],
        "to": days[-1],
        "zone": found["zone"],
        "totals": _figures(total),
        "days": [{"day": day, "figures": _figures(sums)} for day, sums in by_day.items()],
        **{figure.lower(): _times(counts) for figure, counts in times.items()},
        "deadlines_broken": _broken(total),
        "reasons": [
            {"reason": reasons[row["key"]], **row} for row in found.get("reasons") or () if row["key"] in reasons
        ],
        "products": [{"seller": sellers[row["seller_id"]], **row} for row in found.get("products") or ()],
        "sellers": [
            {**row, "seller": sellers[row["key"]], "rate": rate(row["units"], row["ordered"])}
            for row in found.get("sellers") or ()
        ],
        "money_waiting": found.get("money_waiting") or [],
    }


async def _named(info: Info, found: Row) -> tuple[dict[str, Row], dict[str, Row]]:
    """The sellers and reasons of the lists, by id, with what is selected of them."""
    ids = {row["seller_id"] for row in found.get("products") or ()} | {row["key"] for row in found.get("sellers") or ()}
    keys = {row["key"] for row in found.get("reasons") or ()}
    if not ids | keys:
        return {}, {}
    at_sellers = "sellers.seller|products.seller"
    rows = await reads.several(
        info,
        [
            reads.Wanted(models.Seller, Condition.among("id", sorted(ids)), at_sellers),
            reads.Wanted(models.CancellationReason, Condition.among("id", sorted(keys)), "reasons.reason"),
        ],
    )
    sellers, reasons = ({row["id"]: row for row in some} for some in rows)
    return sellers, reasons


def _figures(sums: Sums) -> Row:
    """What is shown of a day, or of all of them."""
    of: Counter[tuple[str, str]] = Counter()
    for (figure, way, _), amount in sums.items():
        of[figure, way] += amount
        of[figure, "all"] += amount
    returned, ordered = of[Figure.UNITS_BACK, TransactionType.REFUND], of[Figure.ORDERED_UNITS, "all"]
    money: Counter[str] = Counter()
    for (figure, _, key), amount in sums.items():
        if figure == Figure.REFUNDED:
            money[key] += amount
    return {
        "ordered_units": ordered,
        "canceled_units": of[Figure.UNITS_BACK, TransactionType.CANCEL],
        "returned_units": returned,
        "return_rate": rate(returned, ordered),
        **{
            figure.lower(): of[figure, "all"]
            for figure in (Figure.OPENED, Figure.CONFIRMED, Figure.REJECTED, Figure.WITHDRAWN, Figure.EXPIRED)
        },
        "completed": of[Figure.COMPLETED, "all"],
        "deadlines_broken": of[Figure.BROKEN, "all"],
        "refunded": sorted(money.items()),
    }


def _times(counts: Counter[int]) -> Row:
    buckets = []
    for bucket in sorted(counts):
        begin, end = seconds_of(bucket)
        buckets.append({"from": begin, "to": end, "count": counts[bucket]})
    return {
        "count": counts.total(),
        "median": quantile(counts, 50),
        "p95": quantile(counts, 95),
        "buckets": buckets,
    }


def _broken(sums: Sums) -> list[Row]:
    counts: Counter[str] = Counter()
    for (figure, _, key), amount in sums.items():
        if figure == Figure.BROKEN:
            counts[key] += amount
    return [{"deadline": deadline, "count": count} for deadline, count in counts.most_common()]
