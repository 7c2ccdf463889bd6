"""The bytes of a message, as RFC 5322 has them: the same for the same message, in every process and on every day."""

import re
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr

from domain.mail_addresses import mail_address
from domain.texts import control_character, one_line
from gateways.mail.port import Mail


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header with an address of the web, which no blank may part: Python would encode a long one."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", _OneLine)
_POLICY = SMTP.clone(header_factory=_HEADERS)
_WHOLE = re.compile(r"[^<>]*<[^<>\s]+>|[^<>\s]+")


def source_of(mail: Mail) -> bytes:
    """The message with its headers: plain text and HTML beside each other, every line within the limits of SMTP."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender_of(mail.sender)
    message["To"] = Address(one_line(mail.name), addr_spec=mail.address)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@{sender_of(mail.sender).domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:  # RFC 8058: the mail program posts the one to the other, without a page
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{mail.id}")  # Python's own is made up anew each time
    return message.as_bytes()


def sender_of(text: str) -> Address:
    """A sender as settings have it, with a name or without. Raises ValueError."""
    name, address = parseaddr(text)
    if _WHOLE.fullmatch(text.strip()) and not control_character(text) and mail_address(address) == address:
        return Address(name, addr_spec=address)
    raise ValueError(f"{text!r} is not a sender")
