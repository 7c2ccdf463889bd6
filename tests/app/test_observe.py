"""What an operator sees: a line for each operation, numbers that add up, and health that tells the truth."""

import asyncio
import io
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

import asyncpg
import orjson
import pytest
from graphql import GraphQLError
from prometheus_client.parser import text_string_to_metric_families
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError

from app.health import WorkerTasks
from engine.engine import masked
from observe import logs
from observe.health import TIME_LIMIT, Unhealthy, examine
from observe.tracebacks import in_a_line
from observe.traceparent import trace_of
from settings import LogFormat
from tests.market import OWNER, Market, customer, opened

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url) as market:
        yield market


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, as JSON; the logging of the tests is put back afterwards."""
    root, retour = logging.getLogger(), logging.getLogger("retour")
    before, levels = root.handlers[:], (root.level, retour.level)
    stream = io.StringIO()
    handler = logs.configure("info", "json", stream)
    yield stream
    handler.flush()
    root.handlers[:] = before
    root.setLevel(levels[0])
    retour.setLevel(levels[1])


def read(stream: io.StringIO) -> list[dict[str, object]]:
    for handler in logging.getLogger().handlers:
        handler.flush()
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


async def sample(market: Market, name: str, **labels: str) -> float:
    """One number of /metrics; 0 where it has not been counted yet."""
    text = (await market.http.get("/metrics")).text
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return sum(one.value for one in samples if one.name == name and labels.items() <= one.labels.items())


async def test_an_operation_is_one_line(market: Market, lines: io.StringIO) -> None:
    headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    market.http.headers.update(headers)
    await market.data(customer("ada@example.org"), "query Mine { orders(first: 1) { nodes { id } } }")
    (line,) = [line for line in read(lines) if line["logger"] == "retour.operation"]
    assert (line["name"], line["role"], line["outcome"], line["trace"]) == ("Mine", "CUSTOMER", "OK", TRACE)
    assert line["statements"] == 1
    assert isinstance(line["ms"], float)
    assert len(str(line["document"])) == 16
    assert "ada" not in lines.getvalue(), "a person in the log"


async def test_the_outcome_of_a_line_is_the_code_of_what_went_wrong(market: Market, lines: io.StringIO) -> None:
    await market.ask(customer("ada"), "query Q { refunds(first: 1) { nodes { id } } }")
    await market.ask(OWNER, "query Q($n: Int!) { orders(first: $n) { nodes { id } } }")
    await market.do(OWNER, "withdrawRequest", requestId="request_0")
    outcomes = [line["outcome"] for line in read(lines) if line["logger"] == "retour.operation"]
    assert outcomes == ["FORBIDDEN", "BAD_INPUT", "NOT_FOUND"]


@pytest.mark.parametrize("format", ["json", "text"])
def test_the_log_contains_no_secret_and_no_person(format: LogFormat) -> None:
    root, level = logging.getLogger(), logging.getLogger("retour").level
    before, stream = root.handlers[:], io.StringIO()
    handler = logs.configure("info", format, stream)
    secrets = [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl",
        "postgresql://retour:opensesame@db/retour",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "ada.lovelace@example.org",
        "authorization: Bearer opensesame",
    ]
    try:
        error = asyncpg.UniqueViolationError("duplicate key value violates unique constraint")
        error.detail = "Key (name)=(Ada Lovelace) already exists."
        try:
            raise error from ValueError(" ".join(secrets))
        except asyncpg.UniqueViolationError as raised:
            masked(raised)
        logging.getLogger("a.library").warning("cannot reach %s", secrets[1])
        handler.flush()
    finally:
        root.handlers[:] = before
        logging.getLogger("retour").setLevel(level)
    text = stream.getvalue()
    assert "duplicate key" in text
    assert "incident" in text
    for word in ("opensesame", "Lovelace", "lovelace", "eyJ", "sk_live", "whsec"):
        assert word not in text
    assert "@db/retour" not in text
    assert text.count("\n") == 2 or format == "text"


PRIVATE = "Ada Lovelace, 12 St James Square"
FAULTS: list[Callable[[], object]] = [
    lambda: datetime.fromisoformat(PRIVATE),
    lambda: dict[str, str]()[PRIVATE],
    lambda: Decimal(PRIVATE),
    lambda: list[str]().index(PRIVATE),
    lambda: (_ for _ in ()).throw(asyncpg.InvalidTextRepresentationError(f'invalid input syntax: "{PRIVATE}"')),
    lambda: (_ for _ in ()).throw(asyncpg.RaiseError(PRIVATE)),
    lambda: (_ for _ in ()).throw(OperationalError(PRIVATE)),
    lambda: (_ for _ in ()).throw(GraphQLError(f"Enum cannot represent value: {PRIVATE}")),
    lambda: (_ for _ in ()).throw(ExceptionGroup(PRIVATE, [ValueError(PRIVATE), KeyError(PRIVATE)])),
    lambda: orjson.loads(f'{{"name": "{PRIVATE}" nonsense'),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("format", ["json", "text"])
def test_the_log_of_an_exception_shows_types_and_places_and_no_value(
    fault: Callable[[], object], format: LogFormat
) -> None:
    root, level = logging.getLogger(), logging.getLogger("retour").level
    before, stream = root.handlers[:], io.StringIO()
    handler = logs.configure("info", format, stream)
    try:
        try:
            try:
                fault()
            finally:
                raise RuntimeError(PRIVATE)
        except RuntimeError as raised:
            raised.add_note(PRIVATE)
            masked(raised)
            logging.getLogger("retour.x").warning("a step failed (%s, %r)", raised, raised.__context__)
            logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task %r>", raised)
        handler.flush()
    finally:
        root.handlers[:] = before
        logging.getLogger("retour").setLevel(level)
    text = stream.getvalue()
    for word in ("Ada", "Lovelace", "James"):
        assert word not in text, text
    assert "RuntimeError" in text
    assert "test_observe.py" in text, "the place in the code"
    assert "Task exception was never retrieved" in text


def test_the_log_of_an_error_of_the_database_names_its_tables_and_columns() -> None:
    error = asyncpg.NotNullViolationError('null value in column "name" of relation "customer" violates not-null')
    error.detail, error.table_name, error.column_name = f"Failing row contains ({PRIVATE}).", "customer", "name"
    wrong = asyncpg.DatetimeFieldOverflowError(f'date/time field value out of range: "{PRIVATE}"')
    wrong.table_name = "order"
    assert in_a_line(error).endswith("violates not-null, table customer, column name")
    assert in_a_line(wrong) == "asyncpg.exceptions.DatetimeFieldOverflowError: [22008], table order"
    assert in_a_line(ConnectionRefusedError(111, "Connect call failed")).endswith("Connect call failed")


DAMAGES = [
    ("update package set return_until = 'infinity'", "{ orders { nodes { items { eligibility { quantity } } } } }", ""),
    ("update \"order\" set status = 'LOVELACE'", "{ orders { nodes { status } } }", ""),
    ("update package set status = 'LOVELACE'", "{ orders { nodes { packages { status } } } }", ""),
    ('alter table "order" rename column number to nummer', "{ orders { nodes { number } } }", "number"),
]


@pytest.mark.parametrize(("damage", "query", "named"), DAMAGES)
async def test_an_incident_with_a_damaged_row_shows_columns_and_no_value_of_it(
    market: Market, lines: io.StringIO, damage: str, query: str, named: str
) -> None:
    await market.order(customer="lovelace")
    checks = (
        "select conrelid::regclass::text as place, conname from pg_constraint"
        " where contype = 'c' and connamespace = 'public'::regnamespace"
    )
    for row in await market.rows(checks):
        await market.rows(f'alter table {row["place"]} drop constraint "{row["conname"]}"')
    await market.rows(damage)
    (error,) = (await market.ask(OWNER, query))["errors"][:1]
    assert error["extensions"]["code"] == "INTERNAL"
    logged = [line for line in read(lines) if error["extensions"]["id"] in str(line.get("message"))]
    assert logged
    for line in logged:
        assert "Error" in str(line["exception"])
        assert named in str(line["exception"]).splitlines()[-1]
        for word in ("infinity", "LOVELACE", "lovelace", "10.00", "Lamp", "N-1"):
            assert word not in str(line), line


async def test_lines_without_a_problem_wait_and_a_problem_flushes_them(lines: io.StringIO) -> None:
    log = logging.getLogger("retour.operation")
    log.info("one")
    log.info("two")
    assert lines.getvalue() == ""
    log.warning("three")
    assert [line["message"] for line in read(lines)] == ["one", "two", "three"]


@pytest.mark.parametrize("given", [None, "", "x", f"ff-{TRACE}-00f067aa0ba902b7-01", f"00-{'0' * 32}-{'0' * 16}-01"])
def test_without_a_valid_trace_a_new_one_begins(given: str | None) -> None:
    trace, parent = trace_of(given)
    assert (len(trace), parent) == (32, "")
    assert trace not in (TRACE, "0" * 32, trace_of(given)[0])


async def test_operations_are_counted_by_names_of_the_schema_and_never_of_the_client(market: Market) -> None:
    for name in ("A", "B"):
        await market.data(OWNER, f"query {name} {{ {name.lower()}: orders(first: 1) {{ nodes {{ id }} }} }}")
    await market.do(OWNER, "withdrawRequest", requestId="request_0")
    await market.ask(OWNER, "{ nonsense }")
    labels = {"kind": "query", "field": "orders"}
    assert await sample(market, "retour_operations_total", **labels, outcome="OK") == 2
    assert await sample(market, "retour_operation_seconds_count", **labels) == 2
    assert await sample(market, "retour_operations_total", field="withdrawRequest", outcome="REFUSED") == 1
    assert await sample(market, "retour_refusals_total", code="NOT_FOUND") == 1
    assert await sample(market, "retour_refusals_total", code="BAD_INPUT") == 1
    assert await sample(market, "retour_statements_total") >= 2


async def test_the_database_metrics_show_whether_the_database_is_up(market: Market, database_url: str) -> None:
    async with slow_transaction(database_url):
        await market.order()
        assert await sample(market, "retour_database_up") == 1
        assert await sample(market, "retour_journal_lag_seconds") > 0
        assert await sample(market, "retour_oldest_transaction_seconds") > 0
    text = (await market.http.get("/metrics")).text
    for state in ("PENDING", "PROCESSING", "UNKNOWN", "FAILED"):
        assert f'retour_refunds{{state="{state}"}}' in text
    assert "retour_worker_lag_seconds" in text


def slow_transaction(url: str) -> "SlowTransaction":
    return SlowTransaction(url)


class SlowTransaction:
    """Somebody who has begun to write and does not finish."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> None:
        self._connection = await asyncpg.connect(self._url)
        await self._connection.execute("begin; select pg_current_xact_id()")

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()


