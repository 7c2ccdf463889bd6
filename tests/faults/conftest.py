"""One site for the tests that kill its servers and restart its database."""

from collections.abc import AsyncIterator

import pytest

from tests.live.process import ROOMY
from tests.live.site import Site, opened_site


@pytest.fixture(scope="package")
async def site() -> AsyncIterator[Site]:
    """Two servers on a PostgreSQL that syncs."""
    async with opened_site(ROOMY, fsync=True) as site:
        yield site
