"""Addresses that mail comes back from: once one message says that nobody has the address, no other is sent to it."""

from datetime import datetime

from domain.messages import MessageState
from gateways.mail.bounces import Bounce
from gateways.mail.port import MailOutcome
from models import Message

BOUNCED_BEFORE = "An earlier message says that there is no such address: see `clearBounce`."


async def record_bounce(bounce: Bounce, now: datetime) -> bool:
    """Note that a message has come back that was sent; returns whether that is news."""
    unknown = bounce.answer.outcome is MailOutcome.NO_SUCH_ADDRESS
    state = MessageState.BOUNCED if unknown else MessageState.FAILED
    sent = Message.filter(id=bounce.id, state=MessageState.SENT)
    if not await sent.update(state=state, answer=bounce.answer.message, updated_at=now):
        return False
    if unknown:
        message = await Message.get(id=bounce.id).only("address")
        await hold_back(message.address, now)
    return True


async def hold_back(address: str, now: datetime) -> None:
    """Send nothing of what still waits for an address."""
    held = {"state": MessageState.BOUNCED, "due_at": None, "answer": BOUNCED_BEFORE, "updated_at": now}
    await Message.filter(address=address, state=MessageState.PENDING).update(**held)