async def test_metrics_need_the_token(database_url: str) -> None:
    token = "t" * 32
    async with opened(database_url, environment="production", demo=False, metrics_token=token) as market:
        assert (await market.http.get("/metrics")).status_code == 401
        for given in ("", "Bearer x", f"Bearer {token}x"):
            assert (await market.http.get("/metrics", headers={"authorization": given})).status_code == 401
        answer = await market.http.get("/metrics", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 200


async def test_in_production_metrics_need_a_token(database_url: str) -> None:
    async with opened(database_url, environment="production", demo=False) as market:
        assert (await market.http.get("/metrics")).status_code == 404


async def test_a_healthy_server_says_so(market: Market) -> None:
    for path in ("/healthz", "/readyz"):
        response = await market.http.get(path)
        assert (response.status_code, response.text) == (200, "ok\n")


async def checks(market: Market, path: str) -> dict[str, str]:
    """What is wrong by a page's own word."""
    response = await market.http.get(path)
    assert response.status_code == 503
    return {name: found for name, found in response.json()["checks"].items() if found != "ok"}


async def test_without_its_database_a_server_is_alive_and_not_ready(
    market: Market, database_url: str, administration: asyncpg.Connection
) -> None:
    name = urlsplit(database_url).path.strip("/")
    await administration.execute(f'alter database "{name}" allow_connections false')
    try:
        await administration.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", name
        )
        wrong = await checks(market, "/readyz")
        assert "database" in wrong
        assert name not in "".join(wrong.values())
        assert (await market.http.get("/healthz")).status_code == 200
    finally:
        await administration.execute(f'alter database "{name}" allow_connections true')
    assert (await market.http.get("/readyz")).status_code == 200


