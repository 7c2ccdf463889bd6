"""What gateways report by themselves: in any order, more than once, about refunds that may not be ours."""

from services.acts.refunds import GatewayReport, apply_report, look_up
from services.commands import Commands, SqlValue
from services.worker.due import LAST_ATTEMPT

_REFUND = f"""
select t.id, t.order_id, a.id as attempt_id from refund t join "order" o on o.id = t.order_id
join payment p on p.id = t.payment_id{LAST_ATTEMPT}
where t.id = $1 and p.provider = $2 for no key update of o
"""
_OPEN_OF_PAYMENT = """
select t.id, t.order_id from refund t join "order" o on o.id = t.order_id join payment p on p.id = t.payment_id
where p.provider = $1 and p.reference = any($2) and t.status = any($3) and t.id <> all($4)
order by t.id limit 1 for no key update of o
"""


async def report(commands: Commands, provider: str, refund_id: str, news: GatewayReport) -> bool:
    """Apply what a provider reports of one of its refunds; whether it changed anything."""
    if "\0" in refund_id:  # anybody who can write into Stripe's metadata can write that, too
        return False
    return bool(
        await commands.work_on_due(
            _REFUND, [refund_id, provider], lambda transition, due: apply_report(transition, due, news)
        )
    )


async def follow_hint(commands: Commands, provider: str, payment_references: tuple[str, ...]) -> int:
    """Have the open refunds of a payment looked up now; how many there are."""
    seen: list[str] = []
    while True:
        values: list[SqlValue] = [provider, list(payment_references), ["PROCESSING", "UNKNOWN"], seen]
        found = await commands.work_on_due(
            _OPEN_OF_PAYMENT, values, lambda transition, due: (due.id, look_up(transition, due))
        )
        if found is None:
            return len(seen)
        seen.append(found[0])
