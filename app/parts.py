"""The parts that the settings choose: gateways, carriers, mail, and the terms of commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import database
from app.health import traces
from domain.calendar import Calendar
from domain.deadlines import ESCALATE_ALL, STEPS, Step
from domain.locales import locale
from domain.words import AtDeadline
from events.notifier import Notifier
from gateways.carriers.port import Carrier
from gateways.carriers.slip import SlipCarrier
from gateways.payments.ledger import open_ledger
from gateways.payments.port import PROVIDERS, Gateway
from services.commands import Commands
from services.currency import exponent
from services.privacy.erasing import Keeping
from services.privacy.retention import Retention
from services.transition import Terms
from settings import OperatorError, Settings

if TYPE_CHECKING:  # loaded only if messages are sent
    from gateways.mail.bounces import ReturnPath
    from services.messages.links import Links
    from services.messages.making import Letterhead
    from services.messages.worker import MessageWorker

MAIL_FOLDER = "mail"
"""Under RETOUR_HOME: where messages go if SMTP_URL is folder."""
DEMO_SENDER, DEMO_OWNER = "Retour <retour@retour.example>", "owner@retour.example"


@asynccontextmanager
async def gateways_of(settings: Settings, url: str) -> AsyncIterator[dict[str, Gateway]]:
    """The configured gateways by provider, closed when the block is left."""
    gateways: dict[str, Gateway] = {"ledger": await open_ledger(url, connect=database.connect)}
    if settings.stripe_api_key:
        from gateways.payments.stripe import StripeGateway

        gateways["stripe"] = StripeGateway(
            settings.stripe_api_key, exponent=exponent, api_base=settings.stripe_api_base
        )
    if settings.traces:
        gateways = {name: traces().gateway(gateway) for name, gateway in gateways.items()}
    try:
        yield gateways
    finally:
        for gateway in gateways.values():
            await gateway.close()


@asynccontextmanager
async def carriers_of(settings: Settings) -> AsyncIterator[dict[str, Carrier]]:
    """The configured carriers by name, closed when the block is left.

    EasyPost stays as long as it has a key, for labels that were bought before another carrier was set up.
    """
    carriers: dict[str, Carrier] = {"slip": SlipCarrier()}
    if settings.easypost_api_key:
        from gateways.carriers.easypost import EasyPostCarrier

        carriers["easypost"] = EasyPostCarrier(settings.easypost_api_key, api_base=settings.easypost_api_base)
    try:
        yield carriers
    finally:
        for carrier in carriers.values():
            await carrier.close()


@asynccontextmanager
async def messages_of(
    settings: Settings, secret: str | None, commands: Commands, notifier: Notifier
) -> AsyncIterator["MessageWorker | None"]:
    """What makes and sends messages, closed when the block is left; None without a place that they go to."""
    if settings.smtp_url in (None, "off"):
        yield None
        return
    from gateways.mail.folder import FolderMailer  # with jinja2 and MJML, which take a while to import
    from gateways.mail.smtp import SmtpMailer
    from services.messages.granting import Granting
    from services.messages.making import Making
    from services.messages.reminding import Reminding
    from services.messages.sending import Sending
    from services.messages.worker import MessageWorker

    lease = timedelta(seconds=settings.refund_lease)
    mailer: FolderMailer | SmtpMailer
    if settings.smtp_url == "folder":
        mailer = FolderMailer(settings.home / MAIL_FOLDER)
    else:
        seconds = lease.total_seconds() * 0.75
        mailer = SmtpMailer(settings.smtp_url, seconds=seconds, returns=return_path_of(settings))
    making, links = Making(commands.clock, letterhead_of(settings)), links_of(settings, secret)
    sending = Sending(commands.clock, mailer, lease, links=links)
    granting = Granting(making, links, commands) if links else None
    try:
        yield MessageWorker(making, Reminding(making), sending, notifier, granting)
    finally:
        await mailer.close()


def links_of(settings: Settings, secret: str | None) -> "Links | None":
    """What makes links to orders; None without mail, without the console's address, or without a key."""
    key = settings.guest_secret or secret
    if settings.smtp_url in (None, "off") or settings.public_url is None or key is None:
        return None
    from services.messages.links import Links

    return Links(settings.public_url, key.encode())


def letterhead_of(settings: Settings) -> "Letterhead":
    """Who writes messages. Raises OperatorError for a sender or a language that is none."""
    from gateways.mail.source import sender_of
    from services.messages.making import Letterhead

    try:
        sender = sender_of(settings.mail_sender or DEMO_SENDER)
    except ValueError as fault:
        raise OperatorError(f"MAIL_SENDER cannot be used: {fault}.") from None
    language = locale(settings.mail_locale)
    if language is None:
        raise OperatorError("MAIL_LOCALE must be the name of a language, such as en or de.")
    owner = settings.mail_owner or ((DEMO_OWNER,) if settings.demo else ())
    site = settings.public_url.rstrip("/") if settings.public_url else None
    return Letterhead(sender, owner, language, ZoneInfo(settings.market_zone), settings.digest_hour, site)


def return_path_of(settings: Settings) -> "ReturnPath | None":
    """Where mail comes back to; None if nowhere. Raises OperatorError for an address that is none."""
    if settings.mail_bounces is None or settings.mail_bounces_secret is None:
        return None
    from gateways.mail.bounces import ReturnPath

    path = ReturnPath(settings.mail_bounces, settings.mail_bounces_secret)
    if not path.is_usable:
        raise OperatorError("MAIL_BOUNCES must be an email address in ASCII, with at most 16 characters before the @.")
    return path


def keeping_of(settings: Settings) -> Keeping:
    """What the law keeps of persons who are erased, from the settings."""
    return Keeping(tax_years=settings.keep_tax_years, claim_years=settings.keep_claim_years)


def retention_of(settings: Settings) -> Retention:
    """What goes by itself at its date, from the settings."""
    return Retention(
        keeping_of(settings),
        messages=timedelta(days=settings.retain_messages_days),
        persons=timedelta(days=settings.retain_persons_days),
        mail=settings.home / MAIL_FOLDER if settings.smtp_url == "folder" else None,
    )


def terms_of(settings: Settings) -> Terms:
    """The terms of commands, from the settings."""
    return Terms(
        confirm_after=timedelta(seconds=settings.auto_confirm_after),
        providers=PROVIDERS.union(settings.payment_providers),
        at_deadline={**ESCALATE_ALL, **dict(map(_deadline, settings.at_deadline))},
        calendar=calendar_of(settings),
        most_withdrawals=settings.max_withdrawals or None,
        revert_within=timedelta(minutes=settings.revert_minutes),
        carrier=None if settings.carrier == "off" else settings.carrier,
    )


def calendar_of(settings: Settings) -> Calendar:
    """How the market counts days, from the settings."""
    days = settings.assumed_delivery_days
    return Calendar(ZoneInfo(settings.market_zone), timedelta(days=days) if days else None)


def _deadline(entry: str) -> tuple[Step, AtDeadline]:
    step, _, choice = entry.partition("=")
    return STEPS[step.strip()], AtDeadline[choice.strip().upper()]