async def test_without_its_migrations_a_server_is_not_ready(market: Market) -> None:
    db = get_connection("default")
    await db.execute_query("update tortoise_migrations set app = 'x' where name = '0002_constraints'")
    try:
        assert await checks(market, "/readyz") == {
            "migrations": "0002_constraints must be applied: run `python server.py migrate`."
        }
    finally:
        await db.execute_query("update tortoise_migrations set app = 'models' where app = 'x'")
    assert (await market.http.get("/readyz")).status_code == 200


async def test_a_server_about_to_stop_is_not_ready(market: Market) -> None:
    await market.one.leave()
    assert await checks(market, "/readyz") == {"staying": "This process is about to stop."}


async def test_a_worker_that_is_stuck_or_gone_is_no_longer_alive(database_url: str) -> None:
    async with opened(database_url) as market:
        health, worker = market.one.health, market.worker
        health.worker_tasks = WorkerTasks(worker, [])
        await health.check_worker()
        worker.began = {0: time.monotonic(), 1: time.monotonic() - worker.lease.total_seconds() - 60}
        with pytest.raises(Unhealthy, match="stuck"):
            await health.check_worker()
        health.worker_tasks = None
        with pytest.raises(Unhealthy, match="stopped"):
            await health.check_worker()


async def test_a_check_that_hangs_or_fails_is_reported_without_details() -> None:
    async def hangs() -> None:
        await asyncio.Event().wait()

    async def breaks() -> None:
        raise RuntimeError("postgresql://u:hidden@db")

    results = await examine({"hangs": hangs, "breaks": breaks})
    assert results.checks == {"hangs": f"no answer within {TIME_LIMIT:g} s", "breaks": "failed: RuntimeError"}
