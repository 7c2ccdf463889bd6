"""Email addresses: whether a text is one that a mail server can be asked to deliver to."""

import re

LONGEST = 254
"""Characters: RFC 5321 leaves no room for more."""
_LOCAL = re.compile(r"(?=.{1,64}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_DOMAIN = re.compile(rf"({_LABEL}\.)+{_LABEL}")


def spellings(text: str) -> tuple[str, str, str]:
    """How one address may be written, in small letters: as it is, and with its domain in ASCII and in Unicode."""
    typed = text.strip().lower()
    local, at, domain = typed.rpartition("@")
    try:
        in_ascii = domain.encode("idna")
        return typed, f"{local}{at}{in_ascii.decode('ascii')}", f"{local}{at}{in_ascii.decode('idna')}"
    except UnicodeError:
        return typed, typed, typed


def mail_address(text: str) -> str | None:
    """An address as mail servers take it, the domain in ASCII; None if the text is no address.

    Letters beyond ASCII before the @ are refused: many servers do not take them.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if domain else ""
    except UnicodeError:
        return None
    address = f"{local}{at}{ascii_domain}"
    if len(address) > LONGEST or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        return None
    return address
