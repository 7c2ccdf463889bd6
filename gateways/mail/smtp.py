"""SMTP: one connection, kept while there is something to send."""

import asyncio
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from gateways.mail.bounces import ReturnPath
from gateways.mail.port import Mail, MailAnswer, MailAway, MailOutcome, refusal_of
from gateways.mail.source import sender_of, source_of

SECONDS = 45.0
"""Time for one message; a slow server may answer each command just in time."""
_NO_SUCH_ADDRESS = (550, 551, 553)
"""Codes for an address that nobody has, of servers that give no code of RFC 3463."""
_CLOSING = 421
_LONGEST = 500


class SmtpMailer:
    """Sends by a server named `smtp://user:password@host:port`, or `smtps://` for TLS from the start.

    A user's password goes over TLS only, unless the server is on this machine; without a user, TLS is used if offered.
    With `returns` each message has a return address of its own; without it, they come back to their sender.
    """

    def __init__(self, url: str, *, seconds: float = SECONDS, returns: ReturnPath | None = None) -> None:
        parts = urlsplit(url)
        self._host, self._seconds, self._returns = parts.hostname or "localhost", seconds, returns
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 587 if parts.username else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._smtp: SMTP | None = None

    async def send(self, mail: Mail) -> MailAnswer:
        try:
            async with asyncio.timeout(self._seconds):
                smtp = await self._connected()
                back = self._returns.of(mail.id) if self._returns else sender_of(mail.sender).addr_spec
                await smtp.sendmail(back, [mail.address], source_of(mail))
        except SMTPRecipientsRefused as refused:
            return self._refused(refused.recipients[0])
        except SMTPDataError as refused:
            return self._refused(refused)
        except (SMTPException, OSError) as away:  # also a sender or a login that it does not take; TimeoutError is one
            await self._drop()
            raise MailAway(_said(away)) from away
        except BaseException:
            await self._drop()  # nobody knows what the server has read
            raise
        return MailAnswer(MailOutcome.ACCEPTED)

    async def check(self) -> None:
        """Greet the server, and log in; nothing is sent. Raises MailAway."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._connected()
        except (SMTPException, OSError) as away:
            await self._drop()
            raise MailAway(_said(away)) from away

    async def rest(self) -> None:
        """Close the connection: servers end those that say nothing for minutes."""
        await self.close()

    async def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None and smtp.is_connected:
            try:
                await smtp.quit(timeout=1)
            except (SMTPException, OSError):
                smtp.close()

    async def _connected(self) -> SMTP:
        if self._smtp is None or not self._smtp.is_connected:
            must = self._user is not None and not _is_local(self._host)
            self._smtp = SMTP(
                hostname=self._host,
                port=self._port,
                use_tls=self._tls,
                start_tls=None if self._tls or not must else True,
                username=self._user,
                password=self._password,
                timeout=self._seconds,
            )
            await self._smtp.connect()
        return self._smtp

    async def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _refused(self, refused: SMTPResponseException) -> MailAnswer:
        said = _said(refused)
        if refused.code == _CLOSING:
            raise MailAway(said) from refused
        if refused.code < 500:
            return MailAnswer(MailOutcome.LATER, said)
        if not isinstance(refused, SMTPRecipientRefused):
            return MailAnswer(MailOutcome.REFUSED, said)
        detailed, _, _ = refused.message.partition(" ")
        if detailed.startswith("5."):
            return MailAnswer(refusal_of(detailed), said)
        unknown = refused.code in _NO_SUCH_ADDRESS
        return MailAnswer(MailOutcome.NO_SUCH_ADDRESS if unknown else MailOutcome.REFUSED, said)


def _said(error: Exception) -> str:
    """The server's answer, or what has gone wrong; never a password, which no exception of the library holds."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"[:_LONGEST]
    return (str(error) or type(error).__name__)[:_LONGEST]


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
