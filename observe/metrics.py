"""Prometheus metrics of this process and of the database.

If several processes share one port, each writes its metrics to files in PROMETHEUS_MULTIPROC_DIR, and the process that
answers a request adds them up. The database's metrics are read on request, at most once in FRESH seconds.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engine import Finished
from observe.operation_names import root_of

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FRESH = 5.0
SOON = 0.1
"""Seconds for which operations may wait to be counted together."""
INTERVAL = 2.0
"""Seconds between two updates of the gauges."""
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

Select = Callable[[str, Sequence[Any]], Awaitable[Sequence[Mapping[str, Any]]]]

_DATABASE = """
select coalesce(extract(epoch from $1::timestamptz - least(
         (select min(due_at) from cancellation_plan where status = 'WAITING' and due_at < $1),
         (select min(due_at) from refund where due_at < $1))), 0)::float8 as worker_lag,
       (select count(*) from refund_pause where resumed_at is null)::int as refunds_paused,
       (select coalesce(extract(epoch from clock_timestamp() - min(xact_start)), 0) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid())::float8 as oldest_transaction,
       (select coalesce(json_object_agg(status, n), '{}') from (
          select status, count(*) as n from refund
          where status in ('PENDING', 'PROCESSING', 'UNKNOWN', 'FAILED') group by status) as open)::text as refunds
"""
_GAUGES = {
    "worker_lag": ("retour_worker_lag_seconds", "How long the oldest due row has been waiting for a worker."),
    "journal_lag": (
        "retour_journal_lag_seconds",
        "Age of the oldest event that subscribers cannot receive yet, since an older transaction is open.",
    ),
    "refunds_paused": ("retour_refunds_paused", "1 while the owner has paused the sending of refunds, otherwise 0."),
    "oldest_transaction": (
        "retour_oldest_transaction_seconds",
        "Age of the oldest open transaction of the database, as far as the server's role may see.",
    ),
}
OPEN_REFUNDS = ("PENDING", "PROCESSING", "UNKNOWN", "FAILED")


@dataclass(slots=True)
class OpenResources:
    """The open resources of a process at a moment; `overflows` and `waited` (seconds) count since it started."""

    connections: int = 0
    streams: int = 0
    groups: int = 0
    pool_size: int = 0
    pool_idle: int = 0
    documents_waiting: int = 0
    waited: float = 0.0
    overflows: int = 0
    delay: float = 0.0


class Metrics:
    """The metrics of one process. The engine calls `note` and `refused`."""

    def __init__(self, *, multiprocess: bool | None = None) -> None:
        self.registry = registry = CollectorRegistry()
        shared = "PROMETHEUS_MULTIPROC_DIR" in os.environ if multiprocess is None else multiprocess
        self._multiprocess = shared
        self._seconds = Histogram(
            "retour_operation_seconds",
            "Time from the admission of an operation to its result.",
            ("kind", "field"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._outcomes = Counter(
            "retour_operations", "Operations by their outcome.", ("kind", "field", "outcome"), registry=registry
        )
        self._statements = Counter("retour_statements", "SQL statements of reads.", registry=registry)
        self._refusals = Counter("retour_refusals", "Errors and user errors in answers.", ("code",), registry=registry)
        self._gauges = {
            name: Gauge(f"retour_{name}", help, registry=registry, multiprocess_mode="livesum")
            for name, help in {
                "connections": "Open WebSocket connections.",
                "streams": "Open subscriptions.",
                "stream_groups": "Groups of equal subscriptions, each executed once.",
                "pool_connections": "Connections of the database pool.",
                "pool_idle_connections": "Idle connections of the database pool.",
                "documents_waiting": "New documents that wait for their turn to be examined.",
            }.items()
        }
        self._delay = Gauge(
            "retour_loop_delay_seconds",
            "How late the event loop was at the last update.",
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._overflows = Counter(
            "retour_outbox_overflows", "Clients that were disconnected because they read too slowly.", registry=registry
        )
        self._waited = Counter(
            "retour_documents_waited_seconds", "What new documents have waited for their turn.", registry=registry
        )
        self._uncounted: list[Finished] = []
        self._timer: asyncio.TimerHandle | None = None
        self._overflows_counted, self._waited_counted = 0, 0.0

    def note(self, finished: Finished) -> None:
        """Count an operation that was executed or refused; later, together with others, which costs half as much."""
        self._uncounted.append(finished)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SOON, self._count_all)

    def _count_all(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        uncounted, self._uncounted = self._uncounted, []
        alike: defaultdict[tuple[str, str, str], list[Finished]] = defaultdict(list)
        for finished in uncounted:
            alike[*root_of(finished), _outcome(finished)].append(finished)
        for (kind, root, outcome), several in alike.items():
            self._outcomes.labels(kind, root, outcome).inc(len(several))
            self._statements.inc(sum([finished.context.statements for finished in several]))
            seconds = self._seconds.labels(kind, root)
            for finished in several:
                seconds.observe(finished.seconds)
                if finished.codes or finished.context.refusals:
                    self.refused((*finished.codes, *finished.context.refusals))

    def refused(self, codes: Iterable[str]) -> None:
        """Count the codes of errors and user errors."""
        for code in codes:
            self._refusals.labels(code).inc()

    def show(self, now: OpenResources) -> None:
        """Set the gauges."""
        values = (now.connections, now.streams, now.groups, now.pool_size, now.pool_idle, now.documents_waiting)
        for gauge, value in zip(self._gauges.values(), values, strict=True):
            gauge.set(value)
        self._delay.set(now.delay)
        self._overflows.inc(now.overflows - self._overflows_counted)
        self._overflows_counted = now.overflows
        self._waited.inc(now.waited - self._waited_counted)
        self._waited_counted = now.waited

    def text(self, database: Iterable[Metric]) -> bytes:
        """All metrics in Prometheus' text format."""
        self._count_all()
        registry = self.registry
        if self._multiprocess:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types there
        both = CollectorRegistry()
        both.register(_Fixed([*registry.collect(), *database]))
        return generate_latest(both)


