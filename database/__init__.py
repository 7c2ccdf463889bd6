"""One door to PostgreSQL: the process's client and its pool, and the migrations."""

from database.client import (
    DatabaseUnreachable,
    close,
    is_writable,
    now,
    offline,
    open,
    pool_usage,
    pooler_problem,
    watch_statements,
)
from database.hosts import connect
from database.migrate import MigrationsDiffer, check_migrations, migrate

__all__ = [
    "DatabaseUnreachable",
    "MigrationsDiffer",
    "check_migrations",
    "close",
    "connect",
    "is_writable",
    "migrate",
    "now",
    "offline",
    "open",
    "pool_usage",
    "pooler_problem",
    "watch_statements",
]
