"""What gateways tell by themselves, taken in: in any order, more than once, about refunds that may not be ours."""

from services.acts.refunds import News, hear, look_up
from services.commands import Commands
from services.worker.loop import LAST_ATTEMPT

_ONE = f"""
select t.id, t.order_id, a.id as attempt_id from refund t join "order" o on o.id = t.order_id
join payment p on p.id = t.payment_id{LAST_ATTEMPT}
where t.id = $1 and p.provider = $2 for no key update of o
"""
_OPEN_OF_PAYMENT = """
select t.id, t.order_id from refund t join "order" o on o.id = t.order_id join payment p on p.id = t.payment_id
where p.provider = $1 and p.reference = any($2) and t.status = any($3) and t.id <> all($4)
order by t.id limit 1 for no key update of o
"""


async def take_in(commands: Commands, provider: str, refund_id: str, news: News) -> bool:
    """News of one refund by a provider; whether it changed anything. Another provider's refunds are not touched."""
    if "\0" in refund_id:  # whoever can write into Stripe's metadata can write that, too
        return False
    return bool(await commands.due(_ONE, [refund_id, provider], lambda step, row: hear(step, row, news)))


async def follow_hint(commands: Commands, provider: str, payment_references: tuple[str, ...]) -> int:
    """Have the open refunds of a payment looked up now; how many that are."""
    seen: list[str] = []
    while True:
        args = [provider, list(payment_references), ["PROCESSING", "UNKNOWN"], seen]
        found = await commands.due(_OPEN_OF_PAYMENT, args, lambda step, row: (row["id"], look_up(step, row)))
        if found is None:
            return len(seen)
        seen.append(found[0])
