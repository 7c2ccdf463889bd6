"""Messages as rows, for tests in which nobody sends any."""

from tests.market import Market

_WRITTEN = """
insert into message (id, event_id, type, audience, locale, order_id, request_id, seller_id, customer_id, sender, name,
  address, subject, text, html, state, attempts, answer, created_at, updated_at)
select 'message_' || row_number() over (), row_number() over (), 'REQUEST_OPENED', role, 'en', q.order_id, q.id,
  q.seller_id, q.customer_id, 'returns@lumen.example', 'Ada', role || '@example.org', 'Hello', 'Hello', 'Hello', 'SENT',
  1, '250 OK', now(), now()
from cancellation_request q cross join unnest(array['CUSTOMER', 'SELLER']) role
"""


async def written(market: Market) -> None:
    """A message about each request that there is, to its customer and to its seller."""
    await market.rows(_WRITTEN)
