"""The links in mails to guests. A link has a secret that no row holds: it is put in when the message is sent.

The secret follows from a key and the id of the message, so a message that is sent twice has the same bytes both times.
"""

import base64
import hmac
from dataclasses import dataclass, field, replace

from gateways.mail.port import Mail

SEAL = "THE-SECRET-OF-THIS-LINK"
"""Stands in the stored message where the mail has the secret."""


@dataclass(frozen=True, slots=True)
class Links:
    """Links to the console at `site`. The secret is behind the #: browsers send that to no server."""

    site: str
    key: bytes = field(repr=False)

    @property
    def sealed(self) -> str:
        """A link as it is stored."""
        return f"{self.site.rstrip('/')}/find-my-order#{SEAL}"

    def secret(self, message_id: str) -> str:
        """The secret of the link in a message."""
        digest = hmac.digest(self.key, f"link to an order {message_id}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def unsealed(self, mail: Mail) -> Mail:
        """A message as it is sent."""
        secret = self.secret(mail.id)
        return replace(mail, text=mail.text.replace(SEAL, secret), html=mail.html.replace(SEAL, secret))