def _outcome(finished: Finished) -> str:
    return finished.codes[0] if finished.codes else "REFUSED" if finished.context.refusals else "OK"


async def update_gauges(metrics: Metrics, look: Callable[[], OpenResources]) -> None:
    """Set the gauges at intervals to what `look` returns, and to how late the event loop is, until canceled."""
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        await asyncio.sleep(INTERVAL)
        now = look()
        now.delay = max(loop.time() - began - INTERVAL, 0.0)
        metrics.show(now)


@dataclass(slots=True)
class DatabaseMetrics:
    """Metrics of the database; while it cannot be reached, there is only `retour_database_up` with 0."""

    select: Select
    clock: Callable[[], Any]
    journal_lag: Callable[[], Awaitable[float]]
    _read_at: float = field(default=float("-inf"), init=False)
    _families: list[Metric] = field(default_factory=list, init=False)

    async def families(self) -> list[Metric]:
        """The metrics, not older than FRESH seconds."""
        if time.monotonic() - self._read_at > FRESH:
            self._families = [_gauge("retour_database_up", "Whether the database answers.", 0)]
            with suppress(Exception):  # any failure means that the database is down
                async with asyncio.timeout(5):
                    (row,) = await self.select(_DATABASE, [self.clock()])
                    lag = await self.journal_lag()
                self._families = list(_families({**row, "journal_lag": lag}))
            self._read_at = time.monotonic()
        return self._families


def _families(row: Mapping[str, Any]) -> Iterator[Metric]:
    yield _gauge("retour_database_up", "Whether the database answers.", 1)
    for column, (name, help) in _GAUGES.items():
        yield _gauge(name, help, row[column])
    refunds = GaugeMetricFamily("retour_refunds", "Refunds that are not finished, by state.", labels=["state"])
    numbers = orjson.loads(row["refunds"])
    for state in OPEN_REFUNDS:
        refunds.add_metric([state], numbers.get(state, 0))
    yield refunds


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value=value)


class _Fixed(Collector):
    """Metrics that are already collected."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families
