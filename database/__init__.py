"""One door to PostgreSQL: the process's client and its pool, and the migrations."""

from database.client import DatabaseUnreachable, close, offline, open, pool_usage, watch_statements
from database.hosts import connect
from database.migrate import MigrationsDiffer, check_migrations, migrate

__all__ = [
    "DatabaseUnreachable",
    "MigrationsDiffer",
    "check_migrations",
    "close",
    "connect",
    "migrate",
    "offline",
    "open",
    "pool_usage",
    "watch_statements",
]
